"""Fourth stage: a Session laid out in time, in whole milliseconds. Pure, integers only.

Lengths of speech come from outside, measured or still estimated. Fixed parts take what they take; elastic pauses share
what the asked length leaves, so that the sum is exact. Where bells still ring or a bed still fades, the track waits.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal

from synth.errors import RequestError
from synth.library import Ring
from synth.personalise import Beat, Session, SessionItem, Utterance
from synth.plan import Elastic, Plan, keep_to
from synth.script import Bed, Bell, Breath, Mark, Pause, Wait
from synth.units import HOUR, MINUTE, format_duration, whole_seconds_down, whole_seconds_up

BED_OUT_MS = 10_000
SLEEP_BED_OUT_MS = 1 * MINUTE
SLEEP_FALL_DB, SLEEP_FALL_MS = -6.0, 5 * MINUTE
"""How far the voice falls, in a session to fall asleep with, and over how long before its last word."""

LONGEST_MS = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Speech:
    """An utterance, from its first audible sound to its last; ``level_db`` relative to the voice's level."""

    start_ms: int
    end_ms: int
    utterance: Utterance
    section: int
    level_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Silence:
    """The voice's rest; what a bell or a bed does meanwhile is theirs.

    ``purpose`` is what the listener does: they rest, they breathe (at a pace of ``in_ms`` and ``out_ms``), or they do
    something in their own time, which the player lets them end.
    """

    start_ms: int
    end_ms: int
    elastic: bool
    section: int
    line: int
    purpose: Literal["rest", "breath", "wait"] = "rest"
    in_ms: int = 0
    out_ms: int = 0


@dataclass(frozen=True, slots=True)
class Strike:
    """One stroke of a bell: it is waited for until ``end_ms``, and may sound on."""

    start_ms: int
    end_ms: int
    sound: str
    level_db: float
    section: int
    line: int


@dataclass(frozen=True, slots=True)
class BedSpan:
    """An ambient track, from the beginning of its fade-in to the end of its fade-out."""

    start_ms: int
    end_ms: int
    sound: str
    level_lu: float
    fade_in_ms: int
    fade_out_ms: int


Cue = Speech | Silence | Strike | BedSpan


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the script in time."""

    title: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that sounds, in the order in which it begins."""

    title: str
    language: str
    duration_ms: int
    chapters: tuple[Chapter, ...]
    cues: tuple[Cue, ...]
    marks: tuple[tuple[str, int], ...] = ()
    """Places to return to: a name, and milliseconds from the start."""

    @property
    def speech(self) -> tuple[Speech, ...]:
        """The speech cues."""
        return tuple(cue for cue in self.cues if isinstance(cue, Speech))

    @property
    def strikes(self) -> tuple[Strike, ...]:
        """The strokes of bells."""
        return tuple(cue for cue in self.cues if isinstance(cue, Strike))

    @property
    def beds(self) -> tuple[BedSpan, ...]:
        """The ambient tracks."""
        return tuple(cue for cue in self.cues if isinstance(cue, BedSpan))

    def to_json(self) -> dict[str, Any]:
        """Timeline version 1, as others rely on it."""
        return {
            "version": 1,
            "title": self.title,
            "language": self.language,
            "length_ms": self.duration_ms,
            "sections": [{"title": c.title, "start_ms": c.start_ms, "end_ms": c.end_ms} for c in self.chapters],
            "cues": [_cue_json(cue) for cue in self.cues],
        } | ({"marks": [{"name": name, "at_ms": at} for name, at in self.marks]} if self.marks else {})


def _cue_json(cue: Cue) -> dict[str, Any]:
    times = {"start_ms": cue.start_ms, "end_ms": cue.end_ms}
    match cue:
        case BedSpan():
            return {
                "kind": "bed", **times, "sound": cue.sound, "level_lu": cue.level_lu,
                "fade_in_ms": cue.fade_in_ms, "fade_out_ms": cue.fade_out_ms,
            }  # fmt: skip
        case Strike():
            return {
                "kind": "bell", **times, "sound": cue.sound, "level_db": cue.level_db,
                "section": cue.section, "line": cue.line,
            }  # fmt: skip
        case Speech():
            utterance = cue.utterance
            return {
                "kind": "speech", **times, "text": utterance.text, "personal": utterance.personal,
                "section": cue.section, "line": utterance.place.line,
            } | ({"level_db": cue.level_db} if cue.level_db else {})  # fmt: skip
        case Silence():
            return {
                "kind": "silence", **times, "asked_ms": cue.end_ms - cue.start_ms, "elastic": cue.elastic,
                "section": cue.section, "line": cue.line,
            } | _purpose_json(cue)  # fmt: skip


def _purpose_json(cue: Silence) -> dict[str, Any]:
    match cue.purpose:
        case "breath":
            return {"breath": {"in_ms": cue.in_ms, "out_ms": cue.out_ms}}
        case "wait":
            return {"wait": True}
        case _:
            return {}


def dump_timeline(timeline: Timeline) -> str:
    """The timeline's JSON text."""
    return json.dumps(timeline.to_json(), ensure_ascii=False, indent=1) + "\n"


SpeechLength = Callable[[Utterance], int]
"""Milliseconds of an utterance, measured or estimated."""


def estimate_speech(utterance: Utterance) -> int:
    """Milliseconds that an utterance will take, before it is spoken.

    Fitted to espeak-ng over the shipped meditations: 76 ms a character and 490 ms a comma or sentence's end inside,
    at 110 words a minute; within 300 ms for most utterances, and a few hundredths over a whole script.
    """
    text = utterance.spoken
    rests = len(re.findall(r"[,.;:?!…](?=\s)", text))
    return round((76 * len(text) + 490 * rests) * 110 / utterance.style.rate) + 20


@dataclass(frozen=True, slots=True)
class Reach:
    """The lengths that a session can have; ``most_ms`` None: without end."""

    least_ms: int
    most_ms: int | None

    def __str__(self) -> str:
        least, most = whole_seconds_up(self.least_ms), self.most_ms
        if most is None:
            return f"from {format_duration(least)} upwards"
        if most == self.least_ms:
            return f"for {format_duration(most)}"
        if least <= whole_seconds_down(most):
            return f"from {format_duration(least)} to {format_duration(whole_seconds_down(most))}"
        return f"from {format_duration(self.least_ms)} to {format_duration(most)}"


@dataclass(frozen=True, slots=True)
class Step:
    """An item with its section and the time it takes, from ``least_ms`` to ``most_ms`` (None: without end).

    ``said_ms`` is the time of its sentence, or of each of its strokes; ``after_ms`` how long it is heard afterwards.
    """

    item: SessionItem
    section: int
    least_ms: int
    most_ms: int | None
    weight: int = 1
    said_ms: int = 0
    after_ms: int = 0


def reach(session: Session, speech_ms: SpeechLength, ring: Callable[[str], Ring]) -> Reach:
    """The shortest and the longest that this session can be, without the bed that goes on behind it."""
    steps = steps_of(session, speech_ms, ring)
    return _reach(steps, tail_ms(session, steps))


def lay_out(
    session: Session,
    speech_ms: SpeechLength,
    ring: Callable[[str], Ring],
    room_ms: int = 0,
    plan: Plan | None = None,
) -> Timeline:
    """The session in time, exactly as long as it asks to be; a bed that goes on behind it comes on top.

    ``room_ms`` is how long the room rings on when the voice has ended; ``plan`` an earlier layout to keep to.
    Raises RequestError where the length asked is out of reach, or the whole would be longer than a day. A session
    without elastic pauses takes its time.
    """
    steps = steps_of(session, speech_ms, ring, room_ms)
    return place(session, steps, lengths_of(session, steps, plan))


def lengths_of(session: Session, steps: Sequence[Step], plan: Plan | None = None) -> list[int]:
    """How long each step takes, so that the session is as long as it asks to be. Raises RequestError as ``lay_out``."""
    tail = tail_ms(session, steps)
    possible = _reach(steps, tail)
    asked_ms = session.length_ms
    if possible.most_ms == possible.least_ms or asked_ms is None:
        asked_ms = possible.least_ms
    if asked_ms < possible.least_ms or (possible.most_ms is not None and asked_ms > possible.most_ms):
        raise RequestError(f"{format_duration(asked_ms)} is out of reach: with this voice, this script runs {possible}")
    duration_ms = asked_ms + (session.bed_after_ms or 0)
    if duration_ms > LONGEST_MS:
        raise RequestError(f"this session would last {format_duration(duration_ms)}; the most is a day")
    lengths = share_out(
        asked_ms - tail,
        [step.least_ms for step in steps],
        [step.most_ms for step in steps],
        [step.weight for step in steps],
    )
    return keep_to(plan, lengths, list(_elastics(steps))) if plan else lengths


def _elastics(steps: Sequence[Step]) -> Iterator[Elastic]:
    """For everything that is heard behind an elastic pause, and for the end, the last such pause before it."""
    last: int | None = None
    for index, step in enumerate(steps):
        match step.item:
            case Pause():
                last = index if step.most_ms != step.least_ms else last
            case Bed() | Mark():
                pass
            case item:
                if last is not None:
                    yield Elastic(last, steps[last].least_ms, steps[last].most_ms, index, _name(item))
                last = None
    if last is not None:
        yield Elastic(last, steps[last].least_ms, steps[last].most_ms, len(steps), "")


def _name(item: SessionItem) -> str:
    """What tells an item from others, as a plan knows it."""
    match item:
        case Utterance():
            return item.text
        case Beat():
            return item.utterance.text
        case Bell():
            return "bell"
        case _:
            return "silence"


def steps_of(session: Session, speech_ms: SpeechLength, ring: Callable[[str], Ring], room_ms: int = 0) -> list[Step]:
    """A session's items in time, in their order. Raises RequestError where a sentence is longer than its beat."""
    return [
        _step(item, number, speech_ms, ring, room_ms)
        for number, section in enumerate(session.sections)
        for item in section.items
    ]


def _step(item: SessionItem, section: int, speech_ms: SpeechLength, ring: Callable[[str], Ring], room_ms: int) -> Step:
    match item:
        case Utterance():
            said = speech_ms(item)
            return Step(item, section, said, said, said_ms=said, after_ms=room_ms)
        case Beat():
            said = speech_ms(item.utterance)
            _check_beat(item, said)
            return Step(item, section, item.length_ms, item.length_ms, said_ms=said, after_ms=room_ms)
        case Breath():
            length = item.count * ((item.in_ms or 0) + (item.out_ms or 0))
            return Step(item, section, length, length)
        case Wait():
            return Step(item, section, item.most_ms, item.most_ms)
        case Pause():
            return Step(item, section, item.least_ms, item.most_ms, item.weight)
        case Bell():
            sound = ring(item.sound)
            length = sound.ring_ms * item.strikes
            after = max(0, sound.sound_ms - sound.ring_ms)
            return Step(item, section, length, length, said_ms=sound.ring_ms, after_ms=after)
        case Bed():
            return Step(item, section, 0, 0, after_ms=item.fade_ms)
        case Mark():
            return Step(item, section, 0, 0)


def _check_beat(beat: Beat, speech_ms: int) -> None:
    if speech_ms > beat.length_ms:
        raise RequestError(
            f"{beat.utterance.place}: '{beat.utterance.text}' takes {format_duration(speech_ms)}, longer than its beat "
            f"of {format_duration(beat.length_ms)}; breathe slower, or speak faster"
        )


def _reach(steps: Sequence[Step], tail: int) -> Reach:
    most = [step.most_ms for step in steps]
    return Reach(
        sum(step.least_ms for step in steps) + tail,
        None if None in most else sum(m for m in most if m is not None) + tail,
    )


def tail_ms(session: Session, steps: Iterable[Step]) -> int:
    """How long the track waits behind its last step: for bells and the room to ring out and beds to fade.

    Elastic pauses behind a bell count with their shortest, so that it rings out whatever they become.
    """
    sounding_ms = 0
    bed = session.bed
    for step in steps:
        sounding_ms = max(sounding_ms - step.least_ms, step.after_ms)
        bed = step.item if isinstance(step.item, Bed) else bed
    return max(sounding_ms, BED_OUT_MS if bed and bed.sound else 0)


def share_out(total_ms: int, least: list[int], most: list[int | None], weights: list[int]) -> list[int]:
    """Lengths that sum to ``total_ms``: each its weight's share of it, held between its least and its most.

    That is min(max(λ·weight, least), most) for the one λ that gives the sum; whole milliseconds by the largest
    remainders. The total must lie between the sums of the bounds.
    """

    def length(level: Fraction, n: int) -> Fraction:
        above = max(level * weights[n], Fraction(least[n]))
        limit = most[n]
        return above if limit is None else min(above, Fraction(limit))

    free = [n for n in range(len(least)) if most[n] != least[n]]
    result = list(least)
    rest = total_ms - sum(least[n] for n in range(len(least)) if most[n] == least[n])
    if not free:
        return result
    corners = sorted(
        {Fraction(bound, weights[n]) for n in free for bound in (0, least[n], most[n]) if bound is not None}
    )

    def filled(level: Fraction) -> Fraction:
        return sum((length(level, n) for n in free), Fraction())

    below = corners[max(0, bisect_right(corners, Fraction(rest), key=filled) - 1)]
    growing = sum(
        weights[n]
        for n in free
        if below * weights[n] >= least[n] and (most[n] is None or below * weights[n] < (most[n] or 0))
    )
    short = rest - filled(below)
    level = below + short / growing if growing else below
    exact = {n: length(level, n) for n in free}
    for n in free:
        result[n] = int(exact[n])
    left = total_ms - sum(result)
    for n in sorted(free, key=lambda n: (result[n] - exact[n], n))[:left]:
        result[n] += 1
    return result


def place(session: Session, steps: Sequence[Step], lengths: Sequence[int]) -> Timeline:
    """Steps one after the other, each as long as told, and what comes behind the last of them."""
    duration_ms = sum(lengths) + tail_ms(session, steps) + (session.bed_after_ms or 0)
    cues: list[Cue] = []
    marks: list[tuple[str, int]] = []
    starts: dict[int, int] = {}
    beds: list[tuple[int, Bed]] = [(0, session.bed)] if session.bed else []
    now = 0
    for step, length in zip(steps, lengths, strict=True):
        starts.setdefault(step.section, now)
        match step.item:
            case Bed() as bed:
                beds.append((now, bed))
            case Utterance() as utterance:
                cues.append(Speech(now, now + length, utterance, step.section))
            case Beat() as beat:
                said = now + min(step.said_ms, length)
                cues.append(Speech(now, said, beat.utterance, step.section))
                if said < now + length:
                    cues.append(Silence(said, now + length, False, step.section, beat.utterance.place.line))
            case Breath() as breath:
                pace = breath.in_ms or 0, breath.out_ms or 0
                cues.append(Silence(now, now + length, False, step.section, breath.place.line, "breath", *pace))
            case Wait() as wait if length:
                cues.append(Silence(now, now + length, False, step.section, wait.place.line, "wait"))
            case Mark() as mark:
                marks.append((mark.name, now))
            case Bell() as bell:
                cues.extend(_strikes(bell, now, now + length, step))
            case Pause() as pause if length:
                last = cues[-1] if cues else None
                if isinstance(last, Silence) and last.purpose == "rest":
                    cues[-1] = replace(last, end_ms=now + length, elastic=last.elastic or pause.elastic)
                else:
                    cues.append(Silence(now, now + length, pause.elastic, step.section, pause.place.line))
        now += length
    bed_out_ms = BED_OUT_MS
    if session.bed_after_ms is not None:
        cues = _falling_asleep(cues)
        bed_out_ms = min(SLEEP_BED_OUT_MS, BED_OUT_MS + session.bed_after_ms)
    spans = tuple(_bed_spans(beds, duration_ms, bed_out_ms))
    ends = [*list(starts.values())[1:], duration_ms]
    chapters = tuple(
        Chapter(session.sections[number].title, start, end)
        for (number, start), end in zip(starts.items(), ends, strict=True)
    )
    ordered = sorted([*spans, *cues], key=lambda cue: cue.start_ms)
    return Timeline(session.meta.title, session.meta.language, duration_ms, chapters, tuple(ordered), tuple(marks))


def _strikes(bell: Bell, start_ms: int, end_ms: int, step: Step) -> Iterator[Strike]:
    """A bell's strokes, as many as begin before it is left."""
    for number in range(bell.strikes):
        at = start_ms + number * step.said_ms
        if at < end_ms:
            rung = min(at + step.said_ms, end_ms)
            yield Strike(at, rung, bell.sound, bell.level_db, step.section, bell.place.line)


def _falling_asleep(cues: list[Cue]) -> list[Cue]:
    """The cues with a voice that grows softer, evenly in dB, towards its last word."""
    last_ms = max((cue.end_ms for cue in cues if isinstance(cue, Speech)), default=0)
    over_ms = min(SLEEP_FALL_MS, last_ms)

    def softer(cue: Cue) -> Cue:
        if not isinstance(cue, Speech) or cue.end_ms <= last_ms - over_ms:
            return cue
        return replace(cue, level_db=round(SLEEP_FALL_DB * (1 - (last_ms - cue.end_ms) / over_ms), 2))

    return [softer(cue) for cue in cues]


def _bed_spans(beds: list[tuple[int, Bed]], duration_ms: int, out_ms: int) -> Iterator[BedSpan]:
    """Each bed from its own change to the end of the next one's fade, the last to the track's end."""
    for number, (start, bed) in enumerate(beds):
        if bed.sound is None:
            continue
        if number + 1 < len(beds):
            change, following = beds[number + 1]
            end, fade_out = change + following.fade_ms, following.fade_ms
        else:
            end, fade_out = duration_ms, out_ms
        if end > start:
            yield BedSpan(start, end, bed.sound, bed.level_lu, bed.fade_ms, fade_out)

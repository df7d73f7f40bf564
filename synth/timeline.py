"""Fourth stage: a Session laid out in time, in whole milliseconds. Pure, integers only.

Lengths of speech come from outside, measured or still estimated. Fixed parts take what they take; elastic pauses share
what the asked length leaves, so that the sum is exact. Where bells still ring or a bed still fades, the track waits.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
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
class _Step:
    """An item with its section and the time it takes, from ``least_ms`` to ``most_ms``."""

    item: SessionItem
    section: int
    least_ms: int
    most_ms: int | None
    weight: int


def reach(session: Session, speech_ms: SpeechLength, ring: Callable[[str], Ring]) -> Reach:
    """The shortest and the longest that this session can be, without the bed that goes on behind it."""
    steps = _steps(session, speech_ms, ring)
    return _reach(steps, _tail_ms(session, steps, ring, 0))


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
    steps = _steps(session, speech_ms, ring)
    tail_ms = _tail_ms(session, steps, ring, room_ms)
    possible = _reach(steps, tail_ms)
    asked_ms = session.length_ms
    if possible.most_ms == possible.least_ms or asked_ms is None:
        asked_ms = possible.least_ms
    if asked_ms < possible.least_ms or (possible.most_ms is not None and asked_ms > possible.most_ms):
        raise RequestError(f"{format_duration(asked_ms)} is out of reach: with this voice, this script runs {possible}")
    duration_ms = asked_ms + (session.bed_after_ms or 0)
    if duration_ms > LONGEST_MS:
        raise RequestError(f"this session would last {format_duration(duration_ms)}; the most is a day")
    lengths = share_out(
        asked_ms - tail_ms,
        [step.least_ms for step in steps],
        [step.most_ms for step in steps],
        [s.weight for s in steps],
    )
    if plan:
        lengths = keep_to(plan, lengths, list(_elastics(steps)))
    return _placed(session, steps, lengths, duration_ms, speech_ms)


def _elastics(steps: list[_Step]) -> Iterator[Elastic]:
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


def _steps(session: Session, speech_ms: SpeechLength, ring: Callable[[str], Ring]) -> list[_Step]:
    steps: list[_Step] = []
    for number, section in enumerate(session.sections):
        for item in section.items:
            match item:
                case Utterance():
                    length = speech_ms(item)
                    steps.append(_Step(item, number, length, length, 1))
                case Beat():
                    _check_beat(item, speech_ms(item.utterance))
                    steps.append(_Step(item, number, item.length_ms, item.length_ms, 1))
                case Breath():
                    length = item.count * ((item.in_ms or 0) + (item.out_ms or 0))
                    steps.append(_Step(item, number, length, length, 1))
                case Wait():
                    steps.append(_Step(item, number, item.most_ms, item.most_ms, 1))
                case Pause():
                    steps.append(_Step(item, number, item.least_ms, item.most_ms, item.weight))
                case Bell():
                    length = ring(item.sound).ring_ms * item.strikes
                    steps.append(_Step(item, number, length, length, 1))
                case Bed() | Mark():
                    steps.append(_Step(item, number, 0, 0, 1))
    return steps


def _check_beat(beat: Beat, speech_ms: int) -> None:
    if speech_ms > beat.length_ms:
        raise RequestError(
            f"{beat.utterance.place}: '{beat.utterance.text}' takes {format_duration(speech_ms)}, longer than its beat "
            f"of {format_duration(beat.length_ms)}; breathe slower, or speak faster"
        )


def _reach(steps: list[_Step], tail_ms: int) -> Reach:
    most = [step.most_ms for step in steps]
    return Reach(
        sum(step.least_ms for step in steps) + tail_ms,
        None if None in most else sum(m for m in most if m is not None) + tail_ms,
    )


def _tail_ms(session: Session, steps: list[_Step], ring: Callable[[str], Ring], room_ms: int) -> int:
    """How long the track waits behind its last item: for bells and the room to ring out and beds to fade.

    Elastic pauses behind a bell count with their shortest, so that it rings out whatever they become.
    """
    sounding_ms = 0
    bed = session.bed
    for step in steps:
        sounding_ms -= step.least_ms
        if isinstance(step.item, Bell):
            sound = ring(step.item.sound)
            sounding_ms = max(sounding_ms, sound.sound_ms - sound.ring_ms)
        elif isinstance(step.item, Utterance | Beat):
            sounding_ms = max(sounding_ms, room_ms)
        elif isinstance(step.item, Bed):
            bed = step.item
            sounding_ms = max(sounding_ms, bed.fade_ms)
    return max(0, sounding_ms, BED_OUT_MS if bed and bed.sound else 0)


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


def _placed(
    session: Session, steps: list[_Step], lengths: list[int], duration_ms: int, speech_ms: SpeechLength
) -> Timeline:
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
                said = speech_ms(beat.utterance)
                cues.append(Speech(now, now + said, beat.utterance, step.section))
                if said < length:
                    cues.append(Silence(now + said, now + length, False, step.section, beat.utterance.place.line))
            case Breath() as breath:
                pace = breath.in_ms or 0, breath.out_ms or 0
                cues.append(Silence(now, now + length, False, step.section, breath.place.line, "breath", *pace))
            case Wait() as wait if length:
                cues.append(Silence(now, now + length, False, step.section, wait.place.line, "wait"))
            case Mark() as mark:
                marks.append((mark.name, now))
            case Bell() as bell:
                cues.extend(_strikes(bell, now, length // bell.strikes, step.section))
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


def _strikes(bell: Bell, start_ms: int, ring_ms: int, section: int) -> Iterator[Strike]:
    for number in range(bell.strikes):
        at = start_ms + number * ring_ms
        yield Strike(at, at + ring_ms, bell.sound, bell.level_db, section, bell.place.line)


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

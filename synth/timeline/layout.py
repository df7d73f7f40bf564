"""Fourth stage: a Session laid out in time, in whole milliseconds. Pure, integers only.

Lengths of speech come from outside, measured or still estimated. Fixed parts take what they take; elastic pauses share
what the asked length leaves, so that the sum is exact. Where bells still ring or a bed still fades, the track waits.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from synth.errors import RequestError
from synth.personalise.session import Session, SessionItem, TimedCue, Utterance
from synth.script.document import Bed, Bell, Breath, Mark, Pause, Wait
from synth.timeline.anchors import Elastic, LayoutAnchors, align_to
from synth.timeline.estimate import SpeechLength
from synth.timeline.model import MAX_TRACK_MS, BedSpan, BellDuration, Chapter, Cue, Silence, Speech, Strike, Timeline
from synth.units import MINUTE, format_duration, whole_seconds_down, whole_seconds_up

BED_OUT_MS = 10_000
SLEEP_BED_OUT_MS = 1 * MINUTE
SLEEP_FALL_DB, SLEEP_FALL_MS = -6.0, 5 * MINUTE
"""How far the voice falls, in a session to fall asleep with, and over how long before its last word."""


@dataclass(frozen=True, slots=True)
class LengthRange:
    """The lengths that a session can have; ``max_ms`` None: without end."""

    min_ms: int
    max_ms: int | None

    def __str__(self) -> str:
        least, most = whole_seconds_up(self.min_ms), self.max_ms
        if most is None:
            return f"from {format_duration(least)} upwards"
        if most == self.min_ms:
            return f"for {format_duration(most)}"
        if least <= whole_seconds_down(most):
            return f"from {format_duration(least)} to {format_duration(whole_seconds_down(most))}"
        return f"from {format_duration(self.min_ms)} to {format_duration(most)}"


@dataclass(frozen=True, slots=True)
class Step:
    """An item with its section and the time it takes, from ``min_ms`` to ``max_ms`` (None: without end).

    ``said_ms`` is the time of its sentence, or of each of its strokes; ``after_ms`` how long it is heard afterwards.
    """

    item: SessionItem
    section: int
    min_ms: int
    max_ms: int | None
    weight: int = 1
    said_ms: int = 0
    after_ms: int = 0


def length_range(
    session: Session, speech_ms: SpeechLength, bell_duration: Callable[[str], BellDuration]
) -> LengthRange:
    """The shortest and the longest that this session can be, without the bed that goes on behind it."""
    steps = steps_of(session, speech_ms, bell_duration)
    return _length_range(steps, closing_tail_ms(session, steps))


def lay_out(
    session: Session,
    speech_ms: SpeechLength,
    bell_duration: Callable[[str], BellDuration],
    tail_ms: int = 0,
    anchors: LayoutAnchors | None = None,
) -> Timeline:
    """The session in time, exactly as long as it asks to be; a bed that goes on behind it comes on top.

    ``tail_ms`` is how long the room rings on when the voice has ended; ``anchors`` an earlier layout to keep to.
    Raises RequestError where the length asked is out of reach, or the whole would be longer than a day. A session
    without elastic pauses takes its time.
    """
    steps = steps_of(session, speech_ms, bell_duration, tail_ms)
    return place_steps(session, steps, lengths_of(session, steps, anchors))


def lengths_of(session: Session, steps: Sequence[Step], anchors: LayoutAnchors | None = None) -> list[int]:
    """How long each step takes, so that the session is as long as it asks to be. Raises RequestError as ``lay_out``."""
    tail = closing_tail_ms(session, steps)
    possible = _length_range(steps, tail)
    asked_ms = session.length_ms
    if possible.max_ms == possible.min_ms or asked_ms is None:
        asked_ms = possible.min_ms
    if asked_ms < possible.min_ms or (possible.max_ms is not None and asked_ms > possible.max_ms):
        raise RequestError(f"{format_duration(asked_ms)} is out of reach: with this voice, this script runs {possible}")
    duration_ms = asked_ms + (session.bed_after_ms or 0)
    if duration_ms > MAX_TRACK_MS:
        raise RequestError(f"this session would last {format_duration(duration_ms)}; the most is a day")
    lengths = distribute(
        asked_ms - tail,
        [step.min_ms for step in steps],
        [step.max_ms for step in steps],
        [step.weight for step in steps],
    )
    return align_to(anchors, lengths, list(_elastics(steps))) if anchors else lengths


def _elastics(steps: Sequence[Step]) -> Iterator[Elastic]:
    """For everything that is heard behind an elastic pause, and for the end, the last such pause before it."""
    last: int | None = None
    for index, step in enumerate(steps):
        match step.item:
            case Pause():
                last = index if step.max_ms != step.min_ms else last
            case Bed() | Mark():
                pass
            case item:
                if last is not None:
                    yield Elastic(last, steps[last].min_ms, steps[last].max_ms, index, _name(item))
                last = None
    if last is not None:
        yield Elastic(last, steps[last].min_ms, steps[last].max_ms, len(steps), "")


def _name(item: SessionItem) -> str:
    """What tells an item from others, as a plan knows it."""
    match item:
        case Utterance():
            return item.text
        case TimedCue():
            return item.utterance.text
        case Bell():
            return "bell"
        case _:
            return "silence"


def steps_of(
    session: Session, speech_ms: SpeechLength, bell_duration: Callable[[str], BellDuration], tail_ms: int = 0
) -> list[Step]:
    """A session's items in time, in their order. Raises RequestError where a sentence is longer than its beat."""
    return [
        _step(item, number, speech_ms, bell_duration, tail_ms)
        for number, section in enumerate(session.sections)
        for item in section.items
    ]


def _step(
    item: SessionItem, section: int, speech_ms: SpeechLength, bell_duration: Callable[[str], BellDuration], tail_ms: int
) -> Step:
    match item:
        case Utterance():
            said = speech_ms(item)
            return Step(item, section, said, said, said_ms=said, after_ms=tail_ms)
        case TimedCue():
            said = speech_ms(item.utterance)
            _check_beat(item, said)
            return Step(item, section, item.length_ms, item.length_ms, said_ms=said, after_ms=tail_ms)
        case Breath():
            length = item.count * ((item.in_ms or 0) + (item.out_ms or 0))
            return Step(item, section, length, length)
        case Wait():
            return Step(item, section, item.max_ms, item.max_ms)
        case Pause():
            return Step(item, section, item.min_ms, item.max_ms, item.weight)
        case Bell():
            sound = bell_duration(item.sound)
            length = sound.wait_ms * item.strikes
            after = max(0, sound.sound_ms - sound.wait_ms)
            return Step(item, section, length, length, said_ms=sound.wait_ms, after_ms=after)
        case Bed():
            return Step(item, section, 0, 0, after_ms=item.fade_ms)
        case Mark():
            return Step(item, section, 0, 0)


def _check_beat(beat: TimedCue, speech_ms: int) -> None:
    if speech_ms > beat.length_ms:
        raise RequestError(
            f"{beat.utterance.place}: '{beat.utterance.text}' takes {format_duration(speech_ms)}, longer than its beat "
            f"of {format_duration(beat.length_ms)}; breathe slower, or speak faster"
        )


def _length_range(steps: Sequence[Step], tail: int) -> LengthRange:
    most = [step.max_ms for step in steps]
    return LengthRange(
        sum(step.min_ms for step in steps) + tail,
        None if None in most else sum(m for m in most if m is not None) + tail,
    )


def closing_tail_ms(session: Session, steps: Iterable[Step]) -> int:
    """How long the track waits behind its last step: for bells and the room to ring out and beds to fade.

    Elastic pauses behind a bell count with their shortest, so that it rings out whatever they become.
    """
    sounding_ms = 0
    bed = session.bed
    for step in steps:
        sounding_ms = max(sounding_ms - step.min_ms, step.after_ms)
        bed = step.item if isinstance(step.item, Bed) else bed
    return max(sounding_ms, BED_OUT_MS if bed and bed.sound else 0)


def distribute(total_ms: int, least: list[int], most: list[int | None], weights: list[int]) -> list[int]:
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


def place_steps(session: Session, steps: Sequence[Step], lengths: Sequence[int]) -> Timeline:
    """Steps one after the other, each as long as told, and what comes behind the last of them."""
    duration_ms = sum(lengths) + closing_tail_ms(session, steps) + (session.bed_after_ms or 0)
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
                cues.append(_speech(now, now + length, utterance, step.section))
            case TimedCue() as beat:
                said = now + min(step.said_ms, length)
                cues.append(_speech(now, said, beat.utterance, step.section))
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


def _speech(start_ms: int, end_ms: int, utterance: Utterance, section: int) -> Speech:
    return Speech(start_ms, end_ms, utterance.text, utterance.personal, section, utterance.place.line)


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

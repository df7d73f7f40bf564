"""Bells through a sitting: soft strokes at intervals or given times, laid into the rests of a timeline. Pure.

A bell never falls on words: it strikes at the moment nearest to the one asked at which the voice has rested for a
second and will for three more, and ten seconds from any other bell. Where a bell of the script's own strikes within
thirty seconds of the time asked, that one stands for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, takewhile

from synth.errors import RequestError
from synth.personalise.session import SittingBells
from synth.script.limits import LONGEST_SILENCE_MS
from synth.timeline.model import BellDuration, Speech, Strike, Timeline
from synth.units import SECOND, format_duration

RESTED_MS, RESTS_ON_MS = 1 * SECOND, 3 * SECOND
APART_MS = 10 * SECOND
STANDS_FOR_MS = 30 * SECOND


def add_interval_bells(
    timeline: Timeline, bells: SittingBells, bell_duration: Callable[[str], BellDuration], since_ms: int | None = None
) -> Timeline:
    """The timeline with its bells through the sitting; nothing else moves.

    Raises RequestError where a bell is asked for behind the end, or no rest is long enough for any. In a sitting that
    is under way since before ``since_ms`` no bell is put before that moment, and one that finds no place is left out.
    """
    late = [at for at in bells.at_ms if at >= timeline.duration_ms]
    if late and since_ms is None:
        raise RequestError(
            f"a bell at {format_duration(late[0])} is behind the end: '{timeline.title}' lasts "
            f"{format_duration(timeline.duration_ms)}"
        )
    soonest_ms = since_ms or 0
    for at_ms in _asked(bells, timeline.duration_ms):
        if at_ms < soonest_ms - STANDS_FOR_MS or at_ms in late:
            continue
        if any(abs(strike.start_ms - at_ms) <= STANDS_FOR_MS for strike in timeline.strikes):
            continue
        nearest = _nearest(timeline, bells, at_ms, bell_duration, soonest_ms)
        if nearest is not None:
            timeline = _with_bell(timeline, nearest, bells, bell_duration)
        elif since_ms is None:
            raise RequestError(
                f"'{timeline.title}' has no rest of {format_duration(RESTED_MS + RESTS_ON_MS)} in which a bell could "
                "ring; make it longer, or leave the bells through the sitting out"
            )
    if bells.in_long_silences:
        for at_ms in [at for at in _in_long_silences(timeline) if at >= soonest_ms]:
            timeline = _with_bell(timeline, at_ms, bells, bell_duration)
    return timeline


def _asked(bells: SittingBells, duration_ms: int) -> list[int]:
    every = bells.interval_ms
    rounds = count(bells.settle_ms + every, every) if every else iter(())
    return sorted({*bells.at_ms, *takewhile(lambda at: at < duration_ms, rounds)})


def _with_bell(
    timeline: Timeline, at_ms: int, bells: SittingBells, bell_duration: Callable[[str], BellDuration]
) -> Timeline:
    section = max(n for n, chapter in enumerate(timeline.chapters) if chapter.start_ms <= at_ms or n == 0)
    end_ms = min(at_ms + bell_duration(bells.sound).wait_ms, timeline.duration_ms)
    strike = Strike(at_ms, end_ms, bells.sound, bells.level_db, section, line=1)
    return replace(timeline, cues=tuple(sorted((*timeline.cues, strike), key=lambda cue: cue.start_ms)))


def _nearest(
    timeline: Timeline, bells: SittingBells, at_ms: int, bell_duration: Callable[[str], BellDuration], soonest_ms: int
) -> int | None:
    rests = _rests(timeline, timeline.duration_ms - bell_duration(bells.sound).sound_ms)
    moments = (min(max(at_ms, first, soonest_ms), last) for first, last in rests if last >= soonest_ms)
    return min(moments, key=lambda moment: abs(moment - at_ms), default=None)


def _rests(timeline: Timeline, last_ms: int) -> Iterator[tuple[int, int]]:
    """The first and the last moment, in each rest, at which a bell may strike."""
    taken = [(cue.start_ms - RESTS_ON_MS, cue.end_ms + RESTED_MS) for cue in timeline.speech]
    taken += [
        (strike.start_ms - APART_MS, max(strike.end_ms, strike.start_ms + APART_MS)) for strike in timeline.strikes
    ]
    free_ms = RESTED_MS
    for start, end in sorted(taken):
        if free_ms <= min(start, last_ms):
            yield free_ms, min(start, last_ms)
        free_ms = max(free_ms, end)
    if free_ms <= last_ms:
        yield free_ms, last_ms


def _in_long_silences(timeline: Timeline) -> Iterator[int]:
    """Moments that part every silence too long for a listener to stay with into equal, shorter ones."""
    sounding = [cue for cue in timeline.cues if isinstance(cue, Speech | Strike)]
    silent_from = 0
    for start, end in [*((cue.start_ms, cue.end_ms) for cue in sounding), (timeline.duration_ms, 0)]:
        parts = -(-(start - silent_from) // LONGEST_SILENCE_MS)
        for part in range(1, parts):
            yield silent_from + (start - silent_from) * part // parts
        silent_from = max(silent_from, end)

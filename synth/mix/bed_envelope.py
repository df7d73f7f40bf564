"""How a bed comes, goes, and gives way under speech."""

import numpy as np
from numpy.typing import NDArray

from synth.timeline.model import BedSpan, Timeline

DUCK_DB = -4.0
DUCK_DOWN_MS, DUCK_UP_MS = 250, 1_200


class BedEnvelope:
    """How a bed comes, goes, and gives way under speech: a gain for any moment, from 0 to 1."""

    def __init__(self, timeline: Timeline) -> None:
        points: list[tuple[float, float]] = []
        for start, end in _speech_runs(timeline):
            points += [
                (start - DUCK_DOWN_MS, 0.0),
                (start, DUCK_DB),
                (end, DUCK_DB),
                (end + DUCK_UP_MS, 0.0),
            ]
        self._times = np.array([time for time, _ in points] or [0.0])
        self._levels = np.array([level for _, level in points] or [0.0])

    def at(self, span: BedSpan, times_ms: NDArray[np.float64]) -> NDArray[np.float64]:
        """The gain of a bed at each moment: ducking by straight ramps in dB, fades by a quarter of a sine."""
        ducked = 10 ** (np.interp(times_ms, self._times, self._levels) / 20)
        rising = (times_ms - span.start_ms) / max(1, span.fade_in_ms)
        falling = (span.end_ms - times_ms) / max(1, span.fade_out_ms)
        fades = np.sin(np.pi / 2 * np.clip(rising, 0, 1)) * np.sin(np.pi / 2 * np.clip(falling, 0, 1))
        return np.asarray(ducked * fades)

    def course(self, span: BedSpan, start_ms: int, end_ms: int) -> list[list[float]]:
        """All that decides what ``at`` gives between two moments: the corners of the ducking, and fades there are."""
        within = [time for time in self._times.tolist() if start_ms < time < end_ms]
        times = [start_ms, *within, end_ms]
        ducking = np.interp(times, self._times, self._levels)
        fades = (
            (span.start_ms, span.start_ms + span.fade_in_ms, 1),
            (span.end_ms - span.fade_out_ms, span.end_ms, -1),
        )
        return [
            *([time - start_ms, float(level)] for time, level in zip(times, ducking, strict=True)),
            *([a - start_ms, b - start_ms, way] for a, b, way in fades if a < end_ms and b > start_ms),
        ]


def _speech_runs(timeline: Timeline) -> list[tuple[int, int]]:
    """Stretches of speech; where the bed would hardly come up between two utterances, it stays down."""
    runs: list[tuple[int, int]] = []
    for cue in timeline.speech:
        if runs and cue.start_ms - runs[-1][1] < DUCK_DOWN_MS + DUCK_UP_MS:
            runs[-1] = runs[-1][0], cue.end_ms
        else:
            runs.append((cue.start_ms, cue.end_ms))
    return runs

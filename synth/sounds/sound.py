"""A decoded sound: a bell as it is struck, or a bed that goes on for ever."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synth.audio.loudness import STEP_MS
from synth.audio.pcm import FRAME_BYTES, Samples, from_raw
from synth.content_cache import CacheEntry
from synth.units import db_to_gain, ms_to_frames

WAVE_EVERY_MS, WAVE_EARLY_MS = 11_000, 1_500
"""A wave begins at most so much sooner or later than every eleven seconds: 8 to 14 s after the one before."""

_WAVE_SWING_DB = 2.0


@dataclass(frozen=True, slots=True)
class Sound:
    """A decoded sound: ``loudness`` in LUFS, ``peak`` an amplitude, full scale at 1; ``content`` its file's SHA-256.

    ``energies`` are K-weighted, per 100 ms. ``waves``: how many the body holds, 0 for none.
    """

    entry: CacheEntry
    content: str
    length_ms: int
    loudness: float
    peak: float
    energies: tuple[float, ...]
    waves: int

    def samples(self) -> Samples:
        """The whole sound, ``(frames, 2)``, filled with silence to a whole millisecond."""
        whole = np.zeros((ms_to_frames(self.length_ms), 2))
        heard = from_raw(self.entry.read())
        whole[: len(heard)] = heard
        return whole

    def stretch(self, start_frame: int, frames: int) -> Samples:
        """A stretch of the endless bed, ``(frames, 2)``; the same frames are the same whatever stretch they are in."""
        return self._surf(start_frame, frames) if self.waves else self._loop(start_frame, frames)

    def phase(self, frame: int) -> int:
        """Where in the endless bed a frame is: frames of the same phase are followed by the same sound."""
        return frame if self.waves else frame % (self.entry.body_bytes // FRAME_BYTES)

    def bed_energies(self, steps: int) -> NDArray[np.float64]:
        """K-weighted energies of the endless bed, of so many times 100 ms from its beginning."""
        period, step = self.entry.body_bytes // FRAME_BYTES, ms_to_frames(STEP_MS)
        if not self.waves:
            return np.array(self.energies)[np.arange(steps) * step % period // step]
        length = period // self.waves
        return surf_energies(np.array(self.energies).reshape(self.waves, -1), length, steps)

    def _loop(self, start: int, frames: int) -> Samples:
        period = self.entry.body_bytes // FRAME_BYTES
        pieces = []
        at = start % period
        while frames > 0:
            stretch = min(frames, period - at)
            pieces.append(self._frames(at, at + stretch))
            frames -= stretch
            at = 0
        return np.concatenate(pieces)

    def _surf(self, start: int, frames: int) -> Samples:
        length = self.entry.body_bytes // FRAME_BYTES // self.waves
        mixed = np.zeros((frames, 2))
        for wave in waves_between(start, start + frames, length, self.waves):
            first, last = max(start, wave.start), min(start + frames, wave.start + length)
            into = wave.number * length - wave.start
            mixed[first - start : last - start] += wave.heard(self._frames(into + first, into + last))
        return mixed

    def _frames(self, start: int, end: int) -> Samples:
        return from_raw(self.entry.read(start * FRAME_BYTES, end * FRAME_BYTES))


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave as it comes: which one of the file, at which frame, how strong, and whether its sides are changed."""

    number: int
    start: int
    gain: float
    mirrored: bool

    def heard(self, samples: Samples) -> Samples:
        """Samples ``(frames, 2)`` of the file as they sound here."""
        return self.gain * (samples[:, ::-1] if self.mirrored else samples)


def waves_between(start: int, end: int, length: int, count: int) -> Iterator[Wave]:
    """The waves, each ``length`` frames long, that sound somewhere between two frames of an endless bed.

    It was going on before its frame 0: there too waves are under way.
    """
    every, early = ms_to_frames(WAVE_EVERY_MS), ms_to_frames(WAVE_EARLY_MS)
    under_way = length + every
    first = (start + under_way - length - early) // every
    last = (end + under_way + early) // every
    turn = count // 2
    for nth in range(max(0, first), last + 1):
        wave = _drawn(nth // turn, turn)[nth % turn]
        at = nth * every + wave.start - under_way
        if start - length < at < end:
            yield replace(wave, start=at)


@lru_cache(maxsize=8)
def _drawn(nth: int, turn: int) -> tuple[Wave, ...]:
    """The nth turn of waves, their starts told from when they would come if all came evenly.

    The two halves of a file take turns, each shuffled anew, so that no wave comes twice in a row.
    """
    order, times, strengths, sides = np.random.RandomState(nth).random_sample((4, turn))
    return tuple(
        Wave(
            number=int(number) + nth % 2 * turn,
            start=round((2 * time - 1) * ms_to_frames(WAVE_EARLY_MS)),
            gain=db_to_gain((2 * strength - 1) * _WAVE_SWING_DB),
            mirrored=bool(side < 0.5),
        )
        for number, time, strength, side in zip(np.argsort(order), times, strengths, sides, strict=True)
    )


def surf_energies(waves: NDArray[np.float64], length: int, steps: int) -> NDArray[np.float64]:
    """The energies per 100 ms of waves that follow one another, each ``length`` frames long; unrelated, they add up.

    ``waves``: the energies of every wave of a file, ``(waves, steps)``.
    """
    step = ms_to_frames(STEP_MS)
    total = np.zeros(steps)
    for wave in waves_between(0, steps * step, length, len(waves)):
        at = wave.start // step
        heard = waves[wave.number][max(0, -at) : steps - at] * wave.gain**2
        total[max(0, at) : max(0, at) + len(heard)] += heard
    return total

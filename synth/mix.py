"""Fifth stage: a Timeline becomes blocks of sound, one after the other.

A block overlays only the cues that touch it. A clip is opened when its cue begins and dropped when it has sounded;
nothing holds the session, and a block's samples do not depend on where the mix began or how long blocks are.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.audio import CHANNELS, AudioSegment, Samples, silence, to_segment
from synth.levels import DUCK_DOWN_MS, DUCK_UP_MS, PEAK_DBTP, BedEnvelope, ClipOf, Levels
from synth.sound import Sounds
from synth.speech import Clip
from synth.timeline import BedSpan, Speech, Strike, Timeline
from synth.units import FRAMES_PER_MS, RATE, db_to_gain, ms_to_frames

BLOCK_MS = 2_400
"""A hundred MP3 frames."""

_OVERSAMPLING = 4
_LOOK_AHEAD_MS = 8


@dataclass(frozen=True)
class Mix:
    """A timeline, and all that is needed to hear it."""

    timeline: Timeline
    clip_of: ClipOf
    sounds: Sounds
    levels: Levels

    @cached_property
    def _envelope(self) -> BedEnvelope:
        return BedEnvelope(self.timeline)

    def blocks(
        self, start_ms: int = 0, end_ms: int | None = None, *, block_ms: int = BLOCK_MS
    ) -> Iterator[AudioSegment]:
        """The sound from ``start_ms`` to ``end_ms`` or the track's end, in blocks of ``block_ms`` or less."""
        stop = self.timeline.duration_ms if end_ms is None else end_ms
        coming = sorted(self._sounding(start_ms, stop), key=lambda cue: cue.start_ms, reverse=True)
        opened: dict[Speech | Strike, AudioSegment] = {}
        for start in range(start_ms, stop, block_ms):
            end = min(start + block_ms, stop)
            block = self.beds(start, end)
            while coming and coming[-1].start_ms < end:
                cue = coming.pop()
                opened[cue] = self._open(cue)
            for cue, segment in list(opened.items()):
                heard = segment[max(0, start - cue.start_ms) : end - cue.start_ms]
                block = block.overlay(heard, position=max(0, cue.start_ms - start))
                if cue.start_ms + len(segment) <= end:
                    del opened[cue]
            yield block

    def beds(self, start_ms: int, end_ms: int) -> AudioSegment:
        """The beds alone, between two moments."""
        spans = self._spans(start_ms, end_ms)
        if not spans:
            return silence(end_ms - start_ms)
        mixed = self._bed(spans[0], start_ms, end_ms)
        for span in spans[1:]:
            mixed += self._bed(span, start_ms, end_ms)
        return to_segment(mixed)

    def contents(self, start_ms: int, end_ms: int) -> str:
        """All that decides the samples between two moments, and nothing else; equal texts mean equal samples."""
        cues = sorted(self._sounding(start_ms, end_ms), key=lambda cue: (cue.start_ms, isinstance(cue, Strike)))
        beds = [self._bed_contents(span, start_ms, end_ms) for span in self._spans(start_ms, end_ms)]
        return json.dumps([end_ms - start_ms, [self._cue_contents(cue, start_ms) for cue in cues], beds])

    @property
    def personal(self) -> list[tuple[int, int]]:
        """From when to when each sentence that another listener may not hear is heard, or the bed gives way for it."""
        return [
            (max(0, start - DUCK_DOWN_MS), max(end, cue.end_ms + DUCK_UP_MS))
            for start, end, cue in self._heard
            if isinstance(cue, Speech) and cue.utterance.personal
        ]

    @cached_property
    def _heard(self) -> list[tuple[int, int, Speech | Strike]]:
        """From when to when every sentence and every stroke is heard, rooms and rings included."""
        cues: tuple[Speech | Strike, ...] = (*self.timeline.speech, *self.timeline.strikes)
        return [(cue.start_ms, cue.start_ms + self._sound_ms(cue), cue) for cue in cues]

    def _sounding(self, start_ms: int, end_ms: int) -> list[Speech | Strike]:
        """The sentences and strokes of which something is heard between two moments."""
        return [cue for start, end, cue in self._heard if start < end_ms and end > start_ms]

    def _spans(self, start_ms: int, end_ms: int) -> list[BedSpan]:
        return [span for span in self.timeline.beds if span.start_ms < end_ms and span.end_ms > start_ms]

    def _sound_ms(self, cue: Speech | Strike) -> int:
        if isinstance(cue, Strike):
            return self.sounds.bell(cue.sound).length_ms
        clip = self.clip_of(cue.utterance)
        return clip.length_ms + clip.room_ms

    def _cue_contents(self, cue: Speech | Strike, start_ms: int) -> list[object]:
        at = cue.start_ms - start_ms
        if isinstance(cue, Strike):
            bell = self.sounds.bell(cue.sound)
            return [at, bell.content, self.levels.bell_gain(bell.peak, cue.level_db)]
        clip = self.clip_of(cue.utterance)
        return [at, clip.entry.path.name, clip.take, self.levels.clip_gain(clip, cue.level_db)]

    def _bed_contents(self, span: BedSpan, start_ms: int, end_ms: int) -> list[object]:
        bed = self.sounds.bed(span.sound)
        gain = self.levels.bed_gain(bed.loudness, span.level_lu)
        phase = bed.phase(ms_to_frames(start_ms - span.start_ms))
        return [bed.content, phase, gain, self._envelope.course(span, start_ms, end_ms)]

    def _bed(self, span: BedSpan, start_ms: int, end_ms: int) -> Samples:
        bed = self.sounds.bed(span.sound)
        heard = bed.stretch(ms_to_frames(start_ms - span.start_ms), ms_to_frames(end_ms - start_ms))
        gain = self.levels.bed_gain(bed.loudness, span.level_lu)
        course = gain * self._envelope.at(span, np.arange(start_ms, end_ms + 1, dtype=np.float64))
        if course.min() == course.max():
            return np.asarray(heard * course[0])
        between = np.arange(FRAMES_PER_MS) / FRAMES_PER_MS
        gains = course[:-1, None] + np.diff(course)[:, None] * between
        return np.asarray(heard * gains.reshape(-1, 1))

    def _open(self, cue: Speech | Strike) -> AudioSegment:
        if isinstance(cue, Speech):
            return to_segment(voiced(self.clip_of(cue.utterance), self.levels, cue.level_db))
        bell = self.sounds.bell(cue.sound)
        return to_segment(bell.samples() * self.levels.bell_gain(bell.peak, cue.level_db))


def voiced(clip: Clip, levels: Levels, level_db: float = 0.0) -> Samples:
    """A clip as it enters the mix, ``(frames, 2)``: at the voice's level or ``level_db`` from it, its peaks limited."""
    gain = levels.clip_gain(clip, level_db)
    samples = clip.samples() * gain
    ceiling = db_to_gain(PEAK_DBTP)
    return limit(samples, ceiling) if clip.peak * gain > ceiling else samples


def limit(samples: Samples, ceiling: float) -> Samples:
    """Samples ``(frames, 2)``, turned down smoothly around every true peak above ``ceiling`` (an amplitude).

    The gain wanted at each millisecond is the least that its peaks need; its minimum over ±8 ms, smoothed by a Hann
    window one millisecond narrower on each side, stays under it everywhere and has no corners.
    """
    cells = len(samples) // FRAMES_PER_MS
    wanted = np.minimum(1.0, ceiling / np.maximum(_peaks(samples)[:cells], ceiling))
    reach = _LOOK_AHEAD_MS
    padded = np.pad(wanted, 2 * reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 1)[1:-1]
    smooth = np.convolve(lowest, window / window.sum(), mode="valid")[1 : 1 + cells]
    centres = (np.arange(cells) + 0.5) * FRAMES_PER_MS - 0.5
    return samples * np.interp(np.arange(len(samples)), centres, smooth)[:, None]


def _peaks(samples: Samples) -> NDArray[np.float64]:
    """The largest true peak in each millisecond; second by second, as four times a long sentence is much."""
    stream = soxr.ResampleStream(RATE, _OVERSAMPLING * RATE, CHANNELS, dtype="float32", quality="HQ")
    cell = FRAMES_PER_MS * _OVERSAMPLING
    rest = np.zeros(0, np.float32)
    peaks = []
    for start in range(0, len(samples), RATE):
        second = np.ascontiguousarray(samples[start : start + RATE], np.float32)
        oversampled = np.abs(stream.resample_chunk(second, last=start + RATE >= len(samples)))
        rest = np.concatenate([rest, np.maximum(*oversampled.T)])
        whole = len(rest) // cell * cell
        peaks.append(rest[:whole].reshape(-1, cell).max(axis=1))
        rest = rest[whole:]
    return np.concatenate(peaks).astype(np.float64)

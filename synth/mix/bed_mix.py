"""The beds of a track, mixed alone: each loops, fades, and gives way under speech."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from synth.audio.pcm import AudioSegment, Samples, silence, to_segment
from synth.mix.bed_envelope import BedEnvelope
from synth.mix.levels import Levels
from synth.sounds.collection import Sounds
from synth.timeline.model import BedSpan, Timeline
from synth.units import FRAMES_PER_MS, ms_to_frames


@dataclass(frozen=True)
class BedMix:
    """The beds of a timeline; its speech says where they give way."""

    timeline: Timeline
    sounds: Sounds
    levels: Levels

    @cached_property
    def _envelope(self) -> BedEnvelope:
        return BedEnvelope(self.timeline)

    def block(self, start_ms: int, end_ms: int) -> AudioSegment:
        """What is heard of them between two moments, of which neither is outside the track."""
        spans = self._spans(start_ms, end_ms)
        if not spans:
            return silence(end_ms - start_ms)
        mixed = self._samples(spans[0], start_ms, end_ms)
        for span in spans[1:]:
            mixed += self._samples(span, start_ms, end_ms)
        return to_segment(mixed)

    def contents(self, start_ms: int, end_ms: int) -> Sequence[object]:
        """All that decides the samples between two moments, as JSON has it."""
        return [self._span_contents(span, start_ms, end_ms) for span in self._spans(start_ms, end_ms)]

    def _spans(self, start_ms: int, end_ms: int) -> list[BedSpan]:
        return [span for span in self.timeline.beds if span.start_ms < end_ms and span.end_ms > start_ms]

    def _span_contents(self, span: BedSpan, start_ms: int, end_ms: int) -> list[object]:
        bed = self.sounds.bed(span.sound)
        gain = self.levels.bed_gain(bed.loudness, span.level_lu)
        phase = bed.phase(ms_to_frames(start_ms - span.start_ms))
        return [bed.content, phase, gain, self._envelope.course(span, start_ms, end_ms)]

    def _samples(self, span: BedSpan, start_ms: int, end_ms: int) -> Samples:
        bed = self.sounds.bed(span.sound)
        heard = bed.stretch(ms_to_frames(start_ms - span.start_ms), ms_to_frames(end_ms - start_ms))
        gain = self.levels.bed_gain(bed.loudness, span.level_lu)
        course = gain * self._envelope.at(span, np.arange(start_ms, end_ms + 1, dtype=np.float64))
        if course.min() == course.max():
            return np.asarray(heard * course[0])
        between = np.arange(FRAMES_PER_MS) / FRAMES_PER_MS
        gains = course[:-1, None] + np.diff(course)[:, None] * between
        return np.asarray(heard * gains.reshape(-1, 1))

"""The beds of a track as they should sound, made again by the mixer: what is heard beside the voice is no fault."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from synth.audio.pcm import Samples, from_raw
from synth.errors import RequestError
from synth.formats.provenance import Provenance
from synth.mix.bed_mix import BedMix
from synth.sounds.collection import Sounds
from synth.timeline.model import BedSpan, Speech, Timeline
from synth.units import ms_to_frames
from synth.verify.measure import BURST_WITHIN_MS, Mono, at_match_rate, largest_burst


class ExpectedBeds:
    """All beds that are still at hand as they were; silence where there is none."""

    def __init__(self, timeline: Timeline, provenance: Provenance, sounds: Sounds) -> None:
        self._length_ms = timeline.duration_ms
        cues = tuple(
            cue
            for cue in timeline.cues
            if isinstance(cue, Speech) or (isinstance(cue, BedSpan) and _at_hand(cue.sound, provenance.beds, sounds))
        )
        self._beds = BedMix(replace(timeline, cues=cues), sounds, provenance.levels)

    def part(self, start_ms: int, end_ms: int) -> Samples:
        """A stretch of the beds alone, ``(frames, 2)``; before the track and behind it, there is silence."""
        first, last = max(0, start_ms), min(end_ms, self._length_ms)
        if last <= first:
            return np.zeros((ms_to_frames(end_ms - start_ms), 2))
        block = self._beds.block(first, last)
        around = ms_to_frames(first - start_ms), ms_to_frames(end_ms - last)
        return np.pad(from_raw(block.raw_data), (around, (0, 0)))

    def mono(self, start_ms: int, end_ms: int) -> Mono:
        """The same, as words are looked for."""
        return at_match_rate(self.part(start_ms, end_ms))

    def burst(self, at_ms: int) -> float:
        """How large a burst the beds hold about a moment by their nature: a drop of rain, a crack of the fire."""
        return largest_burst(self.part(at_ms - BURST_WITHIN_MS, at_ms + BURST_WITHIN_MS))


def _at_hand(name: str, contents: Mapping[str, str], sounds: Sounds) -> bool:
    try:
        return sounds.bed(name).content == contents.get(name)
    except RequestError:
        return False

"""Fifth stage: a Timeline becomes blocks of sound, one after the other.

A block overlays only the cues that touch it. A clip is opened when its cue begins and dropped when it has sounded;
nothing holds the session, and a block's samples do not depend on where the mix began or how long blocks are.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from synth.audio.pcm import AudioSegment, Samples, to_segment
from synth.mix.bed_envelope import DUCK_DOWN_MS, DUCK_UP_MS
from synth.mix.bed_mix import BedMix
from synth.mix.levels import PEAK_DBTP, Levels
from synth.mix.limiter import limit
from synth.sounds.collection import Sounds
from synth.sounds.sound import Sound
from synth.speech.clip import Clip
from synth.timeline.model import Speech, Strike, Timeline
from synth.units import db_to_gain

BLOCK_MS = 2_400
"""A hundred MP3 frames."""


@dataclass(frozen=True, slots=True)
class Audible:
    """A sentence or a stroke of a bell, what is heard of it, and from when to when, in milliseconds."""

    start_ms: int
    end_ms: int
    cue: Speech | Strike
    sound: Clip | Sound


@dataclass(frozen=True)
class Mix:
    """A timeline, and all that is needed to hear it; ``clips`` are those of its sentences, in their order."""

    timeline: Timeline
    clips: tuple[Clip, ...]
    sounds: Sounds
    levels: Levels

    @cached_property
    def _beds(self) -> BedMix:
        return BedMix(self.timeline, self.sounds, self.levels)

    def blocks(
        self, start_ms: int = 0, end_ms: int | None = None, *, block_ms: int = BLOCK_MS
    ) -> Iterator[AudioSegment]:
        """The sound from ``start_ms`` to ``end_ms`` or the track's end, in blocks of ``block_ms`` or less."""
        stop = self.timeline.duration_ms if end_ms is None else end_ms
        coming = sorted(self._sounding(start_ms, stop), key=lambda audible: audible.start_ms, reverse=True)
        opened: list[tuple[int, AudioSegment]] = []
        for start in range(start_ms, stop, block_ms):
            end = min(start + block_ms, stop)
            block = self._beds.block(start, end)
            while coming and coming[-1].start_ms < end:
                audible = coming.pop()
                opened.append((audible.start_ms, self._open(audible)))
            for since_ms, segment in opened:
                heard = segment[max(0, start - since_ms) : end - since_ms]
                block = block.overlay(heard, position=max(0, since_ms - start))
            opened = [(since_ms, segment) for since_ms, segment in opened if since_ms + len(segment) > end]
            yield block

    def contents(self, start_ms: int, end_ms: int) -> str:
        """All that decides the samples between two moments, and nothing else; equal texts mean equal samples."""
        audible = sorted(self._sounding(start_ms, end_ms), key=lambda one: (one.start_ms, isinstance(one.cue, Strike)))
        heard = [self._audible_contents(one, start_ms) for one in audible]
        return json.dumps([end_ms - start_ms, heard, self._beds.contents(start_ms, end_ms)])

    @property
    def personal(self) -> list[tuple[int, int]]:
        """From when to when each sentence that another listener may not hear is heard, or the bed gives way for it."""
        return [
            (max(0, one.start_ms - DUCK_DOWN_MS), max(one.end_ms, one.cue.end_ms + DUCK_UP_MS))
            for one in self._audible
            if isinstance(one.cue, Speech) and one.cue.personal
        ]

    @cached_property
    def _audible(self) -> tuple[Audible, ...]:
        """Every sentence and every stroke, reverb and rings included."""
        spoken = (
            Audible(cue.start_ms, cue.start_ms + clip.length_ms + clip.tail_ms, cue, clip)
            for cue, clip in zip(self.timeline.speech, self.clips, strict=True)
        )
        bells = {name: self.sounds.bell(name) for name in {cue.sound for cue in self.timeline.strikes}}
        struck = (
            Audible(cue.start_ms, cue.start_ms + bells[cue.sound].length_ms, cue, bells[cue.sound])
            for cue in self.timeline.strikes
        )
        return (*spoken, *struck)

    def _sounding(self, start_ms: int, end_ms: int) -> list[Audible]:
        """The sentences and strokes of which something is heard between two moments."""
        return [one for one in self._audible if one.start_ms < end_ms and one.end_ms > start_ms]

    def _audible_contents(self, one: Audible, start_ms: int) -> list[object]:
        at, sound, level_db = one.start_ms - start_ms, one.sound, one.cue.level_db
        if isinstance(sound, Clip):
            return [at, sound.entry.path.name, sound.take, self.levels.clip_gain(sound, level_db)]
        return [at, sound.content, self.levels.bell_gain(sound.peak, level_db)]

    def _open(self, one: Audible) -> AudioSegment:
        sound, level_db = one.sound, one.cue.level_db
        if isinstance(sound, Clip):
            return to_segment(voiced(sound, self.levels, level_db))
        return to_segment(sound.samples() * self.levels.bell_gain(sound.peak, level_db))


def voiced(clip: Clip, levels: Levels, level_db: float = 0.0) -> Samples:
    """A clip as it enters the mix, ``(frames, 2)``: at the voice's level or ``level_db`` from it, its peaks limited."""
    gain = levels.clip_gain(clip, level_db)
    samples = clip.samples() * gain
    ceiling = db_to_gain(PEAK_DBTP)
    return limit(samples, ceiling) if clip.peak * gain > ceiling else samples

"""The beds of a track as they should sound, made again by the mixer: what is heard beside the voice is no fault."""

from typing import Any

import numpy as np

from synth.audio import Samples, from_raw
from synth.errors import RequestError
from synth.levels import ClipOf, Levels
from synth.mix import Mix
from synth.personalise import Utterance
from synth.proof.measure import BURST_WITHIN_MS, Mono, at_match_rate, largest_burst
from synth.sound import Sounds
from synth.timeline import BedSpan, Speech, Timeline
from synth.units import ms_to_frames


class Ambience:
    """All beds that are still at hand as they were; silence where there is none."""

    def __init__(self, timeline: dict[str, Any], utterances: list[Utterance], clip_of: ClipOf, sounds: Sounds) -> None:
        recipe = timeline["recipe"]
        spoken = [cue for cue in timeline["cues"] if cue["kind"] == "speech"]
        speech = [
            Speech(cue["start_ms"], cue["end_ms"], utterance, cue["section"])
            for cue, utterance in zip(spoken, utterances, strict=True)
        ]
        beds = [
            BedSpan(
                cue["start_ms"], cue["end_ms"], cue["sound"], cue["level_lu"], cue["fade_in_ms"], cue["fade_out_ms"]
            )
            for cue in timeline["cues"]
            if cue["kind"] == "bed" and _at_hand(cue["sound"], recipe["beds"], sounds)
        ]
        self._length_ms: int = timeline["length_ms"]
        self._mix = Mix(
            Timeline(timeline["title"], timeline["language"], self._length_ms, (), (*speech, *beds)),
            clip_of,
            sounds,
            Levels(recipe["voice_lufs"], recipe["voice_peak"], recipe["limiting_db"]),
        )

    def part(self, start_ms: int, end_ms: int) -> Samples:
        """A stretch of the beds alone, ``(frames, 2)``; before the track and behind it, there is silence."""
        first, last = max(0, start_ms), min(end_ms, self._length_ms)
        if last <= first:
            return np.zeros((ms_to_frames(end_ms - start_ms), 2))
        block = self._mix.beds(first, last)
        around = ms_to_frames(first - start_ms), ms_to_frames(end_ms - last)
        return np.pad(from_raw(block.raw_data), (around, (0, 0)))

    def mono(self, start_ms: int, end_ms: int) -> Mono:
        """The same, as words are looked for."""
        return at_match_rate(self.part(start_ms, end_ms))

    def burst(self, at_ms: int) -> float:
        """How large a burst the beds hold about a moment by their nature: a drop of rain, a crack of the fire."""
        return largest_burst(self.part(at_ms - BURST_WITHIN_MS, at_ms + BURST_WITHIN_MS))


def _at_hand(name: str, contents: dict[str, str], sounds: Sounds) -> bool:
    try:
        return sounds.bed(name).content == contents[name]
    except RequestError:
        return False

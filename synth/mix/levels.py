"""How loud everything will be, settled before a sample is mixed; live and exported sound are therefore the same.

Every clip is brought to one loudness, the voice's. A bell's peak is set against the voice's peak and a bed's loudness
against the voice's, and the voice's own loudness is what makes the whole programme as loud as asked: the K-weighted
energies of all clips are laid on the timeline and gated by BS.1770.

The voice is what a listener sets the volume by. Where there are few words and a bed is heard through a long silence,
that silence counts, and the voice would have to shout, and the bed to swell with it, for the whole to be as loud as
asked. So the voice stays within ``MAX_RAISE_LU`` of that loudness, no clip is limited by more than ``MAX_LIMITING_DB``,
and the programme is as soft as it then is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.audio.loudness import STEP_MS, gated_loudness
from synth.mix.bed_envelope import BedEnvelope
from synth.sounds.collection import Sounds
from synth.speech.clip import Clip
from synth.timeline.model import Speech, Timeline
from synth.units import db_to_gain

TARGET_LUFS = -16.0


PEAK_DBTP = -2.5
"""What a voice clip is limited to: under −1 dBTP by what a bed, a bell's tail and a lossy encoder may add."""

MAX_LIMITING_DB = 2.0
"""What the limiter takes from the largest peak of a voice clip at most; a clip that would need more is softer."""

MAX_RAISE_LU = 3.0
"""How far the voice may stand over the programme's loudness; words with their usual rests need 0.5 to 2.5."""

Spoken = Sequence[tuple[Speech, Clip]]
"""The sentences of a timeline in their order, each with its clip."""


_HIGHEST_PEAK = db_to_gain(PEAK_DBTP + MAX_LIMITING_DB)


@dataclass(frozen=True, slots=True)
class Levels:
    """The voice's loudness in LUFS, and its largest true peak, behind the limiter, as an amplitude."""

    voice_lufs: float
    voice_peak: float

    def clip_gain(self, clip: Clip, level_db: float = 0.0) -> float:
        """What brings a clip to the voice's loudness, or to ``level_db`` from it, as far as its peaks allow."""
        return min(db_to_gain(self.voice_lufs + level_db - clip.loudness), _HIGHEST_PEAK / clip.peak)

    def bell_gain(self, peak: float, level_db: float) -> float:
        """What brings a bell of that peak to ``level_db`` relative to the voice's peak."""
        return self.voice_peak / peak * db_to_gain(level_db)

    def bed_gain(self, loudness: float, level_lu: float) -> float:
        """What brings a bed of that loudness to ``level_lu`` relative to the voice."""
        return db_to_gain(self.voice_lufs + level_lu - loudness)


def plan_levels(timeline: Timeline, clips: Sequence[Clip], sounds: Sounds, target_lufs: float) -> Levels:
    """The levels that bring this programme nearest to an integrated loudness of ``target_lufs``, from below.

    Where nobody speaks, bells and beds stand as they would beside a voice of that loudness: rain that was itself made
    as loud as a voice would be a storm.
    """
    spoken = tuple(zip(timeline.speech, clips, strict=True))
    if not spoken:
        return _levels_at(target_lufs, spoken)
    highest = min(target_lufs + MAX_RAISE_LU, *(_highest_lufs(cue, clip) for cue, clip in spoken))
    levels = _levels_at(min(target_lufs, highest), spoken)
    programme = _Programme(timeline, spoken, sounds)
    for _ in range(4):  # the bells follow the voice's peak, which stays where it is limited: three rounds settle it
        reached = programme.loudness(levels)
        if not np.isfinite(reached):
            break
        levels = _levels_at(min(levels.voice_lufs + target_lufs - reached, highest), spoken)
    return levels


def planned_loudness(timeline: Timeline, clips: Sequence[Clip], sounds: Sounds, levels: Levels) -> float:
    """The integrated loudness, in LUFS, that a programme will have at these levels; −inf where all is silent."""
    return _Programme(timeline, tuple(zip(timeline.speech, clips, strict=True)), sounds).loudness(levels)


def _highest_lufs(cue: Speech, clip: Clip) -> float:
    """How loud the voice may be for this clip to be limited no further than it may."""
    return clip.loudness - cue.level_db + 20 * float(np.log10(_HIGHEST_PEAK / clip.peak))


def _levels_at(voice_lufs: float, spoken: Spoken) -> Levels:
    ceiling = db_to_gain(PEAK_DBTP)
    peaks = [clip.peak * db_to_gain(voice_lufs + cue.level_db - clip.loudness) for cue, clip in spoken]
    highest = max(peaks, default=ceiling)
    return Levels(round(voice_lufs, 3), round(min(ceiling, highest), 6))


class _Programme:
    """K-weighted energies per 100 ms of the whole; sounds that meet are unrelated, so their energies add.

    Speech and beds follow the voice's loudness, bells its peak: at any levels, all is a sum of the two, weighted.
    """

    def __init__(self, timeline: Timeline, spoken: Spoken, sounds: Sounds) -> None:
        self._voiced, self._rung = np.zeros((2, timeline.duration_ms // STEP_MS + 2))
        self._whole = -(-timeline.duration_ms // STEP_MS)
        unit = Levels(voice_lufs=0.0, voice_peak=1.0)
        for cue, clip in spoken:
            _lay(self._voiced, cue.start_ms, clip.energies, db_to_gain(cue.level_db - clip.loudness))
        for strike in timeline.strikes:
            bell = sounds.bell(strike.sound)
            _lay(self._rung, strike.start_ms, bell.energies, unit.bell_gain(bell.peak, strike.level_db))
        envelope = BedEnvelope(timeline)
        for span in timeline.beds:
            bed = sounds.bed(span.sound)
            first = span.start_ms // STEP_MS
            times = np.asarray((np.arange(first, len(self._voiced)) + 0.5) * STEP_MS, np.float64)
            gain = unit.bed_gain(bed.loudness, span.level_lu) * envelope.at(span, times)
            self._voiced[first:] += bed.bed_energies(len(times)) * gain**2

    def loudness(self, levels: Levels) -> float:
        """Its integrated loudness, in LUFS."""
        steps = self._voiced * db_to_gain(levels.voice_lufs) ** 2 + self._rung * levels.voice_peak**2
        return gated_loudness(steps[: self._whole])


def _lay(steps: NDArray[np.float64], start_ms: int, energies: tuple[float, ...], gain: float) -> None:
    """Adds a clip's energies to the programme's, each divided between the two steps that it falls into."""
    first, into = divmod(start_ms, STEP_MS)
    later = into / STEP_MS
    room = max(0, len(steps) - first - 1)
    scaled = np.array(energies[:room]) * gain**2
    steps[first : first + len(scaled)] += scaled * (1 - later)
    steps[first + 1 : first + 1 + len(scaled)] += scaled * later

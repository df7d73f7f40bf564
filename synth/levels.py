"""How loud everything will be, settled before a sample is mixed; live and exported sound are therefore the same.

Every clip is brought to one loudness, the voice's. A bell's peak is set against the voice's peak and a bed's loudness
against the voice's, and the voice's own loudness is what makes the whole programme as loud as asked: the K-weighted
energies of all clips are laid on the timeline and gated by BS.1770.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.loudness import STEP_MS, gated_loudness
from synth.personalise import Utterance
from synth.sound import Sounds
from synth.speech import Clip
from synth.timeline import BedSpan, Speech, Timeline
from synth.units import db_to_gain, gain_to_db

TARGET_LUFS = -16.0
DUCK_DB = -4.0
DUCK_DOWN_MS, DUCK_UP_MS = 250, 1_200
PEAK_DBTP = -2.5
"""What a voice clip is limited to: under −1 dBTP by what a bed, a bell's tail and a lossy encoder may add."""

ClipOf = Callable[[Utterance], Clip]


@dataclass(frozen=True, slots=True)
class Levels:
    """The voice's loudness in LUFS, its largest true peak as an amplitude, and how many dB the limiter takes there."""

    voice_lufs: float
    voice_peak: float
    limiting_db: float

    def clip_gain(self, clip: Clip, level_db: float = 0.0) -> float:
        """What brings a clip to the voice's loudness, or to ``level_db`` from it."""
        return db_to_gain(self.voice_lufs + level_db - clip.loudness)

    def bell_gain(self, peak: float, level_db: float) -> float:
        """What brings a bell of that peak to ``level_db`` relative to the voice's peak."""
        return self.voice_peak / peak * db_to_gain(level_db)

    def bed_gain(self, loudness: float, level_lu: float) -> float:
        """What brings a bed of that loudness to ``level_lu`` relative to the voice."""
        return db_to_gain(self.voice_lufs + level_lu - loudness)


def plan_levels(timeline: Timeline, clip_of: ClipOf, sounds: Sounds, target_lufs: float) -> Levels:
    """The levels that give this programme an integrated loudness of ``target_lufs``.

    Where nobody speaks, bells and beds stand as they would beside a voice of that loudness: rain that was itself made
    as loud as a voice would be a storm.
    """
    clips = {cue: clip_of(cue.utterance) for cue in timeline.speech}
    levels = _levels_at(target_lufs, clips)
    if not clips:
        return levels
    programme = _Programme(timeline, clips, sounds)
    for _ in range(4):  # the bells follow the voice's peak, which stays where it is limited: three rounds settle it
        reached = programme.loudness(levels)
        if not np.isfinite(reached):
            break
        levels = _levels_at(levels.voice_lufs + target_lufs - reached, clips)
    return levels


def planned_loudness(timeline: Timeline, clip_of: ClipOf, sounds: Sounds, levels: Levels) -> float:
    """The integrated loudness, in LUFS, that a programme will have at these levels; −inf where all is silent."""
    return _Programme(timeline, {cue: clip_of(cue.utterance) for cue in timeline.speech}, sounds).loudness(levels)


def _levels_at(voice_lufs: float, clips: dict[Speech, Clip]) -> Levels:
    ceiling = db_to_gain(PEAK_DBTP)
    peaks = [clip.peak * db_to_gain(voice_lufs + cue.level_db - clip.loudness) for cue, clip in clips.items()]
    highest = max(peaks, default=ceiling)
    limiting_db = max(0.0, gain_to_db(highest / ceiling))
    return Levels(round(voice_lufs, 3), round(min(ceiling, highest), 6), round(limiting_db, 2))


class _Programme:
    """K-weighted energies per 100 ms of the whole; sounds that meet are unrelated, so their energies add.

    Speech and beds follow the voice's loudness, bells its peak: at any levels, all is a sum of the two, weighted.
    """

    def __init__(self, timeline: Timeline, clips: dict[Speech, Clip], sounds: Sounds) -> None:
        self._voiced, self._rung = np.zeros((2, timeline.duration_ms // STEP_MS + 2))
        self._whole = -(-timeline.duration_ms // STEP_MS)
        unit = Levels(voice_lufs=0.0, voice_peak=1.0, limiting_db=0.0)
        for cue, clip in clips.items():
            _lay(self._voiced, cue.start_ms, clip.energies, unit.clip_gain(clip, cue.level_db))
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

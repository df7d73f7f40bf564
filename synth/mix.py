"""Fifth stage: a Timeline becomes blocks of sound, one after the other.

A block overlays only the cues that touch it. A clip is opened when its cue begins and dropped when it has sounded;
nothing holds the session, and a block's samples do not depend on where the mix began or how long blocks are.
"""

from collections.abc import Iterator

import numpy as np
import soxr

from synth.audio import AudioSegment, Samples, silence, to_segment
from synth.levels import PEAK_DBTP, BedEnvelope, ClipOf, Levels
from synth.sound import Sounds
from synth.speech import Clip
from synth.timeline import Speech, Strike, Timeline
from synth.units import FRAMES_PER_MS, RATE, db_to_gain, ms_to_frames

BLOCK_MS = 2_400
"""A hundred MP3 frames."""

_OVERSAMPLING = 4
_LOOK_AHEAD_MS = 8


def mix(
    timeline: Timeline,
    clip_of: ClipOf,
    sounds: Sounds,
    levels: Levels,
    *,
    start_ms: int = 0,
    block_ms: int = BLOCK_MS,
) -> Iterator[AudioSegment]:
    """The timeline's sound from ``start_ms`` to its end, in blocks of ``block_ms`` (the last one shorter)."""
    envelope = BedEnvelope(timeline)
    opened: dict[Speech | Strike, AudioSegment] = {}
    cues: tuple[Speech | Strike, ...] = (*timeline.speech, *timeline.strikes)
    coming = sorted(cues, key=lambda cue: cue.start_ms, reverse=True)
    for start in range(start_ms, timeline.duration_ms, block_ms):
        end = min(start + block_ms, timeline.duration_ms)
        block = mix_beds(timeline, sounds, levels, envelope, start, end)
        while coming and coming[-1].start_ms < end:
            cue = coming.pop()
            opened[cue] = _open(cue, clip_of, sounds, levels)
        for cue, segment in list(opened.items()):
            heard = segment[max(0, start - cue.start_ms) : end - cue.start_ms]
            block = block.overlay(heard, position=max(0, cue.start_ms - start))
            if cue.start_ms + len(segment) <= end:
                del opened[cue]
        yield block


def mix_beds(
    timeline: Timeline, sounds: Sounds, levels: Levels, envelope: BedEnvelope, start: int, end: int
) -> AudioSegment:
    """The beds alone between two moments in milliseconds; ``envelope`` is the timeline's."""
    spans = [span for span in timeline.beds if span.start_ms < end and span.end_ms > start]
    if not spans:
        return silence(end - start)
    first = ms_to_frames(start)
    times = np.arange(first, ms_to_frames(end)) / FRAMES_PER_MS
    mixed = np.zeros((len(times), 2))
    for span in spans:
        bed = sounds.bed(span.sound)
        heard = bed.stretch(first - ms_to_frames(span.start_ms), len(times))
        gain = levels.bed_gain(bed.loudness, span.level_lu) * envelope.at(span, times)
        mixed += heard * gain[:, None]
    return to_segment(mixed)


def _open(cue: Speech | Strike, clip_of: ClipOf, sounds: Sounds, levels: Levels) -> AudioSegment:
    if isinstance(cue, Speech):
        return to_segment(voiced(clip_of(cue.utterance), levels, cue.level_db))
    bell = sounds.bell(cue.sound)
    return to_segment(bell.samples() * levels.bell_gain(bell.peak, cue.level_db))


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
    peaks = np.abs(soxr.resample(samples, RATE, _OVERSAMPLING * RATE, quality="HQ")).max(axis=1)
    peaks = np.resize(peaks, cells * FRAMES_PER_MS * _OVERSAMPLING).reshape(cells, -1).max(axis=1)
    wanted = np.minimum(1.0, ceiling / np.maximum(peaks, ceiling))
    reach = _LOOK_AHEAD_MS
    padded = np.pad(wanted, 2 * reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 1)[1:-1]
    smooth = np.convolve(lowest, window / window.sum(), mode="valid")[1 : 1 + cells]
    centres = (np.arange(cells) + 0.5) * FRAMES_PER_MS - 0.5
    return samples * np.interp(np.arange(len(samples)), centres, smooth)[:, None]

"""Speech as its source gave it: whether it can be heard, from where to where, and what the mix must know of it."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from synth.audio.loudness import STEP_MS, energies, gated_loudness, true_peak
from synth.audio.pcm import Samples
from synth.content_cache import Metadata
from synth.units import RATE, db_to_gain, frames_to_ms
from synth.voices.voice import EngineFault, RawSpeech

AUDIBLE_LU = -34.0
"""Speech begins and ends with a sample that is no further than this under the utterance's own loudness.

In a programme of −16 LUFS that is −50 dB under full scale, where pauses are usually measured (as by ffmpeg's
``silencedetect=noise=-50dB``).
"""

SOFT_END_MS = 200
SOFT_END_LU = -60.0
FADE_DB = 40.0
"""What is softer behind the speech, such as the last of an "s" or a "th", is kept for so long, down to this level.

It fades by so much in that time, so that a source's own noise does not go on into the pause.
"""

SILENT_LUFS = -70.0
"""A recording no louder than this, the absolute gate of BS.1770, is silence."""

EDGE_MS = 2
TAKE_BYTES = 16


def measure_clip(wet: NDArray[np.int16], speech_frames: int, rate: int) -> Metadata:
    """What is kept with a clip, ``(frames, 2)``, whose first ``speech_frames`` are speech and the rest its tail.

    Lengths in milliseconds, loudness in LUFS, true peak as an amplitude, K-weighted energies per 100 ms, and ``take``:
    the BLAKE2b digest of its samples.
    """
    samples = wet / 32768
    if np.array_equal(wet[:, 0], wet[:, 1]):
        samples = samples[:, 0]
    whole_ms, length_ms = (frames_to_ms(-(-frames * RATE // rate)) for frames in (len(wet), speech_frames))
    steps = energies(samples, rate)
    return {
        "length_ms": length_ms,
        "tail_ms": whole_ms - length_ms,
        "loudness": gated_loudness(steps[: -(-length_ms // STEP_MS)]),
        "peak": true_peak(samples, rate),
        "energies": [float(f"{energy:.6g}") for energy in steps],
        "take": hashlib.blake2b(wet.astype("<i2").tobytes(), digest_size=TAKE_BYTES).hexdigest(),
    }


def level_db(voice: Samples) -> float:
    """A voice's level in dB, full scale at 0, each sample weighted by its own power: pauses do not count."""
    power = np.square(voice)
    return float(10 * np.log10(np.square(power).sum() / power.sum()))


def audible(speech: RawSpeech) -> Samples:
    """A recording's samples ``(frames,)``, full scale at 1. Raises EngineFault where nothing can be heard."""
    recorded = speech.samples
    if not recorded.any():
        raise EngineFault("the engine gave silence" if len(recorded) else "the engine gave an empty file")
    voice = recorded / 32768
    if gated_loudness(energies(voice, speech.rate)) <= SILENT_LUFS:
        raise EngineFault("the engine gave nothing that can be heard")
    return voice


def trim(voice: Samples, rate: int) -> tuple[Samples, int]:
    """A voice ``(frames,)`` from its first audible sound until its soft end has died away, and its frames of speech.

    A ramp of ``EDGE_MS`` leads into it and out of it, where there is room for that outside of the sound.
    """
    step = rate // 1000
    first, end = _bounds(voice, level_db(voice) + AUDIBLE_LU)
    for _ in range(2):  # a pause at an end counts in an utterance's loudness, and its loudness tells what is a pause
        loudness = gated_loudness(energies(voice[first:end], rate))
        first, end = _bounds(voice, loudness + AUDIBLE_LU)
    first = max(0, first - EDGE_MS * step)
    soft_end = voice[end : end + SOFT_END_MS * step]
    powers = np.square(soft_end[: len(soft_end) // step * step]).reshape(-1, step).mean(axis=1)
    soft = np.nonzero(powers > db_to_gain(loudness + SOFT_END_LU) ** 2)[0]
    soft_end = soft_end[: max(int(soft[-1]) + 1 if len(soft) else 0, EDGE_MS) * step]
    fade = 10 ** (-FADE_DB / 20 * np.arange(len(soft_end)) / (SOFT_END_MS * step))
    trimmed = np.concatenate([voice[first:end], soft_end * fade])
    edge = min(EDGE_MS * step, len(trimmed) // 2)
    ramp = (np.arange(edge) + 0.5) / edge
    trimmed[:edge] *= ramp
    trimmed[len(trimmed) - edge :] *= ramp[::-1]
    return trimmed, end - first


def _bounds(voice: Samples, db: float) -> tuple[int, int]:
    """The frames from the first sample over a level to behind the last."""
    over = np.nonzero(np.abs(voice) > db_to_gain(db))[0]
    return int(over[0]), int(over[-1]) + 1

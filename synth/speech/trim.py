"""Speech as its source gave it, trimmed to its first and last audible sound, and measured."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from synth.audio.loudness import STEP_MS, energies, gated_loudness, true_peak
from synth.content_cache import Metadata
from synth.units import RATE, db_to_gain, frames_to_ms
from synth.voices.voice import EngineFault, RawSpeech

AUDIBLE_LU = -30.0
"""What lies further than this under an utterance's own loudness, at its two ends, is not heard as speech."""

SILENT_LUFS = -70.0
"""A recording no louder than this, the absolute gate of BS.1770, is silence."""

_EDGE_MS = 2
TAKE_BYTES = 16


def measure_clip(wet: NDArray[np.int16], dry_frames: int, rate: int) -> Metadata:
    """What is kept with a clip, ``(frames, 2)``, whose first ``dry_frames`` are speech and the rest reverb tail.

    Lengths in milliseconds, loudness in LUFS, true peak as an amplitude, K-weighted energies per 100 ms, and ``take``:
    the BLAKE2b digest of its samples.
    """
    samples = wet / 32768
    whole_ms, length_ms = (frames_to_ms(-(-frames * RATE // rate)) for frames in (len(wet), dry_frames))
    steps = energies(samples, rate)
    return {
        "length_ms": length_ms,
        "tail_ms": whole_ms - length_ms,
        "loudness": gated_loudness(steps[: -(-length_ms // STEP_MS)]),
        "peak": true_peak(samples, rate),
        "energies": [float(f"{energy:.6g}") for energy in steps],
        "take": hashlib.blake2b(wet.astype("<i2").tobytes(), digest_size=TAKE_BYTES).hexdigest(),
    }


def trim(speech: RawSpeech) -> NDArray[np.int16]:
    """A recording from its first audible sound to its last, ``(frames,)``, faded over 2 ms at its edges.

    Raises EngineFault where nothing can be heard.
    """
    recorded, rate = speech.samples, speech.rate
    if not recorded.any():
        raise EngineFault("the engine gave silence" if len(recorded) else "the engine gave an empty file")
    loudness = gated_loudness(energies(recorded / 32768, rate))
    if loudness <= SILENT_LUFS:
        raise EngineFault("the engine gave nothing that can be heard")
    threshold = 32768 * db_to_gain(loudness + AUDIBLE_LU)
    audible = np.nonzero(np.abs(recorded.astype(np.int32)) > threshold)[0]
    trimmed = recorded[audible[0] : audible[-1] + 1].astype(np.float64)
    edge = min(_EDGE_MS * rate // 1000, len(trimmed) // 2)
    ramp = (np.arange(edge) + 0.5) / edge
    trimmed[:edge] *= ramp
    trimmed[len(trimmed) - edge :] *= ramp[::-1]
    return np.rint(trimmed).astype(np.int16)

"""The project format, and conversions into and out of it.

Everything that is mixed is 48 kHz, stereo, 32-bit: one millisecond is exactly 48 frames, and one MP3 frame exactly
24 ms. Arrays are float64 of shape ``(frames, 2)``, full scale at ±1; between the mixer and an output, a block is a
pydub ``AudioSegment`` in the project format.
"""

import warnings

import numpy as np
from numpy.typing import NDArray

from synth.units import RATE

with warnings.catch_warnings():
    # pydub looks for an ffmpeg on the PATH and warns; ours is the one that pip brought.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment as AudioSegment


CHANNELS = 2
WIDTH = 4
FRAME_BYTES = CHANNELS * WIDTH
RAW_FORMAT = ("-f", "s32le", "-ar", str(RATE), "-ac", str(CHANNELS))
"""ffmpeg's arguments for raw sound in the project format."""

Samples = NDArray[np.float64]
"""Float samples: shape ``(frames,)`` for mono, ``(frames, 2)`` for stereo; full scale at ±1."""

_FULL_SCALE = 2.0**31


def to_segment(samples: Samples) -> AudioSegment:
    """Stereo samples ``(frames, 2)`` as a segment in the project format; what exceeds full scale is clipped."""
    scaled = samples * _FULL_SCALE
    np.clip(np.rint(scaled, out=scaled), -_FULL_SCALE, _FULL_SCALE - 1, out=scaled)
    return AudioSegment(data=scaled.astype("<i4").tobytes(), sample_width=WIDTH, frame_rate=RATE, channels=CHANNELS)


def from_raw(raw: bytes) -> Samples:
    """Bytes in the project format as samples ``(frames, 2)``."""
    return np.frombuffer(raw, "<i4").reshape(-1, CHANNELS) / _FULL_SCALE


def silence(ms: int) -> AudioSegment:
    """Silence in the project format."""
    return AudioSegment(
        data=bytes(ms * RATE // 1000 * FRAME_BYTES),
        sample_width=WIDTH,
        frame_rate=RATE,
        channels=CHANNELS,
    )

"""A limiter that looks ahead: true peaks are turned down smoothly."""

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.audio.pcm import CHANNELS, Samples
from synth.units import FRAMES_PER_MS, RATE

_OVERSAMPLING = 4
_LOOK_AHEAD_MS = 8


def limit(samples: Samples, ceiling: float) -> Samples:
    """Samples ``(frames, 2)``, turned down smoothly around every true peak above ``ceiling`` (an amplitude).

    The gain wanted at each millisecond is the least that its peaks need; its minimum over ±8 ms, smoothed by a Hann
    window one millisecond narrower on each side, stays under it everywhere and has no corners.
    """
    cells = len(samples) // FRAMES_PER_MS
    wanted = np.minimum(1.0, ceiling / np.maximum(_peaks(samples)[:cells], ceiling))
    reach = _LOOK_AHEAD_MS
    padded = np.pad(wanted, 2 * reach, constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).min(axis=1)
    window = np.hanning(2 * reach + 1)[1:-1]
    smooth = np.convolve(lowest, window / window.sum(), mode="valid")[1 : 1 + cells]
    centres = (np.arange(cells) + 0.5) * FRAMES_PER_MS - 0.5
    return samples * np.interp(np.arange(len(samples)), centres, smooth)[:, None]


def _peaks(samples: Samples) -> NDArray[np.float64]:
    """The largest true peak in each millisecond; second by second, as four times a long sentence is much."""
    stream = soxr.ResampleStream(RATE, _OVERSAMPLING * RATE, CHANNELS, dtype="float32", quality="HQ")
    cell = FRAMES_PER_MS * _OVERSAMPLING
    rest = np.zeros(0, np.float32)
    peaks = []
    for start in range(0, len(samples), RATE):
        second = np.ascontiguousarray(samples[start : start + RATE], np.float32)
        oversampled = np.abs(stream.resample_chunk(second, last=start + RATE >= len(samples)))
        rest = np.concatenate([rest, np.maximum(*oversampled.T)])
        whole = len(rest) // cell * cell
        peaks.append(rest[:whole].reshape(-1, cell).max(axis=1))
        rest = rest[whole:]
    return np.concatenate(peaks).astype(np.float64)

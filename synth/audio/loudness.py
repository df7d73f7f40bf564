"""Loudness by ITU-R BS.1770-5: K-weighted energies, gated loudness, true peak.

Energies are per 100 ms, so that those of clips and sounds can be added up on a timeline before a sample is mixed.
"""

from functools import lru_cache

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.audio.pcm import Samples
from synth.units import RATE

STEP_MS = 100
"""Gating blocks are 400 ms long and begin every 100 ms."""

_BLOCK_STEPS = 4
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0


# BS.1770-5, annex 1, tables 1 and 2: coefficients for 48 kHz.
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (1.0, -1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_SETTLING_S = 0.5
"""The filter's response has decayed by then."""


@lru_cache(maxsize=4)
def _response(frames: int, rate: int) -> NDArray[np.complex128]:
    """The K-weighting's transfer function at the frequencies of an ``rfft`` of so many frames at a rate."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(frames, RATE / rate))
    response = np.ones_like(z)
    for numerator, denominator in (_SHELF, _HIGH_PASS):
        response *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    return np.asarray(response, np.complex128)


def energies(samples: Samples, rate: int = RATE) -> NDArray[np.float64]:
    """K-weighted mean squares per 100 ms of samples ``(frames, 2)``, summed over the channels.

    Mono samples ``(frames,)`` count as the same in both. The last step is filled up with silence. ``rate``: at most
    48,000 frames a second, of which 100 ms hold a whole number.
    """
    if samples.ndim == 1:
        return 2 * _channel_energies(samples, rate)
    return sum((_channel_energies(channel, rate) for channel in samples.T), np.zeros(1))


def _channel_energies(samples: Samples, rate: int) -> NDArray[np.float64]:
    """Filters in the frequency domain, part by part; parts overlap by the time in which the filter settles."""
    frames = len(samples)
    before = round(_SETTLING_S * rate)
    length = 1 << (2 * rate).bit_length()
    new = length - before
    parts = max(1, -(-frames // new))
    padded = np.zeros(before + parts * new)
    padded[before : before + frames] = samples
    cut = np.lib.stride_tricks.sliding_window_view(padded, length)[::new]
    weighted = np.fft.irfft(np.fft.rfft(cut) * _response(length, rate), length)[:, before:].reshape(-1)
    step = STEP_MS * rate // 1000
    steps = np.zeros(-(-frames // step) * step)
    steps[:frames] = weighted[:frames]
    return np.asarray(np.square(steps).reshape(-1, step).mean(axis=1))


def lufs(mean_energy: float) -> float:
    """Loudness of a K-weighted mean energy: −0.691 + 10·log10(e); −inf for silence."""
    return float(-0.691 + 10 * np.log10(mean_energy)) if mean_energy > 0 else -np.inf


def gated_loudness(steps: NDArray[np.float64]) -> float:
    """Integrated loudness, in LUFS, of energies per 100 ms; of less than 400 ms, that of their mean, ungated."""
    if len(steps) < _BLOCK_STEPS:
        return lufs(float(steps.mean())) if len(steps) else -np.inf
    blocks = np.convolve(steps, np.full(_BLOCK_STEPS, 1 / _BLOCK_STEPS), mode="valid")
    for gate in (_ABSOLUTE_GATE_LUFS, None):
        threshold = lufs(float(blocks.mean())) + _RELATIVE_GATE_LU if gate is None else gate
        blocks = blocks[blocks > 10 ** ((threshold + 0.691) / 10)]
        if not len(blocks):
            return -np.inf
    return lufs(float(blocks.mean()))


def true_peak(samples: Samples, rate: int = RATE) -> float:
    """The largest amplitude between and at the samples, oversampled to 176.4 kHz or more."""
    if not len(samples):
        return 0.0
    times = -(-176_400 // rate)
    return float(np.abs(soxr.resample(samples.astype(np.float32), rate, times * rate, quality="HQ")).max(initial=0.0))

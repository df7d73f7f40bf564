"""The limiter: nothing goes over its ceiling, and nothing else changes."""

import numpy as np
import pytest
from helpers.sound import (
    FRAMES,
    decibels,
    hum,
    true_peak,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.audio import loudness
from synth.audio.pcm import Samples
from synth.mix.limiter import limit


def limited_of(mono: Samples, ceiling: float) -> Samples:
    """A mono signal from both loudspeakers, limited; what comes from one of them."""
    left, right = limit(np.column_stack([mono, mono]), ceiling).T
    assert np.array_equal(left, right)
    return np.asarray(left)


class TestLimit:
    @given(
        seed=st.integers(0, 2**32 - 1),
        length_ms=st.integers(1, 300),
        loud=st.floats(0.05, 6.0),
        ceiling=st.floats(0.05, 1.0),
        top_hz=st.sampled_from([300, 3_000, 11_000]),
    )
    @settings(max_examples=60, deadline=None)
    def test_nothing_goes_over_the_ceiling(
        self, seed: int, length_ms: int, loud: float, ceiling: float, top_hz: int
    ) -> None:
        signal = _lumpy(seed, length_ms, top_hz) * loud
        limited = limited_of(signal, ceiling)
        assert limited.shape == signal.shape
        assert decibels(loudness.true_peak(limited)) <= decibels(ceiling) + 0.01
        assert decibels(true_peak(limited)) <= decibels(ceiling) + 0.1
        if loudness.true_peak(signal) <= ceiling:
            assert np.array_equal(limited, signal)
        assert np.all(np.abs(limited) <= np.abs(signal) * (1 + 1e-12)), "it never turns up"

    def test_a_peak_that_lies_between_the_samples(self) -> None:
        """A quarter of the rate, an eighth of a turn off: the samples reach 0.71 of the crest."""
        count = 200 * FRAMES
        tone = np.sin(2 * np.pi * (np.arange(count) / 4 + 1 / 8)) * np.hanning(count)
        assert np.abs(tone).max() < 0.72
        limited = limited_of(tone, 0.8)
        assert 0.75 < true_peak(limited) <= 0.8 * 1.005

    def test_far_from_a_peak_nothing_changes(self) -> None:
        signal = 0.1 * hum(1.0, 440.0)
        signal[24_000:24_480] *= 20
        limited = limited_of(signal, 0.5)
        assert np.abs(limited).max() <= 0.5
        changed = np.nonzero(limited != signal)[0]
        assert changed[0] > 24_000 - 20 * FRAMES
        assert changed[-1] < 24_480 + 20 * FRAMES

    def test_it_turns_down_without_a_corner(self) -> None:
        """A swell without a zero shows the gain itself: it comes down and goes up by small steps."""
        swell = np.interp(np.arange(48_000), [0, 19_000, 20_000, 28_000, 29_000, 48_000], [0.4, 0.4, 1, 1, 0.4, 0.4])
        gain = limited_of(swell, 0.5) / swell
        assert gain.min() == pytest.approx(0.5, abs=0.02)
        assert np.abs(np.diff(gain)).max() < 0.002

    def test_both_channels_are_turned_down_alike(self) -> None:
        """A picture in stereo stays where it is."""
        soft = 0.1 * hum(1.0, 440.0)
        loud = soft.copy()
        loud[24_000:24_480] *= 20
        left, right = limit(np.column_stack([loud, soft]), 0.5).T
        assert np.allclose(left * soft, right * loud, atol=1e-12)
        assert np.abs(right[24_000:24_480]).max() < 0.05


def _lumpy(seed: int, length_ms: int, top_hz: int) -> Samples:
    """Noise up to a frequency, with soft ends and a burst somewhere; its peak is 1."""
    random = np.random.RandomState(seed)
    count = length_ms * FRAMES
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum[np.fft.rfftfreq(count, 1 / 48_000) > top_hz] = 0
    burst = np.exp(-(((np.arange(count) - random.randint(count)) / (5 * FRAMES)) ** 2))
    edge = min(count // 4, 2 * FRAMES)
    ends = np.clip(np.minimum(np.arange(count), np.arange(count)[::-1]) / edge, 0, 1)
    signal = np.fft.irfft(spectrum, count) * (0.3 + burst) * np.sin(np.pi / 2 * ends) ** 2
    return np.asarray(signal / max(np.abs(signal).max(), 1e-9))

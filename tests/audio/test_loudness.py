"""Loudness and true peak, of sounds of which both are known."""

import math

import numpy as np
import pytest
from helpers.speaking import faded, sine

from synth.audio.loudness import true_peak
from synth.units import RATE


def test_the_true_peak_of_known_sounds() -> None:
    for from_the_top in (np.pi / 4, np.pi / 8):
        met = faded(sine(RATE / 4, 0.5, 0.5, phase=np.pi / 2 - from_the_top))
        assert np.abs(met).max() == pytest.approx(0.5 * math.cos(from_the_top))
        assert true_peak(met) == pytest.approx(0.5, rel=0.01)
    assert true_peak(faded(sine(100, 0.7, 0.5))) == pytest.approx(0.7, rel=0.001)
    assert true_peak(np.zeros(0)) == true_peak(np.zeros(480)) == 0

"""Clicks are what stands out of all that goes on beside it."""

import numpy as np

from synth.verify.clicks import find_bursts


def test_clicks_are_not_what_goes_on() -> None:
    noise = np.full(1_000, 0.01, np.float32)
    nowhere = np.zeros(1_000, bool)
    assert find_bursts(noise, nowhere, nowhere) == []
    noise[[400, 402, 700]] = 0.1
    assert find_bursts(noise, nowhere, nowhere) == [400, 700]
    assert find_bursts(noise, nowhere, ~nowhere) == []
    noise[500] = 0.04
    assert find_bursts(noise, nowhere, nowhere) == [400, 500, 700]
    assert find_bursts(noise, ~nowhere, nowhere) == [400, 700]

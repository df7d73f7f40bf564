"""Clicks: bursts of a millisecond or two that nothing before or behind them explains.

A click, be it a lost sample or a bad splice, is flat up to the highest frequencies, and so stands out in the third
difference of the samples; rain, the ring of bells and hissing sounds go on for longer, drops have neighbours.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from synth.units import db_to_gain

OUTSIDE_SPEECH_DB, INSIDE_SPEECH_DB = 10.0, 14.0
"""How far a click stands above its neighbourhood; the drops of rain reach 8 dB, a voice's t and k reach 11.5 dB."""

_NEAR_MS, _FAR_MS = 6, 80
_FAINTEST = 2e-3


def find_bursts(bursts: NDArray[np.float32], speech: NDArray[np.bool_], known: NDArray[np.bool_]) -> list[int]:
    """The milliseconds at which clicks begin.

    ``bursts``: the largest third difference of every millisecond; ``speech`` and ``known``: which of them are spoken,
    and in which a bell is struck, which clicks by its nature.
    """
    width = _FAR_MS - _NEAR_MS
    padded = np.pad(bursts, _FAR_MS)
    sides = np.lib.stride_tricks.sliding_window_view(padded, width).max(axis=1)
    around = np.maximum(sides[: len(bursts)], sides[_FAR_MS + _NEAR_MS + 1 :][: len(bursts)])
    allowed = np.where(speech, db_to_gain(INSIDE_SPEECH_DB), db_to_gain(OUTSIDE_SPEECH_DB))
    sudden = np.nonzero((bursts > np.maximum(around, _FAINTEST) * allowed) & ~known)[0]
    return [int(at) for before, at in pairwise([-_FAR_MS, *sudden]) if at - before >= _FAR_MS]

"""What a script may ask for, and what goes without saying: durations in milliseconds, levels in dB or LU."""

from typing import Literal

from synth.units import HOUR, MINUTE, SECOND

NAMED_PAUSES = {"paragraph": 1_500, "normal": 5_000, "short": 3_000, "long": 10_000}
"""Milliseconds of ``[pause short]`` and its like, and of a paragraph's end."""

MAX_PAUSE_MS = 2 * HOUR
MIN_INTERVAL_MS = 30 * SECOND
"""The least time between two bells through a sitting."""

LONGEST_SILENCE_MS = 10 * MINUTE
"""In longer silence a listener can get lost, or think that it is over."""

BED_LEVEL_LU = -18.0
BELL_LEVEL_DB = -3.0
MIN_WPM, MAX_WPM = 80, 450
"""eSpeak NG's own limits: below the first it stays there without a word."""

USUAL_WPM = 125
MIN_LOUDNESS_LUFS, MAX_LOUDNESS_LUFS = -30.0, -12.0
MIN_LEVEL = -60.0
"""The least level of a bell in dB, or of a bed in LU, beside the voice's."""

ANSWERS = {
    "touch": ("Is touch welcome?", ("yes", "no")),
    "eyes": ("Would you rather have your eyes open, or closed?", ("open", "closed")),
    "secular": ("Would you rather have secular words only?", ("yes", "no")),
}
"""What a listener answers once, for every script: the question and its answers. Nobody's answer is neither."""

EffectName = Literal["plain", "light", "warm", "hall"]
"""The effects that a voice can be given, the least of them first."""

"""Whether a sentence came out as long as its phonemes are: neural voices may run on, garble, or lose an end."""

import numpy as np

from synth.speech.trim import AUDIBLE_LU, audible, level_db
from synth.units import db_to_gain
from synth.voices.voice import RawSpeech, ReadWord, VoiceInfo

SHORTEST, LONGEST = 0.5, 2.1
"""A sentence's length beside what its phonemes take on average.

Over the 231 sentences of the shipped scripts and 400 of one to four of their words, a natural voice lies between 0.75
and 1.5, Piper between 0.6 and 1.63. pyttsx3 tells no such times and is not held to them: its voices are built by rule
and neither run on nor garble, and espeak-ng ends "while" a few milliseconds before its file ends.
"""

_CUT_MS = 5
"""Where a recording's last milliseconds still sound, its end is cut off."""


def what_is_odd(speech: RawSpeech, read: tuple[ReadWord, ...], words_a_minute: int, voice: VoiceInfo) -> str | None:
    """What is wrong with a recording of these words, in a few words; None where nothing is.

    Raises EngineFault where nothing can be heard.
    """
    if voice.phoneme_ms is None or voice.pace is None:
        return None
    samples = audible(speech)
    sounds = np.flatnonzero(np.abs(samples) > db_to_gain(level_db(samples) + AUDIBLE_LU))
    if sounds[-1] >= len(samples) - _CUT_MS * speech.rate // 1000:
        return "its end is cut off"
    fixed_ms, each_ms = voice.phoneme_ms
    phonemes = sum(sum(map(str.isalpha, word.phonemes)) for word in read)
    usual_ms = (fixed_ms + each_ms * phonemes) * voice.pace / words_a_minute
    length_ms = (sounds[-1] - sounds[0] + 1) * 1000 / speech.rate
    if not SHORTEST * usual_ms <= length_ms <= LONGEST * usual_ms:
        return f"{length_ms / 1000:.1f} s for what usually takes {usual_ms / 1000:.1f} s"
    return None

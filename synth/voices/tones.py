"""A voice of tones, for tests and for hearing a script's shape: pitch from the text's hash, length from its characters.

Two different texts differ in pitch, so a lost, doubled or swapped utterance can be heard and measured.
"""

import hashlib
import re
from typing import Self

import numpy as np

from synth.voices.voice import RawSpeech, ReadWord, VoiceInfo, Words

RATE = 22_050
MS_A_CHARACTER = 60
LOWEST_HZ, SEMITONES = 220.0, 36


def pitch_of(text: str) -> float:
    """The tone's frequency in Hz: one of ``4 × SEMITONES`` quarter-semitone steps above ``LOWEST_HZ``."""
    step = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % (4 * SEMITONES)
    return float(LOWEST_HZ * 2 ** (step / 48))


def missing() -> str | None:
    """Nothing: it is part of this project."""
    return None


class TonesVoice:
    """Says a text as one tone with two soft overtones."""

    version = "tones 1"
    packages = None

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The one voice, which speaks no language."""
        return (VoiceInfo("tone", "Tone", ()),)

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        """Every word as its characters, which is what the tone's length counts."""
        return tuple(ReadWord(found.start(), found.end(), found[0]) for found in re.finditer(r"\S+", words.text))

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        """A tone of ``MS_A_CHARACTER`` for every character at 110 words a minute, whatever the take."""
        text = words.text
        frames = round(len(text) * MS_A_CHARACTER / 1000 * 110 / words_a_minute * RATE)
        time = np.arange(frames) / RATE
        tone = sum(np.sin(2 * np.pi * pitch_of(text) * n * time) / n**2 for n in (1, 2, 3))
        ramp = np.clip(np.minimum(np.arange(frames), np.arange(frames)[::-1]) / (0.002 * RATE), 0, 1)
        return RawSpeech((0.3 * 32767 * tone * ramp).astype(np.int16), RATE)

    def close(self) -> None:
        """Nothing is held."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

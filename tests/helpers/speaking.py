"""Engines that say what a test wants, and the clips of what they said."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np

from synth.audio.pcm import Samples
from synth.content_cache import Cache
from synth.personalise.session import Style, Utterance
from synth.source import Place
from synth.speech.clip import Clip
from synth.speech.synthesis import speak
from synth.units import RATE
from synth.voices.engines import ENGINES, Engine
from synth.voices.voice import RawSpeech, ReadWord, Voice, VoiceInfo, Words

ENGINE = "engine"
"""Under this name a test puts its own engine among the others."""


class Sounding:
    """An engine that gives the recordings it is told to and notes what it was asked."""

    packages = None

    def __init__(self, say: Callable[[str], RawSpeech], version: str = "sounding 1") -> None:
        self._say = say
        self.version = version
        self.asked: list[tuple[str, str, int]] = []
        self.closed = 0

    def voices(self) -> tuple[VoiceInfo, ...]:
        return (VoiceInfo("first", "First", ()), VoiceInfo("second", "Second", ()))

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        self.asked.append((words.text, voice_id, words_a_minute))
        return self._say(words.text)

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        return tuple(ReadWord(word.start(), word.end(), word[0]) for word in re.finditer(r"\S+", words.text))

    def close(self) -> None:
        self.closed += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def given_engine(make: Callable[[], Voice]) -> Engine:
    """An engine that opens what a test makes; auto never takes it."""

    class Given(Engine):
        def open(self) -> Voice:
            return make()

        def missing(self) -> None:
            return None

    return Given("", "", by_itself=False)


@contextmanager
def engine(voice: Voice) -> Iterator[None]:
    """The voice among the engines, where a new one is put."""
    ENGINES[ENGINE] = given_engine(lambda: voice)
    try:
        yield
    finally:
        del ENGINES[ENGINE]


def utterance(spoken: str, line: int = 3, voice: str = ENGINE, rate: int = 110) -> Utterance:
    return Utterance(spoken.upper(), spoken, False, Style(voice, "en", rate), Place("script.md", line, 5))


def only_clip(cache: Path, voice: Voice, spoken: str = "May you be well.") -> Clip:
    """What the stage makes of one utterance."""
    with engine(voice):
        (clip,) = speak([utterance(spoken)], Cache(cache)).values()
    return clip


def steady(samples: Samples, rate: int = RATE) -> Sounding:
    """An engine that says the same sound, of amplitudes up to 1, whatever it is asked."""
    return Sounding(lambda text: RawSpeech(np.rint(samples * 32767).astype(np.int16), rate))


def faded(samples: Samples, frames: int = 480) -> Samples:
    ramp = np.clip(np.minimum(np.arange(len(samples)), np.arange(len(samples))[::-1]) / frames, 0, 1)
    return np.asarray(samples * ramp)


def sine(hertz: float, amplitude: float, seconds: float, phase: float = 0.0) -> Samples:
    return np.asarray(amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE + phase))

"""The protocol of a speech engine, and what it gives."""

from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray


class EngineFault(Exception):
    """An engine gave no sound this time: it hung, died, or wrote nothing."""


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """One of an engine's voices; ``languages`` are tags such as ``en-gb``, lower-case.

    ``effect`` is what suits its sound where nothing else is asked. ``pace`` is how many words a minute it says in
    running text where it is not asked to go slower or faster; None where it has no pace of its own. ``phoneme_ms`` is
    what a sentence usually takes at that pace, whatever its length and for each phoneme; None where that is not known.
    ``licence`` is the voice's, as an SPDX identifier or in words. ``size`` is how many bytes the network that speaks it
    takes; None where it has none.
    """

    id: str
    name: str
    languages: tuple[str, ...]
    effect: str = "plain"
    pace: int | None = None
    phoneme_ms: tuple[float, float] | None = None
    licence: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Pronunciation:
    """How the characters ``start`` to ``end`` of a text are said, in IPA: stress marks, no slashes or brackets."""

    start: int
    end: int
    ipa: str


@dataclass(frozen=True, slots=True)
class Words:
    """What a voice is given to say: a text, and pronunciations of parts of it, in order, none over another."""

    text: str
    pronunciations: tuple[Pronunciation, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadWord:
    """A word as a voice reads it: its characters ``start`` to ``end`` of the text, and its phonemes.

    ``phonemes`` are in the engine's own alphabet, and empty where it would leave the word out. ``spelled`` where it
    would say the names of its characters one by one.
    """

    start: int
    end: int
    phonemes: str
    spelled: bool = False


@dataclass(frozen=True, slots=True)
class RawSpeech:
    """What an engine said: mono 16-bit samples of shape ``(frames,)`` at ``rate`` frames a second."""

    samples: NDArray[np.int16]
    rate: int


@dataclass(frozen=True, slots=True)
class EngineListing:
    """What an engine has: the name and version of all that shapes its sound, and its voices."""

    version: str
    voices: tuple[VoiceInfo, ...]


@runtime_checkable
class FindsVoices(Protocol):
    """An engine that has more voices than it lists: files by their path, speakers, blends."""

    def find(self, wanted: str) -> VoiceInfo:
        """The voice that is asked for so. Raises VoiceError where there is none."""


class Voice(Protocol):
    """A speech engine."""

    @property
    def packages(self) -> str | None:
        """What was installed of it, where that alone decides what it has; None where only the engine can tell."""

    @property
    def version(self) -> str:
        """Name and version of all that shapes the sound; two equal versions say a text alike."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The voices it has. Raises VoiceError where the engine can't be started."""

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        """How each word will be said, without saying it: what is left out or spelled can be told before a sound.

        Asked from several threads at once. Raises EngineFault where it may be tried again.
        """

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        """One sentence, whole; asked from several threads at once. Raises EngineFault where it may be tried again.

        ``take`` seeds whatever is random in it: the same take gives the same samples.
        """

    def close(self) -> None:
        """Ends what the engine holds."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...

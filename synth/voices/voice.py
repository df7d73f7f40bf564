"""The protocol of a speech engine, and what it gives."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray


class EngineFault(Exception):
    """An engine gave no sound this time: it hung, died, or wrote nothing."""


@dataclass(frozen=True, slots=True)
class VoiceInfo:
    """One of an engine's voices; ``languages`` are tags such as ``en-gb``, lower-case.

    ``effect`` is what suits its sound where nothing else is asked.
    """

    id: str
    name: str
    languages: tuple[str, ...]
    effect: str = "plain"


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

    def speak(self, text: str, voice_id: str, words_a_minute: int) -> RawSpeech:
        """The text, whole; asked from several threads at once. Raises EngineFault where it may be tried again."""

    def close(self) -> None:
        """Ends what the engine holds."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...

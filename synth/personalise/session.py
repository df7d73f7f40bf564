"""A session: a script with nothing left to decide for one listener."""

from dataclasses import dataclass

from synth.errors import Place
from synth.script import Bed, Bell, Meta, Pause


@dataclass(frozen=True, slots=True)
class Style:
    """How an utterance is spoken: ENGINE:ID or None for the language's own voice, and words a minute."""

    voice: str | None
    language: str
    rate: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """A final sentence: ``text`` as it is written in a transcript, ``spoken`` as the voice is given it.

    ``personal`` where a slot was filled in it: another listener may hear something else.
    """

    text: str
    spoken: str
    personal: bool
    style: Style
    place: Place


SessionItem = Utterance | Pause | Bell | Bed


@dataclass(frozen=True, slots=True)
class SessionSection:
    """A titled run of items, in the order they sound."""

    title: str
    items: tuple[SessionItem, ...]


@dataclass(frozen=True, slots=True)
class Session:
    """What one listener will hear; ``bed`` is what sounds from the first moment."""

    meta: Meta
    bed: Bed | None
    length_ms: int | None
    sections: tuple[SessionSection, ...]

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """Every utterance, in order."""
        return tuple(i for section in self.sections for i in section.items if isinstance(i, Utterance))

"""The types of a parsed script: what its writer wrote, not yet made for one listener.

Frozen, hashable values all through; times in milliseconds, levels in dB or LU. Every item knows its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from synth.errors import Place
from synth.script.header import Meta

Person = Literal["i", "you", "we", "all"]
"""To whom a phrase is said."""


@dataclass(frozen=True, slots=True)
class Fill:
    """``{name}`` or ``{phrase for you}``: filled when the listener is known."""

    slot: str
    person: Person
    place: Place


@dataclass(frozen=True, slots=True)
class Say:
    """One utterance: text and fills in the order they are spoken."""

    parts: tuple[str | Fill, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The end of a paragraph, and how long the voice rests there where no pause marker says otherwise."""

    rest_ms: int
    place: Place


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence from ``least_ms`` to ``most_ms`` (None: without end); elastic where the two differ.

    ``bare`` where its writer gave a number without a unit, which is seconds.
    """

    least_ms: int
    most_ms: int | None
    weight: int
    place: Place
    bare: bool = False

    @property
    def elastic(self) -> bool:
        """Whether its length is decided by the session's length."""
        return self.most_ms != self.least_ms


@dataclass(frozen=True, slots=True)
class Bell:
    """Strikes of a bell, each ringing before the next; ``level_db`` is 0 for as loud as the voice, or less."""

    sound: str
    strikes: int
    level_db: float
    place: Place


@dataclass(frozen=True, slots=True)
class Bed:
    """The ambient track from here on (``sound`` None: silence); ``level_lu`` relative to the voice."""

    sound: str | None
    level_lu: float
    fade_ms: int
    place: Place


@dataclass(frozen=True, slots=True)
class Repeat:
    """Its items, ``times`` times."""

    times: int
    items: "tuple[Item, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Each:
    """Its items once for every value of the slot ``source``, which its texts call ``{variable}``."""

    variable: str
    source: str
    items: "tuple[Item, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Include:
    """A fragment's items, their places in the fragment's own file."""

    fragment: str
    items: "tuple[Item, ...]"
    place: Place


Item = Say | Paragraph | Pause | Bell | Bed | Repeat | Each | Include


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; ``title`` is empty before the first heading."""

    title: str
    items: tuple[Item, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Document:
    """A whole script."""

    meta: Meta
    sections: tuple[Section, ...]

    def walk(self) -> Iterator[Item]:
        """Every item of the text in order, blocks before what stands in them."""
        for section in self.sections:
            yield from _walk(section.items)


def _walk(items: tuple[Item, ...]) -> Iterator[Item]:
    for item in items:
        yield item
        if isinstance(item, Repeat | Each | Include):
            yield from _walk(item.items)

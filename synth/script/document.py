"""The types of a parsed script: what its writer wrote, not yet made for one listener.

Frozen, hashable values all through; times in milliseconds, levels in dB or LU. Every item knows its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from synth.script.header import Meta
from synth.source import Place

PERSONS = ("i", "you", "we", "all")
"""To whom a phrase is said; beside these, to whoever an ``[each]`` over people calls by a word of its own."""


@dataclass(frozen=True, slots=True)
class Fill:
    """``{name}``, ``{phrase for you}`` or ``{phrase for person}``: filled when the listener is known.

    ``person`` is one of ``PERSONS``, or the variable of an ``[each]`` over people.
    """

    slot: str
    person: str
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
    """Silence from ``min_ms`` to ``max_ms`` (None: without end); elastic where the two differ.

    ``bare`` where its writer gave a number without a unit, which is seconds. ``asks`` is what is waited for in it.
    """

    min_ms: int
    max_ms: int | None
    weight: int
    place: Place
    bare: bool = False
    asks: "Rating | None" = None

    @property
    def elastic(self) -> bool:
        """Whether its length is decided by the session's length."""
        return self.max_ms != self.min_ms


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
class Breath:
    """The time of so many breaths; None: at the listener's own pace. ``cued``: each way is announced as it begins."""

    count: int
    in_ms: int | None
    out_ms: int | None
    cued: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Wait:
    """The listener does something in their own time: live until they say so, or ``max_ms`` pass."""

    max_ms: int
    place: Place


@dataclass(frozen=True, slots=True)
class VoiceChange:
    """How it is spoken from here on; both None: as the header says again."""

    name: str | None
    rate: int | None
    place: Place


@dataclass(frozen=True, slots=True)
class Rating:
    """Asks for a number between two, and waits for it."""

    least: int
    most: int
    question: str
    place: Place


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that the player can return to."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Option:
    """One branch of a ``[choose]``."""

    name: str
    items: "tuple[Item, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Choose:
    """The branch that the slot names; the first where nothing says."""

    slot: str
    options: "tuple[Option, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class If:
    """Its items where a slot is filled (``value`` None) or has that value; else the others."""

    slot: str
    value: str | None
    items: "tuple[Item, ...]"
    otherwise: "tuple[Item, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Repeat:
    """Its items, ``times`` times."""

    times: int
    items: "tuple[Item, ...]"
    place: Place


@dataclass(frozen=True, slots=True)
class Each:
    """Its items once for every phrase or person of the slot ``source``, which its texts call ``{variable}``."""

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


Item = (
    Say
    | Paragraph
    | Pause
    | Bell
    | Bed
    | Breath
    | Wait
    | VoiceChange
    | Rating
    | Mark
    | Repeat
    | Each
    | Choose
    | If
    | Include
)


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
            yield from walk(section.items)


def walk(items: tuple[Item, ...]) -> Iterator[Item]:
    """These items and all that stands in them, in order, blocks before what stands in them."""
    for item in items:
        yield item
        for inner in inner_items(item):
            yield from walk(inner)


def inner_items(item: Item) -> tuple[tuple[Item, ...], ...]:
    """What stands inside an item: each branch of a block by itself."""
    match item:
        case Repeat() | Each() | Include():
            return (item.items,)
        case If():
            return (item.items, item.otherwise)
        case Choose():
            return tuple(option.items for option in item.options)
        case _:
            return ()

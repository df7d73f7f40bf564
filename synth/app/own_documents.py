"""Documents that are built here and stand in no file: what a command says or rings by itself, and the timer's sitting.

They are made of the types that a script is parsed into, so that a user's text in them is words and never a marker.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from synth.script.document import Bell, Document, Fill, Item, Pause, Say, Section
from synth.script.header import BedStyle, Care, Meta, Slot
from synth.script.parse import parse_fragment
from synth.source import Place, Source
from synth.units import SECOND
from synth.wording import one_line

BED_MS = 20 * SECOND
"""How long a bed is played alone."""

GROUND = "ground"
"""The fragment that is said where somebody asks to be grounded."""

_HERE = Place("metta", 1, 1)


def text_document(text: str, language: str = "en") -> Document:
    """A text, said once."""
    return _document(Meta(title="Voice", language=language), Say((one_line(text),), _HERE))


def name_document() -> Document:
    """The listener's name, said once."""
    return _document(Meta(title="Name", slots={"name": Slot()}), Say((Fill("name", "i", _HERE),), _HERE))


def sound_document(name: str, kind: Literal["bell", "bed"]) -> Document:
    """A bell, struck once, or a bed for ``BED_MS``."""
    if kind == "bell":
        meta = Meta(title=name)
        return _document(meta, Bell(name, 1, meta.bell.level, _HERE))
    return _document(Meta(title=name, bed=BedStyle(sound=name)), Pause(BED_MS, BED_MS, 1, _HERE))


def sitting_document() -> Document:
    """A sitting without words: a bell, silence as long as one likes, three bells."""
    meta = Meta(
        title="Sitting",
        care=Care(
            allow={
                "long-silence": "a sitting rings the bells that are asked for",
                "bell-at-close": "as it is asked for",
            }
        ),
    )
    bell = Bell(meta.bell.sound, 1, meta.bell.level, _HERE)
    return Document(
        meta,
        (
            Section("Beginning", (bell,), _HERE),
            Section("Silence", (Pause(SECOND, None, 1, _HERE),), _HERE),
            Section("Closing", (replace(bell, strikes=3),), _HERE),
        ),
    )


def ground_document(meta: Meta, fragments: Mapping[str, Source]) -> Document:
    """The fragment ``ground`` by itself, in the language and voice of a script's header.

    Raises ScriptError where the fragment can't stand alone, as it needs the script's slots.
    """
    return _document(
        meta.model_copy(update={"slots": {}, "length": None}), *parse_fragment(GROUND, fragments, meta.language)
    )


def _document(meta: Meta, *items: Item) -> Document:
    return Document(meta, (Section("", items, _HERE),))

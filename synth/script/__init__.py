"""First stage: the text of a script becomes a Document, or every problem it has is told. Pure.

``header`` are the YAML keys, ``markers`` what stands in brackets, ``parse`` the one pass over a text, and
``document`` what comes out.
"""

from synth.script.document import (
    Bed,
    Bell,
    Breath,
    Choose,
    Document,
    Each,
    Fill,
    If,
    Include,
    Item,
    Mark,
    Option,
    Paragraph,
    Pause,
    Rating,
    Repeat,
    Say,
    Section,
    VoiceChange,
    Wait,
)
from synth.script.header import Meta, Slot
from synth.script.parse import Source, parse

__all__ = [
    "Bed",
    "Bell",
    "Breath",
    "Choose",
    "Document",
    "Each",
    "Fill",
    "If",
    "Include",
    "Item",
    "Mark",
    "Meta",
    "Option",
    "Paragraph",
    "Pause",
    "Rating",
    "Repeat",
    "Say",
    "Section",
    "Slot",
    "Source",
    "VoiceChange",
    "Wait",
    "parse",
]

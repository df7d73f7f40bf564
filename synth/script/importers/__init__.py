"""Scripts written for other programs, read where they say only what our own language can. Pure.

Each reader hands what it finds to a ``DocumentBuilder``. What has no like in our own language is an error with its
place in the writer's own file, and is never left out in silence. A new format is three steps: a file with a reader, a
function here that imports it when it is needed, and a line in ``_READERS``.
"""

from collections.abc import Callable
from pathlib import PurePath

from synth.script.document import Document
from synth.source import Source

Reader = Callable[[Source], Document]
"""Raises ScriptError with every problem of a text."""


def read_ssml(source: Source) -> Document:
    """The document of an SSML text. Raises ScriptError."""
    from synth.script.importers import ssml_reader

    return ssml_reader.read_ssml(source)


def read_speech_markdown(source: Source) -> Document:
    """The document of a Speech Markdown text. Raises ScriptError."""
    from synth.script.importers import speech_markdown_reader

    return speech_markdown_reader.read_speech_markdown(source)


_READERS: dict[str, Reader] = {".ssml": read_ssml, ".xml": read_ssml, ".smd": read_speech_markdown}
_SSML_BEGINS = ("<?xml", "<speak")


def reader_of(source: Source) -> Reader | None:
    """The reader of a text in another format, by its file's ending or XML's first words; None for a script of ours."""
    by_ending = _READERS.get(PurePath(source.file).suffix.lower())
    if by_ending:
        return by_ending
    return read_ssml if source.text.removeprefix("\ufeff").lstrip().startswith(_SSML_BEGINS) else None

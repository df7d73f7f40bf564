"""Scripts in the forms of others: what is read of them, in short, and what it may take."""

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from synth.errors import ScriptError
from synth.script.document import Document, Mark, Paragraph, Pause, Say, VoiceChange
from synth.script.importers import reader_of
from synth.source import Source


def read(text: str, file: str) -> Document:
    reader = reader_of(Source(file, text))
    assert reader
    return reader(Source(file, text))


def ssml(body: str) -> Document:
    return read(f"<speak>{body}</speak>", "a.ssml")


def smd(text: str) -> Document:
    return read(text, "a.smd")


def problems_of(text: str, file: str) -> list[str]:
    with pytest.raises(ScriptError) as raised:
        read(text, file)
    return str(raised.value).splitlines()


def told(document: Document) -> list[list[Any]]:
    """A document in short: a list a section, an utterance its words, a pause its milliseconds."""
    return [[section.title, *(short(item) for item in section.items)] for section in document.sections]


def short(item: Any) -> Any:
    match item:
        case Say():
            return "".join(map(str, item.parts))
        case Pause():
            assert item.min_ms == item.max_ms
            return item.min_ms
        case Paragraph():
            return "¶"
        case Mark():
            return f"@{item.name}"
        case VoiceChange():
            return f"rate {item.rate}"
    raise AssertionError(item)


def said(document: Document) -> list[Any]:
    """The one section of a document, without its title."""
    ((_, *items),) = told(document)
    return items


def grows_evenly(read: Callable[[str], object], text_of: Callable[[int], str], size: int) -> bool:
    """Whether a text four times as long takes about four times the work, and not sixteen times."""

    def work(size: int) -> float:
        text, began = text_of(size), time.process_time()
        with contextlib.suppress(ScriptError):
            read(text)
        return time.process_time() - began

    return work(size) < 9 * min(work(size // 4) for _ in range(3)) + 0.5


FILES: Mapping[str, str] = {
    "a.ssml": "<speak><p>Hello there.<break time='2s'/> Rest.</p></speak>",
    "b.smd": "Hello there. [2s] Rest.",
    "plain": "<?xml version='1.0'?>\n<speak>Hello there.<break time='2s'/> Rest.</speak>",
}

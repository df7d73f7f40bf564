"""Small helpers: a script from its body, the problems of a bad one, and where things stand in it."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from synth.errors import ScriptError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Session, Utterance
from synth.script.document import Document, Fill, Item, Paragraph, Pause, Say
from synth.script.parse import parse
from synth.scripts import phrases as shipped_phrases
from synth.source import Place, Source
from synth.timeline.layout import lay_out
from synth.timeline.model import BellDuration, Timeline

FILE = "script.md"

HEADER_LINES = 3
"""A header of one long line between its two rules: the body's first line is the file's fourth."""

PHRASES = {"phrases": {"type": "phrases", "default": ["happy", "safe"]}}
"""A header's slots, to go through phrases."""


def written(body: str, **header: Any) -> str:
    """The text of a whole script. JSON in one line is YAML as well, and keeps line numbers simple."""
    return f"---\n{json.dumps({'title': 'Test'} | header, ensure_ascii=False)}\n---\n{body}"


def fragments_of(texts: Mapping[str, str]) -> dict[str, Source]:
    return {name: Source(f"fragments/{name}.md", text) for name, text in texts.items()}


def read(text: str, fragments: Mapping[str, str] | None = None) -> Document:
    return parse(Source(FILE, text), fragments_of(fragments or {}))


def script(body: str, *, fragments: Mapping[str, str] | None = None, **header: Any) -> Document:
    """The document of a body under a header of these keys."""
    return read(written(body, **header), fragments)


def items(body: str, *, fragments: Mapping[str, str] | None = None, **header: Any) -> tuple[Item, ...]:
    """The items of a body without headings."""
    (section,) = script(body, fragments=fragments, **header).sections
    assert section.title == ""
    return section.items


def problems_of(text: str, fragments: Mapping[str, str] | None = None) -> list[str]:
    """Every problem of a bad script, as a writer reads it."""
    with pytest.raises(ScriptError) as raised:
        read(text, fragments)
    assert str(raised.value) == "\n".join(map(str, raised.value.problems))
    return [str(problem) for problem in raised.value.problems]


def body_problems(body: str, *, fragments: Mapping[str, str] | None = None, **header: Any) -> list[str]:
    return problems_of(written(body, **header), fragments)


def at(line: int, column: int = 1) -> Place:
    """A place, its line counted from the body's first."""
    return Place(FILE, HEADER_LINES + line, column)


def say(line: int, column: int, *parts: str | Fill) -> Say:
    return Say(parts, at(line, column))


def rest(line: int, column: int, ms: int = 1_500) -> Paragraph:
    return Paragraph(ms, at(line, column))


def pause(line: int, column: int, least: int, most: int | None = -1, weight: int = 1, **more: Any) -> Pause:
    """A pause; fixed where no longest is given."""
    return Pause(least, least if most == -1 else most, weight, at(line, column), **more)


def session(
    body: str,
    options: SessionOptions | None = None,
    profile: Profile | None = None,
    *,
    fragments: Mapping[str, str] | None = None,
    **header: Any,
) -> Session:
    """What a listener will hear of a body under a header of these keys."""
    document = script(body, fragments=fragments, **header)
    return personalise(document, profile or Profile(), options or SessionOptions(), shipped_phrases("en"))


def rings(**lengths: tuple[int, int]) -> Mapping[str, BellDuration]:
    return {name: BellDuration(*length) for name, length in lengths.items()}


RINGS = rings(bowl=(9_000, 20_000), chime=(5_000, 7_000), block=(1_000, 400))


def a_second(utterance: Utterance) -> int:
    return 1_000


def laid_out(body: str, options: SessionOptions | None = None, **header: Any) -> Timeline:
    """A body in time, every utterance a second long."""
    return lay_out(session(body, options, **header), a_second, RINGS.__getitem__)

"""A session as a page of plain text, to read aloud from."""

import textwrap
from collections.abc import Iterator

from synth.export.reading_page import Block, Rest, Sheet, Span, format_rest, spans
from synth.units import format_clock

COLUMNS = 80
_JOINED = "\0"
"""Stands for a space at which lines are not broken, until they are wrapped."""


def write_text(sheet: Sheet) -> str:
    """The page as plain text, in lines of at most 80 columns."""
    return "\n\n".join(_pieces(sheet)) + "\n"


def _pieces(sheet: Sheet) -> Iterator[str]:
    yield _heading(sheet.title, "=")
    yield _wrapped(
        [
            f"About {format_clock(sheet.duration_ms)}.",
            _shown(Span("rest", "6 s")),
            "is a silence of 6 seconds; between paragraphs, the voice rests for",
            f"{format_rest(sheet.rest_ms)} where nothing else is told.",
        ]
    )
    for passage in sheet.passages:
        yield _heading(passage.title, "-")
        for block in passage.blocks:
            if not is_plain_rest(block, sheet):
                yield _wrapped(map(_shown, spans(block)))


def is_plain_rest(block: Block, sheet: Sheet) -> bool:
    """Whether a block is nothing but the usual silence between paragraphs, which is not written."""
    return block.parts == (Rest(sheet.rest_ms),)


def _heading(title: str, line: str) -> str:
    wrapped = _wrapped([title])
    return f"{wrapped}\n{line * max(map(len, wrapped.splitlines()))}"


def _shown(span: Span) -> str:
    match span.kind:
        case "said":
            return span.text
        case "rest":
            return f"·{_JOINED}{span.text.replace(' ', _JOINED)}{_JOINED}·"
        case "told":
            return f"[{span.text}]"


def _wrapped(pieces: "Iterator[str] | list[str]") -> str:
    return textwrap.fill(" ".join(pieces), COLUMNS, break_on_hyphens=False).replace(_JOINED, " ")

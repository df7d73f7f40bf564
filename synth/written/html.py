"""A session as a page of HTML: one file that holds everything it needs, made for paper."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from synth.units import format_clock
from synth.written.sheet import Sheet, format_rest, spans
from synth.written.text import is_plain_rest


def write_html(sheet: Sheet) -> str:
    """The sheet as a page; whatever stands in it is text, and never markup."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    passages = [
        (passage, [(block.spoken, spans(block)) for block in passage.blocks if not is_plain_rest(block, sheet)])
        for passage in sheet.passages
    ]
    return environment.get_template("page.html").render(
        sheet=sheet, passages=passages, clock=format_clock, rest=format_rest
    )

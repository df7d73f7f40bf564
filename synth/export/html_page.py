"""A session as a page of HTML to print: one file that refers to no other."""

from pathlib import Path
from typing import TYPE_CHECKING

from synth.export.reading_page import Sheet, format_rest, spans
from synth.export.text_page import is_plain_rest
from synth.units import format_clock

if TYPE_CHECKING:
    from jinja2 import Template


def page_template(path: Path) -> "Template":
    """A template for a page; values are escaped, and a missing one is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # most commands write no page

    environment = Environment(
        loader=FileSystemLoader(path.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(path.name)


def write_html(sheet: Sheet) -> str:
    """The page as HTML; no text of the script is taken for markup."""
    passages = [
        (passage, [(block.spoken, spans(block)) for block in passage.blocks if not is_plain_rest(block, sheet)])
        for passage in sheet.passages
    ]
    return page_template(Path(__file__).with_name("reading_page.html")).render(
        sheet=sheet, passages=passages, clock=format_clock, rest=format_rest
    )

"""A session as it is read: to another program, or to the eyes of somebody who reads it aloud. Pure.

``sheet`` puts a timeline into the order of a page; ``ssml``, ``text`` and ``html`` write one form each. A further form
is a file with a writer, and a line in ``FORMS``. ``captions`` writes what is said and when, beside a finished track.
"""

from collections.abc import Callable

from synth.written.html import write_html
from synth.written.sheet import Sheet, make_sheet
from synth.written.ssml import write_ssml
from synth.written.text import write_text

__all__ = ["FORMS", "Sheet", "make_sheet"]

FORMS: dict[str, Callable[[Sheet], str]] = {"ssml": write_ssml, "text": write_text, "html": write_html}
"""What a sheet can be written as; each ends with a line's end."""

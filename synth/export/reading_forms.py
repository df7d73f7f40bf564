"""A session as it is read: to another program, or to the eyes of somebody who reads it aloud. Pure.

``sheet`` puts a timeline into the order of a page; ``ssml``, ``text`` and ``html`` write one form each. A further form
is a file with a writer, and a line in ``FORMS``. ``captions`` writes what is said and when, beside a finished track.
"""

from collections.abc import Callable

from synth.export.html_page import write_html
from synth.export.reading_page import Sheet
from synth.export.ssml_writer import write_ssml
from synth.export.text_page import write_text

FORMS: dict[str, Callable[[Sheet], str]] = {"ssml": write_ssml, "text": write_text, "html": write_html}
"""What a sheet can be written as; each ends with a line's end."""

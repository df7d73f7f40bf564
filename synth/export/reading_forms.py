"""The forms in which a session is written to be spoken by another program, or read aloud by a person.

``reading_page`` puts a timeline into the order of a page, and each writer makes text of it. A further form is a file
with a writer, and a row of ``FORMS``.
"""

from collections.abc import Callable

from synth.export.html_page import write_html
from synth.export.reading_page import Sheet
from synth.export.ssml_writer import write_ssml
from synth.export.text_page import write_text

FORMS: dict[str, Callable[[Sheet], str]] = {"ssml": write_ssml, "text": write_text, "html": write_html}
"""The writers by the names of their forms. What they write ends with a newline."""

"""Builds a Document from what a reader of another format finds, under the rules of our own scripts."""

import re
from dataclasses import replace
from pathlib import PurePath

from pydantic import ValidationError

from synth.errors import ScriptError
from synth.script.document import Document, Item, Paragraph, Pause, Say, Section
from synth.script.header import Meta
from synth.script.limits import MAX_PAUSE_MS, NAMED_PAUSES
from synth.script.parse import MAX_CHARACTERS, MAX_IN_UTTERANCE, MAX_SECTIONS
from synth.source import Place, Problem, ProblemList, Source
from synth.units import parse_duration
from synth.wording import shortened

SENTENCE_MS = 500
"""How long the voice rests between two sentences that are marked as such, where nothing else says."""

STRENGTHS: dict[str, int | None] = {
    "none": None,
    "x-weak": NAMED_PAUSES["paragraph"],
    "weak": NAMED_PAUSES["short"],
    "medium": NAMED_PAUSES["normal"],
    "strong": NAMED_PAUSES["long"],
    "x-strong": NAMED_PAUSES["long"],
}
"""Milliseconds of a break by its strength, as our named pauses; None: it is no break at all."""

SAID_AS_WRITTEN = frozenset(
    {"address", "cardinal", "currency", "date", "fraction", "number", "ordinal", "phone", "telephone", "time", "unit"}
)
"""Kinds of text that a voice reads so by itself; the others would be heard as something else than is written."""

_TIME = re.compile(r"(\d+(\.\d*)?|\.\d+)(ms|s)")
_UNHEARD = " \t\n\u00a0\u00ad\u200b\u200c\u200d\u2060\u3000"
"""Characters that may stand in a text, though they aren't printable."""


class DocumentBuilder:
    """Takes the pieces of a text in their order, and every problem with them, and builds the Document of them."""

    def __init__(self, source: Source) -> None:
        self.file = source.file
        self.title = ""
        self.language = "en"
        self.language_place = Place(source.file, 1, 1)
        self.problems = ProblemList()
        self._sections: list[Section] = []
        self._opened = Section("", (), Place(source.file, 1, 1))
        self._items: list[Item] = []
        self._words: list[str] = []
        self._begun: Place | None = None
        self._has_spoken = False
        """Whether the voice has said something since its last rest."""
        self._sentence_ended = False
        if len(source.text) > MAX_CHARACTERS:
            self.problem(self._opened.place, f"a script has at most {MAX_CHARACTERS} characters")
            raise self.error()

    def problem(self, place: Place, message: str) -> None:
        """Something that the writer has to mend."""
        self.problems.add(Problem(place, message))

    def error(self) -> ScriptError:
        """Every problem so far, in the order of its place."""
        return ScriptError(self.problems.told())

    def text(self, text: str, place: Place) -> None:
        """Words of the utterance that is being read; ``place`` is that of the first character."""
        line, column = place.line, place.column
        for character in text:
            if not (character.isprintable() or character in _UNHEARD):
                where = Place(self.file, line, column)
                self.problem(where, f"the character U+{ord(character):04X} can't be spoken; take it out")
            if self._begun is None and not character.isspace():
                self._begun = Place(self.file, line, column)
            line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
        self._words.append(text)

    def plain(self, text: str, place: Place) -> str:
        """A title's or a name's text, its white space folded, its characters looked at."""
        folded = " ".join(text.split())
        if odd := next((character for character in folded if not character.isprintable()), None):
            self.problem(place, f"the character U+{ord(odd):04X} has no place in a name; take it out")
        return folded

    def add(self, item: Item) -> None:
        """Anything that is not speech; it ends the utterance."""
        self._close()
        self._items.append(item)
        if isinstance(item, Pause | Paragraph):
            self._has_spoken = self._sentence_ended = False

    def sentence(self) -> None:
        """The end of a sentence that is marked as one: the voice rests before the next."""
        self._close()
        self._sentence_ended = self._has_spoken

    def paragraph(self, place: Place) -> None:
        """The end of a paragraph, or the beginning of one behind other text."""
        self.add(Paragraph(NAMED_PAUSES["paragraph"], place))

    def section(self, title: str, place: Place) -> None:
        """What follows stands under a title of its own."""
        self._close_section()
        self._has_spoken = self._sentence_ended = False
        self._opened = Section(title, (), place)

    def pause(self, place: Place, *, time: str | None = None, strength: str | None = None) -> None:
        """A break as SSML and Speech Markdown tell it; a time is stronger than a strength."""
        if strength is not None and strength not in STRENGTHS:
            self.problem(place, f"a break's strength is one of {', '.join(STRENGTHS)}, not '{strength}'")
        elif time is not None:
            self._timed_pause(time, place)
        elif (length_ms := STRENGTHS[strength or "medium"]) is not None:
            self.add(Pause(length_ms, length_ms, 1, place))

    def _timed_pause(self, time: str, place: Place) -> None:
        try:
            if not _TIME.fullmatch(time.strip()):
                raise ValueError(f"a break's time is written like 5s, 2.5s or 500ms, not '{time}'")
            length_ms = parse_duration(re.sub(r"\.(?=m?s)", "", time), max_ms=MAX_PAUSE_MS)
        except ValueError as error:
            self.problem(place, str(error))
        else:
            self.add(Pause(length_ms, length_ms, 1, place))

    def document(self) -> Document:
        """The whole. Raises ScriptError where there was any problem."""
        start = Place(self.file, 1, 1)
        self._close_section()
        if len(self._sections) > MAX_SECTIONS:
            self.problem(self._sections[MAX_SECTIONS].place, f"more than {MAX_SECTIONS} sections; join some")
        if not self.problems and not self._sections:
            self.problem(start, "nothing is said here; write what is to be said")
        try:
            meta = Meta(title=self.title or PurePath(self.file).stem.strip() or "untitled", language=self.language)
        except ValidationError:
            self.problem(self.language_place, f"'{self.language}' is no language's code, such as en or en-GB")
        if self.problems:
            raise self.error()
        return Document(meta, tuple(self._sections))

    def _close(self) -> None:
        """Ends the utterance, if there is one; a marked sentence before it has its rest now."""
        words, place = " ".join("".join(self._words).split()), self._begun
        self._words, self._begun = [], None
        if place is None:
            return
        if len(words) > MAX_IN_UTTERANCE:
            self.problem(place, f"more than {MAX_IN_UTTERANCE} characters without a pause; put a break in")
        if not any(map(str.isalnum, words)):
            self.problem(
                place,
                f"there is nothing to say in '{shortened(words)}'; join it to the words beside it, or take it out",
            )
            return
        if self._sentence_ended:
            self._items.append(Pause(SENTENCE_MS, SENTENCE_MS, 1, place))
        self._has_spoken, self._sentence_ended = True, False
        self._items.append(Say((words,), place))

    def _close_section(self) -> None:
        self._close()
        if self._opened.title or any(not isinstance(item, Paragraph) for item in self._items):
            self._sections.append(replace(self._opened, items=tuple(self._items)))
        self._items = []

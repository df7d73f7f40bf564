"""SSML 1.0 and 1.1, as much of it as a session can say. Pure.

What is read: ``speak`` (its language), ``p``, ``s``, ``break``, ``sub`` (its alias is what is said), ``say-as`` where a
voice reads the text so by itself, ``mark``, ``meta name="title"``, and ``prosody`` with a rate in percent, of which 100
are ``VoiceStyle``'s own words a minute. A mark named ``section: …`` opens a section. Comments are left out.

The text is not trusted: a DOCTYPE is refused where it begins, so that there are no entities but the five of XML, and
size and depth are bounded.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.parsers import expat

from synth.script.document import Document, Mark, VoiceChange
from synth.script.header import VoiceStyle
from synth.script.importers.builder import SAID_AS_WRITTEN, DocumentBuilder
from synth.script.limits import MAX_WPM, MIN_WPM
from synth.script.parse import MAX_NESTING, normalise
from synth.source import Place, Source
from synth.wording import did_you_mean

NAMESPACE = "http://www.w3.org/2001/10/synthesis"
SECTION = "section: "
"""What the name of a mark begins with that opens a section."""

FULL_RATE_WPM = VoiceStyle().rate
"""Words a minute of a prosody's 100 %."""

_XML = "http://www.w3.org/XML/1998/namespace"
_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance schemaLocation"
_LANGUAGE = f"{_XML} lang"
_ATTRIBUTES: dict[str, frozenset[str]] = {
    "speak": frozenset({"version", _LANGUAGE, _SCHEMA}),
    "p": frozenset(),
    "s": frozenset(),
    "break": frozenset({"time", "strength"}),
    "sub": frozenset({"alias"}),
    "say-as": frozenset({"interpret-as", "format", "detail"}),
    "mark": frozenset({"name"}),
    "meta": frozenset({"name", "content"}),
    "prosody": frozenset({"rate"}),
}
"""The elements that are read, each with its attributes."""

_INLINE = frozenset({"break", "mark", "sub", "say-as", "prosody"})
_INSIDE: dict[str, frozenset[str]] = {"speak": _INLINE | {"p", "s", "meta"}, "p": _INLINE | {"s"}, "s": _INLINE}
"""What may stand in what; in a prosody, what may stand around it."""

_EMPTY = frozenset({"break", "mark", "meta"})
_INSTEAD = {
    "audio": "sounds are struck in a script of our own, with [bell file.wav]",
    "voice": "the voice is chosen with --voice",
    "emphasis": "write it so that the words carry it",
    "phoneme": 'spell the word as it sounds, in <sub alias="…">',
    "lang": "a script has one language, which is speak's",
}
_PERCENT = re.compile(r"(\d{1,4}(?:\.\d{1,9})?)%")


def read_ssml(source: Source) -> Document:
    """The document of an SSML text. Raises ScriptError with every problem in it, each at its place."""
    return _Reader(Source(source.file, normalise(source.text))).read()


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that is not closed yet; ``rate`` is the voice's behind it, None: the script's own."""

    name: str
    place: Place
    rate: int | None


class _Stop(Exception):
    """Reading on would tell the writer nothing more; the problem is told already."""


class _Reader:
    def __init__(self, source: Source) -> None:
        self.text = source.text
        self.builder = DocumentBuilder(source)
        self.problem = self.builder.problem
        self.open: list[_Open] = []
        self.unread = 0
        """How many open elements are not read, the outermost told; their words are no further problem."""
        self.rate: int | None = None
        self.file = source.file
        self.expat = expat.ParserCreate("utf-8", " ")
        self.expat.StartDoctypeDeclHandler = self._doctype
        self.expat.XmlDeclHandler = self._declaration
        self.expat.ProcessingInstructionHandler = self._instruction
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._characters

    def read(self) -> Document:
        try:
            self.expat.Parse(self.text, True)
        except _Stop:
            raise self.builder.error() from None
        except expat.ExpatError as error:
            inside = f"; <{self.open[-1].name}> of line {self.open[-1].place.line} stands open" if self.open else ""
            place = Place(self.file, error.lineno, error.offset + 1)
            self.problem(place, f"this is not well-formed XML: {expat.ErrorString(error.code)}{inside}")
            raise self.builder.error() from None
        return self.builder.document()

    @property
    def place(self) -> Place:
        """Where the parser stands: at the first character of what it tells."""
        return Place(self.file, self.expat.CurrentLineNumber, self.expat.CurrentColumnNumber + 1)

    def _doctype(self, *_: object) -> None:
        self.problem(self.place, "a DOCTYPE, and what it declares, is not read here; take it out")
        raise _Stop

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding and encoding.lower() not in ("utf-8", "utf8") and not self.text.isascii():
            self.problem(self.place, f"this says that it is {encoding}, but it is UTF-8; mend its first line")

    def _instruction(self, target: str, data: str) -> None:
        self.problem(self.place, f"the instruction <?{target} …?> is not read here; take it out")

    def _start(self, full_name: str, attributes: Mapping[str, str]) -> None:
        place = self.place
        space, _, name = full_name.rpartition(" ")
        if len(self.open) + self.unread >= MAX_NESTING:
            self.problem(place, f"elements nested more than {MAX_NESTING} deep")
            raise _Stop
        if self.unread or not self._may_stand(space, name, place):
            self.unread += 1
            return
        self.open.append(_Open(name, place, self.rate))
        self._check_attributes(name, attributes, place)
        _BEGIN[name](self, attributes, place)

    def _may_stand(self, space: str, name: str, place: Place) -> bool:
        """Whether an element is read where it stands; else its problem is told."""
        if not self.open:
            if name == "speak" and space in ("", NAMESPACE):
                return True
            self.problem(place, f"this is XML, but no SSML: it begins with <{name}>, not with <speak>")
            raise _Stop
        if name not in _ATTRIBUTES or space not in ("", NAMESPACE):
            known = ", ".join(sorted(_ATTRIBUTES))
            instead = _INSTEAD.get(name) or f"of SSML, {known} are{did_you_mean(name, _ATTRIBUTES)}"
            self.problem(place, f"<{name}> is not read here; {instead}")
            return False
        around = next((each.name for each in reversed(self.open) if each.name != "prosody"), "speak")
        if name not in _INSIDE.get(around, frozenset()):
            self.problem(place, f"<{name}> can't stand in <{around}>")
            return False
        return True

    def _check_attributes(self, name: str, attributes: Mapping[str, str], place: Place) -> None:
        for attribute in attributes.keys() - _ATTRIBUTES[name]:
            said = attribute.replace(f"{_XML} ", "xml:").rpartition(" ")[2]
            known = ", ".join(sorted(each for each in _ATTRIBUTES[name] if " " not in each)) or "none"
            self.problem(place, f"<{name} {said}=…> is not read here; of its attributes, {known}")

    def _speak(self, attributes: Mapping[str, str], place: Place) -> None:
        version = attributes.get("version", "1.1")
        if version not in ("1.0", "1.1"):
            self.problem(place, f"SSML 1.0 and 1.1 are read here, not {version}")
        first, *more = attributes.get(_LANGUAGE, "en").strip().split("-")
        self.builder.language = "-".join([first.lower(), *more])
        self.builder.language_place = place

    def _paragraph(self, attributes: Mapping[str, str], place: Place) -> None:
        self.builder.paragraph(place)

    def _sentence(self, attributes: Mapping[str, str], place: Place) -> None:
        self.builder.sentence()

    def _break(self, attributes: Mapping[str, str], place: Place) -> None:
        self.builder.pause(place, time=attributes.get("time"), strength=attributes.get("strength"))

    def _sub(self, attributes: Mapping[str, str], place: Place) -> None:
        alias = attributes.get("alias", "")
        if alias.strip():
            self.builder.text(alias, place)
        else:
            self.problem(place, '<sub> wants what is to be said: <sub alias="aluminium">Al</sub>')

    def _say_as(self, attributes: Mapping[str, str], place: Place) -> None:
        kind = attributes.get("interpret-as", "")
        if kind.strip() not in SAID_AS_WRITTEN:
            self.problem(place, f'<say-as interpret-as="{kind}"> is not read here; write it as it should be said')

    def _mark(self, attributes: Mapping[str, str], place: Place) -> None:
        name = attributes.get("name", "").lstrip()
        title = self.builder.plain(name.removeprefix(SECTION), place)
        if not title:
            self.problem(place, '<mark> wants a name: <mark name="home"/>')
        elif not name.startswith(SECTION):
            self.builder.add(Mark(title, place))
        elif any(each.name in ("p", "s") for each in self.open):
            self.problem(place, "a section begins between paragraphs; put this mark before the <p> or <s>")
        else:
            self.builder.section(title, place)

    def _meta(self, attributes: Mapping[str, str], place: Place) -> None:
        title = self.builder.plain(attributes.get("content", ""), place)
        if attributes.get("name") != "title" or not title:
            self.problem(place, 'of <meta>, only <meta name="title" content="…"/> is read here')
        elif self.builder.title:
            self.problem(place, "there are two titles here; keep one")
        self.builder.title = self.builder.title or title

    def _prosody(self, attributes: Mapping[str, str], place: Place) -> None:
        written = attributes.get("rate", "").strip()
        percent = _PERCENT.fullmatch("100%" if written in ("medium", "default") else written)
        rate = round(float(percent[1]) * FULL_RATE_WPM / 100) if percent else 0
        if MIN_WPM <= rate <= MAX_WPM:
            self._turn_rate(None if rate == FULL_RATE_WPM else rate, place)
            return
        slowest, fastest = (round(100 * wpm / FULL_RATE_WPM) for wpm in (MIN_WPM, MAX_WPM))
        self.problem(
            place,
            f"a prosody's rate is {slowest}% to {fastest}% here, of {FULL_RATE_WPM} words a minute, not '{written}'",
        )

    def _turn_rate(self, rate: int | None, place: Place) -> None:
        if rate != self.rate:
            self.builder.add(VoiceChange(None, rate, place))
        self.rate = rate

    def _end(self, full_name: str) -> None:
        if self.unread:
            self.unread -= 1
            return
        closed = self.open.pop()
        match closed.name:
            case "p":
                self.builder.paragraph(self.place)
            case "s":
                self.builder.sentence()
            case "prosody":
                self._turn_rate(closed.rate, self.place)

    def _characters(self, text: str) -> None:
        inside = self.open[-1].name if self.open else ""
        if inside == "sub" and not self.unread:
            return
        if self.unread or inside not in _EMPTY:
            self.builder.text(text, self.place)
        elif text.strip():
            self.problem(self.place, f"nothing stands inside <{inside}>; close it at once: <{inside} …/>")


_BEGIN: dict[str, Callable[[_Reader, Mapping[str, str], Place], None]] = {
    "speak": _Reader._speak,
    "p": _Reader._paragraph,
    "s": _Reader._sentence,
    "break": _Reader._break,
    "sub": _Reader._sub,
    "say-as": _Reader._say_as,
    "mark": _Reader._mark,
    "meta": _Reader._meta,
    "prosody": _Reader._prosody,
}

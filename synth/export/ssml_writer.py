"""A session as SSML 1.1 (https://www.w3.org/TR/speech-synthesis11/): all that is said, and every silence as a break.

Bells, breaths and beds, for which SSML has no element, are comments, and the time that they take is a break. A rate
other than the usual one is a percentage of it.
"""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

from synth.export.reading_page import BellStrokes, Marked, Part, Rest, Said, Sheet, Span, spans
from synth.personalise.session import Utterance
from synth.script.importers.ssml_reader import FULL_RATE_WPM, NAMESPACE, SECTION
from synth.script.limits import MAX_PAUSE_MS

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD = re.compile(r"\s|[.,;:!?…]|[^\s.,;:!?…]+")


def write_ssml(sheet: Sheet) -> str:
    """The page as an XML document."""
    return _Writer(sheet).write()


class _Writer:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.speak = ElementTree.Element("speak", {"version": "1.1", "xmlns": NAMESPACE, "xml:lang": sheet.language})
        self.voice: str | None = None
        self.silent = True
        """Whether a break was written since the last sentence."""

    def write(self) -> str:
        ElementTree.SubElement(self.speak, "meta", {"name": "title", "content": _legal(self.sheet.title)})
        _remark(self.speak, f"Elastic pauses are estimated; a rate of 100% is {FULL_RATE_WPM} words a minute")
        for passage in self.sheet.passages:
            self._mark(self.speak, SECTION + passage.title)
            for block in passage.blocks:
                if block.spoken:
                    self._break_at_least_once(self.speak)
                parent = ElementTree.SubElement(self.speak, "p") if block.spoken else self.speak
                for part, span in zip(block.parts, spans(block), strict=True):
                    self._part(parent, part, span)
        ElementTree.indent(self.speak, " ")
        body = ElementTree.tostring(self.speak, encoding="unicode")
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'

    def _part(self, parent: ElementTree.Element, part: Part, span: Span) -> None:
        match part:
            case Said():
                self._say(parent, part.utterance)
            case Marked():
                self._mark(parent, part.name)
            case Rest(purpose="rest"):
                self._break(parent, part.ms)
            case Rest() | BellStrokes():
                _remark(parent, span.text)
                self._break(parent, part.ms)
            case _:
                _remark(parent, span.text)

    def _say(self, parent: ElementTree.Element, utterance: Utterance) -> None:
        self._break_at_least_once(parent)
        if utterance.style.voice != self.voice:
            self.voice = utterance.style.voice
            _remark(parent, f"voice: {self.voice or 'as before'}")
        sentence = ElementTree.SubElement(parent, "s")
        if utterance.style.rate != FULL_RATE_WPM:
            percent = f"{100 * utterance.style.rate / FULL_RATE_WPM:.2f}".rstrip("0").rstrip(".")
            sentence = ElementTree.SubElement(sentence, "prosody", {"rate": f"{percent}%"})
        before, written, spoken, after = map(_legal, _difference(utterance.text, utterance.spoken))
        sentence.text = before
        if spoken:
            sub = ElementTree.SubElement(sentence, "sub", {"alias": spoken})
            sub.text, sub.tail = written, after
        self.silent = False

    def _break_at_least_once(self, parent: ElementTree.Element) -> None:
        """Writes a break of no length where there is none: a synthesiser would add a pause of its own otherwise."""
        if not self.silent:
            self._break(parent, 0)

    def _break(self, parent: ElementTree.Element, ms: int) -> None:
        self.silent = True
        for length_ms in _split(ms, MAX_PAUSE_MS):
            ElementTree.SubElement(parent, "break", {"time": f"{length_ms}ms"})

    def _mark(self, parent: ElementTree.Element, name: str) -> None:
        ElementTree.SubElement(parent, "mark", {"name": " ".join(_legal(name).split())})


def _split(ms: int, max_ms: int) -> Iterator[int]:
    """A length as a sum of lengths of at most ``max_ms``."""
    while ms > max_ms:
        yield max_ms
        ms -= max_ms
    yield ms


def _difference(text: str, spoken: str) -> tuple[str, str, str, str]:
    """The common start of two texts, what differs as written and as spoken, and their common end, by whole words."""
    if text == spoken:
        return text, "", "", ""
    written_words, spoken_words = _WORD.findall(text), _WORD.findall(spoken)
    shorter = min(len(written_words), len(spoken_words)) - 1
    first = 0
    while first < shorter and written_words[first] == spoken_words[first]:
        first += 1
    last = 0
    while last < shorter - first and written_words[-1 - last] == spoken_words[-1 - last]:
        last += 1
    written = "".join(written_words[first : len(written_words) - last])
    alias = "".join(spoken_words[first : len(spoken_words) - last])
    if not (written.strip() and alias.strip()):
        return "", text, spoken, ""
    return "".join(written_words[:first]), written, alias, "".join(written_words[len(written_words) - last :])


def _remark(parent: ElementTree.Element, text: str) -> None:
    """A comment; XML allows no two hyphens together in it."""
    parent.append(ElementTree.Comment(f" {re.sub('-(?=-)', '- ', _legal(text))} "))


def _legal(text: str) -> str:
    """The text without the characters that XML 1.0 excludes."""
    return _ILLEGAL.sub("", text)

"""Sessions in the forms of others, and what SSML 1.1 allows."""

import re
from typing import Any
from xml.etree import ElementTree

from helpers.scripts import RINGS, script, session
from synth.export.reading_forms import FORMS
from synth.export.reading_page import Sheet, make_sheet
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Session
from synth.script.document import Document
from synth.scripts import phrases
from synth.sounds.catalogue import shipped_ring
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import lay_out
from synth.timeline.model import BellDuration, Timeline

ODD = 'A & <b>"x"</b> [bell] {name} --> \'é'
"""A name that would be markup in every form, if it were not text."""


def sheet_of(body: str, profile: Profile | None = None, options: SessionOptions | None = None, **header: Any) -> Sheet:
    document = script(body, **header)
    heard = session(body, options, profile, **header)
    return make_sheet(document, heard, lay_out(heard, lambda utterance: 1_000, RINGS.__getitem__))


def form(name: str, body: str, profile: Profile | None = None, **header: Any) -> str:
    return FORMS[name](sheet_of(body, profile, **header))


def ring(name: str) -> BellDuration:
    return shipped_ring(name) or RINGS[name]


def laid_out(document: Document, profile: Profile | None = None) -> tuple[Session, Timeline]:
    heard = personalise(document, profile or Profile(), SessionOptions(), phrases(document.meta.language))
    return heard, lay_out(heard, estimate_speech, ring)


SSML = "{http://www.w3.org/2001/10/synthesis}"

LANG = "{http://www.w3.org/XML/1998/namespace}lang"

INLINE = {"break", "mark", "prosody", "sub"}

CHILDREN: dict[str, set[str]] = {
    "speak": INLINE | {"meta", "p", "s"},
    "p": INLINE | {"s"},
    "s": INLINE,
    "prosody": INLINE | {"p", "s"},
    "sub": set(),
    "break": set(),
    "mark": set(),
    "meta": set(),
}

ATTRIBUTES: dict[str, dict[str, str]] = {
    "speak": {"version": r"1\.1", LANG: r"[a-z]{2,3}(-\w+)*"},
    "p": {},
    "s": {},
    "prosody": {"rate": r"(\d+|\d+\.\d+)%"},
    "sub": {"alias": r".*\S.*"},
    "break": {"time": r"\d+ms"},
    "mark": {"name": r"\S+( \S+)*"},
    "meta": {"name": r"title", "content": r".*\S.*"},
}

EMPTY = {"break", "mark", "meta"}

NO_TEXT = {"speak", "p"}
"""Where our own SSML has elements only."""


def check_ssml(text: str) -> ElementTree.Element:
    """Well-formed, and of the elements, attributes and nesting of SSML 1.1; each attribute we write is required."""
    speak = ElementTree.fromstring(text.encode())
    assert speak.tag == f"{SSML}speak"
    names = [child.tag for child in speak]
    assert f"{SSML}meta" not in names[names.count(f"{SSML}meta") :], "meta stands before everything else"
    for element in speak.iter():
        name = element.tag.removeprefix(SSML)
        assert {child.tag.removeprefix(SSML) for child in element} <= CHILDREN[name]
        assert element.attrib.keys() == ATTRIBUTES[name].keys()
        for attribute, pattern in ATTRIBUTES[name].items():
            assert re.fullmatch(pattern, element.attrib[attribute]), (name, attribute, element.attrib[attribute])
        if name in EMPTY | NO_TEXT:
            assert not (element.text or "").strip()
        for child in element:
            assert name not in NO_TEXT or not (child.tail or "").strip()
    return speak


EXAMPLE = """\
# Arriving

[bell bowl x2]

Sit down, {name}. [pause 6s] Rest.

There is time.

# Home & away

[mark home] [voice rate 100] You are *here*. [breath 2 in 4s out 6s]
"""

EXAMPLE_SLOTS = {"slots": {"name": {"default": "friend"}}}

SOMEBODY = Profile(name="Łukasz & <Co>", say_as="Woo-kash and co")

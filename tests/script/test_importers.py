"""A session in the forms of others, and the scripts of others as our sessions."""

import contextlib
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from helpers.scripts import RINGS, script, session
from helpers.sound import run_metta
from hypothesis import given
from hypothesis import strategies as st

from synth.cli.look import show
from synth.errors import ScriptError
from synth.export.reading_forms import FORMS
from synth.export.reading_page import Sheet, format_rest, make_sheet
from synth.export.ssml_writer import _difference
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Session
from synth.script.document import Document, Mark, Paragraph, Pause, Say, VoiceChange
from synth.script.importers import reader_of
from synth.scripts import load_document, meditation_names, phrases
from synth.sounds.catalogue import shipped_ring
from synth.source import Problem, Source
from synth.timeline.estimate import estimate_speech
from synth.timeline.interval_bells import add_interval_bells
from synth.timeline.layout import lay_out
from synth.timeline.model import BellDuration, Timeline

ODD = 'A & <b>"x"</b> [bell] {name} --> \'é'
"""A name that would be markup in every form, if it were not text."""


def read(text: str, file: str) -> Document:
    reader = reader_of(Source(file, text))
    assert reader
    return reader(Source(file, text))


def ssml(body: str) -> Document:
    return read(f"<speak>{body}</speak>", "a.ssml")


def smd(text: str) -> Document:
    return read(text, "a.smd")


def faults_of(text: str, file: str) -> tuple[Problem, ...]:
    """The problems of a text that may have some."""
    try:
        read(text, file)
    except ScriptError as error:
        return error.problems
    return ()


def problems_of(text: str, file: str) -> list[str]:
    with pytest.raises(ScriptError) as raised:
        read(text, file)
    return str(raised.value).splitlines()


def only_problem(text: str, file: str = "a.ssml") -> str:
    (problem,) = problems_of(text, file)
    return problem


def told(document: Document) -> list[list[Any]]:
    """A document in short: a list a section, an utterance its words, a pause its milliseconds."""
    return [[section.title, *(short(item) for item in section.items)] for section in document.sections]


def short(item: Any) -> Any:
    match item:
        case Say():
            return "".join(map(str, item.parts))
        case Pause():
            assert item.min_ms == item.max_ms
            return item.min_ms
        case Paragraph():
            return "¶"
        case Mark():
            return f"@{item.name}"
        case VoiceChange():
            return f"rate {item.rate}"
    raise AssertionError(item)


def said(document: Document) -> list[Any]:
    """The one section of a document, without its title."""
    ((_, *items),) = told(document)
    return items


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


def voice_of(heard: Session, timeline: Timeline) -> list[tuple[str, int, int, int]]:
    """Everything that is spoken: its words, its rate, its length, and how long the voice was silent before it."""
    ends = [0, *(cue.end_ms for cue in timeline.speech)]
    return [
        (utterance.spoken, utterance.style.rate, cue.end_ms - cue.start_ms, cue.start_ms - end)
        for utterance, cue, end in zip(heard.utterances, timeline.speech, ends[:-1], strict=True)
    ]


# --- what SSML 1.1 allows ---------------------------------------------------------------------------------------

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


# --- writing: SSML ----------------------------------------------------------------------------------------------

EXAMPLE = """\
# Arriving

[bell bowl x2]

Sit down, {name}. [pause 6s] Rest.

There is time.

# Home & away

[mark home] [voice rate 100] You are *here*. [breath 2 in 4s out 6s]
"""
EXAMPLE_SLOTS = {"slots": {"name": {"default": "friend"}}}


def test_a_session_as_ssml() -> None:
    got = form("ssml", EXAMPLE, Profile(name="Ana <3", say_as="Ah-na"), **EXAMPLE_SLOTS)
    assert (
        got
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en">
 <meta name="title" content="Test" />
 <!-- Elastic pauses are estimated; a rate of 100% is 110 words a minute -->
 <mark name="section: Arriving" />
 <!-- bell: bowl, 2 strokes, 18 s -->
 <break time="18000ms" />
 <p>
  <s>Sit down, <sub alias="Ah-na">Ana &lt;3</sub>.</s>
  <break time="6000ms" />
  <s>Rest.</s>
 </p>
 <break time="1500ms" />
 <p>
  <s>There is time.</s>
 </p>
 <mark name="section: Home &amp; away" />
 <mark name="home" />
 <break time="1500ms" />
 <p>
  <s>
   <prosody rate="90.91%">You are *here*.</prosody>
  </s>
 </p>
 <!-- 2 breaths, in 4 s, out 6 s: 20 s -->
 <break time="20000ms" />
</speak>
"""
    )
    check_ssml(got)


def test_ssml_tells_of_beds_and_voices_in_comments_that_hold_any_name() -> None:
    got = form("ssml", "[bed a--b---.wav] One. [voice x--y] [pause 1s] Two. [bed none over 1s] Three. [pause 40s]")
    check_ssml(got)
    remarks = re.findall(r"<!--(.*?)-->", got)
    assert not any("--" in remark or remark.endswith("-") for remark in remarks)
    assert " bed: a- -b- - -.wav " in remarks
    assert " voice: x- -y " in remarks
    assert " the bed fades out " in remarks


def test_ssml_says_where_there_is_no_silence_at_all() -> None:
    assert '<s>One.</s>\n  <break time="0ms" />\n  <s>' in form("ssml", "One. [voice rate 90] Two.")
    assert '</p>\n <break time="0ms" />\n <p>' in form("ssml", "One. [pause 0s]\n\nTwo.")


@pytest.mark.parametrize(
    ("text", "spoken", "difference"),
    [
        ("Hello.", "Hello.", ("Hello.", "", "", "")),
        ("Hello, Łukasz.", "Hello, Woo-kash.", ("Hello, ", "Łukasz", "Woo-kash", ".")),
        ("Ana-Lisa", "Ana Lisa", ("", "Ana-Lisa", "Ana Lisa", "")),
        ("P, Q", "P Q", ("", "P, Q", "P Q", "")),
        ("a b", "a x b", ("a ", "b", "x b", "")),
        ("Ana and Ana", "Ah and Ah", ("", "Ana and Ana", "Ah and Ah", "")),
    ],
)
def test_a_sub_is_what_differs(text: str, spoken: str, difference: tuple[str, ...]) -> None:
    assert _difference(text, spoken) == difference


@given(st.text(" ab.,-é", min_size=1), st.text(" ab.,-é", min_size=1))
def test_a_sub_loses_nothing(text: str, spoken: str) -> None:
    before, written_part, alias, behind = _difference(text, spoken)
    assert before + written_part + behind == text
    assert before + (alias or written_part) + behind == spoken or text == spoken


# --- writing: text and HTML -------------------------------------------------------------------------------------


def test_a_session_as_text() -> None:
    assert (
        form("text", EXAMPLE, Profile(name="Ana", say_as="Ah-na"), **EXAMPLE_SLOTS)
        == """\
Test
====

About 0:51. · 6 s · is a silence of 6 seconds; between paragraphs, the voice
rests for 1.5 s where nothing else is told.

Arriving
--------

[bell: bowl, 2 strokes, 18 s]

Sit down, Ana. · 6 s · Rest.

There is time.

Home & away
-----------

[mark: home] · 1.5 s ·

You are *here*.

[2 breaths, in 4 s, out 6 s: 20 s]
"""
    )


def test_text_tells_of_waiting_and_beds() -> None:
    got = form("text", "Move. [wait 30s] Rest. [bed rain over 2s] [pause 90s]\n\nBreathe. [breath 1 in 3s out 5s cued]")
    assert "Move. [in the listener's own time, up to 30 s] Rest." in got
    assert "[bed: rain] · 1 min 30 s ·" in got
    assert "Breathe. Breathing in. · 2 s · Breathing out.\n\n· 4 s ·" in got


def test_text_is_wrapped_and_never_within_a_pause() -> None:
    got = form("text", " ".join(f"Word number {number} [pause {number}s]" for number in range(1, 60)), title="T " * 80)
    assert max(map(len, got.splitlines())) <= 80
    assert re.findall(r"· (\d+) s ·", got)[1:10] == [str(number) for number in range(1, 10)]
    assert all(line.count("·") % 2 == 0 for line in got.splitlines())


@pytest.mark.parametrize(
    ("ms", "shown"),
    [(500, "0.5 s"), (6_000, "6 s"), (1_500, "1.5 s"), (9_960, "10 s"), (14_237, "14 s"), (59_900, "1 min"),
     (90_000, "1 min 30 s"), (7_200_000, "120 min"), (0, "0 s")],
)  # fmt: skip
def test_a_silence_for_the_eye(ms: int, shown: str) -> None:
    assert format_rest(ms) == shown


def test_a_silence_is_cut_where_something_is_told_in_it() -> None:
    got = form("text", "# A\n\nOne. [pause 3s] [mark home] [pause 4s]\n\n# B\n\n[pause 2s] Two.")
    assert "One.\n\n· 3 s · [mark: home] · 4 s ·\n\nB\n-\n\n· 2 s ·\n\nTwo." in got


def test_a_silence_is_cut_where_a_bell_rings_in_it_and_nothing_counts_twice() -> None:
    document = script("One. [pause 24m] Two.")
    heard = session("One. [pause 24m] Two.")
    assert heard.bells
    timeline = add_interval_bells(
        lay_out(heard, lambda utterance: 1_000, RINGS.__getitem__), heard.bells, RINGS.__getitem__
    )
    went = FORMS["ssml"](make_sheet(document, heard, timeline))
    assert re.findall(r'time="(\d+)ms"|(bell): bowl', went) == [
        ("480000", ""), ("", "bell"), ("9000", ""), ("471000", ""), ("", "bell"), ("9000", ""), ("471000", ""),
    ]  # fmt: skip


def test_strokes_of_one_bell_are_counted_where_nothing_is_told_between_them() -> None:
    got = form("text", "[bell bowl] [bell bowl x2] [mark home] [bell bowl] [bell chime] One.")
    assert "[bell: bowl, 3 strokes, 27 s] [mark: home] [bell: bowl, 1 stroke, 9 s] [bell:\nchime, 1 stroke, 5 s]" in got


def test_html_is_a_page_of_its_own() -> None:
    got = form("html", EXAMPLE, Profile(name=ODD), **EXAMPLE_SLOTS)
    assert got.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<span class="rest">· 6 s ·</span>' in got
    assert '<span class="told">[bell: bowl, 2 strokes, 18 s]</span>' in got
    assert "Home &amp; away" in got
    assert "Sit down, A &amp; &lt;b&gt;&#34;x&#34;&lt;/b&gt; [bell] {name} --&gt; &#39;é." in got
    assert not re.search(r"<script|<link|<img|src=|href=|url\(|@import|http", got)


def test_html_escapes_titles_and_sounds() -> None:
    body = "# <i>A</i>\n\n[bell <u>.wav]\n\nOne."
    document = script(body, title="<script>alert(1)</script>")
    heard = personalise(document, Profile(), SessionOptions(), {})
    got = FORMS["html"](
        make_sheet(document, heard, lay_out(heard, lambda utterance: 1_000, lambda name: BellDuration(1_000, 1_000)))
    )
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>" in got
    assert "&lt;i&gt;A&lt;/i&gt;" in got
    assert not re.search(r"<script|<i>|<u>", got)


@pytest.mark.parametrize("name", FORMS)
def test_a_listeners_text_is_text_in_every_form(name: str) -> None:
    got = form(name, "Hello, {name}. Bye.", Profile(name=ODD), slots={"name": {"default": "you"}})
    if name == "ssml":
        sentence = check_ssml(got).find(f".//{SSML}s")
        assert sentence is not None
        assert sentence.text == f"Hello, {ODD}. Bye."
        assert [item for item in said(read(got, "a.ssml")) if item != "¶"] == [f"Hello, {ODD}. Bye."]
    elif name == "text":
        assert f"Hello, {ODD}. Bye." in got


# --- every shipped meditation, there and back -------------------------------------------------------------------

SOMEBODY = Profile(name="Łukasz & <Co>", say_as="Woo-kash and co")


@pytest.mark.parametrize("profile", [Profile(), SOMEBODY], ids=["nobody", "somebody"])
@pytest.mark.parametrize("name", meditation_names())
class TestShipped:
    def test_comes_back_from_ssml_as_it_went(self, name: str, profile: Profile) -> None:
        document = load_document(name)
        heard, timeline = laid_out(document, profile)
        went = FORMS["ssml"](make_sheet(document, heard, timeline))
        check_ssml(went)
        back_document = read(went, f"{name}.ssml")
        heard_back, back = laid_out(back_document)
        assert voice_of(heard_back, back) == voice_of(heard, timeline)
        assert back.title == timeline.title
        assert [chapter.title for chapter in back.chapters] == [chapter.title for chapter in timeline.chapters]
        assert [chapter.start_ms for chapter in back.chapters] == [chapter.start_ms for chapter in timeline.chapters]
        assert back.marks == timeline.marks
        again = FORMS["ssml"](make_sheet(back_document, heard_back, back))
        assert bare(again) == re.sub(r'<sub alias="([^"]*)">.*?</sub>', r"\1", bare(went))

    def test_has_every_word_in_every_form(self, name: str, profile: Profile) -> None:
        document = load_document(name)
        heard, timeline = laid_out(document, profile)
        sheet = make_sheet(document, heard, timeline)
        text = " ".join(FORMS["text"](sheet).split())
        assert max(map(len, FORMS["text"](sheet).splitlines())) <= 80
        html = re.sub(r"<(?!!)[^>]*>", "", FORMS["html"](sheet))
        plain = " ".join(html.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").split())
        at = at_html = 0
        for utterance in heard.utterances:
            at = text.index(utterance.text, at)
            at_html = plain.index(utterance.text.replace("&", "&amp;"), at_html)
        paragraphs = sum(block.spoken for passage in sheet.passages for block in passage.blocks)
        assert 1 < paragraphs <= len(heard.utterances)


def bare(text: str) -> str:
    """SSML without comments and the space between its elements; breaks beside each other are one."""
    without = re.sub(r">\s+<", "><", re.sub(r"\s*<!--.*?-->", "", text))
    run = re.compile(r'(?:<break time="\d+ms" />)+')
    return run.sub(lambda breaks: f"[{sum(map(int, re.findall('[0-9]+', breaks[0])))}]", without)


PIECES = st.sampled_from(
    ["One two. ", "Three & four. ", "\n\n", "[pause 2s] ", "[pause 0s] ", "[mark home] ", "[voice rate 90] ",
     "[voice] ", "[bell bowl x2] ", "[breath 2 cued] ", "[breath 1] ", "[wait 3s] ", "[pause 1.5s] ", "\n\n# Next\n\n",
     "[repeat 2]\nAgain. [pause 1s]\n[end]\n", "{name} ", "[pause 2s..9s] "]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12))
def test_any_session_comes_back_from_ssml_as_it_went(pieces: list[str]) -> None:
    body = f"Begin, {{name}}. {''.join(pieces)}"
    document = script(body, slots={"name": {"default": "Ana"}})
    heard, timeline = laid_out(document, SOMEBODY)
    went = FORMS["ssml"](make_sheet(document, heard, timeline))
    check_ssml(went)
    heard_back, back = laid_out(read(went, "a.ssml"))
    assert voice_of(heard_back, back) == voice_of(heard, timeline)
    assert back.marks == timeline.marks


def test_a_silence_longer_than_a_break_may_be_comes_back_whole() -> None:
    document = script("One. [pause 2h] [pause 2h] [pause 7s] Two.")
    went = FORMS["ssml"](make_sheet(document, *laid_out(document)))
    assert said(read(went, "a.ssml"))[1:5] == ["One.", 7_200_000, 7_200_000, 7_000]


# --- reading SSML -----------------------------------------------------------------------------------------------


def test_ssml_is_read() -> None:
    document = read(
        """<?xml version="1.0" encoding="UTF-8"?>
<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en-GB">
  <meta name="title" content="An &amp; other"/>
  <!-- a comment -->
  <p><s>Sit   down.</s><s>Rest.</s></p>
  <mark name="section: Far"/>
  <p>Take <sub alias="two hours">2 h</sub>, <say-as interpret-as="date">May 1</say-as>.
     <break time="2.5s"/> Or <mark name="home"/> more.</p>
  <prosody rate="50%"><s>no</s></prosody>
</speak>""".replace("50%", "91%"),
        "a.xml",
    )
    assert (document.meta.title, document.meta.language) == ("An & other", "en-GB")
    assert told(document) == [
        ["", "¶", "Sit down.", 500, "Rest.", "¶"],
        ["Far", "¶", "Take two hours, May 1.", 2_500, "Or", "@home", "more.", "¶", "rate 100", "no", "rate None"],
    ]


def test_places_are_those_of_the_file() -> None:
    (section,) = read("\ufeff<speak>\r\n  <p>\r\n\té😀 &amp; <break/>b</p></speak>", "a.ssml").sections
    places = {short(item): (item.place.line, item.place.column) for item in section.items if short(item) != "¶"}
    assert places == {"é😀 &": (3, 2), 5_000: (3, 11), "b": (3, 19)}


def test_the_title_is_the_files_where_nothing_gives_one() -> None:
    assert read("<speak>Hello</speak>", "here/Kind words.ssml").meta.title == "Kind words"
    assert read("Hello", "here/Kind words.smd").meta.title == "Kind words"


@pytest.mark.parametrize(
    ("tag", "items"),
    [
        ('<break time="6000ms"/>', [6_000]),
        ('<break time=".5s"/>', [500]),
        ('<break time="2.s" strength="weak"/>', [2_000]),
        ("<break/>", [5_000]),
        ('<break strength="x-weak"/>', [1_500]),
        ('<break strength="weak"/>', [3_000]),
        ('<break strength="medium"/>', [5_000]),
        ('<break strength="strong"/>', [10_000]),
        ('<break strength="x-strong"/>', [10_000]),
        ('<break time="0s"/>', [0]),
    ],
)
def test_breaks(tag: str, items: list[int]) -> None:
    assert said(ssml(f"a {tag} b")) == ["a", *items, "b"]


def test_a_break_of_no_strength_is_none() -> None:
    assert said(ssml('a <break strength="none"/> b')) == ["a b"]


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ("<s>a</s><s>b</s>", ["a", 500, "b"]),
        ("<s>a</s> <break time='2s'/> <s>b</s>", ["a", 2_000, "b"]),
        ("<s>a</s> b", ["a", 500, "b"]),
        ("a <s>b</s>", ["a", 500, "b"]),
        ("<p><s>a</s></p><p><s>b</s></p>", ["¶", "a", "¶", "¶", "b", "¶"]),
        ("<p><s>a</s><mark name='m'/><s>b</s></p>", ["¶", "a", "@m", 500, "b", "¶"]),
        ("<s/><s>a</s><s/>", ["a"]),
        ("a<![CDATA[<b> & c]]>", ["a<b> & c"]),
        ("a<!-- b -->c", ["ac"]),
        ("<prosody rate='medium'>a</prosody>", ["a"]),
        (
            "<prosody rate='200%'>a <prosody rate='90%'>b</prosody> c</prosody> d",
            ["rate 220", "a", "rate 99", "b", "rate 220", "c", "rate None", "d"],
        ),
    ],
)
def test_sentences_paragraphs_and_prosody(body: str, items: list[Any]) -> None:
    assert said(ssml(body)) == items


@pytest.mark.parametrize(
    ("body", "column", "message"),
    [
        ("a <audio src='a.mp3'/>", 10, "<audio> is not read here; sounds are struck in a script of our own"),
        ("<voice name='x'>a <b>c</b></voice>", 8, "<voice> is not read here; the voice is chosen with --voice"),
        ("<brake/>a", 8, "of SSML, break, mark, meta, p, prosody, s, say-as, speak, sub are; did you mean 'break'?"),
        ("<x:p xmlns:x='urn:x'>a</x:p>", 8, "<p> is not read here"),
        ("<s>a<p>b</p></s>", 12, "<p> can't stand in <s>"),
        ("<p>a<p>b</p></p>", 12, "<p> can't stand in <p>"),
        ("<sub alias='b'>a<break/></sub>", 24, "<break> can't stand in <sub>"),
        ("<speak>a</speak>", 8, "<speak> can't stand in <speak>"),
        ("<break>a</break>", 15, "nothing stands inside <break>"),
        ("<break time='5'/>a", 8, "a break's time is written like 5s, 2.5s or 500ms, not '5'"),
        ("<break time='-5s'/>a", 8, "a break's time is written like"),
        ("<break time='3h'/>a", 8, "a break's time is written like"),
        ("<break time='9000s'/>a", 8, "9000s is too long; the most is 2h"),
        ("<break strength='loud'/>a", 8, "a break's strength is one of none, x-weak"),
        ("<break length='5s'/>a", 8, "<break length=…> is not read here; of its attributes, strength, time"),
        ("<p xml:lang='de'>a</p>", 8, "<p xml:lang=…> is not read here; of its attributes, none"),
        ("<sub>a</sub>", 8, "<sub> wants what is to be said"),
        ("<sub alias=' '>a</sub>", 8, "<sub> wants what is to be said"),
        ("<mark/>a", 8, "<mark> wants a name"),
        ("<mark name='section: '/>a", 8, "<mark> wants a name"),
        ("<p><mark name='section: x'/>a</p>", 11, "a section begins between paragraphs"),
        ("<meta name='seeAlso' content='x'/>a", 8, "of <meta>, only"),
        ("<prosody rate='slow'>a</prosody>", 8, "a prosody's rate is 73% to 409% here, of 110 words a minute, not 's"),
        ("<prosody rate='-10%'>a</prosody>", 8, "a prosody's rate is 73% to 409%"),
        ("<prosody rate='20%'>a</prosody>", 8, "a prosody's rate is 73% to 409%"),
        ("<prosody rate='100%' pitch='low'>a</prosody>", 8, "<prosody pitch=…> is not read here"),
        ("<say-as interpret-as='characters'>a</say-as>", 8, 'say-as interpret-as="characters"> is not read here'),
        ("<?php x?>a", 8, "the instruction <?php …?> is not read here"),
        ("a \u200e b", 10, "the character U+200E can't be spoken"),
        ("<mark name='a\u200e'/>b", 8, "the character U+200E has no place in a name"),
        ("a <break/> … <break/>", 19, "there is nothing to say in '…'"),
        ("a" * 2_001, 8, "more than 2000 characters without a pause"),
        ("a</p>", 11, "this is not well-formed XML: mismatched tag; <speak> of line 1 stands open"),
        ("a & b", 11, "this is not well-formed XML: not well-formed (invalid token)"),
        ("a &nbsp; b", 10, "this is not well-formed XML: undefined entity"),
        ("<x:p>a</x:p>", 8, "this is not well-formed XML: unbound prefix"),
    ],
)
def test_what_is_no_ssml_of_ours_is_an_error_with_its_place(body: str, column: int, message: str) -> None:
    problem = only_problem(f"<speak>{body}</speak>")
    if "mismatched" in message:
        assert problem.startswith("a.ssml:1:")
    else:
        assert problem.startswith(f"a.ssml:1:{column}: error: ") or "token" in message
    assert message in problem


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.ssml:1:1: error: this is not well-formed XML: no element found"),
        ("<speak/>", "a.ssml:1:1: error: nothing is said here"),
        ("\n<html>a</html>", "a.ssml:2:1: error: this is XML, but no SSML: it begins with <html>, not with <speak>"),
        ("<speak xmlns='urn:x'>a</speak>", "it begins with <speak>, not with <speak>"),
        ("<speak version='2.0'>a</speak>", "SSML 1.0 and 1.1 are read here, not 2.0"),
        (
            "\n<speak xml:lang='english language'>a</speak>",
            "a.ssml:2:1: error: 'english language' is no language's code",
        ),
        ("<?xml version='1.0' encoding='latin-1'?><speak>é</speak>", "this says that it is latin-1, but it is UTF-8"),
        (" <?xml version='1.0'?><speak>a</speak>", "XML or text declaration not at start of entity"),
        ("<speak>a", "no element found; <speak> of line 1 stands open"),
        ("<speak>" + "a" * 1_000_001 + "</speak>", "a.ssml:1:1: error: a script has at most 1000000 characters"),
        ("<speak>" + "<prosody rate='100%'>" * 30 + "a", "a.ssml:1:407: error: elements nested more than 20 deep"),
        ("<speak>" + "<x>" * 30 + "a", "elements nested more than 20 deep"),
    ],
)
def test_what_is_no_ssml_at_all(text: str, message: str) -> None:
    assert message in problems_of(text, "a.ssml")[-1]


def test_every_problem_is_told_in_order() -> None:
    problems = problems_of("<speak>\n<audio/><emphasis>a</emphasis>\n <break time='x'/>\n</p>", "a.ssml")
    assert [problem.split(" ")[0] for problem in problems] == [
        "a.ssml:2:1:", "a.ssml:2:9:", "a.ssml:3:2:", "a.ssml:4:3:",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("<speak>a <break/> <emphasis>b</emphasis>. <break/> c</speak>", "a.ssml"),
        ("a [1s] +b+. [1s] c", "a.smd"),
        ("a [1s] (b)[whisper]. [1s] c", "a.smd"),
        ("a [1s] {b}. [1s] c", "a.smd"),
    ],
)
def test_one_fault_is_one_problem(text: str, file: str) -> None:
    assert "not read here" in only_problem(text, file) or "{b}" in only_problem(text, file)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


@pytest.mark.parametrize(
    "text",
    [
        f'<!DOCTYPE speak [<!ENTITY l0 "ha">{LAUGHS}]><speak>&l11;</speak>',
        f'<?xml version="1.0"?><!DOCTYPE speak [<!ENTITY a "{"a" * 100_000}">]><speak>{"&a;" * 10_000}</speak>',
        '<!DOCTYPE speak [<!ENTITY x SYSTEM "file:///etc/passwd">]><speak>&x;</speak>',
        '<!DOCTYPE speak [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]><speak>a</speak>',
        '<!DOCTYPE speak PUBLIC "-//W3C//DTD SYNTHESIS 1.0//EN" "http://www.w3.org/TR/x.dtd"><speak>a</speak>',
    ],
    ids=["laughs", "quadratic", "file", "parameter", "outside"],
)
def test_an_xml_bomb_is_one_line_and_never_unfolded(text: str) -> None:
    problem = only_problem(text)
    assert len(problem) < 200
    assert re.match(r"a\.ssml:1:\d+: error: a DOCTYPE, and what it declares, is not read here", problem)


def grows_evenly(read: Callable[[str], object], text_of: Callable[[int], str], size: int) -> bool:
    """Whether a text four times as long takes about four times the work, and not sixteen times."""

    def work(size: int) -> float:
        text, began = text_of(size), time.process_time()
        with contextlib.suppress(ScriptError):
            read(text)
        return time.process_time() - began

    return work(size) < 9 * min(work(size // 4) for _ in range(3)) + 0.5


@pytest.mark.parametrize(
    ("text_of", "size"),
    [
        (lambda size: "<speak>" + "a" * size + "</speak>", 900_000),
        (lambda size: "<speak>" + "a<break/>" * size + "</speak>", 40_000),
        (lambda size: "<speak>" + "<x/>" * size + "</speak>", 40_000),
        (lambda size: "<speak><sub " + " ".join(f"a{n}='1'" for n in range(size)) + ">a</sub></speak>", 20_000),
    ],
    ids=["text", "breaks", "unknown", "attributes"],
)
def test_a_large_file_takes_no_more_than_its_share(text_of: Callable[[int], str], size: int) -> None:
    assert grows_evenly(lambda text: read(text, "a.ssml"), text_of, size)


@given(st.text(st.sampled_from("<>/&;\"'= spbreakmu![]-?\n\x00é"), max_size=60))
def test_any_text_is_a_document_or_an_error_at_a_line_that_exists(text: str) -> None:
    for file in ("a.ssml", "a.smd"):
        for whole in (text, f"<speak>{text}</speak>"):
            places = [problem.place for problem in faults_of(whole, file)]
            assert all(1 <= place.line <= whole.count("\n") + 1 and place.column >= 1 for place in places)


# --- reading Speech Markdown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("One\n two.\n\nThree.", ["One two.", "¶", "Three."]),
        ("a [500ms] b [2.5s] c", ["a", 500, "b", 2_500, "c"]),
        ("a [break:\"5s\"] b [break: '1s'] c", ["a", 5_000, "b", 1_000, "c"]),
        ('a [break:"strong"] b [break:"none"] c', ["a", 10_000, "b c"]),
        ('a [mark:"home"] b', ["a", "@home", "b"]),
        ('I like (Al)[sub:"aluminium"], not (Mg)["magnesium"].', ["I like aluminium, not magnesium."]),
        ('On (1/5/26)[date:"dmy"], (7)[number].', ["On 1/5/26, 7."]),
        ("Well-being (or so) is -5 to 5 - and a+b, ~ten. Wow! #1 <3", ["Well-being (or so) is -5 to 5 - and a+b, ~ten. "
                                                                        "Wow! #1 <3"]),
    ],
)  # fmt: skip
def test_speech_markdown_is_read(text: str, items: list[Any]) -> None:
    assert said(smd(text)) == items


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('(a)[emphasis:"strong"]', '(a)[emphasis:"strong"] is not read here'),
        ("(a)[characters]", "(a)[characters] is not read here"),
        ("(a)[sub]", "(a)[sub] is not read here"),
        ('(a)[:"b"]', "is not read here"),
        ('(a)[sub:"b";rate:"slow"]', "is not read here"),
        ("a ++b c++ d", "the emphasis in ++b c++ is not read here"),
        ("a +b+ d", "the emphasis in +b+"),
        ("a ~b~ d", "the emphasis in ~b~"),
        ("a -b- d", "the emphasis in -b-"),
        ('!["https://a.mp3"]', "sounds are struck in a script of our own"),
        ('#[voice:"Kendra"]', "the voice is chosen with --voice"),
        ("# Arriving", "Speech Markdown has no headings"),
        ("---", "Speech Markdown has no header"),
        ("[bell]", "[bell] is not read here; [5s]"),
        ("[pause 5s]", "[pause 5s] is not read here"),
        ('[break:"-5s"]', "a break's strength is one of"),
        ('[break:"3h"]', "a break's time is written like"),
        ('[mark:""]', "is not read here"),
        ("Dear {name}", "{name} is no Speech Markdown; a slot is filled in a script of our own"),
        ("a <break time='5s'/>", "a tag is read in a file of SSML"),
        ("a <!-- b -->", "<!-- is no Speech Markdown"),
        ("a ] b", "']' has no partner in this line"),
        ("a [ b", "'[' has no partner in this line"),
    ],
)
def test_what_is_no_speech_markdown_of_ours_is_an_error_with_its_place(text: str, message: str) -> None:
    problem = problems_of(f"Begin.\nAgain.\n\n{text}", "a.smd")[0]
    column = next((number for number, sign in enumerate(text, 1) if sign in "(+~-!#[{<]"), 0)
    assert problem.startswith(f"a.smd:4:{column}: error: ")
    assert message in problem


@pytest.mark.parametrize("piece", [" -a", "(a", "[", "+a ", "\n ", "<a", "#["])
def test_a_large_speech_markdown_takes_no_more_than_its_share(piece: str) -> None:
    assert grows_evenly(smd, lambda size: piece * (size // len(piece)), 80_000)


# --- which reader a file gets, and the command ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "text", "reader"),
    [
        ("a.ssml", "", "read_ssml"), ("a.XML", "", "read_ssml"), ("a.smd", "", "read_speech_markdown"),
        ("a.md", "---\ntitle: a\n---\n", None), ("a", "\ufeff<?xml version='1.0'?>", "read_ssml"),
        ("a.txt", "\n <speak>", "read_ssml"), ("a.md", "Hello", None), ("smd", "Hello", None),
    ],
)  # fmt: skip
def test_the_reader_of_a_file(file: str, text: str, reader: str | None) -> None:
    assert getattr(reader_of(Source(file, text)), "__name__", None) == reader


def test_the_command_offers_every_form() -> None:
    (option,) = [parameter for parameter in show.params if parameter.name == "form"]
    assert list(getattr(option.type, "choices", ())) == list(FORMS)


FILES: Mapping[str, str] = {
    "a.ssml": "<speak><p>Hello there.<break time='2s'/> Rest.</p></speak>",
    "b.smd": "Hello there. [2s] Rest.",
    "plain": "<?xml version='1.0'?>\n<speak>Hello there.<break time='2s'/> Rest.</speak>",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_others_is_a_meditation(name: str, folder: Path) -> None:
    checked = run_metta("check", name, folder=folder)
    assert checked.returncode == 0
    assert "error" not in checked.stdout
    shown = run_metta("show", name, folder=folder)
    assert shown.returncode == 0
    assert "Hello there." in shown.stdout
    assert shown.stdout.startswith(f"{Path(name).stem}: about ")
    made = run_metta("render", name, "-o", "a.wav", "--voice", "tones", folder=folder)
    assert (made.returncode, made.stderr) == (0, "")


def test_a_bad_file_is_told_by_every_command(folder: Path) -> None:
    (folder / "bad.ssml").write_text("<speak>\n <audio/>a</speak>", encoding="utf-8")
    for command in (["check"], ["show"], ["play", "--output", "null"]):
        run = run_metta(*command, "bad.ssml", folder=folder)
        assert run.returncode == 1
        assert (run.stdout + run.stderr).startswith("bad.ssml:2:2: error: <audio> is not read here")
        assert (run.stdout + run.stderr).count("\n") == 1


@pytest.mark.parametrize("name", FORMS)
def test_show_writes_a_form(name: str, folder: Path) -> None:
    run = run_metta("show", "waking", "--as", name, "--name", "Łukasz & Co", folder=folder)
    assert (run.returncode, run.stderr) == (0, "")
    if name == "ssml":
        check_ssml(run.stdout)
        (folder / "again.ssml").write_text(run.stdout, encoding="utf-8")
        assert run_metta("check", "again.ssml", folder=folder).returncode == 0
    assert ("Łukasz &amp; Co" if name != "text" else "Łukasz & Co") in run.stdout


def test_show_writes_one_form_alone(folder: Path) -> None:
    run = run_metta("show", "waking", "--as", "text", "--json", folder=folder)
    assert run.returncode == 2
    assert "choose one" in run.stderr

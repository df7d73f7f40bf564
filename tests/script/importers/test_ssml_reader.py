"""SSML is read where it says what the language can, and refused in a line where it does not."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from helpers.foreign_scripts import grows_evenly, problems_of, read, said, short, ssml, told


def only_problem(text: str, file: str = "a.ssml") -> str:
    (problem,) = problems_of(text, file)
    return problem


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
        ["Far", "¶", "Take two hours, May 1.", 2_500, "Or", "@home", "more.", "¶", "rate 114", "no", "rate None"],
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
            ["rate 250", "a", "rate 112", "b", "rate 250", "c", "rate None", "d"],
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
        ("<prosody rate='slow'>a</prosody>", 8, "a prosody's rate is 64% to 360% here, of 125 words a minute, not 's"),
        ("<prosody rate='-10%'>a</prosody>", 8, "a prosody's rate is 64% to 360%"),
        ("<prosody rate='20%'>a</prosody>", 8, "a prosody's rate is 64% to 360%"),
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

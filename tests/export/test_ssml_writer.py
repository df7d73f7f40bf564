"""A session as SSML 1.1, there and back."""

import re

import pytest
from helpers.foreign_scripts import read, said
from helpers.forms import EXAMPLE, EXAMPLE_SLOTS, SOMEBODY, check_ssml, form, laid_out
from helpers.scripts import script
from hypothesis import given
from hypothesis import strategies as st

from synth.export.reading_forms import FORMS
from synth.export.reading_page import make_sheet
from synth.export.ssml_writer import _difference
from synth.personalise.listener import Profile
from synth.personalise.session import Session
from synth.scripts import load_document, meditation_names
from synth.timeline.model import Timeline


def voice_of(heard: Session, timeline: Timeline) -> list[tuple[str, int, int, int]]:
    """Everything that is spoken: its words, its rate, its length, and how long the voice was silent before it."""
    ends = [0, *(cue.end_ms for cue in timeline.speech)]
    return [
        (utterance.spoken, utterance.style.rate, cue.end_ms - cue.start_ms, cue.start_ms - end)
        for utterance, cue, end in zip(heard.utterances, timeline.speech, ends[:-1], strict=True)
    ]


def test_a_session_as_ssml() -> None:
    got = form("ssml", EXAMPLE, Profile(name="Ana <3", say_as="Ah-na"), **EXAMPLE_SLOTS)
    assert (
        got
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<speak version="1.1" xmlns="http://www.w3.org/2001/10/synthesis" xml:lang="en">
 <meta name="title" content="Test" />
 <!-- Elastic pauses are estimated; a rate of 100% is 125 words a minute -->
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
   <prosody rate="80%">You are *here*.</prosody>
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

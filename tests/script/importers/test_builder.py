"""Documents built piece by piece, under the rules of our own scripts."""

from typing import Any

import pytest
from helpers.foreign_scripts import said, told

from synth.errors import ScriptError
from synth.script.document import Mark
from synth.script.importers.builder import SENTENCE_MS, DocumentBuilder
from synth.script.limits import NAMED_PAUSES
from synth.script.parse import MAX_CHARACTERS, MAX_IN_UTTERANCE, MAX_SECTIONS
from synth.source import Place, Source

HERE = Place("here/Kind words.ssml", 1, 1)


@pytest.fixture
def builder() -> DocumentBuilder:
    return DocumentBuilder(Source(HERE.file, ""))


def problems(builder: DocumentBuilder) -> list[str]:
    with pytest.raises(ScriptError) as raised:
        builder.document()
    return str(raised.value).splitlines()


def test_pieces_of_text_are_one_utterance_until_something_else_comes(builder: DocumentBuilder) -> None:
    for piece in ("  May you\n", "be ", "well."):
        builder.text(piece, HERE)
    builder.add(Mark("home", HERE))
    builder.text("Rest.", HERE)
    assert said(builder.document()) == ["May you be well.", "@home", "Rest."]


def test_the_voice_rests_between_sentences_and_nowhere_else(builder: DocumentBuilder) -> None:
    for text in ("One.", "Two."):
        builder.text(text, HERE)
        builder.sentence()
    builder.pause(HERE, time="2s")
    builder.text("Three.", HERE)
    builder.sentence()
    builder.paragraph(HERE)
    builder.text("Four.", HERE)
    assert said(builder.document()) == ["One.", SENTENCE_MS, "Two.", 2_000, "Three.", "¶", "Four."]


@pytest.mark.parametrize(
    ("asked", "items"),
    [
        ({}, [NAMED_PAUSES["normal"]]),
        ({"strength": "weak"}, [NAMED_PAUSES["short"]]),
        ({"strength": "none"}, []),
        ({"strength": "strong", "time": "250ms"}, [250]),
    ],
)
def test_a_break_is_by_its_time_or_else_its_strength(builder: DocumentBuilder, asked: Any, items: list[int]) -> None:
    builder.text("One.", HERE)
    builder.pause(HERE, **asked)
    assert said(builder.document()) == ["One.", *items]


def test_sections_stand_under_their_titles_and_an_empty_opening_is_none(builder: DocumentBuilder) -> None:
    builder.paragraph(HERE)
    builder.section("A", HERE)
    builder.text("One.", HERE)
    builder.section("B", HERE)
    assert told(builder.document()) == [["A", "One."], ["B"]]


def test_its_title_is_the_files_where_nothing_gives_one(builder: DocumentBuilder) -> None:
    builder.text("One.", HERE)
    assert builder.document().meta.title == "Kind words"
    builder.title = "Another"
    assert builder.document().meta.title == "Another"


def test_every_problem_is_told_once_in_the_order_of_its_place(builder: DocumentBuilder) -> None:
    builder.language, builder.language_place = "english of a kind", Place(HERE.file, 9, 1)
    builder.pause(Place(HERE.file, 5, 1), strength="mighty")
    builder.text("a\n\x07", Place(HERE.file, 2, 4))
    builder.paragraph(HERE)
    builder.text("…", Place(HERE.file, 4, 1))
    builder.paragraph(HERE)
    builder.text("x" * (MAX_IN_UTTERANCE + 1), Place(HERE.file, 7, 1))
    builder.plain("a\u202eb", Place(HERE.file, 8, 1))
    builder.plain("a\u202eb", Place(HERE.file, 8, 1))
    found = [problem.removeprefix(f"{HERE.file}:").split(" error: ") for problem in problems(builder)]
    assert [place for place, _ in found] == ["3:1:", "4:1:", "5:1:", "7:1:", "8:1:", "9:1:"]
    for (_, message), begins in zip(
        found,
        ("the character U+0007 can't", "there is nothing to say in '…'", "a break's strength is one of", "more than",
         "the character U+202E has no place in a name", "'english of a kind' is no language's code"),
        strict=True,
    ):  # fmt: skip
        assert message.startswith(begins)


def test_a_document_that_says_nothing_is_none(builder: DocumentBuilder) -> None:
    assert problems(builder) == [f"{HERE}: error: nothing is said here; write what is to be said"]


def test_a_document_of_too_many_sections_is_none(builder: DocumentBuilder) -> None:
    for number in range(MAX_SECTIONS + 1):
        builder.section(f"{number}", Place(HERE.file, number + 1, 1))
    (problem,) = problems(builder)
    assert problem == f"{HERE.file}:{MAX_SECTIONS + 1}:1: error: more than {MAX_SECTIONS} sections; join some"


def test_a_text_that_is_too_long_is_not_begun() -> None:
    with pytest.raises(ScriptError, match=f"a script has at most {MAX_CHARACTERS} characters"):
        DocumentBuilder(Source("a.ssml", "x" * (MAX_CHARACTERS + 1)))

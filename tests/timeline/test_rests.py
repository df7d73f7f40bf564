"""How a text falls into sentences, and how long the rests are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.timeline.rests import MAX_REST_MS, MIN_REST_MS, WEIGHTS, Rests, Stop, sentences, word_count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("May I be at ease.", ["May I be at ease."]),
        ("May you be well. May you rest; here: now.", ["May you be well.", "May you rest;", "here:", "now."]),
        ("Dr. Ray meets J. Ray, e.g. at St. Johns.", ["Dr. Ray meets J. Ray, e.g. at St. Johns."]),
        ("It takes 2.5 minutes. 3 remain.", ["It takes 2.5 minutes.", "3 remain."]),
        ("Wait… what? “Yes.” And no!", ["Wait… what?", "“Yes.", "And no!"]),
        ("¿Qué tal? ¡Bien! Así.", ["¿Qué tal?", "¡Bien!", "Así."]),
        ("So… and so on. élan", ["So… and so on. élan"]),
        ("安静。呼吸。", ["安静。", "呼吸。"]),
        ("  ", []),
    ],
)
def test_a_text_falls_into_sentences(text: str, found: list[str]) -> None:
    assert [text[one.start : one.end] for one in sentences(text)] == found


@given(st.text(alphabet="aB .,;:!?…”–\n\u4f60。", max_size=60))
def test_no_word_is_lost_between_sentences(text: str) -> None:
    said = "".join(text[one.start : one.end] for one in sentences(text))
    assert [c for c in said if c.isalnum()] == [c for c in text if c.isalnum()]


def test_commas_and_dashes_are_counted_where_one_rests() -> None:
    assert [one.commas for one in sentences("Here, now – and 1,000 well-known ones, too. Yes.")] == [3, 0]


def test_words_are_what_stands_between_spaces_and_can_be_said() -> None:
    assert word_count("May I – too – be well-known, 24 times …") == 7


STOPS: tuple[Stop, ...] = ("comma", "sentence", "clause", "comma")


def test_rests_fill_what_is_missing_in_their_proportions() -> None:
    lengths = Rests().lengths(STOPS, 2_500)
    assert sum(lengths) == 2_500
    assert lengths == tuple(1_000 * WEIGHTS[stop] for stop in STOPS)


def test_rests_have_bounds() -> None:
    assert Rests().lengths(STOPS, -1_000) == tuple(round(MIN_REST_MS * WEIGHTS[stop]) for stop in STOPS)
    assert Rests().lengths(STOPS, 99_000) == tuple(round(MAX_REST_MS * WEIGHTS[stop]) for stop in STOPS)
    assert Rests().lengths((), 5_000) == ()


def test_fixed_rests_are_kept_and_the_others_fill() -> None:
    assert Rests(sentence_ms=800, comma_ms=200).lengths(STOPS, 9_999) == (200, 800, 560, 200)
    assert Rests(comma_ms=200).lengths(STOPS, 2_100) == (200, 1_000, 700, 200)

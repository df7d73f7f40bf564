"""Words as a recogniser writes them, and how many of them are others than were said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.verify.word_errors import count_misread, normalised_words

WORDS = st.lists(st.sampled_from(["may", "you", "be", "well"]), max_size=8)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("May you be well.", "may you be well"),
        ("“Let’s rest,” it’s said—", "let's rest it's said"),
        ("Eleven o’clock", "eleven o'clock"),
        ("the friends' loving-kindness", "the friends loving kindness"),
        ("Breathe in 4, out 20, or 45", "breathe in four out twenty or forty five"),
        ("José, Łukasz, Nguyễn", "jose łukasz nguyen"),
        ("in 2026", "in 2026"),
        ("…", ""),
    ],
)
def test_words_are_without_signs_capitals_accents_and_digits(text: str, words: str) -> None:
    assert normalised_words(text) == words.split()


@pytest.mark.parametrize(
    ("said", "heard", "misread"),
    [
        ("may you be well", "may you be well", 0),
        ("may you be well", "may you be swell", 1),
        ("may you be well", "may be well", 1),
        ("may you be well", "may you all be well", 1),
        ("may you be well", "you may be well", 2),
        ("may you be well", "", 4),
        ("", "may you be well", 4),
    ],
)
def test_a_word_put_in_place_of_another_left_out_or_added_is_one_error(said: str, heard: str, misread: int) -> None:
    assert count_misread(said.split(), heard.split()) == misread


@given(WORDS, WORDS)
def test_errors_are_a_distance(said: list[str], heard: list[str]) -> None:
    misread = count_misread(said, heard)
    assert misread == count_misread(heard, said)
    assert abs(len(said) - len(heard)) <= misread <= max(len(said), len(heard))
    assert (misread == 0) == (said == heard)

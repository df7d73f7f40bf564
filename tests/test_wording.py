"""Suggestions, and a listener's text as one line."""

import pytest

from synth.wording import did_you_mean, one_line, visible


def test_a_near_word_is_suggested_and_a_far_one_is_not() -> None:
    known = ("title", "language", "length")
    assert did_you_mean("titel", known) == "; did you mean 'title'?"
    assert did_you_mean("lenght", iter(known)) == "; did you mean 'length'?"
    assert did_you_mean("bell", known) == ""
    assert did_you_mean("title", ()) == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("José  Łukasz", "José Łukasz"),
        (" two\n\tlines\u2028here ", "two lines here"),
        ("A\x1b[31mna\x00", "A[31mna"),
        ("[pause 5s] {x}", "[pause 5s] {x}"),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        (" \n ", ""),
    ],
)
def test_a_text_becomes_one_printable_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_what_would_steer_a_terminal_is_shown() -> None:
    assert visible("a\x1b[31m\tb\n\u202ec\x9b静\u200d") == "a<U+001B>[31m\tb\n<U+202E>c<U+009B>静\u200d"

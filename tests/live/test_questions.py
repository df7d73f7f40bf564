"""Answers typed digit by digit."""

import pytest

from synth.history import RatingAnswer
from synth.live.commands import Command
from synth.live.questions import Questions
from synth.live.schedule import GO_ON_OR_CLOSE
from synth.live.view import Question

TEN = Question("How is it?", 0, 10)
FIVE = Question("And now?", 1, 5)


def typed(keys: str, question: Question | None = TEN) -> tuple[list[tuple[bool, str] | None], list[RatingAnswer]]:
    questions = Questions()
    return [questions.answer(key, question, 1_000) for key in keys], questions.ratings


@pytest.mark.parametrize(
    ("keys", "value"), [("7", 7), ("10", 10), ("1\n", 1), ("1\r", 1), ("1\x7f4", 4), ("1\b0", 0), ("0", 0)]
)
def test_a_number_is_answered_when_no_digit_fits_behind_it_or_by_enter(keys: str, value: int) -> None:
    answers, ratings = typed(keys)
    assert [answer and answer[0] for answer in answers] == [False] * (len(keys) - 1) + [True]
    assert ratings == [RatingAnswer("How is it?", value, 0, 10, 1_000)]


@pytest.mark.parametrize("keys", ["9", "0", "\n"])
def test_what_is_off_the_scale_or_empty_is_no_answer(keys: str) -> None:
    assert typed(keys, FIVE) == ([(False, "a number from 1 to 5")], [])


def test_what_is_typed_is_shown() -> None:
    answers, _ = typed("1\x7f\x7f", TEN)
    assert answers == [(False, "1"), (False, ""), (False, "")]


def test_other_keys_are_no_answers() -> None:
    assert typed("s. x", TEN) == ([None] * 4, [])
    assert typed("7", None) == ([None], [])


def test_what_was_typed_is_dropped_when_nothing_is_asked_any_more() -> None:
    questions = Questions()
    questions.answer("1", TEN, 0)
    assert questions.answer("5", None, 0) is None
    assert questions.answer("\n", TEN, 0) == (False, "a number from 0 to 10")


def test_whether_to_go_on_is_answered_by_the_keys_that_go_on() -> None:
    keys = Command.ON.key + Command.HOLD.key + Command.CLOSE.key + "7"
    assert typed(keys, GO_ON_OR_CLOSE) == ([(True, "going on"), (True, "going on"), None, None], [])

"""What fills a slot, and how it is said."""

from dataclasses import replace

import pytest
from helpers.listeners import profile, refused, texts, utterance
from helpers.scripts import FILE, PHRASES, session
from hypothesis import given
from hypothesis import strategies as st

from synth.personalise.listener import Profile, SessionOptions

NAME = {"name": {"ask": "Who?", "default": "friend"}}

BODY = "Hello, {name}."


@pytest.mark.parametrize(
    ("options", "listener", "heard"),
    [
        (SessionOptions(), Profile(), "Hello, friend."),
        (SessionOptions(), profile(name="Ada"), "Hello, Ada."),
        (SessionOptions({"name": "Bo"}), Profile(), "Hello, Bo."),
        (SessionOptions({"name": "Bo"}), profile(name="Ada"), "Hello, Bo."),
        (SessionOptions({"name": "Bo"}), profile(name="Ada", slots={"name": "Cy"}), "Hello, Bo."),
    ],
)
def test_a_wish_is_stronger_than_the_profile_and_that_than_the_default(
    options: SessionOptions, listener: Profile, heard: str
) -> None:
    assert texts(session(BODY, options, listener, slots=NAME)) == [heard]


def test_other_slots_are_filled_by_wish_profile_and_default_alike() -> None:
    slots = {"place": {"default": "your heart"}}
    listener = profile(slots={"place": "your cheek", "unknown": "x"})
    assert texts(session("On {place}.", slots=slots)) == ["On your heart."]
    assert texts(session("On {place}.", profile=listener, slots=slots)) == ["On your cheek."]
    assert texts(session("On {place}.", SessionOptions({"place": "your arm"}), listener, slots=slots)) == [
        "On your arm."
    ]


def test_a_person_of_the_profiles_fills_the_slot_of_their_role() -> None:
    slots = {"benefactor": {"default": "someone"}}
    listener = profile(people={"benefactor": {"name": "Siobhán", "say_as": "Shivawn"}})
    (heard,) = session("Let {benefactor} come to mind.", profile=listener, slots=slots).utterances
    assert heard == utterance(
        1, 1, "Let Siobhán come to mind.", "Let Shivawn come to mind.", personal=True, names=("Siobhán",)
    )


def test_say_as_is_spoken_and_the_name_is_written() -> None:
    made = session(BODY, profile=profile(name="Saoirse", say_as="Seersha"), slots=NAME)
    assert made.utterances == (
        utterance(1, 1, "Hello, Saoirse.", "Hello, Seersha.", personal=True, names=("Saoirse",)),
    )


@pytest.mark.parametrize(("name", "spoken"), [("Saoirse", "Hello, Seersha."), ("Bo", "Hello, Bo.")])
def test_say_as_belongs_to_the_profiles_own_name(name: str, spoken: str) -> None:
    made = session(BODY, SessionOptions({"name": name}), profile(name="Saoirse", say_as="Seersha"), slots=NAME)
    assert made.utterances == (utterance(1, 1, f"Hello, {name}.", spoken, personal=True, names=(name,)),)


HARD_NAMES = [
    "[pause 5s]{x}",
    "{name}",
    "<break time='5s'/>",
    "<!-- x -->",
    r"\[x\]",
    "# One",
    "[end]",
    "[bogus",
    "a\\",
]


@pytest.mark.parametrize("name", HARD_NAMES)
def test_brackets_and_braces_in_a_value_are_spoken_words(name: str) -> None:
    expected = (utterance(1, 1, f"Hello, {name}.", personal=True, names=(name,)),)
    assert session(BODY, SessionOptions({"name": name}), slots=NAME).utterances == expected
    assert session(BODY, profile=profile(name=name), slots=NAME).utterances == expected
    assert session(BODY, slots={"name": {"default": name}}).utterances == (replace(expected[0], names=()),)


@pytest.mark.parametrize(
    "name", ["José", "Jose\u0301", "Łukasz", "O'Brien", "O’Brien", "Nguyễn", "李", "محمد", "🙂 Ada"]
)
def test_names_stay_whole(name: str) -> None:
    expected = utterance(1, 1, f"Hello, {name}.", personal=True, names=(name,))
    for made in (
        session(BODY, SessionOptions({"name": name}), slots=NAME),
        session(BODY, profile=profile(name=name), slots=NAME),
    ):
        (said,) = made.utterances
        assert replace(said, hints=()) == expected


@given(st.text(st.characters(categories=["L", "M", "N", "P", "S"]), min_size=1, max_size=40))
def test_any_printable_name_stays_whole(name: str) -> None:
    made = session(BODY, SessionOptions({"name": name}), slots=NAME)
    (said,) = made.utterances
    assert replace(said, hints=()) == utterance(1, 1, f"Hello, {name}.", personal=True, names=(name,))
    assert all(said.spoken[hint.start : hint.end] in name for hint in said.hints)


def test_a_value_over_several_lines_is_one_line() -> None:
    assert texts(session(BODY, SessionOptions({"name": " Ada\n\tof  Hove\x07 "}), slots=NAME)) == [
        "Hello, Ada of Hove."
    ]


@pytest.mark.parametrize("value", ["", "  ", "\n", "\u200b"])
def test_an_empty_value_is_refused(value: str) -> None:
    assert refused(BODY, SessionOptions({"name": value}), slots=NAME) == (
        "the slot 'name' is given nothing; leave it out to have the script's own word"
    )


@pytest.mark.parametrize("value", ["", " ", "|", " | "])
def test_an_empty_wish_for_phrases_is_refused_too(value: str) -> None:
    body = "[each wish in phrases]\n{wish}\n[end]"
    assert "the slot 'phrases' is given nothing" in refused(body, SessionOptions({"phrases": value}), slots=PHRASES)


def test_every_value_that_is_missing_is_asked_for_at_once() -> None:
    slots = {
        "name": {"ask": "Who?"},
        "place": {},
        "wishes": {"type": "phrases", "ask": "Which?"},
        "b": {"default": "x"},
    }
    body = "{name} {place} {b}\n[each wish in wishes]\n{wish}\n[end]"
    assert refused(body, slots=slots) == (
        "'Test' needs --set name=… (Who?); --set place=… (its value); --set wishes=… (Which?)"
    )


def test_a_wish_for_a_slot_that_is_none_is_refused_with_the_nearest() -> None:
    assert refused(BODY, SessionOptions({"nmae": "Ada"}), slots=NAME) == (
        "'Test' has no slot 'nmae'; did you mean 'name'? (its slots: name)"
    )
    assert refused("Hello.", SessionOptions({"zzz": "Ada"})) == "'Test' has no slot 'zzz' (its slots: none)"


@pytest.mark.parametrize(("value", "text"), [("3", "3"), ("-2.5", "-2.5"), (" 10 ", "10")])
def test_a_number_is_spoken_as_it_was_given(value: str, text: str) -> None:
    slots = {"count": {"type": "number"}}
    assert texts(session("Take {count}.", SessionOptions({"count": value}), slots=slots)) == [f"Take {text}."]


@pytest.mark.parametrize("value", ["three", "3 or 4", "nan", "inf", "-Infinity", "1_000", "0x1f"])
def test_a_number_slot_takes_numbers_only(value: str) -> None:
    slots = {"count": {"type": "number"}}
    message = f"the slot 'count' wants a number, not '{value}'"
    assert refused("Take {count}.", SessionOptions({"count": value}), slots=slots) == message
    assert refused("Take {count}.", listener=profile(slots={"count": value}), slots=slots) == message


@pytest.mark.parametrize(("default", "text"), [(3, "3"), (2.5, "2.5")])
def test_a_numbers_default_is_spoken(default: float, text: str) -> None:
    assert texts(session("Take {count}.", slots={"count": {"type": "number", "default": default}})) == [f"Take {text}."]


def test_a_choice_is_one_of_its_values() -> None:
    slots = {"touch": {"type": "choice", "of": ["heart", "cheek"], "default": "heart"}}
    assert texts(session("Your {touch}.", slots=slots)) == ["Your heart."]
    assert texts(session("Your {touch}.", SessionOptions({"touch": "cheek"}), slots=slots)) == ["Your cheek."]
    assert refused("Your {touch}.", SessionOptions({"touch": "knee"}), slots=slots) == (
        "the slot 'touch' is one of heart, cheek, not 'knee'"
    )


@pytest.mark.parametrize("name", ["!", "… —", "\u0301"])
def test_an_utterance_that_is_nothing_to_say_is_refused_with_its_place(name: str) -> None:
    assert refused("Hello.\n\n{name}", SessionOptions({"name": name}), slots=NAME).startswith(
        f"{FILE}:6:1: there is nothing to say in '"
    )


def test_a_value_can_not_make_an_utterance_endless() -> None:
    assert refused(BODY, SessionOptions({"name": "x" * 2_000}), slots=NAME) == (
        f"{FILE}:4:1: more than 2000 characters in one utterance; shorten the value"
    )

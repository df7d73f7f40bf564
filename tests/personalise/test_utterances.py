"""Utterances know whose names are said in them, and a cued breath's which way it goes."""

from typing import Any

import pytest
from helpers.scripts import session

from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.session import TimedCue

NAME = {"name": {"default": "friend"}}
PEOPLE: dict[str, Any] = {
    "circle": {"type": "people", "default": ["Ana", "Tom"]},
    "wishes": {"type": "phrases", "default": ["happy"]},
}
ADA = Profile.model_validate({
    "name": "Ada", "say_as": "ay da", "people": {"friend": {"name": "Bo", "say_as": "bow"}}, "slots": {"place": "Rome"},
})  # fmt: skip


def names(body: str, options: SessionOptions | None = None, listener: Profile | None = None, **slots: Any) -> list[Any]:
    made = session(body, options, listener or Profile(), slots=slots)
    return [utterance.names for utterance in made.utterances]


@pytest.mark.parametrize(
    ("options", "listener", "said"),
    [
        (None, None, ()),
        (None, ADA, ("Ada",)),
        (SessionOptions({"name": "Łukasz"}), ADA, ("Łukasz",)),
    ],
)
def test_the_listeners_name_is_known_and_a_word_of_the_header_is_none(
    options: SessionOptions | None, listener: Profile | None, said: tuple[str, ...]
) -> None:
    assert names("Hello, {name}. [pause 1s] Hello.", options, listener, **NAME) == [said, ()]


def test_the_names_of_their_people_are_known_once_each_in_their_order() -> None:
    body = "{friend} and {name}, in {place}; and {friend}."
    slots: dict[str, Any] = {"friend": {}, "place": {}} | NAME
    assert names(body, listener=ADA, **slots) == [("Bo", "Ada")]


def test_everybody_of_a_circle_is_known() -> None:
    to_each = "[each wish in wishes]\n{wish for one} [pause 1s]\n[end]"
    body = f"[each one in circle]\nThink of {{one}}. [pause 1s]\n{to_each}\n[end]"
    assert names(body, **PEOPLE) == [("Ana",), ("Ana",), ("Tom",), ("Tom",)]
    assert names(body, SessionOptions({"wishes": "May peace be here."}), **PEOPLE) == [("Ana",), (), ("Tom",), ()]


def test_everybody_of_a_roster_is_known() -> None:
    roster = (Person(name="Ana"), Person(name="de Witt", say_as="de vit"))
    assert names("[each one in roster]\n{one}, welcome.\n[end]", SessionOptions(roster=roster)) == [
        ("Ana",),
        ("de Witt",),
    ]


def test_a_cued_breath_knows_which_way_it_goes() -> None:
    (section,) = session("[breath 2 in 3s out 5s cued]").sections
    cues = [item for item in section.items if isinstance(item, TimedCue)]
    assert [(cue.phase, cue.length_ms, cue.utterance.text) for cue in cues] == [
        ("in", 3_000, "Breathing in."),
        ("out", 5_000, "Breathing out."),
    ] * 2

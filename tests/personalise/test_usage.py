"""What is given and not used is refused or told."""

import pytest
from helpers.listeners import profile, refused
from helpers.scripts import session

from synth.personalise.listener import Person, SessionOptions

WISHES = {"phrases": {"type": "phrases", "default": ["happy"]}}
EACH = "[each phrase in phrases]\n{phrase}\n[end]"
ROLES = {"friend": {"default": "a friend"}, "name": {"default": "you"}}


def test_wishes_for_a_script_that_says_none_are_refused() -> None:
    assert refused("Hello.", SessionOptions(phrases=("rest",))) == (
        "'Test' says no wishes, so 'rest' would not be heard; leave it out, or choose a meditation that asks "
        "for phrases"
    )


@pytest.mark.parametrize(("role", "told"), [
    ("frend", "'Test' asks for no 'frend', so Tom would not be named; did you mean 'friend'? (its slots: friend)"),
    ("bob", "'Test' asks for no 'bob', so Tom would not be named (its slots: friend)"),
])  # fmt: skip
def test_somebody_of_a_role_that_a_script_lacks_is_refused(role: str, told: str) -> None:
    asked = SessionOptions(people={role: Person(name="Tom")})
    assert refused("{friend} and {name}.", asked, slots=ROLES) == told
    assert refused("Hello.", asked) == f"'Test' asks for no '{role}', so Tom would not be named; leave it out"


def test_anybody_is_named_where_a_script_goes_through_people() -> None:
    asked = SessionOptions(people={"bob": Person(name="Tom")})
    slots = {"people": {"type": "people", "default": ["Ana"]}}
    made = session("[each person in people]\n{person}.\n[end]", asked, slots=slots)
    assert ([said.text for said in made.utterances], made.remarks) == (["Tom."], ())


def test_what_belongs_to_a_part_that_is_left_out_is_told() -> None:
    slots = {"place": {"default": "it"}, **WISHES, "friend": {"default": "a friend"}}
    asked = SessionOptions(
        {"place": "your cheek", "touch": "no"}, phrases=("rest",), people={"friend": Person(name="Tom")}
    )
    body = f"[if touch == no]\nRest.\n[else]\nSee {{place}}.\n{EACH}\n{{friend}}.\n[end]"
    assert session(body, asked, slots=slots).remarks == (
        "'place' is not said (your cheek): it belongs to a part that is left out here",
        "the wish 'rest' is not said: its part is left out here, or other wishes were asked for",
        "Tom (friend) is not named: it belongs to a part that is left out here",
    )


def test_a_name_that_nobody_is_called_by_is_told() -> None:
    made = session("Hello.", SessionOptions(name="Ana"), profile(name="Ana"))
    assert (made.remarks, made.unused) == (("'Ana' is not said: this script calls nobody by name",), ())
    assert session("{name}.", SessionOptions(name="Ana"), profile(name="Ana"), slots={"name": {}}).remarks == ()


def test_one_of_two_lists_of_wishes_is_told() -> None:
    made = session(EACH, SessionOptions({"phrases": "happy"}, phrases=("rest",)), slots=WISHES)
    assert made.remarks == ("the wish 'rest' is not said: its part is left out here, or other wishes were asked for",)


def test_what_a_profile_has_and_nobody_needs_is_listed() -> None:
    kept = profile(
        name="Ana", phrases=["rest"], people={"friend": {"name": "Tom"}}, slots={"place": "home"}, touch="no"
    )
    assert session("Hello.", profile=kept).unused == ("name", "phrases", "friend (Tom)", "place")
    assert session("{friend} and {name}.", profile=kept, slots=ROLES).unused == ("phrases", "place")

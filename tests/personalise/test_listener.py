"""Who is listening: what a profile may say, and how it is understood."""

import pytest
from helpers.listeners import profile
from pydantic import ValidationError

from synth.personalise.listener import Breathing, Profile
from synth.script.markers import MAX_BREATH_MS


def test_every_key_is_optional() -> None:
    assert profile() == Profile()
    assert profile().breath == Breathing(**{"in": "4s", "out": "6s"})  # type: ignore[arg-type]


def test_a_name_is_one_printable_line() -> None:
    read = profile(name=" José\n Luis\x1b ", say_as="ho\tzeh")
    assert (read.name, read.say_as) == ("José Luis", "ho zeh")


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"name": " "}, ("name",)),
        ({"nmae": "Ana"}, ("nmae",)),
        ({"people": {"friend": {"say_as": "bow"}}}, ("people", "friend", "name")),
        ({"breath": {"in": "499ms"}}, ("breath", "in")),
        ({"breath": {"out": f"{MAX_BREATH_MS + 1}ms"}}, ("breath", "out")),
        ({"breath": {"into": "4s"}}, ("breath", "into")),
    ],
)
def test_what_it_may_not_say_is_refused_at_its_key(keys: dict[str, object], place: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as raised:
        profile(**keys)
    assert [fault["loc"] for fault in raised.value.errors()] == [place]


def test_it_is_never_changed() -> None:
    with pytest.raises(ValidationError):
        profile(name="Ana").name = "Bo"

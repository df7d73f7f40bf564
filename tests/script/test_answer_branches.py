"""A line that goes against somebody's answer wants a branch."""

import pytest
from helpers.scripts import script

from synth.script.answer_branches import without_branch

OWN = {"touch": {"type": "choice", "of": ["heart", "none"]}}


def lacking(body: str, **header: object) -> list[str]:
    document = script(body, **header)  # type: ignore[arg-type]
    return [what.rpartition("answer is ")[2].partition(";")[0] for _, what in without_branch(document)]


@pytest.mark.parametrize(("body", "answers"), [
    ("Put a hand on your heart.\n\nHug yourself.", ["touch: no"]),
    ("Close your eyes.", ["eyes: open"]),
    ("Keep your eyes open.", ["eyes: closed"]),
    ("Say a prayer. Close your eyes.", ["eyes: open", "secular: yes"]),
    ("[if touch == yes]\nPut a hand on your heart.\n[end]\nRest.", []),
    ("[if touch == no]\nRest.\n[else]\nPut a hand on your heart.\n[end]", []),
    ("[if touch == no]\nPut a hand on your heart.\n[else]\nRest.\n[end]", ["touch: no"]),
    ("[choose touch]\n[option yes]\nPut a hand on your heart.\n[option no]\nRest.\n[end]", []),
    ("[if eyes == open]\nRest.\n[else]\nPut a hand on your heart.\n[end]", ["touch: no"]),
    ("Your eyes can be open or closed.", []),
])  # fmt: skip
def test_a_line_against_an_answer_is_found_unless_it_has_a_branch(body: str, answers: list[str]) -> None:
    assert lacking(body) == answers


def test_a_scripts_own_choice_is_a_branch() -> None:
    body = "[choose touch]\n[option heart]\nPut a hand on your heart.\n[option none]\nRest.\n[end]"
    assert lacking(body, slots=OWN) == []


def test_what_it_says_names_the_line_and_the_mend() -> None:
    ((place, what),) = without_branch(
        script("Rest.\n\nPut a hand on {place}.", slots={"place": {"default": "your arm"}})
    )
    assert place.column == 1
    assert what == (
        "'Put a hand on your arm.' keeps this script from those whose answer is touch: no; "
        "write [if touch == no] … [else] … [end]"
    )

"""YAML by people: what is read, and every fault at its line, column and key."""

from typing import Annotated

import pytest
from pydantic import Field

from synth.errors import ScriptError
from synth.script.header import Meta
from synth.source import Place
from synth.units import MINUTE
from synth.yaml_source import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    Duration,
    StrictModel,
    Text,
    places_of_keys,
    read_yaml,
    read_yaml_rows,
    written_duration,
)


class Inner(StrictModel):
    name: Text
    weight: Annotated[int, Field(ge=1)] = 1


class Outer(StrictModel):
    title: Text
    rest: Duration = 0
    people: dict[str, Inner] = Field(default_factory=dict)


def problems_of(text: str, first_line: int = 1) -> list[str]:
    with pytest.raises(ScriptError) as raised:
        read_yaml(Outer, text, "a.yaml", first_line)
    return str(raised.value).splitlines()


def test_what_is_sound_is_read() -> None:
    read = read_yaml(Outer, "title: yes\nrest: 1m30s\npeople:\n  friend: {name: 12:30, weight: 2}\n", "a.yaml")
    assert read == Outer.model_construct(
        title="yes", rest=90_000, people={"friend": Inner.model_construct(name="12:30", weight=2)}
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: A\ntitel: B", "2:1: error: unknown key 'titel'; did you mean 'title'?"),
        ("title: A\npeople:\n  ann: {name: A, nmae: B}", "3:18: error: unknown key 'people.ann.nmae'; did you mean"),
        ("rest: 1s", "1:1: error: 'title' is missing"),
        ("title: 7", "1:1: error: 'title' should be text; put 7 in quotes"),
        ("title: A\npeople: {ann: {name: A, weight: 0}}", "2:25: error: 'people.ann.weight': input should be greater"),
        ("title: A\nrest: soon", "2:1: error: 'rest': "),
        ("title: A\nrest: 1s\nrest: 2s", "3:1: error: 'rest' stands here twice; keep one"),
        ("title: &a A\nrest: *a", "2:7: error: write the value out: '*a' (an alias) is not read here"),
        ("title: !!str A", "1:8: error: '"),
        ("title: A: B", "1:9: error: this is not YAML: "),
        ("title: A\x07", "1:9: error: the character U+0007 can't be read; take it out"),
        ("- A", "1:1: error: expected keys and values"),
        ("", "1:1: error: expected keys and values"),
        ("title: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, f"1:{MAX_DEPTH + 7}: error: nested more than {MAX_DEPTH} deep"),
        ("#" * (MAX_CHARACTERS + 1), f"1:1: error: this is longer than {MAX_CHARACTERS} characters"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(text: str, told: str) -> None:
    (problem,) = problems_of(text)
    assert problem.startswith(f"a.yaml:{told}")


def test_every_fault_is_told_at_once_in_their_order_and_counted_from_the_first_line() -> None:
    found = [problem.split(": error")[0] for problem in problems_of("rest: 1s\nrest: soon\nmore: x", first_line=5)]
    assert found == ["a.yaml:5:1", "a.yaml:6:1", "a.yaml:6:1", "a.yaml:7:1"]


def test_rows_are_text_as_it_is_written_each_with_its_place() -> None:
    assert read_yaml_rows("- {name: Ana, note: yes, none: ~}\n\n- name: [Bo, 007]\n", "r.yaml") == (
        (Place("r.yaml", 1, 3), {"name": "Ana", "note": "yes", "none": ""}),
        (Place("r.yaml", 3, 3), {"name": "Bo|007"}),
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: Ana", "1:1: error: expected a list"),
        ("- Ana", "1:3: error: expected keys and values, such as 'name: Ana'"),
        ("- name: {first: Ana}", "1:3: error: should be text, or a list of texts"),
        ("- name: Ana\n  name: Bo", "2:3: error: 'name' stands here twice; keep one"),
    ],
)
def test_rows_that_are_none_are_told_with_their_place(text: str, told: str) -> None:
    with pytest.raises(ScriptError) as raised:
        read_yaml_rows(text, "r.yaml")
    assert str(raised.value).startswith(f"r.yaml:{told}")


def test_the_place_of_a_key_is_as_near_as_the_path_leads() -> None:
    text = "title: A\npeople:\n  ann:\n    name: Ann\n"
    paths = [("people", "ann", "name"), ("people", "bo", "name")]
    assert places_of_keys(text, "a.md", 2, paths) == [Place("a.md", 5, 5), Place("a.md", 3, 1)]


def test_a_duration_is_text_or_a_number_no_longer_than_it_may_be() -> None:
    assert written_duration("1m", MINUTE) == written_duration(60) == MINUTE
    for wrong in (True, None, ["1m"], "2m"):
        with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
            written_duration(wrong, MINUTE)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('title: "a\\x1b[31mred"', r"a\.md:2:8: error: the character U\+001B can't be read; take it out"),
        ('title: "a\\u202eb"', r"a\.md:2:8: error: the character U\+202E can't be read"),
        ('title: "a\\U00110000"', r"a\.md:2:10: error: there is no such character as this \\U… names"),
    ],
)
def test_a_character_that_is_written_by_its_code_is_looked_at_too(text: str, line: str) -> None:
    with pytest.raises(ScriptError, match=f"^{line}"):
        read_yaml(Meta, text, "a.md", 2)

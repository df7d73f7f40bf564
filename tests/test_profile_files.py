"""A profile is read from a file, and its faults are told with their places."""

from pathlib import Path

import pytest

from synth.errors import RequestError, ScriptError
from synth.profiles import read_profile


def test_a_profile_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text(
        "name: Saoirse\nsay_as: Seersha\npronouns: she\nphrases: [rest, May I sleep.]\n"
        "people: {friend: {name: Bo, say_as: Beau, pronouns: they}}\nslots: {place: your cheek}\n",
        encoding="utf-8-sig",
    )
    assert read_profile(file).model_dump() == {
        "name": "Saoirse",
        "say_as": "Seersha",
        "pronouns": "she",
        "phrases": ("rest", "May I sleep."),
        "breath": {"into": 4_000, "out": 6_000},
        "people": {"friend": {"name": "Bo", "say_as": "Beau", "pronouns": "they"}},
        "slots": {"place": "your cheek"},
    }


def test_a_fault_in_a_profile_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text("name: 12\nphrase: [rest]\n", encoding="utf-8")
    with pytest.raises(ScriptError) as raised:
        read_profile(file)
    assert [str(problem) for problem in raised.value.problems] == [
        f"{file}:1:1: error: 'name' should be text; put 12 in quotes",
        f"{file}:2:1: error: unknown key 'phrase'; did you mean 'phrases'?",
    ]


def test_a_profile_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"profile\.yaml: the profile can't be read"):
        read_profile(tmp_path / "profile.yaml")
    (tmp_path / "latin.yaml").write_bytes("name: José".encode("latin-1"))
    with pytest.raises(RequestError, match=r"latin\.yaml: the profile is not UTF-8 text"):
        read_profile(tmp_path / "latin.yaml")

"""A roster's keys are read alike in CSV and in YAML."""

from pathlib import Path

import pytest

from synth.batch.roster import read_roster
from synth.errors import ScriptError


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("people.csv", "Name, SAY_AS ,Phrase_1\nAna,ahna,May I rest.\n"),
        ("people.yaml", "- {Name: Ana, ' SAY_AS ': ahna, Phrase_1: May I rest.}\n"),
    ],
)
def test_keys_are_read_in_any_case(file: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    roster = read_roster(path)
    assert [*roster.columns] == ["name", "say_as", "phrase_1"]
    (row,) = roster.rows
    assert dict(row.cells) == {"name": "Ana", "say_as": "ahna", "phrase_1": "May I rest."}
    assert row.phrases == ("May I rest.",)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("people.csv", "Name,name\nAna,Bo\n", ":1:1: error: two columns are called 'name'"),
        ("people.yaml", "- {Name: Ana}\n- {Name: Bo, name: Cy}\n", ":2:3: error: 'name' stands here twice; keep one"),
    ],
)
def test_keys_that_differ_in_case_alone_are_the_same_twice(file: str, text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScriptError) as raised:
        read_roster(path)
    assert str(raised.value) == f"{path}{told}"

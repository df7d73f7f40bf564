"""A roster is read alike however it is written, and its faults are told with their places."""

import re
from pathlib import Path

import pytest

from synth.batch.roster import Roster, read_people, read_roster
from synth.errors import RequestError, ScriptError


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


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def rows_of(roster: Roster) -> list[dict[str, str]]:
    return [dict(row.cells) for row in roster.rows]


SAME_ROSTER = {
    "commas.csv": 'name,length,phrase_1\n"Ana, the elder",2m,\n\nBo,,"May I ""rest""."\n',
    "semicolons.csv": 'name;length;phrase_1\nAna, the elder;2m;\nBo;;"May I ""rest""."\n',
    "bom.csv": '\ufeffname,length,phrase_1\n"Ana, the elder",2m,\nBo,,"May I ""rest""."\n',
    "lines.csv": '\r\nName , length,phrase_1\r\n"Ana,\nthe elder",2m\r\n,,\r\nBo,,"May I ""rest""."\r\n',
    "people.yaml": "- name: Ana, the elder\n  length: 2m\n- {name: Bo, length: , phrase_1: 'May I \"rest\".'}\n",
    "people.yml": '\ufeff---\n- {name: "Ana, the elder", length: 2m}\n\n- name: Bo\n  phrase_1: [May I "rest".]\n',
}


class TestRoster:
    @pytest.mark.parametrize("name", SAME_ROSTER)
    def test_is_read_alike_however_it_is_written(self, tmp_path: Path, name: str) -> None:
        roster = read_roster(write(tmp_path, name, SAME_ROSTER[name]))
        assert rows_of(roster) == [
            {"name": "Ana, the elder", "length": "2m"},
            {"name": "Bo", "phrase_1": 'May I "rest".'},
        ]

    def test_knows_the_line_of_every_row(self, tmp_path: Path) -> None:
        rows = {name: read_roster(write(tmp_path, name, text)).rows for name, text in SAME_ROSTER.items()}
        assert {name: [row.line for row in each] for name, each in rows.items()} == {
            "commas.csv": [2, 4], "semicolons.csv": [2, 3], "bom.csv": [2, 3], "lines.csv": [3, 6],
            "people.yaml": [1, 3], "people.yml": [2, 4],
        }  # fmt: skip

    def test_keeps_what_is_written_in_yaml(self, tmp_path: Path) -> None:
        roster = read_roster(write(tmp_path, "a.yaml", "- {name: 007, length: 90, meditations: [a, b]}\n- name: No\n"))
        assert rows_of(roster) == [{"name": "007", "length": "90", "meditations": "a|b"}, {"name": "No"}]
        assert roster.rows[0].meditations == ("a", "b")

    def test_puts_wishes_in_the_order_of_their_numbers(self, tmp_path: Path) -> None:
        roster = read_roster(write(tmp_path, "a.csv", "name,phrase_10,phrase_2\nAna,ten,two\n"))
        assert roster.rows[0].phrases == ("two", "ten")

    @pytest.mark.parametrize(
        ("name", "text", "told"),
        [
            ("a.csv", "nmae\nAna\n", r"a\.csv:1:1: error: there is no column 'name'; is it 'nmae'\?"),
            ("a.csv", "", r"a\.csv:1:1: error: there is no column 'name'"),
            ("a.csv", "name\n", r"a\.csv: nobody stands in this roster"),
            ("a.csv", "name,name\nAna,Bo\n", r"a\.csv:1:1: error: two columns are called 'name'"),
            ("a.csv", 'name\nBo\n"Ana\n', r"a\.csv:3:1: error: this row can't be read .*is a quote missing\?"),
            ("a.yaml", "name: Ana\n", r"a\.yaml:1:1: error: expected a list.*"),
            ("a.yaml", "", r"a\.yaml:1:1: error: expected a list.*"),
            ("a.yaml", "- Ana\n", r"a\.yaml:1:3: error: expected keys and values.*"),
            ("a.yaml", "- {name: {first: Ana}}\n", r"a\.yaml:1:4: error: should be text.*"),
            ("a.yaml", "- {name: Ana, name: Bo}\n", r"a\.yaml:1:15: error: 'name' stands here twice.*"),
            ("a.yaml", "- &a {name: Ana}\n- *a\n", r"a\.yaml:2:3: error: .*alias.*"),
            ("a.yaml", "- name: [Ana\n", r"a\.yaml:\d:\d+: error: this is not YAML.*"),
        ],
    )
    def test_that_is_none_is_told_with_its_place(self, tmp_path: Path, name: str, text: str, told: str) -> None:
        with pytest.raises((ScriptError, RequestError)) as raised:
            read_roster(write(tmp_path, name, text))
        assert re.fullmatch(f".*/{told}", str(raised.value))

    def test_of_another_encoding_is_told(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        path.write_bytes("name\nAna\nJosé\n".encode("latin-1"))
        with pytest.raises(ScriptError, match=r"a\.csv:3:1: error: this is not UTF-8"):
            read_roster(path)


SAID = {
    "people.csv": "name;say_as\nSiobhán;/ʃɪˈvɔːn/\nJean;{language: fr}\n",
    "people.yaml": "- {name: Siobhán, say_as: /ʃɪˈvɔːn/}\n- {name: Jean, Say_As: {language: fr}}\n",
}


@pytest.mark.parametrize("name", SAID)
def test_a_name_may_be_said_in_ipa_or_as_a_language_does(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, name, SAID[name])
    assert [row.say_as for row in read_roster(path).rows] == ["/ʃɪˈvɔːn/", "{language: fr}"]
    assert [person.say_as for person in read_people(path)] == ["/ʃɪˈvɔːn/", "{language: fr}"]


def test_a_say_as_that_is_none_is_a_fault_of_its_row(tmp_path: Path) -> None:
    path = write(tmp_path, "people.csv", "name,say_as\nAna,\nSiobhán,/ʃɪ3vɔːn/\n")
    told = "say_as: '3', character 4 of /ʃɪ3vɔːn/, is no sign of the phonetic alphabet"
    assert [row.faults for row in read_roster(path).rows] == [[], [told]]
    assert read_roster(path).rows[1].say_as is None
    with pytest.raises(ScriptError) as raised:
        read_people(path)
    assert str(raised.value) == f"{path}:3:1: error: {told}"


def test_only_a_say_as_may_be_a_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "people.yaml", "- name: Ana\n  length: {language: fr}\n")
    with pytest.raises(ScriptError, match=r":2:3: error: should be text, or a list of texts$"):
        read_roster(path)

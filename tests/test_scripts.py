"""How a meditation is found, and what ships beside it."""

import re
from pathlib import Path

import pytest

from synth.errors import RequestError, ScriptError
from synth.paths import shipped_folder
from synth.script.document import Say
from synth.scripts import find_script, fragments_of, load_document, meditation_names, phrases

SHIPPED = shipped_folder("meditations")
SCRIPT = "---\ntitle: Mine\n---\n"


def test_the_shipped_ones_are_scripts_and_no_guides() -> None:
    names = meditation_names()
    assert list(names) == sorted(names)
    assert {"loving-kindness", "waking"} <= set(names)
    assert "WRITING" not in names
    assert all(load_document(name).meta.title for name in names)


def test_a_shipped_name_is_stronger_than_a_file_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "waking").write_text(f"{SCRIPT}Mine.", encoding="utf-8")
    assert find_script("waking") == SHIPPED / "waking.md"
    assert find_script("./waking") == Path("waking")
    assert load_document("./waking").meta.title == "Mine"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("wakking", "wakking: there is no such meditation; did you mean 'waking'? 'metta list' shows those there are"),
        ("qqq", "qqq: there is no such meditation; 'metta list' shows those there are"),
        ("qqq.md", "qqq.md: there is no such file"),
        ("a/qqq", "a/qqq: there is no such file"),
        (".", ".: this is a folder; name a script in it"),
    ],
)
def test_what_is_not_there_is_told(name: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RequestError, match=rf"\A{re.escape(told)}\Z"):
        find_script(name)


def test_a_folders_own_fragments_are_stronger_than_those_that_ship(tmp_path: Path) -> None:
    shipped = fragments_of(tmp_path)
    assert shipped.keys() == {path.stem for path in (SHIPPED / "fragments").glob("*.md")}
    name = min(shipped)
    (tmp_path / "fragments").mkdir()
    for stem in (name, "mine"):
        (tmp_path / "fragments" / f"{stem}.md").write_text("Somebody's own.", encoding="utf-8")
    assert fragments_of(tmp_path).keys() == {*shipped, "mine"}
    (tmp_path / "a.md").write_text(f"{SCRIPT}[include {name}]\n\n[include mine]", encoding="utf-8")
    said = [item.parts for item in load_document(str(tmp_path / "a.md")).walk() if isinstance(item, Say)]
    assert said == [("Somebody's own.",)] * 2


def test_the_phrases_of_a_language_are_those_of_its_first_part() -> None:
    assert phrases("en-gb") == phrases("en")
    assert phrases("en") != phrases("de")
    assert {"happy", "safe"} <= phrases("en").keys()
    assert phrases("xx") == {}


class TestFragmentsOfALanguage:
    SCRIPT = "---\ntitle: T\nlanguage: es\n---\n[include ground]\n"

    def test_a_shipped_one_in_another_language_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(self.SCRIPT, encoding="utf-8")
        with pytest.raises(ScriptError) as raised:
            load_document(str(tmp_path / "a.md"))
        assert str(raised.value).endswith(
            "a.md:5:1: error: [include ground]: that fragment is in English, and this script in 'es'; "
            "write fragments/ground.es.md beside it"
        )

    @pytest.mark.parametrize("name", ["ground.es.md", "ground.md"])
    def test_one_that_stands_beside_the_script_is_taken(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(self.SCRIPT, encoding="utf-8")
        (tmp_path / "fragments").mkdir()
        (tmp_path / "fragments" / name).write_text("Siente el suelo.", encoding="utf-8")
        texts = [item.parts for item in load_document(str(tmp_path / "a.md")).walk() if isinstance(item, Say)]
        assert texts == [("Siente el suelo.",)]

    def test_english_of_any_kind_takes_the_shipped_one(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(self.SCRIPT.replace("es", "en-gb"), encoding="utf-8")
        assert any(isinstance(item, Say) for item in load_document(str(tmp_path / "a.md")).walk())


def test_what_lies_beside_a_script_and_is_not_included_is_no_fault_of_it(tmp_path: Path) -> None:
    (tmp_path / "fragments" / "folder.md").mkdir(parents=True)
    (tmp_path / "fragments" / "bytes.md").write_bytes(b"\xff\xfe")
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: T\n---\nHello.\n")
    assert load_document(str(path)).meta.title == "T"
    path.write_text("---\ntitle: T\n---\n[include bytes]\n")
    with pytest.raises(ScriptError, match=r"fragments/bytes\.md:1:1: error: this is not UTF-8"):
        load_document(str(path))

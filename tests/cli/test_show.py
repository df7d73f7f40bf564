"""``metta show``."""

import json
from pathlib import Path

import pytest
from helpers.sound import run_metta, script

SHORT = script("One two three. [pause 500ms]\n\nFour five. [pause 500ms]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(SHORT, encoding="utf-8")
    return tmp_path


def test_json_holds_the_timeline_that_is_written(folder: Path) -> None:
    run = run_metta("show", "a.md", "--json", "--voice", "tones", "--timeline", "t.json", folder=folder)
    assert (run.returncode, run.stderr) == (0, "")
    shown = json.loads(run.stdout)
    assert shown["timeline"] == json.loads((folder / "t.json").read_text(encoding="utf-8"))
    assert [cue["text"] for cue in shown["timeline"]["cues"] if cue["kind"] == "speech"] == [
        "One two three.",
        "Four five.",
    ]


def test_words_tell_times_silence_and_every_sentence(folder: Path) -> None:
    first, _, section, *said = run_metta("show", "a.md", folder=folder).stdout.splitlines()
    assert first.startswith("A test: about 0:0")
    assert "% silence; runs " in first
    assert section.split()[1:] == ["#", "A", "test"]
    assert [line.split(maxsplit=1)[1] for line in said] == ["One two three.", "Four five."]


def test_two_forms_are_wrong_usage(folder: Path) -> None:
    run = run_metta("show", "a.md", "--json", "--as", "text", folder=folder)
    assert (run.returncode, run.stdout) == (2, "")
    assert "choose one" in run.stderr


def test_a_timeline_has_a_folder_to_stand_in(folder: Path) -> None:
    run = run_metta("show", "a.md", "--timeline", "none/t.json", folder=folder)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "error: none/t.json: the folder none isn't there; make it, or choose another\n"

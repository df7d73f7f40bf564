"""``metta batch``: how it is asked, and what it tells."""

import json
from pathlib import Path

import pytest
from helpers.sound import left_in, run_metta, script


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(script("Hello {name}.", ["slots: {name: {}}"]), encoding="utf-8")
    (tmp_path / "people.csv").write_text("name\nAna\nBo\n", encoding="utf-8")
    return tmp_path


VOICE = ("--voice", "tones", "--jobs", "1")


def test_makes_a_track_for_everybody_and_tells_how_many(folder: Path) -> None:
    run = run_metta("batch", "people.csv", "-o", "out", "--meditation", "a.md", *VOICE, folder=folder)
    assert (run.returncode, run.stdout, run.stderr) == (0, "out: 2 made, 0 there already, 0 failed\n", "")
    assert {"out/Ana/a.mp3", "out/Bo/a.mp3", "out/library.json"} <= left_in(folder)
    run = run_metta("batch", "people.csv", "-o", "out", "--meditation", "a.md", *VOICE, "--json", folder=folder)
    assert [track["status"] for track in json.loads(run.stdout)["tracks"]] == ["unchanged", "unchanged"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--meditation", "a.md"], "say where the tracks shall be, with -o DIR"),
        (["-o", "out"], "say which meditation, with --meditation NAME, or in a column 'meditations'"),
        (["-o", "out", "--meditation", "a.md", "--quality", "V11"], "Invalid value for --quality: "),
        (["-o", "out", "--meditation", "a.md", "--interval-bell", "1s"], "Invalid value for --interval-bell: "),
    ],
)
def test_that_is_asked_wrongly_ends_with_2_before_anything_is_made(options: list[str], told: str, folder: Path) -> None:
    before = left_in(folder)
    run = run_metta("batch", "people.csv", *options, folder=folder)
    assert (run.returncode, run.stdout) == (2, "")
    assert told in run.stderr
    assert left_in(folder) == before


def test_a_faulty_row_is_told_with_its_line_and_the_others_are_made(folder: Path) -> None:
    (folder / "people.csv").write_text("name,length\nAna,soon\nBo,\n", encoding="utf-8")
    run = run_metta("batch", "people.csv", "-o", "out", "--meditation", "a.md", *VOICE, folder=folder)
    assert run.returncode == 1
    assert run.stderr.startswith("people.csv:2: Ana: length: ")
    assert "out/Bo/a.mp3" in left_in(folder)

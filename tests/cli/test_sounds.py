"""``metta sounds``."""

import json
from pathlib import Path

import pytest
from helpers.sound import left_in, run_metta

from synth.formats.track_file import read_timeline


def test_json_tells_all_or_one_in_full(tmp_path: Path) -> None:
    everything = json.loads(run_metta("sounds", "--json", folder=tmp_path).stdout)
    (bowl,) = json.loads(run_metta("sounds", "bowl", "--json", folder=tmp_path).stdout)
    assert bowl in everything
    assert (bowl["kind"], bowl["ring_ms"]) == ("bell", 9_000)
    assert {sound["kind"] for sound in everything} == {"bell", "bed"}


def test_play_strikes_a_bell_or_lays_a_bed(tmp_path: Path) -> None:
    assert run_metta("sounds", "chime", "--play", "--output", "a.wav", folder=tmp_path).returncode == 0
    bell = read_timeline(tmp_path / "a.wav")
    assert bell
    assert [strike.sound for strike in bell.timeline.strikes] == ["chime"]
    assert run_metta("sounds", "rain", "--play", "--output", "b.wav", folder=tmp_path).returncode == 0
    bed = read_timeline(tmp_path / "b.wav")
    assert bed
    assert [span.sound for span in bed.timeline.beds] == ["rain"]
    assert bed.timeline.duration_ms >= 20_000


def test_preview_writes_a_file_of_ten_seconds(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    run = run_metta("sounds", "bowl", "--preview", "out", folder=tmp_path)
    assert (run.returncode, run.stdout) == (0, "out/bowl.mp3\n")
    assert left_in(tmp_path) == {"out", "out/bowl.mp3"}


@pytest.mark.parametrize("options", [["--play", "--json"], ["--play"]])
def test_that_is_asked_wrongly_ends_with_2(options: list[str], tmp_path: Path) -> None:
    run = run_metta("sounds", *options, folder=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")


def test_that_is_not_there_is_told_in_a_line(tmp_path: Path) -> None:
    run = run_metta("sounds", "bwol", folder=tmp_path)
    assert (run.returncode, run.stderr) == (1, "error: there is no sound 'bwol'; did you mean 'bowl'?\n")

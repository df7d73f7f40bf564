"""``metta verify``."""

import json
import re
from pathlib import Path

import pytest
from helpers.sound import run_metta, script

SHORT = script("One two three. [pause 500ms]\n\nFour five. [pause 500ms]")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(SHORT, encoding="utf-8")
    assert run_metta("render", "a.md", "-o", "a.wav", "--voice", "tones", folder=tmp_path).returncode == 0
    return tmp_path


def test_words_tell_every_check_of_a_track_that_is_as_asked(folder: Path) -> None:
    run = run_metta("verify", "a.wav", folder=folder)
    assert (run.returncode, run.stderr) == (0, "")
    first, *checks = run.stdout.splitlines()
    assert first == "a.wav: as asked"
    assert all(re.match(r"  ✓ \S.* asked .* found ", line) for line in checks)


def test_json_is_whole_where_a_track_falls_short(folder: Path) -> None:
    run = run_metta("verify", "a.wav", "--loudness", "-20", "--json", folder=folder)
    assert run.returncode == 1
    (proof,) = json.loads(run.stdout)
    assert [check["what"] for check in proof["checks"] if not check["passed"]] == ["loudness"]


def test_a_page_is_drawn_of_one_track(folder: Path) -> None:
    run = run_metta("verify", "a.wav", "a.wav", "--page", "p.html", folder=folder)
    assert (run.returncode, run.stdout) == (2, "")
    assert run_metta("verify", "a.wav", "--page", "p.html", folder=folder).returncode == 0
    assert "a.wav" in (folder / "p.html").read_text(encoding="utf-8")

"""A quality that a format does not have is told before anything is spoken, by every command that takes one."""

import re
from pathlib import Path

import pytest
from helpers.sound import run_metta, script


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(script("May you be well, {name}.", ["slots: {name: {}}"]), encoding="utf-8")
    (tmp_path / "a.csv").write_text("name\nAna\n", encoding="utf-8")
    return tmp_path


def batch(*options: str) -> tuple[str, ...]:
    return ("batch", "a.csv", "--meditation", "a.md", "--voice", "tones", *options)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("render", "a.md", "--name", "Ana", "-o", "a.flac", "--quality", "V4"), "a.flac: it loses nothing"),
        (("render", "a.md", "--name", "Ana", "-o", "a.m4a", "--quality", "V4"), "a.m4a: 'V4' is none of its"),
        (batch("-o", "out", "--quality", "V10"), "'V10' is none of its"),
        (batch("--name-reel", "r.flac", "--quality", "V4"), "r.flac: it loses nothing"),
        (batch("--name-reel", "r.opus", "--quality", "V4"), "r.opus: 'V4' is none of its"),
        (batch("--name-reel", "r.mp3", "--quality", "96"), "r.mp3: '96' is none of its"),
    ],
)
def test_that_a_format_lacks_is_wrong_usage_and_nothing_is_spoken(
    folder: Path, arguments: tuple[str, ...], told: str
) -> None:
    run = run_metta(*arguments, folder=folder)
    assert (run.returncode, run.stdout) == (2, "")
    assert re.search(rf"^Error: Invalid value for --quality: {re.escape(told)}.+\n\Z", run.stderr, re.M), run.stderr
    assert {path.name for path in folder.iterdir()} == {"a.md", "a.csv", "home"}
    assert not (folder / "home" / "cache" / "metta-synth" / "speech").exists(), "nothing was kept of any speech"


def test_of_a_reel_is_one_of_its_own_format(folder: Path) -> None:
    run = run_metta(*batch("--name-reel", "r.m4a", "--quality", "64k"), folder=folder)
    assert (run.returncode, run.stderr) == (0, "")
    assert (folder / "r.m4a").exists()


def test_a_reel_of_an_unknown_format_is_told(folder: Path) -> None:
    run = run_metta(*batch("--name-reel", "r.txt", "--quality", "V4"), folder=folder)
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"error: r\.txt: a track's name ends in .+\n", run.stderr)

"""``metta names``."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from helpers.sound import run_metta

from synth.cli.group import cli


def test_a_row_each(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("name;say_as\nAna;\nBo;bow\n😀;\n", encoding="utf-8")
    run = run_metta("names", "people.csv", "Cy", "--voice", "tones", folder=tmp_path)
    assert (run.returncode, run.stderr) == (1, "")
    assert [line.split() for line in run.stdout.splitlines()] == [
        ["1", "Ana", "en", "(voice)", "0.18", "s", "Ana"],
        ["2", "Bo", "en", "(say_as)", "0.18", "s", "bow"],
        ["3", "😀", "there", "is", "nothing", "to", "say", "in", "'😀'"],
        ["4", "Cy", "en", "(voice)", "0.12", "s", "Cy"],
    ]


def test_json_tells_all_of_each(tmp_path: Path) -> None:
    run = run_metta("names", "Łukasz", "--voice", "tones", "--json", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert json.loads(run.stdout) == [
        {
            "number": 1, "name": "Łukasz", "say_as": None, "language": "pl", "from": "guessed", "phonemes": "Łukasz",
            "seconds": 0.36, "warning": None,
        }
    ]  # fmt: skip


def test_those_that_are_marked_as_wrong_are_listed_with_a_say_as_to_fill_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    keys = iter("\rax\rq")
    monkeypatch.setattr(click, "getchar", lambda: next(keys))
    names = ["Ana", "Bo", "😀", "Cy", "Di", "Ed"]
    run = CliRunner().invoke(cli, ["names", *names, "--voice", "tones", "--play", "--output", "null"])
    assert run.exit_code == 1
    assert run.stdout.splitlines()[-4:] == ["- name: Bo", "  say_as: ''", "- name: 😀", "  say_as: ''"]
    assert "Ed" not in run.stderr
    assert next(keys, None) is None


def test_playing_and_json_are_two_ways(tmp_path: Path) -> None:
    run = run_metta("names", "Ana", "--play", "--json", folder=tmp_path)
    assert run.returncode == 2
    assert "choose one" in run.stderr

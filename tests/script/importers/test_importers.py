"""Which reader a file gets, and the scripts of others as meditations."""

from pathlib import Path

import pytest
from helpers.foreign_scripts import FILES, read
from helpers.sound import run_metta
from hypothesis import given
from hypothesis import strategies as st

from synth.errors import ScriptError
from synth.script.importers import reader_of
from synth.source import Problem, Source


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def faults_of(text: str, file: str) -> tuple[Problem, ...]:
    """The problems of a text that may have some."""
    try:
        read(text, file)
    except ScriptError as error:
        return error.problems
    return ()


@given(st.text(st.sampled_from("<>/&;\"'= spbreakmu![]-?\n\x00é"), max_size=60))
def test_any_text_is_a_document_or_an_error_at_a_line_that_exists(text: str) -> None:
    for file in ("a.ssml", "a.smd"):
        for whole in (text, f"<speak>{text}</speak>"):
            places = [problem.place for problem in faults_of(whole, file)]
            assert all(1 <= place.line <= whole.count("\n") + 1 and place.column >= 1 for place in places)


@pytest.mark.parametrize(
    ("file", "text", "reader"),
    [
        ("a.ssml", "", "read_ssml"), ("a.XML", "", "read_ssml"), ("a.smd", "", "read_speech_markdown"),
        ("a.md", "---\ntitle: a\n---\n", None), ("a", "\ufeff<?xml version='1.0'?>", "read_ssml"),
        ("a.txt", "\n <speak>", "read_ssml"), ("a.md", "Hello", None), ("smd", "Hello", None),
    ],
)  # fmt: skip
def test_the_reader_of_a_file(file: str, text: str, reader: str | None) -> None:
    assert getattr(reader_of(Source(file, text)), "__name__", None) == reader


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_others_is_a_meditation(name: str, folder: Path) -> None:
    checked = run_metta("check", name, folder=folder)
    assert checked.returncode == 0
    assert "error" not in checked.stdout
    shown = run_metta("show", name, folder=folder)
    assert shown.returncode == 0
    assert "Hello there." in shown.stdout
    assert shown.stdout.startswith(f"{Path(name).stem}: about ")
    made = run_metta("render", name, "-o", "a.wav", "--voice", "tones", folder=folder)
    assert (made.returncode, made.stderr) == (0, "")


def test_a_bad_file_is_told_by_every_command(folder: Path) -> None:
    (folder / "bad.ssml").write_text("<speak>\n <audio/>a</speak>", encoding="utf-8")
    for command in (["check"], ["show"], ["play", "--output", "null"]):
        run = run_metta(*command, "bad.ssml", folder=folder)
        assert run.returncode == 1
        assert (run.stdout + run.stderr).startswith("bad.ssml:2:2: error: <audio> is not read here")
        assert (run.stdout + run.stderr).count("\n") == 1

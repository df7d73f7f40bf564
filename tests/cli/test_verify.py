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


def test_words_that_were_heard_are_told_and_decide_nothing(folder: Path) -> None:
    run = run_metta("verify", "a.wav", "--words", folder=folder)
    assert (run.returncode, run.stderr) == (0, "")
    told = [line for line in run.stdout.splitlines() if " words " in line]
    assert re.fullmatch(r"  – words +asked 5 +found \d+ misread \(\d+ %\) by a recogniser of US English", told[0])
    assert sorted(re.findall(r"said “(.*?)” heard (?:“.+”|nothing)", "\n".join(told[1:]))) == [
        "Four five.",
        "One two three.",
    ]
    (proof,) = json.loads(run_metta("verify", "a.wav", "--words", "--json", folder=folder).stdout)
    words = proof["words"]
    assert (words["words"], words["misread"]) == (5, sum(each["misread"] for each in words["sentences"]))
    assert [each["text"] for each in words["sentences"]] == ["One two three.", "Four five."]


def test_words_of_another_language_are_told_not_to_be_judged(folder: Path) -> None:
    (folder / "es.md").write_text(script("Uno dos tres cuatro cinco.", ["language: es"]), encoding="utf-8")
    assert run_metta("render", "es.md", "-o", "es.wav", "--voice", "tones", folder=folder).returncode == 0
    run = run_metta("verify", "es.wav", "--words", folder=folder)
    assert run.returncode == 0
    assert run.stdout.splitlines()[-1].endswith(
        "found not judged: the recogniser knows English only, and this track is in 'es'"
    )

"""``metta doctor``."""

import json
from pathlib import Path

from helpers.sound import run_metta


def test_json_and_words_tell_the_same_parts(tmp_path: Path) -> None:
    found = json.loads(run_metta("doctor", "--json", folder=tmp_path).stdout)
    run = run_metta("doctor", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert [row["part"] for row in found][:5] == ["python", "speech", "voice", "encoder", "sounds"]
    for row in found:
        assert f" {row['part']:<12} {row['found']}\n" in run.stdout


def test_a_bell_is_not_rung_into_json(tmp_path: Path) -> None:
    run = run_metta("doctor", "--bell", "--json", folder=tmp_path)
    assert (run.returncode, run.stdout) == (2, "")


def test_a_bell_is_rung_on_the_output_that_is_asked_for(tmp_path: Path) -> None:
    run = run_metta("doctor", "--bell", "--output", "null", folder=tmp_path)
    assert run.returncode == 0
    assert run.stdout.splitlines()[-1].startswith("a bell rang on ")

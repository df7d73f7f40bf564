"""``metta list``."""

import json
from pathlib import Path

from helpers.sound import run_metta

from synth.scripts import meditation_names


def test_json_tells_every_shipped_meditation_its_lengths_and_its_slots(tmp_path: Path) -> None:
    run = run_metta("list", "--json", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    listed = json.loads(run.stdout)
    assert [each["name"] for each in listed] == list(meditation_names())
    for each in listed:
        assert each["lengths_are_estimates"]
        assert each["longest_ms"] is None or each["shortest_ms"] <= each["longest_ms"]
    (kindness,) = [each for each in listed if each["name"] == "loving-kindness"]
    assert kindness["slots"]["name"]["type"] == "text"
    assert kindness["slots"]["phrases"]["type"] == "phrases"


def test_words_tell_each_in_two_lines(tmp_path: Path) -> None:
    lines = run_metta("list", folder=tmp_path).stdout.splitlines()
    assert len(lines) == 2 * len(meditation_names())
    assert lines[0].startswith(meditation_names()[0])
    assert "asks for name" in lines[1]

"""``metta voices``."""

import json
from pathlib import Path

import pytest
from helpers.sound import run_metta

from synth.formats.track_file import read_timeline


def test_json_tells_what_each_is_asked_for_by(tmp_path: Path) -> None:
    run = run_metta("voices", "--json", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    voices = {row["voice"]: row for row in json.loads(run.stdout)}
    assert voices["tones:tone"] == {"voice": "tones:tone", "name": "Tone", "languages": []}
    assert any(name.startswith("pyttsx3:") for name in voices)


@pytest.mark.parametrize("text", ["Hello there.", "[bell] {name} \\[ # one", "---\ntitle: x\n---"])
def test_say_speaks_what_is_given_and_takes_none_of_it_for_a_marker(text: str, tmp_path: Path) -> None:
    run = run_metta("voices", "--say", text, "--voice", "tones", "--output", "a.wav", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    embedded = read_timeline(tmp_path / "a.wav")
    assert embedded
    assert [cue.text for cue in embedded.timeline.speech] == [" ".join(text.split())]
    assert not embedded.timeline.strikes


def test_say_of_a_spelling_tells_where_to_keep_it(tmp_path: Path) -> None:
    spelling = ["--say", "Siobhan=shi vawn", "--voice", "tones", "--output", "a.wav"]
    run = run_metta("voices", *spelling, folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("to keep it, write Siobhan: shi vawn under its language (en:) in ")
    embedded = read_timeline(tmp_path / "a.wav")
    assert embedded
    assert [cue.text for cue in embedded.timeline.speech] == ["Siobhan"]


def test_say_of_nothing_is_told_in_a_line(tmp_path: Path) -> None:
    run = run_metta("voices", "--say", " ", "--voice", "tones", "--output", "a.wav", folder=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("error: ")
    assert "nothing to say" in run.stderr

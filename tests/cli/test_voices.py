"""``metta voices``."""

import json
import re
from pathlib import Path

import pytest
from helpers.sound import run_metta

from synth.formats.track_file import read_timeline


def test_json_tells_what_each_is_asked_for_by(tmp_path: Path) -> None:
    run = run_metta("voices", "--json", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    voices = {row["voice"]: row for row in json.loads(run.stdout)}
    assert voices["tones:tone"] == {
        "voice": "tones:tone", "name": "Tone", "languages": [], "installed": True, "licence": "", "bytes": None,
        "words_a_minute": voices["tones:tone"]["words_a_minute"], "times_real_time": None,
    }  # fmt: skip
    assert any(name.startswith("pyttsx3:") for name in voices)
    emma = voices["natural:emma"]
    assert (emma["installed"], emma["mend"], emma["licence"]) == (False, "metta voices get emma", "Apache-2.0")
    assert all(row["installed"] or row["mend"] for row in voices.values())


def test_the_list_ends_with_what_can_be_fetched(tmp_path: Path) -> None:
    run = run_metta("voices", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    here, _, offered = run.stdout.partition("\n'metta voices get NAME' fetches one of these:\n")
    assert re.search(r"^tones:tone +Tone$", here, re.M)
    assert re.search(r"^  emma +en-gb +natural, 8 MB, Apache-2\.0$", offered, re.M)
    assert re.search(r"^  de_DE-thorsten-medium +de-de +piper, 63 MB, CC0-1\.0, a doubt about it$", offered, re.M)


def test_without_a_network_a_fetch_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    run = run_metta("voices", "get", "DE_de-thorsten-medium", folder=tmp_path)
    assert run.returncode == 3
    assert run.stdout.splitlines()[0] == "de_DE-thorsten-medium: de-de; 63 MB; CC0-1.0"
    assert "lessac" in run.stdout
    assert re.fullmatch(
        r"error: https://.*/de_DE-thorsten-medium\.onnx: can't be reached \(.+\); is this machine on a network\?\n",
        run.stderr,
    )
    assert not list(tmp_path.rglob("*.onnx*"))


def test_a_voice_that_cant_be_fetched_is_told_with_the_nearest(tmp_path: Path) -> None:
    run = run_metta("voices", "get", "emna", folder=tmp_path)
    assert (run.returncode, run.stdout) == (3, "")
    assert run.stderr == "error: no voice 'emna' can be fetched; did you mean 'emma'?\n"


def test_compare_writes_a_file_a_voice_and_names_it(tmp_path: Path) -> None:
    run = run_metta("voices", "compare", "Ahoj.", "--language", "cs", "-o", "heard", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    written = [line.split()[-1] for line in run.stdout.splitlines()]
    assert written
    assert all((tmp_path / file).is_file() for file in written)


@pytest.mark.parametrize("option", [["--json"], ["--say", "x"], ["--measure"]])
def test_what_is_for_the_list_alone_is_refused_elsewhere(option: list[str], tmp_path: Path) -> None:
    run = run_metta("voices", *option, "get", "emma", folder=tmp_path)
    assert run.returncode == 2
    assert f"{option[0]} is for 'metta voices' alone" in run.stderr


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

"""What ``metta verify`` and ``metta render --proof`` say of a file."""

import json
import re
from pathlib import Path

import pytest
from helpers.sound import run_metta, script
from mutagen.id3 import ID3


class TestTheCommand:
    @pytest.mark.parametrize(("body", "header"), [("[pause 12s]", []), ("[pause 30s]", ["bed: {sound: rain}"])])
    def test_passes_what_can_not_be_judged(self, body: str, header: list[str], tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(script(body, header), encoding="utf-8")
        run = run_metta("render", "a.md", "-o", "a.mp3", "--proof", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, ""), run.stdout
        assert "a.mp3: as asked\n" in run.stdout
        assert "  – sections" in run.stdout
        run = run_metta("verify", "a.mp3", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, ""), run.stdout

    def test_tells_faults_in_words_as_json_and_as_a_page(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(script("One two three. [pause 2s]\n\nFour five."), encoding="utf-8")
        assert run_metta("render", "a.md", "-o", "a.mp3", "--voice", "tones", folder=tmp_path).returncode == 0
        run = run_metta("verify", "a.mp3", "--page", "a.html", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, ""), run.stdout
        assert run.stdout.startswith("a.mp3: as asked\n")
        assert 'src="a.mp3"' in (tmp_path / "a.html").read_text(encoding="utf-8")
        say_otherwise(tmp_path / "a.mp3", "Four five.", "Six.")
        run = run_metta("verify", "a.mp3", folder=tmp_path)
        assert run.returncode == 1
        assert re.search(r"^  ✗ speech  +0:0\d\.\d  .*'Six\.'", run.stdout, re.M), run.stdout
        assert re.fullmatch(r"error: a\.mp3: .+, and \d more\n", run.stderr)
        (proof,) = json.loads(run_metta("verify", "a.mp3", "--json", folder=tmp_path).stdout)
        assert not proof["passed"]
        assert [cue["text"] for cue in proof["speech"]] == ["One two three.", "Six."]
        assert {"asked_ms", "found_ms"} <= proof["pauses"][0].keys()

    def test_a_name_that_no_file_can_have_is_told(self, tmp_path: Path) -> None:
        run = run_metta("verify", "a" * 300 + ".mp3", folder=tmp_path)
        assert (run.returncode, run.stderr) == (1, f"error: {'a' * 300}.mp3: there is no such file\n")

    def test_draws_a_page_of_one_track(self, tmp_path: Path) -> None:
        assert run_metta("verify", "a.mp3", "b.mp3", "--page", "a.html", folder=tmp_path).returncode == 2


def say_otherwise(path: Path, text: str, other: str) -> None:
    """Changes what a track's timeline says."""
    tags = ID3(path)
    (frame,) = tags.getall("GEOB")
    frame.data = frame.data.replace(text.encode(), other.encode())
    tags.save(path)

"""What ``metta render`` writes, all of it or nothing."""

import json
import re
from pathlib import Path

import pytest
from helpers.sound import (
    Studio,
    run_ffmpeg,
    run_metta,
    script,
)
from helpers.written_tracks import cues_in, left_in, pictures_of

from synth.content_cache import Cache
from synth.export.captions import TRANSCRIPTS
from synth.formats.cover import JPEG, draw_cover


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def photograph(studio: Studio) -> Path:
    """A JPEG."""
    drawn, path = studio.folder / "drawn.png", studio.folder / "photograph.jpg"
    drawn.write_bytes(draw_cover("A photograph").data)
    run_ffmpeg("-i", drawn, "-update", "1", path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(script("One two three. [pause 500ms]\n\nFour five. [pause 500ms]"), encoding="utf-8")
    return tmp_path


class TestRender:
    @pytest.mark.parametrize("ending", ["m4a", "OPUS"])
    def test_writes_a_track_that_passes_its_proof(self, folder: Path, ending: str) -> None:
        run = run_metta("render", "a.md", "-o", f"b.{ending}", "--voice", "tones", folder=folder)
        assert (run.returncode, run.stderr) == (0, "")
        assert left_in(folder) == {"a.md", f"b.{ending}"}
        assert run_metta("verify", f"b.{ending}", folder=folder).returncode == 0

    def test_writes_everything_that_is_asked(self, folder: Path, photograph: Path) -> None:
        wanted = [word for form in TRANSCRIPTS for word in ("--transcript", form)]
        options = ["--quality", "64k", "--cover", str(photograph), "--timeline", "b.json", "--voice", "tones"]
        run = run_metta("render", "a.md", "-o", "b.c.m4a", *wanted, *options, folder=folder)
        assert (run.returncode, run.stderr) == (0, "")
        assert left_in(folder) == {"a.md", "b.json", "b.c.m4a", *(f"b.c.{form}" for form in TRANSCRIPTS)}
        assert pictures_of(folder / "b.c.m4a") == [(JPEG, photograph.read_bytes())]
        cues = json.loads((folder / "b.json").read_text(encoding="utf-8"))["cues"]
        said = [(cue["start_ms"], cue["end_ms"], cue["text"]) for cue in cues if cue["kind"] == "speech"]
        assert cues_in((folder / "b.c.srt").read_text(encoding="utf-8"), ",") == said

    def test_leaves_everything_as_it_was_where_it_fails(self, folder: Path) -> None:
        (folder / "b.srt").write_text("what was there", encoding="utf-8")
        (folder / "b.vtt").mkdir()
        run = run_metta("render", "a.md", "-o", "b.mp3", "--transcript", "srt", "--transcript", "vtt", folder=folder)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(r"error: b\.vtt: this is a folder; .+\n", run.stderr)
        assert (folder / "b.srt").read_text(encoding="utf-8") == "what was there"
        assert left_in(folder) == {"a.md", "b.srt", "b.vtt"}

    def test_never_writes_over_the_script(self, folder: Path) -> None:
        (folder / "a.md").rename(folder / "a.txt")
        before = (folder / "a.txt").read_bytes()
        run = run_metta("render", "a.txt", "-o", "a.mp3", "--transcript", "txt", folder=folder)
        assert run.returncode == 2
        assert run.stderr.endswith("'a.txt' is the script itself\n")
        assert (folder / "a.txt").read_bytes() == before

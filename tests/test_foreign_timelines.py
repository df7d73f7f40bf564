"""Files that say they hold a timeline, and hold none: told by verify in a line, and written over by render."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from helpers.sound import run_metta, script
from mutagen.id3 import GEOB, ID3

from synth.errors import RequestError
from synth.formats.track_file import read_timeline

HOSTILE: tuple[Any, ...] = (
    {"version": 1, "title": "x"},
    {"version": 2},
    {"version": 1, "title": "A test", "language": "en", "length_ms": 10**11, "sections": [], "cues": []},
    {"version": 1, "title": "A test", "language": "en", "length_ms": 9, "sections": [], "cues": [], "provenance": "x"},
    [],
    None,
    "timeline",
    {"version": 1, "two\nlines": 1},
)


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A track of one sentence, beside its script."""
    folder = tmp_path_factory.mktemp("track")
    (folder / "a.md").write_text(script("One two three. [pause 500ms]"), encoding="utf-8")
    run = run_metta("render", "a.md", "-o", "a.mp3", "--voice", "tones", folder=folder)
    assert run.returncode == 0, run.stderr
    return folder / "a.mp3"


def holding(track: Path, content: bytes, path: Path) -> Path:
    """The track with this in the place of its timeline."""
    path.write_bytes(track.read_bytes())
    tags = ID3(path)
    tags.setall("GEOB", [GEOB(encoding=3, mime="application/json", filename="timeline.json", desc="", data=content)])
    tags.save(path)
    return path


@pytest.mark.parametrize("document", HOSTILE, ids=range(len(HOSTILE)))
def test_is_told_in_one_line_by_verify(track: Path, tmp_path: Path, document: object) -> None:
    path = holding(track, json.dumps(document).encode(), tmp_path / "b.mp3")
    run = run_metta("verify", "b.mp3", folder=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"error: b\.mp3: the timeline in it can't be read \(.+\); render the track again\n", run.stderr)
    assert path.is_file()


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000], ids=repr)
def test_is_told_where_it_is_no_json(track: Path, tmp_path: Path, content: bytes) -> None:
    holding(track, content, tmp_path / "b.mp3")
    run = run_metta("verify", "b.mp3", folder=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert re.fullmatch(r"error: b\.mp3: [^\n]+ can't be read [^\n]*\([^\n]+\)[^\n]*\n", run.stderr)


@pytest.mark.parametrize("content", [b'{"version":1,"title":"x"}', b"{", b"\xff"], ids=repr)
def test_is_written_over_by_render(track: Path, tmp_path: Path, content: bytes) -> None:
    holding(track, content, tmp_path / "b.mp3")
    (tmp_path / "a.md").write_bytes(track.with_name("a.md").read_bytes())
    run = run_metta("render", "a.md", "-o", "b.mp3", "--voice", "tones", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert read_timeline(tmp_path / "b.mp3") == read_timeline(track)


@pytest.mark.parametrize("length", [0, 1, 4, 20, 100, 1_000, 5_000])
def test_of_a_track_cut_short_is_told_with_a_reason(track: Path, tmp_path: Path, length: int) -> None:
    content = track.read_bytes()[:length]
    for ending in ("mp3", "m4a", "opus", "flac", "wav"):
        (tmp_path / f"cut.{ending}").write_bytes(content)
        with pytest.raises(RequestError) as raised:
            read_timeline(tmp_path / f"cut.{ending}")
        assert re.fullmatch(rf".*cut\.{ending}: this can't be read as a track \([^\n)]+.*\)", str(raised.value))


@pytest.mark.parametrize("length", [0, 4, 100, 1_000])
def test_of_a_bell_cut_short_there_is_a_reason(track: Path, tmp_path: Path, length: int) -> None:
    (tmp_path / "a.md").write_text(script("[bell cut.mp3]\n\nOne."), encoding="utf-8")
    (tmp_path / "cut.mp3").write_bytes(track.read_bytes()[:length])
    run = run_metta("render", "a.md", "-o", "b.mp3", "--voice", "tones", folder=tmp_path)
    assert run.returncode == 1
    assert re.fullmatch(r"error: .*cut\.mp3: this can't be read as sound \([^\n)]+.*\)\n", run.stderr)

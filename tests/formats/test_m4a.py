"""M4A: iTunes' atoms, and chapters of both kinds."""

import json
import re
from typing import Any

import pytest
from helpers.sound import Studio, run_ffmpeg, script
from helpers.written_tracks import HEADER, SENTENCES, TITLES, Made, lines, made
from mutagen.mp4 import MP4, MP4Cover

from synth.content_cache import Cache


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder, ("m4a",))


class TestTags:
    def test_are_itunes(self, toned: Made) -> None:
        file: Any = MP4(toned.files["m4a"])
        assert {name: file[name] for name in ("©nam", "©ART", "©alb", "©gen")} == {
            "©nam": ["A & B – 静"], "©ART": ["José Ágústsdóttir"], "©alb": ["Café Übung"], "©gen": ["Meditation"],
        }  # fmt: skip
        assert file["©lyr"] == [toned.track.metadata.transcript]
        assert [bytes(name) for name in file["----:com.apple.iTunes:LANGUAGE"]] == [b"eng"]
        assert json.loads(file["----:com.apple.iTunes:TIMELINE"][0]).items() >= toned.timeline.items()
        assert [picture.imageformat for picture in file["covr"]] == [MP4Cover.FORMAT_PNG]

    def test_have_both_kinds_of_chapters(self, toned: Made) -> None:
        file: Any = MP4(toned.files["m4a"])
        starts = [section["start_ms"] for section in toned.timeline["sections"]]
        assert [round(chapter.start * 1_000) for chapter in file.chapters] == starts
        assert [chapter.title for chapter in file.chapters][::2] == list(TITLES)[::2]
        said = run_ffmpeg("-i", toned.files["m4a"], "-t", "0", "-map", "0:a", "-f", "null", "-")
        assert re.search(r"Stream #0:0\S+\(eng\): Audio: aac", said)
        assert re.search(r"Stream #0:1\S+: Data: bin_data \(text", said), "QuickTime's"

    def test_stand_before_the_sound(self, toned: Made) -> None:
        content = toned.files["m4a"].read_bytes()
        assert content[4:8] == b"ftyp"
        assert 0 < content.index(b"moov") < content.index(b"mdat")

"""The tags of FLAC and Opus."""

import json
from typing import Any

import pytest
from helpers.sound import Studio, script
from helpers.written_tracks import HEADER, SENTENCES, Made, lines, made
from mutagen.flac import FLAC
from mutagen.oggopus import OggOpus

from synth.content_cache import Cache


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder, ("flac", "opus"))


class TestTags:
    def test_of_an_opus_are_vorbis_comments(self, toned: Made) -> None:
        opus: Any = OggOpus(toned.files["opus"])
        flac: Any = FLAC(toned.files["flac"])
        alike = {name.upper() for name, _ in opus.tags} - {"METADATA_BLOCK_PICTURE", "ENCODER"}
        assert {"TITLE", "CHAPTER001", "CHAPTER001NAME", "LYRICS", "TIMELINE", "LANGUAGE"} <= alike
        assert {name: opus[name] for name in alike} == {name: flac[name] for name in alike}

    def test_of_a_flac_say_what_it_is(self, toned: Made) -> None:
        tags: Any = FLAC(toned.files["flac"])
        assert {name: tags[name] for name in ("TITLE", "ARTIST", "ALBUM", "GENRE", "LANGUAGE")} == {
            "TITLE": ["A & B – 静"], "ARTIST": ["José Ágústsdóttir"], "ALBUM": ["Café Übung"],
            "GENRE": ["Meditation"], "LANGUAGE": ["eng"],
        }  # fmt: skip
        assert tags["LYRICS"] == [toned.track.metadata.transcript]
        assert json.loads(tags["TIMELINE"][0]).items() >= toned.timeline.items()

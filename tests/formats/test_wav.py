"""WAV: 24 bits, and no more than four hours."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.sound import FRAMES, Studio, heard, script
from helpers.written_tracks import HEADER, SENTENCES, Made, lines, listen, made

from synth.content_cache import Cache
from synth.errors import RequestError
from synth.formats.track_file import FORMATS, check_track, write_track
from synth.formats.wav import wav_encoder
from synth.units import HOUR


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder, ("wav",))


class TestRoom:
    def test_there_is_none_for_a_night(self, toned: Made, tmp_path: Path) -> None:
        night = replace(toned.track.metadata, timeline=replace(toned.track.timeline, duration_ms=8 * HOUR))
        with pytest.raises(RequestError, match=r"a\.wav: a \.wav holds 4h at most, and this is 8h; a \.flac"):
            write_track(tmp_path / "a.wav", night, [])
        check_track(tmp_path / "a.flac", night)

    def test_there_is_for_four_hours(self) -> None:
        most = FORMATS[".wav"].max_ms
        assert most
        assert most * FRAMES * 2 * 3 < 2**32 - 100_000_000


class TestSound:
    def test_is_the_mix_to_24_bits(self, toned: Made) -> None:
        assert np.abs(listen(toned.files["wav"]) - heard(toned.track)).max() <= 2**-23

    def test_of_blocks_as_they_come_is_the_same(self, toned: Made, tmp_path: Path) -> None:
        with wav_encoder(tmp_path / "a.wav") as encoder:
            for block in toned.track.mix.blocks(block_ms=370):
                encoder.write(block)
        assert np.array_equal(listen(tmp_path / "a.wav"), listen(toned.files["wav"]))

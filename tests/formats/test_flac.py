"""FLAC: 24 bits of the mix, and a picture block."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sound import Studio, heard, script
from helpers.written_tracks import Made, listen, made
from mutagen.flac import FLAC

from synth.content_cache import Cache


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("flac")
    return made(Studio(folder, Cache(folder / "cache")).compose(script("One two. [pause 1s]")), folder, ("flac",))


def test_it_is_the_mix_to_24_bits(track: Made) -> None:
    assert np.abs(listen(track.files["flac"]) - heard(track.track)).max() <= 2**-23
    info: Any = FLAC(track.files["flac"]).info
    assert (info.bits_per_sample, info.sample_rate, info.channels) == (24, 48_000, 2)


def test_it_has_one_picture_in_a_block_of_its_own(track: Made) -> None:
    (picture,) = FLAC(track.files["flac"]).pictures
    assert picture.data == track.track.metadata.picture.data
    assert "METADATA_BLOCK_PICTURE" not in FLAC(track.files["flac"])


def test_what_there_was_of_an_earlier_file_is_gone(track: Made, tmp_path: Path) -> None:
    (tmp_path / "track.flac").write_bytes(b"x" * 9_000_000)
    again = made(track.track, tmp_path, ("flac",)).files["flac"]
    assert again.read_bytes() == track.files["flac"].read_bytes()

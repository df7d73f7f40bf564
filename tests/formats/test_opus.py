"""Opus: quiet in its pauses, and its picture a comment."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sound import FRAMES, Studio, decibels, script
from helpers.written_tracks import Made, listen, made
from mutagen.flac import Picture
from mutagen.oggopus import OggOpus

from synth.audio.pcm import to_segment
from synth.content_cache import Cache
from synth.formats.track_file import write_track


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("opus")
    return made(
        Studio(folder, Cache(folder / "cache")).compose(script("One two. [pause 1s]"), bed="none", effect="plain"),
        folder,
        ("opus",),
    )


def test_what_lies_too_low_to_be_heard_does_not_trail_into_a_pause(track: Made, tmp_path: Path) -> None:
    said, pause = np.full((48_000, 2), 0.2), np.zeros((48_000, 2))
    path = tmp_path / "a.opus"
    write_track(path, track.track.metadata, [to_segment(np.concatenate([said, pause]))])
    assert decibels(float(np.abs(listen(path)[48_000 + 80 * FRAMES :]).max())) < -50


def test_its_picture_is_a_comment(track: Made) -> None:
    comments: Any = OggOpus(track.files["opus"])
    (encoded,) = comments["METADATA_BLOCK_PICTURE"]
    assert Picture(base64.b64decode(encoded)).data == track.track.metadata.picture.data

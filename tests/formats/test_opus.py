"""Opus: quiet in its pauses, its picture a comment, and nothing that a reader complains of."""

import base64
from typing import Any

import numpy as np
import pytest
from helpers.sound import FRAMES, Studio, run_ffmpeg, script
from helpers.written_tracks import Made, listen, made
from mutagen.flac import Picture
from mutagen.oggopus import OggOpus

from synth.content_cache import Cache


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("opus")
    return made(
        Studio(folder, Cache(folder / "cache")).compose(script("One two. [pause 1s]"), bed="none", effect="plain"),
        folder,
        ("opus",),
    )


def test_a_pause_is_quiet(track: Made) -> None:
    (cue,) = track.track.timeline.speech
    assert np.abs(listen(track.files["opus"])[(cue.end_ms + 40) * FRAMES :]).max() < 10 ** (-60 / 20)


def test_its_picture_is_a_comment(track: Made) -> None:
    comments: Any = OggOpus(track.files["opus"])
    (encoded,) = comments["METADATA_BLOCK_PICTURE"]
    assert Picture(base64.b64decode(encoded)).data == track.track.metadata.picture.data


def test_ffmpeg_reads_it_without_a_complaint(track: Made) -> None:
    assert run_ffmpeg("-v", "warning", "-i", track.files["opus"], "-f", "null", "-") == ""

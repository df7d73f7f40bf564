"""A file is there whole or not at all, whatever a machine does meanwhile."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.sound import (
    Studio,
    script,
)
from helpers.written_tracks import ENDINGS, left_in

from synth.audio.pcm import AudioSegment, silence
from synth.content_cache import Cache
from synth.errors import RequestError, StorageError
from synth.formats.track_file import write_track
from synth.formats.track_metadata import TrackMetadata
from synth.pipeline import Track


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def track(studio: Studio) -> Track:
    return studio.compose(script("One two three. [pause 1s]"), bed="none", bell="none")


FULL_DISK = """
import resource, sys
from pathlib import Path
from helpers.sound import Studio, script
from synth.content_cache import Cache
from synth.errors import StorageError
from synth.formats.track_file import write_track

folder = Path(sys.argv[1])
track = Studio(folder, Cache(folder / "cache")).compose(script("One two three. [pause 5s] [bell chime]"))
track.metadata.picture
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
for ending in sys.argv[2:]:
    try:
        write_track(folder / f"a.{ending}", track.metadata, track.mix.blocks())
    except StorageError as error:
        print(error)
"""


def cut_off(path: Path, info: TrackMetadata, happens: Callable[[], None]) -> None:
    """Writes a track to which something happens after its first second."""

    def blocks() -> Iterator[AudioSegment]:
        yield silence(1_000)
        happens()
        for _ in range(20):
            yield silence(1_000)

    write_track(path, info, blocks())


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Every process that is started."""
    started = []
    start = subprocess.Popen

    def starting(*arguments: Any, **more: Any) -> "subprocess.Popen[bytes]":
        started.append(start(*arguments, **more))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", starting)
    return started


class TestMachine:
    @pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")
    def test_that_has_no_room_is_told_and_nothing_is_left(self, tmp_path: Path) -> None:
        """No file may be longer than 30 kB here, a track's cover alone is."""
        command = [sys.executable, "-c", FULL_DISK, str(tmp_path), *ENDINGS]
        run = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
        assert run.stderr == ""
        told = run.stdout.splitlines()
        assert len(told) == len(ENDINGS)
        for line, ending in zip(told, ENDINGS, strict=True):
            fault = "the sound can't be encoded" if ending == "mp3" else rf"a\.{ending}: can't be written"
            assert re.search(rf"{fault} \(.+\); is there room (on the disk|for temporary files)\?", line)
        assert left_in(tmp_path) == set()

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_whose_encoder_is_killed_is_told_and_nothing_is_left(
        self, track: Track, tmp_path: Path, ending: str, encoders: list["subprocess.Popen[bytes]"]
    ) -> None:
        path = tmp_path / f"a.{ending}"
        path.write_bytes(b"what was there")
        told = "the sound can't be encoded" if ending == "mp3" else rf"a\.{ending}: can't be written"
        with pytest.raises(StorageError, match=rf"{told} \(.+\); is there room"):
            cut_off(path, track.metadata, lambda: encoders[-1].kill())
        assert path.read_bytes() == b"what was there"
        assert left_in(tmp_path) == {path.name}

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_that_is_interrupted_leaves_nothing(self, track: Track, tmp_path: Path, ending: str) -> None:
        def interrupt() -> None:
            assert len(left_in(tmp_path)) == 1
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            cut_off(tmp_path / f"a.{ending}", track.metadata, interrupt)
        assert left_in(tmp_path) == set()

    @pytest.mark.parametrize("ending", ENDINGS)
    @pytest.mark.parametrize("place", ["there", "folder"])
    def test_is_told_where_a_track_cannot_be(self, track: Track, tmp_path: Path, ending: str, place: str) -> None:
        (tmp_path / f"folder.{ending}").mkdir()
        path = tmp_path / "there" / f"a.{ending}" if place == "there" else tmp_path / f"folder.{ending}"
        with pytest.raises(RequestError, match=r"the folder .* isn't there|this is a folder"):
            write_track(path, track.metadata, [])

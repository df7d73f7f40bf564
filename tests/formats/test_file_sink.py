"""A session that is played into a file: it is there whole, or not at all."""

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.sound import Studio, script

from synth.audio.pcm import silence
from synth.content_cache import Cache
from synth.errors import RequestError, StorageError
from synth.formats.file_sink import FileSink
from synth.formats.track_file import FORMATS, write_track
from synth.pipeline import Track, send
from synth.units import HOUR


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def track(studio: Studio) -> Track:
    return studio.compose(script("One may sit. [pause 2s]"), bed="none")


class TestFileSink:
    def test_writes_the_wav_that_is_written_at_once(self, track: Track, tmp_path: Path) -> None:
        send(track, FileSink(tmp_path / "a.wav", track.metadata))
        write_track(tmp_path / "b.wav", track.metadata, track.mix.blocks())
        assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()

    def test_that_is_left_by_an_error_leaves_nothing(self, track: Track, tmp_path: Path) -> None:
        def left() -> None:
            with FileSink(tmp_path / "a.wav", track.metadata) as sink:
                sink.write(silence(1_000))
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            left()
        assert [*tmp_path.iterdir()] == []

    def test_whose_encoder_is_gone_is_told(self, track: Track, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[subprocess.Popen[bytes]] = []
        start = subprocess.Popen

        def starting(*arguments: Any, **more: Any) -> "subprocess.Popen[bytes]":
            started.append(start(*arguments, **more))
            return started[-1]

        monkeypatch.setattr(subprocess, "Popen", starting)

        def killed() -> None:
            with FileSink(tmp_path / "a.wav", track.metadata) as sink:
                started[-1].kill()
                for _ in range(20):
                    sink.write(silence(1_000))

        with pytest.raises(StorageError, match=r"a\.wav: can't be written \(.+\); is there room on the disk\?"):
            killed()
        assert [*tmp_path.iterdir()] == []

    @pytest.mark.parametrize("ending", sorted(FORMATS.keys() - {".wav"}))
    def test_of_another_format_is_refused(self, track: Track, tmp_path: Path, ending: str) -> None:
        with pytest.raises(RequestError, match=rf"a\{ending}: what is played can be kept as a \.wav only; "):
            FileSink(tmp_path / f"a{ending}", track.metadata)

    def test_of_a_night_is_refused_at_once(self, track: Track, tmp_path: Path) -> None:
        night = replace(track.metadata, timeline=replace(track.timeline, duration_ms=8 * HOUR))
        with pytest.raises(RequestError, match=r"a\.wav: a \.wav holds 4h at most, and this is 8h; a \.flac"):
            FileSink(tmp_path / "a.wav", night)

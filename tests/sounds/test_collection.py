"""A user's own files as bells and beds, and what is refused of them."""

import errno
import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sound import (
    Studio,
    heard,
    hum,
    largest_step,
    one_line,
    part,
    pitch,
    run_ffmpeg,
    script,
)

from synth.content_cache import Cache
from synth.errors import RequestError


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, Cache(folder / "cache"))
    studio.keep("hum.wav", hum())
    return studio


CODECS = {"wav": "pcm_s16le", "flac": "flac", "ogg": "libvorbis", "m4a": "aac", "mp3": "libmp3lame"}


@pytest.fixture(scope="module")
def own(studio: Studio) -> Studio:
    """A tone in every format, at 44.1 kHz and mono."""
    for ending, codec in CODECS.items():
        tone = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=5"]
        run_ffmpeg("-v", "error", *tone, "-ac", "1", "-c:a", codec, studio.folder / f"tone.{ending}")
    return studio


class TestOwnSounds:
    @pytest.mark.parametrize("ending", CODECS)
    def test_is_a_bell(self, own: Studio, ending: str) -> None:
        track = own.compose(script(f"[bell tone.{ending}]\n\nOne two three."))
        (strike,) = track.timeline.strikes
        assert strike.end_ms == pytest.approx(5_000, abs=100)
        ringing = part(heard(track), 100, 4_800)
        assert np.abs(ringing).max() > 0.05
        assert np.array_equal(ringing[:, 0], ringing[:, 1])
        assert pitch(ringing) == pytest.approx(440, rel=0.001)

    @pytest.mark.parametrize("ending", CODECS)
    def test_is_a_bed(self, own: Studio, ending: str) -> None:
        track = own.compose(script("[pause 14s] One two three. [pause 12s]", [f"bed: {{sound: tone.{ending}}}"]))
        bed = part(heard(track), 7_000, 13_500)
        assert np.abs(bed).max() > 0.005
        assert pitch(bed) == pytest.approx(440, rel=0.001)
        assert largest_step(bed) <= 1.05 * np.abs(bed).max() * 2 * np.pi * 440 / 48_000

    def test_is_as_long_in_time_as_it_was(self, own: Studio) -> None:
        assert own.sounds.bell("tone.wav").length_ms == 5_000
        assert own.sounds.bell("tone.flac").length_ms == 5_000

    def test_stereo_stays_stereo(self, own: Studio) -> None:
        own.keep("sides.wav", np.column_stack([hum(2.0, 300.0), 0.5 * hum(2.0, 700.0)]))
        samples = own.sounds.bell("sides.wav").samples()
        assert pitch(samples[:, 0]) == pytest.approx(300, rel=0.002)
        assert pitch(samples[:, 1]) == pytest.approx(700, rel=0.002)


class TestRefused:
    @pytest.fixture
    def folder(self, studio: Studio, tmp_path: Path) -> Path:
        tone = hum(3.0)
        for name in ("a.wav", "b.wav"):
            Studio(tmp_path, studio.cache).keep(name, tone)
        (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:3,\na.wav\n#EXT-X-ENDLIST\n", encoding="utf-8")
        (tmp_path / "list.wav").write_bytes((tmp_path / "list.m3u8").read_bytes())
        (tmp_path / "joined.txt").write_text("ffconcat version 1.0\nfile a.wav\nfile b.wav\n", encoding="utf-8")
        (tmp_path / "joined.mp3").write_bytes((tmp_path / "joined.txt").read_bytes())
        (tmp_path / "words.wav").write_text("These are words and no sound.\n" * 50, encoding="utf-8")
        (tmp_path / "noise.mp3").write_bytes(np.random.RandomState(3).bytes(20_000))
        (tmp_path / "empty.wav").write_bytes(b"")
        (tmp_path / "short.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:30])
        Studio(tmp_path, studio.cache).keep("silent.wav", np.zeros(48_000))
        return tmp_path

    NAMES = (
        "list.m3u8", "list.wav", "joined.txt", "joined.mp3", "words.wav", "noise.mp3", "empty.wav", "short.wav",
        "silent.wav", "nothing.wav", "concat:a.wav|b.wav", "file:a.wav", "-i", "", ".", "sine=frequency=440", "pipe:0",
        "/dev/zero", "/dev/stdin", "a" * 300 + ".wav",
    )  # fmt: skip

    @pytest.mark.parametrize("kind", ["bell", "bed"])
    @pytest.mark.parametrize("name", NAMES)
    def test_what_is_no_sound_of_ones_own(self, studio: Studio, folder: Path, name: str, kind: str) -> None:
        sounds = Studio(folder, studio.cache).sounds
        with pytest.raises(RequestError) as caught:
            sounds.bell(name) if kind == "bell" else sounds.bed(name)
        assert one_line(caught.value)
        assert name.rpartition("/")[2] in str(caught.value)

    @pytest.mark.parametrize("kind", ["bell", "bed"])
    def test_a_file_that_may_not_be_read_is_told(
        self, studio: Studio, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        """As its owner locked it; root may read everything, so that the file only behaves as if."""
        opens = Path.open

        def locked(path: Path, *arguments: Any, **named: Any) -> Any:
            if path == folder / "a.wav":
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return opens(path, *arguments, **named)

        monkeypatch.setattr(Path, "open", locked)
        sounds = Studio(folder, studio.cache).sounds
        with pytest.raises(RequestError) as caught:
            sounds.bell("a.wav") if kind == "bell" else sounds.bed("a.wav")
        assert str(caught.value) == f"{folder / 'a.wav'}: this sound can't be read (Permission denied)"

    def test_an_address_is_not_even_visited(self, studio: Studio, folder: Path, caller: socket.socket) -> None:
        port = caller.getsockname()[1]
        (folder / "far.m3u8").write_text(f"#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:{port}/a.ts\n", encoding="utf-8")
        sounds = Studio(folder, studio.cache).sounds
        for name in (f"http://127.0.0.1:{port}/a.wav", f"tcp://127.0.0.1:{port}", "far.m3u8"):
            with pytest.raises(RequestError) as caught:
                sounds.bell(name)
            assert one_line(caught.value)
        with pytest.raises(TimeoutError):
            caller.accept()

    @pytest.fixture
    def caller(self) -> Iterator[socket.socket]:
        """A port at which anybody who calls would be noticed."""
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            listening.settimeout(0.2)
            yield listening

    def test_a_name_that_only_looks_dangerous_is_a_file(
        self, studio: Studio, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(folder)
        for name in ("-i", "concat:a.wav|b.wav", "a%03d.wav"):
            Studio(folder, studio.cache).keep(name, hum(1.5))
            assert Studio(Path(), Cache(folder / "cache")).sounds.bell(name).length_ms == 1_500
            (folder / "cache").rename(folder / f"cache {len(name)}")

    def test_a_refusal_leaves_nothing_in_the_cache(self, studio: Studio, folder: Path) -> None:
        cache = Cache(folder / "cache")
        with pytest.raises(RequestError):
            Studio(folder, cache).sounds.bell("words.wav")
        assert not [path for path in cache.folder.rglob("*") if path.is_file()]

    @pytest.mark.parametrize(("name", "kind"), [("bowl", "bed"), ("rain", "bell")])
    def test_a_sound_of_the_other_kind(self, studio: Studio, name: str, kind: str) -> None:
        with pytest.raises(RequestError, match=f"not a {kind}"):
            studio.sounds.bell(name) if kind == "bell" else studio.sounds.bed(name)


def test_a_decoded_sound_is_kept_with_what_is_known_of_it(studio: Studio) -> None:
    bell = studio.sounds.bell("block")
    assert json.loads(json.dumps(bell.entry.metadata))["length_ms"] == bell.length_ms
    assert bell.peak == pytest.approx(np.abs(bell.samples()).max(), rel=0.05)

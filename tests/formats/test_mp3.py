"""MP3: the frames of one encoder, under a header that tells the exact length."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers.sound import FRAMES, Studio, script
from helpers.written_tracks import HEADER, SENTENCES, Made, lines, made
from mutagen.id3 import ID3

from synth.audio.ffmpeg import ffmpeg
from synth.content_cache import Cache
from synth.export.track import export
from synth.formats.track_file import write_track


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder, ("mp3",))


class TestMp3:
    def test_is_the_same_exported_or_written(self, studio: Studio, tmp_path: Path) -> None:
        track = studio.compose(script("One may sit. [pause 9s] Two. [bell chime] [pause 3s]"))
        export(track.mix, tmp_path / "a.mp3", track.metadata, Cache(tmp_path / "cache"))
        write_track(tmp_path / "b.mp3", track.metadata, track.mix.blocks())
        assert (tmp_path / "a.mp3").read_bytes() == (tmp_path / "b.mp3").read_bytes()


class TestXing:
    @dataclass(frozen=True, slots=True)
    class Header:
        """What the first frame of an MP3 says: audio frames and bytes, and the samples to be left out at both ends."""

        frames: int
        size: int
        delay: int
        padding: int
        encoder: str
        contents: tuple[int, ...]

    @pytest.fixture
    def header(self, toned: Made) -> Header:
        content = toned.files["mp3"].read_bytes()
        size = 0
        for byte in content[6:10]:
            size = size << 7 | byte
        frame = content[10 + size :]
        assert frame[0] == 0xFF
        assert frame[1] >> 1 == 0b1111101, "MPEG 1, layer III"
        xing = frame[36:]
        assert xing[:4] == b"Xing", "variable bit rate"
        assert xing[7] == 0b1111, "frames, bytes, contents, quality"
        lame = xing[120:]
        return self.Header(
            frames=int.from_bytes(xing[8:12]),
            size=int.from_bytes(xing[12:16]),
            contents=tuple(xing[16:116]),
            encoder=lame[:4].decode(),
            delay=lame[21] << 4 | lame[22] >> 4,
            padding=(lame[22] & 0x0F) << 8 | lame[23],
        )

    def test_tells_the_exact_length(self, toned: Made, header: Header) -> None:
        assert header.encoder in {"LAME", "Lavc"}
        assert header.delay + 529 == 1_105, "what a decoder leaves out at the beginning"
        assert header.frames * 1_152 - header.delay - header.padding == toned.timeline["length_ms"] * FRAMES

    def test_tells_where_to_find_a_moment(self, toned: Made, header: Header) -> None:
        assert header.size == toned.files["mp3"].stat().st_size - ID3(toned.files["mp3"]).size
        assert list(header.contents) == sorted(header.contents)
        assert header.contents[-1] > 240

    def test_players_take_it(self, toned: Made, header: Header) -> None:
        """A decoder that keeps the encoder's delay gives that much more; ours gives the length itself."""
        whole = [ffmpeg(), "-v", "error", "-flags2", "-skip_manual", "-i", str(toned.files["mp3"])]
        run = subprocess.run([*whole, "-f", "s16le", "-ac", "1", "pipe:1"], capture_output=True, check=True)
        assert len(run.stdout) // 2 == toned.timeline["length_ms"] * FRAMES

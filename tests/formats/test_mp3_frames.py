"""MP3 in stretches: byte for byte what one encoder makes of the whole, and a header that tells of it exactly."""

import io
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sound import FRAMES, one_line
from hypothesis import given
from hypothesis import strategies as st
from mutagen.mp3 import MP3, BitrateMode

from synth.audio.ffmpeg import decode, ffmpeg
from synth.audio.pcm import RAW_FORMAT, AudioSegment, from_raw, to_segment
from synth.errors import StorageError
from synth.formats.mp3_frames import (
    CHUNK_MS,
    FRAME_MS,
    LEAD_IN_FRAMES,
    QUALITIES,
    Chunk,
    ChunkRange,
    Mp3File,
    chunk_count,
    encode_frames,
    frame_count,
    split_frames,
    xing_frame,
)

LENGTH_MS = 13 * CHUNK_MS + 123
"""Thirteen chunks and a bit of a fourteenth, which ends in the middle of a frame."""

QUIET_FROM_MS = 4 * CHUNK_MS - 200
"""Where a loud noise stops short of a chunk's end, and a faint one goes on."""


@cache
def programme() -> AudioSegment:
    """What an encoder may remember: a voice's syllables, silence and onsets, a bed, a crash and faint noise."""
    random = np.random.default_rng(11)
    times = np.arange(LENGTH_MS * FRAMES) / 48_000
    pitch = 140 + 20 * np.sin(2 * np.pi * 0.4 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / 48_000
    voice = sum(np.sin(n * phase) / n for n in range(1, 20)) * np.clip(np.sin(2 * np.pi * 3 * times), 0, None) ** 2
    voice *= (times % 4 < 2.2) * 0.1
    samples = np.column_stack([voice, voice])
    bed = random.standard_normal((len(times), 2))
    samples[times > 14] += 0.01 * bed[times > 14]
    crash = (times > 3 * CHUNK_MS / 1_000) & (times < QUIET_FROM_MS / 1_000)
    samples[crash] = 0.4 * bed[crash]
    faint = (times >= QUIET_FROM_MS / 1_000) & (times < 14)
    samples[faint] = 0.0002 * bed[faint]
    return to_segment(samples)


def blocks(start_ms: int, end_ms: int, block_ms: int = 1_000) -> Iterator[AudioSegment]:
    """The programme's sound between two moments."""
    for start in range(start_ms, end_ms, block_ms):
        yield programme()[start : min(start + block_ms, end_ms)]


@cache
def whole(quality: str) -> list[bytes]:
    """The programme's frames by one encoder."""
    return encode_frames(blocks(0, LENGTH_MS), quality)


def in_stretches(quality: str, chunks: int) -> list[Chunk]:
    """The programme's chunks, so many of them encoded at a time."""
    count = chunk_count(LENGTH_MS)
    made: list[Chunk] = []
    for first in range(0, count, chunks):
        stretch = ChunkRange(first, min(first + chunks, count), LENGTH_MS)
        made += stretch.encode(blocks(stretch.start_ms, stretch.end_ms), quality)
    return made


def by_ffmpeg(quality: str, path: Path) -> bytes:
    """The file that ffmpeg makes of the programme, its header included."""
    command = [ffmpeg(), "-v", "error", *RAW_FORMAT, "-i", "pipe:0", "-c:a", "libmp3lame", *QUALITIES[quality]]
    command += ["-reservoir", "0", "-id3v2_version", "0", str(path)]
    subprocess.run(command, input=programme().raw_data, check=True)
    return path.read_bytes()


def joined(quality: str) -> bytes:
    """The file that the programme's chunks are joined to."""
    file = io.BytesIO()
    track = Mp3File(file, quality)
    for chunk in in_stretches(quality, 5):
        track.append(chunk)
    track.finish(LENGTH_MS)
    return file.getvalue()


class TestFrames:
    @pytest.mark.parametrize("quality", ["V4", "64k"])
    def test_are_taken_apart_at_their_headers(self, quality: str) -> None:
        frames = whole(quality)
        assert split_frames(b"".join(frames)) == frames
        assert {frame[:2] for frame in frames} == {b"\xff\xfb"}

    @pytest.mark.parametrize(
        "other",
        [
            b"\xff",
            b"TAG",
            b"ID3\x04\x00",
            b"\xff\xfb\x04\x00",
            b"\xff\xfb\xf4\x00",
            b"\xff\xfb\x50\x00",
            b"\xff\xf3\x54\x00",
        ],
        ids=["one byte", "a tag", "ID3", "free rate", "no rate", "44.1 kHz", "MPEG-2"],
    )
    def test_are_nothing_else(self, other: bytes) -> None:
        frame = whole("V4")[0]
        with pytest.raises(ValueError, match=rf"byte {len(frame)} begins no MP3 frame"):
            split_frames(frame + other)

    def test_are_whole(self) -> None:
        with pytest.raises(ValueError, match="cut off"):
            split_frames(whole("V4")[0][:-1])

    @given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda more: whole("V4")[0] + more))
    def test_of_any_bytes_are_those_bytes_or_an_error(self, data: bytes) -> None:
        try:
            frames = split_frames(data)
        except ValueError:
            return
        assert b"".join(frames) == data

    @pytest.mark.parametrize("length_ms", [1, 12, 13, 23, 24, 25, 2_400, 2_411, 2_413])
    def test_are_as_many_as_foreseen(self, length_ms: int) -> None:
        assert len(encode_frames(blocks(0, length_ms), "V4")) == frame_count(length_ms)


class TestStretches:
    @pytest.mark.parametrize("chunks", [1, 3, 14])
    def test_join_to_what_one_encoder_makes(self, chunks: int) -> None:
        made = in_stretches("V4", chunks)
        assert len(made) == chunk_count(LENGTH_MS) == 14
        assert b"".join(chunk.data for chunk in made) == b"".join(whole("V4"))

    @pytest.mark.parametrize("quality", ["V0", "V9", "48k", "320k"])
    def test_do_so_at_any_quality(self, quality: str) -> None:
        assert b"".join(chunk.data for chunk in in_stretches(quality, 2)) == b"".join(whole(quality))

    def test_hold_a_hundred_frames_a_chunk(self) -> None:
        chunks = in_stretches("V4", 5)
        assert [len(chunk.sizes) for chunk in chunks] == [100] * 13 + [7]
        assert all(chunk == Chunk.of(split_frames(chunk.data)) for chunk in chunks)

    def test_are_fed_a_chunk_before_and_a_frame_after(self) -> None:
        stretches = [ChunkRange(first, first + 1, LENGTH_MS) for first in (0, 1, 12, 13)]
        assert [(stretch.start_ms, stretch.end_ms) for stretch in stretches] == [
            (0, CHUNK_MS + FRAME_MS),
            (0, 2 * CHUNK_MS + FRAME_MS),
            (11 * CHUNK_MS, 13 * CHUNK_MS + FRAME_MS),
            (12 * CHUNK_MS, LENGTH_MS),
        ]

    def test_that_begin_anew_are_fed_four_frames_before(self) -> None:
        assert ChunkRange(3, 5, LENGTH_MS, fresh_encoder=True).start_ms == 3 * CHUNK_MS - 4 * FRAME_MS
        assert ChunkRange(0, 1, LENGTH_MS, fresh_encoder=True).start_ms == 0

    def test_that_begin_anew_sound_as_well(self, tmp_path: Path) -> None:
        """What is decoded is as near to the programme there as what one encoder makes of the whole."""
        count = chunk_count(LENGTH_MS)
        errors = []
        for joints in ((0, count), (0, 4, 5, 9, count)):
            file = io.BytesIO()
            track = Mp3File(file, "V4")
            for first, end in pairwise(joints):
                stretch = ChunkRange(first, end, LENGTH_MS, fresh_encoder=True)
                for chunk in stretch.encode(blocks(stretch.start_ms, stretch.end_ms), "V4"):
                    track.append(chunk)
            track.finish(LENGTH_MS)
            path = tmp_path / "joined.mp3"
            path.write_bytes(file.getvalue())
            decoded = np.concatenate([from_raw(raw) for raw in decode(path)])
            errors.append(np.square(decoded - from_raw(programme().raw_data)).mean(axis=1))
        for joint in (4, 5, 9):
            near = slice((joint * CHUNK_MS - 100) * 48, (joint + 1) * CHUNK_MS * 48)
            whole_error, joined_error = (error[near].mean() for error in errors)
            assert joined_error <= 1.05 * whole_error

    def test_need_as_much_for_what_the_encoder_remembers(self) -> None:
        cut = 4 * CHUNK_MS // FRAME_MS
        differing = {
            lead: encode_frames(blocks(cut * FRAME_MS - lead * FRAME_MS, LENGTH_MS), "V4")[lead:] != whole("V4")[cut:]
            for lead in (4, LEAD_IN_FRAMES)
        }
        assert differing == {4: True, LEAD_IN_FRAMES: False}

    def test_that_end_where_little_follows_are_the_same(self) -> None:
        length_ms = 2 * CHUNK_MS + 3
        stretch = ChunkRange(1, 2, length_ms)
        assert stretch.end_ms == length_ms
        (chunk,) = stretch.encode(blocks(stretch.start_ms, stretch.end_ms), "V4")
        assert split_frames(chunk.data) == encode_frames(blocks(0, length_ms), "V4")[100:200]

    def test_of_too_little_sound_are_refused(self) -> None:
        with pytest.raises(StorageError, match="left sound out") as raised:
            ChunkRange(0, 2, LENGTH_MS).encode(blocks(0, CHUNK_MS), "V4")
        assert one_line(raised.value)


NAMED = {
    "channel mode": range(3, 4),
    "places": range(52, 152),
    "quality": range(152, 156),
    "encoder": range(156, 165),
    "method": range(165, 166),
    "bitrate": range(176, 177),
    "the header's own CRC": range(190, 192),
}
"""The bytes of a Xing frame that ffmpeg leaves empty, gives its own name in, or counts by another rule."""


class TestTheFile:
    @pytest.mark.parametrize("quality", ["V4", "V9", "48k", "128k"])
    def test_is_what_ffmpeg_writes_but_for_fields_that_say_more(self, quality: str, tmp_path: Path) -> None:
        ours, theirs = joined(quality), by_ffmpeg(quality, tmp_path / "whole.mp3")
        differing = {n for n, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]}
        assert differing <= {n for named in NAMED.values() for n in named}
        places = np.array([list(file[52:152]) for file in (ours, theirs)])
        assert np.abs(places[0] - places[1]).max() <= 2

    @pytest.mark.parametrize("quality", ["V4", "320k"])
    def test_decodes_to_the_sample(self, quality: str, tmp_path: Path) -> None:
        path = tmp_path / "joined.mp3"
        path.write_bytes(joined(quality))
        by_ffmpeg(quality, tmp_path / "whole.mp3")
        heard = b"".join(decode(path))
        assert len(heard) == len(programme().raw_data)
        assert heard == b"".join(decode(tmp_path / "whole.mp3"))

    @pytest.mark.parametrize(
        ("quality", "mode", "settings"),
        [("V4", BitrateMode.VBR, "-V 4"), ("V0", BitrateMode.VBR, "-V 0"), ("128k", BitrateMode.CBR, "-b 128")],
    )
    def test_tells_a_reader_of_tags(self, quality: str, mode: BitrateMode, settings: str) -> None:
        info: Any = MP3(io.BytesIO(joined(quality))).info
        assert info.length == LENGTH_MS / 1_000
        assert (info.bitrate_mode, info.encoder_settings) == (mode, settings)
        assert info.encoder_info.startswith("LAME ")
        assert not info.sketchy

    def test_is_written_after_what_stands_there(self) -> None:
        file = io.BytesIO(b"before")
        file.seek(6)
        track = Mp3File(file, "V4")
        track.append(Chunk.of(whole("V4")))
        track.finish(LENGTH_MS)
        assert file.getvalue() == b"before" + joined("V4")


class TestTheHeader:
    @given(st.lists(st.sampled_from([96, 192, 384, 960]), min_size=1, max_size=50), st.sampled_from([1, 30, 1_000]))
    def test_says_where_every_hundredth_of_the_time_begins(self, few: list[int], times: int) -> None:
        sizes = few * times
        frame = xing_frame(sizes, (len(sizes) - 1) * FRAME_MS, "V4", 0)
        offsets = np.cumsum([len(frame), *sizes])
        unit = offsets[-1] / 256
        for percent, place in enumerate(frame[52:152]):
            begins = offsets[percent * len(sizes) // 100] if percent else 0
            assert place * unit <= begins < (place + 1) * unit

    def test_sums_up_all_frames(self) -> None:
        file = io.BytesIO()
        mp3 = Mp3File(file, "V4")
        chunks = [Chunk.of(encode_frames([part], "V4")) for part in (programme()[:480], programme()[480:960])]
        for chunk in chunks:
            mp3.append(chunk)
        mp3.finish((sum(len(chunk.sizes) for chunk in chunks) - 1) * FRAME_MS)
        crc = 0
        for byte in b"".join(chunk.data for chunk in chunks):
            crc ^= byte
            for _ in range(8):
                crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
        assert int.from_bytes(file.getvalue()[188:190]) == crc


class TestFaults:
    @pytest.fixture
    def encoders(self, monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
        """Every encoder that is started."""
        started = []
        start = subprocess.Popen

        def starting(*arguments: Any, **more: Any) -> subprocess.Popen[bytes]:
            started.append(start(*arguments, **more))
            return started[-1]

        monkeypatch.setattr(subprocess, "Popen", starting)
        return started

    def test_of_the_mix_leave_no_encoder(self, encoders: list[subprocess.Popen[bytes]]) -> None:
        def failing() -> Iterator[AudioSegment]:
            yield from blocks(0, 5_000)
            raise OSError("a clip is gone")

        with pytest.raises(OSError, match="a clip is gone"):
            encode_frames(failing(), "V4")
        (encoder,) = encoders
        assert encoder.returncode is not None

    def test_of_the_encoder_are_told(self, encoders: list[subprocess.Popen[bytes]]) -> None:
        def killing() -> Iterator[AudioSegment]:
            yield from blocks(0, 5_000)
            encoders[0].kill()
            yield from blocks(0, 5_000)

        with pytest.raises(StorageError, match="can't be encoded") as raised:
            encode_frames(killing(), "V4")
        assert one_line(raised.value)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
    def test_of_a_full_disk_are_told(self) -> None:
        code = """
import resource
from synth.audio.pcm import silence
from synth.errors import StorageError
from synth.formats.mp3_frames import encode_frames
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
try:
    encode_frames([silence(10_000)], "V4")
except StorageError as error:
    print(error)
"""
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert one_line(done.stdout.strip())
        assert "is there room for temporary files?" in done.stdout

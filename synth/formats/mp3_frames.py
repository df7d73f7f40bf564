"""MP3 in ranges of chunks, which are encoded apart by LAME in ffmpeg, and joined.

The result is, byte for byte, what one encoder makes of the whole (or of each part, where a fresh encoder begins). That
is so for three reasons:

- Without a bit reservoir, no MP3 frame uses room of the frame before.
- LAME encodes a frame when it has the first 224 samples of the next: it needs 1,904 (``mf_needed`` in lame.c), of which
  528 are zeros that it begins with. ``LEAD_OUT_FRAMES`` of the sound that follows are enough.
- LAME's state decays. Its filters and its psychoacoustic model hold two frames; its threshold of hearing rises with
  the loudness at once, and falls by 7.5% a frame from 1 to 0.000625 (``adjust_ATH`` in encoder.c), which takes
  ln 0.000625 / ln 0.925 = 95 frames. ``LEAD_IN_FRAMES`` of the sound before are encoded with a range, and dropped.

At a constant rate LAME also begins its search for a quantiser step where the last search ended
(``bin_search_StepSize`` in quantize.c). So where bursts, noise and silence change at random, one frame in tens of
thousands differs from that of the whole, and is as good.

"Frame" means an MP3 frame here: 1,152 samples of both channels, 24 ms. A chunk is a hundred frames.
"""

import re
import struct
import subprocess
import tempfile
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import BinaryIO, Self

from fastcrc import crc16

from synth.audio.ffmpeg import ffmpeg
from synth.audio.pcm import RAW_FORMAT, AudioSegment, silence
from synth.audio.process import Child
from synth.errors import StorageError
from synth.units import ms_to_frames

FRAME_SAMPLES = 1_152
FRAME_MS = 24
CHUNK_FRAMES = 100
CHUNK_MS = CHUNK_FRAMES * FRAME_MS
"""The unit that is encoded, cached and joined; the last chunk of a track may be shorter."""

LEAD_IN_FRAMES = CHUNK_FRAMES
LEAD_OUT_FRAMES = 1
BEGINNING_FRAMES = 4
"""The lead-in of a fresh encoder within a track, for its filters and its psychoacoustic model."""

_KILOBITS = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""The bitrates of MPEG-1 layer III by a header's index, from 1 (ISO 11172-3, 2.4.2.3)."""

QUALITIES = {f"V{step}": ("-q:a", str(step)) for step in range(10)} | {
    f"{rate}k": ("-b:a", f"{rate}k") for rate in _KILOBITS if rate >= 48
}
"""LAME's qualities, steps of a variable rate or constant bitrates, and ffmpeg's arguments for them."""

_DELAY = 576
"""Samples that LAME adds before the sound; a decoder adds 529."""

_MIN_PADDING = 576
"""Samples that LAME adds after the sound at least, so that its last frame has the next one to overlap with."""

_SEARCH = 3
"""LAME's default for how hard it searches, from 0 (most) to 9."""

_XING_BYTES = 192
"""The smallest frame with room for a Xing header and LAME's extension of it."""


def frame_count(duration_ms: int) -> int:
    """How many frames a track has, with the samples that LAME adds (``lame_encode_flush``)."""
    return -(-(_DELAY + ms_to_frames(duration_ms) + _MIN_PADDING) // FRAME_SAMPLES)


def chunk_count(duration_ms: int) -> int:
    """How many chunks a track has; frames of padding alone belong to the last."""
    return -(-duration_ms // CHUNK_MS)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole frames in a row, and the size of each in bytes."""

    data: bytes
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, frames: Sequence[bytes]) -> Self:
        """A chunk of these frames."""
        return cls(b"".join(frames), tuple(map(len, frames)))


@dataclass(frozen=True, slots=True)
class ChunkRange:
    """The chunks from ``first`` to before ``end`` of a track of ``duration_ms``, encoded together.

    Their bytes depend on nothing but the sound between ``start_ms`` and ``end_ms``. ``fresh_encoder``: only
    ``BEGINNING_FRAMES`` of the sound before are encoded with them.
    """

    first: int
    end: int
    duration_ms: int
    fresh_encoder: bool = False

    @property
    def start_ms(self) -> int:
        """Where the sound to encode begins: earlier by the lead-in."""
        return max(0, self.first * CHUNK_MS - (BEGINNING_FRAMES if self.fresh_encoder else LEAD_IN_FRAMES) * FRAME_MS)

    @property
    def end_ms(self) -> int:
        """Where it ends: later by the lead-out."""
        return min(self.end * CHUNK_MS + LEAD_OUT_FRAMES * FRAME_MS, self.duration_ms)

    def encode(self, blocks: Iterable[AudioSegment], quality: str) -> list[Chunk]:
        """The chunks, from the sound between ``start_ms`` and ``end_ms``.

        Raises StorageError where the encoder gave up, or made too little.
        """
        frames = encode_frames(blocks, quality)
        if len(frames) != frame_count(self.end_ms - self.start_ms):
            raise StorageError("the encoder left sound out; is there room for temporary files?")
        skipped = self.first * CHUNK_FRAMES - self.start_ms // FRAME_MS
        bounds = [skipped + number * CHUNK_FRAMES for number in range(self.end - self.first + 1)]
        if self.end == chunk_count(self.duration_ms):
            bounds[-1] = len(frames)
        return [Chunk.of(frames[start:end]) for start, end in pairwise(bounds)]


def encode_frames(blocks: Iterable[AudioSegment], quality: str) -> list[bytes]:
    """The frames that LAME makes of a sound, ``quality`` being one of ``QUALITIES``.

    Raises StorageError where the encoder gave up.
    """
    command = [
        ffmpeg(), "-nostdin", "-v", "error", *RAW_FORMAT, "-i", "pipe:0",
        "-c:a", "libmp3lame", *QUALITIES[quality], "-reservoir", "0",
        "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3", "pipe:1",
    ]  # fmt: skip
    try:
        encoded = tempfile.TemporaryFile()  # noqa: SIM115 - the with statement that closes it is the next
    except OSError as error:
        raise StorageError(f"no temporary file can be written ({error.strerror})") from None
    with encoded:
        with Child(command, stdin=subprocess.PIPE, stdout=encoded) as child:
            for block in blocks:
                if not child.write(block.raw_data):
                    break
            failure = child.failure()
        try:
            if failure is not None:
                raise ValueError(failure)
            encoded.seek(0)
            return split_frames(encoded.read())
        except ValueError as error:
            raise StorageError(f"the sound can't be encoded ({error}); is there room for temporary files?") from None


def split_frames(data: bytes) -> list[bytes]:
    """Splits whole frames in a row by their headers (ISO 11172-3, 2.4.1.3).

    Raises ValueError where there is anything but frames of MPEG-1 layer III at 48 kHz.
    """
    frames = []
    start = 0
    while start < len(data):
        header = int.from_bytes(data[start : start + 4].ljust(4, b"\0"), "big")
        index, padded = header >> 12 & 0xF, header >> 9 & 1
        if header & 0xFFFE_0C00 != 0xFFFA_0400 or not 1 <= index <= len(_KILOBITS):
            raise ValueError(f"byte {start} begins no MP3 frame at 48 kHz: {data[start : start + 4].hex(' ')}")
        end = start + _frame_bytes(_KILOBITS[index - 1]) + padded
        if end > len(data):
            raise ValueError(f"the MP3 frame at byte {start} is cut off")
        frames.append(data[start:end])
        start = end
    return frames


class Mp3File:
    """Writes an MP3 file: its chunks in order, then the Xing frame, for which it leaves room at the start."""

    def __init__(self, file: BinaryIO, quality: str) -> None:
        self._file = file
        self._quality = quality
        self._start = file.tell()
        self._sizes = array("H")
        self._crc = 0
        file.write(bytes(_xing_bytes(quality)))

    def append(self, chunk: Chunk) -> None:
        """Writes the next chunk."""
        self._sizes.extend(chunk.sizes)
        self._crc = crc16.arc(chunk.data, self._crc)
        self._file.write(chunk.data)

    def finish(self, duration_ms: int) -> None:
        """Writes the Xing frame of a track of so many milliseconds, after its last chunk."""
        self._file.seek(self._start)
        self._file.write(xing_frame(self._sizes, duration_ms, self._quality, self._crc))
        self._file.seek(0, 2)


def xing_frame(sizes: Sequence[int], duration_ms: int, quality: str, music_crc: int) -> bytes:
    """The frame before a track's own: its length to the sample, its size, and a table for seeking.

    ``sizes`` are the bytes of every frame of the track, ``music_crc`` is the CRC-16/ARC of them all. The layout is that
    of http://gabriel.mp3-tech.org/mp3infotag.html; settings of the encoder that aren't known here are 0.
    """
    assert len(sizes) == frame_count(duration_ms)
    kilobits = _constant_kilobits(quality)
    own = _xing_bytes(quality)
    offsets = array("Q", accumulate(sizes, initial=own))
    whole = offsets[-1]
    padding = len(sizes) * FRAME_SAMPLES - _DELAY - ms_to_frames(duration_ms)
    index = _KILOBITS.index(own // _frame_bytes(1)) + 1
    header = 0xFFFB_0444 | index << 12  # MPEG-1 layer III at 48 kHz, joint stereo, an original
    frame = struct.pack(
        ">I32x4s3I100sI9sB10xB3s4xIH",
        header,
        b"Info" if kilobits else b"Xing",
        0b1111,  # frames, bytes, places and quality are there
        len(sizes),
        whole,
        bytes(256 * offsets[percent * len(sizes) // 100] // whole if percent else 0 for percent in range(100)),
        0 if kilobits else 100 - 10 * int(quality[1:]) - _SEARCH,
        lame_name(),
        1 if kilobits else 4,  # constant rate, or LAME's newer search for a variable one
        min(kilobits, 255),
        (_DELAY << 12 | padding).to_bytes(3, "big"),
        whole,
        music_crc,
    )
    return (frame + crc16.arc(frame).to_bytes(2, "big")).ljust(own, b"\0")


@cache
def lame_name() -> bytes:
    """LAME's name and version, such as ``LAME3.100``, which it writes where a silent frame has room."""
    found = re.search(rb"LAME\d+\.\d+", b"".join(encode_frames([silence(FRAME_MS)], "320k")))
    return found[0] if found else b"LAME"


def _constant_kilobits(quality: str) -> int:
    """The bitrate of a quality; 0 where it varies."""
    return 0 if quality.startswith("V") else int(quality.removesuffix("k"))


def _frame_bytes(kilobits: int) -> int:
    return kilobits * FRAME_MS // 8


def _xing_bytes(quality: str) -> int:
    """The Xing frame's size; at a constant rate it is of that rate, where such a frame has room."""
    return max(_XING_BYTES, _frame_bytes(_constant_kilobits(quality)))

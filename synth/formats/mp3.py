"""MP3: LAME through ``mp3_frames``, with ID3v2.4 tags in front. A long track is better written by ``export``."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from mutagen import mp3
from mutagen.id3 import ID3

from synth.audio.pcm import AudioSegment
from synth.formats.container import Format
from synth.formats.id3 import fill_id3, id3_tags, timeline_in_id3
from synth.formats.mp3_frames import QUALITIES, Chunk, Mp3File, encode_frames, frame_count
from synth.formats.track_metadata import Tags, TrackMetadata


def _encode(path: Path, blocks: Iterable[AudioSegment], metadata: TrackMetadata, quality: str) -> None:
    """By one encoder, whose frames are held in memory until the end (144 MB an hour at 320k)."""
    duration_ms = 0

    def counted() -> Iterator[AudioSegment]:
        nonlocal duration_ms
        for block in blocks:
            duration_ms += len(block)
            yield block

    frames = encode_frames(counted(), quality)
    if len(frames) != frame_count(duration_ms):
        raise OSError("the encoder left sound out")
    with path.open("wb") as file:
        track = Mp3File(file, quality)
        track.append(Chunk.of(frames))
        track.finish(duration_ms)


def _write_tags(path: Path, metadata: TrackMetadata) -> None:
    tags = ID3()
    fill_id3(tags, metadata)
    tags.save(path)


def _read_tags(path: Path) -> Tags:
    return id3_tags(_id3(path))


def _read_timeline(path: Path) -> str | None:
    return timeline_in_id3(_id3(path))


def _id3(path: Path) -> Any:
    return mp3.MP3(path).tags


MP3 = Format(_encode, _write_tags, _read_tags, _read_timeline, "V4", tuple(QUALITIES))

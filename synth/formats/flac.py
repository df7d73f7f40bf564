"""FLAC, 24 bits, with Vorbis comments and a picture block."""

from collections.abc import Iterable
from pathlib import Path

from mutagen import flac

from synth.audio.pcm import AudioSegment
from synth.formats.container import Format
from synth.formats.ffmpeg_encoder import encode_by_ffmpeg
from synth.formats.track_metadata import Tags, TrackMetadata
from synth.formats.vorbis_comments import fill_comments, front_cover, timeline_in_comments, vorbis_tags

_ARGUMENTS = ("-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24", "-f", "flac")


def _encode(path: Path, blocks: Iterable[AudioSegment], metadata: TrackMetadata, quality: str) -> None:
    encode_by_ffmpeg(path, blocks, _ARGUMENTS)


def _write_tags(path: Path, metadata: TrackMetadata) -> None:
    file = flac.FLAC(path)
    fill_comments(file, metadata)
    file.add_picture(front_cover(metadata))
    file.save()


def _read_tags(path: Path) -> Tags:
    file = flac.FLAC(path)
    return vorbis_tags(file, cover=bool(file.pictures))


def _read_timeline(path: Path) -> str | None:
    return timeline_in_comments(flac.FLAC(path))


FLAC = Format(_encode, _write_tags, _read_tags, _read_timeline)

"""WAV, 24 bits, with ID3 tags in a chunk of its own."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mutagen.wave import WAVE

from synth.audio.pcm import AudioSegment
from synth.formats.container import Format
from synth.formats.ffmpeg_encoder import FfmpegEncoder, encode_by_ffmpeg
from synth.formats.id3 import fill_id3, id3_tags, timeline_in_id3
from synth.formats.track_metadata import Tags, TrackMetadata
from synth.units import HOUR

_ARGUMENTS = ("-c:a", "pcm_s24le", "-f", "wav")

_MAX_MS = 4 * HOUR
"""Four hours fill the 4 GB of a RIFF file but for what the tags need; RF64 has room for more, but not for mutagen."""


def wav_encoder(path: Path) -> FfmpegEncoder:
    """An encoder for a session whose blocks come as they are played."""
    return FfmpegEncoder(path, _ARGUMENTS)


def _encode(path: Path, blocks: Iterable[AudioSegment], metadata: TrackMetadata, quality: str) -> None:
    encode_by_ffmpeg(path, blocks, _ARGUMENTS)


def _write_tags(path: Path, metadata: TrackMetadata) -> None:
    file: Any = WAVE(path)
    file.add_tags()
    fill_id3(file.tags, metadata)
    file.save()


def _read_tags(path: Path) -> Tags:
    return id3_tags(WAVE(path).tags)


def _read_timeline(path: Path) -> str | None:
    return timeline_in_id3(WAVE(path).tags)


WAV = Format(_encode, _write_tags, _read_tags, _read_timeline, max_ms=_MAX_MS)

"""Opus in Ogg, with Vorbis comments."""

import base64
from collections.abc import Iterable
from pathlib import Path

from mutagen.oggopus import OggOpus

from synth.audio.pcm import AudioSegment
from synth.formats.container import Format, bitrates
from synth.formats.ffmpeg_encoder import encode_by_ffmpeg
from synth.formats.track_metadata import Tags, TrackMetadata
from synth.formats.vorbis_comments import fill_comments, front_cover, timeline_in_comments, vorbis_tags

_PICTURE = "METADATA_BLOCK_PICTURE"

# libopus takes what lies under 3 Hz away, by a filter that trails into a pause for a tenth of a second; with
# nothing left under 20 Hz, it has nothing to take.
_ARGUMENTS = ("-af", "highpass=f=20", "-f", "opus", "-c:a", "libopus", "-b:a")


def _encode(path: Path, blocks: Iterable[AudioSegment], metadata: TrackMetadata, quality: str) -> None:
    encode_by_ffmpeg(path, blocks, (*_ARGUMENTS, quality))


def _write_tags(path: Path, metadata: TrackMetadata) -> None:
    file = OggOpus(path)
    fill_comments(file, metadata)
    file[_PICTURE] = base64.b64encode(front_cover(metadata).write()).decode()
    file.save(padding=lambda free: 0)  # which ffmpeg would complain of


def _read_tags(path: Path) -> Tags:
    file = OggOpus(path)
    return vorbis_tags(file, cover=bool(file.get(_PICTURE)))


def _read_timeline(path: Path) -> str | None:
    return timeline_in_comments(OggOpus(path))


OPUS = Format(
    _encode, _write_tags, _read_tags, _read_timeline, "96k", bitrates(48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256)
)

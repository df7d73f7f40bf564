"""Vorbis comments, the tags of FLAC and Opus; chapters as https://wiki.xiph.org/Chapter_Extension has them."""

from typing import Any

from mutagen.flac import Picture
from mutagen.id3 import PictureType

from synth.formats.track_metadata import GENRE, Tags, TrackMetadata
from synth.units import HOUR, MINUTE, SECOND, format_timestamp

_TIMELINE = "TIMELINE"


def fill_comments(comments: Any, metadata: TrackMetadata) -> None:
    """All of a track's metadata but its cover, which every container has in its own place."""
    timeline = metadata.timeline
    comments["TITLE"], comments["ARTIST"], comments["ALBUM"] = timeline.title, metadata.artist, metadata.album
    comments["GENRE"], comments["LANGUAGE"], comments["LYRICS"] = GENRE, metadata.language, metadata.transcript
    comments[_TIMELINE] = metadata.timeline_json
    for number, chapter in enumerate(timeline.chapters, 1):
        comments[f"CHAPTER{number:03d}"] = format_timestamp(chapter.start_ms)
        comments[f"CHAPTER{number:03d}NAME"] = chapter.title


def front_cover(metadata: TrackMetadata) -> Picture:
    """The cover as a FLAC picture block."""
    cover, picture = metadata.picture, Picture()
    picture.type, picture.mime, picture.data = PictureType.COVER_FRONT, cover.mime, cover.data
    return picture


def vorbis_tags(comments: Any, *, cover: bool) -> Tags:
    """What the comments say. Raises ValueError where a chapter's time is none."""

    def text(name: str) -> str:
        return str(next(iter(comments.get(name, ())), ""))

    numbered = [f"CHAPTER{number:03d}" for number in range(1, 1_000)]
    return Tags(
        title=text("TITLE"),
        artist=text("ARTIST"),
        language=text("LANGUAGE"),
        transcript=text("LYRICS"),
        chapters=tuple((text(f"{name}NAME"), _milliseconds(text(name))) for name in numbered if text(name)),
        cover=cover,
    )


def timeline_in_comments(comments: Any) -> str | None:
    """The text of the embedded timeline; None where there is none."""
    return next(iter(comments.get(_TIMELINE, ())), None)


def _milliseconds(timestamp: str) -> int:
    """``00:01:12.500`` as milliseconds."""
    hours, minutes, seconds = timestamp.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE + round(float(seconds) * SECOND)

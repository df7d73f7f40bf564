"""What a finished track says of itself, read back from the tags of any of its formats."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutagen.flac import FLAC
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

from synth.units import HOUR, MINUTE, SECOND

_MP4_LANGUAGE = "----:com.apple.iTunes:LANGUAGE"


@dataclass(frozen=True, slots=True)
class Tags:
    """Empty, or None, is what is not there; ``chapters`` are a title and milliseconds from the start.

    ``length_ms`` is what the tags say, where the format has a tag for it.
    """

    title: str
    artist: str
    language: str
    transcript: str
    chapters: tuple[tuple[str, int], ...]
    cover: bool
    length_ms: int | None = None


def read_tags(path: Path) -> Tags:
    """The tags of a track that holds a timeline, and so is of a format that is known here."""
    return _READERS[path.suffix.lower()](path)


def _id3(tags: Any) -> Tags:
    def text(name: str) -> str:
        return str(next(iter(tags.getall(name)), ""))

    chapters = sorted(tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    return Tags(
        text("TIT2"),
        text("TPE1"),
        text("TLAN"),
        next((str(lyrics.text) for lyrics in tags.getall("USLT")), ""),
        tuple((str(next(iter(chapter.sub_frames.getall("TIT2")), "")), chapter.start_time) for chapter in chapters),
        bool(tags.getall("APIC")),
        int(text("TLEN") or 0),
    )


def _vorbis(file: Any) -> Tags:
    def text(name: str) -> str:
        return str(next(iter(file.get(name, ())), ""))

    numbered = [f"CHAPTER{number:03d}" for number in range(1, 1_000)]
    chapters = tuple((text(f"{name}NAME"), _milliseconds(text(name))) for name in numbered if text(name))
    pictures = getattr(file, "pictures", None) or file.get("METADATA_BLOCK_PICTURE")
    return Tags(text("TITLE"), text("ARTIST"), text("LANGUAGE"), text("LYRICS"), chapters, bool(pictures))


def _milliseconds(timestamp: str) -> int:
    """``00:01:12.500`` as milliseconds."""
    hours, minutes, seconds = timestamp.split(":")
    return int(hours) * HOUR + int(minutes) * MINUTE + round(float(seconds) * SECOND)


def _mp4(file: Any) -> Tags:
    def text(name: str) -> str:
        value = next(iter(file.get(name, ())), "")
        return value.decode() if isinstance(value, bytes) else str(value)

    chapters = tuple((chapter.title, round(chapter.start * 1000)) for chapter in file.chapters or ())
    return Tags(
        text("\xa9nam"), text("\xa9ART"), text(_MP4_LANGUAGE), text("\xa9lyr"), chapters, bool(file.get("covr"))
    )


_READERS: dict[str, Callable[[Path], Tags]] = {
    ".mp3": lambda path: _id3(MP3(path).tags),
    ".wav": lambda path: _id3(WAVE(path).tags),
    ".flac": lambda path: _vorbis(FLAC(path)),
    ".opus": lambda path: _vorbis(OggOpus(path)),
    ".m4a": lambda path: _mp4(MP4(path)),
}

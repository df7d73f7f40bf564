"""M4A: AAC in MP4, with iTunes' atoms, and chapters both as QuickTime's text track and as Nero's list."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm

from synth.audio.pcm import AudioSegment
from synth.formats.container import Format, bitrates
from synth.formats.cover import JPEG
from synth.formats.ffmpeg_encoder import encode_by_ffmpeg
from synth.formats.track_metadata import GENRE, Tags, TrackMetadata, short_title

_MAX_TITLE_BYTES = 255
"""What Nero's chapter list has a byte for; ffmpeg would cut a letter in two."""

_TIMELINE = "----:com.apple.iTunes:TIMELINE"
_LANGUAGE = "----:com.apple.iTunes:LANGUAGE"

# The fast search: the other one is slower, and at lower rates peaks of it were found 3 dB above the mix.
_ARGUMENTS = (
    "-map_chapters", "1", "-map_metadata:s:a:0", "1:s:0",
    "-movflags", "+faststart", "-f", "ipod", "-c:a", "aac", "-aac_coder", "fast", "-b:a",
)  # fmt: skip


def _encode(path: Path, blocks: Iterable[AudioSegment], metadata: TrackMetadata, quality: str) -> None:
    """ffmpeg writes the language and the chapters, too, from a temporary file in the same folder."""
    contents = path.with_name(f"{path.name}.contents")
    contents.write_text(_ffmetadata(metadata), encoding="utf-8")
    encode_by_ffmpeg(path, blocks, (*_ARGUMENTS, quality), ("-f", "ffmetadata", "-i", f"file:{contents}"))


def _ffmetadata(metadata: TrackMetadata) -> str:
    """The language and the chapters in ffmpeg's metadata format.

    As the ffmpeg documentation has it, under "Metadata": ``=``, ``;``, ``#``, a backslash and a line's end are escaped.
    ffmpeg takes the end of a line after any backslash for an escaped one, so a space stands between them.
    """
    lines = [";FFMETADATA1", "[STREAM]", f"language={metadata.language}"]
    for chapter in metadata.timeline.chapters:
        title = re.sub(r"([=;#\\\n])", r"\\\1", short_title(chapter.title, _MAX_TITLE_BYTES))
        title = f"{title} " if title.endswith("\\") else title
        lines += [
            "[CHAPTER]", "TIMEBASE=1/1000", f"START={chapter.start_ms}", f"END={chapter.end_ms}", f"title={title}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _write_tags(path: Path, metadata: TrackMetadata) -> None:
    file: Any = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = metadata.timeline.title, metadata.artist, metadata.album
    file["\xa9gen"], file["\xa9lyr"] = GENRE, metadata.transcript
    file[_LANGUAGE] = MP4FreeForm(metadata.language.encode())
    file[_TIMELINE] = MP4FreeForm(metadata.timeline_json.encode())
    picture = metadata.picture
    file["covr"] = [MP4Cover(picture.data, MP4Cover.FORMAT_JPEG if picture.mime == JPEG else MP4Cover.FORMAT_PNG)]
    file.save()


def _read_tags(path: Path) -> Tags:
    file: Any = MP4(path)

    def text(name: str) -> str:
        value = next(iter(file.get(name, ())), "")
        return value.decode() if isinstance(value, bytes) else str(value)

    chapters = tuple((chapter.title.rstrip(), round(chapter.start * 1000)) for chapter in file.chapters or ())
    return Tags(
        title=text("\xa9nam"),
        artist=text("\xa9ART"),
        language=text(_LANGUAGE),
        transcript=text("\xa9lyr"),
        chapters=chapters,
        cover=bool(file.get("covr")),
    )


def _read_timeline(path: Path) -> str | None:
    atoms: Any = MP4(path).tags or {}
    return next((atom.decode() for atom in atoms.get(_TIMELINE, ())), None)


M4A = Format(
    _encode, _write_tags, _read_tags, _read_timeline, "128k", bitrates(64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
)

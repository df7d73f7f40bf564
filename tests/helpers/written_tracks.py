"""Tracks written to files in every format, and what is in them."""

import base64
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

from synth.audio.ffmpeg import decode
from synth.audio.pcm import Samples, from_raw
from synth.formats.cover import JPEG, PNG
from synth.formats.track_file import write_track
from synth.pipeline import Track
from synth.timeline.timeline_json import to_json

ENDINGS = ("mp3", "m4a", "opus", "flac", "wav")

TITLES = ("Ö", "Ankommen = ; # \\ – ganz in Ruhe, " + "静かに" * 40, "3")

SENTENCES = (
    "Let your back be long.", "Notice the pillow & <the> floor.", "Give it --> back.", "Put both feet down.",
    "Begin again at any time.", "This is enough [for now].", "So be it, said the sea.", "Good night, dear Zoë.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A track, and by their endings the files it was written to."""

    track: Track
    files: dict[str, Path]

    @property
    def timeline(self) -> dict[str, Any]:
        return to_json(self.track.timeline)


def made(track: Track, folder: Path, endings: tuple[str, ...] = ENDINGS, quality: str | None = None) -> Made:
    files = {ending: folder / f"track.{ending}" for ending in endings}
    for path in files.values():
        write_track(path, track.metadata, track.mix.blocks(), quality)
    return Made(track, files)


@cache
def listen(path: Path) -> Samples:
    return from_raw(b"".join(decode(path)))


def lines(sentences: tuple[str, ...]) -> str:
    """Three sections of sentences; behind each, a pause of two seconds and more."""
    plain = [re.sub(r"([\[\]<])", r"\\\1", sentence) for sentence in sentences]
    said = [f"{sentence} [pause {2_000 + 90 * n}ms]" for n, sentence in enumerate(plain)]
    parts = [said[:3], said[3:6], said[6:]]
    return "\n\n".join(f"# {title}\n\n" + "\n".join(part) for title, part in zip(TITLES, parts, strict=True))


HEADER = ("author: José Ágústsdóttir", "programme: Café Übung")


def pictures_of(path: Path) -> list[tuple[str, bytes]]:
    """The pictures in a track: their kinds and bytes."""
    match path.suffix:
        case ".mp3" | ".wav":
            tags: Any = ID3(path) if path.suffix == ".mp3" else WAVE(path).tags
            pictures = tags.getall("APIC")
        case ".m4a":
            atoms: Any = MP4(path)
            kinds = {MP4Cover.FORMAT_PNG: PNG, MP4Cover.FORMAT_JPEG: JPEG}
            return [(kinds[picture.imageformat], bytes(picture)) for picture in atoms["covr"]]
        case ".opus":
            comments: Any = OggOpus(path)
            pictures = [Picture(base64.b64decode(text)) for text in comments["METADATA_BLOCK_PICTURE"]]
        case _:
            pictures = FLAC(path).pictures
    assert all(picture.type == 3 for picture in pictures), "the front"
    return [(picture.mime, picture.data) for picture in pictures]


def clock_ms(hours: str, minutes: str, seconds: str, milliseconds: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1_000 + int(milliseconds)


CUE = r"(\d+)\n(\d\d):(\d\d):(\d\d)\{mark}(\d{{3}}) --> (\d\d):(\d\d):(\d\d)\{mark}(\d{{3}})\n(.+)\n"


def cues_in(text: str, mark: str) -> list[tuple[int, int, str]]:
    """Start, end and text of every cue, numbered from 1; nothing else but empty lines stands between them."""
    found = re.findall(CUE.format(mark=mark), text)
    assert [int(cue[0]) for cue in found] == list(range(1, len(found) + 1))
    assert not re.sub(CUE.format(mark=mark), "", text).strip()
    return [(clock_ms(*cue[1:5]), clock_ms(*cue[5:9]), cue[9]) for cue in found]


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"home", "cache"}

"""What a track says of itself: tags, chapters, transcript, cover, and the timeline it was made by."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mutagen.flac import FLAC, Picture
from mutagen.id3 import (
    APIC,
    CHAP,
    CTOC,
    GEOB,
    ID3,
    SYLT,
    TALB,
    TCON,
    TIT2,
    TLAN,
    TLEN,
    TPE1,
    USLT,
    CTOCFlags,
    Encoding,
    PictureType,
)
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

from synth.errors import RequestError
from synth.formats.cover import JPEG, Cover, draw_cover
from synth.formats.provenance import EmbeddedTimeline, Provenance, embed, extract
from synth.timeline.model import Timeline
from synth.units import format_timestamp

GENRE = "Meditation"
TIMELINE_NAME = "timeline.json"
_ID3_TITLE_BYTES = 125
"""From 128 on, ffmpeg misreads the frame's size and the chapter is lost."""

_MP4_TITLE_BYTES = 255
"""What Nero's chapter list has a byte for; ffmpeg would cut a letter in two."""

_MP4_TIMELINE = "----:com.apple.iTunes:TIMELINE"
_MP4_LANGUAGE = "----:com.apple.iTunes:LANGUAGE"
_ISO_639_2 = {
    "en": "eng", "de": "deu", "es": "spa", "fr": "fra", "it": "ita", "pt": "por", "nl": "nld", "sv": "swe", "da": "dan",
    "nb": "nob", "no": "nor", "fi": "fin", "pl": "pol", "cs": "ces", "sk": "slk", "hu": "hun", "ro": "ron", "el": "ell",
    "tr": "tur", "ru": "rus", "uk": "ukr", "zh": "zho", "ja": "jpn", "ko": "kor", "hi": "hin", "ar": "ara", "he": "heb",
    "fa": "fas", "vi": "vie", "id": "ind", "ca": "cat", "eo": "epo",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrackMetadata:
    """A track's title page: ``artist`` is the author or the voice, ``album`` the programme.

    Without a ``cover`` of its own, it has one that is drawn from the title. ``provenance`` tells how it was made.
    """

    timeline: Timeline
    artist: str
    album: str
    cover: Cover | None = None
    provenance: Provenance | None = None

    @property
    def timeline_json(self) -> str:
        """The text of ``timeline.json``."""
        return embed(self.timeline, self.provenance)

    @property
    def picture(self) -> Cover:
        """The cover, or what is drawn in its place."""
        return self.cover or draw_cover(self.timeline.title)

    @property
    def language(self) -> str:
        """The language as ISO 639-2, as ID3 wants it; ``und`` where it has no code here."""
        tag = self.timeline.language.split("-")[0]
        return tag if len(tag) == 3 else _ISO_639_2.get(tag, "und")

    @property
    def transcript(self) -> str:
        """A line an utterance, an empty line between sections."""
        return self.timeline.transcript


def tag_mp3(path: Path, info: TrackMetadata) -> None:
    """ID3 tags in front of an MP3 file."""
    tags = ID3()
    _fill_id3(tags, info)
    tags.save(path)


def tag_wav(path: Path, info: TrackMetadata) -> None:
    """The same ID3 tags, in a chunk of a WAV file."""
    file: Any = WAVE(path)
    file.add_tags()
    _fill_id3(file.tags, info)
    file.save()


def tag_flac(path: Path, info: TrackMetadata) -> None:
    """The same as Vorbis comments and a picture block of a FLAC file."""
    file = FLAC(path)
    _fill_vorbis(file, info)
    file.add_picture(_vorbis_picture(info))
    file.save()


def tag_opus(path: Path, info: TrackMetadata) -> None:
    """The same Vorbis comments in an Ogg file, where the picture is one of them."""
    file = OggOpus(path)
    _fill_vorbis(file, info)
    file["METADATA_BLOCK_PICTURE"] = base64.b64encode(_vorbis_picture(info).write()).decode()
    file.save(padding=lambda free: 0)  # which ffmpeg would complain of


def tag_m4a(path: Path, info: TrackMetadata) -> None:
    """The same as iTunes' atoms; the chapters are there already, by ``mp4_contents``."""
    file: Any = MP4(path)
    file["\xa9nam"], file["\xa9ART"], file["\xa9alb"] = info.timeline.title, info.artist, info.album
    file["\xa9gen"], file["\xa9lyr"] = GENRE, info.transcript
    file[_MP4_LANGUAGE] = MP4FreeForm(info.language.encode())
    file[_MP4_TIMELINE] = MP4FreeForm(info.timeline_json.encode())
    picture = info.picture
    file["covr"] = [MP4Cover(picture.data, MP4Cover.FORMAT_JPEG if picture.mime == JPEG else MP4Cover.FORMAT_PNG)]
    file.save()


def mp4_contents(info: TrackMetadata) -> str:
    """The language and the chapters in ffmpeg's metadata format, which makes tracks of text and Nero's list of them.

    As the ffmpeg documentation has it, under "Metadata": ``=``, ``;``, ``#``, a backslash and a line's end are escaped.
    """
    lines = [";FFMETADATA1", "[STREAM]", f"language={info.language}"]
    for chapter in info.timeline.chapters:
        title = re.sub(r"([=;#\\\n])", r"\\\1", _short_title(chapter.title, _MP4_TITLE_BYTES))
        lines += [
            "[CHAPTER]", "TIMEBASE=1/1000", f"START={chapter.start_ms}", f"END={chapter.end_ms}", f"title={title}",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def read_timeline(path: Path) -> EmbeddedTimeline:
    """The timeline inside a track. Raises RequestError where there is none, or where it is damaged."""
    try:
        text = _TIMELINE_IN.get(path.suffix.lower(), _timeline_in_mp3)(path)
    except Exception as error:  # mutagen lets many kinds through for a file that isn't what it is named
        reason = " ".join(str(error).split()) or "it is cut short"
        raise RequestError(f"{path}: this can't be read as a track ({reason})") from None
    if not text:
        raise RequestError(f"{path}: there is no timeline in it, so nothing to hold it against; was it made by metta?")
    try:
        return extract(text)
    except ValueError as error:
        raise RequestError(f"{path}: the timeline in it can't be read ({error}); render the track again") from None


def _timeline_in_id3(tags: Any) -> str | None:
    frames = tags.getall("GEOB") if tags else ()
    return next((frame.data.decode() for frame in frames if frame.filename == TIMELINE_NAME), None)


def _timeline_in_mp3(path: Path) -> str | None:
    return _timeline_in_id3(MP3(path).tags)


def _timeline_in_m4a(path: Path) -> str | None:
    atoms: Any = MP4(path).tags or {}
    return next((atom.decode() for atom in atoms.get(_MP4_TIMELINE, ())), None)


_TIMELINE_IN: dict[str, Callable[[Path], str | None]] = {
    ".mp3": _timeline_in_mp3,
    ".m4a": _timeline_in_m4a,
    ".opus": lambda path: next(iter(OggOpus(path).get("TIMELINE", ())), None),
    ".flac": lambda path: next(iter(FLAC(path).get("TIMELINE", ())), None),
    ".wav": lambda path: _timeline_in_id3(WAVE(path).tags),
}
"""How each file says its timeline; None where it has none."""


def _fill_vorbis(comments: Any, info: TrackMetadata) -> None:
    timeline = info.timeline
    comments["TITLE"], comments["ARTIST"], comments["ALBUM"] = timeline.title, info.artist, info.album
    comments["GENRE"], comments["LANGUAGE"], comments["LYRICS"] = GENRE, info.language, info.transcript
    comments["TIMELINE"] = info.timeline_json
    for number, chapter in enumerate(timeline.chapters, 1):
        comments[f"CHAPTER{number:03d}"] = format_timestamp(chapter.start_ms)
        comments[f"CHAPTER{number:03d}NAME"] = chapter.title


def _vorbis_picture(info: TrackMetadata) -> Picture:
    cover, picture = info.picture, Picture()
    picture.type, picture.mime, picture.data = PictureType.COVER_FRONT, cover.mime, cover.data
    return picture


def _fill_id3(tags: ID3, info: TrackMetadata) -> None:
    timeline = info.timeline
    for frame, text in (
        (TIT2, timeline.title), (TPE1, info.artist), (TALB, info.album), (TCON, GENRE),
        (TLAN, info.language), (TLEN, str(timeline.duration_ms)),
    ):  # fmt: skip
        tags.add(frame(encoding=Encoding.UTF8, text=[text]))
    titles = [_short_title(chapter.title, _ID3_TITLE_BYTES) for chapter in timeline.chapters]
    names = _equal_sized_names(titles)
    tags.add(
        CTOC(
            element_id="toc",
            flags=CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED,
            child_element_ids=names,
            sub_frames=[],
        )
    )
    for name, chapter, short in zip(names, timeline.chapters, titles, strict=True):
        title = TIT2(encoding=Encoding.UTF8, text=[short])
        tags.add(
            CHAP(
                element_id=name, start_time=chapter.start_ms, end_time=chapter.end_ms,
                start_offset=0xFFFFFFFF, end_offset=0xFFFFFFFF, sub_frames=[title],
            )
        )  # fmt: skip
    lines = [(cue.text, cue.start_ms) for cue in timeline.speech]
    tags.add(USLT(encoding=Encoding.UTF8, lang=info.language, desc="", text=info.transcript))
    tags.add(SYLT(encoding=Encoding.UTF8, lang=info.language, format=2, type=1, desc="", text=lines))
    picture = info.picture
    tags.add(
        APIC(
            encoding=Encoding.UTF8,
            mime=picture.mime,
            type=PictureType.COVER_FRONT,
            desc="",
            data=picture.data,
        )
    )
    tags.add(
        GEOB(
            encoding=Encoding.UTF8, mime="application/json", filename=TIMELINE_NAME, desc=TIMELINE_NAME,
            data=info.timeline_json.encode(),
        )
    )  # fmt: skip


def _short_title(title: str, most: int) -> str:
    """A chapter's title in so many bytes of UTF-8."""
    if len(title.encode()) <= most:
        return title
    return title.encode()[: most - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _equal_sized_names(titles: list[str]) -> list[str]:
    """Names of chapter frames, longer where the title is shorter.

    mutagen writes frames in the order of their size and then of their name, and several players read chapters in
    the order in which they are written; frames of one size stay in the order of their numbers.
    """
    longest = max((len(title.encode()) for title in titles), default=0)
    return [f"chapter{n:03d}".ljust(10 + longest - len(title.encode()), "-") for n, title in enumerate(titles)]

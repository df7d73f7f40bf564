"""What a track says of itself: tags, chapters, transcript, cover, and the timeline it was made by."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
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
from mutagen.wave import WAVE

from synth.errors import RequestError
from synth.sinks.cover import cover_png
from synth.timeline import Timeline

GENRE = "Meditation"
TIMELINE_NAME = "timeline.json"
_TITLE_BYTES = 125

_ISO_639_2 = {
    "en": "eng", "de": "deu", "es": "spa", "fr": "fra", "it": "ita", "pt": "por", "nl": "nld", "sv": "swe", "da": "dan",
    "nb": "nob", "no": "nor", "fi": "fin", "pl": "pol", "cs": "ces", "sk": "slk", "hu": "hun", "ro": "ron", "el": "ell",
    "tr": "tur", "ru": "rus", "uk": "ukr", "zh": "zho", "ja": "jpn", "ko": "kor", "hi": "hin", "ar": "ara", "he": "heb",
    "fa": "fas", "vi": "vie", "id": "ind", "ca": "cat", "eo": "epo",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrackInfo:
    """A track's title page: ``artist`` is the author or the voice, ``album`` the programme.

    ``recipe`` is what else one must know to hold the track against what was asked.
    """

    timeline: Timeline
    artist: str
    album: str
    recipe: Mapping[str, Any] = field(default_factory=dict)

    @property
    def timeline_json(self) -> str:
        """The text of ``timeline.json``: timeline version 1, and the recipe under a key of its own."""
        return json.dumps(self.timeline.to_json() | {"recipe": self.recipe}, ensure_ascii=False, separators=(",", ":"))

    @property
    def language(self) -> str:
        """The language as ISO 639-2, as ID3 wants it; ``und`` where it has no code here."""
        tag = self.timeline.language.split("-")[0]
        return tag if len(tag) == 3 else _ISO_639_2.get(tag, "und")

    @property
    def transcript(self) -> str:
        """A line an utterance, an empty line between sections."""
        sections: dict[int, list[str]] = {}
        for cue in self.timeline.speech:
            sections.setdefault(cue.section, []).append(cue.utterance.text)
        return "\n\n".join("\n".join(lines) for lines in sections.values())


def tag_mp3(path: Path, info: TrackInfo) -> None:
    """ID3 tags in front of an MP3 file."""
    tags = ID3()
    _fill_id3(tags, info)
    tags.save(path)


def tag_wav(path: Path, info: TrackInfo) -> None:
    """The same ID3 tags, in a chunk of a WAV file."""
    file: Any = WAVE(path)
    file.add_tags()
    _fill_id3(file.tags, info)
    file.save()


def tag_flac(path: Path, info: TrackInfo) -> None:
    """The same as Vorbis comments and a picture block of a FLAC file."""
    file = FLAC(path)
    timeline = info.timeline
    file["TITLE"], file["ARTIST"], file["ALBUM"] = timeline.title, info.artist, info.album
    file["GENRE"], file["LANGUAGE"], file["LYRICS"] = GENRE, info.language, info.transcript
    file["TIMELINE"] = info.timeline_json
    for number, chapter in enumerate(timeline.chapters, 1):
        minutes, milliseconds = divmod(chapter.start_ms, 60_000)
        file[f"CHAPTER{number:03d}"] = f"{minutes // 60:02d}:{minutes % 60:02d}:{milliseconds / 1000:06.3f}"
        file[f"CHAPTER{number:03d}NAME"] = chapter.title
    picture = Picture()
    picture.type, picture.mime, picture.data = (
        PictureType.COVER_FRONT,
        "image/png",
        cover_png(timeline.title),
    )
    file.add_picture(picture)
    file.save()


def read_timeline(path: Path) -> dict[str, Any]:
    """The timeline inside a track, version 1. Raises RequestError where there is none."""
    text = None
    try:
        if path.suffix.lower() == ".flac":
            text = (FLAC(path).get("TIMELINE") or [None])[0]
        else:
            tags: Any = (WAVE(path) if path.suffix.lower() == ".wav" else MP3(path)).tags
            for frame in tags.getall("GEOB") if tags else ():
                if frame.filename == TIMELINE_NAME:
                    text = frame.data.decode()
    except Exception as error:  # mutagen lets many kinds through for a file that isn't what it is named
        raise RequestError(f"{path}: this can't be read as a track ({error})") from None
    if text is None:
        raise RequestError(f"{path}: there is no timeline in it, so nothing to hold it against; was it made by metta?")
    timeline: dict[str, Any] = json.loads(text)
    if timeline.get("version") != 1:
        raise RequestError(f"{path}: its timeline is of version {timeline.get('version')}; this metta reads version 1")
    return timeline


def _fill_id3(tags: ID3, info: TrackInfo) -> None:
    timeline = info.timeline
    for frame, text in (
        (TIT2, timeline.title), (TPE1, info.artist), (TALB, info.album), (TCON, GENRE),
        (TLAN, info.language), (TLEN, str(timeline.duration_ms)),
    ):  # fmt: skip
        tags.add(frame(encoding=Encoding.UTF8, text=[text]))
    titles = [_short_title(chapter.title) for chapter in timeline.chapters]
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
    lines = [(cue.utterance.text, cue.start_ms) for cue in timeline.speech]
    tags.add(USLT(encoding=Encoding.UTF8, lang=info.language, desc="", text=info.transcript))
    tags.add(SYLT(encoding=Encoding.UTF8, lang=info.language, format=2, type=1, desc="", text=lines))
    tags.add(
        APIC(
            encoding=Encoding.UTF8,
            mime="image/png",
            type=PictureType.COVER_FRONT,
            desc="",
            data=cover_png(timeline.title),
        )
    )
    tags.add(
        GEOB(
            encoding=Encoding.UTF8, mime="application/json", filename=TIMELINE_NAME, desc=TIMELINE_NAME,
            data=info.timeline_json.encode(),
        )
    )  # fmt: skip


def _short_title(title: str) -> str:
    """A chapter's title in 125 bytes: from 128 on, ffmpeg misreads the frame's size and the chapter is lost."""
    if len(title.encode()) <= _TITLE_BYTES:
        return title
    return title.encode()[: _TITLE_BYTES - len("…".encode())].decode(errors="ignore").rstrip() + "…"


def _equal_sized_names(titles: list[str]) -> list[str]:
    """Names of chapter frames, longer where the title is shorter.

    mutagen writes frames in the order of their size and then of their name, and several players read chapters in
    the order in which they are written; frames of one size stay in the order of their numbers.
    """
    longest = max((len(title.encode()) for title in titles), default=0)
    return [f"chapter{n:03d}".ljust(10 + longest - len(title.encode()), "-") for n, title in enumerate(titles)]

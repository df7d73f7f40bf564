"""ID3v2.4 tags, which MP3 and WAV share, chapters as its addendum "Chapter Frame" has them."""

from typing import Any

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

from synth.formats.track_metadata import GENRE, Tags, TrackMetadata, short_title

TIMELINE_NAME = "timeline.json"
_MAX_TITLE_BYTES = 125
"""From 128 on, ffmpeg misreads the frame's size and the chapter is lost."""


def fill_id3(tags: ID3, metadata: TrackMetadata) -> None:
    """All of a track's metadata as frames."""
    timeline = metadata.timeline
    for frame, text in (
        (TIT2, timeline.title), (TPE1, metadata.artist), (TALB, metadata.album), (TCON, GENRE),
        (TLAN, metadata.language), (TLEN, str(timeline.duration_ms)),
    ):  # fmt: skip
        tags.add(frame(encoding=Encoding.UTF8, text=[text]))
    titles = [short_title(chapter.title, _MAX_TITLE_BYTES) for chapter in timeline.chapters]
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
    tags.add(USLT(encoding=Encoding.UTF8, lang=metadata.language, desc="", text=metadata.transcript))
    tags.add(SYLT(encoding=Encoding.UTF8, lang=metadata.language, format=2, type=1, desc="", text=lines))
    picture = metadata.picture
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
            data=metadata.timeline_json.encode(),
        )
    )  # fmt: skip


def id3_tags(tags: Any) -> Tags:
    """What the frames say. Raises ValueError where the length is no number."""

    def text(name: str) -> str:
        return str(next(iter(tags.getall(name)), ""))

    chapters = sorted(tags.getall("CHAP"), key=lambda chapter: chapter.start_time)
    return Tags(
        title=text("TIT2"),
        artist=text("TPE1"),
        language=text("TLAN"),
        transcript=next((str(lyrics.text) for lyrics in tags.getall("USLT")), ""),
        chapters=tuple(
            (str(next(iter(chapter.sub_frames.getall("TIT2")), "")), chapter.start_time) for chapter in chapters
        ),
        cover=bool(tags.getall("APIC")),
        length_ms=int(text("TLEN") or 0),
    )


def timeline_in_id3(tags: Any) -> str | None:
    """The text of the embedded timeline; None where there is none, or no tags at all."""
    frames = tags.getall("GEOB") if tags else ()
    return next((frame.data.decode() for frame in frames if frame.filename == TIMELINE_NAME), None)


def _equal_sized_names(titles: list[str]) -> list[str]:
    """Names of chapter frames, longer where the title is shorter.

    mutagen writes frames in the order of their size and then of their name, and several players read chapters in
    the order in which they are written; frames of one size stay in the order of their numbers.
    """
    longest = max((len(title.encode()) for title in titles), default=0)
    return [f"chapter{n:03d}".ljust(10 + longest - len(title.encode()), "-") for n, title in enumerate(titles)]

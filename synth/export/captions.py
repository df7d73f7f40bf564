"""What is said in a track, as a file beside it, and when: WebVTT, SubRip, LRC, or plain text. Pure.

A further form is a function from a title page to text, and a line in ``TRANSCRIPTS``.
"""

from collections.abc import Callable, Iterator
from html import escape
from typing import Protocol

from synth.timeline.model import Timeline
from synth.units import format_timestamp


class TitlePage(Protocol):
    """Whatever knows a track's timeline, who speaks or wrote it, and the programme it belongs to."""

    @property
    def timeline(self) -> Timeline:
        """Everything that sounds."""

    @property
    def artist(self) -> str:
        """The author or the voice."""

    @property
    def album(self) -> str:
        """The programme."""


def write_txt(page: TitlePage) -> str:
    """The transcript alone."""
    return page.timeline.transcript + "\n"


def write_vtt(page: TitlePage) -> str:
    """WebVTT, as https://www.w3.org/TR/webvtt1/ has it: a numbered cue an utterance; ``&<>`` are escaped.

    It has no place for a title or a language, so a note tells them.
    """
    note = f"NOTE\n{_escaped(page.timeline.title)}\nLanguage: {page.timeline.language}"
    return "\n\n".join(["WEBVTT", note, *_cues(page.timeline, ".", _escaped)]) + "\n"


def write_srt(page: TitlePage) -> str:
    """SubRip: the same cues, with a comma in their times and nothing before them; nothing can be escaped in it."""
    return "\n\n".join(_cues(page.timeline, ",", str)) + "\n"


def write_lrc(page: TitlePage) -> str:
    """LRC: hundredths of a second, minutes beyond an hour, and an empty line where the voice rests.

    It has no way to write a square bracket: brackets are round in it.
    """
    timeline = page.timeline
    heads = {
        "ti": timeline.title, "ar": page.artist, "al": page.album,
        "length": _lrc_time(_hundredths(timeline.duration_ms)).partition(".")[0],
    }  # fmt: skip
    moments = {_hundredths(cue.end_ms): "" for cue in timeline.speech}
    moments |= {_hundredths(cue.start_ms): cue.text.translate(_ROUND) for cue in timeline.speech}
    lines = [f"[{name}:{text.translate(_ROUND)}]" for name, text in heads.items()]
    lines += [f"[{_lrc_time(moment)}]{text}" for moment, text in sorted(moments.items())]
    return "\n".join(lines) + "\n"


_ROUND = str.maketrans("[]", "()")


def _hundredths(ms: int) -> int:
    return (ms + 5) // 10


def _lrc_time(hundredths: int) -> str:
    seconds, rest = divmod(hundredths, 100)
    return f"{seconds // 60:02d}:{seconds % 60:02d}.{rest:02d}"


def _cues(timeline: Timeline, mark: str, written: Callable[[str], str]) -> Iterator[str]:
    for number, cue in enumerate(timeline.speech, 1):
        start, end = format_timestamp(cue.start_ms, mark), format_timestamp(cue.end_ms, mark)
        yield f"{number}\n{start} --> {end}\n{written(cue.text)}"


def _escaped(text: str) -> str:
    return escape(text, quote=False)


TRANSCRIPTS: dict[str, Callable[[TitlePage], str]] = {
    "vtt": write_vtt,
    "srt": write_srt,
    "lrc": write_lrc,
    "txt": write_txt,
}
"""A writer for each ending a transcript may have; what it writes ends with a line's end."""

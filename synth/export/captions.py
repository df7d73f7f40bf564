"""The transcript of a track as a file of its own, with times: WebVTT, SubRip, LRC; or plain text.

A further form is a function from a track's metadata to text, and a row of ``TRANSCRIPTS``.
"""

from collections.abc import Callable, Iterator
from html import escape

from synth.formats.track_metadata import TrackMetadata
from synth.timeline.model import Timeline
from synth.units import format_timestamp


def write_txt(metadata: TrackMetadata) -> str:
    """The transcript alone."""
    return metadata.timeline.transcript + "\n"


def write_vtt(metadata: TrackMetadata) -> str:
    """WebVTT (https://www.w3.org/TR/webvtt1/): a numbered cue for every utterance; ``&<>`` are escaped.

    The title and the language, for which WebVTT has no field, are in a note.
    """
    note = f"NOTE\n{_escaped(metadata.timeline.title)}\nLanguage: {metadata.timeline.language}"
    return "\n\n".join(["WEBVTT", note, *_cues(metadata.timeline, ".", _escaped)]) + "\n"


def write_srt(metadata: TrackMetadata) -> str:
    """SubRip: the same cues, with a comma in their times; no header, and no escapes."""
    return "\n\n".join(_cues(metadata.timeline, ",", str)) + "\n"


def write_lrc(metadata: TrackMetadata) -> str:
    """LRC: times in minutes (60 and more, too), seconds and hundredths; an empty line where an utterance ends.

    LRC can't escape square brackets; they are written as round ones.
    """
    timeline = metadata.timeline
    heads = {
        "ti": timeline.title, "ar": metadata.artist, "al": metadata.album,
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


TRANSCRIPTS: dict[str, Callable[[TrackMetadata], str]] = {
    "vtt": write_vtt,
    "srt": write_srt,
    "lrc": write_lrc,
    "txt": write_txt,
}
"""The writers by the endings of their files. What they write ends with a newline."""

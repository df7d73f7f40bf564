"""A track as a file: the formats by their endings, and how a file is written, whole or not at all, and read back.

A further format is a file like ``mp3.py`` and a row of ``FORMATS``.
"""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from mutagen import MutagenError

from synth.audio.pcm import AudioSegment
from synth.errors import RequestError, StorageError
from synth.files import new_folder, remove_abandoned
from synth.formats.container import Format
from synth.formats.flac import FLAC
from synth.formats.m4a import M4A
from synth.formats.mp3 import MP3
from synth.formats.opus import OPUS
from synth.formats.provenance import EmbeddedTimeline, extract
from synth.formats.track_metadata import Tags, TrackMetadata
from synth.formats.wav import WAV
from synth.units import format_duration

FORMATS = {".mp3": MP3, ".m4a": M4A, ".opus": OPUS, ".flac": FLAC, ".wav": WAV}
"""The formats by the endings of their files, in small letters."""

TEMPORARY_PREFIX = ".metta-"
"""The start of the name of a folder in which a track is made; what a killed process left goes with the next."""

T = TypeVar("T")


def check_destination(path: Path) -> None:
    """Raises RequestError or StorageError where no track can be written to ``path``."""
    if path.suffix.lower() not in FORMATS:
        raise RequestError(f"{path}: a track's name ends in {', '.join(FORMATS)}")
    if path.is_dir():
        raise RequestError(f"{path}: this is a folder; name a file in it")
    if path.exists() and not path.is_file():
        raise RequestError(f"{path}: this is a device or a pipe; name an ordinary file")
    if not path.parent.is_dir():
        raise RequestError(f"{path}: the folder {path.parent} isn't there; make it, or choose another")
    if not os.access(path.parent, os.W_OK):
        raise StorageError(
            f"{path}: the folder {path.parent} can't be written to; choose another, or see to its rights"
        )


def check_track(path: Path, metadata: TrackMetadata) -> None:
    """Raises RequestError or StorageError where this track can't be written to ``path``."""
    check_destination(path)
    max_ms, duration_ms = FORMATS[path.suffix.lower()].max_ms, metadata.timeline.duration_ms
    if max_ms is not None and duration_ms > max_ms:
        raise RequestError(
            f"{path}: a {path.suffix} holds {format_duration(max_ms)} at most, and this is "
            f"{format_duration(duration_ms)}; a .flac loses nothing either, and has no such limit"
        )


@contextlib.contextmanager
def new_track(path: Path, metadata: TrackMetadata) -> Iterator[Path]:
    """Yields where to write the sound of a track; afterwards it is tagged and moved to ``path``.

    That is a file in a new folder next to ``path``, and not one as ``files.new_file`` makes: encoders and mutagen write
    to a name with the right ending, and some need a second file. Where it fails, nothing is left. Raises as
    ``check_track`` does, and StorageError in the place of any OSError.
    """
    check_track(path, metadata)
    remove_abandoned(path.parent.glob(f"{TEMPORARY_PREFIX}*"))
    try:
        with new_folder(path, TEMPORARY_PREFIX) as folder:
            temporary = folder / f"track{path.suffix.lower()}"
            yield temporary
            FORMATS[path.suffix.lower()].write_tags(temporary, metadata)
            temporary.replace(path)
    except (OSError, MutagenError) as error:
        said = (isinstance(error, OSError) and error.strerror) or error
        raise StorageError(f"{path}: can't be written ({said}); is there room on the disk?") from None


def write_track(
    path: Path, metadata: TrackMetadata, blocks: Iterable[AudioSegment], quality: str | None = None
) -> None:
    """Encodes, tags, and puts a track at ``path``, whose ending names the format, ``quality`` one of that format's.

    Raises RequestError or StorageError where there can be no such file, ValueError where there is no such quality.
    """
    check_track(path, metadata)
    form = FORMATS[path.suffix.lower()]
    chosen = form.choose_quality(quality)
    with new_track(path, metadata) as temporary:
        form.encode(temporary, blocks, metadata, chosen)


def read_timeline(path: Path) -> EmbeddedTimeline:
    """The timeline inside a track. Raises RequestError where there is none, or where it is damaged."""
    text = _read(path, _format_of(path).read_timeline)
    if not text:
        raise RequestError(f"{path}: there is no timeline in it, so nothing to hold it against; was it made by metta?")
    try:
        return extract(text)
    except ValueError as error:
        raise RequestError(f"{path}: the timeline in it can't be read ({error}); render the track again") from None


def read_tags(path: Path) -> Tags:
    """The tags of a track. Raises RequestError where they can't be read."""
    return _read(path, _format_of(path).read_tags)


def _format_of(path: Path) -> Format:
    """The format to read a file in, by its ending; MP3 where that is none of ours."""
    return FORMATS.get(path.suffix.lower(), MP3)


def _read(path: Path, reader: Callable[[Path], T]) -> T:
    try:
        return reader(path)
    except Exception as error:  # mutagen lets many kinds through for a file that isn't what it is named
        reason = " ".join(str(error).split()) or "it is cut short"
        raise RequestError(f"{path}: this can't be read as a track ({reason})") from None

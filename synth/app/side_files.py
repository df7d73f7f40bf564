"""Files that are written beside a track, or in its place: transcripts, timelines, tables, pages."""

from pathlib import Path

from synth.errors import RequestError
from synth.files import write_atomically
from synth.timeline.model import Timeline
from synth.timeline.timeline_json import dump_timeline


def check_side_file(path: Path | None) -> None:
    """Raises RequestError where a file's folder isn't there, or the file is a folder, a device or a pipe."""
    if path and not path.parent.is_dir():
        raise RequestError(f"{path}: the folder {path.parent} isn't there; make it, or choose another")
    if path and path.is_dir():
        raise RequestError(f"{path}: this is a folder; choose another name, or move it away")
    if path and path.exists() and not path.is_file():
        raise RequestError(f"{path}: this is a device or a pipe; name an ordinary file")


def write_timeline(path: Path, timeline: Timeline) -> None:
    """Writes the timeline's JSON, whole or not at all. Raises StorageError."""
    write_atomically(path, dump_timeline(timeline))

"""``library.json``: what was made of a roster, and what could not be; whole at every moment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from synth.batch.storage import Storage

LIBRARY = "library.json"
_WITHHELD = "told on the screen, and not kept with --anonymous"


@dataclass(frozen=True, slots=True)
class LibraryTrack:
    """A track: its path in the library, and the ``track_key`` it was made by.

    ``sha256`` is the file's, ``length_ms`` in milliseconds, ``lufs`` its planned loudness; None where it is silent.
    """

    path: str
    status: Literal["made", "unchanged"]
    length_ms: int
    lufs: float | None
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Failure:
    """What can't be made, and why: the row's ``line`` and ``name``, and the folder that is kept for it.

    ``meditation`` is None where it is the row that is at fault.
    """

    line: int
    name: str
    person: str
    meditation: str | None
    reason: str


@dataclass(slots=True)
class Library:
    """The tracks of a roster in ``storage``, and what failed; ``paths`` are those of the tracks, in the roster's order.

    ``anonymous``: ``library.json`` repeats nothing that a row says.
    """

    storage: Storage
    paths: Sequence[str]
    anonymous: bool = False
    tracks: dict[str, LibraryTrack] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def count(self, status: Literal["made", "unchanged"]) -> int:
        """How many tracks were made, or found as they should be."""
        return sum(track.status == status for track in self.tracks.values())

    def to_json(self) -> dict[str, Any]:
        """The JSON document, in the roster's order."""
        failures = [asdict(failure) for failure in sorted(self.failures, key=lambda failure: failure.line)]
        if self.anonymous:
            failures = [failure | {"name": None, "reason": _WITHHELD} for failure in failures]
        tracks = [asdict(self.tracks[path]) for path in self.paths if path in self.tracks]
        return {"version": 1, "tracks": tracks, "failures": failures}

    def write(self) -> None:
        """Writes ``library.json``. Raises StorageError."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n"
        self.storage.write(LIBRARY, text.encode())


def read_tracks(storage: Storage) -> Mapping[str, LibraryTrack]:
    """The tracks of a storage's ``library.json``, by path; none where there is no such file, or none of ours."""
    try:
        library = json.loads(storage.read(LIBRARY) or b"{}")
        return {track["path"]: LibraryTrack(**track) for track in library["tracks"]}
    except (ValueError, TypeError, KeyError):
        return {}

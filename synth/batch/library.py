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
    """A track: its path in the library, and ``key``, which stands for all that it was made of.

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
    """A shelf of tracks, ``paths`` in the roster's order; ``anonymous``: its file repeats nothing that a row says."""

    storage: Storage
    paths: Sequence[str]
    anonymous: bool = False
    entries: dict[str, LibraryTrack] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def count(self, status: Literal["made", "unchanged"]) -> int:
        """How many tracks were made, or found as they should be."""
        return sum(entry.status == status for entry in self.entries.values())

    def to_json(self) -> dict[str, Any]:
        """The JSON document, in the roster's order."""
        failures = [asdict(failure) for failure in sorted(self.failures, key=lambda failure: failure.line)]
        if self.anonymous:
            failures = [failure | {"name": None, "reason": _WITHHELD} for failure in failures]
        tracks = [asdict(self.entries[path]) for path in self.paths if path in self.entries]
        return {"version": 1, "tracks": tracks, "failures": failures}

    def write(self) -> None:
        """Writes ``library.json``. Raises StorageError."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1) + "\n"
        self.storage.write(LIBRARY, text.encode())


def read_entries(storage: Storage) -> Mapping[str, LibraryTrack]:
    """The tracks that a library tells of, by path; none where nothing, or nothing of ours, tells of any."""
    try:
        told = json.loads(storage.read(LIBRARY) or b"{}")
        return {entry["path"]: LibraryTrack(**entry) for entry in told["tracks"]}
    except (ValueError, TypeError, KeyError):
        return {}

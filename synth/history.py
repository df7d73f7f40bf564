"""A log of sittings, and the places where sessions were stopped: in the user's data folder, readable for them alone.

The log, ``sittings.jsonl``, has a line of JSON for every sitting, each appended by one write. A line that is damaged
stays in it, and is told by its number. Whether a log is wanted is asked once and kept with the settings. The place
where a session was stopped is a file of its own beside the log, ``place-DIGEST.json``, and needs no log.
"""

import contextlib
import csv
import errno
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from synth.errors import RequestError
from synth.files import leftovers, new_file, storage_errors
from synth.paths import config_path, data_path
from synth.personalise.session import Session
from synth.units import SECOND, format_clock
from synth.wording import one_line

CSV_COLUMNS = (
    "date", "begun", "meditation", "planned_s", "sat_s", "ended", "before", "after", "least", "most", "ratings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RatingAnswer:
    """A number that the listener gave on a scale from ``least`` to ``most``, ``at_ms`` after the session's start."""

    question: str
    value: int
    least: int
    most: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A sitting: when it began (with its time zone), what was planned and what was sat, in milliseconds.

    ``ended`` tells whether the session came to its end, was closed gently, or was left. ``stopped_at`` is the number of
    the session's item that was under way, in their order, where it was left or closed before its end.
    """

    begun: datetime
    meditation: str
    planned_ms: int
    sat_ms: int
    ended: Literal["to the end", "closed", "left"]
    ratings: tuple[RatingAnswer, ...] = ()
    stopped_at: int | None = None


@dataclass(frozen=True, slots=True)
class SessionLog:
    """What the log says: its sittings from the first to the last, and the numbers of its damaged lines, from 1."""

    sittings: tuple[SessionRecord, ...]
    damaged: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """Where a session was stopped, in the sitting that had ``begun``: the number of its item, in the items' order.

    ``session`` is the session's fingerprint.
    """

    meditation: str
    begun: datetime
    item: int
    session: str


@dataclass(frozen=True, slots=True)
class ForgetSummary:
    """How many sittings, damaged lines and places are taken away when the log is forgotten."""

    sittings: int
    damaged: int
    places: int

    def __bool__(self) -> bool:
        return bool(self.sittings or self.damaged or self.places)


def wanted() -> bool | None:
    """Whether sittings shall be logged; None where it was never asked. Raises RequestError where it can't be read."""
    path = config_path("log")
    try:
        said = path.read_text(encoding="utf-8", errors="replace").strip()
        return {"on": True, "off": False}[said]
    except FileNotFoundError:
        return None
    except KeyError:
        problem = "it says neither on nor off"
    except OSError as error:
        problem = str(error.strerror)
    raise RequestError(
        f"{path}: whether there shall be a log can't be read ({problem}); 'metta log on' or 'off' mends it"
    )


def decide(wish: bool) -> None:
    """Keeps whether sittings shall be logged. Raises StorageError."""
    path = config_path("log")
    with storage_errors(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, b"on\n" if wish else b"off\n")


def log_path() -> Path:
    """The log's file, which may not be there."""
    return (_folder() / "sittings.jsonl").resolve()


def append(sitting: SessionRecord) -> None:
    """Appends a sitting to the log, whole or not at all. Raises StorageError."""
    line = f"{json.dumps(to_json(sitting), ensure_ascii=False)}\n".encode(errors="replace")
    with _locked_folder(), open(log_path(), "a+b", buffering=0, opener=_for_owner) as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(end - 1, 0))
        if file.read(1) not in (b"", b"\n"):  # a damaged line has no end; this one shall not be part of it
            line = b"\n" + line
        if file.write(line) < len(line):
            file.truncate(end)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file.fileno())


def read() -> SessionLog:
    """The log; an empty one where there is none. Raises RequestError where it can't be read."""
    lines = _lines()
    sittings = sorted((sitting for _, sitting in lines.values() if sitting), key=lambda sitting: sitting.begun)
    return SessionLog(tuple(sittings), tuple(number for number, (_, sitting) in lines.items() if not sitting))


def forgettable(before: date | None = None) -> ForgetSummary:
    """What ``forget`` would take away. Raises RequestError where the log can't be read."""
    leaving, _, _ = _split(before)
    return leaving


def forget(before: date | None = None) -> ForgetSummary:
    """Takes away the log and all places, or those sittings and places whose day is before a date, and tells what went.

    Damaged lines have no day: they go with all others only. Raises RequestError or StorageError.
    """
    with _locked_folder() as folder:
        leaving, kept, places = _split(before)
        path = log_path()
        if not kept:
            path.unlink(missing_ok=True)
        elif leaving.sittings:
            _write(path, b"".join(line + b"\n" for line in kept))
        for gone in (*places, *folder.glob(".*.part"), *leftovers(path)):
            gone.unlink(missing_ok=True)
        return leaving


def keep_place(record: SessionRecord, session: Session, script: str) -> None:
    """Keeps where a session was stopped; of one that came to its end there is nothing to keep. Raises StorageError.

    ``script`` is what the place is found by again: a shipped name, or a file's resolved path.
    """
    if record.stopped_at is None:
        forget_place(script)
        return
    place = ResumePoint(record.meditation, record.begun, record.stopped_at, _fingerprint(session))
    with _locked_folder():
        _write(_place_path(script), json.dumps(asdict(place), default=_iso).encode())


def place_of(script: str, session: Session) -> ResumePoint | None:
    """Where a script was stopped; None where nothing is kept.

    Raises RequestError where what was stopped is not this session: another script by now, or another listener's.
    """
    path = _place_path(script)
    place = _read_place(path)
    if place is None and path.exists():
        raise RequestError(f"{path}: where {script} was stopped can't be read; play it without --resume")
    if place and place.session != _fingerprint(session):
        raise RequestError(
            f"{place.meditation}: what was stopped on {place.begun:%Y-%m-%d} had other words or another order; "
            "play it without --resume"
        )
    return place


def forget_place(script: str) -> None:
    """Takes away where a script was stopped. Raises StorageError."""
    path = _place_path(script)
    with storage_errors(path):
        path.unlink(missing_ok=True)


def before_and_after(sitting: SessionRecord) -> tuple[RatingAnswer | None, RatingAnswer | None]:
    """The first number that was given, and the last one to the same question, or else on the same scale.

    A single number was given before where it came in the first half: of what was planned, if the sitting was left.
    """
    ratings = sorted(sitting.ratings, key=lambda rating: rating.at_ms)
    if not ratings:
        return None, None
    first, *more = ratings
    alike = [rating for rating in more if (rating.least, rating.most) == (first.least, first.most)]
    again = [rating for rating in alike if rating.question == first.question] or alike
    if again:
        return first, again[-1]
    whole_ms = max(sitting.planned_ms, sitting.sat_ms) if sitting.ended == "left" else sitting.sat_ms
    return (first, None) if 2 * first.at_ms < whole_ms else (None, first)


def to_json(sitting: SessionRecord) -> dict[str, Any]:
    """A sitting as the log has it."""
    return asdict(sitting) | {"begun": _iso(sitting.begun), "ratings": [asdict(rating) for rating in sitting.ratings]}


def to_csv(sittings: Iterable[SessionRecord]) -> str:
    """A table of sittings, a row each, in which no spreadsheet finds a formula. Lengths are in whole seconds."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for sitting in sittings:
        before, after = before_and_after(sitting)
        asked = before or after
        ratings = "; ".join(
            f"{rating.question} {rating.value} of {rating.least}..{rating.most} at {format_clock(rating.at_ms)}"
            for rating in sitting.ratings
        )
        writer.writerow((
            sitting.begun.date(), _iso(sitting.begun), _no_formula(sitting.meditation),
            sitting.planned_ms // SECOND, sitting.sat_ms // SECOND, sitting.ended,
            before and before.value, after and after.value, asked and asked.least, asked and asked.most,
            _no_formula(ratings),
        ))  # fmt: skip
    return table.getvalue()


def write_for_owner(path: Path, text: str) -> None:
    """Writes a text file that its owner alone can read, whole or not at all. Raises StorageError."""
    with storage_errors(path):
        _write(path, text.encode(errors="replace"))


def _folder() -> Path:
    return data_path(".")


@contextlib.contextmanager
def _locked_folder() -> Iterator[Path]:
    """The folder of the log, locked against other processes where the platform and its disk have locks."""
    folder = _folder()
    with storage_errors(folder), contextlib.ExitStack() as stack:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sys.platform != "win32":
            import fcntl

            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            with contextlib.suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _write(path: Path, content: bytes) -> None:
    """Writes a file for its owner alone, whole or not at all."""
    with new_file(path, owner_only=True, durable=True) as file:
        file.write(content)


@cache
def _sittings() -> TypeAdapter[SessionRecord]:
    return TypeAdapter(SessionRecord)


@cache
def _places() -> TypeAdapter[ResumePoint]:
    return TypeAdapter(ResumePoint)


def _sitting_of(line: bytes) -> SessionRecord | None:
    """The sitting that a line tells; None where it is damaged."""
    try:
        sitting = _sittings().validate_json(line, strict=True)
    except ValueError:
        return None
    sound = (
        sitting.begun.tzinfo
        and min(sitting.planned_ms, sitting.sat_ms) >= 0
        and all(each.least <= each.value <= each.most and each.least < each.most for each in sitting.ratings)
    )
    return sitting if sound else None


def _lines() -> dict[int, tuple[bytes, SessionRecord | None]]:
    """The log's lines by their numbers from 1, each with its sitting; those with nothing in them are left out."""
    path = log_path()
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise RequestError(f"{path}: the log can't be read ({error.strerror}); see to its rights") from None
    return {number: (line, _sitting_of(line)) for number, line in enumerate(lines, 1) if line.strip()}


def _read_place(path: Path) -> ResumePoint | None:
    """The place that a file tells; None where it isn't there, or can't be read."""
    try:
        return _places().validate_json(path.read_bytes(), strict=True)
    except (OSError, ValueError):
        return None


def _split(before: date | None) -> tuple[ForgetSummary, list[bytes], list[Path]]:
    """What is forgotten, the lines that stay, and the files of the places that go."""

    def goes(known: SessionRecord | ResumePoint | None) -> bool:
        return before is None or (known is not None and known.begun.date() < before)

    lines = list(_lines().values())
    gone = [sitting for _, sitting in lines if goes(sitting)]
    places = [path for path in sorted(_folder().glob("place-*.json")) if goes(_read_place(path))]
    leaving = ForgetSummary(sum(sitting is not None for sitting in gone), gone.count(None), len(places))
    return leaving, [line for line, sitting in lines if not goes(sitting)], places


def _place_path(script: str) -> Path:
    """The file of a script's place."""
    name = hashlib.blake2b(script.encode(errors="surrogateescape"), digest_size=12).hexdigest()
    return _folder() / f"place-{name}.json"


def _fingerprint(session: Session) -> str:
    """What a session says and in which order; its voice, its sounds and the lengths of its pauses may change."""
    order = [[section.title, [type(item).__name__ for item in section.items]] for section in session.sections]
    words = json.dumps([order, [utterance.text for utterance in session.utterances]])
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _no_formula(text: str) -> str:
    """A text of one line with ``'`` before whatever could begin a formula: at its start, or behind a separator."""
    return re.sub(r"(^|[;,|])([\s\"\u200c\u200d]*)(?=[=+\-@＝＋－＠])", r"\1\2'", one_line(text))

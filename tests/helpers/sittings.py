"""Sittings for the log, and where it lies in tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import strategies as st

from helpers.scripts import session
from synth import history
from synth.history import RatingAnswer, SessionRecord
from synth.units import MINUTE

HOW = "How hard is it now?"


SUMMER, WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))


def sat(begun: datetime, minutes: int = 10, meditation: str = "waking", *ratings: RatingAnswer) -> SessionRecord:
    """A sitting that went as it was planned."""
    return SessionRecord(begun, meditation, minutes * MINUTE, minutes * MINUTE, "to the end", ratings)


def on(month: int, day: int, minutes: int = 10, *, hour: int = 7, year: int = 2026) -> SessionRecord:
    return sat(datetime(year, month, day, hour, tzinfo=UTC), minutes)


def rated(before: int | None, after: int | None, day: int = 1) -> SessionRecord:
    """A sitting of ten minutes with the same question at its begin and at its end."""
    ratings = [
        RatingAnswer(HOW, value, 0, 10, at) for value, at in ((before, 30_000), (after, 580_000)) if value is not None
    ]
    return sat(datetime(2026, 3, day, 7, tzinfo=UTC), 10, "critic-to-friend", *ratings)


@st.composite
def ratings(draw: st.DrawFn) -> RatingAnswer:
    least, value, most = sorted(draw(st.lists(st.integers(0, 999), min_size=3, max_size=3)))
    return RatingAnswer(draw(st.text(max_size=60)), value, least, most + 1, draw(st.integers(0, 10**8)))


SITTINGS = st.builds(
    SessionRecord,
    st.datetimes(
        min_value=datetime(1, 1, 3),
        max_value=datetime(9999, 12, 29),
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    ).map(lambda moment: moment.replace(microsecond=0)),
    st.text(max_size=60),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.sampled_from(["to the end", "closed", "left"]),
    st.lists(ratings(), max_size=4).map(tuple),
    st.none() | st.integers(0, 10_000),
)


def live_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Has code in here find its files where the command finds them, run in a folder; returns the data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "home" / ".local" / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "home" / "config"))
    return folder / "home" / ".local" / "share" / "metta-synth"


@contextmanager
def somewhere() -> Iterator[Path]:
    """The folder of a log for one example of many."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        yield live_in(Path(folder), monkeypatch)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def fill(at_home: Path) -> None:
    """A log of two days with a damaged line, and two places."""
    history.append(sat(datetime(2026, 3, 1, 23, 30, tzinfo=WINTER), 10, "secret-one"))
    with history.log_path().open("ab") as file:
        file.write(b'{"begun": "2026-03-01T\n')
    history.append(sat(datetime(2026, 3, 2, 0, 30, tzinfo=WINTER), 10, "secret-two"))
    for day, name in ((1, "secret-one"), (2, "secret-two")):
        history.keep_place(replace(on(3, day), meditation=name, stopped_at=1), session("One."), name)


def remains(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())

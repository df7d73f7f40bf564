"""The log of sittings: kept only where one says so, for oneself alone, never lost, shown, exported and forgotten."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from helpers.scripts import session
from helpers.sound import METTA, homely, run_metta
from helpers.terminals import Terminal
from hypothesis import given
from hypothesis import strategies as st

from synth import history
from synth.cli.log import _calendar, _courses, _summary
from synth.errors import RequestError, StorageError
from synth.history import RatingAnswer, SessionRecord
from synth.personalise.listener import SessionOptions

HOW = "How hard is it now?"
SUMMER, WINTER = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
MINUTE = 60_000


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


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the log, which isn't there yet."""
    return live_in(tmp_path, monkeypatch)


@contextmanager
def somewhere() -> Iterator[Path]:
    """The folder of a log for one example of many."""
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        yield live_in(Path(folder), monkeypatch)


def shown(folder: Path, *words: str, code: int = 0) -> str:
    """What ``metta log`` says on standard output when nothing else is to be told."""
    run = run_metta("log", *words, folder=folder)
    assert (run.returncode, run.stderr) == (code, "")
    return run.stdout


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


class TestFile:
    @given(st.lists(SITTINGS, max_size=6))
    def test_gives_back_what_was_appended(self, sittings: list[SessionRecord]) -> None:
        with somewhere():
            for sitting in sittings:
                history.append(sitting)
            assert history.read() == history.SessionLog(tuple(sorted(sittings, key=lambda each: each.begun)), ())

    def test_is_a_line_of_json_for_a_sitting_with_its_own_offset(self, at_home: Path) -> None:
        history.append(
            sat(datetime(2026, 10, 25, 2, 30, 5, 700_000, SUMMER), 10, "José 李", RatingAnswer(HOW, 7, 0, 10, 62_000))
        )
        (line,) = (at_home / "sittings.jsonl").read_text(encoding="utf-8").splitlines()
        assert "José 李" in line
        assert json.loads(line) == {
            "begun": "2026-10-25T02:30:05+02:00", "meditation": "José 李", "planned_ms": 600_000, "sat_ms": 600_000,
            "ended": "to the end",
            "ratings": [{"question": HOW, "value": 7, "least": 0, "most": 10, "at_ms": 62_000}],
            "stopped_at": None,
        }  # fmt: skip

    def test_is_its_owners_alone(self, at_home: Path) -> None:
        before = os.umask(0)
        try:
            history.append(on(3, 1))
            history.keep_place(replace(on(3, 1), stopped_at=2), session("One."), "waking")
            history.append(on(3, 2))
            history.decide(True)
            history.forget(date(2026, 3, 2))
        finally:
            os.umask(before)
        assert mode(at_home) == 0o700
        assert [path.name for path in at_home.iterdir()] == ["sittings.jsonl"]
        assert mode(at_home / "sittings.jsonl") == 0o600
        assert mode(at_home.parents[2] / "config" / "metta-synth" / "log") == 0o600

    def test_loses_nothing_to_a_machine_killed_at_any_byte(self, at_home: Path) -> None:
        first, second, third = on(3, 1), rated(7, 3, 2), on(3, 3)
        history.append(first)
        path = history.log_path()
        size = path.stat().st_size
        history.append(second)
        content = path.read_bytes()
        for cut in range(size + 1, len(content) - 1):
            path.write_bytes(content[:cut])
            assert history.read() == history.SessionLog((first,), (2,)), cut
            history.append(third)
            assert history.read() == history.SessionLog((first, third), (2,)), cut
            assert path.read_bytes().startswith(content[:cut] + b"\n"), "what is damaged stays as it is"
        path.write_bytes(content[:-1])
        history.append(third)
        assert history.read() == history.SessionLog((first, second, third), ()), (
            "a line that lacks its end alone is whole"
        )

    @pytest.mark.parametrize(
        "line",
        [
            "nonsense", "{}", "null", "\0" * 200, "\x80",
            '{"begun": "2026-03-01T07:00:00", "meditation": "a", "planned_ms": 1, "sat_ms": 1, "ended": "left"}',
            '{"begun": "2026-03-01T07:00:00Z", "meditation": "a", "planned_ms": 1, "sat_ms": -1, "ended": "left"}',
            '{"begun": "2026-03-01T07:00:00Z", "meditation": "a", "planned_ms": 1, "sat_ms": "1", "ended": "left"}',
            '{"begun": "2026-03-01T07:00:00Z", "meditation": "a", "planned_ms": 1, "sat_ms": 1, "ended": "so"}',
            '{"begun": "2026-03-01T07:00:00Z", "meditation": "a", "planned_ms": 1, "sat_ms": 1, "ended": "left",'
            ' "ratings": [{"question": "q", "value": 11, "least": 0, "most": 10, "at_ms": 0}]}',
            '{"begun": "2026-03-01T07:00:00Z", "meditation": "a", "planned_ms": 1, "sat_ms": 1, "ended": "left",'
            ' "ratings": [{"question": "q", "value": 1, "least": 1, "most": 1, "at_ms": 0}]}',
        ],
    )  # fmt: skip
    def test_knows_a_damaged_line(self, line: str, at_home: Path) -> None:
        history.append(on(3, 1))
        with history.log_path().open("ab") as file:
            file.write(b"\n" + line.encode("latin-1") + b"\n")
        history.append(on(3, 2))
        assert history.read() == history.SessionLog((on(3, 1), on(3, 2)), (3,))

    def test_with_a_damaged_line_is_shown_without_it_and_told(self, at_home: Path, tmp_path: Path) -> None:
        history.append(on(3, 1))
        with history.log_path().open("ab") as file:
            file.write(b'{"begun": "2026-03-0')
        history.append(on(3, 2))
        content = history.log_path().read_bytes()
        told = f"{history.log_path()}:2: warning: this line is damaged; it is left out, and stays\n"
        for words in ([], ["--json"], ["export", "--csv"]):
            run = run_metta("log", *words, folder=tmp_path)
            assert (run.returncode, run.stderr) == (0, told)
        assert len(run.stdout.splitlines()) == 3
        assert history.log_path().read_bytes() == content

    @given(st.binary(max_size=300))
    def test_of_any_bytes_is_read(self, content: bytes) -> None:
        with somewhere():
            history.append(on(3, 1))
            with history.log_path().open("ab") as file:
                file.write(content)
            history.append(on(3, 2))
            kept = history.read()
            assert kept.sittings == (on(3, 1), on(3, 2))
            lines = history.log_path().read_bytes().split(b"\n")
            assert all(lines[number - 1] in content for number in kept.damaged)

    def test_is_written_by_two_processes_at_once(self, at_home: Path, tmp_path: Path) -> None:
        code = (
            "import sys; from datetime import datetime, UTC; from synth import history; "
            "from synth.history import SessionRecord; input()\n"
            "for number in range(150): "
            "history.append(SessionRecord(datetime(2026, 3, 1, tzinfo=UTC), sys.argv[1] * 5000, number, 0, 'left'))"
        )
        started = [started_python(code, name, folder=tmp_path) for name in "ab"]
        for process in started:
            begin(process)
        assert [ended(process) for process in started] == [(0, ""), (0, "")]
        kept = history.read()
        assert kept.damaged == ()
        for name in "ab":
            mine = [each.planned_ms for each in kept.sittings if each.meditation == name * 5000]
            assert mine == list(range(150))

    def test_loses_no_sitting_that_is_kept_while_others_are_forgotten(self, at_home: Path, tmp_path: Path) -> None:
        code = (
            "from datetime import datetime, UTC; from synth import history; from synth.history import SessionRecord\n"
            "input()\n"
            "for number in range(150): "
            "history.append(SessionRecord(datetime(2026, 3, 1, tzinfo=UTC), 'waking', number, number, 'left'))"
        )
        process = started_python(code, folder=tmp_path)
        begin(process)
        while process.poll() is None:
            history.append(on(1, 1))
            history.forget(date(2026, 2, 1))
        assert ended(process) == (0, "")
        assert [each.sat_ms for each in history.read().sittings] == list(range(150))

    def test_keeps_nothing_of_a_line_that_a_full_disk_cut(self, at_home: Path, tmp_path: Path) -> None:
        history.append(on(3, 1))
        before = history.log_path().read_bytes()
        code = (
            "import resource, sys; from datetime import datetime, UTC; from synth.errors import StorageError\n"
            "from synth import history; from synth.history import SessionRecord\n"
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 50},) * 2)\n"
            "try: history.append(SessionRecord(datetime.now(UTC), 'waking', 1, 1, 'left'))\n"
            "except StorageError as error: sys.exit(f'told: {error}')"
        )
        process = started_python(code, folder=tmp_path)
        _, told = ended(process)
        assert told.startswith(f"told: {at_home}: can't be written (No space left on device); ")
        assert history.log_path().read_bytes() == before

    def test_that_cannot_be_kept_or_read_is_told_in_a_line(self, at_home: Path, tmp_path: Path) -> None:
        at_home.parent.mkdir(parents=True)
        at_home.write_text("a file where the folder should be", encoding="utf-8")
        for work in (lambda: history.append(on(3, 1)), lambda: history.forget()):
            with pytest.raises(StorageError, match=rf"^{at_home}: can't be written \(.+\); make room"):
                work()
        run = run_metta("log", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(r"error: .*sittings.jsonl: the log can't be read \(.+\); see to its rights\n", run.stderr)


def started_python(code: str, *words: str, folder: Path) -> "subprocess.Popen[str]":
    """A process of its own that runs a few lines, at home in a folder."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        env=homely(folder),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def begin(process: "subprocess.Popen[str]") -> None:
    """Lets a process that waits for a line go on."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """The exit code of a process, and what it said of errors."""
    _, told = process.communicate(timeout=60)
    return process.returncode, told


class TestConsent:
    def test_is_asked_for_once_and_changed_at_will(self, at_home: Path, tmp_path: Path) -> None:
        assert history.wanted() is None
        assert f"a line in {at_home / 'sittings.jsonl'}, and nothing leaves" in shown(tmp_path, "on")
        assert history.wanted() is True
        assert "What was kept stays" in shown(tmp_path, "off")
        assert history.wanted() is False
        history.decide(True)
        assert history.wanted() is True
        assert not at_home.exists(), "a wish makes no log"

    def test_that_cannot_be_read_is_neither_yes_nor_no(self, at_home: Path, tmp_path: Path) -> None:
        history.decide(True)
        (setting,) = (tmp_path / "home" / "config" / "metta-synth").iterdir()
        setting.write_text("perhaps\n", encoding="utf-8")
        with pytest.raises(RequestError, match=r"neither on nor off\); 'metta log on' or 'off' mends it$"):
            history.wanted()
        shown(tmp_path, "off")
        assert history.wanted() is False

    def test_that_cannot_be_kept_is_told_in_a_line(self, tmp_path: Path) -> None:
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "config").touch()
        run = run_metta("log", "on", folder=tmp_path)
        assert (run.returncode, run.stdout) == (3, "")
        assert run.stderr.count("\n") == 1
        assert "can't be written" in run.stderr


SCRIPT = "# A\n\nOne. [pause 5s]\n\n# B\n\nTwo. [bell]\n"


class TestPlace:
    def test_is_kept_for_each_meditation_without_a_log(self, at_home: Path) -> None:
        here, there = session(SCRIPT), session("Three.")
        history.keep_place(replace(on(3, 1), stopped_at=3, ended="left"), here, "waking")
        history.keep_place(
            replace(on(3, 2), meditation="mine.md", stopped_at=0, ended="closed"), there, "/home/mine.md"
        )
        place = history.place_of("waking", here)
        assert place
        assert (place.item, place.begun, place.meditation) == (3, on(3, 1).begun, "waking")
        assert (other := history.place_of("/home/mine.md", there)) is not None
        assert other.item == 0
        assert history.place_of("critic-to-friend", here) is None
        assert history.read().sittings == ()
        assert history.wanted() is None
        assert {mode(path) for path in at_home.iterdir()} == {0o600}
        history.forget_place("waking")
        history.forget_place("waking")
        assert history.place_of("waking", here) is None
        assert history.place_of("/home/mine.md", there) == other

    def test_is_the_last_one_and_goes_when_the_end_was_reached(self, at_home: Path) -> None:
        for item in (3, 5):
            history.keep_place(replace(on(3, 1), stopped_at=item), session(SCRIPT), "waking")
        place = history.place_of("waking", session(SCRIPT))
        assert place is not None
        assert place.item == 5
        history.keep_place(on(3, 2), session(SCRIPT), "waking")
        assert history.place_of("waking", session(SCRIPT)) is None
        assert list(at_home.iterdir()) == []

    def test_is_each_scripts_own_also_where_two_have_one_name(self, at_home: Path) -> None:
        for script, item in (("/s/a.md", 3), ("/t/a.md", 1)):
            history.keep_place(replace(on(3, 1), meditation="a.md", stopped_at=item), session(SCRIPT), script)
        for script, item in (("/s/a.md", 3), ("/t/a.md", 1)):
            place = history.place_of(script, session(SCRIPT))
            assert place is not None
            assert (place.meditation, place.item) == ("a.md", item)
        history.forget_place("/s/a.md")
        assert history.place_of("/s/a.md", session(SCRIPT)) is None
        assert history.place_of("/t/a.md", session(SCRIPT)) is not None

    @pytest.mark.parametrize(
        "changed",
        [
            SCRIPT.replace("One", "Once"), SCRIPT.replace("[pause 5s]", ""), SCRIPT.replace("# B\n\n", ""),
            SCRIPT.replace("# B", "# C"), SCRIPT.replace("[bell]", "[pause 5s]"), SCRIPT.replace("Two.", "Two. Three."),
        ],
    )  # fmt: skip
    def test_of_another_script_by_now_is_refused(self, changed: str, at_home: Path) -> None:
        history.keep_place(replace(on(3, 1), stopped_at=3), session(SCRIPT), "waking")
        with pytest.raises(RequestError, match=r"^waking: .* stopped on 2026-03-01 .* without --resume$"):
            history.place_of("waking", session(changed))

    def test_stays_good_where_only_lengths_and_sounds_change(self, at_home: Path) -> None:
        history.keep_place(replace(on(3, 1), stopped_at=3), session(SCRIPT), "waking")
        other = session(
            f"<!-- a remark -->\n\n{SCRIPT.replace('5s', '6s')}",
            SessionOptions(rate=90, bed="rain", voice="tones"),
            title="T",
        )
        place = history.place_of("waking", other)
        assert place is not None
        assert place.item == 3

    @pytest.mark.parametrize("content", [b"", b"{}", b"\x80", b'{"meditation": "waking"}'])
    def test_that_is_damaged_is_told_and_replaced(self, content: bytes, at_home: Path) -> None:
        history.keep_place(replace(on(3, 1), stopped_at=3), session(SCRIPT), "waking")
        (path,) = at_home.iterdir()
        path.write_bytes(content)
        with pytest.raises(RequestError, match="can't be read; play it without --resume"):
            history.place_of("waking", session(SCRIPT))
        history.keep_place(replace(on(3, 1), stopped_at=4), session(SCRIPT), "waking")
        assert history.place_of("waking", session(SCRIPT)) is not None


class TestShown:
    def test_of_nothing_is_kind(self, at_home: Path, tmp_path: Path) -> None:
        assert "nothing needs to be" in shown(tmp_path)
        assert "'metta log on'" in shown(tmp_path)
        shown(tmp_path, "on")
        assert "there is no hurry" in shown(tmp_path)
        assert not at_home.exists(), "who looks leaves no trace"

    def test_tells_days_and_minutes_of_the_week_and_in_all(self, at_home: Path, tmp_path: Path) -> None:
        now = datetime.now().astimezone()
        for begun, minutes in ((now, 10), (now, 5), (now - timedelta(days=30), 45)):
            history.append(sat(begun, minutes))
        told = shown(tmp_path)
        assert re.search(r"^this week +1 +15 +2$", told, re.M)
        assert re.search(r"^in all +2 +60 +3$", told, re.M)
        assert told.endswith("\nThe log is off; 'metta log on' has sittings kept again.\n")
        shown(tmp_path, "on")
        assert "The log is off" not in shown(tmp_path)

    def test_counts_a_week_from_monday(self) -> None:
        sunday, monday, tuesday = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
        sittings = [on(3, 1), on(3, 2, 20)]
        assert [list(_summary(sittings, day))[1].split()[2:] for day in (sunday, monday, tuesday)] == [
            ["1", "10", "1"], ["1", "20", "1"], ["1", "20", "1"],
        ]  # fmt: skip
        assert list(_summary(sittings, sunday))[-1] == "The first of them was on 1 March 2026."

    def test_takes_the_day_that_it_was_where_one_sat(self) -> None:
        clocks_back = [
            sat(datetime(2026, 10, 25, 0, 30, tzinfo=SUMMER), 5), sat(datetime(2026, 10, 25, 2, 30, tzinfo=SUMMER), 5),
            sat(datetime(2026, 10, 25, 2, 30, tzinfo=WINTER), 5), sat(datetime(2026, 10, 25, 23, 5, tzinfo=WINTER), 15),
        ]  # fmt: skip
        assert list(_summary(clocks_back, date(2026, 10, 25)))[2].split() == ["in", "all", "1", "30", "4"]
        far_east = sat(datetime(2026, 10, 26, 6, tzinfo=timezone(timedelta(hours=13))))
        assert far_east.begun.astimezone(UTC).date() == date(2026, 10, 25)
        assert list(_summary([far_east], date(2026, 10, 26)))[1].split()[2:] == ["1", "10", "1"]

    def test_draws_the_last_weeks_to_today(self) -> None:
        sittings = [on(2, 10), on(2, 23, 11), on(3, 1, 40), on(3, 2, 41), on(3, 4, 6), on(3, 4, 6, hour=20)]
        assert list(_calendar(sittings, date(2026, 3, 5))) == [
            "week of      Mo Tu We Th Fr Sa Su   minutes",
            " 9 Feb        ·  ▂  ·  ·  ·  ·  ·        10",
            "16 Feb        ·  ·  ·  ·  ·  ·  ·         0",
            "23 Feb        ▄  ·  ·  ·  ·  ·  ▆        51",
            " 2 Mar        █  ·  ▄  ·                 53",
            "· none  ▂ to 10 min  ▄ to 20 min  ▆ to 40 min  █ more",
        ]

    def test_draws_eight_weeks_at_most_and_no_others_future(self) -> None:
        today = date(2026, 3, 5)

        def weeks(*sittings: SessionRecord) -> list[str]:
            return [line[:6] for line in list(_calendar(sittings, today))[1:-1]]

        assert weeks(on(1, 1, year=2020), on(3, 5)) == [
            "12 Jan", "19 Jan", "26 Jan", " 2 Feb", " 9 Feb", "16 Feb", "23 Feb", " 2 Mar",
        ]  # fmt: skip
        assert weeks(on(3, 5)) == weeks(on(12, 31, year=9999)) == [" 2 Mar"]
        tomorrow = list(_calendar([on(3, 9)], date(2026, 3, 8)))
        assert tomorrow[1] == " 9 Mar        ▂                          10", "who has flown west sat tomorrow"

    def test_draws_the_course_of_ratings(self) -> None:
        sittings = [rated(10, 5, 1), rated(8, None, 2), rated(None, 0, 3), on(3, 4), rated(5, 2, 5)]
        assert list(_courses(sittings)) == [
            "",
            "critic-to-friend: How hard is it now? (0 to 10)",
            "  before  █▆·▄  10 … 5",
            "  after   ▄·▁▂  5 … 2",
        ]
        assert list(_courses([rated(3, None)])) == [
            "",
            "critic-to-friend: How hard is it now? (0 to 10)",
            "  before  ▃  3",
            "  after   ·  none given",
        ]
        assert list(_courses([on(3, 1)])) == []
        mixed = [rated(1, 2), replace(rated(3, 4), meditation="another")] * 2
        assert [line for line in _courses(mixed) if "(0 to 10)" in line] == [
            "another: How hard is it now? (0 to 10)",
            "critic-to-friend: How hard is it now? (0 to 10)",
        ]

    @given(st.lists(SITTINGS, min_size=1, max_size=9), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    def test_whatever_was_sat_fits_into_sixty_columns(self, sittings: list[SessionRecord], today: date) -> None:
        kept = sorted(sittings, key=lambda each: each.begun)
        for draw in (_summary(kept, today), _calendar(kept, today), _courses(kept)):
            assert all(len(line) <= 60 for line in draw)

    def test_is_the_same_in_a_terminal(self, at_home: Path, tmp_path: Path) -> None:
        now = datetime.now().astimezone()
        history.append(replace(rated(7, 3), begun=now))
        with Terminal([METTA, "log"], tmp_path) as terminal:
            assert terminal.ended() == 0
        assert terminal.text.replace("\r\n", "\n") == shown(tmp_path)

    def test_takes_what_was_given_first_and_last_to_one_question(self) -> None:
        def rating(question: str, value: int, at_ms: int, most: int = 10) -> RatingAnswer:
            return RatingAnswer(question, value, 0, most, at_ms)

        def pair(*ratings: RatingAnswer, ended: str = "to the end") -> tuple[int | None, int | None]:
            sitting = replace(sat(on(3, 1).begun, 10, "a", *ratings), ended=ended)  # type: ignore[arg-type]
            if ended == "left":
                sitting = replace(sitting, sat_ms=90_000)
            before, after = history.before_and_after(sitting)
            return (before.value if before else None), (after.value if after else None)

        assert pair() == (None, None)
        assert pair(rating("q", 7, 1_000), rating("q", 5, 300_000), rating("q", 3, 599_000)) == (7, 3)
        assert pair(rating("q", 3, 599_000), rating("q", 7, 1_000)) == (7, 3)
        assert pair(rating("q", 7, 1), rating("r", 9, 2), rating("q", 3, 500_000), rating("r", 1, 500_001)) == (7, 3)
        assert pair(rating("hard?", 7, 1), rating("and now?", 3, 500_000)) == (7, 3)
        assert pair(rating("hard?", 7, 1), rating("warm?", 3, 500_000, most=5)) == (7, None)
        assert pair(rating("q", 7, 80_000)) == (7, None)
        assert pair(rating("q", 7, 80_000), ended="left") == (7, None), "its end was far"
        assert pair(rating("q", 3, 580_000)) == (None, 3)


class TestJson:
    def test_has_every_sitting_and_the_sums(self, at_home: Path, tmp_path: Path) -> None:
        assert json.loads(shown(tmp_path, "--json")) == {
            "file": str(at_home / "sittings.jsonl"), "wanted": None,
            "this_week": {"sittings": 0, "days": 0, "sat_ms": 0}, "in_all": {"sittings": 0, "days": 0, "sat_ms": 0},
            "sittings": [],
        }  # fmt: skip
        later, earlier = rated(7, 3, 2), on(3, 1)
        history.append(later)
        history.append(earlier)
        told = json.loads(shown(tmp_path, "--json"))
        assert told["sittings"] == [history.to_json(earlier), history.to_json(later)]
        assert told["in_all"] == {"sittings": 2, "days": 2, "sat_ms": 1_200_000}

    def test_is_not_for_what_is_under_it(self, tmp_path: Path) -> None:
        run = run_metta("log", "--json", "on", folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert "Error: --json is for 'metta log' alone" in run.stderr


def cells(table: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(table), delimiter=delimiter))


class TestExport:
    def test_is_a_table_with_a_row_for_every_sitting(self, at_home: Path, tmp_path: Path) -> None:
        history.append(
            replace(sat(datetime(2026, 10, 25, 0, 5, tzinfo=SUMMER), 10, "José"), sat_ms=83_999, ended="left")
        )
        history.append(replace(rated(7, 3, 2), begun=datetime(2026, 10, 26, 7, tzinfo=WINTER)))
        run = subprocess.run(
            [METTA, "log", "export", "--csv"], env=homely(tmp_path), capture_output=True, check=True, timeout=60
        )
        assert run.stdout.decode("utf-8") == (
            "date,begun,meditation,planned_s,sat_s,ended,before,after,least,most,ratings\n"
            "2026-10-25,2026-10-25T00:05:00+02:00,José,600,83,left,,,,,\n"
            "2026-10-26,2026-10-26T07:00:00+01:00,critic-to-friend,600,600,to the end,7,3,0,10,"
            "How hard is it now? 7 of 0..10 at 0:30; How hard is it now? 3 of 0..10 at 9:40\n"
        )
        assert shown(tmp_path, "export", "--csv", str(tmp_path / "mine.csv")) == f"{tmp_path / 'mine.csv'}\n"
        assert (tmp_path / "mine.csv").read_bytes() == run.stdout
        assert mode(tmp_path / "mine.csv") == 0o600
        assert {path.name for path in tmp_path.iterdir()} == {"home", "mine.csv"}

    @pytest.mark.parametrize("zero", [0, 10])
    def test_has_numbers_where_zero_was_given(self, zero: int) -> None:
        (_, row) = cells(history.to_csv([replace(rated(zero, 0), ended="closed")]))
        assert row[6:10] == [str(zero), "0", "0", "10"]

    @given(
        st.text("=+-@＝;,|\t\n\r\"' \u200c\0a") | st.text(),
    )
    def test_has_no_formula_however_a_spreadsheet_parts_it(self, text: str) -> None:
        sitting = sat(on(3, 1).begun, 10, text, RatingAnswer(text, 1, 0, 10, 5), RatingAnswer(text, 2, 0, 10, 6))
        table = history.to_csv([sitting])
        assert table.count("\n") == 2
        for delimiter in ",;\t|":
            for row in cells(table, delimiter):
                assert not [cell for cell in row if re.match(r"[\s\"\u200c\u200d\0]*[=+\-@＝＋－＠]", cell)]

    def test_leaves_ordinary_text_as_it_is(self) -> None:
        text = "Wie schwer ist es, jetzt? (0-10) a=b, c; d"
        (_, row) = cells(history.to_csv([sat(on(3, 1).begun, 10, text)]))
        assert row[2] == text

    def test_is_asked_for_with_its_form_and_a_folder_that_is_there(self, tmp_path: Path) -> None:
        run = run_metta("log", "export", folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr.endswith("Error: say in which form: 'metta log export --csv'\n")
        run = run_metta("log", "export", "--csv", "nowhere/a.csv", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr == "error: nowhere/a.csv: the folder nowhere isn't there; make it, or choose another\n"


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


class TestForget:
    def test_takes_everything_away(self, at_home: Path, tmp_path: Path) -> None:
        fill(at_home)
        for name in (".sittings.jsonl.part", ".place-0.json.part"):
            (at_home / name).write_text("secret: what a killed machine left", encoding="utf-8")
        assert shown(tmp_path, "forget", "--yes") == "taken away: 2 sittings, 1 damaged line, 2 stopping places\n"
        assert list(at_home.iterdir()) == []
        assert shown(tmp_path, "forget", "--yes") == "There is nothing to forget.\n"

    def test_takes_away_the_days_before_one_and_leaves_every_other_byte(self, at_home: Path, tmp_path: Path) -> None:
        fill(at_home)
        lines = history.log_path().read_bytes().splitlines(keepends=True)
        told = shown(tmp_path, "forget", "--before", "2026-03-02", "--yes")
        assert told == "taken away from before 2026-03-02: 1 sitting, 1 stopping place\n"
        assert history.log_path().read_bytes() == b"".join(lines[1:])
        assert mode(history.log_path()) == 0o600
        assert b"secret-one" not in remains(at_home)
        assert b"secret-two" in remains(at_home)
        assert history.place_of("secret-two", session("One.")) is not None
        assert len(list(at_home.iterdir())) == 2
        told = shown(tmp_path, "forget", "--before", "2026-03-02", "--yes")
        assert told == "There is nothing to forget from before 2026-03-02.\n"

    def test_leaves_no_file_where_nothing_stays(self, at_home: Path) -> None:
        history.append(on(3, 1))
        assert history.forget(date(2026, 3, 2)) == history.ForgetSummary(1, 0, 0)
        assert list(at_home.iterdir()) == []

    def test_follows_a_link_to_where_the_log_lies(self, at_home: Path, tmp_path: Path) -> None:
        at_home.mkdir(parents=True)
        (tmp_path / "elsewhere").mkdir()
        (at_home / "sittings.jsonl").symlink_to(tmp_path / "elsewhere" / "log")
        fill(at_home)
        history.forget(date(2026, 3, 2))
        assert (at_home / "sittings.jsonl").is_symlink()
        assert b"secret-one" not in remains(tmp_path)
        history.forget()
        assert list((tmp_path / "elsewhere").iterdir()) == []

    def test_asks_first(self, at_home: Path, tmp_path: Path) -> None:
        fill(at_home)
        before = remains(at_home)
        question = "2 sittings, 1 damaged line, 2 stopping places: shall this be taken away, for good?"
        for answer, code, told in (("\n", 0, "It stays."), ("\x03", 130, "interrupted")):
            with Terminal([METTA, "log", "forget"], tmp_path) as terminal:
                terminal.wait_for(question)
                terminal.answer(answer)
                assert terminal.ended() == code
            assert told in terminal.text
            assert remains(at_home) == before
        with Terminal([METTA, "log", "forget"], tmp_path) as terminal:
            terminal.wait_for(question)
            terminal.press("y\n")
            assert terminal.ended() == 0
        assert list(at_home.iterdir()) == []

    def test_needs_somebody_to_ask(self, at_home: Path, tmp_path: Path) -> None:
        fill(at_home)
        before = remains(at_home)
        run = run_metta("log", "forget", folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr == "error: 'metta log forget' asks, and needs a terminal; or give it --yes\n"
        run = run_metta("log", "forget", "--yes", "--before", "yesterday", folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert remains(at_home) == before

    def test_leaves_the_wish(self, at_home: Path, tmp_path: Path) -> None:
        shown(tmp_path, "on")
        fill(at_home)
        shown(tmp_path, "forget", "--yes")
        assert history.wanted() is True

    @given(st.lists(SITTINGS, max_size=6), st.dates())
    def test_takes_what_it_says(self, sittings: Sequence[SessionRecord], before: date) -> None:
        with somewhere():
            for sitting in sittings:
                history.append(sitting)
            said = history.forgettable(before)
            assert history.forget(before) == said
            assert said == history.ForgetSummary(sum(each.begun.date() < before for each in sittings), 0, 0)
            assert list(history.read().sittings) == sorted(
                (each for each in sittings if each.begun.date() >= before), key=lambda each: each.begun
            )

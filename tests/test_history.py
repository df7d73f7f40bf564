"""The log of sittings: kept only where one says so, for oneself alone, never lost, and forgotten."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from helpers.scripts import session
from helpers.sittings import HOW, SITTINGS, SUMMER, fill, live_in, mode, on, rated, remains, sat, somewhere
from helpers.sound import homely, run_metta
from helpers.terminals import PATIENCE_S
from hypothesis import given
from hypothesis import strategies as st

from synth import history
from synth.errors import RequestError, StorageError
from synth.history import RatingAnswer, SessionRecord
from synth.personalise.listener import SessionOptions


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the log, which isn't there yet."""
    return live_in(tmp_path, monkeypatch)


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
    _, told = process.communicate(timeout=PATIENCE_S)
    return process.returncode, told


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


class TestBeforeAndAfter:
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


def cells(table: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(table), delimiter=delimiter))


class TestExport:
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


class TestForget:
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

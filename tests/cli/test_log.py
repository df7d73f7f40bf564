"""``metta log``: shown, exported and forgotten by who sits."""

import json
import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from helpers.scripts import session
from helpers.sittings import SITTINGS, SUMMER, WINTER, fill, live_in, mode, on, rated, remains, sat
from helpers.sound import METTA, homely, run_metta
from helpers.terminals import PATIENCE_S, Terminal
from hypothesis import given
from hypothesis import strategies as st

from synth import history
from synth.cli.log import calendar, courses, summary
from synth.errors import RequestError
from synth.history import SessionRecord


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the log, which isn't there yet."""
    return live_in(tmp_path, monkeypatch)


def shown(folder: Path, *words: str, code: int = 0) -> str:
    """What ``metta log`` says on standard output when nothing else is to be told."""
    run = run_metta("log", *words, folder=folder)
    assert (run.returncode, run.stderr) == (code, "")
    return run.stdout


class TestDamaged:
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


class TestConsent:
    def test_that_cannot_be_read_is_neither_yes_nor_no(self, at_home: Path, tmp_path: Path) -> None:
        history.decide(True)
        (setting,) = (tmp_path / "home" / "config" / "metta-synth").iterdir()
        setting.write_text("perhaps\n", encoding="utf-8")
        with pytest.raises(RequestError, match=r"neither on nor off\); 'metta log on' or 'off' mends it$"):
            history.wanted()
        shown(tmp_path, "off")
        assert history.wanted() is False

    def test_is_asked_for_once_and_changed_at_will(self, at_home: Path, tmp_path: Path) -> None:
        assert history.wanted() is None
        assert f"a line in {at_home / 'sittings.jsonl'}, and nothing leaves" in shown(tmp_path, "on")
        assert history.wanted() is True
        assert "What was kept stays" in shown(tmp_path, "off")
        assert history.wanted() is False
        history.decide(True)
        assert history.wanted() is True
        assert not at_home.exists(), "a wish makes no log"

    def test_that_cannot_be_kept_is_told_in_a_line(self, tmp_path: Path) -> None:
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "config").touch()
        run = run_metta("log", "on", folder=tmp_path)
        assert (run.returncode, run.stdout) == (3, "")
        assert run.stderr.count("\n") == 1
        assert "can't be written" in run.stderr


class TestShown:
    def test_of_nothing_is_kind(self, at_home: Path, tmp_path: Path) -> None:
        assert "nothing needs to be" in shown(tmp_path)
        assert "'metta log on'" in shown(tmp_path)
        shown(tmp_path, "on")
        assert "there is no hurry" in shown(tmp_path)
        assert not at_home.exists(), "who looks leaves no trace"

    def test_tells_days_and_minutes_of_the_week_and_in_all(self, at_home: Path, tmp_path: Path) -> None:
        kept = [on(2, 1, 45), on(3, 3, 10), on(3, 3, 5, hour=20)]
        for sitting in kept:
            history.append(sitting)
        table = "\n".join(summary(kept, date(2026, 3, 4)))
        assert re.search(r"^this week +1 +15 +2$", table, re.M)
        assert re.search(r"^in all +2 +60 +3$", table, re.M)
        told = shown(tmp_path)
        assert re.search(r"^in all +2 +60 +3$", told, re.M)
        assert told.endswith("\nThe log is off; 'metta log on' has sittings kept again.\n")
        shown(tmp_path, "on")
        assert "The log is off" not in shown(tmp_path)

    def test_counts_a_week_from_monday(self) -> None:
        sunday, monday, tuesday = date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3)
        sittings = [on(3, 1), on(3, 2, 20)]
        assert [list(summary(sittings, day))[1].split()[2:] for day in (sunday, monday, tuesday)] == [
            ["1", "10", "1"], ["1", "20", "1"], ["1", "20", "1"],
        ]  # fmt: skip
        assert list(summary(sittings, sunday))[-1] == "The first of them was on 1 March 2026."

    def test_takes_the_day_that_it_was_where_one_sat(self) -> None:
        clocks_back = [
            sat(datetime(2026, 10, 25, 0, 30, tzinfo=SUMMER), 5), sat(datetime(2026, 10, 25, 2, 30, tzinfo=SUMMER), 5),
            sat(datetime(2026, 10, 25, 2, 30, tzinfo=WINTER), 5), sat(datetime(2026, 10, 25, 23, 5, tzinfo=WINTER), 15),
        ]  # fmt: skip
        assert list(summary(clocks_back, date(2026, 10, 25)))[2].split() == ["in", "all", "1", "30", "4"]
        far_east = sat(datetime(2026, 10, 26, 6, tzinfo=timezone(timedelta(hours=13))))
        assert far_east.begun.astimezone(UTC).date() == date(2026, 10, 25)
        assert list(summary([far_east], date(2026, 10, 26)))[1].split()[2:] == ["1", "10", "1"]

    def test_draws_the_last_weeks_to_today(self) -> None:
        sittings = [on(2, 10), on(2, 23, 11), on(3, 1, 40), on(3, 2, 41), on(3, 4, 6), on(3, 4, 6, hour=20)]
        assert list(calendar(sittings, date(2026, 3, 5))) == [
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
            return [line[:6] for line in list(calendar(sittings, today))[1:-1]]

        assert weeks(on(1, 1, year=2020), on(3, 5)) == [
            "12 Jan", "19 Jan", "26 Jan", " 2 Feb", " 9 Feb", "16 Feb", "23 Feb", " 2 Mar",
        ]  # fmt: skip
        assert weeks(on(3, 5)) == weeks(on(12, 31, year=9999)) == [" 2 Mar"]
        tomorrow = list(calendar([on(3, 9)], date(2026, 3, 8)))
        assert tomorrow[1] == " 9 Mar        ▂                          10", "who has flown west sat tomorrow"

    def test_draws_the_course_of_ratings(self) -> None:
        sittings = [rated(10, 5, 1), rated(8, None, 2), rated(None, 0, 3), on(3, 4), rated(5, 2, 5)]
        assert list(courses(sittings)) == [
            "",
            "critic-to-friend: How hard is it now? (0 to 10)",
            "  before  █▆·▄  10 … 5",
            "  after   ▄·▁▂  5 … 2",
        ]
        assert list(courses([rated(3, None)])) == [
            "",
            "critic-to-friend: How hard is it now? (0 to 10)",
            "  before  ▃  3",
            "  after   ·  none given",
        ]
        assert list(courses([on(3, 1)])) == []
        mixed = [rated(1, 2), replace(rated(3, 4), meditation="another")] * 2
        assert [line for line in courses(mixed) if "(0 to 10)" in line] == [
            "another: How hard is it now? (0 to 10)",
            "critic-to-friend: How hard is it now? (0 to 10)",
        ]

    @given(st.lists(SITTINGS, min_size=1, max_size=9), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    def test_whatever_was_sat_fits_into_sixty_columns(self, sittings: list[SessionRecord], today: date) -> None:
        kept = sorted(sittings, key=lambda each: each.begun)
        for draw in (summary(kept, today), calendar(kept, today), courses(kept)):
            assert all(len(line) <= 60 for line in draw)

    def test_is_the_same_in_a_terminal(self, at_home: Path, tmp_path: Path) -> None:
        history.append(rated(7, 3))
        before = shown(tmp_path)
        with Terminal([METTA, "log"], tmp_path) as terminal:
            assert terminal.ended() == 0
        assert terminal.text in (before, shown(tmp_path)), "whichever side of midnight it is"


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


class TestExport:
    def test_is_a_table_with_a_row_for_every_sitting(self, at_home: Path, tmp_path: Path) -> None:
        history.append(
            replace(sat(datetime(2026, 10, 25, 0, 5, tzinfo=SUMMER), 10, "José"), sat_ms=83_999, ended="left")
        )
        history.append(replace(rated(7, 3, 2), begun=datetime(2026, 10, 26, 7, tzinfo=WINTER)))
        run = subprocess.run(
            [METTA, "log", "export", "--csv"], env=homely(tmp_path), capture_output=True, check=True, timeout=PATIENCE_S
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

    def test_is_asked_for_with_its_form_and_a_folder_that_is_there(self, tmp_path: Path) -> None:
        run = run_metta("log", "export", folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr.endswith("Error: say in which form: 'metta log export --csv'\n")
        run = run_metta("log", "export", "--csv", "nowhere/a.csv", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr == "error: nowhere/a.csv: the folder nowhere isn't there; make it, or choose another\n"


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

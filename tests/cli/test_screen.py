"""What a live session shows: readable in a narrow terminal, calm, and never in the way of the sound."""

import contextlib
import os
import select
import threading
from dataclasses import replace
from io import FileIO, StringIO

import pytest
from helpers.terminals import LOOK_S, PATIENCE_S, wait_until
from rich.console import Console
from rich.text import Text

from synth.cli.screen import FullScreen, Layout, Lines, ScreenStyle, open_screen
from synth.live.commands import Command
from synth.live.view import BreathView, Question, View

VIEW = View(
    title="Kindness for yourself",
    section="Arriving",
    saying="There is nothing to get right, and nothing that you could do wrong here.",
    said="Find a way of sitting that lets you be comfortable.",
    coming=("You might notice the floor.", "And the air on your skin.", "Let it be as it is."),
    breath=None,
    played_ms=192_400,
    left_ms=528_000,
    voice_db=1.5,
    bed_db=-3.0,
    muted=False,
    held=False,
    note="staying a minute longer",
    question=None,
)
LONG = " ".join(f"Word {number} of a sentence that never seems to end," for number in range(45))
NUMBER = Question("How hard is it now?", 0, 10)
GO_ON = Question("Shall we go on?")


def painted(
    view: View, style: ScreenStyle = "full", *, columns: int = 60, rows: int = 24, keys: bool = True
) -> list[Text]:
    console = Console(file=StringIO(), width=columns, height=rows, force_terminal=True, legacy_windows=False)
    return [*Layout(view, console).lines(style, keys=keys)]


def words(lines: list[Text]) -> str:
    """Everything on the screen, in one line."""
    return " ".join(" ".join(line.plain for line in lines).split())


class TestTheWholeScreen:
    @pytest.mark.parametrize(("columns", "rows"), [(60, 24), (100, 30), (60, 20), (72, 24), (200, 60)])
    def test_tells_everything(self, columns: int, rows: int) -> None:
        lines = painted(VIEW, columns=columns, rows=rows)
        shown = words(lines)
        for told in (VIEW.title, VIEW.section, VIEW.saying, VIEW.said, VIEW.note, "3:12 gone", "8:48 left"):
            assert told in shown
        assert "voice +1.5 dB · bed -3 dB" in shown
        for command in Command:
            assert (
                f"{'space' if command is Command.HOLD else command.key} {command.name.lower().replace('_', ' ')}"
                in shown
            )
        assert len(lines) <= rows
        assert max(line.cell_len for line in lines) <= columns

    @pytest.mark.parametrize(("columns", "rows"), [(60, 24), (40, 12), (30, 8), (20, 5), (10, 3), (3, 1), (1, 1)])
    @pytest.mark.parametrize("style", ["full", "facilitator", "quiet"])
    @pytest.mark.parametrize("sentence", [LONG, "Wort" * 300, "李小龍" * 40, "🌻 " * 100, ""])
    def test_stays_within_a_terminal_however_small(
        self, style: ScreenStyle, sentence: str, columns: int, rows: int
    ) -> None:
        view = replace(
            VIEW,
            saying=sentence,
            said=sentence,
            coming=(sentence,) * 3,
            note=sentence[:80],
            breath=BreathView("in", 0.5),
        )
        lines = painted(view, style, columns=columns, rows=rows)
        assert len(lines) <= rows
        if columns >= 10:
            assert max(line.cell_len for line in lines) <= columns

    def test_cuts_a_sentence_that_is_too_long_and_keeps_the_foot(self) -> None:
        shown = words(painted(replace(VIEW, saying=LONG)))
        assert "Word 0 of a sentence" in shown
        assert "Word 44" not in shown
        assert "..." in shown
        assert "8:48 left" in shown
        assert "q end" in shown

    def test_begins_the_sentence_on_the_same_line_whatever_was_said_before(self) -> None:
        starts = {
            next(number for number, line in enumerate(painted(replace(VIEW, said=said))) if "nothing to" in line.plain)
            for said in ("", "Short.", VIEW.said, LONG)
        }
        assert len(starts) == 1

    def test_has_its_keys_where_they_are_read_alone(self) -> None:
        assert "q end" not in words(painted(VIEW, keys=False))

    def test_gives_up_the_keys_before_the_sentences(self) -> None:
        shown = words(painted(VIEW, rows=12))
        assert "q end" not in shown
        assert VIEW.saying in shown

    def test_has_the_sentence_and_the_time_where_there_are_five_lines(self) -> None:
        shown = words(painted(replace(VIEW, saying="Rest here."), columns=40, rows=5))
        assert "Rest here." in shown
        assert "3:12 gone" in shown

    def test_says_that_it_is_held(self) -> None:
        assert "held at 3:12, 8:48 left" in words(painted(replace(VIEW, held=True)))

    def test_says_that_the_voice_is_off(self) -> None:
        assert "voice off · bed 0 dB" in words(painted(replace(VIEW, muted=True, bed_db=0.0)))

    @pytest.mark.parametrize(
        ("question", "how"), [(NUMBER, "a number from 0 to 10, then Enter"), (GO_ON, ". goes on, c closes")]
    )
    def test_asks_and_says_how_to_answer(self, question: Question, how: str) -> None:
        shown = words(painted(replace(VIEW, saying="", question=question)))
        assert question.text in shown
        assert how in shown

    def test_takes_no_text_for_a_mark_or_a_code(self) -> None:
        shown = words(painted(replace(VIEW, saying="[bold]Wörds[/bold] \x1b[2J\x07 stay.")))
        assert "[bold]Wörds[/bold] [2J stay." in shown
        assert "\x1b" not in shown

    def test_shows_a_breath_that_grows_and_shrinks(self) -> None:
        def cells(breath: BreathView) -> int:
            return sum(line.plain.count("━") for line in painted(replace(VIEW, breath=breath)))

        into = [cells(BreathView("in", share / 10)) for share in range(11)]
        out = [cells(BreathView("out", share / 10)) for share in range(11)]
        assert (into, into[0], into[-1]) == (sorted(into), 1, 31)
        assert (out, out[0], out[-1]) == (sorted(out, reverse=True), 31, 1)
        assert "breathe out" in words(painted(replace(VIEW, breath=BreathView("out", 0.2))))


class TestOtherStyles:
    def test_quiet_is_a_dot_and_nothing_else(self) -> None:
        assert words(painted(VIEW, "quiet")) == "·"
        assert words(painted(replace(VIEW, question=NUMBER, held=True), "quiet")) == "?", "it waits for an answer"

    @pytest.mark.parametrize(("columns", "rows"), [(60, 24), (100, 40)])
    def test_a_facilitator_reads_the_next_three_sentences(self, columns: int, rows: int) -> None:
        lines = painted(VIEW, "facilitator", columns=columns, rows=rows)
        shown = words(lines)
        places = [shown.index(sentence) for sentence in (VIEW.saying, *VIEW.coming)]
        assert places == sorted(places)
        bold = [line.plain.strip() for line in lines if "bold" in str(line.style)]
        assert bold == [VIEW.section, *VIEW.coming]
        assert VIEW.said not in shown

    def test_a_facilitator_sees_what_to_say_now_where_the_voice_is_off(self) -> None:
        lines = painted(replace(VIEW, muted=True), "facilitator", columns=100)
        assert VIEW.saying in [line.plain.strip() for line in lines if "bold" in str(line.style)]

    def test_a_facilitator_has_the_beginning_of_each_where_they_are_long(self) -> None:
        coming = tuple(f"Number {number}. {LONG}" for number in range(3))
        shown = words(painted(replace(VIEW, coming=coming), "facilitator"))
        assert [number for number in range(3) if f"Number {number}. Word 0 of" in shown] == [0, 1, 2]


class TakesAll(StringIO):
    """A terminal that takes whatever is written."""

    def isatty(self) -> bool:
        return True

    @property
    def frames(self) -> int:
        """How often a screen was painted: each begins by going to its first cell, as opening it does once."""
        return self.getvalue().count("\x1b[H") - 1


class Repaints:
    """The time from one look to the next, which goes by when a test says so."""

    def __init__(self) -> None:
        self.waited_s: list[float] = []
        self._begun = threading.Semaphore(0)
        self._gone_by = threading.Semaphore(0)

    def wait(self, ended: threading.Event, seconds: float) -> None:
        self.waited_s.append(seconds)
        self._begun.release()
        while not ended.is_set() and not self._gone_by.acquire(timeout=LOOK_S):
            pass

    def look(self) -> None:
        """Waits until what there is to see has been looked at, and painted where it is new."""
        assert self._begun.acquire(timeout=PATIENCE_S)

    def go_by(self) -> None:
        self._gone_by.release()


@pytest.fixture(autouse=True)
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that can do all of it."""
    monkeypatch.setenv("TERM", "xterm-256color")


class TestPainting:
    def test_is_at_most_ten_times_a_second(self) -> None:
        stream, repaints = TakesAll(), Repaints()
        screen = FullScreen("full", stream, keys=True, wait=repaints.wait)
        screen.show(replace(VIEW, saying="Sentence 0."))
        repaints.look()
        for step in range(1, 40):
            screen.show(replace(VIEW, saying=f"Sentence {step}."))
        assert stream.frames == 1, "a tenth of a second has not gone by"
        repaints.go_by()
        repaints.look()
        assert stream.frames == 2
        assert "Sentence 39." in stream.getvalue(), "the last moment is shown even where many come at once"
        assert repaints.waited_s == [0.1, 0.1]
        screen.put_away()

    def test_is_not_repeated_where_nothing_has_changed(self) -> None:
        stream, repaints = TakesAll(), Repaints()
        screen = FullScreen("full", stream, keys=True, wait=repaints.wait)
        for step in range(20):
            screen.show(replace(VIEW, played_ms=192_000 + step * 40))
            repaints.look()
            repaints.go_by()
        screen.put_away()
        assert stream.frames == 1

    @pytest.mark.parametrize("style", ["full", "plain"])
    def test_in_a_terminal_that_makes_us_wait_holds_up_nothing(self, style: ScreenStyle) -> None:
        ours, theirs = os.openpty()
        fill(theirs)
        with os.fdopen(theirs, "w", encoding="utf-8") as stream, os.fdopen(ours, "rb", buffering=0) as reader:
            screen = open_screen(style, stream, keys=True)

            def show() -> None:
                for step in range(40):
                    screen.show(replace(VIEW, saying=f"Number {step}. {LONG}", said=LONG))

            showing = threading.Thread(target=show, daemon=True)
            showing.start()
            showing.join(PATIENCE_S)
            assert not showing.is_alive(), "a terminal that nobody reads holds it up"
            read = b""
            while b"Number 39." not in read:
                assert select.select([ours], [], [], PATIENCE_S)[0], "it goes on as soon as somebody reads"
                read += reader.read(65_536)
            reading = threading.Thread(target=read_on, args=(reader,), daemon=True)
            reading.start()
            screen.put_away()

    def test_survives_the_terminal_that_goes_away(self) -> None:
        ours, theirs = os.openpty()
        stream = os.fdopen(theirs, "w", encoding="utf-8")
        repaints, others = Repaints(), set(threading.enumerate())
        screen = FullScreen("full", stream, keys=True, wait=repaints.wait)
        screen.show(VIEW)
        (painter,) = set(threading.enumerate()) - others
        repaints.look()
        os.close(ours)
        screen.show(replace(VIEW, saying="Another sentence."))
        repaints.go_by()
        wait_until(lambda: len(repaints.waited_s) == 2 or not painter.is_alive())
        screen.show(replace(VIEW, saying="And another."))
        screen.put_away()
        with contextlib.suppress(OSError):
            stream.close()


def fill(descriptor: int) -> None:
    """Writes to a terminal until it takes no more."""
    os.set_blocking(descriptor, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(descriptor, b"x" * 64)
    os.set_blocking(descriptor, True)


def read_on(reader: FileIO) -> None:
    """Reads until the other side is closed."""
    with contextlib.suppress(OSError, ValueError):
        while reader.read(65_536):
            pass


class TestLines:
    def told(self, *views: View, keys: bool = False) -> list[str]:
        stream = StringIO()
        screen = Lines(stream, keys=keys)
        for view in views:
            screen.show(view)
        screen.put_away()
        return stream.getvalue().splitlines()

    def test_begin_with_what_it_is_and_its_keys(self) -> None:
        first, keys, *_ = self.told(VIEW, keys=True)
        assert first == "Kindness for yourself, 12:00"
        assert keys.startswith("Keys: space hold, s stay, . on")

    def test_come_once_for_what_is_new(self) -> None:
        quiet = replace(VIEW, note="")
        silence = replace(quiet, saying="", said=VIEW.saying)
        assert self.told(
            quiet,
            replace(quiet, played_ms=195_000),
            silence,
            replace(silence, note="held"),
            replace(silence, note=""),
            replace(silence, section="Closing"),
            replace(silence, section="Closing", saying="Goodbye."),
            replace(silence, section="Closing", question=NUMBER),
            replace(silence, section="Closing", question=NUMBER, played_ms=196_000),
        ) == [
            "Kindness for yourself, 12:00",
            "Section: Arriving",
            VIEW.saying,
            "(held)",
            "Section: Closing",
            "Goodbye.",
            "Question: How hard is it now? (a number from 0 to 10, then Enter)",
        ]  # fmt: skip

    def test_have_no_control_codes(self) -> None:
        view = replace(VIEW, saying="One\x1b[2Jtwo\nthree.", breath=BreathView("in", 0.5), question=GO_ON)
        assert all(line.isprintable() for line in self.told(view, replace(view, saying="\x9b5m")))


class TestWhatIsOpened:
    @pytest.mark.parametrize("style", ["full", "quiet", "facilitator"])
    def test_without_a_terminal_shows_nothing_and_knows_all(self, style: ScreenStyle) -> None:
        pipe = StringIO()
        screen = open_screen(style, pipe, keys=False)
        screen.show(replace(VIEW, held=True))
        screen.put_away()
        assert (pipe.getvalue(), screen.held) == ("", True)

    def test_plain_is_written_to_anything(self) -> None:
        pipe = StringIO()
        screen = open_screen("plain", pipe, keys=False)
        screen.show(VIEW)
        screen.put_away()
        assert VIEW.saying in pipe.getvalue()

    def test_a_terminal_that_can_do_nothing_has_lines(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TERM", "dumb")
        assert type(open_screen("full", TakesAll(), keys=True)) is Lines

    def test_a_terminal_has_a_whole_screen(self) -> None:
        assert type(open_screen("quiet", TakesAll(), keys=True)) is FullScreen

    def test_letters_that_a_terminal_lacks_end_nothing(self) -> None:
        ours, theirs = os.openpty()
        with os.fdopen(theirs, "w", encoding="latin-1") as stream:
            screen = open_screen("plain", stream, keys=False)
            screen.show(replace(VIEW, saying="Łukasz’ Wort."))
            screen.put_away()
            assert b"?ukasz? Wort." in os.read(ours, 10_000)
        os.close(ours)

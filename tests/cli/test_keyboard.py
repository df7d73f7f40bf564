"""The terminal's keys while a session plays: what is read, how it ends, and that the terminal is given back."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from helpers.sound import homely, script
from helpers.terminals import STAGED, Terminal

from synth.cli.keyboard import Keyboard
from synth.cli.screen import Screen
from synth.live.commands import Command

PLAY = [*STAGED, "play", "a.md", "--output", "null", "--no-log"]
SCRIPT = script("# Arriving\n\nOne two three. [pause 1s]\n\nFour five six. [pause 60s]\n\nNow everything goes wrong.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def report(folder: Path) -> dict[str, Any]:
    """What the player was given and told."""
    told: dict[str, Any] = json.loads((folder / "staged.json").read_text(encoding="utf-8"))
    return told


@contextlib.contextmanager
def keyboard() -> Iterator[tuple[Keyboard, int]]:
    """A keyboard on a terminal of its own, and where its keys are pressed."""
    ours, theirs = os.openpty()
    with open(theirs, encoding="utf-8") as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", stream)
        with Keyboard(Screen()) as keys:
            yield keys, ours
    with contextlib.suppress(OSError):
        os.close(ours)


def pressed(keys: Keyboard, ours: int, typed: str) -> str:
    """What is read of keys that are pressed at once."""
    os.write(ours, typed.encode())
    time.sleep(0.05)
    return "".join(keys.pressed(0))


class TestReading:
    def test_single_keys_come_in_their_order_and_once(self) -> None:
        with keyboard() as (keys, ours):
            assert pressed(keys, ours, " s.q") == " s.q"
            assert pressed(keys, ours, "") == ""

    @pytest.mark.parametrize("move", Command)
    def test_every_move_has_a_key_that_arrives(self, command: Command) -> None:
        with keyboard() as (keys, ours):
            assert pressed(keys, ours, command.key) == command.key

    @pytest.mark.parametrize(
        "typed",
        ["\x1b[A", "\x1bOP", "\x1b[15~", "\x1b[1;5C", "\x1b[<0;10;20M", "\x1bs", "\x1b[200~", "\x1b[Z"],
        ids=["up", "F1", "F5", "ctrl-right", "mouse", "alt-s", "paste", "shift-tab"],
    )
    def test_a_key_with_a_sequence_of_its_own_is_none_of_ours(self, typed: str) -> None:
        with keyboard() as (keys, ours):
            assert pressed(keys, ours, f"{typed}k{typed}") == "k"

    def test_a_sequence_may_come_in_two_pieces(self) -> None:
        with keyboard() as (keys, ours):
            assert pressed(keys, ours, "k\x1b") == "k"
            assert pressed(keys, ours, "[Ah") == "h"

    def test_an_escape_alone_swallows_no_later_key(self) -> None:
        with keyboard() as (keys, ours):
            assert pressed(keys, ours, "\x1b") == ""
            assert pressed(keys, ours, "") == ""
            assert pressed(keys, ours, "[") == "["

    def test_capitals_enter_and_backspace_are_the_keys_they_stand_for(self) -> None:
        with keyboard() as (keys, ours):
            assert pressed(keys, ours, "S10\r\b\x7f") == "s10\n\x7f\x7f"

    def test_letters_of_any_kind_end_nothing(self) -> None:
        with keyboard() as (keys, ours):
            os.write(ours, "é🌻".encode()[:4])
            time.sleep(0.05)
            keys.pressed(0)
            os.write(ours, b"\xff\xfe" + "🌻".encode()[2:] + b"k")
            time.sleep(0.05)
            assert "".join(keys.pressed(0)).endswith("k")

    def test_nothing_is_shown_of_them(self) -> None:
        with keyboard() as (keys, ours):
            pressed(keys, ours, "shh")
            os.set_blocking(ours, False)
            with pytest.raises(BlockingIOError):
                os.read(ours, 100)

    def test_a_terminal_that_is_closed_is_silent(self) -> None:
        with keyboard() as (keys, ours):
            os.close(ours)
            assert [keys.pressed(0) for _ in range(3)] == [[], [], []]

    def test_without_a_terminal_there_are_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        read, write = os.pipe()
        os.write(write, b"qqq")
        with open(read, encoding="utf-8") as stream, open(os.devnull, "w", encoding="utf-8") as nowhere:
            monkeypatch.setattr(sys, "stdin", stream)
            monkeypatch.setattr(sys, "stdout", nowhere)
            with Keyboard(Screen()) as keys:
                assert keys.pressed(0) == []
        os.close(write)

    def test_the_terminal_and_the_signals_are_as_before_afterwards(self) -> None:
        known = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGTSTP, signal.SIGCONT)
        before = [signal.getsignal(number) for number in known]
        ours, theirs = os.openpty()
        with open(theirs, encoding="utf-8") as stream, pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", stream)
            config_path = termios.tcgetattr(stream)
            with contextlib.suppress(ZeroDivisionError), Keyboard(Screen()):
                assert termios.tcgetattr(stream) != config_path
                raise ZeroDivisionError
            assert termios.tcgetattr(stream) == config_path
        os.close(ours)
        assert [signal.getsignal(number) for number in known] == before


ENDS = {
    "the key for the end": ("q", None, 0, ""),
    "Ctrl-C": ("\x03", None, 130, "interrupted"),
    "kill -INT": ("", signal.SIGINT, 130, "interrupted"),
    "kill -TERM": ("", signal.SIGTERM, 143, ""),
    "kill -HUP": ("", signal.SIGHUP, 129, ""),
}


class TestTheTerminal:
    @pytest.mark.parametrize("how", ENDS)
    def test_is_given_back_however_it_ends(self, folder: Path, how: str) -> None:
        self.check_end(folder, how)

    @pytest.mark.parametrize("option", ["--quiet", "--plain", "--facilitator"])
    def test_is_given_back_whatever_was_shown(self, folder: Path, option: str) -> None:
        self.check_end(folder, "Ctrl-C", option)

    def check_end(self, folder: Path, how: str, *options: str) -> None:
        keys, number, code, told = ENDS[how]
        with Terminal([*PLAY, *options, "--no-log"], folder) as terminal:
            terminal.wait(lambda: terminal.attributes() != terminal.before)
            terminal.wait(lambda: bool(terminal.frames) or "One two" in terminal.text)
            if number:
                terminal.signal(number)
            else:
                terminal.press(keys)
            assert terminal.ended() == code
            assert terminal.given_back
            assert terminal.text.rstrip().endswith(told)
        assert report(folder)["keys"] == ["q"], "whatever ends it fades out"

    def test_is_given_back_after_a_fault(self, folder: Path) -> None:
        (folder / "a.md").write_text(script("One.\n\nNow everything goes wrong."), encoding="utf-8")
        with Terminal(PLAY, folder) as terminal:
            assert terminal.ended() == 1
            assert terminal.given_back
            assert "metta has a fault of its own (RuntimeError: Now everything goes wrong.)" in terminal.text
            assert "Traceback" not in terminal.text

    def test_is_as_it_was_before_the_shell_has_it_again(self, folder: Path) -> None:
        with shell(folder) as terminal:
            terminal.press(f"{' '.join(PLAY)}\n")
            terminal.wait_for("Four five six.")
            terminal.press("q")
            said_by_shell(terminal, "stty -a", "icanon")
            assert re.search(r"(?<!-)icanon", terminal.text)
            assert re.search(r"(?<!-)echo\b", terminal.text)

    def test_is_not_waited_for_twice(self, folder: Path) -> None:
        """A second Ctrl-C ends at once what a first one did not."""
        slow = [sys.executable, "-c", SLOW]
        with Terminal(slow, folder) as terminal:
            terminal.wait_for("playing")
            terminal.press("\x03")
            terminal.read(0.3)
            terminal.press("\x03")
            assert terminal.ended() == -signal.SIGINT
            assert "KeyboardInterrupt" in terminal.text
            assert terminal.attributes() == terminal.before


SLOW = """
import time
from synth.cli.keys import Keyboard
from synth.cli.screen import Screen
with Keyboard(Screen()):
    print("playing", flush=True)
    time.sleep(30)
"""


@contextlib.contextmanager
def shell(folder: Path) -> Iterator[Terminal]:
    """A shell with jobs in a terminal."""
    with Terminal(["sh", "-i"], folder, columns=60, env={"PS1": "$ ", "ENV": ""}) as terminal:
        terminal.wait_for("$")
        yield terminal


def said_by_shell(terminal: Terminal, command: str, answer: str) -> str:
    """What the shell answers to a command."""
    terminal.read(0.2)
    start = len(terminal.text)
    terminal.press(f"{command}\n")
    terminal.wait(lambda: answer in terminal.text[start + len(command) :], f"{command}: {answer}")
    return terminal.text[start:]


class TestLaidAside:
    def test_ctrl_z_holds_and_gives_the_terminal_to_the_shell_and_back(self, folder: Path) -> None:
        with shell(folder) as terminal:
            terminal.press(f"{' '.join(PLAY)}\n")
            terminal.wait_for("Four five six.")
            terminal.press("\x1a")
            terminal.wait(lambda: "Stopped" in terminal.text)
            assert terminal.given_back
            painted = len(terminal.frames)
            said_by_shell(terminal, "jobs", "Stopped")
            assert len(terminal.frames) == painted
            terminal.press("fg\n")
            terminal.wait(lambda: len(terminal.frames) > painted)
            assert "held at" in terminal.screen
            terminal.press(" ")
            terminal.wait_for("going on")
            terminal.press("q")
            said_by_shell(terminal, "echo $?", "0")
            assert terminal.given_back
        assert report(folder)["keys"] == [" ", " ", "q"]

    def test_what_is_held_already_stays_held(self, folder: Path) -> None:
        with shell(folder) as terminal:
            terminal.press(f"{' '.join(PLAY)}\n")
            terminal.wait_for("Four five six.")
            terminal.press(" ")
            terminal.wait_for("held at")
            terminal.press("\x1a")
            terminal.wait(lambda: "Stopped" in terminal.text)
            painted = len(terminal.frames)
            terminal.press("fg\n")
            terminal.wait(lambda: len(terminal.frames) > painted)
            assert "held at" in terminal.screen
            terminal.press("q")
            said_by_shell(terminal, "echo $?", "0")
        assert report(folder)["keys"] == [" ", "q"]

    def test_in_the_background_it_plays_on_and_leaves_the_terminal_alone(self, folder: Path) -> None:
        with shell(folder) as terminal:
            terminal.press(f"{' '.join(PLAY)} &\n")
            terminal.read(1.5)
            assert "Running" in said_by_shell(terminal, "jobs", "staged.py")
            assert terminal.frames == []
            terminal.press("fg\n")
            terminal.wait_for("q end")
            terminal.press("q")
            said_by_shell(terminal, "echo $?", "0")
            assert terminal.given_back

    def test_without_a_shell_to_bring_it_back_it_is_held_and_not_stopped(self, folder: Path) -> None:
        with Terminal(PLAY, folder) as terminal:
            terminal.wait_for("Four five six.")
            terminal.press("\x1a")
            terminal.wait_for("held at")
            terminal.read(1.0)
            terminal.press(" ")
            terminal.wait_for("going on")
            terminal.press("q")
            assert terminal.ended() == 0
            assert terminal.given_back

    def test_stopped_and_continued_from_outside_it_paints_anew(self, folder: Path) -> None:
        with Terminal(PLAY, folder) as terminal:
            terminal.wait_for("Four five six.")
            terminal.signal(signal.SIGSTOP)
            terminal.read(0.3)
            opened = terminal.output.count("\x1b[?1049h")
            terminal.signal(signal.SIGCONT)
            terminal.wait(lambda: terminal.output.count("\x1b[?1049h") > opened)
            terminal.press("q")
            assert terminal.ended() == 0
            assert terminal.given_back


class TestTheWindow:
    def test_that_changes_its_size_is_painted_in_it(self, folder: Path) -> None:
        with Terminal(PLAY, folder, columns=60, rows=24) as terminal:
            terminal.wait_for("Four five six.")
            terminal.resize(100, 30)
            terminal.wait(lambda: len(terminal.frames[-1]) == 30, "thirty lines")
            assert "              Arriving" in terminal.screen
            terminal.resize(40, 10)
            terminal.wait(lambda: len(terminal.frames[-1]) == 10, "ten lines")
            assert max(map(len, terminal.frames[-1])) <= 40
            terminal.press("q")
            assert terminal.ended() == 0

    def test_is_painted_at_most_ten_times_a_second_and_calmly(self, folder: Path) -> None:
        (folder / "a.md").write_text(script("[breath 1 in 3s out 3s]\n\nEnd."), encoding="utf-8")
        with Terminal(PLAY, folder) as terminal:
            terminal.wait_for("breathe in")
            begun, painted = time.monotonic(), len(terminal.frames)
            terminal.read(2.0)
            assert 5 <= len(terminal.frames) - painted <= 10 * (time.monotonic() - begun) + 1
            terminal.press("q")
            assert terminal.ended() == 0
            shortest = min(later - sooner for (sooner, _), (later, _) in _whole_paints(terminal))
            assert shortest > 0.07

    def test_without_keys_names_none(self, folder: Path) -> None:
        with (
            open(os.devnull) as nothing,
            Terminal([*PLAY, "--length", "1m"], folder, stdin=nothing.fileno()) as terminal,
        ):
            terminal.wait_for("Four five six.")
            assert "q end" not in terminal.screen
            terminal.signal(signal.SIGTERM)
            assert terminal.ended() == 143
            assert terminal.given_back


def _whole_paints(terminal: Terminal) -> list[tuple[tuple[float, bytes], tuple[float, bytes]]]:
    """Neighbours among the pieces that begin a screen."""
    begun = [piece for piece in terminal.pieces if b"\x1b[H" in piece[1] and b"1049" not in piece[1]]
    return [*pairwise(begun)]


class TestWithoutATerminal:
    def test_it_plays_on_reads_no_keys_and_draws_nothing(self, folder: Path) -> None:
        (folder / "a.md").write_text(script("One two three. [pause 1s] Four."), encoding="utf-8")
        run = subprocess.run(
            PLAY, cwd=folder, env=homely(folder) | {"STAGED": str(folder / "staged.json")},
            input="qqq ", capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        assert (run.returncode, run.stdout) == (0, "")
        assert run.stderr == "A test; Ctrl-C ends it gently\n"
        assert report(folder)["keys"] == []

    def test_keys_are_read_where_only_the_output_is_a_file(self, folder: Path) -> None:
        with open(folder / "out.txt", "wb") as out, Terminal(PLAY, folder, stdout=out.fileno()) as terminal:
            terminal.wait(lambda: terminal.attributes() != terminal.before)
            terminal.read(0.5)
            terminal.press("kq")
            assert terminal.ended() == 0
            assert terminal.given_back
        assert (folder / "out.txt").read_bytes() == b""
        assert report(folder)["keys"] == ["k", "q"]

    def test_plain_lines_can_be_kept_in_a_file(self, folder: Path) -> None:
        with (
            open(folder / "out.txt", "wb") as out,
            Terminal([*PLAY, "--plain"], folder, stdout=out.fileno()) as terminal,
        ):
            terminal.read(3.5)
            terminal.press("kq")
            assert terminal.ended() == 0
        lines = (folder / "out.txt").read_text(encoding="utf-8").splitlines()
        assert lines[0] == "A test, 10:00"
        assert lines[2:] == ["Section: Arriving", "One two three.", "Four five six.", "(ring the bell)"]

    def test_a_reader_that_leaves_ends_nothing(self, folder: Path) -> None:
        (folder / "a.md").write_text(script("One. [pause 1s] Two. [pause 1s] Three."), encoding="utf-8")
        command = f"{' '.join(PLAY)} --plain | head -n 1"
        run = subprocess.run(
            command, shell=True, cwd=folder, env=homely(folder) | {"STAGED": str(folder / "staged.json")},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        assert run.stdout == "A test, 10:00\n"
        assert "Traceback" not in run.stderr
        assert report(folder)["says"] == ["One.", "Two.", "Three."]

    def test_a_hang_up_that_is_to_be_ignored_is(self, folder: Path) -> None:
        (folder / "a.md").write_text(script("One. [pause 3s] Two."), encoding="utf-8")
        with subprocess.Popen(
            ["nohup", *PLAY], cwd=folder, env=homely(folder) | {"STAGED": str(folder / "staged.json")},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            time.sleep(1.5)
            process.send_signal(signal.SIGHUP)
            process.communicate(timeout=30)
        assert process.returncode == 0
        assert report(folder)["keys"] == []

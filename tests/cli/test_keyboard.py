"""The terminal's keys while a session plays: what is read, how it ends, and that the terminal is given back."""

import contextlib
import fcntl
import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.sound import script
from helpers.terminals import PATIENCE_S, STAGED, Terminal, staged_in, wait_until

from synth.cli.keyboard import FADE_S, Keyboard
from synth.cli.screen import Screen
from synth.live.commands import Command

PLAY = [*STAGED, "play", "a.md", "--output", "null", "--no-log"]
SCRIPT = script("# Arriving\n\nOne two three. [pause 1s]\n\nFour five six. [pause 1h]\n\nNow everything goes wrong.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def report(folder: Path) -> dict[str, Any]:
    """What the player was given and told."""
    told: dict[str, Any] = json.loads((folder / "staged.json").read_text(encoding="utf-8"))
    return told


def said(folder: Path) -> list[str]:
    """The sentences that the player has come to."""
    path = folder / "said.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


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
    press(ours, typed.encode())
    return "".join(keys.pressed(0))


def press(ours: int, typed: bytes) -> None:
    """Presses keys at standard input, and waits until they have come there."""
    os.write(ours, typed)
    while len(typed) > struct.unpack("i", fcntl.ioctl(sys.stdin, termios.FIONREAD, b"1234"))[0]:
        assert select.select([sys.stdin], [], [], PATIENCE_S)[0]


class TestReading:
    def test_single_keys_come_in_their_order_and_once(self) -> None:
        with keyboard() as (keys, ours):
            assert pressed(keys, ours, " s.q") == " s.q"
            assert pressed(keys, ours, "") == ""

    @pytest.mark.parametrize("command", Command)
    def test_every_command_has_a_key_that_arrives(self, command: Command) -> None:
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
            press(ours, "é🌻".encode()[:4])
            keys.pressed(0)
            press(ours, b"\xff\xfe" + "🌻".encode()[2:] + b"k")
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
            settings = termios.tcgetattr(stream)
            with contextlib.suppress(ZeroDivisionError), Keyboard(Screen()):
                assert termios.tcgetattr(stream) != settings
                raise ZeroDivisionError
            assert termios.tcgetattr(stream) == settings
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
            terminal.wait(lambda: terminal.frames or "One two" in terminal.text)
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
        with Shell(folder) as shell:
            shell.type(" ".join(PLAY))
            shell.wait_for("Four five six.")
            shell.press("q")
            shell.wait_for_prompt()
            told = shell.run("stty -a")
            assert re.search(r"(?<!-)icanon", told)
            assert re.search(r"(?<!-)echo\b", told)

    def test_is_not_waited_for_twice(self, folder: Path) -> None:
        """A second Ctrl-C ends at once what a first one did not."""
        with Terminal([sys.executable, "-c", ENDLESS], folder) as terminal:
            terminal.wait_for("playing")
            terminal.press("\x03")
            terminal.wait_for("ending")
            terminal.press("\x03")
            assert terminal.ended() == -signal.SIGINT
            assert "KeyboardInterrupt" in terminal.text
            assert terminal.attributes() == terminal.before


ENDLESS = """
import signal, time
from synth.cli.keyboard import Keyboard
from synth.cli.screen import Screen
with Keyboard(Screen()) as keyboard:
    print("playing", flush=True)
    while keyboard.ended_by is None:
        time.sleep(0.01)
    print("ending", flush=True)
    while True:
        signal.pause()
"""


class Shell(Terminal):
    """A shell with jobs in a terminal."""

    PROMPT = "ready> "

    def __init__(self, folder: Path) -> None:
        super().__init__(["sh", "-i"], folder, columns=60, env={"PS1": self.PROMPT, "ENV": ""})

    def __enter__(self) -> "Shell":
        self.wait_for_prompt()
        return self

    def type(self, command: str) -> None:
        self.press(f"{command}\n")

    def wait_for_prompt(self) -> str:
        """Waits until the shell asks for a command; what was written since it last did."""
        return self.wait_for_text(self.PROMPT)

    def run(self, command: str) -> str:
        """What a command writes, its own words aside."""
        self.type(command)
        return self.wait_for_prompt().partition("\n")[2].removesuffix(self.PROMPT)


class TestLaidAside:
    def test_ctrl_z_holds_and_gives_the_terminal_to_the_shell_and_back(self, folder: Path) -> None:
        with Shell(folder) as shell:
            shell.type(" ".join(PLAY))
            shell.wait_for("Four five six.")
            shell.press("\x1a")
            assert "Stopped" in shell.wait_for_prompt()
            assert shell.given_back
            painted = len(shell.frames)
            assert "Stopped" in shell.run("jobs")
            assert len(shell.frames) == painted
            shell.type("fg")
            shell.wait(lambda: len(shell.frames) > painted, "a screen")
            assert "held at" in shell.screen
            shell.press(" ")
            shell.wait_for("going on")
            shell.press("q")
            shell.wait_for_prompt()
            assert shell.run("echo $?") == "0\n"
            assert shell.given_back
        assert report(folder)["keys"] == [" ", " ", "q"]

    def test_what_is_held_already_stays_held(self, folder: Path) -> None:
        with Shell(folder) as shell:
            shell.type(" ".join(PLAY))
            shell.wait_for("Four five six.")
            shell.press(" ")
            shell.wait_for("held at")
            shell.press("\x1a")
            assert "Stopped" in shell.wait_for_prompt()
            painted = len(shell.frames)
            shell.type("fg")
            shell.wait(lambda: len(shell.frames) > painted, "a screen")
            assert "held at" in shell.screen
            shell.press("q")
            shell.wait_for_prompt()
            assert shell.run("echo $?") == "0\n"
        assert report(folder)["keys"] == [" ", "q"]

    def test_it_stops_when_it_has_faded_and_not_before(self, folder: Path) -> None:
        with subprocess.Popen(
            [sys.executable, "-c", FADING], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            process_group=0,
        ) as process:  # fmt: skip
            assert process.stdin
            assert process.stdout
            assert process.stdout.readline() == "holds\n"
            assert process.stdout.readline() == "plays on\n"
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)
            process.send_signal(signal.SIGCONT)
            assert process.communicate()[0] == "is back\n"

    def test_in_the_background_it_plays_on_and_leaves_the_terminal_alone(self, folder: Path) -> None:
        with Shell(folder) as shell:
            shell.type(f"{' '.join(PLAY)} &")
            shell.wait_for_prompt()
            shell.wait(lambda: "Four five six." in said(folder))
            assert "Running" in shell.run("jobs")
            assert shell.frames == []
            shell.type("fg")
            shell.wait_for("q end")
            shell.press("q")
            shell.wait_for_prompt()
            assert shell.run("echo $?") == "0\n"
            assert shell.given_back

    def test_without_a_shell_to_bring_it_back_it_is_held_and_not_stopped(self, folder: Path) -> None:
        with Terminal(PLAY, folder) as terminal:
            terminal.wait_for("Four five six.")
            terminal.press("\x1a")
            terminal.wait_for("held at")
            terminal.wait(lambda: opened(terminal) == 2, "the screen, put away and brought back")
            terminal.press(" ")
            terminal.wait_for("going on")
            terminal.press("q")
            assert terminal.ended() == 0
            assert terminal.given_back

    def test_stopped_and_continued_from_outside_it_paints_anew(self, folder: Path) -> None:
        with Terminal(PLAY, folder) as terminal:
            terminal.wait_for("Four five six.")
            terminal.signal(signal.SIGSTOP)
            terminal.stopped()
            assert opened(terminal) == 1
            terminal.signal(signal.SIGCONT)
            terminal.wait(lambda: opened(terminal) == 2, "a screen")
            terminal.press("q")
            assert terminal.ended() == 0
            assert terminal.given_back


FADING = f"""
import os, pty, signal, sys
from synth.cli.keyboard import Keyboard
from synth.cli.screen import Screen
now = 100.0
sys.stdin = os.fdopen(pty.openpty()[1], closefd=False)
with Keyboard(Screen(), clock=lambda: now) as keyboard:
    signal.raise_signal(signal.SIGTSTP)
    now += {FADE_S} - 0.01
    assert keyboard.pressed(0) == [" "]
    print("holds", flush=True)
    assert keyboard.pressed(0) == []
    print("plays on", flush=True)
    now += 0.02
    assert keyboard.pressed(0) == []
    print("is back", flush=True)
"""
"""Is asked to stop, and looks at its keys on a clock of its own: shortly before it has faded, and after."""


def opened(terminal: Terminal) -> int:
    """How often the screen has been opened."""
    return terminal.output.count("\x1b[?1049h")


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

    def test_shows_a_breath_that_moves(self, folder: Path) -> None:
        (folder / "a.md").write_text(script("[breath 99 in 1s out 1s]\n\nEnd."), encoding="utf-8")
        with Terminal(PLAY, folder) as terminal:
            terminal.wait_for("breathe in")
            terminal.wait_for("breathe out")
            terminal.wait(lambda: len({"".join(frame).count("━") for frame in terminal.frames}) > 5, "a bar that grows")
            terminal.press("q")
            assert terminal.ended() == 0

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


class TestWithoutATerminal:
    def test_it_plays_on_reads_no_keys_and_draws_nothing(self, folder: Path) -> None:
        (folder / "a.md").write_text(script("One two three. [pause 1s] Four."), encoding="utf-8")
        run = subprocess.run(
            PLAY, cwd=folder, env=staged_in(folder) | {"AT_ONCE": "1"},
            input="qqq ", capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        assert (run.returncode, run.stdout) == (0, "")
        assert run.stderr == "A test; Ctrl-C ends it gently\n"
        assert report(folder)["keys"] == []

    def test_keys_are_read_where_only_the_output_is_a_file(self, folder: Path) -> None:
        with open(folder / "out.txt", "wb") as out, Terminal(PLAY, folder, stdout=out.fileno()) as terminal:
            terminal.wait(lambda: "Four five six." in said(folder))
            terminal.press("kq")
            assert terminal.ended() == 0
            assert terminal.given_back
        assert (folder / "out.txt").read_bytes() == b""
        assert report(folder)["keys"] == ["k", "q"]

    def test_plain_lines_can_be_kept_in_a_file(self, folder: Path) -> None:
        kept = folder / "out.txt"
        with open(kept, "wb") as out, Terminal([*PLAY, "--plain"], folder, stdout=out.fileno()) as terminal:
            terminal.wait(lambda: "Four five six.\n" in kept.read_text(encoding="utf-8"))
            terminal.press("kq")
            assert terminal.ended() == 0
        lines = kept.read_text(encoding="utf-8").splitlines()
        assert lines[0] == "A test, 10:00"
        assert lines[2:] == ["Section: Arriving", "One two three.", "Four five six.", "(ring the bell)"]

    def test_a_reader_that_leaves_ends_nothing(self, folder: Path) -> None:
        reads, writes = os.pipe()
        with open(reads, encoding="utf-8") as reader, Terminal([*PLAY, "--plain"], folder, stdout=writes) as terminal:
            os.close(writes)
            assert reader.readline() == "A test, 10:00\n"
            reader.close()
            terminal.press("k")
            terminal.wait(lambda: "Four five six." in said(folder))
            terminal.press("q")
            assert terminal.ended() == 0
            assert "Traceback" not in terminal.text
        assert report(folder)["keys"] == ["k", "q"]

    def test_a_hang_up_that_is_to_be_ignored_is(self, folder: Path) -> None:
        with subprocess.Popen(
            ["nohup", *PLAY], cwd=folder, env=staged_in(folder),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            wait_until(lambda: "Four five six." in said(folder))
            process.send_signal(signal.SIGHUP)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 128 + signal.SIGTERM
        assert report(folder)["keys"] == ["q"], "asked to end once"

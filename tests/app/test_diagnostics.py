"""What a writer sees at a terminal: the line, the place under it, and the same again at every save."""

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers.sound import METTA, homely, run_metta

WITHIN_S = 30.0
BAD = "---\ntitle: T\n---\nHello [puase 5s] there, {nam}.\n"
GOOD = (
    "---\ntitle: T\n---\nSit as you like, your eyes open or closed. You can stop at any time. [pause 2m]\n\n"
    "Feel the floor. [bell]\n"
)


class Screen:
    """What a terminal shows of a command, as far as it has been read."""

    def __init__(self, descriptor: int, process: "subprocess.Popen[bytes]") -> None:
        self._descriptor = descriptor
        self.process = process
        self.text = ""

    def shows(self, words: str) -> bool:
        """Whether the words come up in time; what is shown after them is kept for the next question."""
        until = time.monotonic() + WITHIN_S
        while words not in self.text and time.monotonic() < until:
            if select.select([self._descriptor], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self._descriptor, 65_536).decode(errors="replace").replace("\r", "")
                except OSError:  # the command has ended, and its side of the terminal with it
                    break
        found = words in self.text
        self.text = self.text.partition(words)[2] if found else self.text
        return found


@contextmanager
def terminal(*arguments: str, folder: Path) -> Iterator[Screen]:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [METTA, *arguments],
        cwd=folder,
        env=homely(folder) | {"TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            yield Screen(ours, process)
        finally:
            process.kill()
            os.close(ours)


@pytest.mark.parametrize("command", [("check", "bad.md"), ("render", "bad.md", "-o", "bad.mp3"), ("show", "bad.md")])
def test_a_terminal_shows_the_line_and_a_caret_under_the_place(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(BAD, encoding="utf-8")
    with terminal(*command, folder=tmp_path) as screen:
        assert screen.shows("bad.md:4:7: error: unknown marker [puase]; did you mean [pause 5s]?\n")
        assert screen.shows("    Hello [puase 5s] there, {nam}.\n          ^\n")
        assert screen.shows("bad.md:4:25: error: the header has no slot 'nam'")
        assert screen.shows("    Hello [puase 5s] there, {nam}.\n                            ^\n")


def test_a_pipe_gets_one_line_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(BAD, encoding="utf-8")
    run = run_metta("check", "bad.md", folder=tmp_path)
    assert run.returncode == 1
    assert [line.split(": ")[0] for line in run.stdout.splitlines()] == ["bad.md:4:7", "bad.md:4:25"]


def test_watching_tells_the_same_at_every_save_and_how_long_it_would_take(tmp_path: Path) -> None:
    script = tmp_path / "mine.md"
    script.write_text(BAD, encoding="utf-8")
    with terminal("check", "--watch", "mine.md", folder=tmp_path) as screen:
        assert screen.shows("mine.md:4:7: error: unknown marker [puase]")
        assert screen.shows("mine.md: no length yet")
        script.write_text(GOOD, encoding="utf-8")
        assert screen.shows("1 script, nothing to mend")
        assert screen.shows("mine.md: about 2:")
        script.unlink()
        assert screen.shows("there is no such file")
        script.write_text(GOOD.replace("2m", "3m"), encoding="utf-8")
        assert screen.shows("mine.md: about 3:")
        os.killpg(screen.process.pid, signal.SIGINT)
        assert screen.process.wait(WITHIN_S) == 0


def test_watching_has_no_json(tmp_path: Path) -> None:
    run = run_metta("check", "--watch", "--json", "waking", folder=tmp_path)
    assert run.returncode == 2
    assert "leave --json out" in run.stderr


@pytest.mark.parametrize("text", ["---\ntitle: T\n---\nMay all beings be healed. [bell]\n"])
def test_a_wish_is_no_promise(text: str, tmp_path: Path) -> None:
    (tmp_path / "wish.md").write_text(text, encoding="utf-8")
    assert "no-cure" not in run_metta("check", "wish.md", folder=tmp_path).stdout

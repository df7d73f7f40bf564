"""A terminal for tests: a command started in it, keys pressed, and what its screen showed.

Whatever a test waits for is something that happens: words on the screen, a setting of the terminal, a command's end.
``PATIENCE_S`` is no measure of speed, but the end of a test that waits for what never comes.
"""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from helpers.sound import homely

STAGED = [sys.executable, str(Path(__file__).parent / "staged.py")]
PATIENCE_S = 120.0
LOOK_S = 0.02
"""How soon again one looks for what tells nobody that it has come."""

_FRAME = "\x1b[H"
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_MARK = b"\x1b[0;0;0m"


def staged_in(folder: Path) -> dict[str, str]:
    """An environment whose stand-in for the engine tells in files of a folder what it does."""
    return homely(folder) | {"STAGED": str(folder / "staged.json"), "SAID": str(folder / "said.txt")}


def wait_until(seen: Callable[[], object], what: Callable[[], object] = str) -> None:
    """Looks until something is seen; ``what`` tells what there is where it never comes."""
    until = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < until, f"it never came; there was:\n{what()}"
        time.sleep(LOOK_S)


def _reads_standard_input(pid: int) -> bool:
    """Whether a process sleeps in a call for its descriptor 0; where the system doesn't tell, whether it sleeps."""
    try:
        return Path(f"/proc/{pid}/syscall").read_text().split()[1:2] == ["0x0"]
    except OSError:
        state = subprocess.run(["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return state.stdout.startswith("S")


class Terminal:
    """A pseudo-terminal with a command in it; the command is its only user, as it is in a window of its own."""

    def __init__(
        self,
        command: Sequence[str | Path],
        folder: Path,
        *,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str] | None = None,
        stdin: int | None = None,
        stdout: int | None = None,
    ) -> None:
        self.ours, self.theirs = os.openpty()
        self.resize(columns, rows)
        self.before = self.attributes()
        self._written = bytearray()
        self._frames_seen = 0
        self._text_seen = 0
        self._code: int | None = None
        environment = staged_in(folder) | {"TERM": "xterm-256color"} | (env or {})
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            environment.pop(name, None)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(self.theirs, termios.TIOCSCTTY, 0)
                for ours, given in ((0, stdin), (1, stdout), (2, None)):
                    os.dup2(self.theirs if given is None else given, ours)
                os.closerange(3, 256)
                os.chdir(folder)
                os.execvpe(str(command[0]), [str(word) for word in command], environment)
            finally:
                os._exit(127)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._has_ended():
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.theirs)
        os.close(self.ours)

    def attributes(self) -> list[Any]:
        """How the terminal is set."""
        return termios.tcgetattr(self.theirs)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def press(self, keys: str) -> None:
        self._look_from_here()
        os.write(self.ours, keys.encode())

    def signal(self, number: int) -> None:
        self._look_from_here()
        os.kill(self.pid, number)

    def read(self, for_s: float = 0.0) -> None:
        """Takes in what is written; where that is nothing yet, waits for it so long."""
        while select.select([self.ours], [], [], for_s)[0]:
            self._written += os.read(self.ours, 65_536)
            for_s = 0.0

    @property
    def output(self) -> str:
        """Everything that was written, codes and all."""
        return self._written.decode(errors="replace")

    @property
    def text(self) -> str:
        """Everything that was written, without codes."""
        return _CODES.sub("", self.output).replace("\r\n", "\n")

    @property
    def frames(self) -> list[list[str]]:
        """Every screen that was painted, as its lines."""
        painted = [_CODES.sub("", frame) for frame in self.output.split(_FRAME)[1:]]
        return [[line.rstrip() for line in frame.split("\r\n")] for frame in painted if frame.strip()]

    @property
    def screen(self) -> str:
        """The last screen that was painted."""
        return "\n".join(self.frames[-1]) if self.frames else ""

    def wait(self, seen: Callable[[], object], what: str = "it") -> None:
        """Reads until something is seen; fails where it never is, and at once where the command ends without it."""
        until = time.monotonic() + PATIENCE_S
        while not seen():
            ended = self._has_ended()
            self.read(0.0 if ended else LOOK_S)
            if ended or time.monotonic() > until:
                assert seen(), f"{what} was never seen; there was:\n{self.screen or self.text}"

    def wait_for(self, words: str) -> None:
        """Reads until a screen, or where there are none the text, holds some words, be it for a moment only.

        It looks at what was on the screen when a key was last pressed or when this last found something, and at
        whatever came later.
        """

        def shown() -> bool:
            screens = ["\n".join(frame) for frame in self.frames] or [self.text]
            found = [number for number, screen in enumerate(screens) if words in screen and number >= self._frames_seen]
            self._frames_seen = found[0] if found else self._frames_seen
            return bool(found)

        self.wait(shown, repr(words))

    def wait_for_text(self, words: str) -> str:
        """Reads until some words are written after those that this last found; returns what came up to them."""
        self.wait(lambda: words in self.text[self._text_seen :], repr(words))
        text, start = self.text, self._text_seen
        self._text_seen = text.index(words, start) + len(words)
        return text[start : self._text_seen]

    def answer(self, keys: str) -> None:
        """Presses keys at a question; before an answer is waited for, Python and its C library would lose Ctrl-C."""
        self.wait(lambda: _reads_standard_input(self.pid), "somebody who waits for an answer")
        self.press(keys)

    def ended(self) -> int:
        """Waits for the command's end: its exit code, or the signal that ended it, negative."""
        self.wait(self._has_ended, "its end")
        self._read_all()
        assert self._code is not None
        return self._code

    def stopped(self) -> None:
        """Waits until the command is stopped."""
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status), "it has ended"
        self._read_all()

    def _has_ended(self) -> bool:
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code is not None

    def _read_all(self) -> None:
        """Takes in all that is written by now: up to a mark of our own."""
        self.read()
        os.write(self.theirs, _MARK)
        while not self._written.endswith(_MARK):
            before = len(self._written)
            self.read(PATIENCE_S)
            assert len(self._written) > before, "the terminal is stuck"
        del self._written[-len(_MARK) :]

    def _look_from_here(self) -> None:
        self.read()
        self._frames_seen = max(0, len(self.frames) - 1)

    @property
    def given_back(self) -> bool:
        """Whether the terminal is as it was found: its settings, its first screen, its cursor."""
        alternate = re.findall(r"\x1b\[\?1049([hl])", self.output)
        cursor = re.findall(r"\x1b\[\?25([hl])", self.output)
        return self.attributes() == self.before and alternate[-1:] in ([], ["l"]) and cursor[-1:] in ([], ["h"])

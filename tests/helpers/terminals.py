"""A terminal for tests: a command started in it, keys pressed, and what its screen showed when."""

import fcntl
import os
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from helpers.sound import homely

STAGED = [sys.executable, str(Path(__file__).parent / "staged.py")]
PATIENCE_S = 20.0

_FRAME = re.compile(r"\x1b\[H")
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


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
        self.pieces: list[tuple[float, bytes]] = []
        environment = homely(folder) | {"TERM": "xterm-256color", "STAGED": str(folder / "staged.json")} | (env or {})
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
        if self.pid:
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
        os.write(self.ours, keys.encode())

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def read(self, for_s: float = 0.0) -> None:
        """Takes in what is written now, and for a while more."""
        until = time.monotonic() + for_s
        while True:
            ready, _, _ = select.select([self.ours], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                return
            self.pieces.append((time.monotonic(), os.read(self.ours, 65_536)))

    @property
    def output(self) -> str:
        """Everything that was written, codes and all."""
        return b"".join(piece for _, piece in self.pieces).decode(errors="replace")

    @property
    def text(self) -> str:
        """Everything that was written, without codes."""
        return _CODES.sub("", self.output)

    @property
    def frames(self) -> list[list[str]]:
        """Every screen that was painted, as its lines."""
        painted = [_CODES.sub("", frame) for frame in _FRAME.split(self.output)[1:]]
        return [[line.rstrip() for line in frame.split("\r\n")] for frame in painted if frame.strip()]

    @property
    def screen(self) -> str:
        """The last screen that was painted."""
        return "\n".join(self.frames[-1]) if self.frames else ""

    def wait(self, seen: Callable[[], bool], what: str = "") -> None:
        """Reads until something is seen."""
        until = time.monotonic() + PATIENCE_S
        while not seen():
            assert time.monotonic() < until, f"{what or 'it'} was never seen; there was:\n{self.screen or self.text}"
            self.read(0.05)

    def wait_for(self, words: str) -> None:
        """Reads until the screen, or where there is none the text, holds some words."""
        self.wait(lambda: words in (self.screen or self.text), repr(words))

    def ended(self) -> int:
        """Waits for the command's end: its exit code, or the signal that ended it, negative."""
        until = time.monotonic() + PATIENCE_S
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.read(0.05)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            assert time.monotonic() < until, f"it goes on; there was:\n{self.screen or self.text}"

    @property
    def given_back(self) -> bool:
        """Whether the terminal is as it was found: its settings, its first screen, its cursor."""
        alternate = re.findall(r"\x1b\[\?1049([hl])", self.output)
        cursor = re.findall(r"\x1b\[\?25([hl])", self.output)
        return self.attributes() == self.before and alternate[-1:] in ([], ["l"]) and cursor[-1:] in ([], ["h"])

"""Child processes: run so that they never wait for us to read what they complain of, and ask why one failed."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import IO, Self

_LINE_BYTES = 1 << 16
STALLED_S = 120.0
"""How long a process may take to read or write a few seconds of sound, or to end, before it is given up."""


def finished(
    command: Sequence[str], given: bytes = b"", limit_s: float = STALLED_S
) -> subprocess.CompletedProcess[bytes]:
    """A process from its beginning to its end, ``given`` this to read, with what it wrote.

    Raises TimeoutError, having ended it, where it takes longer than the limit, and OSError where it can't be begun.
    """
    try:
        return subprocess.run(command, input=given, capture_output=True, check=False, timeout=limit_s)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"it did not end within {limit_s:g} s") from None


def last_line(output: bytes) -> str:
    """The last line that is not blank, without the space around it; empty where there is none."""
    lines = output.decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else ""


class Child:
    """A process that is fed through ``stdin``, read through ``stdout``, or both.

    ``stdin`` and ``stdout`` are what ``subprocess.Popen`` takes. Its standard error is read as it comes, by a thread
    that keeps the last line. Leaving the context ends the process, if it is still running, and waits for it. One that
    reads, writes or ends not for ``limit_s`` while we wait for it is killed, which ``failure`` tells.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.DEVNULL,
        limit_s: float = STALLED_S,
    ) -> None:
        self._limit_s = limit_s
        self._stalled = False
        self._process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE)
        self._last = b""
        self._reader = threading.Thread(target=self._read_complaints, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream:
                with contextlib.suppress(OSError):  # what was not sent has nobody to go to
                    stream.close()

    def read(self, size: int) -> bytes:
        """So many bytes of its output; fewer at the end."""
        assert self._process.stdout
        with self._limited():
            return self._process.stdout.read(size)

    def write(self, data: bytes) -> bool:
        """Feeds it; False where it takes no more, which ``failure`` explains."""
        assert self._process.stdin
        try:
            with self._limited():
                self._process.stdin.write(data)
        except OSError:
            return False
        return True

    def failure(self) -> str | None:
        """Ends its input, waits for it, and tells why it failed: its last line, or its exit code. None: it did not.

        What it writes to ``stdout``, where that is a pipe, is to be read to its end before.
        """
        with self._limited():
            if self._process.stdin:
                with contextlib.suppress(OSError):  # it read no more; its exit code says whether that is wrong
                    self._process.stdin.close()
            code = self._process.wait()
        if self._stalled:
            return f"it did nothing for {self._limit_s:g} s"
        return (self.last_words() or f"it ended with code {code}") if code else None

    def last_words(self) -> str:
        """The last line of what it complained of; empty where there was nothing. Waits for its end."""
        self._reader.join()
        return last_line(self._last)

    @contextlib.contextmanager
    def _limited(self) -> Iterator[None]:
        timer = threading.Timer(self._limit_s, self._give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _give_up(self) -> None:
        self._stalled = True
        self._process.kill()

    def _read_complaints(self) -> None:
        assert self._process.stderr
        while line := self._process.stderr.readline(_LINE_BYTES):
            if line.strip():
                self._last = line

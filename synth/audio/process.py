"""Child processes: run so that they never wait for us to read what they complain of, and ask why one failed."""

import contextlib
import subprocess
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Self

_LINE_BYTES = 1 << 16


def last_line(output: bytes) -> str:
    """The last line that is not blank, without the space around it; empty where there is none."""
    return output.decode(errors="replace").strip().rpartition("\n")[2].strip()


class Child:
    """A process that is fed through ``stdin``, read through ``stdout``, or both.

    ``stdin`` and ``stdout`` are what ``subprocess.Popen`` takes. Its standard error is read as it comes, by a thread
    that keeps the last line. Leaving the context ends the process, if it is still running, and waits for it.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.DEVNULL,
    ) -> None:
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
        return self._process.stdout.read(size)

    def write(self, data: bytes) -> bool:
        """Feeds it; False where it takes no more, which ``failure`` explains."""
        assert self._process.stdin
        try:
            self._process.stdin.write(data)
        except OSError:
            return False
        return True

    def failure(self) -> str | None:
        """Ends its input, waits for it, and tells why it failed: its last line, or its exit code. None: it did not."""
        if self._process.stdin:
            with contextlib.suppress(OSError):  # it read no more; its exit code says whether that is wrong
                self._process.stdin.close()
        code = self._process.wait()
        return (self.last_words() or f"it ended with code {code}") if code else None

    def last_words(self) -> str:
        """The last line of what it complained of; empty where there was nothing. Waits for its end."""
        self._reader.join()
        return last_line(self._last)

    def _read_complaints(self) -> None:
        assert self._process.stderr
        while line := self._process.stderr.readline(_LINE_BYTES):
            if line.strip():
                self._last = line

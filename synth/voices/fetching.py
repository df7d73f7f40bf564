"""Fetching a voice into the user's data folder: the one thing here that uses a network, and only when it is asked for.

A file is there whole or not at all. What came of it until a connection broke stays beside, and the next fetch goes on
from there.
"""

import contextlib
import hashlib
import http.client
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, BinaryIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from synth.errors import StorageError, VoiceError
from synth.files import storage_errors
from synth.units import format_size
from synth.voices.fetchable import FetchableVoice, RemoteFile

TIMEOUT_S = 30.0
"""How long a server may be silent."""

_CHUNK = 256 * 1024
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")

Progress = Callable[[int, int], None]
"""Told how many bytes of how many are there."""


def fetch(
    voice: FetchableVoice,
    folder: Path,
    *,
    progress: Progress = lambda done, of: None,
    waiting: Callable[[], None] = lambda: None,
    timeout_s: float = TIMEOUT_S,
) -> tuple[Path, ...]:
    """A voice's files in a folder, each fetched where it isn't there or isn't what it should be.

    One process fetches at a time; ``waiting`` is called before another one is waited for. Raises VoiceError where a
    file can't be had, StorageError where it can't be kept.
    """
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder, waiting):
        done = 0
        for file in voice.files:
            _fetch_file(file, folder, partial(_tell, progress, done, voice.size), timeout_s)
            done += file.size
            progress(done, voice.size)
    return tuple(folder / file.name for file in voice.files)


def _tell(progress: Progress, before: int, size: int, here: int) -> None:
    progress(before + here, size)


def _fetch_file(file: RemoteFile, folder: Path, progress: Callable[[int], None], timeout_s: float) -> None:
    target = folder / file.name
    with storage_errors(target):
        if target.is_file() and target.stat().st_size == file.size and _digest(target) == file.sha256:
            return
        part = folder / f".{file.name}.{file.sha256[:16]}.part"
        here = part.stat().st_size if part.is_file() else 0
        if (free := shutil.disk_usage(folder).free) < file.size - here:
            raise StorageError(
                f"{folder}: {file.name} takes {format_size(file.size - here)}, and {format_size(free)} are free; "
                "make room on the disk"
            )
        try:
            with part.open("r+b" if part.is_file() else "w+b") as content:
                if here > file.size:
                    content.truncate(0)
                if here != file.size:
                    _download(file, content, progress, timeout_s)
        finally:
            if part.is_file() and not part.stat().st_size:
                part.unlink()
        if _digest(part) != file.sha256:
            part.unlink()
            raise VoiceError(
                f"{file.url}: what came is not what was published (its SHA-256 is another), and was thrown away; "
                "try again, or look for a newer metta-synth"
            )
        os.replace(part, target)


def _download(file: RemoteFile, content: BinaryIO, progress: Callable[[int], None], timeout_s: float) -> None:
    """Writes what lacks of a file. Raises VoiceError where it can't be had, OSError where it can't be written."""
    here = content.seek(0, os.SEEK_END)
    with _network_errors(file, timeout_s), contextlib.closing(_answer(file, here, timeout_s)) as answer:
        if answer.status != http.HTTPStatus.PARTIAL_CONTENT or not _begins_at(answer, here):
            here = 0
            content.seek(0)
            content.truncate()
        while chunk := answer.read(_CHUNK):
            here += len(chunk)
            if here > file.size:
                break
            with storage_errors(Path(content.name)):
                content.write(chunk)
            progress(here)
    if here < file.size:
        raise VoiceError(
            f"{file.url}: the connection ended at {format_size(here)} of {format_size(file.size)}; "
            "the same command goes on from there"
        )


def _answer(file: RemoteFile, here: int, timeout_s: float) -> http.client.HTTPResponse:
    """A server's answer to the wish for a file from a byte on."""
    if not _may_be_asked(file.url):
        raise URLError("it is no https address")
    headers = {"User-Agent": "metta-synth", "Accept-Encoding": "identity"}
    if here:
        headers["Range"] = f"bytes={here}-"
    answer: http.client.HTTPResponse = build_opener(_SafeRedirects).open(
        Request(file.url, headers=headers), None, timeout_s
    )
    return answer


def _begins_at(answer: http.client.HTTPResponse, here: int) -> bool:
    return (answer.headers["Content-Range"] or "").startswith(f"bytes {here}-")


def _may_be_asked(url: str) -> bool:
    """Whether what comes can't be changed on its way: by https, or from this machine."""
    address = urlsplit(url)
    return address.scheme == "https" or (address.scheme == "http" and address.hostname in _THIS_MACHINE)


class _SafeRedirects(HTTPRedirectHandler):
    """Follows a redirect to https alone."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> Request | None:
        """The request that a redirect leads to. Raises URLError where it leads elsewhere."""
        if not _may_be_asked(newurl):
            fp.close()
            raise URLError(f"it leads to {newurl}, which is no https address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@contextlib.contextmanager
def _network_errors(file: RemoteFile, timeout_s: float) -> Iterator[None]:
    """Turns what a network refuses into a VoiceError about a file."""
    try:
        yield
    except HTTPError as error:
        error.close()
        gone = error.code in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE)
        mend = "look for a newer metta-synth" if gone else "try again later"
        raise VoiceError(f"{file.url}: the server answers {error.code} ({error.reason}); {mend}") from None
    except TimeoutError:
        raise VoiceError(f"{file.url}: no answer for {timeout_s:g} s; the same command goes on from there") from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise VoiceError(f"{file.url}: no answer for {timeout_s:g} s; try again later") from None
        reason = getattr(error.reason, "strerror", None) or error.reason
        raise VoiceError(f"{file.url}: can't be reached ({reason}); is this machine on a network?") from None
    except (http.client.HTTPException, OSError) as error:
        reason = str(error) or type(error).__name__
        raise VoiceError(f"{file.url}: the connection broke ({reason}); the same command goes on from there") from None


@contextlib.contextmanager
def _locked(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """A folder locked against other processes, where the platform and its disk have locks."""
    with storage_errors(folder):
        lock = (folder / ".lock").open("ab")
    with lock:
        if not _lock(lock, wait=False):
            waiting()
            while not _lock(lock, wait=True):
                pass
        yield


def _lock(lock: BinaryIO, *, wait: bool) -> bool:
    """Locks a file until it is closed, or where it can't be; False where another process has it still."""
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(lock.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:  # it gives up after ten seconds
            return False
        return True
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    except OSError:  # a disk without locks
        return True
    return True


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()

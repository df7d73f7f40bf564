"""Files that are there whole or not at all, and the text of a source file.

What is half-made has a name of its own, and its maker holds a lock on it, which the system lets go of however that
process ends: so what dead processes left can be told from what is being made, and only that is removed.
"""

import contextlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from glob import escape
from io import BufferedRandom
from pathlib import Path

from synth.errors import RequestError, ScriptError, StorageError
from synth.source import Place, Problem, Source

_BINARY = getattr(os, "O_BINARY", 0)
"""Windows would write two bytes for a line's end."""

_SUFFIX = ".part"
_MAX_SOURCE_BYTES = 8_000_000
_WITHOUT_LOCKS_S = 24 * 3600
"""Where the system has no such locks, what nobody has touched for so long is nobody's."""


@contextlib.contextmanager
def new_file(
    path: Path,
    place: Callable[[Path, Path], object] = os.replace,
    *,
    owner_only: bool = False,
    durable: bool = False,
) -> Iterator[BufferedRandom]:
    """A new file to write; left without an exception, ``place(temporary, path)`` puts it at ``path``.

    Meanwhile it has a name of its own in the same folder, one that nobody can have made a link of before. Nothing of it
    is left where it fails. ``owner_only``: nobody else may read or write it, from the first byte on. ``durable``: it is
    on the disk, not only with the system, before it is placed. Raises OSError.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY
    while True:
        temporary = path.with_name(f"{_prefix(path)}{secrets.token_hex(8)}{_SUFFIX}")
        handle = os.open(temporary, flags, 0o600 if owner_only else 0o666)
        if _hold(handle, temporary):
            break
        os.close(handle)
        temporary.unlink(missing_ok=True)
    try:
        with _kept_open(handle), os.fdopen(handle, "w+b") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(handle)
            file.close()
            place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def new_folder(beside: Path, prefix: str) -> Iterator[Path]:
    """A new folder to make ``beside`` in, next to it; taken away at the end with all that is in it. Raises OSError."""
    while True:
        folder = beside.with_name(f"{prefix}{secrets.token_hex(8)}")
        folder.mkdir(mode=0o700)
        with _opened_folder(folder) as handle:
            if handle is None or _hold(handle, folder):
                try:
                    yield folder
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
                return
        shutil.rmtree(folder, ignore_errors=True)


def leftovers(path: Path) -> Iterator[Path]:
    """What there is of ``new_file`` for a path: of live processes, and of killed ones."""
    return path.parent.glob(f"{escape(_prefix(path))}*{_SUFFIX}")


def remove_abandoned(paths: Iterable[Path]) -> int:
    """Removes those files and folders, half-made by ``new_file`` and ``new_folder``, whose maker is dead; no links.

    Returns the bytes that its files had.
    """
    freed = 0
    for path in paths:
        with contextlib.suppress(OSError):  # its maker, or another that tidies up, took it away; or it can't be
            if not path.is_symlink() and _is_abandoned(path):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    size = path.stat().st_size
                    path.unlink()
                    freed += size
    return freed


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a file, whole or not at all; text in UTF-8. Raises StorageError where it can't be written."""
    remove_abandoned(leftovers(path))
    try:
        with new_file(path) as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise StorageError(f"{path}: can't be written ({error.strerror}); is there room on the disk?") from None


def _prefix(path: Path) -> str:
    """How the name of a temporary file for ``path`` begins; short, as no name may be longer than 255 bytes."""
    return f".{path.name[:40]}."


def _hold(handle: int, path: Path) -> bool:
    """Holds what is open until it is closed; False where somebody who tidies up was quicker."""
    try:
        return _locked(handle) and path.exists()
    except OSError:  # a file system without locks
        return True


def _is_abandoned(path: Path) -> bool:
    """Whether nobody holds it. Raises OSError where it is gone, or can't be looked at."""
    if sys.platform != "win32":
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            return _locked(handle)
        except OSError:
            pass
        finally:
            os.close(handle)
    return time.time() - path.stat().st_mtime > _WITHOUT_LOCKS_S


def _locked(handle: int) -> bool:
    """Locks what is open for this process, until it is closed; False where it is another's. Raises OSError."""
    if sys.platform == "win32":
        raise OSError("folders and files that are to be renamed can't be locked here")
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _kept_open(handle: int) -> Iterator[None]:
    """Keeps a file's lock beyond its closing; but Windows would not rename what is open."""
    other = None if sys.platform == "win32" else os.dup(handle)
    try:
        yield
    finally:
        if other is not None:
            os.close(other)


@contextlib.contextmanager
def _opened_folder(folder: Path) -> Iterator[int | None]:
    """A folder, open to be locked; None on Windows, where none can be."""
    handle = None if sys.platform == "win32" else os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        if handle is not None:
            os.close(handle)


def _is_given(path: Path) -> bool:
    """Whether it is what our user has opened for us: standard input, or a shell's ``<(…)``."""
    return str(path) == "/dev/stdin" or str(path).startswith(("/dev/fd/", "/proc/self/fd/"))


def read_source(path: Path, known_as: str) -> Source:
    """The text of a UTF-8 file, which messages call ``known_as``.

    Raises RequestError where it can't be read, is no ordinary file or longer than any text of ours, ScriptError where
    it is not UTF-8.
    """
    try:
        if not path.is_file() and path.exists() and not path.is_dir() and not _is_given(path):
            raise RequestError(f"{known_as}: this is a device or a pipe; name an ordinary file")
        with path.open("rb") as file:
            content = file.read(_MAX_SOURCE_BYTES + 1)
        if len(content) > _MAX_SOURCE_BYTES:
            raise RequestError(f"{known_as}: this is longer than {_MAX_SOURCE_BYTES // 10**6} MB, as no script is")
        return Source(known_as, content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(Place(known_as, line, 1), "this is not UTF-8 text; save the file as UTF-8")
        raise ScriptError((problem,)) from None
    except OSError as error:
        raise RequestError(f"{known_as}: the file can't be read ({error.strerror})") from None


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns what the disk refuses into a StorageError about a path."""
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{path}: can't be written ({error.strerror}); make room on the disk, or see to its rights"
        ) from None

"""Files that are there whole or not at all, and the text of a source file."""

import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from glob import escape
from io import BufferedRandom
from pathlib import Path

from synth.errors import RequestError, ScriptError, StorageError
from synth.source import Place, Problem, Source

_BINARY = getattr(os, "O_BINARY", 0)
"""Windows would write two bytes for a line's end."""

_SUFFIX = ".part"


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
    temporary = path.with_name(f"{_prefix(path)}{secrets.token_hex(8)}{_SUFFIX}")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY
    handle = os.open(temporary, flags, 0o600 if owner_only else 0o666)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            if durable:
                file.flush()
                os.fsync(handle)
        place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def leftovers(path: Path) -> Iterator[Path]:
    """What killed processes left of ``new_file`` for a path."""
    return path.parent.glob(f"{escape(_prefix(path))}*{_SUFFIX}")


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a file, whole or not at all; text in UTF-8. Raises StorageError where it can't be written."""
    try:
        with new_file(path) as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise StorageError(f"{path}: can't be written ({error.strerror}); is there room on the disk?") from None


def _prefix(path: Path) -> str:
    """How the name of a temporary file for ``path`` begins; short, as no name may be longer than 255 bytes."""
    return f".{path.name[:40]}."


def read_source(path: Path, known_as: str) -> Source:
    """The text of a UTF-8 file, which messages call ``known_as``.

    Raises RequestError where it can't be read, ScriptError where it is not UTF-8.
    """
    try:
        return Source(known_as, path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(Place(known_as, line, 1), "this is not UTF-8 text; save the file as UTF-8")
        raise ScriptError((problem,)) from None
    except OSError as error:
        raise RequestError(f"{known_as}: the file can't be read ({error.strerror})") from None

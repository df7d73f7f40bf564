"""A cache on disk, by the key of all that decides a body: spoken clips, decoded sounds, encoded chunks.

An entry is a file: its body, its metadata as JSON, that JSON's length in 8 bytes, and a 32-byte BLAKE2b digest of all
before, keyed by the entry's kind and name, so that none can stand in another's place. It is written to a temporary file
and linked to its place, and the first of two writers wins, so that an entry that was read once never changes. An entry
whose digest does not fit (a killed machine, a bad disk) is made again.
"""

import contextlib
import errno
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import Any, BinaryIO

from synth.errors import MachineError, StorageError
from synth.files import new_file, remove_abandoned

DIGEST_BYTES = 32
LENGTH_BYTES = 8
LIMIT_BYTES = 2_000_000_000
_MEND_TEMPORARY = "is there room for temporary files?"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Metadata = dict[str, Any]
Make = Callable[[BinaryIO], Metadata]
"""Writes a body, and returns its metadata."""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A whole entry on disk: its metadata, and ``body_bytes`` of body from the file's start."""

    path: Path
    metadata: Metadata
    body_bytes: int

    def read(self, start: int = 0, end: int | None = None) -> bytes:
        """The body's bytes from ``start`` to before ``end``. Raises StorageError where the entry is gone."""
        stop = self.body_bytes if end is None else min(end, self.body_bytes)
        try:
            with self.path.open("rb") as file:
                file.seek(start)
                return file.read(stop - start)
        except OSError as error:
            raise _storage_error(self.path, error) from None


class Cache:
    """A folder of entries; ``trim`` keeps it under ``limit_bytes`` by deleting the least recently used."""

    def __init__(self, folder: Path, limit_bytes: int = LIMIT_BYTES) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self._opened = time.time()

    def entry(self, kind: str, cache_key: str, make: Make) -> CacheEntry:
        """The entry of a kind and a key, made by ``make`` where it isn't there or isn't whole.

        ``cache_key`` holds all that decides the body. Raises StorageError where it can't be kept, and whatever ``make``
        raises; nothing of an entry is left then.
        """
        path = self._path(kind, cache_key)
        try:
            if found := self._found(path):
                return found
            try:
                self._write(path, make)
            except _MakeError:
                raise
            except OSError as error:
                cleared_meanwhile = error.errno == errno.ENOENT
                if not cleared_meanwhile and (error.errno not in _FULL or not self.trim(0)):
                    raise
                self._write(path, make)
            made = _read_whole(path)
        except _MakeError as error:
            raise MachineError(f"what is to be kept in the cache can't be made ({error}); {_MEND_TEMPORARY}") from None
        except OSError as error:
            raise _storage_error(self.folder, error) from None
        if made is None:
            raise StorageError(f"{path}: what was written there can't be read back; check the disk")
        return made

    def put(self, kind: str, cache_key: str, content: bytes, metadata: Metadata) -> None:
        """Keeps a body and its metadata; where there is an entry, that one stays.

        Raises StorageError as ``entry`` does.
        """

        def make(body: BinaryIO) -> Metadata:
            body.write(content)
            return metadata

        self.entry(kind, cache_key, make)

    def find(self, kind: str, cache_key: str) -> CacheEntry | None:
        """The entry, where it is there and whole, or None. Raises StorageError where the cache can't be read."""
        try:
            return self._found(self._path(kind, cache_key))
        except OSError as error:
            raise _storage_error(self.folder, error) from None

    def trim(self, limit_bytes: int | None = None) -> int:
        """Deletes the least recently used entries over the limit, never this run's; returns the bytes freed."""
        left = remove_abandoned(self._half_made())
        limit = self.limit_bytes if limit_bytes is None else limit_bytes
        entries = []
        for path in self._paths():
            with contextlib.suppress(FileNotFoundError):  # another process deleted it
                entries.append((path.stat(), path))
        total = sum(stat.st_size for stat, _ in entries)
        freed = 0
        for stat, path in sorted(entries, key=lambda entry: entry[0].st_mtime):
            if total - freed <= limit or stat.st_mtime >= self._opened - 1:
                break
            with contextlib.suppress(OSError):  # a read-only cache still serves
                path.unlink(missing_ok=True)
                freed += stat.st_size
        return left + freed

    def clear(self) -> int:
        """Deletes every entry, this run's too; returns the bytes freed."""
        freed = remove_abandoned(self._half_made())
        for path in self._paths():
            with contextlib.suppress(OSError):  # another process deleted it, or the cache is read-only
                freed += path.stat().st_size
                path.unlink()
        return freed

    def sizes(self) -> dict[str, int]:
        """The bytes on disk of each kind of entry, the largest first."""
        sizes: dict[str, int] = {}
        for path in self._paths():
            with contextlib.suppress(FileNotFoundError):  # another process deleted it
                kind = path.parent.parent.name
                sizes[kind] = sizes.get(kind, 0) + path.stat().st_size
        return dict(sorted(sizes.items(), key=lambda item: -item[1]))

    def _half_made(self) -> Iterator[Path]:
        return self.folder.glob("*/??/.*.part")

    def _paths(self) -> Iterator[Path]:
        return (path for path in self.folder.glob("*/??/*") if not path.name.startswith("."))

    def _path(self, kind: str, cache_key: str) -> Path:
        name = hashlib.blake2b(cache_key.encode(), digest_size=20).hexdigest()
        return self.folder / kind / name[:2] / name

    def _found(self, path: Path) -> CacheEntry | None:
        if found := _read_whole(path):
            with contextlib.suppress(OSError):  # a read-only cache still serves
                os.utime(path)
        return found

    def _write(self, path: Path, make: Make) -> None:
        with placing(path) as file:
            write_entry(file, path, make)


class _MakeError(OSError):
    """Something outside the cache failed while an entry was made."""


class _Body:
    """The file that an entry's body is written to; it knows which of the errors met meanwhile are its own."""

    def __init__(self, file: BufferedRandom) -> None:
        self._file = file
        self.errors: list[OSError] = []

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._file, name)
        if not callable(attribute):
            return attribute

        def noted(*arguments: Any) -> Any:
            try:
                return attribute(*arguments)
            except OSError as error:
                self.errors.append(error)
                raise

        return noted


def placing(path: Path) -> AbstractContextManager[BufferedRandom]:
    """A file to be written, which is then at ``path``, whole; where one is there by then, that one stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return new_file(path, _link, owner_only=True)


def _link(temporary: Path, path: Path) -> None:
    """Not ``os.replace``: the first of two writers wins, as somebody may have read its entry by now."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        os.replace(temporary, path)


def write_entry(file: BufferedRandom, path: Path, make: Make) -> None:
    """Writes an entry that shall be at ``path``: the body that ``make`` writes, its metadata, and the digest."""
    body: Any = _Body(file)
    try:
        metadata = json.dumps(make(body)).encode()
    except OSError as error:
        if error in body.errors:
            raise
        raise _MakeError(error.strerror or str(error)) from error
    file.write(metadata + len(metadata).to_bytes(LENGTH_BYTES))
    file.seek(0)
    digest = hashlib.file_digest(file, lambda: _digest_at(path))
    file.write(digest.digest())


def is_entry(content: bytes, path: Path) -> bool:
    """Whether bytes are the whole entry that belongs at ``path``."""
    body, digest = content[:-DIGEST_BYTES], content[-DIGEST_BYTES:]
    computed = _digest_at(path)
    computed.update(body)
    return computed.digest() == digest


def _digest_at(path: Path) -> "hashlib.blake2b":
    kind = path.parent.parent.name
    return hashlib.blake2b(digest_size=DIGEST_BYTES, key=f"{kind}/{path.name}".encode()[-64:])


def _read_whole(path: Path) -> CacheEntry | None:
    """The entry at a path; None where there is none, or a damaged one, which is deleted."""
    try:
        with path.open("rb") as file:
            digest = _digest_at(path)
            end = os.fstat(file.fileno()).st_size - DIGEST_BYTES
            left = end
            while left > 0 and (chunk := file.read(min(left, 1 << 20))):
                digest.update(chunk)
                left -= len(chunk)
            if left == 0 and file.read() == digest.digest():
                file.seek(end - LENGTH_BYTES)
                body_bytes = end - LENGTH_BYTES - int.from_bytes(file.read(LENGTH_BYTES))
                file.seek(body_bytes)
                metadata: Metadata = json.loads(file.read(end - LENGTH_BYTES - body_bytes))
                return CacheEntry(path, metadata, body_bytes)
    except FileNotFoundError:
        return None
    path.unlink(missing_ok=True)
    return None


def _storage_error(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path}: speech and sounds can't be kept there ({error.strerror}); make room, or see to its rights"
    )

"""Where a library stands: a folder of this machine, or what ``fsspec`` can write, by its URL.

What is written is there whole or not at all. A storage can be sent to another machine, and so can its cache, which
all that make tracks of a batch share: an engine never says a sentence twice alike, and all tracks shall have one take.
"""

import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname
from uuid import uuid4

from synth.content_cache import Cache, CacheEntry, Make, is_entry, placing, write_entry
from synth.errors import MachineError, StorageError
from synth.files import remove_abandoned, write_atomically
from synth.formats.track_file import TEMPORARY_PREFIX

CACHE = ".cache"
"""The folder of a library that its cache is in, where others than this machine make tracks for it."""

PARTS = f"{TEMPORARY_PREFIX}parts"
"""The folder of a library that is for what is not in its place yet."""

_ABANDONED_S = 24 * 3600

T = TypeVar("T")


class Storage(Protocol):
    """A place for files, each known by its path, with ``/`` between a folder and what is in it.

    All of its methods raise StorageError where the place can't be read or written.
    """

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""

    def write(self, path: str, content: bytes) -> None:
        """Puts a file in its place, whole or not at all."""

    def remove(self, path: str) -> None:
        """Takes a file away, where it is there."""

    def making(self, path: str) -> AbstractContextManager[Path]:
        """Where on this machine to make a file that shall be at ``path``; left without an error, it is there."""

    def digest(self, path: str) -> str:
        """The SHA-256 of a file; empty where there is none."""

    def remove_stale(self) -> None:
        """Removes what killed runs left half-made until now."""

    def cache(self) -> Cache:
        """The cache that all who make something for this storage share."""

    def close(self) -> None:
        """Takes away what this run kept of the cache on this machine."""


@dataclass(frozen=True, slots=True)
class LocalStorage:
    """A folder of this machine, or one that several machines have at the same place."""

    folder: Path

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none, or none that can be read."""
        with suppress(OSError):
            return (self.folder / path).read_bytes()
        return None

    def write(self, path: str, content: bytes) -> None:
        """Writes it beside, and renames it."""
        _make_folder((self.folder / path).parent)
        write_atomically(self.folder / path, content)

    def remove(self, path: str) -> None:
        """Takes a file away, where it is there."""
        with suppress(OSError):
            (self.folder / path).unlink()

    @contextmanager
    def making(self, path: str) -> Iterator[Path]:
        """It is made in its place, as whoever makes a track puts it there whole."""
        _make_folder((self.folder / path).parent)
        yield self.folder / path

    def digest(self, path: str) -> str:
        """The SHA-256 of a file; empty where there is none."""
        return digest(self.folder / path)

    def remove_stale(self) -> None:
        """Takes away the folders that dead processes made tracks in; a link to elsewhere is not followed."""
        with suppress(OSError):  # it is not there yet
            people = [path for path in self.folder.iterdir() if path.is_dir() and not path.is_symlink()]
            remove_abandoned(path for folder in people for path in folder.glob(f"{TEMPORARY_PREFIX}*"))
        with suppress(OSError):
            for path in (self.folder / PARTS).iterdir():
                if time.time() - path.lstat().st_mtime > _ABANDONED_S:
                    path.unlink()
            (self.folder / PARTS).rmdir()

    def cache(self) -> Cache:
        """The one in the folder itself."""
        return Cache(self.folder / CACHE)

    def close(self) -> None:
        """Takes nothing away, as nothing was kept elsewhere."""


@dataclass(frozen=True, slots=True)
class RemoteStorage:
    """A place that fsspec can write. ``run`` stands for all that is done there for one batch, on whatever machine."""

    url: str
    run: str = field(default_factory=lambda: uuid4().hex)

    def check(self) -> None:
        """Raises StorageError where this machine knows no way to such a place."""
        self._done(lambda fs, root: None)

    def read(self, path: str) -> bytes | None:
        """A file's bytes; None where there is none."""
        try:
            content: bytes = self._done(lambda fs, root: fs.cat_file(f"{root}/{path}"))
        except FileNotFoundError:
            return None
        return content

    def write(self, path: str, content: bytes) -> None:
        """Writes it under a name of its own, and moves it."""

        def put(fs: Any, root: str) -> None:
            temporary, target = f"{root}/{PARTS}/{self.run}/{uuid4().hex}", f"{root}/{path}"
            for each in (temporary, target):
                fs.makedirs(each.rpartition("/")[0], exist_ok=True)
            fs.pipe_file(temporary, content)
            fs.mv(temporary, target)

        try:
            self._done(put)
        except FileNotFoundError as error:
            raise self._unreachable(error) from None

    def remove(self, path: str) -> None:
        """Takes a file away, where it is there."""
        with suppress(FileNotFoundError):
            self._done(lambda fs, root: fs.rm_file(f"{root}/{path}"))

    @contextmanager
    def making(self, path: str) -> Iterator[Path]:
        """It is made in a folder of this machine, and then put there."""
        with tempfile.TemporaryDirectory(prefix="metta-") as folder:
            temporary = Path(folder, PurePosixPath(path).name)
            yield temporary
            self.write(path, temporary.read_bytes())

    def digest(self, path: str) -> str:
        """The SHA-256 of a file; empty where there is none."""
        content = self.read(path)
        return "" if content is None else hashlib.sha256(content).hexdigest()

    def remove_stale(self) -> None:
        """Takes away what this run did not move, and what others did not for a day: nobody knows whether they live."""

        def take_away(fs: Any, root: str) -> None:
            parts = f"{root}/{PARTS}"
            for path in fs.find(parts):
                if path.rsplit("/", 2)[-2] == self.run or _age_s(fs, path) > _ABANDONED_S:
                    fs.rm_file(path)
            for folder in (f"{parts}/{self.run}", parts):
                with suppress(OSError):  # somebody else's are in it, or there are no folders there
                    fs.rmdir(folder)

        with suppress(FileNotFoundError):  # somebody else took it away
            self._done(take_away)

    def cache(self) -> Cache:
        """One whose entries are here, and on each machine what that one uses of them."""
        return SharedCache(self)

    def close(self) -> None:
        """Takes away what this run kept of the cache on this machine."""
        shutil.rmtree(self.here, ignore_errors=True)

    @property
    def here(self) -> Path:
        """Where this run keeps on this machine what it has from the storage."""
        return Path(tempfile.gettempdir(), f"metta-{self.run}")

    def _done(self, what: Callable[[Any, str], T]) -> T:
        """Does something there, and once more by a new connection where that fails.

        Raises FileNotFoundError, and StorageError for everything else that can go wrong.
        """
        try:
            return self._tried(what)
        except FileNotFoundError:
            raise
        except Exception:  # what there is to raise, every file system has its own of
            try:
                return self._tried(what, skip_instance_cache=True)
            except FileNotFoundError:
                raise
            except Exception as error:
                raise self._unreachable(error) from None

    def _tried(self, what: Callable[[Any, str], T], **options: bool) -> T:
        from fsspec.core import url_to_fs

        fs, root = url_to_fs(self.url, **options)
        fs.invalidate_cache()
        return what(fs, root.rstrip("/"))

    def _unreachable(self, error: Exception) -> StorageError:
        said = " ".join(str(error).split()) or type(error).__name__
        return StorageError(f"{self.url}: can't be read or written ({said})")


class SharedCache(Cache):
    """The cache of a remote storage: entries are looked for on this machine, then in the storage, and made otherwise.

    Who made one puts it there, unless there is one by now: that is then the one for all. Encoded chunks stay on their
    machine; they are the same wherever they are made, and that takes no longer than sending them.
    """

    def __init__(self, storage: RemoteStorage) -> None:
        super().__init__(storage.here)
        self._storage = storage

    def __reduce__(self) -> tuple[type[Cache], tuple[RemoteStorage]]:
        """By the storage: the folder is each machine's own."""
        return SharedCache, (self._storage,)

    def _found(self, path: Path) -> CacheEntry | None:
        self.folder.mkdir(mode=0o700, exist_ok=True)
        found = super()._found(path)
        if found is None and (content := self._stored(path)) is not None:
            with placing(path) as file:
                file.write(content)
            found = super()._found(path)
        return found

    def _write(self, path: Path, make: Make) -> None:
        with placing(path) as file:
            write_entry(file, path, make)
            file.seek(0)
            if (content := self._stored(path)) is not None:
                file.write(content)
                file.truncate()
            elif self._is_shared(path):
                self._storage.write(self._name(path), file.read())

    def _stored(self, path: Path) -> bytes | None:
        """The whole entry that the storage has for a path; None where it has none, or a damaged one."""
        content = self._storage.read(self._name(path)) if self._is_shared(path) else None
        return content if content is not None and is_entry(content, path) else None

    def _is_shared(self, path: Path) -> bool:
        return path.relative_to(self.folder).parts[0] != "mp3"

    def _name(self, path: Path) -> str:
        return f"{CACHE}/{path.relative_to(self.folder).as_posix()}"


def open_storage(where: str) -> Storage:
    """The storage at a path or a URL. Raises MachineError or StorageError where this machine can't use such a URL."""
    scheme, separator, _ = where.partition("://")
    if not separator:
        return LocalStorage(Path(where).absolute())
    if scheme == "file":
        return LocalStorage(Path(url2pathname(urlsplit(where).path)).absolute())
    if not find_spec("fsspec"):
        raise MachineError(f"{where}: fsspec is needed for this; pip install 'metta-synth[dask]'")
    storage = RemoteStorage(where.rstrip("/"))
    storage.check()
    return storage


def digest(path: Path) -> str:
    """The SHA-256 of a file; empty where there is none."""
    with suppress(OSError), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
    return ""


def _age_s(fs: Any, path: str) -> float:
    """How long a file of another run is there; 0 where the file system doesn't say."""
    try:
        modified: datetime = fs.modified(path)
        return (datetime.now(UTC) - modified.astimezone(UTC)).total_seconds()
    except (NotImplementedError, FileNotFoundError):
        return 0.0


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: this folder can't be made ({error.strerror}); choose another") from None

"""Where a batch is kept: a folder or whatever fsspec reaches, and the cache that all machines share there."""

import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import numpy as np
import pytest
from helpers.sound import Studio, one_line

from synth.batch.storage import CACHE, PARTS, LocalStorage, RemoteStorage, SharedCache, Storage, open_storage
from synth.content_cache import CacheEntry, Make, Metadata
from synth.errors import MachineError, StorageError
from synth.files import new_folder
from synth.sounds.collection import Sounds

fsspec = pytest.importorskip("fsspec", reason="fsspec isn't installed; pip install 'metta-synth[dask]'")


def making(body: bytes) -> Make:
    def make(file: BinaryIO) -> Metadata:
        file.write(body)
        return {}

    return make


def refusing(file: BinaryIO) -> Metadata:
    raise AssertionError("this is made already")


@pytest.fixture
def url() -> str:
    """A place that no other test has."""
    return f"memory://{uuid4().hex}"


@pytest.fixture
def storage(url: str) -> Iterator[RemoteStorage]:
    storage = RemoteStorage(url)
    yield storage
    storage.close()


@pytest.fixture
def other(url: str) -> Iterator[RemoteStorage]:
    """The same storage as another machine has it."""
    storage = RemoteStorage(url)
    yield storage
    storage.close()


def files_of(url: str) -> dict[str, bytes]:
    fs, root = fsspec.core.url_to_fs(url)
    return {path.removeprefix(root).lstrip("/"): fs.cat_file(path) for path in fs.find(root)}


class TestStorage:
    @pytest.fixture(params=["a folder", "a URL"])
    def any_storage(self, request: pytest.FixtureRequest, tmp_path: Path, storage: RemoteStorage) -> Storage:
        return LocalStorage(tmp_path / "out") if request.param == "a folder" else storage

    def test_has_what_was_put_there(self, any_storage: Storage) -> None:
        assert any_storage.read("Ana/a.mp3") is None
        assert any_storage.digest("Ana/a.mp3") == ""
        any_storage.write("Ana/a.mp3", b"first")
        any_storage.write("Ana/a.mp3", b"second")
        with any_storage.making("Zoë Ł/a.mp3") as path:
            path.write_bytes(b"")
        assert any_storage.read("Ana/a.mp3") == b"second"
        assert any_storage.digest("Zoë Ł/a.mp3").startswith("e3b0c44298fc1c14")
        assert pickle.loads(pickle.dumps(any_storage)) == any_storage

    def test_has_nothing_of_what_failed(self, any_storage: Storage) -> None:
        with pytest.raises(KeyError), any_storage.making("Ana/a.mp3"):
            raise KeyError
        assert any_storage.read("Ana/a.mp3") is None

    def test_keeps_what_was_there_where_the_new_is_not_whole(
        self, storage: RemoteStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        storage.write("library.json", b"old")

        def broken(*arguments: object, **options: object) -> None:
            raise ConnectionResetError("the line is dead")

        with monkeypatch.context() as patch:
            patch.setattr(fsspec.get_filesystem_class("memory"), "mv", broken)
            with pytest.raises(StorageError, match=r"memory://.* \(the line is dead\)") as raised:
                storage.write("library.json", b"new")
        assert one_line(raised.value)
        assert storage.read("library.json") == b"old"
        assert len(files_of(storage.url)) > 1
        storage.remove_stale()
        assert files_of(storage.url) == {"library.json": b"old"}
        storage.remove_stale()

    def test_is_connected_anew_once(self, storage: RemoteStorage, monkeypatch: pytest.MonkeyPatch) -> None:
        storage.write("library.json", b"there")
        memory: Any = fsspec.get_filesystem_class("memory")
        whole, faults = memory.cat_file, [ConnectionResetError()]

        def at_times(fs: object, path: str, **options: object) -> object:
            if faults:
                raise faults.pop()
            return whole(fs, path, **options)

        monkeypatch.setattr(memory, "cat_file", at_times)
        assert storage.read("library.json") == b"there"

    def test_of_a_path_is_local_however_it_is_given(self, tmp_path: Path) -> None:
        folder = tmp_path / "Zoë's"
        assert open_storage(str(folder)) == open_storage(folder.as_uri()) == LocalStorage(folder)
        assert open_storage("out") == LocalStorage(Path.cwd() / "out")

    def test_that_can_not_be_is_told_in_a_line(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(StorageError, match=r"nonsense://a/b: .*Protocol not known") as raised:
            open_storage("nonsense://a/b")
        assert one_line(raised.value)
        monkeypatch.setattr("synth.batch.storage.find_spec", lambda name: None)
        with pytest.raises(MachineError, match=r"memory://a: .*pip install 'metta-synth\[dask\]'") as told:
            open_storage("memory://a")
        assert one_line(told.value)


class TestRemoveStale:
    """Of a library that others make tracks in at the same time."""

    def test_of_a_folder_takes_the_dead_ones_only(self, tmp_path: Path) -> None:
        storage = LocalStorage(tmp_path / "out")
        elsewhere = tmp_path / "elsewhere"
        for folder in (tmp_path / "out" / "Ana" / ".metta-dead", elsewhere / ".metta-theirs"):
            folder.mkdir(parents=True)
        (tmp_path / "out" / "Bo").symlink_to(elsewhere)
        with new_folder(tmp_path / "out" / "Ana" / "a.mp3", ".metta-") as alive:
            storage.write(f"{PARTS}/probe", b"")
            storage.remove_stale()
            assert [*(tmp_path / "out" / "Ana").iterdir()] == [alive]
        assert [path.name for path in elsewhere.iterdir()] == [".metta-theirs"]
        assert storage.read(f"{PARTS}/probe") == b"", "another run asks its workers for it"

    def test_of_a_url_leaves_what_another_run_is_about_to_move(
        self, storage: RemoteStorage, other: RemoteStorage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        memory: Any = fsspec.get_filesystem_class("memory")
        whole = memory.mv

        def swept_between(fs: object, *arguments: object, **options: object) -> None:
            other.remove_stale()
            whole(fs, *arguments, **options)

        monkeypatch.setattr(memory, "mv", swept_between)
        storage.write("library.json", b"whole")
        storage.remove_stale()
        assert files_of(storage.url) == {"library.json": b"whole"}


class TestSharedCache:
    def test_an_entry_is_made_on_one_machine_and_found_on_all(
        self, storage: RemoteStorage, other: RemoteStorage
    ) -> None:
        made = storage.cache().entry("speech", "a key", making(b"sound"))
        there = other.cache()
        found = there.entry("speech", "a key", refusing)
        assert found.path != made.path
        assert found.read() == made.read() == b"sound"
        other.remove_stale()
        assert [*files_of(storage.url)] == [f"{CACHE}/{made.path.relative_to(storage.here).as_posix()}"]
        assert there.find("speech", "another") is None

    def test_the_first_to_end_wins_for_all(self, storage: RemoteStorage, other: RemoteStorage) -> None:
        first: list[CacheEntry] = []

        def slow(file: BinaryIO) -> Metadata:
            first.append(other.cache().entry("speech", "a key", making(b"first")))
            file.write(b"second, and longer")
            return {}

        second = storage.cache().entry("speech", "a key", slow)
        assert second.read() == first[0].read() == b"first"
        storage.close()
        assert storage.cache().entry("speech", "a key", refusing).read() == b"first"

    @pytest.mark.parametrize("damage", [lambda whole: whole[:-1], lambda whole: b"x" + whole[1:], lambda whole: b""])
    def test_a_damaged_entry_is_made_again(
        self, storage: RemoteStorage, other: RemoteStorage, damage: Callable[[bytes], bytes]
    ) -> None:
        storage.cache().entry("speech", "a key", making(b"sound"))
        ((name, whole),) = files_of(storage.url).items()
        storage.write(name, damage(whole))
        assert other.cache().find("speech", "a key") is None
        assert other.cache().entry("speech", "a key", making(b"sound")).read() == b"sound"
        assert files_of(storage.url)[name] == whole

    def test_encoded_chunks_stay_where_they_are(self, storage: RemoteStorage) -> None:
        cache = storage.cache()
        cache.put("mp3", "a key", b"chunk", {})
        assert cache.entry("mp3", "a key", refusing).read() == b"chunk"
        assert files_of(storage.url) == {}

    def test_a_machine_keeps_what_it_has_while_the_run_lasts(self, storage: RemoteStorage) -> None:
        made = storage.cache().entry("speech", "a key", making(b"sound"))
        again: SharedCache = pickle.loads(pickle.dumps(storage.cache()))
        fs, root = fsspec.core.url_to_fs(storage.url)
        fs.rm(root, recursive=True)
        assert again.entry("speech", "a key", refusing) == made
        assert storage.here.stat().st_mode & 0o77 == 0
        storage.close()
        assert not storage.here.exists()


class TestSounds:
    def test_are_found_by_their_content_where_their_files_are_not(
        self, tmp_path: Path, storage: RemoteStorage, other: RemoteStorage
    ) -> None:
        studio = Studio(tmp_path, storage.cache())
        bell = studio.keep("own.wav", np.sin(np.arange(9_600) / 20))
        here = Sounds(storage.cache(), [tmp_path])
        heard = here.bell("own.wav")
        sent = pickle.dumps(here).replace(storage.run.encode(), other.run.encode())
        bell.unlink()
        there: Sounds = pickle.loads(sent)
        assert there.bell("own.wav").content == heard.content
        assert there.bell("own.wav").entry.path.is_relative_to(other.here)
        assert np.array_equal(there.bell("own.wav").samples(), heard.samples())
        assert str(storage.here).encode() not in pickle.dumps(there)

"""A batch past one machine: its storage, the cache that all share, and a real cluster whose processes are killed."""

import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import numpy as np
import pytest
from helpers.sound import METTA, Studio, homely, one_line, run_metta, script
from helpers.terminals import PATIENCE_S, wait_until

from synth.batch import dask_cluster as cluster
from synth.batch.dask_cluster import dask_workers
from synth.batch.planning import BatchSettings, plan_batch
from synth.batch.roster import read_roster
from synth.batch.run import make_batch
from synth.batch.storage import CACHE, PARTS, LocalStorage, RemoteStorage, SharedCache, Storage, open_storage
from synth.content_cache import CacheEntry, Make, Metadata
from synth.errors import MachineError, StorageError
from synth.formats.track_file import TEMPORARY_PREFIX
from synth.personalise.listener import SessionOptions
from synth.sounds.collection import Sounds

fsspec = pytest.importorskip("fsspec", reason="fsspec isn't installed; pip install 'metta-synth[dask]'")
psutil = pytest.importorskip("psutil", reason="dask isn't installed, with psutil; pip install 'metta-synth[dask]'")
pytest.importorskip("distributed", reason="dask isn't installed; pip install 'metta-synth[dask]'")

NAMES = ("Ana", "Bo", "Cy", "Di", "Ed", "Fay", "Gil", "Hy")
LONG = script("[repeat 5]\nHello {name}. [pause 20s]\nMay {name} be well. [pause 5s]\n[end]", ["slots: {name: {}}"])
COMMON = ("Find a way of sitting.", "Let your eyes close.", "Feel your breath.", "Notice your feet.", "Rest a while.")
RETREAT = script("Dear {name}. [pause 1s]\n" + " [pause 9s]\n".join(COMMON), ["slots: {name: {}}"])


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


@dataclass(slots=True)
class Cluster:
    """A scheduler and its workers, each a process that can be killed; none of them restarts another.

    Each has a folder for temporary files of its own, as if it were on a machine of its own.
    """

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *settings: str) -> "Cluster":
        self._run("scheduler", "--host", "127.0.0.1", "--port", "0", "--dashboard-address", ":0", settings=settings)
        return self.fill()

    @property
    def address(self) -> str:
        """The scheduler file."""
        return str(self.folder / "scheduler.json")

    @property
    def scheduler(self) -> subprocess.Popen[bytes]:
        return self.processes[0]

    @property
    def workers(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self.processes[1:] if process.poll() is None]

    def fill(self, count: int = 2) -> "Cluster":
        """So many workers, whatever became of the former ones."""
        while len(self.workers) < count:
            self._run("worker", "--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", self.folder)
        wait_until(lambda: (self.folder / "log").read_bytes().count(b"Registered to:") == len(self.processes) - 1)
        return self

    @property
    def busy(self) -> list[subprocess.Popen[bytes]]:
        """The workers that speak or encode: those do it in a process of theirs."""
        return [worker for worker in self.workers if psutil.Process(worker.pid).children()]

    def kill(self, *processes: subprocess.Popen[bytes]) -> None:
        for process in processes:
            process.kill()
            process.wait()

    def _run(self, what: str, *options: str | Path, settings: tuple[str, ...] = ()) -> None:
        command = [sys.executable, "-m", "dask", what, "--scheduler-file", self.address, *map(str, options)]
        own = self.folder / f"machine {len(self.processes)}"
        own.mkdir()
        environment = homely(self.folder) | {"TMPDIR": str(own)} | dict(setting.split("=") for setting in settings)
        with (self.folder / "log").open("ab") as log:
            self.processes.append(subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log))


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    cluster.start()
    yield cluster
    cluster.kill(*cluster.processes)


@pytest.fixture
def two(lasting: Cluster) -> Cluster:
    """A cluster of two workers."""
    lasting.kill(*lasting.workers[2:])
    return lasting.fill()


def on(cluster: Cluster, folder: Path) -> AbstractContextManager[Executor]:
    """A cluster's workers, for tracks that nobody makes."""
    return dask_workers(cluster.address, LocalStorage(folder))


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster that may be ruined."""
    folder = tmp_path / "cluster"
    folder.mkdir()
    cluster = Cluster(folder)
    yield cluster
    cluster.kill(*cluster.processes)


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with a roster and scripts, and the command run in it."""

    folder: Path

    def batch(self, *options: str, voice: str = "tones") -> subprocess.CompletedProcess[str]:
        return run_metta(*self.arguments(*options, voice=voice), folder=self.folder)

    def started(self, *options: str, voice: str = "tones") -> subprocess.Popen[str]:
        return subprocess.Popen(
            [METTA, *self.arguments(*options, voice=voice)],
            cwd=self.folder,
            env=homely(self.folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def arguments(self, *options: str, voice: str) -> tuple[str, ...]:
        return ("batch", "people.csv", "--meditation", "long.md", "--voice", voice, *options)

    def tracks(self, folder: str) -> list[dict[str, Any]]:
        library = self.folder / folder / "library.json"
        return json.loads(library.read_text(encoding="utf-8"))["tracks"] if library.exists() else []

    def files(self, folder: str) -> dict[str, bytes]:
        root = self.folder / folder
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.glob("[!.]*/*")} | {
            "library.json": (root / "library.json").read_bytes()
        }


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "people.csv").write_text("name\n" + "".join(f"{name}\n" for name in NAMES), encoding="utf-8")
    (folder / "long.md").write_text(LONG, encoding="utf-8")
    return Desk(folder)


WHOLE = f"{len(NAMES)} made, 0 there already, 0 failed\n"


class TestCluster:
    @pytest.mark.parametrize("together", [[], ["--together"]], ids=["alone", "together"])
    def test_a_killed_worker_changes_no_byte(self, two: Cluster, desk: Desk, together: list[str]) -> None:
        process = desk.started("-o", "out", "--dask", two.address, *together)
        wait_until(lambda: desk.tracks("out") and len(two.busy) == 2)
        two.kill(two.workers[0])
        said, told = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, told, said) == (0, "", f"out: {WHOLE}")
        assert desk.batch("-o", "alone", *together).stdout == f"alone: {WHOLE}"
        assert desk.files("out") == desk.files("alone")
        assert not [*desk.folder.glob(f"out/**/{TEMPORARY_PREFIX}*")]

    def test_a_killed_worker_changes_no_take_of_a_real_voice(self, two: Cluster, desk: Desk) -> None:
        """On what only fsspec can reach, killed while it speaks; two others go on with what it said."""
        two.fill(3)
        (desk.folder / "long.md").write_text(RETREAT, encoding="utf-8")
        far = f"dir::file://{desk.folder}/far"
        process = desk.started("-o", far, "--dask", two.address, voice="pyttsx3")
        wait_until(lambda: [*desk.folder.glob(f"far/**/{CACHE}/speech/*/*")] and two.busy)
        two.kill(two.busy[0])
        said, told = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, told, said) == (0, "", f"{far}: {WHOLE}")
        (library,) = desk.folder.glob("far/**/library.json")
        spoken = library.parent / CACHE / "speech"
        said_at, made_at = (
            [path.stat().st_mtime for path in paths]
            for paths in (spoken.glob("*/*"), library.parent.glob("*/long.mp3"))
        )
        assert len(said_at) == len(NAMES) + len(COMMON)
        assert max(said_at) < min(made_at), "nothing is said again by those who make tracks"
        shutil.copytree(spoken, desk.folder / "home" / "cache" / "metta-synth" / "speech")
        assert desk.batch("-o", "alone", voice="pyttsx3").stdout == f"alone: {WHOLE}"
        assert desk.files(str(library.parent)) == desk.files("alone")
        assert not (library.parent / PARTS).exists()

    def test_what_lies_beside_a_script_is_needed_on_no_worker(self, two: Cluster, desk: Desk) -> None:
        storage = RemoteStorage(f"dir::file://{desk.folder}/far")
        bell = Studio(desk.folder, storage.cache()).keep("own.wav", np.sin(np.arange(9_600) / 20))
        text = script("[bell own.wav]\n\nHello {name}.", ["slots: {name: {}}"])
        (desk.folder / "long.md").write_text(text, encoding="utf-8")
        roster = read_roster(desk.folder / "people.csv")
        settings = BatchSettings(storage.cache(), -16.0)
        plan = plan_batch(roster, [str(desk.folder / "long.md")], SessionOptions(voice="tones"), settings)
        bell.unlink()
        with dask_workers(two.address, storage) as executor:
            library = make_batch(plan, storage, executor)
        storage.close()
        assert (library.failures, library.count("made")) == ([], len(NAMES))

    def test_ctrl_c_gives_up_what_was_not_begun(self, two: Cluster, desk: Desk) -> None:
        process = desk.started("-o", "out", "--dask", two.address)
        wait_until(lambda: desk.tracks("out"))
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, told) == (130, "interrupted\n")
        made = len(desk.tracks("out"))
        assert 0 < made < len(NAMES)
        run = desk.batch("-o", "out", "--dask", two.address)
        assert run.stdout == f"out: {len(NAMES) - made} made, {made} there already, 0 failed\n"

    def test_a_lost_scheduler_is_told_in_a_line(self, own: Cluster, desk: Desk) -> None:
        own.start()
        process = desk.started("-o", "out", "--dask", own.address)
        wait_until(lambda: desk.tracks("out"))
        own.kill(own.scheduler)
        said, told = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, said) == (3, "")
        assert told.endswith(
            "the scheduler or all workers are gone; start them, and run this again for what is missing\n"
        )
        assert one_line(told.strip())
        made = desk.tracks("out")
        assert 0 < len(made) < len(NAMES)
        assert all((desk.folder / "out" / track["path"]).exists() for track in made)

    def test_lost_workers_are_not_waited_for_for_ever(
        self, two: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(cluster, "ALONE_S", 2)

        def lose() -> None:
            with on(two, tmp_path) as executor:
                future = executor.submit(time.sleep, 60)
                two.kill(*two.workers)
                future.result()

        with pytest.raises(MachineError, match="all workers are gone"):
            lose()

    def test_what_failed_once_is_tried_again(self, two: Cluster, tmp_path: Path) -> None:
        tried = str(tmp_path / "tried")
        full_at_first = f"import os; os.path.exists({tried!r}) or os.mkdir({tried!r}) or 1 / 0"
        with on(two, tmp_path) as executor:
            assert executor.submit(exec, full_at_first).result() is None

    def test_a_task_that_kills_its_workers_is_told(self, own: Cluster, tmp_path: Path) -> None:
        own.start("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=0")
        with (
            pytest.raises(MachineError, match="worker after worker died of the same task"),
            on(own, tmp_path) as executor,
        ):
            executor.submit(os._exit, 1).result()

    @pytest.mark.parametrize("address", ["nowhere.json", "a b://c", "tcp://127.0.0.1:1"])
    def test_that_is_none_is_told(self, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "ANSWER_S", 1)
        nowhere = dask_workers(address, LocalStorage(tmp_path))
        with pytest.raises(MachineError, match=rf"{address}: there is no dask scheduler \(.*\)") as raised, nowhere:
            pass
        assert one_line(raised.value)

    def test_must_see_the_output_folder(self, two: Cluster, desk: Desk) -> None:
        run = desk.batch("-o", "memory://each-its-own", "--dask", two.address)
        assert (run.returncode, run.stdout) == (3, "")
        assert "doesn't find what was put into the output folder" in run.stderr
        assert one_line(run.stderr.strip())

    def test_must_have_this_version(self, two: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(cluster, "__version__", "99")
        with (
            pytest.raises(MachineError, match=r"has metta-synth .*, and this is 99; make them equal"),
            on(two, tmp_path),
        ):
            pass

    def test_is_not_there_without_dask(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        nowhere = dask_workers("tcp://127.0.0.1:1", LocalStorage(tmp_path))
        with pytest.raises(MachineError, match=r"pip install 'metta-synth\[dask\]'"), nowhere:
            pass

"""A batch past one machine: a real cluster, whose processes are killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sound import METTA, Studio, homely, one_line, run_metta, script
from helpers.terminals import PATIENCE_S, wait_until

from synth.batch import dask_cluster as cluster
from synth.batch.dask_cluster import dask_workers
from synth.batch.planning import BatchSettings, plan_batch
from synth.batch.roster import read_roster
from synth.batch.run import make_batch
from synth.batch.storage import CACHE, PARTS, LocalStorage, RemoteStorage
from synth.errors import MachineError
from synth.formats.track_file import TEMPORARY_PREFIX
from synth.personalise.listener import SessionOptions

fsspec = pytest.importorskip("fsspec", reason="fsspec isn't installed; pip install 'metta-synth[dask]'")
psutil = pytest.importorskip("psutil", reason="dask isn't installed, with psutil; pip install 'metta-synth[dask]'")
pytest.importorskip("distributed", reason="dask isn't installed; pip install 'metta-synth[dask]'")

NAMES = ("Ana", "Bo", "Cy", "Di", "Ed", "Fay", "Gil", "Hy")
LONG = script("[repeat 3]\nHello {name}. [pause 20s]\nMay {name} be well. [pause 5s]\n[end]", ["slots: {name: {}}"])
COMMON = ("Find a way of sitting.", "Let your eyes close.", "Feel your breath.", "Notice your feet.", "Rest a while.")
RETREAT = script("Dear {name}. [pause 1s]\n" + " [pause 9s]\n".join(COMMON), ["slots: {name: {}}"])


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
        assert told == ""
        assert (process.returncode, said) == (0, f"{far}: {WHOLE}")
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

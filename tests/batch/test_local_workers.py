"""Tracks made by several processes of this machine, ended at any moment."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.batches import Desk
from helpers.sound import METTA, homely, script
from helpers.terminals import PATIENCE_S, wait_until

from synth.formats.track_file import TEMPORARY_PREFIX

LONG = script("[repeat 5]\nHello {name}. [pause 20s]\n[end]", ["slots: {name: {}}"])


def started(desk: Desk, *arguments: str) -> subprocess.Popen[str]:
    """The command in a process group of its own, as a terminal starts it."""
    return subprocess.Popen(
        [METTA, "batch", *arguments],
        cwd=desk.folder,
        env=homely(desk.folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def alive_in(group: int) -> Iterator[str]:
    """The processes of a group that have not ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgrp = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(pgrp) == group and state != "Z":
            yield stat.parent.name


class TestEnded:
    OPTIONS = ("a.csv", "-o", "out", "--meditation", "long.md", "--voice", "tones")

    @pytest.fixture
    def busy(self, tmp_path: Path) -> Desk:
        desk = Desk(tmp_path)
        desk.write("long.md", LONG)
        desk.write("a.csv", "name\n" + "".join(f"{name}\n" for name in ("Ana", "Bo", "Cy", "Di", "Ed")))
        return desk

    def half_made(self, desk: Desk) -> bool:
        begun = (desk.folder / "out" / "library.json").exists() and desk.statuses()
        return bool(begun) and any(desk.folder.glob(f"out/*/{TEMPORARY_PREFIX}*/track.mp3"))

    @pytest.mark.skipif(os.name == "nt", reason="processes are ended otherwise there")
    def test_at_any_moment_the_next_run_finishes(self, busy: Desk) -> None:
        """Two jobs, killed in the middle, and the same alone and undisturbed: the same bytes."""
        process = started(busy, *self.OPTIONS, "--jobs", "2")
        wait_until(lambda: self.half_made(busy))
        process.kill()
        process.communicate()
        wait_until(lambda: not [*alive_in(process.pid)])
        left = busy.statuses()
        assert 0 < len(left) < 5
        assert [*busy.folder.glob(f"out/*/{TEMPORARY_PREFIX}*")]
        run = busy.batch("a.csv", "-o", "out", "--meditation", "long.md", jobs=2)
        assert run.stdout == f"out: {5 - len(left)} made, {len(left)} there already, 0 failed\n"
        assert not [*busy.folder.glob(f"out/*/{TEMPORARY_PREFIX}*")]
        assert busy.batch("a.csv", "-o", "whole", "--meditation", "long.md").returncode == 0
        disturbed, whole = busy.files(), busy.files("whole")
        told = disturbed.pop("library.json").replace(b"unchanged", b"made")
        assert told == whole.pop("library.json")
        assert disturbed == whole

    @pytest.mark.parametrize("jobs", ["1", "2"])
    @pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
    def test_from_outside_leaves_nothing_half_made(self, busy: Desk, jobs: str, name: str) -> None:
        self.ends(busy, jobs, os.kill, getattr(signal, name))

    @pytest.mark.parametrize("jobs", ["1", "2"])
    @pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["the command", "its whole group"])
    def test_by_ctrl_c_leaves_nothing_half_made(self, busy: Desk, jobs: str, send: Callable[[int, int], None]) -> None:
        self.ends(busy, jobs, send, signal.SIGINT)

    def ends(self, busy: Desk, jobs: str, send: Callable[[int, int], None], number: int) -> None:
        process = started(busy, *self.OPTIONS, "--jobs", jobs)
        wait_until(lambda: self.half_made(busy))
        send(process.pid, number)
        _, told = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, told) == (130, "interrupted\n")
        wait_until(lambda: not [*alive_in(process.pid)])
        assert not [*busy.folder.glob(f"out/*/{TEMPORARY_PREFIX}*")]
        assert set(busy.statuses()) <= {path for path in busy.files() if path.endswith(".mp3")}
        assert busy.statuses()

"""The cache under what can happen to it: kills, bad bytes, full disks, two writers, and its own limit."""

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from helpers.sound import run_metta, script
from helpers.terminals import PATIENCE_S
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.content_cache import Cache, CacheEntry, Make, Metadata
from synth.errors import MachineError, StorageError

METADATA: Metadata = {"rate": 22050, "name": "José 李", "energies": [0.5, 1e-9]}

KILLED = """
import os, pathlib, signal, sys
from synth.content_cache import Cache


def make(file):
    file.write(b"half " * 9999)
    file.flush()
    print("making", flush=True)
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


Cache(pathlib.Path(sys.argv[1])).entry("speech", "key", make)
"""

FULL = """
import pathlib, resource, sys
from synth.content_cache import Cache
from synth.errors import StorageError

resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)


def make(file):
    file.write(bytes(100_000))
    return {}


try:
    Cache(pathlib.Path(sys.argv[1])).entry("speech", "key", make)
except StorageError as error:
    print(error)
    sys.exit(error.exit_code)
"""
"""A process that may write no file longer than its second argument."""

TWO = """
import pathlib, sys, time
from synth.content_cache import Cache

me, other, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])


def make(file):
    (folder / me).touch()
    while not (folder / other).exists():
        time.sleep(0.001)
    file.write(me.encode() * 5000)
    return {"writer": me}


entry = Cache(folder / "cache").entry("speech", "key", make)
print(entry.metadata["writer"], entry.read().decode())
"""
"""A process that writes only when another one has begun to write the same."""


def making(body: bytes, metadata: Metadata | None = None) -> Make:
    def make(file: BinaryIO) -> Metadata:
        file.write(body)
        return METADATA if metadata is None else metadata

    return make


def refusing(file: BinaryIO) -> Metadata:
    raise AssertionError("this is made already")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


def age(path: Path, hours: float) -> None:
    """Makes a file one that was last used so long ago."""
    then = path.stat().st_mtime - hours * 3600
    os.utime(path, (then, then))


def aged(entry: CacheEntry, hours: float) -> CacheEntry:
    """An entry that was last used so long ago."""
    age(entry.path, hours)
    return entry


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_S,
    )


@pytest.mark.parametrize("body", [b"", b"\0", b"sound" * 300_000])
def test_an_entry_is_made_once_and_found_again(body: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    made = Cache(folder).entry("speech", "key", making(body))
    found = Cache(folder).entry("speech", "key", refusing)
    assert found == made
    assert (found.metadata, found.body_bytes, found.read()) == (METADATA, len(body), body)
    assert files_in(folder) == [found.path]


def test_a_stretch_of_a_body_is_read(tmp_path: Path) -> None:
    entry = Cache(tmp_path).entry("sounds", "key", making(bytes(range(100))))
    assert entry.read(10, 20) == bytes(range(10, 20))
    assert entry.read(90, 1_000) == bytes(range(90, 100))
    assert entry.read(95) == bytes(range(95, 100))
    assert entry.read(100) == b""


def test_keys_and_kinds_are_kept_apart(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    asked = [("speech", "one"), ("speech", "two"), ("speech", "One"), ("sounds", "one"), ("speech", "李")]
    for number, (kind, cache_key) in enumerate(asked):
        cache.entry(kind, cache_key, making(b"%d" % number))
    assert [cache.entry(kind, cache_key, refusing).read() for kind, cache_key in asked] == [
        b"0",
        b"1",
        b"2",
        b"3",
        b"4",
    ]


def test_a_make_that_fails_leaves_nothing_and_its_error_is_told(tmp_path: Path) -> None:
    def failing(file: BinaryIO) -> Metadata:
        file.write(b"half")
        raise KeyError("what went wrong")

    cache = Cache(tmp_path)
    with pytest.raises(KeyError, match="what went wrong"):
        cache.entry("speech", "key", failing)
    assert files_in(tmp_path) == []
    assert cache.entry("speech", "key", making(b"whole")).read() == b"whole"


def test_a_process_killed_while_making_leaves_no_entry(tmp_path: Path) -> None:
    done = run(KILLED, str(tmp_path))
    assert done.stdout == "making\n"
    assert done.returncode != 0
    left = files_in(tmp_path)
    made = Cache(tmp_path).entry("speech", "key", making(b"whole"))
    assert made.path not in left
    assert made.read() == b"whole"
    assert Cache(tmp_path).entry("speech", "key", refusing).read() == b"whole"


def test_what_a_killed_process_left_is_let_go_with_the_oldest(tmp_path: Path) -> None:
    run(KILLED, str(tmp_path))
    (left,) = files_in(tmp_path)
    os.utime(left, (0, 0))
    assert Cache(tmp_path).trim(0) == 5 * 9999
    assert files_in(tmp_path) == []


def damaged_is_made_again(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    cache = Cache(folder)
    entry = cache.entry("speech", "key", making(b"sound" * 40))
    whole = entry.path.read_bytes()
    entry.path.write_bytes(damage(whole))
    assert entry.path.read_bytes() != whole
    again = cache.entry("speech", "key", making(b"other" * 40))
    assert again.read() == b"other" * 40
    assert again.metadata == METADATA
    assert Cache(folder).entry("speech", "key", refusing) == again


LENGTH = 200 + len(b'{"rate": 22050, "name": "Jos\\u00e9 \\u674e", "energies": [0.5, 1e-09]}') + 8 + 32
"""Bytes of the entry that is damaged: body, metadata, their length, digest."""


def test_the_length_of_an_entry_is_known(tmp_path: Path) -> None:
    assert Cache(tmp_path).entry("speech", "key", making(b"sound" * 40)).path.stat().st_size == LENGTH


@settings(max_examples=150)
@given(position=st.integers(0, LENGTH - 1), flipped=st.integers(1, 255))
def test_an_entry_with_a_wrong_byte_is_made_again(
    position: int, flipped: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def flip(whole: bytes) -> bytes:
        return whole[:position] + bytes([whole[position] ^ flipped]) + whole[position + 1 :]

    damaged_is_made_again(tmp_path_factory.mktemp("cache"), flip)


@settings(max_examples=60)
@given(kept=st.integers(0, LENGTH - 1))
def test_an_entry_that_lost_its_end_is_made_again(kept: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    damaged_is_made_again(tmp_path_factory.mktemp("cache"), lambda whole: whole[:kept])


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: whole[:32],
        lambda whole: whole[:40],
        lambda whole: whole[1:],
        lambda whole: whole + b"\0",
        lambda whole: whole + whole,
        lambda whole: bytes(len(whole)),
    ],
)
def test_an_entry_that_is_not_itself_is_made_again(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    damaged_is_made_again(tmp_path, damage)


def test_an_entry_that_went_away_is_told(tmp_path: Path) -> None:
    entry = Cache(tmp_path).entry("speech", "key", making(b"sound"))
    entry.path.unlink()
    with pytest.raises(StorageError, match="can't be kept there"):
        entry.read()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
@pytest.mark.parametrize("limit", [0, 1_000, 99_999, 100_005, 100_030])
def test_a_disk_that_fills_up_is_told_and_leaves_nothing(limit: int, tmp_path: Path) -> None:
    done = run(FULL, str(tmp_path), str(limit))
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout == f"{tmp_path}: speech and sounds can't be kept there (File too large); " + (
        "make room, or see to its rights\n"
    )
    assert files_in(tmp_path) == []
    assert Cache(tmp_path).entry("speech", "key", making(b"whole")).read() == b"whole"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_disk_that_is_just_large_enough_is_enough(tmp_path: Path) -> None:
    assert run(FULL, str(tmp_path), str(100_000 + 2 + 8 + 32)).returncode == 0
    assert Cache(tmp_path).entry("speech", "key", refusing).read() == bytes(100_000)


def on_a_disk_of(capacity: int, folder: Path, body: bytes) -> Make:
    """A make on a disk of so many bytes: it is refused where the entries there leave too little room."""

    def make(file: Any) -> Metadata:
        file.write(body)
        file.flush()
        if sum(path.stat().st_size for path in files_in(folder)) > capacity:
            file.errors.append(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))  # as if it were this file's own
            raise file.errors[0]
        return METADATA

    return make


def test_old_entries_are_let_go_where_the_disk_is_full(tmp_path: Path) -> None:
    old = aged(Cache(tmp_path).entry("speech", "old", making(bytes(5_000))), hours=1)
    cache = Cache(tmp_path)
    ours = cache.entry("speech", "ours", making(bytes(1_000)))
    made = cache.entry("speech", "new", on_a_disk_of(6_000, tmp_path, bytes(4_000)))
    assert made.read() == bytes(4_000)
    assert sorted(files_in(tmp_path)) == sorted([ours.path, made.path])
    assert not old.path.exists()


def test_a_full_disk_is_told_where_letting_go_does_not_help(tmp_path: Path) -> None:
    aged(Cache(tmp_path).entry("speech", "old", making(bytes(5_000))), hours=1)
    cache = Cache(tmp_path)
    ours = cache.entry("speech", "ours", making(bytes(5_000)))
    with pytest.raises(StorageError, match=r"No space left on device.*make room") as raised:
        cache.entry("speech", "new", on_a_disk_of(6_000, tmp_path, bytes(4_000)))
    assert raised.value.exit_code == 3
    assert files_in(tmp_path) == [ours.path]


def test_of_two_processes_that_make_the_same_the_first_wins_for_both(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TWO]
    processes = [
        subprocess.Popen([*command, *names, str(tmp_path)], stdout=subprocess.PIPE, encoding="utf-8")
        for names in (("a", "b"), ("b", "a"))
    ]
    try:
        told = [process.communicate(timeout=PATIENCE_S)[0].split() for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert [process.returncode for process in processes] == [0, 0]
    assert told[0] == told[1]
    writer, body = told[0]
    assert body == writer * 5000
    kept = Cache(tmp_path / "cache").entry("speech", "key", refusing)
    assert kept.read() == body.encode()
    assert files_in(tmp_path / "cache") == [kept.path]


def test_who_has_an_entry_never_finds_another_there_later(tmp_path: Path) -> None:
    """The second writer began first, and ends when the first one's entry is already in use."""
    first: list[CacheEntry] = []

    def slow(file: BinaryIO) -> Metadata:
        first.append(Cache(tmp_path).entry("speech", "key", making(b"first", {"writer": 1})))
        file.write(b"second, and longer")
        return {"writer": 2}

    second = Cache(tmp_path).entry("speech", "key", slow)
    assert second == first[0]
    assert first[0].read() == second.read() == b"first"
    assert files_in(tmp_path) == [second.path]


def entries(cache: Cache, *names: str) -> dict[str, CacheEntry]:
    """Entries of a thousand bytes and a little; the first is the oldest, by an hour each."""
    made = {name: cache.entry("speech", name, making(bytes(1_000))) for name in names}
    for hours, entry in enumerate(reversed(made.values()), 1):
        aged(entry, hours)
    return made


def left_of(made: dict[str, CacheEntry]) -> str:
    return "".join(name for name, entry in made.items() if entry.path.exists())


@pytest.mark.parametrize(("limit", "left"), [(9_999, "abcd"), (4_000, "bcd"), (2_500, "cd"), (1_200, "d"), (500, "")])
def test_trim_keeps_under_the_limit_by_letting_go_of_the_oldest(limit: int, left: str, tmp_path: Path) -> None:
    made = entries(Cache(tmp_path), *"abcd")
    size = made["a"].path.stat().st_size
    cache = Cache(tmp_path, limit_bytes=limit)
    assert cache.trim() == (4 - len(left)) * size
    assert left_of(made) == left
    assert sum(path.stat().st_size for path in files_in(tmp_path)) <= limit
    assert cache.trim() == 0


def test_a_limit_that_is_just_kept_takes_nothing(tmp_path: Path) -> None:
    made = entries(Cache(tmp_path), *"abc")
    total = sum(path.stat().st_size for path in files_in(tmp_path))
    assert Cache(tmp_path, total).trim() == 0
    assert Cache(tmp_path, total - 1).trim() == total // 3
    assert left_of(made) == "bc"


def test_an_entry_that_is_used_is_young_again(tmp_path: Path) -> None:
    made = entries(Cache(tmp_path), *"abc")
    Cache(tmp_path).entry("speech", "a", refusing)
    size = made["a"].path.stat().st_size
    assert Cache(tmp_path, limit_bytes=2 * size).trim() == size
    assert left_of(made) == "ac"


def test_trim_never_takes_what_this_run_made_or_used(tmp_path: Path) -> None:
    made = entries(Cache(tmp_path), *"abc")
    cache = Cache(tmp_path, limit_bytes=0)
    cache.entry("speech", "b", refusing)
    made["d"] = cache.entry("speech", "d", making(bytes(1_000)))
    cache.trim()
    assert left_of(made) == "bd"


def test_trim_of_kinds_counts_them_together(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    speech = aged(cache.entry("speech", "key", making(bytes(1_000))), hours=1)
    sound = aged(cache.entry("sounds", "key", making(bytes(1_000))), hours=2)
    Cache(tmp_path, limit_bytes=1_500).trim()
    assert files_in(tmp_path) == [speech.path]
    assert not sound.path.exists()


def test_trim_of_nothing_frees_nothing(tmp_path: Path) -> None:
    assert Cache(tmp_path / "nowhere", limit_bytes=0).trim() == 0


def test_trim_goes_on_after_what_it_can_not_let_go(tmp_path: Path) -> None:
    made = entries(Cache(tmp_path), *"ab")
    foreign = made["a"].path.with_name("a folder")
    foreign.mkdir()
    os.utime(foreign, (0, 0))
    Cache(tmp_path, limit_bytes=0).trim()
    assert foreign.is_dir()
    assert left_of(made) == ""


@pytest.mark.parametrize("inside", ["", "deeper/cache"])
def test_a_file_where_the_folder_should_be_is_told_in_one_line(inside: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = Cache(tmp_path / "file" / inside)
    with pytest.raises(StorageError) as raised:
        cache.entry("speech", "key", refusing)
    assert str(raised.value).startswith(f"{cache.folder}: speech and sounds can't be kept there (")
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 3
    assert cache.trim() == 0


def test_a_folder_where_an_entry_should_be_is_told(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    entry = cache.entry("speech", "key", making(b"sound"))
    entry.path.unlink()
    entry.path.mkdir()
    with pytest.raises(StorageError):
        cache.entry("speech", "key", making(b"sound"))


def test_a_read_only_cache_still_serves(tmp_path: Path) -> None:
    made = entries(Cache(tmp_path), *"ab")
    folders = [tmp_path, *(path for path in tmp_path.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o500)
    try:
        if may_write(made["a"].path.parent):
            pytest.skip("rights do not bind this user")
        cache = Cache(tmp_path, limit_bytes=0)
        assert cache.entry("speech", "a", refusing).read() == bytes(1_000)
        assert cache.trim() == 0
        assert left_of(made) == "ab"
        with pytest.raises(StorageError, match="see to its rights"):
            cache.entry("speech", "new", making(b"sound"))
    finally:
        for folder in folders:
            folder.chmod(0o700)


def may_write(folder: Path) -> bool:
    try:
        (folder / "probe").touch()
    except PermissionError:
        return False
    (folder / "probe").unlink()
    return True


class TestCommand:
    """``metta cache``: what is kept, how much of it, and that it can be let go of."""

    @pytest.fixture
    def desk(self, tmp_path: Path) -> Path:
        (tmp_path / "a.md").write_text(script("One two three. [pause 3s] [bell chime]"), encoding="utf-8")
        run = run_metta("render", "a.md", "--voice", "tones", "-o", "a.mp3", folder=tmp_path)
        assert run.returncode == 0, run.stderr
        return tmp_path

    def told(self, desk: Path, *options: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(run_metta("cache", "--json", *options, folder=desk).stdout)
        return told

    def test_tells_what_is_kept(self, desk: Path) -> None:
        told = self.told(desk)
        kept = {
            kind: sum(path.stat().st_size for path in Path(told["folder"], kind).rglob("??/*"))
            for kind in told["bytes"]
        }
        assert told["bytes"] == kept
        assert set(kept) == {"speech", "sound", "mp3"}
        assert told["limit_bytes"] == 2_000_000_000
        words = run_metta("cache", folder=desk).stdout
        assert re.match(rf"{re.escape(told['folder'])}: \d+ [KM]B of 2.0 GB\n", words)
        assert "spoken sentences" in words

    def test_lets_go_of_all_and_everything_is_made_again(self, desk: Path) -> None:
        before = (desk / "a.mp3").read_bytes()
        (desk / "a.mp3").unlink()
        assert self.told(desk, "--clear")["bytes"] == {}
        run_metta("render", "a.md", "--voice", "tones", "-o", "a.mp3", folder=desk)
        assert (desk / "a.mp3").read_bytes() == before

    def test_keeps_to_a_limit_from_then_on(self, desk: Path) -> None:
        folder = Path(self.told(desk)["folder"])

        def age_all() -> None:
            """What a run made itself, it does not let go of; this run is long ago."""
            for path in files_in(folder):
                age(path, hours=1)

        age_all()
        assert self.told(desk, "--limit", "40KB")["limit_bytes"] == 40_000
        assert sum(self.told(desk)["bytes"].values()) <= 40_000
        (desk / "b.md").write_text(script("Four five six. [pause 30s] [bell chime]"), encoding="utf-8")
        run_metta("render", "b.md", "--voice", "tones", "-o", "b.mp3", folder=desk)
        assert sum(path.stat().st_size for path in files_in(folder)) > 40_000
        age_all()
        assert sum(self.told(desk)["bytes"].values()) <= 40_000

    @pytest.mark.parametrize("size", ["nothing", "-5MB", "5", "5 TB"])
    def test_refuses_what_is_no_size(self, desk: Path, size: str) -> None:
        run = run_metta("cache", f"--limit={size}", folder=desk)
        assert run.returncode == 2
        assert "is not a size; write it like 500MB or 2GB" in run.stderr


def test_what_fails_elsewhere_is_not_the_caches_and_empties_nothing(tmp_path: Path) -> None:
    made = entries(Cache(tmp_path), *"ab")

    def full(file: BinaryIO) -> Metadata:
        file.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/engine.wav")

    with pytest.raises(MachineError, match="temporary files") as raised:
        Cache(tmp_path).entry("speech", "new", full)
    assert not isinstance(raised.value, StorageError)
    assert "\n" not in str(raised.value)
    assert left_of(made) == "ab"
    assert len(files_in(tmp_path)) == 2


@pytest.mark.parametrize(("kind", "key"), [("speech", "other"), ("sounds", "key")])
def test_an_entry_in_anothers_place_is_made_again(tmp_path: Path, kind: str, key: str) -> None:
    cache = Cache(tmp_path)
    mine = cache.entry("speech", "key", making(b"mine"))
    theirs = cache.entry(kind, key, making(b"theirs"))
    mine.path.write_bytes(theirs.path.read_bytes())
    assert cache.find("speech", "key") is None
    assert cache.entry("speech", "key", making(b"mine")).read() == b"mine"


def test_a_cache_that_is_cleared_while_an_entry_is_made_keeps_it_all_the_same(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    times: list[int] = []

    def make(body: BinaryIO) -> Metadata:
        body.write(b"sound")
        if not times:
            shutil.rmtree(tmp_path / "cache")
        times.append(1)
        return {}

    assert cache.entry("speech", "a", make).read() == b"sound"
    assert len(times) == 2

"""Files written whole or not at all, whatever happens meanwhile."""

import os
import stat
import sys
from pathlib import Path

import pytest

from synth.errors import RequestError, StorageError
from synth.files import leftovers, new_file, new_folder, read_source, remove_abandoned, write_atomically

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes and links")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


class TestNewFile:
    def test_is_there_when_it_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "a.txt"
        with new_file(path) as file:
            file.write(b"whole")
            assert not path.exists()
            (temporary,) = tmp_path.iterdir()
            assert list(leftovers(path)) == [temporary]
        assert [*tmp_path.iterdir()] == [path]
        assert path.read_bytes() == b"whole"

    @pytest.mark.parametrize("error", [OSError, ValueError, KeyboardInterrupt])
    def test_that_fails_leaves_what_was_there(self, tmp_path: Path, error: type[BaseException]) -> None:
        path = tmp_path / "a.txt"
        path.write_bytes(b"earlier")

        def fail() -> None:
            with new_file(path) as file:
                file.write(b"half")
                raise error

        with pytest.raises(error):
            fail()
        assert [*tmp_path.iterdir()] == [path]
        assert path.read_bytes() == b"earlier"

    def test_that_cannot_be_placed_leaves_nothing(self, tmp_path: Path) -> None:
        def refuse(temporary: Path, path: Path) -> None:
            raise OSError("no")

        with pytest.raises(OSError, match="no"), new_file(tmp_path / "a.txt", refuse) as file:
            file.write(b"whole")
        assert [*tmp_path.iterdir()] == []

    @POSIX
    def test_may_be_its_owners_alone_from_the_first_byte(self, tmp_path: Path, umask: int) -> None:
        for path, owner_only, expected in (
            (tmp_path / "a", True, 0o600),
            (tmp_path / "b", False, 0o666 & ~umask),
        ):
            path.write_bytes(b"")
            path.chmod(0o644)
            with new_file(path, owner_only=owner_only):
                (temporary,) = leftovers(path)
                assert mode(temporary) == expected
            assert mode(path) == expected

    @POSIX
    def test_never_writes_through_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").write_bytes(b"somebody's")
        path = tmp_path / "a"
        path.symlink_to(tmp_path / "elsewhere")
        write_atomically(path, "mine")
        assert not path.is_symlink()
        assert (tmp_path / "elsewhere").read_bytes() == b"somebody's"

    @POSIX
    def test_meets_no_link_that_somebody_left_for_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("secrets.token_hex", lambda count: "guessed")
        (tmp_path / ".a.guessed.part").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(FileExistsError), new_file(tmp_path / "a"):
            pass
        assert not (tmp_path / "elsewhere").exists()

    def test_has_a_name_of_its_own_each_time(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        with new_file(path) as one, new_file(path) as other:
            assert len([*leftovers(path)]) == 2
            one.write(b"first")
            other.write(b"second")
        assert path.read_bytes() == b"first", "the last to be placed"

    @pytest.mark.parametrize("name", ["a" * 255, "ö" * 127, "静" * 85, "[a]*?"])
    def test_may_have_any_name_that_a_file_can_have(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        try:
            path.write_bytes(b"earlier")
        except OSError:
            pytest.skip("not on this file system")
        with new_file(path) as file:
            file.write(b"now")
            assert len([*leftovers(path)]) == 1
        assert path.read_bytes() == b"now"


@POSIX
class TestRemoveAbandoned:
    def test_takes_what_nobody_holds_any_more_and_leaves_what_is_being_made(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        dead = tmp_path / ".a.0123456789abcdef.part"
        dead.write_bytes(b"half")
        with new_file(path) as file:
            file.write(b"whole")
            assert remove_abandoned([*leftovers(path)]) == len(b"half")
            (alive,) = leftovers(path)
            assert alive != dead
        assert path.read_bytes() == b"whole"

    def test_tells_folders_apart_likewise(self, tmp_path: Path) -> None:
        dead = tmp_path / ".metta-dead"
        dead.mkdir()
        (dead / "track.mp3").write_bytes(b"half")
        with new_folder(tmp_path / "a.mp3", ".metta-") as alive:
            (alive / "track.mp3").write_bytes(b"half")
            remove_abandoned([*tmp_path.glob(".metta-*")])
            assert [*tmp_path.iterdir()] == [alive]
            assert (alive / "track.mp3").read_bytes() == b"half"
        assert [*tmp_path.iterdir()] == []

    def test_follows_no_link(self, tmp_path: Path) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "precious").write_bytes(b"somebody's")
        for name, target in ((".metta-a", elsewhere), (".metta-b", elsewhere / "precious"), (".metta-c", tmp_path)):
            (tmp_path / name).symlink_to(target)
        remove_abandoned([*tmp_path.glob(".metta-*")])
        assert (elsewhere / "precious").read_bytes() == b"somebody's"

    def test_is_done_wherever_the_file_is_written_again(self, tmp_path: Path) -> None:
        (tmp_path / ".library.json.0123456789abcdef.part").write_bytes(b"half")
        write_atomically(tmp_path / "library.json", "{}")
        assert [path.name for path in tmp_path.iterdir()] == ["library.json"]


class TestWriteAtomically:
    def test_writes_text_as_utf_8_and_bytes_as_they_are(self, tmp_path: Path) -> None:
        write_atomically(tmp_path / "a", "静\n")
        assert (tmp_path / "a").read_bytes() == "静\n".encode()
        write_atomically(tmp_path / "a", b"\r\n\xff")
        assert (tmp_path / "a").read_bytes() == b"\r\n\xff"

    def test_tells_what_cannot_be_written(self, tmp_path: Path) -> None:
        path = tmp_path / "there" / "a"
        with pytest.raises(StorageError, match=r"a: can't be written \(.+\); is there room on the disk\?\Z"):
            write_atomically(path, "")
        (tmp_path / "folder").mkdir()
        with pytest.raises(StorageError, match=r"folder: can't be written"):
            write_atomically(tmp_path / "folder", "")
        assert [path.name for path in tmp_path.iterdir()] == ["folder"]


class TestReadSource:
    @POSIX
    @pytest.mark.parametrize("what", ["a pipe", "/dev/zero"])
    def test_waits_for_nobody_and_reads_nothing_without_end(self, tmp_path: Path, what: str) -> None:
        path = tmp_path / "a.md" if what == "a pipe" else Path(what)
        if what == "a pipe":
            os.mkfifo(path)
        with pytest.raises(RequestError, match=r"^a\.md: this is a device or a pipe"):
            read_source(path, "a.md")

    def test_refuses_what_is_longer_than_any_script(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_bytes(bytes(8_000_001))
        with pytest.raises(RequestError, match="longer than 8 MB"):
            read_source(tmp_path / "a.md", "a.md")

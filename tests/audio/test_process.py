"""Child processes: whatever they write, nobody waits for it, and the reason why one failed is its last line."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from helpers.sound import run_ffmpeg

from synth.audio.ffmpeg import decode
from synth.audio.process import Child, finished, last_line
from synth.errors import RequestError

MANY = 1 << 20
"""Bytes that no pipe holds."""

COMPLAINING = f"import sys; sys.stderr.write('x' * 79 + chr(10)); sys.stderr.write(('y' * 79 + chr(10)) * {MANY // 80})"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (b"", ""),
        (b"\n \n", ""),
        (b"one", "one"),
        (b"one\ntwo\n\n", "two"),
        (b"a\r\n b \r\n", "b"),
        (b"1%\r2%\r", "2%"),
        (b"\xff!", "\ufffd!"),
    ],
)
def test_the_last_line_is_the_last_with_words_in_it(output: bytes, line: str) -> None:
    assert last_line(output) == line


class TestChild:
    def test_that_complains_of_more_than_a_pipe_holds_is_read_to_its_end(self) -> None:
        code = f"{COMPLAINING}; print('done'); sys.stderr.write('that is all' + chr(10)); sys.exit(3)"
        with Child(python(code), stdout=subprocess.PIPE) as child:
            assert child.read(MANY).split() == [b"done"]
            assert child.failure() == "that is all"

    def test_that_complains_while_it_is_fed_takes_everything(self) -> None:
        code = f"{COMPLAINING}; print(len(sys.stdin.buffer.read()))"
        with tempfile.TemporaryFile() as output:
            with Child(python(code), stdin=subprocess.PIPE, stdout=output) as child:
                assert child.write(bytes(MANY))
                assert child.failure() is None
                assert child.last_words() == "y" * 79
            output.seek(0)
            assert int(output.read()) == MANY

    def test_that_fails_without_a_word_is_told_by_its_code(self) -> None:
        with Child(python("raise SystemExit(7)")) as child:
            assert child.failure() == "it ended with code 7"

    def test_that_takes_no_more_is_told(self) -> None:
        with Child(python("import sys; sys.exit('no more')"), stdin=subprocess.PIPE) as child:
            while child.write(bytes(MANY)):
                pass
            assert child.failure() == "no more"

    @pytest.mark.parametrize("waiting", ["read", "write", "failure"])
    def test_that_does_nothing_is_given_up(self, waiting: str) -> None:
        stuck = python("import time; time.sleep(1e6)")
        with Child(stuck, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit_s=0.2) as child:
            if waiting == "read":
                assert child.read(1) == b""
            elif waiting == "write":
                assert not child.write(bytes(MANY)), "more than a pipe holds"
            assert child.failure() == "it did nothing for 0.2 s"

    def test_is_ended_with_its_context(self) -> None:
        with Child(python("import sys; sys.stdin.read()"), stdin=subprocess.PIPE) as child:
            process = child._process
            assert process.poll() is None
        assert process.returncode


class TestFinished:
    def test_is_given_what_it_reads_and_read_to_its_end(self) -> None:
        run = finished(python(f"{COMPLAINING}; print(len(sys.stdin.buffer.read())); sys.exit(3)"), bytes(MANY))
        assert (run.returncode, int(run.stdout)) == (3, MANY)
        assert len(run.stderr) >= MANY

    def test_that_does_not_end_is_given_up(self) -> None:
        with pytest.raises(TimeoutError, match=r"did not end within 0\.2 s"):
            finished(python("import time; time.sleep(1e6)"), limit_s=0.2)


def test_a_damaged_track_of_which_ffmpeg_complains_at_length_is_decoded_to_its_end(tmp_path: Path) -> None:
    whole, damaged = tmp_path / "whole.m4a", tmp_path / "damaged.m4a"
    run_ffmpeg("-f", "lavfi", "-i", "anoisesrc=d=60:r=48000", "-b:a", "128k", whole)
    content = bytearray(whole.read_bytes())
    start = content.index(b"mdat") + 4
    for place in range(start + 99, start + 900_000, 700):
        content[place : place + 40] = b"\xff" * 40
    damaged.write_bytes(content)
    assert len(run_ffmpeg("-v", "error", "-i", damaged, "-f", "null", "-")) > 1 << 17, "more than a pipe holds"
    assert sum(map(len, decode(damaged))) > 0


def test_why_a_file_is_no_sound_is_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"words" * 99)
    with pytest.raises(RequestError, match=r"a\.wav: this can't be read as sound \([^\n]+\)\Z"):
        list(decode(tmp_path / "a.wav"))

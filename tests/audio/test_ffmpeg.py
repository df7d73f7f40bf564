"""What is decoded, and what a file that can't be is told by."""

import random
import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import numpy as np
import pytest
from helpers.sound import FRAMES, run_ffmpeg

import synth.audio.ffmpeg
from synth.audio.ffmpeg import decode
from synth.audio.pcm import FRAME_BYTES, from_raw
from synth.errors import MachineError, RequestError

CODECS = {"mp3": "libmp3lame", "m4a": "aac", "opus": "libopus", "flac": "flac", "wav": "pcm_s16le"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of a tone in every format."""
    folder = tmp_path_factory.mktemp("tones")
    for ending, codec in CODECS.items():
        tone = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=3"]
        run_ffmpeg("-v", "error", *tone, "-c:a", codec, folder / f"tone.{ending}")
    return folder


@pytest.mark.parametrize("ending", CODECS)
def test_a_file_is_decoded_in_chunks(folder: Path, ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synth.audio.ffmpeg, "_CHUNK_BYTES", 700 * FRAMES * FRAME_BYTES)
    chunks = [from_raw(chunk) for chunk in decode(folder / f"tone.{ending}")]
    assert {len(chunk) for chunk in chunks[:-1]} == {700 * FRAMES}
    whole = np.concatenate(chunks)
    assert len(whole) == pytest.approx(3_000 * FRAMES, abs=60 * FRAMES)
    assert np.abs(whole).max() > 0.05


@pytest.mark.parametrize("ending", CODECS)
def test_a_file_cut_short_is_decoded_or_told_with_a_reason(folder: Path, tmp_path: Path, ending: str) -> None:
    content = (folder / f"tone.{ending}").read_bytes()
    path = tmp_path / f"cut.{ending}"
    told = []
    for length in (0, 1, 4, 12, 44, 60, 200, 1_000, len(content) // 2):
        path.write_bytes(content[:length])
        try:
            assert b"".join(decode(path))
        except RequestError as error:
            told.append(str(error))
    assert len(told) >= 5
    for line in told:
        assert re.fullmatch(rf"{re.escape(str(path))}: this can't be read as sound \([A-Za-z][^\n\[\]]+\)", line)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
def test_a_decoder_that_says_nothing_leaves_a_reason_all_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, script, reason in (
        ("silent", "exit 1", "it ended with code 1"),
        ("nameless", "echo '[mp3 @ 0x12] ' >&2; exit 1", "it holds no sound"),
        ("idle", "exit 0", "it holds no sound"),
    ):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setattr("synth.audio.ffmpeg.ffmpeg", lambda program=program: str(program))
        with pytest.raises(RequestError, match=rf"can't be read as sound \({reason}\)$"):
            list(decode(folder / "tone.mp3"))


DECODE = """
import sys
from pathlib import Path
from synth.audio.ffmpeg import decode
print(sum(map(len, decode(Path(sys.argv[1])))))
"""


def test_a_file_that_is_damaged_all_through_does_not_stop_the_decoder(folder: Path, tmp_path: Path) -> None:
    """ffmpeg complains of every frame: more than a pipe holds, if nobody reads it."""
    content = bytearray((folder / "tone.mp3").read_bytes() * 100)
    drawn = random.Random(1)
    for at in range(5_000, len(content), 97):
        content[at] = drawn.randrange(256)
    path = tmp_path / "damaged.mp3"
    path.write_bytes(content)
    run = subprocess.run([sys.executable, "-c", DECODE, path], capture_output=True, text=True, timeout=90, check=False)
    assert run.stdout.strip().isdecimal() or "can't be read as sound (" in run.stderr


def test_a_decoder_that_nobody_listens_to_any_more_ends(folder: Path) -> None:
    chunks = decode(folder / "tone.wav")
    assert isinstance(chunks, Generator)
    next(chunks)
    chunks.close()
    assert not list(chunks)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"none\.wav: there is no such sound file"):
        list(decode(tmp_path / "none.wav"))


@pytest.mark.parametrize("ending", ["mp3", "m4a", "flac"])
def test_a_file_damaged_in_its_middle_is_not_taken_for_whole(folder: Path, tmp_path: Path, ending: str) -> None:
    content = bytearray((folder / f"tone.{ending}").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3_000] = b"\xff" * 3_000
    path = tmp_path / f"a.{ending}"
    path.write_bytes(content)
    assert b"".join(decode(path))
    with pytest.raises(RequestError, match=r"this can't be read as sound \(a part of it is damaged: [^\n\[]+\)"):
        b"".join(decode(path, whole=True))
    assert b"".join(decode(folder / f"tone.{ending}", whole=True))


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("echo configuration: --enable-libmp3lame --enable-libopus", "this ffmpeg lacks libsoxr"),
        ("exit 1", "this ffmpeg lacks libmp3lame, libopus, libsoxr"),
    ],
)
def test_an_ffmpeg_of_somebody_elses_that_lacks_something_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, told: str
) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    monkeypatch.setattr("imageio_ffmpeg.get_ffmpeg_exe", lambda: str(program))
    synth.audio.ffmpeg.ffmpeg.cache_clear()
    try:
        with pytest.raises(MachineError, match=f"^{re.escape(str(program))}: {told}; 'pip install"):
            synth.audio.ffmpeg.ffmpeg()
    finally:
        synth.audio.ffmpeg.ffmpeg.cache_clear()

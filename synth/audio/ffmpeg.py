"""The ffmpeg program: where it is, and what it decodes."""

import re
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import imageio_ffmpeg

from synth.audio.pcm import FRAME_BYTES, RAW_FORMAT, AudioSegment
from synth.errors import MachineError, RequestError
from synth.units import RATE


@cache
def ffmpeg() -> str:
    """The path of the ffmpeg program. Raises MachineError where there is none."""
    try:
        program = str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise MachineError(
            "there is no ffmpeg program; 'pip install --force-reinstall imageio-ffmpeg' brings one"
        ) from None
    AudioSegment.converter = program
    return program


def decode(path: Path, chunk_ms: int = 10_000) -> Iterator[bytes]:
    """A local sound file in the project format, in chunks of so many milliseconds (the last one shorter).

    Only plain local files are opened: no playlists, no addresses, no device. Raises RequestError where
    the file can't be read as sound.
    """
    if not path.is_file():
        raise RequestError(f"{path}: there is no such sound file")
    command = [
        ffmpeg(), "-nostdin", "-v", "error",
        "-protocol_whitelist", "file,pipe", "-format_whitelist", "mp3,ogg,mov,flac,wav,aiff,aac,matroska",
        "-i", f"file:{path.resolve()}", "-map", "0:a:0",
        "-af", f"aresample={RATE}:resampler=soxr:precision=28", *RAW_FORMAT, "pipe:1",
    ]  # fmt: skip
    with tempfile.TemporaryFile() as complaints:  # a pipe would fill up: a damaged file has much to complain of
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints)
        assert process.stdout
        heard = 0
        with process, process.stdout:
            try:
                while chunk := process.stdout.read(chunk_ms * RATE // 1000 * FRAME_BYTES):
                    heard += len(chunk)
                    yield chunk
            except BaseException:
                process.kill()
                raise
        if process.returncode or not heard:
            complaints.seek(0)
            raise RequestError(f"{path}: this can't be read as sound ({_reason(complaints.read())})")


def _reason(complaints: bytes) -> str:
    """The last thing that ffmpeg says, without the part of it that says so."""
    lines = (re.sub(r"^(\[[^]]*] *)+", "", line) for line in complaints.decode(errors="replace").splitlines())
    return next((line.strip() for line in reversed([*lines]) if line.strip()), "it holds no sound")

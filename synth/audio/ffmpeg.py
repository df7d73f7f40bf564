"""The ffmpeg program: where it is, and decoding with it."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import imageio_ffmpeg

from synth.audio.pcm import FRAME_BYTES, RAW_FORMAT, AudioSegment
from synth.audio.process import Child
from synth.errors import MachineError, RequestError
from synth.units import RATE

_CHUNK_BYTES = 10 * RATE * FRAME_BYTES


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


def decode(path: Path) -> Iterator[bytes]:
    """A local sound file in the project format, in chunks of ten seconds (the last one shorter).

    Only plain local files are opened: no playlists, no addresses, no device. Raises RequestError where the file can't
    be read as sound; of a damaged one, after what could be decoded.
    """
    if not path.is_file():
        raise RequestError(f"{path}: there is no such sound file")
    command = [
        ffmpeg(), "-nostdin", "-v", "error",
        "-protocol_whitelist", "file,pipe", "-format_whitelist", "mp3,ogg,mov,flac,wav,aiff,aac,matroska",
        "-i", f"file:{path.resolve()}", "-map", "0:a:0",
        "-af", f"aresample={RATE}:resampler=soxr:precision=28", *RAW_FORMAT, "pipe:1",
    ]  # fmt: skip
    decoded = False
    with Child(command, stdout=subprocess.PIPE) as child:
        while chunk := child.read(_CHUNK_BYTES):
            decoded = True
            yield chunk
        failure = child.failure()
        if failure is None and not decoded:
            failure = child.last_words() or "it holds no sound"
    if failure is not None:
        reason = re.sub(r"^(\[[^]]*] *)+", "", failure) or "it holds no sound"  # without which part of ffmpeg says so
        raise RequestError(f"{path}: this can't be read as sound ({reason})")

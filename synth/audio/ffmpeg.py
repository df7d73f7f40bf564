"""The ffmpeg program: where it is, and decoding with it."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import imageio_ffmpeg

from synth.audio.pcm import FRAME_BYTES, RAW_FORMAT, AudioSegment
from synth.audio.process import Child, finished
from synth.errors import MachineError, RequestError
from synth.units import RATE

_CHUNK_BYTES = 10 * RATE * FRAME_BYTES


_NEEDED = ("libmp3lame", "libopus", "libsoxr")
_ANSWER_S = 10.0
_MEND = "'pip install --force-reinstall imageio-ffmpeg' brings one"


@cache
def ffmpeg() -> str:
    """The path of the ffmpeg program. Raises MachineError where there is none, or one that lacks what is needed.

    Where imageio-ffmpeg was installed without its own, it finds the system's, or the one that its user has chosen.
    """
    try:
        program = str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        raise MachineError(f"there is no ffmpeg program; {_MEND}") from None
    if not Path(program).is_relative_to(Path(imageio_ffmpeg.__file__).parent):
        _check(program)
    AudioSegment.converter = program
    return program


def _check(program: str) -> None:
    """Raises MachineError where a program that we did not bring is no ffmpeg that has all we need."""
    try:
        told = finished([program, "-hide_banner", "-buildconf"], limit_s=_ANSWER_S)
        had = (told.stdout + told.stderr).decode(errors="replace")
    except OSError as error:
        raise MachineError(f"{program}: this ffmpeg can't be used ({error}); {_MEND} that can") from None
    if lacking := [name for name in _NEEDED if f"--enable-{name}" not in had]:
        raise MachineError(f"{program}: this ffmpeg lacks {', '.join(lacking)}; {_MEND} that has all")


def decode(path: Path, *, whole: bool = False) -> Iterator[bytes]:
    """A local sound file in the project format, in chunks of ten seconds (the last one shorter).

    Only plain local files are opened: no playlists, no addresses, no device. Raises RequestError where the file can't
    be read as sound; of a damaged one, after what could be decoded; and where it should be ``whole``, but a part of it
    could not be decoded.
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
        if failure is None and whole and child.last_words():
            failure = f"a part of it is damaged: {_reason(child.last_words())}"
    if failure is not None:
        raise RequestError(f"{path}: this can't be read as sound ({_reason(failure) or 'it holds no sound'})")


def _reason(line: str) -> str:
    """A line of ffmpeg's, without which part of it says so."""
    return re.sub(r"^(\[[^]]*] *)+", "", line)

"""Tracks as files: blocks go through a pipe into ffmpeg, and the file appears under its name only when it is whole."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from mutagen import MutagenError

from synth.audio import RAW_FORMAT, AudioSegment, ffmpeg
from synth.errors import RequestError, StorageError
from synth.sinks.tags import TrackInfo, tag_flac, tag_mp3, tag_wav


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how ffmpeg writes it, and how it is tagged."""

    arguments: tuple[str, ...]
    tag: Callable[[Path, TrackInfo], None]


FORMATS = {
    ".mp3": Format(
        ("-c:a", "libmp3lame", "-q:a", "4", "-write_xing", "1", "-id3v2_version", "0", "-f", "mp3"),
        tag_mp3,
    ),
    ".flac": Format(("-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24", "-f", "flac"), tag_flac),
    ".wav": Format(("-c:a", "pcm_s24le", "-rf64", "auto", "-f", "wav"), tag_wav),
}


def check_destination(path: Path) -> None:
    """Raises RequestError or StorageError where no track can be written to ``path``."""
    if path.suffix.lower() not in FORMATS:
        raise RequestError(f"{path}: a track's name ends in {', '.join(FORMATS)}")
    if path.is_dir():
        raise RequestError(f"{path}: this is a folder; name a file in it")
    if not path.parent.is_dir():
        raise RequestError(f"{path}: the folder {path.parent} isn't there; make it, or choose another")
    if not os.access(path.parent, os.W_OK):
        raise StorageError(
            f"{path}: the folder {path.parent} can't be written to; choose another, or see to its rights"
        )


class FileSink:
    """Encodes a track to ``path``; its ending names the format."""

    def __init__(self, path: Path, info: TrackInfo) -> None:
        check_destination(path)
        self._path = path
        self._info = info
        self._format = FORMATS[path.suffix.lower()]

    def __enter__(self) -> Self:
        try:
            handle, beside = tempfile.mkstemp(dir=self._path.parent, prefix=".metta-", suffix=self._path.suffix.lower())
        except OSError as error:
            raise StorageError(f"{self._path}: can't be written ({error.strerror})") from None
        os.close(handle)
        self._beside = Path(beside)
        self._complaints = tempfile.TemporaryFile()
        command = [
            ffmpeg(),
            "-nostdin",
            "-v",
            "error",
            "-y",
            *RAW_FORMAT,
            "-i",
            "pipe:0",
            "-map_metadata",
            "-1",
        ]
        self._process = subprocess.Popen(
            [*command, *self._format.arguments, f"file:{self._beside}"],
            stdin=subprocess.PIPE,
            stderr=self._complaints,
        )
        return self

    def write(self, block: AudioSegment) -> None:
        """Encodes a block. Raises StorageError where the encoder gave up."""
        assert self._process.stdin
        try:
            self._process.stdin.write(block.raw_data)
        except OSError:
            raise self._failed() from None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._process.kill()
            with contextlib.suppress(BrokenPipeError):  # the encoder is gone, and what it lacked with it
                self._process.communicate()
            self._complaints.close()
            self._beside.unlink(missing_ok=True)

    def _finish(self) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.close()
        except OSError:
            raise self._failed() from None
        if self._process.wait():
            raise self._failed()
        try:
            self._format.tag(self._beside, self._info)
            self._beside.chmod(0o666 & ~_umask())
            self._beside.replace(self._path)
        except (OSError, MutagenError) as error:
            raise StorageError(f"{self._path}: can't be written ({error}); is there room on the disk?") from None

    def _failed(self) -> StorageError:
        self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else f"the encoder ended with {self._process.returncode}"
        return StorageError(f"{self._path}: can't be written ({reason}); is there room on the disk?")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

"""Tracks as files: blocks go through a pipe into ffmpeg, and the file appears under its name only when it is whole."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from mutagen import MutagenError

from synth.audio.ffmpeg import ffmpeg
from synth.audio.pcm import RAW_FORMAT, AudioSegment
from synth.errors import RequestError, StorageError
from synth.formats.mp3_frames import QUALITIES
from synth.formats.tags import TrackMetadata, mp4_contents, tag_flac, tag_m4a, tag_mp3, tag_opus, tag_wav
from synth.units import HOUR, format_duration

WORKSHOP = ".metta-"
"""What a folder's name begins with that a track is made in, beside its place; a killed machine leaves it behind."""


def _bitrates(*kilobits: int) -> dict[str, tuple[str, ...]]:
    return {f"{rate}k": ("-b:a", f"{rate}k") for rate in kilobits}


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how ffmpeg writes it, and how it is tagged.

    ``qualities`` are what may be asked of its encoder, and how ffmpeg is asked; none where nothing is lost. They begin
    where a track still passes its proof. ``contents`` writes what ffmpeg must know of a track before it begins, in
    ffmpeg's own metadata format. A track of more than ``max_ms`` has no room in such a file.
    """

    arguments: tuple[str, ...]
    tag: Callable[[Path, TrackMetadata], None]
    quality: str = ""
    qualities: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    contents: Callable[[TrackMetadata], str] | None = None
    max_ms: int | None = None

    def encoding(self, quality: str | None = None) -> tuple[str, ...]:
        """ffmpeg's arguments for a quality, or for the usual one.

        Raises ValueError, with a sentence for the user, where this format has no such quality.
        """
        if not self.qualities and quality is None:
            return self.arguments
        return (*self.arguments, *self.qualities[self.named(quality)])

    def named(self, quality: str | None) -> str:
        """A quality's own name, however it is written, or the usual one's. Raises ValueError as ``encoding`` does."""
        if not self.qualities:
            raise ValueError("it loses nothing, so it has no quality to choose; leave that out")
        wanted = self.quality if quality is None else quality
        for name in self.qualities:
            if name.lower() == wanted.lower():
                return name
        raise ValueError(f"'{wanted}' is none of its qualities, {', '.join(self.qualities)}")


FORMATS = {
    ".mp3": Format(
        ("-write_xing", "1", "-id3v2_version", "0", "-f", "mp3", "-c:a", "libmp3lame"),
        tag_mp3,
        quality="V4",
        qualities=QUALITIES,
    ),
    # The fast search: the other one is slower, and at lower rates peaks of it were found 3 dB above the mix.
    ".m4a": Format(
        (
            "-map_chapters", "1", "-map_metadata:s:a:0", "1:s:0",
            "-movflags", "+faststart", "-f", "ipod", "-c:a", "aac", "-aac_coder", "fast",
        ),
        tag_m4a,
        quality="128k",
        qualities=_bitrates(64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
        contents=mp4_contents,
    ),
    # libopus takes what lies under 3 Hz away, by a filter that trails into a pause for a tenth of a second; with
    # nothing left under 20 Hz, it has nothing to take.
    ".opus": Format(
        ("-af", "highpass=f=20", "-f", "opus", "-c:a", "libopus"),
        tag_opus,
        quality="96k",
        qualities=_bitrates(48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256),
    ),
    ".flac": Format(("-c:a", "flac", "-sample_fmt", "s32", "-bits_per_raw_sample", "24", "-f", "flac"), tag_flac),
    # Four hours fill the 4 GB of a RIFF file but for what the tags need; RF64 has room for more, and mutagen no hand.
    ".wav": Format(("-c:a", "pcm_s24le", "-f", "wav"), tag_wav, max_ms=4 * HOUR),
}  # fmt: skip


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


@contextlib.contextmanager
def new_track(path: Path, info: TrackMetadata) -> Iterator[Path]:
    """Where to write a track that shall be at ``path``: in a folder beside it. Afterwards it is tagged and moved.

    Where it fails, nothing of it is left. Raises RequestError or StorageError where there can be no such file.
    """
    check_destination(path)
    try:
        workshop = tempfile.TemporaryDirectory(dir=path.parent, prefix=WORKSHOP, ignore_cleanup_errors=True)
    except OSError as error:
        raise StorageError(f"{path}: can't be written ({error.strerror})") from None
    with workshop as folder:
        temporary = Path(folder, f"track{path.suffix.lower()}")
        try:
            yield temporary
            FORMATS[path.suffix.lower()].tag(temporary, info)
            temporary.replace(path)
        except (OSError, MutagenError) as error:
            raise StorageError(f"{path}: can't be written ({error}); is there room on the disk?") from None


class FileSink:
    """Encodes a track to ``path``; its ending names the format, ``quality`` one of that format's own.

    Raises RequestError or StorageError where there can be no such file, ValueError where there is no such quality.
    """

    def __init__(self, path: Path, info: TrackMetadata, quality: str | None = None) -> None:
        check_destination(path)
        self._path = path
        self._info = info
        self._format = FORMATS[path.suffix.lower()]
        self._encoding = self._format.encoding(quality)
        max_ms, asked_ms = self._format.max_ms, info.timeline.duration_ms
        if max_ms and asked_ms > max_ms:
            raise RequestError(
                f"{path}: a {path.suffix} holds {format_duration(max_ms)} at most, and this is "
                f"{format_duration(asked_ms)}; a .flac loses nothing either, and has no such limit"
            )

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            temporary = undo.enter_context(new_track(self._path, self._info))
            inputs = [*RAW_FORMAT, "-i", "pipe:0"]
            try:
                self._complaints = undo.enter_context(tempfile.TemporaryFile())
                if self._format.contents:
                    contents = temporary.with_name("contents")
                    contents.write_text(self._format.contents(self._info), encoding="utf-8")
                    inputs += ["-f", "ffmetadata", "-i", f"file:{contents}"]
            except OSError as error:
                raise StorageError(f"{self._path}: can't be written ({error.strerror})") from None
            self._process = subprocess.Popen(
                [ffmpeg(), "-nostdin", "-v", "error", *inputs, "-map", "0:a", *self._encoding, f"file:{temporary}"],
                stdin=subprocess.PIPE,
                stderr=self._complaints,
            )
            self._undo = undo.pop_all()
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
        with contextlib.ExitStack() as undo:
            undo.push(self._undo)
            undo.callback(self._end)
            if error is not None:
                raise error
            self._finish()

    def _finish(self) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.close()
        except OSError:
            raise self._failed() from None
        if self._process.wait():
            raise self._failed()

    def _end(self) -> None:
        self._process.kill()
        with contextlib.suppress(BrokenPipeError):  # the encoder is gone, and what it lacked with it
            self._process.communicate()

    def _failed(self) -> StorageError:
        self._process.wait()
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else f"the encoder ended with {self._process.returncode}"
        return StorageError(f"{self._path}: can't be written ({reason}); is there room on the disk?")

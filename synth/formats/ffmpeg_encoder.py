"""Blocks of sound into a file, through a pipe to ffmpeg."""

import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from synth.audio.ffmpeg import ffmpeg
from synth.audio.pcm import RAW_FORMAT, AudioSegment
from synth.audio.process import Child


class FfmpegEncoder:
    """Encodes the blocks that are written to it, by ffmpeg's ``arguments`` for the output file.

    ``inputs`` are ffmpeg's arguments for further inputs, numbered from 1. Leaving the context finishes the file, or
    gives it up where an exception leaves it. Raises OSError, with ffmpeg's reason, where it fails.
    """

    def __init__(self, path: Path, arguments: Sequence[str], inputs: Sequence[str] = ()) -> None:
        self._command = [
            ffmpeg(), "-nostdin", "-v", "error", *RAW_FORMAT, "-i", "pipe:0", *inputs, "-map", "0:a", *arguments,
            f"file:{path}",
        ]  # fmt: skip

    def __enter__(self) -> Self:
        self._child = Child(self._command, stdin=subprocess.PIPE)
        return self

    def write(self, block: AudioSegment) -> None:
        """Encodes a block."""
        if not self._child.write(block.raw_data):
            raise OSError(self._child.failure() or "the encoder ended early")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._child:
            if error is None and (failure := self._child.failure()):
                raise OSError(failure)


def encode_by_ffmpeg(
    path: Path, blocks: Iterable[AudioSegment], arguments: Sequence[str], inputs: Sequence[str] = ()
) -> None:
    """Encodes all blocks, as ``FfmpegEncoder`` does."""
    with FfmpegEncoder(path, arguments, inputs) as encoder:
        for block in blocks:
            encoder.write(block)

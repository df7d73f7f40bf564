"""A session that is played into a file: blocks are encoded as they come."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from synth.audio.pcm import AudioSegment
from synth.formats.track_file import check_track, new_track
from synth.formats.track_metadata import TrackMetadata
from synth.formats.wav import wav_encoder


class FileSink:
    """A WAV file that is there when it is whole: an output, as ``outputs`` has them.

    Raises RequestError or StorageError where there can be no such file.
    """

    def __init__(self, path: Path, metadata: TrackMetadata) -> None:
        check_track(path, metadata)
        self._path = path
        self._metadata = metadata

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            temporary = stack.enter_context(new_track(self._path, self._metadata))
            self._encoder = stack.enter_context(wav_encoder(temporary))
            self._stack = stack.pop_all()
        return self

    def write(self, block: AudioSegment) -> None:
        """Encodes a block. Raises OSError where the encoder gave up; leaving the sink makes it a StorageError."""
        self._encoder.write(block)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, trace)

"""A sink that keeps what it is given, for tests and for use from Python."""

from types import TracebackType
from typing import Self

from synth.audio.pcm import AudioSegment, Samples, from_raw


class MemorySink:
    """Holds the whole track as raw bytes in the project format, in ``raw``."""

    name = "memory"
    underruns = 0

    def __init__(self) -> None:
        self.raw = bytearray()

    def __enter__(self) -> Self:
        return self

    def write(self, block: AudioSegment) -> None:
        """Appends a block."""
        self.raw += block.raw_data

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind:
            self.raw.clear()

    @property
    def samples(self) -> Samples:
        """The track as ``(frames, 2)``."""
        return from_raw(bytes(self.raw))

"""Last stage: where blocks go. A sink is entered, written to, and left; leaving it by an exception undoes it.

A new destination is three steps: write a class with the ``Sink`` protocol's methods; let ``__exit__`` finish on a plain
end and take everything back (a file discarded, a loudspeaker faded out) on an exception; and name it in
``opening.py``. The one that writes a file is ``formats/file_sink.py``.
"""

import contextlib
import os
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from synth.audio.pcm import AudioSegment


class Sink(Protocol):
    """A destination for blocks in the project format."""

    def __enter__(self) -> Self: ...

    def write(self, block: AudioSegment) -> None:
        """Takes the next block; waits where the destination is slower than the mix."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Output(Sink, Protocol):
    """A sink that sounds."""

    @property
    def name(self) -> str:
        """The loudspeaker's name, known once it is entered."""

    @property
    def underruns(self) -> int:
        """How often, since it was entered, there was a silence that nobody asked for."""


DEFAULT_SPEAKER = "the default loudspeaker"
"""The name of the one that sounds where none is chosen and its own name isn't known."""


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keeps what system libraries print by themselves about missing cards off the user's terminal."""
    keep = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(keep, 2)
        os.close(nothing)
        os.close(keep)

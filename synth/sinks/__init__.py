"""Last stage: where blocks go. A sink is entered, written to, and left; leaving it by an exception undoes it.

A new destination is three steps: write a class with the ``Sink`` protocol's methods; let ``__exit__`` finish on a plain
end and take everything back (a file discarded, a loudspeaker faded out) on an exception; and name it in ``open_file``
or ``OUTPUTS``.
"""

from types import TracebackType
from typing import Protocol, Self

from synth.audio import AudioSegment


class Sink(Protocol):
    """A destination for blocks in the project format."""

    def __enter__(self) -> Self: ...

    def write(self, block: AudioSegment) -> None:
        """Takes the next block; waits where the destination is slower than the mix."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

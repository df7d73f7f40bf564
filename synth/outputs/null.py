"""An output that keeps time without a sound."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from synth.audio.pcm import AudioSegment

AHEAD_S = 0.1
"""How much of what was written may still be to come when the next block is taken."""


class NullSink:
    """Takes blocks as fast as they would sound, and no faster; one that comes late puts off those behind it.

    Leaving it plainly waits for the end of what was written; leaving it by an exception doesn't wait. ``clock`` tells
    seconds, ``sleep`` waits them.
    """

    name = "null"
    underruns = 0

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep

    def __enter__(self) -> Self:
        self._ends_s = self._clock()
        return self

    def write(self, block: AudioSegment) -> None:
        """Waits until there is room for a block, and takes it."""
        self._wait_until(self._ends_s - AHEAD_S)
        self._ends_s = max(self._ends_s, self._clock()) + len(block) / 1000

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._wait_until(self._ends_s)

    def _wait_until(self, moment_s: float) -> None:
        left_s = moment_s - self._clock()
        if left_s > 0:
            self._sleep(left_s)

"""What remains of a sitting."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rating:
    """A number that the listener gave, from ``least`` to ``most``, ``at_ms`` into the sitting."""

    question: str
    value: int
    least: int
    most: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Sitting:
    """A sitting: when it began (with its time zone), what was planned and what was sat, in milliseconds.

    ``ended`` tells whether the session came to its end, was closed gently, or was left. ``stopped_at`` is the number of
    the session's item that was under way, in their order, where it was left or closed before its end.
    """

    begun: datetime
    meditation: str
    planned_ms: int
    sat_ms: int
    ended: Literal["to the end", "closed", "left"]
    ratings: tuple[Rating, ...] = ()
    stopped_at: int | None = None

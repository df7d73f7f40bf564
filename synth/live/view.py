"""What a screen shows of a moment of a session."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class BreathView:
    """Half of a breath, and how much of it is over: ``share``, from 0 to 1."""

    phase: Literal["in", "out"]
    share: float


@dataclass(frozen=True, slots=True)
class Question:
    """What the listener is asked: a number from ``least`` to ``most``; where both are None, to go on or to close."""

    text: str
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A moment of a session. Levels are in dB from what was planned.

    ``saying`` is the sentence being said, empty in silence; ``said`` the one before it (in silence, the last one);
    ``coming`` the next three. ``held`` is also where the loudspeaker is lost. ``note`` is what was done last; it is
    empty again after a while.
    """

    title: str
    section: str
    saying: str
    said: str
    coming: tuple[str, ...]
    breath: BreathView | None
    played_ms: int
    left_ms: int
    voice_db: float
    bed_db: float
    muted: bool
    held: bool
    note: str
    question: Question | None

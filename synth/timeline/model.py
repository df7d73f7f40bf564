"""A timeline's types: cues, chapters, and the bell times that a layout needs."""

from dataclasses import dataclass
from typing import Literal

from synth.units import HOUR

MAX_TRACK_MS = 24 * HOUR


@dataclass(frozen=True, slots=True)
class BellDuration:
    """How long one waits for a bell's stroke, and how long it sounds in all."""

    wait_ms: int
    sound_ms: int


@dataclass(frozen=True, slots=True)
class Speech:
    """A sentence, from its first audible sound to its last; ``level_db`` relative to the voice's level.

    ``text`` is what a transcript shows, ``personal`` whether another listener may hear something else, ``line`` the
    script's. The speech cues of a timeline stand in the order of its session's utterances, one each.
    """

    start_ms: int
    end_ms: int
    text: str
    personal: bool
    section: int
    line: int
    level_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Silence:
    """The voice's rest; what a bell or a bed does meanwhile is theirs.

    ``purpose`` is what the listener does: they rest, they breathe (at a pace of ``in_ms`` and ``out_ms``), or they do
    something in their own time, which the player lets them end.
    """

    start_ms: int
    end_ms: int
    elastic: bool
    section: int
    line: int
    purpose: Literal["rest", "breath", "wait"] = "rest"
    in_ms: int = 0
    out_ms: int = 0


@dataclass(frozen=True, slots=True)
class Strike:
    """One stroke of a bell: it is waited for until ``end_ms``, and may sound on."""

    start_ms: int
    end_ms: int
    sound: str
    level_db: float
    section: int
    line: int


@dataclass(frozen=True, slots=True)
class BedSpan:
    """An ambient track, from the beginning of its fade-in to the end of its fade-out."""

    start_ms: int
    end_ms: int
    sound: str
    level_lu: float
    fade_in_ms: int
    fade_out_ms: int


Cue = Speech | Silence | Strike | BedSpan


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of the script in time."""

    title: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything that sounds, in the order in which it begins."""

    title: str
    language: str
    duration_ms: int
    chapters: tuple[Chapter, ...]
    cues: tuple[Cue, ...]
    marks: tuple[tuple[str, int], ...] = ()
    """Places to return to: a name, and milliseconds from the start."""

    @property
    def transcript(self) -> str:
        """A line a sentence, an empty line between sections."""
        sections: dict[int, list[str]] = {}
        for cue in self.speech:
            sections.setdefault(cue.section, []).append(cue.text)
        return "\n\n".join("\n".join(lines) for lines in sections.values())

    @property
    def speech(self) -> tuple[Speech, ...]:
        """The speech cues."""
        return tuple(cue for cue in self.cues if isinstance(cue, Speech))

    @property
    def strikes(self) -> tuple[Strike, ...]:
        """The strokes of bells."""
        return tuple(cue for cue in self.cues if isinstance(cue, Strike))

    @property
    def beds(self) -> tuple[BedSpan, ...]:
        """The ambient tracks."""
        return tuple(cue for cue in self.cues if isinstance(cue, BedSpan))

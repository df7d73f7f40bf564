"""What a proof says: every thing asked of a track, what was found of it, and what falls short."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

_MUCH = 0.5
"""The share of misread words from which a personal sentence is always listed: a name may have been said wrong."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that falls short, and where in the track, where it has a place."""

    at_ms: int | None
    says: str


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of thing that was asked, what was found, and what falls short; ``passed`` None: it could not be judged."""

    what: str
    asked: str
    found: str
    passed: bool | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeechResult:
    """A sentence: where it should be and where it is, how alike its poorest quarter of a second is, what is wrong.

    ``level_db``: how much louder than the voice it should be; ``same_take``: it is the very recording that was mixed,
    not the same words said anew.
    """

    text: str
    section: int
    start_ms: int
    end_ms: int
    level_db: float = 0.0
    found_start_ms: float | None = None
    found_end_ms: float | None = None
    score: float | None = None
    same_take: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class BellResult:
    """A bell's stroke: where it should be and where it is, and how many dB it is louder than it should be."""

    sound: str
    section: int
    start_ms: int
    end_ms: int
    found_ms: float | None = None
    off_db: float | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PauseResult:
    """A silence between two sounds; not found (None) where one of them was not. ``within_ms``: what is allowed."""

    start_ms: int
    asked_ms: int
    found_start_ms: float | None
    found_ms: float | None
    within_ms: int

    @property
    def off_ms(self) -> float:
        """How much longer it is than asked; 0 where that is not known."""
        return 0.0 if self.found_ms is None else self.found_ms - self.asked_ms


@dataclass(frozen=True, slots=True)
class SectionResult:
    """A section; ``found_ms`` None: nothing of it was found."""

    title: str
    start_ms: int
    end_ms: int
    found_ms: float | None


@dataclass(frozen=True, slots=True)
class HeardSentence:
    """A sentence as the timeline has it, and what was heard in its place."""

    start_ms: int
    text: str
    personal: bool
    heard: str
    words: int
    misread: int

    @property
    def share(self) -> float:
        """The share of words misread; over 1 where more was heard than said."""
        return self.misread / max(1, self.words)


@dataclass(frozen=True, slots=True)
class HeardWords:
    """Every sentence of a track; ``not_judged`` says why there is none where its words could not be judged."""

    sentences: tuple[HeardSentence, ...]
    not_judged: str | None = None

    @property
    def words(self) -> int:
        """How many words were said."""
        return sum(sentence.words for sentence in self.sentences)

    @property
    def misread(self) -> int:
        """How many of them were substituted, deleted or inserted."""
        return sum(sentence.misread for sentence in self.sentences)

    @property
    def share(self) -> float | None:
        """The word error rate; None where nothing is said."""
        return self.misread / self.words if self.words else None

    def worst(self, count: int) -> tuple[HeardSentence, ...]:
        """The sentences heard worst, each once, and the personal ones of which much was misread, worst first."""
        once: dict[str, HeardSentence] = {}
        for sentence in sorted(self.sentences, key=lambda each: (-each.share, -each.misread)):
            if sentence.misread:
                once.setdefault(sentence.text, sentence)
        ranked = list(once.values())
        return (*ranked[:count], *(s for s in ranked[count:] if s.personal and s.share >= _MUCH))

    def to_json(self) -> dict[str, Any]:
        """All of it, the shares rounded to a thousandth."""
        return {
            "words": self.words,
            "misread": self.misread,
            "share": None if self.share is None else round(self.share, 3),
            "not_judged": self.not_judged,
            "sentences": [asdict(sentence) for sentence in self.sentences],
        }


@dataclass(frozen=True, slots=True)
class Proof:
    """All that was asked of a track and found in it; ``outline``: the largest amplitude of every 100 ms.

    ``words`` is what a recogniser heard of it, where one was asked; it decides nothing.
    """

    file: str
    title: str
    asked_ms: int
    found_ms: int
    loudness: float
    loudness_range: float
    true_peak: float
    checks: tuple[Check, ...]
    sections: tuple[SectionResult, ...]
    speech: tuple[SpeechResult, ...]
    bells: tuple[BellResult, ...]
    pauses: tuple[PauseResult, ...]
    clicks_ms: tuple[int, ...]
    outline: tuple[float, ...]
    words: HeardWords | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing falls short; what could not be judged does not."""
        return all(check.passed is not False for check in self.checks)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What it falls short in, a line each."""
        return tuple(
            f"{check.what}{f' at {format_place(fault.at_ms)}' if fault.at_ms is not None else ''}: {fault.says}"
            for check in self.checks
            if check.passed is False
            for fault in check.faults or (Fault(None, f"asked {check.asked}, found {check.found}"),)
        )

    def to_json(self) -> dict[str, Any]:
        """Everything but the outline, which is for the eye."""
        rounded = _rounded(asdict(self))
        del rounded["outline"], rounded["words"]
        words = {"words": self.words.to_json()} if self.words else {}
        return {**rounded, **words, "passed": self.passed}


def format_place(ms: float) -> str:
    """A moment as one finds it in a player: ``3:12.4``."""
    tenths = round(ms / 100)
    minutes, tenths = divmod(tenths, 600)
    return f"{minutes}:{tenths // 10:02d}.{tenths % 10}"


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, 3) if np.isfinite(value) else None
        case dict():
            return {name: _rounded(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_rounded(inner) for inner in value]
        case _:
            return value

"""A text and its name, a place in it, and a problem that stands there."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

MAX_PROBLEMS = 100
"""How many problems of a text are told; who mends these sees the next."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a text: file as the writer knows it, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something a writer should see: an error stops the script, a warning does not."""

    place: Place
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message}"


class ProblemList:
    """The problems of a text as they are found: the first ``MAX_PROBLEMS``, and how many more there are."""

    def __init__(self, found: Iterable[Problem] = ()) -> None:
        self._kept: dict[Problem, None] = {}
        self.untold = 0
        for problem in found:
            self.add(problem)

    def add(self, problem: Problem) -> None:
        """One more; the same one counts once."""
        if len(self._kept) < MAX_PROBLEMS:
            self._kept[problem] = None
        elif problem not in self._kept:
            self.untold += 1

    def __bool__(self) -> bool:
        return bool(self._kept)

    def told(self) -> tuple[Problem, ...]:
        """In the order of their places; the last may tell of those that are not told."""
        told = sorted(self._kept)
        if self.untold:
            told.append(Problem(told[-1].place, f"and {self.untold} more problems; mend these first"))
        return tuple(told)


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name its writer knows it by; ``language`` is given where it is known, by the tag's first part."""

    file: str
    text: str
    language: str | None = None

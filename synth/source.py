"""A text and its name, a place in it, and a problem that stands there."""

from dataclasses import dataclass
from typing import Literal


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


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name its writer knows it by; ``language`` is given where it is known, by the tag's first part."""

    file: str
    text: str
    language: str | None = None

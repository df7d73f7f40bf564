"""How a text falls into sentences, and how long a voice rests at each full stop, semicolon and comma.

A voice that is asked for fewer words a minute than it says by itself does not drawl: it says its words at ``MIN_SHARE``
of its own pace at the slowest, and rests for what is left.
"""

import re
from dataclasses import dataclass
from typing import Literal

MIN_SHARE = 0.85
"""The slowest that a voice says its words, beside its own pace."""

Stop = Literal["sentence", "clause", "comma"]
WEIGHTS: dict[Stop, float] = {"sentence": 1.0, "clause": 0.7, "comma": 0.4}
"""How long rests are beside each other: at sentences' ends, at semicolons and colons, at commas and dashes."""

MIN_REST_MS, MAX_REST_MS = 250, 4_000
"""At a sentence's end; the others in proportion."""

_ABBREVIATIONS = "Mr|Mrs|Ms|Dr|Prof|St|Sr|Sra|Jr|vs|etc|bzw|usw|ca|z\\.B|d\\.h|e\\.g|i\\.e|p\\.ej"
_END = re.compile(
    r"""(?<=[.!?…])["”’»)\]]*\s+(?=["“‘«¿¡(\[]*[^\W_a-zà-öø-ÿ])"""
    r"""|(?<=[;:])\s+"""
    r"""|(?<=[。！？；])\s*(?=\S)"""
)
_SHORT = re.compile(rf"\b(?:{_ABBREVIATIONS})\.$|(?<!\w)[^\W\d_]\.$")
_COMMA = re.compile(r"[,–—،、，)](?=\s)|\s[–—-](?=\s)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """The characters ``start`` to ``end`` of a text, how they end, and at how many commas and dashes one rests inside.

    What ends with a semicolon or a colon counts as a sentence of its own.
    """

    start: int
    end: int
    stop: Stop
    commas: int


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in order; none is empty."""
    found, start = [], 0
    for gap in _END.finditer(text):
        if _SHORT.search(text, start, gap.start()):
            continue
        found.append(_sentence(text, start, gap.start()))
        start = gap.end()
    if text[start:].strip():
        found.append(_sentence(text, start, len(text)))
    return tuple(found)


def _sentence(text: str, start: int, end: int) -> Sentence:
    said = text[start:end].rstrip()
    stop: Stop = "clause" if said[-1:] in tuple(";:；") else "sentence"
    return Sentence(start, start + len(said), stop, len(_COMMA.findall(said)))


def word_count(text: str) -> int:
    """How many words a text has, counting what stands between spaces and holds a letter or a digit."""
    return sum(any(map(str.isalnum, word)) for word in text.split())


@dataclass(frozen=True, slots=True)
class Rests:
    """Rests that a script fixes, in milliseconds; None where the rate decides."""

    sentence_ms: int | None = None
    comma_ms: int | None = None

    def lengths(self, stops: tuple[Stop, ...], missing_ms: float) -> tuple[int, ...]:
        """Milliseconds of the rest at each stop, which together take ``missing_ms`` as near as their bounds allow."""
        fixed = {
            "sentence": self.sentence_ms,
            "clause": None if self.sentence_ms is None else self.sentence_ms * WEIGHTS["clause"],
            "comma": self.comma_ms,
        }
        open_weight = sum(WEIGHTS[stop] for stop in stops if fixed[stop] is None)
        left = missing_ms - sum(length for stop in stops if (length := fixed[stop]) is not None)
        unit = min(max(left / open_weight, MIN_REST_MS), MAX_REST_MS) if open_weight else 0.0
        return tuple(
            round(WEIGHTS[stop] * unit if length is None else length) for stop in stops for length in [fixed[stop]]
        )

"""Words for messages: suggestions, and a listener's text as one line."""

import difflib
import re
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'title'?"`` where one of the known words is near, else nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def shortened(text: str, most: int = 60) -> str:
    """The beginning of a text that may be long, with an ellipsis where there is more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What steers a terminal or turns a line round, and stands in no text: tabs and lines' ends are no part of it."""


def control_in(text: str) -> str | None:
    """The first character that steers instead of being read; None where there is none."""
    found = _CONTROLS.search(text)
    return found.group() if found else None


def visible(text: str) -> str:
    """A text that may be anybody's, fit for a terminal: what would steer it is shown as its code."""
    return _CONTROLS.sub(lambda found: f"<U+{ord(found.group()):04X}>", text)


def one_line(text: str) -> str:
    """A listener's own text as one printable line, otherwise untouched."""
    folded = re.sub(r"\s+", " ", text).strip()
    return "".join(c for c in folded if c.isprintable() or c in "\u200c\u200d")

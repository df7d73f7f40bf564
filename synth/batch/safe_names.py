"""Names of folders and files that every file system takes, whatever people are called."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

MAX_BYTES = 120
"""Of a name in UTF-8: half of what file systems take, as two of them and a folder fit into Windows' 260 characters."""

_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])", re.I)
_JOINERS = "\u200c\u200d"
"""Letters of some scripts and parts of an emoji are held together, or apart, by these."""


def safe_name(text: str, max_bytes: int = MAX_BYTES) -> str:
    """The text as one name on any file system; empty where nothing of it can stay.

    What means something to a file system, a shell or a spreadsheet at a name's beginning is taken away, and so is what
    can't be seen.
    """
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(c if c in _JOINERS or unicodedata.category(c)[0] != "C" else " " for c in composed)
    plain = re.sub(r'[<>:"/\\|?*]+', "-", seen)
    name = _cut(re.sub(r"\s+", " ", plain).lstrip(" .-=+@~"), max_bytes).rstrip(" .-" + _JOINERS)
    return f"_{name}" if _RESERVED.fullmatch(name.split(".")[0].rstrip()) else name


def distinct_names(texts: Iterable[str], taken: Iterable[str] = ()) -> Iterator[str]:
    """A safe name for each text in turn, equal ones numbered; names that differ in case alone are equal.

    A text of which nothing can stay is named by its number in the row.
    """
    used = {_folded(name) for name in taken}
    for number, text in enumerate(texts, 1):
        base = safe_name(text) or f"{number:03d}"
        name, again = base, 1
        while _folded(name) in used:
            again += 1
            name = f"{_cut(base, MAX_BYTES - len(f' {again}')).rstrip(' .-')} {again}"
        used.add(_folded(name))
        yield name


def _cut(text: str, max_bytes: int) -> str:
    return text.encode()[:max_bytes].decode(errors="ignore")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())

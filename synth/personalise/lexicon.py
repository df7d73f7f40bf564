"""Words that a voice says wrongly, and how each is spelled for it."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache


class Lexicon:
    """How words are spelled for the voice; of two that differ in capitals alone, the later one counts.

    A word is found whole and in capitals or small letters alike, the longest first. An apostrophe inside a word
    belongs to it (``O'Brien`` holds no ``Brien``), but not that of a possessive (``Niamh's`` holds ``Niamh``).
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._spelled = {_folded(word): spelling for word, spelling in words.items()}
        self._found = _pattern(tuple(self._spelled)) if self._spelled else None

    def spoken(self, text: str) -> str:
        """The text as a voice is given it; as it stands where it holds none of the words."""
        if self._found is None:
            return text
        said, count = self._found.subn(
            lambda found: self._spelled.get(_folded(found[0]), found[0]), unicodedata.normalize("NFC", text)
        )
        return said if count else text


def _folded(word: str) -> str:
    """What is equal of two spellings of a word: capitals, kinds of apostrophe and of space, composed accents."""
    return " ".join(unicodedata.normalize("NFC", word).replace("’", "'").casefold().split())


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    either = "|".join(re.escape(word).replace("'", "['’]").replace(r"\ ", r"\s+") for word in longest_first)
    letter = rf"[\w{_marks()}]"
    return re.compile(rf"(?<!{letter})(?<!\w['’])(?:{either})(?!{letter})(?!['’](?!s\b)\w)", re.I)


@cache
def _marks() -> str:
    """Accents and vowel signs that stand as characters of their own; to ``re`` they are no part of a word."""
    return "".join(sign for sign in map(chr, range(0x300, 0x10000)) if unicodedata.category(sign).startswith("M"))

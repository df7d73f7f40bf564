"""Words that a voice says wrongly, and how each is to be said."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from synth.personalise.say_as import SayAsSpan, read_say_as


class Lexicon:
    """How words are said; of two that differ in capitals alone, the later one counts.

    A word is found whole and in capitals or small letters alike, the longest first. An apostrophe inside a word
    belongs to it (``O'Brien`` holds no ``Brien``), but not that of a possessive (``Niamh's`` holds ``Niamh``). Raises
    ValueError for a word whose say_as is not sound.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self._say_as = {_folded(word): read_say_as(say_as) for word, say_as in words.items()}
        self._found = _pattern(tuple(self._say_as)) if self._say_as else None

    def find(self, text: str) -> tuple[SayAsSpan, ...]:
        """Its words in a text of composed accents (NFC), in order."""
        matches = self._found.finditer(text) if self._found else ()
        return tuple(
            SayAsSpan(found.start(), found.end(), self._say_as[_folded(found[0])])
            for found in matches
            if _folded(found[0]) in self._say_as
        )


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

"""How many words of a text were misread by whoever wrote down what they heard: the word error count."""

import re
import unicodedata

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def normalised_words(text: str) -> list[str]:
    """The words as a recogniser would write them: small letters without accents, whole numbers to 99 in letters.

    Hyphens part words, apostrophes inside a word stay (``o'clock``), all other signs go.
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    words = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    return [part for word in words for part in _in_letters(word)]


def _in_letters(word: str) -> tuple[str, ...]:
    if not re.fullmatch("[0-9]{1,2}", word):
        return (word,)
    tens, ones = divmod(int(word), 10)
    if tens < 2:
        return (_ONES[int(word)],)
    return (_TENS[tens - 2], _ONES[ones]) if ones else (_TENS[tens - 2],)


def count_misread(said: list[str], heard: list[str]) -> int:
    """Words substituted, deleted and inserted, by the fewest edits that make one into the other (Levenshtein 1966)."""
    row = list(range(len(heard) + 1))
    for deleted, word in enumerate(said, 1):
        above, row = row, [deleted]
        for place, other in enumerate(heard):
            row.append(min(above[place] + (word != other), above[place + 1] + 1, row[place] + 1))
    return row[-1]

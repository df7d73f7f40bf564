"""What engines that read by espeak-ng share: a sentence's phonemes, with pronunciations put in, and how a word is read.

espeak-ng leaves no word out: what it can't read it spells, by names of letters or by what a sign is ("Chinese letter").
"""

import re
import unicodedata
from collections.abc import Callable

from synth.phonetics import word_spans
from synth.voices.voice import ReadWord, Words

Read = Callable[[str], list[str]]
"""Phonemes of a text, or of an IPA transcription."""

_EDGE = r"[\s,.;:!?…—–\-\"'“”‘’()¿¡]*"
"""What may stand between a run of text and a pronunciation beside it."""

_MARKS = " ,.;:!?…—"
_NAME_PHONEMES = 4
"""A sign's name has at least as many, a foreign letter's sound has fewer."""


def sentence_phonemes(words: Words, read: Read, given: Read) -> list[str]:
    """Phonemes and punctuation of a sentence: ``read`` gives those of a run of text, ``given`` of a pronunciation."""
    phonemes: list[str] = []
    position = 0
    for pronunciation in words.pronunciations:
        phonemes += _run(words.text[position : pronunciation.start], read, first=not position, last=False)
        phonemes += given(pronunciation.ipa)
        position = pronunciation.end
    return phonemes + _run(words.text[position:], read, first=not position, last=True)


def _run(text: str, read: Read, *, first: bool, last: bool) -> list[str]:
    """A run's phonemes, with the spaces and punctuation at its edges that espeak-ng would drop."""
    before = "" if first else text[: re.match(_EDGE, text).end()]  # type: ignore[union-attr]  # it matches any text
    text = text[len(before) :]
    after = "" if last else text[re.search(f"{_EDGE}$", text).start() :]  # type: ignore[union-attr]
    core = text[: len(text) - len(after)]
    return [*_marks(before), *(read(core) if core.strip() else ()), *_marks(after)]


def _marks(edge: str) -> str:
    return "".join(mark for mark in re.sub(r"\s+", " ", edge).replace("–", "—") if mark in _MARKS)


def read_words(words: Words, read: Read, given: Read) -> tuple[ReadWord, ...]:
    """Each word by itself, without the punctuation around it, and each pronunciation as one word."""
    spans: list[ReadWord] = []
    position = 0
    for pronunciation in words.pronunciations:
        spans += _read_run(words.text, position, pronunciation.start, read)
        spans.append(ReadWord(pronunciation.start, pronunciation.end, "".join(given(pronunciation.ipa))))
        position = pronunciation.end
    return (*spans, *_read_run(words.text, position, len(words.text), read))


def _read_run(text: str, start: int, end: int, read: Read) -> list[ReadWord]:
    found = []
    for first, last in word_spans(text[start:end]):
        word = text[start + first : start + last]
        found.append(ReadWord(start + first, start + last, _phonemes(word, read), is_spelled(word, read)))
    return found


def is_spelled(word: str, read: Read) -> bool:
    """Whether a word is read as the names of its letters, or has one that is read by its name."""
    letters = [c for c in unicodedata.normalize("NFC", word) if c.isalpha()]
    names = {letter: _sounds(letter, read) for letter in letters}
    whole = _sounds(word, read)
    if any(not c.isascii() and len(name) >= _NAME_PHONEMES and name in whole for c, name in names.items()):
        return True
    joined = "".join(names[letter] for letter in letters)
    return len(letters) > 1 and len(joined) > len(letters) and whole == joined


def _phonemes(word: str, read: Read) -> str:
    return "".join(p for p in read(word) if p not in _MARKS).strip()


def _sounds(text: str, read: Read) -> str:
    """Phonemes without stress, length, glides and spaces, so that a letter's are found again in a word's."""
    return re.sub(r"[\sˈˌːʲ,.;:!?…—]", "", "".join(read(text)))

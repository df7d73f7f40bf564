"""What engines share that read by espeak-ng; read here by a small one of our own, which spells as it does."""

import re

import pytest

from synth.voices.espeak_reading import is_spelled, read_words, sentence_phonemes
from synth.voices.voice import Pronunciation, ReadWord, Words

LETTERS = {
    "B": "biː", "C": "siː", "g": "dʒiː", "e": "iː", "s": "ɛs", "p": "piː", "f": "ɛf", "t": "tiː", "u": "juː",
    "é": "iːɐkjuːt", "ễ": "lɛɾɚwʌn", "陈": "tʃaɪniːzlɛɾɚ", "伟": "tʃaɪniːzlɛɾɚ", "o": "o",
    "i": "i", "a": "eɪ", "x": "ɛks",
}  # fmt: skip
KNOWN = {"may": "mˈeɪ", "siobhan": "ʃɪvˈɔːn", "be": "biː", "well": "wˈɛl", "josé": "hoʊsˈeɪ", "a": "ˈeɪ", "io": "ˈio"}


def read(text: str) -> list[str]:
    """Phonemes of known words, else the letters' names; commas and full stops stay inside a text, not at its edges."""
    said = [
        KNOWN.get(part.lower()) or "".join(LETTERS.get(letter, "") for letter in part)
        for part in re.findall(r"\w+|[.,]", text.strip(" .,"))
    ]
    return list(" ".join(said))


def given(ipa: str) -> list[str]:
    return list(ipa)


def test_a_sentence_without_pronunciations_is_read_whole() -> None:
    assert "".join(sentence_phonemes(Words("May Siobhan be well."), read, given)) == "mˈeɪ ʃɪvˈɔːn biː wˈɛl"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("May N be well.", "mˈeɪ X biː wˈɛl"),
        ("N, be well.", "X, biː wˈɛl"),
        ("Be well, N", "biː wˈɛl, X"),
        ("Be well, N.", "biː wˈɛl, X."),
        ("May “N” be well", "mˈeɪ X biː wˈɛl"),
        ("N", "X"),
        ("May  N – be well", "mˈeɪ X — biː wˈɛl"),
    ],
)
def test_a_pronunciation_stands_in_its_place_with_the_marks_beside_it(text: str, said: str) -> None:
    start = text.index("N")
    words = Words(text, (Pronunciation(start, start + 1, "X"),))
    assert "".join(sentence_phonemes(words, read, given)) == said


def test_two_pronunciations_side_by_side_are_both_there() -> None:
    words = Words("N M be", (Pronunciation(0, 1, "X"), Pronunciation(2, 3, "Y")))
    assert "".join(sentence_phonemes(words, read, given)) == "X Y biː"


def test_words_are_told_with_their_place_and_what_is_not_said_is_left_out() -> None:
    words = Words("May N, be — well.", (Pronunciation(4, 5, "nˈɛn"),))
    assert read_words(words, read, given) == (
        ReadWord(0, 3, "mˈeɪ"),
        ReadWord(4, 5, "nˈɛn"),
        ReadWord(7, 9, "biː"),
        ReadWord(12, 16, "wˈɛl"),
    )


def test_a_word_that_would_be_left_out_has_no_phonemes() -> None:
    (word,) = read_words(Words("李"), read, given)
    assert (word.phonemes, word.spelled) == ("", False)


@pytest.mark.parametrize("word", ["BBC", "BBC,", "pfft", "Nguyễn", "陈伟", "陈"])
def test_names_of_letters_are_heard(word: str) -> None:
    assert is_spelled(word, read)


@pytest.mark.parametrize("word", ["José", "a", "x", "io", "well.", "é"])
def test_a_word_that_is_read_is_not_spelled(word: str) -> None:
    assert is_spelled(word, read) == (word == "é")

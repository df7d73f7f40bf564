"""IPA as it is typed and read."""

import pytest

from synth.phonetics import CONSONANTS, VOWELS, bad_ipa_character, standard_ipa, syllables


@pytest.mark.parametrize("ipa", ["ʃɪˈvɔːn", "ŋwiən˧", "t͡ʃaˈpɛk", "fʁɑ̃.swa", "ʒoˈɐ̃w̃", "liː ʃaʊ lʊŋ", "çaˈglə", "g", "n̩"])
def test_what_dictionaries_write_is_ipa(ipa: str) -> None:
    assert bad_ipa_character(ipa) is None


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        ("ʃɪ3vɔːn", "3"),
        ("Neev", "N"),
        ("ni;v", ";"),
        ("ˈˌ", "ˈ"),
        ("шɪ", "ш"),
        ("[ʃɪ]", "["),
        ("oÅ", "Å"),
        ("😀", "😀"),
    ],
)
def test_the_first_character_that_is_none_is_named(text: str, bad: str) -> None:
    assert bad_ipa_character(text) == bad


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("ʃɪˈvɔːn", "ʃɪvˈɔːn"),
        ("ˈstɹɛŋθ", "stɹˈɛŋθ"),
        ("niːv", "nˈiːv"),
        ("t͡ʃa", "tʃˈa"),
        ("ʧa", "tʃˈa"),
        ("ga", "ɡˈa"),
        ("ma˥˩.ma", "mˈama"),
        ("tʰa", "tˈa"),
        ("fʁɑ̃swa", "fʁˈɑ̃swa"),
        ("liː ʃaʊ", "lˈiː ʃˈaʊ"),
        ("ˈbɪɡˌfʊt", "bˈɪɡfˌʊt"),
        ("kaɐ̯", "kˈaɹ"),
    ],
)  # fmt: skip
def test_one_spelling_of_each_sound(typed: str, standard: str) -> None:
    assert standard_ipa(typed) == standard


@pytest.mark.parametrize("sign", sorted(VOWELS | CONSONANTS))
def test_the_standard_is_its_own_standard(sign: str) -> None:
    once = standard_ipa(f"a{sign}ta")
    assert bad_ipa_character(once) is None
    assert standard_ipa(once) == once


@pytest.mark.parametrize(
    ("ipa", "count"), [("ʃɪvˈɔːn", 2), ("ʒoˈɐ̃ʊ̃", 2), ("ˈɛn dʒˈiː", 2), ("bʌtn̩", 2), ("aɪ", 1), ("ʃ", 0)]
)
def test_syllables_are_counted_by_their_vowels(ipa: str, count: int) -> None:
    assert syllables(ipa) == count

"""The International Phonetic Alphabet as it is typed and read: which characters it has, and one spelling of each sound.

``standard_ipa`` is what the rest of the project works with: decomposed but for ç, no tie bars, affricates as two
letters, stress marks before their vowel as espeak-ng and misaki place them, and no tones.
"""

import re
import unicodedata
from collections.abc import Iterator

VOWELS = frozenset("iyɨʉɯuɪʏʊeøɘɵɤoəɛœɜɞʌɔæɐaɶɑɒɚɝᵻᵿ")
CONSONANTS = frozenset("pbtdʈɖcɟkɡqɢʔmɱnɳɲŋɴʙrʀⱱɾɽɸβfvθðszʃʒʂʐçʝxɣχʁħʕhɦɬɮʋɹɻjɰlɭʎʟʍwɥɕʑɺɧɓɗʄɠʛɫʜʢʡʘǀǃǂǁ")
STRESS = "ˈˌ"
LONG = "ː"
NASAL, SYLLABIC = "\u0303", "\u0329"
_DROPPED = frozenset("ˑ˞ʰʲʷˠˤⁿˡʼʱᵝᶣʴʵʶ˥˦˧˨˩.‿|‖ꜛꜜ↗↘")
"""Modifiers, tones and boundaries: known, and of no weight to a voice of another language."""

_TYPED = {"g": "ɡ", ":": LONG, "'": "ˈ", "’": "ˈ", "ʦ": "ts", "ʣ": "dz", "ʧ": "tʃ", "ʤ": "dʒ", "ʨ": "tɕ", "ʥ": "dʑ",
          "ɚ": "əɹ", "ɝ": "ɜɹ", "ᵊ": "ə"}  # fmt: skip
_KNOWN = VOWELS | CONSONANTS | _DROPPED | set(_TYPED) | set(STRESS + LONG + " ")
_STRESSED = re.compile(rf"([{STRESS}])([^{''.join(VOWELS)}{STRESS} ]*)([{''.join(VOWELS)}])")
_NUCLEUS = re.compile(rf"[{''.join(VOWELS)}][{''.join(VOWELS)}{LONG}{NASAL}\u032f]*|[^\W\d]{SYLLABIC}")


def _letters(ipa: str) -> str:
    return unicodedata.normalize("NFD", ipa).replace("c\u0327", "ç").replace("ɐ\u032f", "ɹ")


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each word of a text begins and ends, without the punctuation around it; a symbol alone is a word, too."""
    for found in re.finditer(r"[^\s—–…]+", text):
        said = [index for index, sign in enumerate(found[0]) if unicodedata.category(sign)[0] not in "PZC"]
        if said:
            yield found.start() + said[0], found.start() + said[-1] + 1


def bad_ipa_character(ipa: str) -> str | None:
    """The first character that isn't IPA; None where all are, and at least one of them is a sound's letter."""
    for character in unicodedata.normalize("NFC", ipa):
        if not all(sign in _KNOWN or unicodedata.category(sign) == "Mn" for sign in _letters(character)):
            return character
    sounds = (_TYPED.get(character, character)[0] for character in _letters(ipa))
    return None if any(sound in VOWELS | CONSONANTS for sound in sounds) else ipa[:1]


def standard_ipa(ipa: str) -> str:
    """Valid IPA in the one spelling that is read here.

    A word that marks no stress is stressed on its first vowel, as a word that is said alone is.
    """
    kept = []
    for character in _letters(ipa):
        if unicodedata.category(character) == "Mn" and character not in (NASAL, SYLLABIC):
            continue
        if character not in _DROPPED:
            kept.append(_TYPED.get(character, character))
    return " ".join(_stressed(word) for word in "".join(kept).split())


def _stressed(word: str) -> str:
    moved = _STRESSED.sub(r"\2\1\3", word)
    if not any(mark in moved for mark in STRESS):
        moved = re.sub(rf"([{''.join(VOWELS)}])", r"ˈ\1", moved, count=1)
    return moved


def syllables(ipa: str) -> int:
    """How many vowels there are, neighbours without a stress mark between them counted as one."""
    return len(_NUCLEUS.findall(_letters(ipa)))

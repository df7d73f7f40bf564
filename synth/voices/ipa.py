"""One IPA pronunciation in the alphabet of each engine: misaki's American English, and espeak-ng's mnemonics.

Piper and Kokoro take ``standard_ipa`` as it is. A sound that an alphabet lacks becomes the nearest one that it has.
"""

import re

from synth.phonetics import LONG, NASAL, STRESS, SYLLABIC, VOWELS, standard_ipa

_VOWEL = "".join(sorted(VOWELS))

_ENGLISH_CONSONANTS = {
    "ɸ": "f", "β": "b", "ɓ": "b", "ʙ": "b", "ɗ": "d", "ɖ": "d", "ʈ": "t", "ɟ": "dj", "ʄ": "dj", "c": "kj", "q": "k",
    "ɢ": "ɡ", "ʛ": "ɡ", "ɠ": "ɡ", "ɣ": "ɡ", "ʔ": "", "ʡ": "", "ʢ": "", "ʕ": "", "ɱ": "m", "ɳ": "n", "ɴ": "ŋ",
    "ɲ": "nj", "r": "ɹ", "ʀ": "ɹ", "ʁ": "ɹ", "ɾ": "ɹ", "ɽ": "ɹ", "ɺ": "ɹ", "ɻ": "ɹ", "ⱱ": "v", "ʋ": "v", "ʂ": "ʃ",
    "ɕ": "ʃ", "ʐ": "ʒ", "ʑ": "ʒ", "ɧ": "ʃ", "ç": "h", "ʝ": "j", "ɰ": "w", "ɥ": "w", "ʍ": "w", "x": "h", "χ": "h",
    "ħ": "h", "ɦ": "h", "ʜ": "h", "ɬ": "l", "ɮ": "l", "ɭ": "l", "ɫ": "l", "ʟ": "l", "ʎ": "lj", "ʘ": "p", "ǀ": "t",
    "ǁ": "t", "ǂ": "t", "ǃ": "k",
}  # fmt: skip
"""The nearest consonants of English to those that it lacks."""

_END = "(?=z?(?:$| ))"
"""The end of a word, a possessive's z behind it or not: *José's* has the vowel of *José*."""

_OPEN = rf"z?(?:$| )|[{_VOWEL}{LONG}]|[^{_VOWEL}{STRESS} ]?[jwlɹrɾ]?[{STRESS}]?[{_VOWEL}AIOWY]"
"""Behind a vowel: the end of its word, or at most a consonant and a glide before the next vowel."""

_R = "rɹɾʀʁɽɻ"

_MISAKI_SEQUENCES = (
    ("t[ʃɕʂ]", "ʧ"), ("d[ʒʑʐ]", "ʤ"),
    ("[eɛ]ə(?=ɹ)", "ɛ"), ("[eɛ]ə", "ɛɹ"), ("ɪə(?=ɹ)", "ɪ"),
    (f"[eɛ]{LONG}?[ɪi](?!{LONG})", "A"), (f"[aɑæ]{LONG}?[ɪi](?!{LONG})", "I"),
    (f"[ɔɒoøœ]{LONG}?[ɪiʏy](?!{LONG})", "Y"), ("[əo]ʊ", "O"), (f"ou(?!{LONG})", "O"), ("[aɑæ][ʊu]", "W"),
    (f"[ɑɐaæ]{NASAL}[ʊu]{NASAL}?", "Wn"), (f"[ɛæe]{NASAL}", "æn"), (f"[ɑa]{NASAL}", "ɑn"), (f"[ɔo]{NASAL}", "ɔn"),
    (f"[ɐəʌœø]{NASAL}", "ʌn"), (NASAL, "n"),
    # The plain vowels of other languages: weak at an end, e and o as in "day" and "go" where their syllable is open.
    (rf"(?<![{STRESS}])a{_END}", "ə"), (f"o{LONG}?(?=[{_R}])", "ɔ"), ("o", "O"),
    (rf"(?<=[{STRESS}])e{LONG}?(?={_OPEN})|e{LONG}?{_END}", "A"), ("e", "ɛ"),
    (rf"[øœɘɵ]{LONG}?(?=[{_R}])", "ɜ"), (rf"(?<=ˈ)[øœ]{LONG}?|(?<=[{STRESS}])ɜ{LONG}?(?!ɹ)", "ɜɹ"),
    (rf"(?<![{STRESS}])ɜ{_END}", "əɹ"), (rf"(?<![{STRESS}])ɜ(?!ɹ)", "ə"),
)  # fmt: skip
"""Applied in this order."""

_MISAKI_VOWELS = {
    "ʏ": "ʊ", "y": "u", "ʉ": "u", "ᵿ": "ʊ", "ɯ": "u", "ɨ": "ɪ", "ɤ": "ʌ", "ø": "ə", "œ": "ə", "ɘ": "ə", "ɵ": "ə",
    "ɞ": "ɜ", "ɐ": "ʌ", "ɶ": "æ", "a": "ɑ", "ɒ": "ɑ", LONG: "", SYLLABIC: "",
}  # fmt: skip
_MISAKI = frozenset("bdfhijklmnpstuvwzðŋɡɹʃʒʤʧθAIOWYæɑɔəɛɜɪʊʌᵻˈˌ ")

_MNEMONICS = {sign: sign for sign in "pbtdkfvszxhmnljwrc "} | {
    "ɡ": "g", "θ": "T", "ð": "D", "ʃ": "S", "ʒ": "Z", "ŋ": "N", "ɲ": "n^", "ʎ": "l^", "ç": "C", "ɣ": "Q", "β": "B",
    "χ": "X", "ɟ": "J", "ɹ": "r", "ˈ": "'", "ˌ": ",", LONG: ":", NASAL: "n", SYLLABIC: "",
}  # fmt: skip
"""What all of espeak-ng's languages have beside their vowels."""

_ENGLISH_SEQUENCES = (
    (rf"[aɑæ][ɪi](?!{LONG})", "1"), (rf"[aɑæ][ʊu](?!{LONG})", "2"), (rf"[eɛ][ɪi](?!{LONG})", "3"),
    (rf"[oə][ʊu](?!{LONG})", "4"), (rf"[ɔɒoøœ][ɪiʏy](?!{LONG})", "5"), (rf"(?<![{STRESS}])a{_END}", "ə"),
)  # fmt: skip
"""Diphthongs by a digit each, and an end that is weak."""

_ENGLISH_MNEMONICS = {
    "1": "aI", "2": "aU", "3": "eI", "4": "oU", "5": "OI",
    "i": "i", "y": "u:", "ɨ": "I", "ʉ": "u:", "ɯ": "u:", "u": "u", "ɪ": "I", "ʏ": "U", "ʊ": "U", "e": "e", "ø": "3:",
    "ɘ": "@", "ɵ": "3:", "ɤ": "V", "o": "o", "ə": "@", "ɛ": "E", "œ": "3:", "ɜ": "3:", "ɞ": "3:", "ʌ": "V", "ɔ": "O:",
    "æ": "a", "ɐ": "V", "a": "A:", "ɶ": "a", "ɑ": "A:", "ɒ": "0", "ᵻ": "I", "ᵿ": "U",
}  # fmt: skip
_OTHER_MNEMONICS = {
    "i": "i", "y": "y", "ɨ": "i", "ʉ": "u", "ɯ": "u", "u": "u", "ɪ": "i", "ʏ": "y", "ʊ": "u", "e": "e", "ø": "e",
    "ɘ": "@", "ɵ": "e", "ɤ": "o", "o": "o", "ə": "@", "ɛ": "E", "œ": "E", "ɜ": "@", "ɞ": "@", "ʌ": "a", "ɔ": "o",
    "æ": "E", "ɐ": "a", "a": "a", "ɶ": "a", "ɑ": "a", "ɒ": "o", "ᵻ": "i", "ᵿ": "u",
}  # fmt: skip
"""The vowels that nearly all of espeak-ng's languages have."""


def to_misaki(ipa: str) -> str:
    """IPA in the American English alphabet that Kokoro and hibari were trained on (misaki's).

    Raises ValueError, with the sign, for what isn't IPA.
    """
    said = standard_ipa(ipa)
    for sequence, sound in _MISAKI_SEQUENCES:
        said = re.sub(sequence, sound, said)
    said = "".join(_ENGLISH_CONSONANTS.get(sign, _MISAKI_VOWELS.get(sign, sign)) for sign in said)
    said = re.sub(r"(^| )ŋ", r"\1n", said)
    said = re.sub(rf"([^{_VOWEL}])\1+", r"\1", said)
    for sign in said:
        if sign not in _MISAKI:
            raise ValueError(f"'{sign}' is no sign of the phonetic alphabet")
    return said


def to_espeak(ipa: str, language: str) -> str:
    """IPA in espeak-ng's mnemonics, as they stand between ``[[`` and ``]]`` in a text that a voice of a language says.

    Only those that the language has are used: espeak-ng leaves out the rest of a word behind one that it hasn't. Raises
    ValueError, with the sign, for what isn't IPA.
    """
    said = re.sub(rf"(?<![{_VOWEL}]){LONG}", "", standard_ipa(ipa))
    mnemonics = _MNEMONICS | _OTHER_MNEMONICS
    if language.split("-")[0] == "en":
        mnemonics = _MNEMONICS | _ENGLISH_MNEMONICS
        for sequence, sound in _ENGLISH_SEQUENCES:
            said = re.sub(sequence, sound, said)
    written = []
    for sign in said:
        for letter in sign if sign in mnemonics else _ENGLISH_CONSONANTS.get(sign, sign):
            if letter not in mnemonics:
                raise ValueError(f"'{letter}' is no sign of the phonetic alphabet")
            written.append(mnemonics[letter])
    return "".join(written).replace("::", ":")

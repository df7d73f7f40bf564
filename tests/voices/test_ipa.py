"""One IPA in each engine's alphabet."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from synth.phonetics import CONSONANTS, VOWELS
from synth.voices.ipa import to_espeak, to_misaki

MISAKI = set("bdfhijklmnpstuvwzðŋɡɹʃʒʤʧθAIOWYæɑɔəɛɜɪʊʌᵻˈˌ ")
"""The American alphabet of misaki's own table (its EN_PHONES.md), without the signs for a flap and a weak schwa."""

HEARD = """
import ctypes, sys
import espeakng_loader

library = ctypes.CDLL(espeakng_loader.get_library_path())
assert library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0x8000) > 0
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(lambda *_: 0)
library.espeak_SetSynthCallback(callback)
library.espeak_Synth(b"a", ctypes.c_size_t(2), 0, 1, 0, 0x101, None, None)
library.espeak_TextToPhonemes.restype = ctypes.c_char_p
for line in sys.stdin:
    voice, mnemonics = line.rstrip("\\n").split("\\t")
    assert not library.espeak_SetVoiceByName(voice.encode())
    text = ctypes.c_char_p(f"[[{mnemonics}]]".encode())
    print(library.espeak_TextToPhonemes(ctypes.byref(text), 1, 2).decode())
"""
"""A process in which espeak-ng reads mnemonics, which is a state of the whole library, and tells them as IPA."""


@pytest.mark.parametrize(
    ("ipa", "misaki"),
    [
        ("ʃɪˈvɔːn", "ʃɪvˈɔn"),
        ("niːv", "nˈiv"),
        ("xosˈe", "hOsˈA"),
        ("ɡaɾsˈia", "ɡɑɹsˈiə"),
        ("xosˈez", "hOsˈAz"),
        ("ɡaɾsˈiaz", "ɡɑɹsˈiəz"),
        ("mˈʏlɜz", "mˈʊləɹz"),
        ("andɾˈes", "ɑndɹˈɛs"),
        ("nˈuɲes", "nˈunjɛs"),
        ("fʁɑ̃swˈa", "fɹɑnswˈɑ"),
        ("ʁənˈe", "ɹənˈA"),
        ("wˈukaʃ", "wˈukɑʃ"),
        ("dvˈor̝aːk", "dvˈɔɹɑk"),
        ("ŋwˈiɛn", "nwˈiɛn"),
        ("tʂʰən wei", "ʧˈən wˈA"),
        ("mˈʏlɜ", "mˈʊləɹ"),
        ("sˈøːɾən", "sˈɜɹən"),
        ("muħˈammad", "muhˈɑmɑd"),
        ("ʒoˈɐ̃ʊ̃", "ʒOˈWn"),
        ("dʒˈɔːdʒ", "ʤˈɔʤ"),
        ("hˈaʊs bˈɔɪ ɡˈəʊ", "hˈWs bˈY ɡˈO"),
    ],
)  # fmt: skip
def test_a_pronunciation_in_american_english(ipa: str, misaki: str) -> None:
    assert to_misaki(ipa) == misaki


@pytest.mark.parametrize("sign", sorted(VOWELS | CONSONANTS))
def test_every_sound_has_its_nearest_in_american_english(sign: str) -> None:
    for ipa in (f"t{sign}a", f"a{sign}ta", f"ˈ{sign}ːta", f"{sign}̃n"):
        assert set(to_misaki(ipa)) <= MISAKI


ALPHABETS: tuple[Callable[[str], str], ...] = (
    to_misaki,
    lambda ipa: to_espeak(ipa, "en-us"),
    lambda ipa: to_espeak(ipa, "de"),
)


@pytest.mark.parametrize("written", ALPHABETS)
def test_what_is_no_ipa_is_refused_by_its_sign(written: Callable[[str], str]) -> None:
    with pytest.raises(ValueError, match=r"^'N' is no sign of the phonetic alphabet$"):
        written("Nˈiːv")


def test_a_pronunciation_in_espeaks_mnemonics() -> None:
    assert to_espeak("ʃɪˈvɔːn", "en-gb") == "SIv'O:n"
    assert to_espeak("ɡaɾsˈia", "en-us") == "gA:rs'i@"
    assert to_espeak("ɡaɾsˈia", "de") == "gars'ia"


@pytest.mark.parametrize("voice", ["en", "en-us", "de", "es", "fr-fr", "it", "pl", "pt", "ru", "vi", "sv"])
def test_espeak_knows_every_mnemonic_that_it_is_given(voice: str) -> None:
    """Behind one that it hasn't it leaves out the rest of the word, the last sound among it."""
    words = [f"a{sign}ata" for sign in sorted(VOWELS | CONSONANTS)]
    asked = "".join(f"{voice.removesuffix('-fr')}\t{to_espeak(word, voice)}\n" for word in words)
    heard = subprocess.run(
        [sys.executable, "-c", HEARD], input=asked, capture_output=True, encoding="utf-8", check=True
    ).stdout.splitlines()
    assert len(heard) == len(words)
    lost = [(word, said) for word, said in zip(words, heard, strict=True) if said[-1:] not in ("a", "ɑ", "ə", "æ", "ː")]
    assert not lost

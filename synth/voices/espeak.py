"""espeak-ng's text to phonemes, in this process and without a sound, for every language that it has."""

import ctypes
import re
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import takewhile
from typing import Any

from synth.errors import VoiceError
from synth.phonetics import CONSONANTS, VOWELS, syllables

_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8, _IPA = 1, 2
_SWITCH = re.compile(r"\([a-z][a-z-]*\)")
_KIRSHENBAUM = (("s.", "ʂ"), ("z.", "ʐ"), ("o-", "ɤ"), ("i.", "ɨ"))
"""Signs that espeak-ng leaves as its own alphabet has them."""

_MANDARIN = (
    ("ɜ", ""),  # the rising tone's 3, taken for the vowel that the sign stands for elsewhere
    ("onɡ", "ʊŋ"),
    ("tʂ", "dʐ"), ("tɕ", "dʑ"), ("ts", "dz"), ("p", "b"), ("k", "ɡ"), ("t", "d"),
    ("dʐh", "tʂ"), ("dʑh", "tɕ"), ("dzh", "ts"), ("bh", "p"), ("ɡh", "k"), ("dh", "t"),
)  # fmt: skip
"""Applied in this order: what is not aspirated is near to the voiced sounds of other languages, as pinyin writes it."""

_VOWEL_LETTERS = frozenset("aeiouyæøœ")
_VOWEL_GROUP = re.compile(r"(?:[aeiouyæøœ][\u0300-\u036f]*)+")
_LONG_NAME = 4
"""The name of a letter that a language has is shorter than this many phonemes, such as ``eñe``; ``e acute`` is not."""

_SYLLABIC_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "DEVANAGARI", "BENGALI", "GUJARATI", "GURMUKHI", "TAMIL",
                     "TELUGU", "KANNADA", "MALAYALAM", "THAI", "ETHIOPIC")  # fmt: skip

_ONE_AT_A_TIME = threading.Lock()
"""The library has one voice and one text for the whole process."""


class _VoiceRecord(ctypes.Structure):
    """The beginning of ``espeak_VOICE``; each of ``languages`` stands behind a byte, the last is empty."""

    _fields_ = (("name", ctypes.c_char_p), ("languages", ctypes.c_void_p), ("identifier", ctypes.c_char_p))


def phonemes(text: str, language: str) -> str:
    """How espeak-ng would say a text, in IPA; empty where it would say nothing.

    ``language`` is a tag such as ``es`` or one of its own voices. Raises VoiceError where espeak-ng lacks it, or can't
    be used here.
    """
    return _phonemes(unicodedata.normalize("NFC", text), _voice_of(language))


def languages() -> frozenset[str]:
    """The tags of the languages it speaks, lower-case. Raises VoiceError where it can't be used here."""
    return frozenset(_voices())


def spells(word: str, language: str) -> bool:
    """Whether espeak-ng would say names of a word's characters: ``en gee``, ``Chinese letter``, ``e acute``.

    Initials and words in capitals (``J``, ``ABC``) are meant so. Raises VoiceError as ``phonemes`` does.
    """
    word = re.sub(r"['’]s$", "", unicodedata.normalize("NFC", word))
    said = phonemes(word, language)
    letters = "".join(filter(str.isalpha, word))
    if not letters:
        return bool(said) and any(unicodedata.category(sign) == "So" for sign in word)
    if letters.isascii() and (len(letters) == 1 or sum(map(str.isupper, letters)) > 1):
        return False
    if any(unicodedata.name(letter, "").startswith(_SYLLABIC_SCRIPTS) for letter in letters):
        return syllables(said) > 2 * len(letters)
    if not letters.isascii() and syllables(said) > max(len(letters) - 1, 1):
        return True
    names = [_sounds(phonemes(letter, language)) for letter in letters]
    sounds = _sounds(said)
    foreign = (name for letter, name in zip(letters, names, strict=True) if not letter.isascii())
    if len(letters) > 1 and any(len(name) >= _LONG_NAME and name in sounds for name in foreign):
        return True
    plain = unicodedata.normalize("NFD", letters.lower())
    if set(plain) <= _VOWEL_LETTERS or not unicodedata.name(plain[0], "").startswith("LATIN"):
        return False
    cluster = not _VOWEL_LETTERS & {*plain[:2]} and sounds.startswith(names[0])
    return sounds == "".join(names) or (cluster and syllables(said) > len(_VOWEL_GROUP.findall(plain)))


def _sounds(ipa: str) -> str:
    """The letters of IPA alone."""
    return "".join(filter((VOWELS | CONSONANTS).__contains__, ipa))


@lru_cache(maxsize=1 << 14)
def _phonemes(text: str, voice: str) -> str:
    library = _library()
    rest = ctypes.c_char_p(text.replace("\0", " ").encode())
    said = []
    with _ONE_AT_A_TIME:
        library.espeak_SetVoiceByName(voice.encode())
        while rest.value is not None:
            said.append(library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA) or b"")
    ipa = _SWITCH.sub("", b" ".join(said).decode())
    ipa = re.sub(r"\d", "", ipa)  # tones
    for sign, letter in _KIRSHENBAUM + (_MANDARIN if voice == "sit/cmn" else ()):
        ipa = ipa.replace(sign, letter)
    return " ".join(ipa.split())


@cache
def _voice_of(language: str) -> str:
    """The espeak-ng voice of a tag, of the first part of a tag, or of one of its own names."""
    voices = _voices()
    tag = language.lower()
    own = {identifier.lower(): identifier for identifier in voices.values()}
    voice = own.get(tag) or voices.get(tag) or voices.get(tag.split("-")[0])
    if voice is None:
        raise VoiceError(f"espeak-ng does not speak '{language}'; say how with IPA instead: /…/")
    return voice


@cache
def _voices() -> Mapping[str, str]:
    """The identifier of the voice that speaks a tag best, by tag."""
    library = _library()
    best: dict[str, tuple[int, str]] = {}
    with _ONE_AT_A_TIME:
        for record in takewhile(bool, library.espeak_ListVoices(None)):
            at = record.contents.languages
            while priority := ctypes.string_at(at, 1)[0]:
                tag = ctypes.string_at(at + 1)
                known = (priority, record.contents.identifier.decode())
                best[tag.decode().lower()] = min(known, best.get(tag.decode().lower(), known))
                at += len(tag) + 2
    return {tag: identifier for tag, (_, identifier) in best.items()}


@cache
def _library() -> ctypes.CDLL:
    """The library of espeakng-loader, started. Raises VoiceError."""
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path()
    except (ImportError, OSError) as error:
        raise VoiceError(f"espeak-ng can't be used here ({error}); 'metta doctor' says more") from None
    library.espeak_Initialize.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int]
    library.espeak_ListVoices.argtypes = [ctypes.c_void_p]
    library.espeak_ListVoices.restype = ctypes.POINTER(ctypes.POINTER(_VoiceRecord))
    library.espeak_SetVoiceByName.argtypes = [ctypes.c_char_p]
    library.espeak_SetVoiceByName.errcheck = _accepted
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT) <= 0:
        raise VoiceError("espeak-ng found no voices in its data folder; 'metta doctor' says more")
    return library


def _accepted(result: Any, function: Any, arguments: Any) -> Any:
    if result:
        raise VoiceError(f"espeak-ng refused the voice {arguments[0]!r} (error {result}); 'metta doctor' says more")
    return result

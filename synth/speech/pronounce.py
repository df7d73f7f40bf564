"""What a voice is given for an utterance: its words, with the pronunciation of each name that has one.

Nothing is left out or spelled unseen: how the voice would read every word is looked at before it is said.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from synth.errors import PronunciationError, VoiceError
from synth.personalise.session import PronunciationHint, Utterance
from synth.phonetics import word_spans
from synth.voices import espeak
from synth.voices.voice import Pronunciation, ReadWord, Voice, Words

LETTERS_A_PHONEME = 4
"""At most so many letters of a word are one sound; in the words of the shipped scripts 3 are (``owe``)."""

PHONEMES_A_LETTER = 2
PHONEMES_A_CHARACTER = 6
"""At most so many sounds, and two more, are said for a letter, or for a character of a script that writes syllables.

In the words of the shipped scripts at most 1.5 are said for a letter; ``Mr`` has 6, and ``Nguyễn`` spelled out 27.
A single letter is an initial, and is not counted.
"""

_POSSESSIVE = re.compile(r"['’]s(?!\w)")
_SIBILANTS, _VOICELESS = "szʃʒ", "ptkfθ"

_PRONOUNCED: WeakKeyDictionary[Any, dict[tuple[Any, ...], Words]] = WeakKeyDictionary()
"""What was found sound, by voice; it goes with the voice."""


def pronounced(utterance: Utterance, voice: Voice, voice_id: str, language: str) -> Words:
    """The words of an utterance as one of an engine's voices, which speaks ``language``, is given them.

    Raises PronunciationError where a word would be left out or spelled, and as ``Voice.read`` does.
    """
    known = _PRONOUNCED.setdefault(voice, {})
    key = (voice_id, language, utterance.spoken, utterance.hints, utterance.names)
    if key not in known:
        known[key] = _pronounced(utterance, voice, voice_id, language)
    return known[key]


def _pronounced(utterance: Utterance, voice: Voice, voice_id: str, language: str) -> Words:
    words = _words(utterance, language)
    read = voice.read(words, voice_id)
    for start, end in word_spans(utterance.spoken):
        says_something = any(map(_is_said, utterance.spoken[start:end]))
        if says_something and not any(word.start < end and start < word.end for word in read):
            read = (*read, ReadWord(start, end, ""))
    for word in read:
        if not any(map(_is_said, utterance.spoken[word.start : word.end])):
            continue
        written = _bare(utterance.spoken[word.start : word.end])
        is_name = any(written in name for name in utterance.names)
        given = any(said.start < word.end and word.start < said.end for said in words.pronunciations)
        if fault := _fault(written, word, is_name, given):
            raise PronunciationError(
                utterance.place, f"the voice '{voice_id}' can't say '{written}' ({fault}); {_remedy(is_name)}"
            )
    return words


def _words(utterance: Utterance, language: str) -> Words:
    """The words with the pronunciations that their hints ask for."""
    try:
        pronunciations = [
            _with_possessive(said, utterance.spoken, language)
            for hint in utterance.hints
            for said in _pronunciations(hint, utterance.spoken, language)
        ]
    except VoiceError as error:
        raise PronunciationError(utterance.place, str(error)) from None
    return Words(utterance.spoken, tuple(pronunciations))


def _pronunciations(hint: PronunciationHint, spoken: str, language: str) -> Iterator[Pronunciation]:
    """A hint in IPA; none where the voice speaks its language, or where it is a guess and espeak-ng can't say it."""
    if hint.ipa is not None:
        yield Pronunciation(hint.start, hint.end, hint.ipa)
    elif hint.language and hint.language.split("-")[0] != language.split("-")[0]:
        for found in re.finditer(r"\S+", spoken[hint.start : hint.end]):
            if espeak.spells(found[0], hint.language) or not (ipa := espeak.phonemes(found[0], hint.language)):
                if hint.guessed:
                    continue
                raise VoiceError(
                    f"espeak-ng can't read '{found[0]}' in the language '{hint.language}'; {_remedy(is_name=True)}"
                )
            yield Pronunciation(hint.start + found.start(), hint.start + found.end(), ipa)


def _with_possessive(said: Pronunciation, spoken: str, language: str) -> Pronunciation:
    """The same with the English ``'s`` behind it, which no voice can read on its own."""
    found = _POSSESSIVE.match(spoken, said.end)
    if not found or language.split("-")[0] != "en":
        return said
    last = said.ipa.rstrip("ːʰʲ. ")[-1:]
    ending = "ɪz" if last in _SIBILANTS else "s" if last in _VOICELESS else "z"
    return Pronunciation(said.start, found.end(), said.ipa + ending)


def _bare(word: str) -> str:
    """A word without the punctuation around it and without a possessive."""
    spans = [*word_spans(word)]
    return _POSSESSIVE.sub("", word[spans[0][0] : spans[-1][1]]) if spans else word


def _is_said(sign: str) -> bool:
    """Letters, digits and emoji; not a plus or an arrow, which voices may leave out."""
    return sign.isalnum() or unicodedata.category(sign) == "So"


def _fault(written: str, word: ReadWord, is_name: bool, given: bool) -> str | None:
    """What a voice would do to a word instead of saying it; None where it says it.

    A word in plain letters that is no name may be an abbreviation that is meant to be spelled, such as ``cm``.
    """
    if not word.phonemes.strip():
        return "it would leave it out"
    if given:
        return None
    letters = "".join(filter(str.isalpha, written))
    plain = bool(letters) and letters.isascii() and not is_name
    if word.spelled and not plain:
        return "it would spell it out"
    if len(letters) < 2 or plain or any(map(str.isdecimal, written)) or sum(map(str.isupper, letters)) > 1:
        return None
    latin = all(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    sounds = sum(unicodedata.category(sign) in ("Ll", "Lo", "Lu") for sign in word.phonemes)
    most = (PHONEMES_A_LETTER if latin else PHONEMES_A_CHARACTER) * len(letters) + 2
    if not len(letters) <= sounds * LETTERS_A_PHONEME or sounds > most:
        return f"it would make {sounds} sounds of its {len(letters)} letters"
    return None


def _remedy(is_name: bool) -> str:
    how = "a respelling (lee shaow long) or IPA (/liː ʃaʊ lʊŋ/)"
    return f"say how with say_as: {how}" if is_name else f"write it otherwise, or give it {how} in your lexicon.yaml"

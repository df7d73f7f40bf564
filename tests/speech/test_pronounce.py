"""What a voice is given for an utterance, and what it can't say is told before a sound."""

import gc
import re
import sys
import weakref
from collections.abc import Callable, Iterator

import pytest
from helpers.scripts import script
from helpers.speaking import Sounding

from synth.errors import VoiceError
from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Utterance
from synth.scripts import lexicon, load_document, meditation_names, phrases
from synth.speech.pronounce import pronounced
from synth.voices.pyttsx3 import Pyttsx3Voice
from synth.voices.voice import RawSpeech, ReadWord, Words

listens_to_espeak = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="how espeak-ng reads a word")


def utterance(
    name: str, say_as: object = None, body: str = "May {name} rest in {name}’s home.", language: str = "en"
) -> Utterance:
    document = script(body, slots={"name": {"default": "friend"}}, language=language)
    listener = Profile.model_validate({"name": name, "say_as": say_as})
    words = Lexicon(lexicon(language))
    (made,) = personalise(document, listener, SessionOptions(), phrases(language), words).utterances
    return made


class Reading(Sounding):
    """A voice that reads words as a test wants: each word's phonemes and whether it is spelled, or None to drop it."""

    def __init__(self, reads: Callable[[str], tuple[str, bool] | None]) -> None:
        super().__init__(lambda text: RawSpeech.__new__(RawSpeech))
        self._reads = reads
        self.read_count = 0

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        self.read_count += 1
        found = [(word, self._reads(word[0])) for word in re.finditer(r"[^\s.,]+", words.text)]
        return tuple(ReadWord(word.start(), word.end(), *reads) for word, reads in found if reads)


@pytest.fixture(scope="module")
def voice() -> Iterator[Pyttsx3Voice]:
    with Pyttsx3Voice() as voice:
        yield voice


def said(
    made: Utterance, voice: Pyttsx3Voice, voice_id: str = "gmw/en-US", language: str = "en-us"
) -> list[tuple[str, str]]:
    words = pronounced(made, voice, voice_id, language)
    assert words.text == made.spoken
    return [(words.text[one.start : one.end], one.ipa) for one in words.pronunciations]


@listens_to_espeak
@pytest.mark.parametrize(
    ("name", "ipa"),
    [
        ("Nguyễn", "ŋwˈiɛn"),
        ("陈伟", "tʂˈən wˈei"),
        ("李小龍", "lˈi ɕjˈɑu lˈʊŋ"),
        ("García", "ɡaɾsˈia"),
        ("José", "xosˈe"),
        ("Siobhán", "ʃɪˈvɔːn"),
        ("Xóchitl", "sˈotʃitl"),
        ("Øyvind", "ˈøyvɪnn"),
        ("Łukasz", "wˈukaʃ"),
        ("Jürgen", "jˈʏɾɡən"),
        ("François", "fʁɑ̃swˈa"),
        ("Renée", "ʁənˈe"),
        ("Müller", "mˈʏlɜ"),
        ("Dvořák", "dvˈor̝aːk"),
        ("Αλέξανδρος", "alˈeksanðrˌos"),
        ("Владимир", "vɭadʲˈimʲir"),
        ("محمد", "muħˈammad"),
        ("דוד", "dˈud"),
        ("アキラ", "äkˈiɽä"),
        ("김민수", "ɡˈimminsˌu"),
        ("Đặng", "ɗˈaŋ"),
        ("Ayşe", "ajʃˈɛ"),
        ("João", "ʒoˈɐ̃ʊ̃"),
    ],
)
def test_a_name_is_said_as_its_own_language_says_it(name: str, ipa: str, voice: Pyttsx3Voice) -> None:
    (first, first_ipa), (second, second_ipa) = said(utterance(name), voice)
    assert (first, second) == (name, f"{name}’s")
    assert first_ipa == ipa
    assert re.fullmatch(f"{ipa}(s|z|ɪz)", second_ipa)


@listens_to_espeak
@pytest.mark.parametrize(
    "name",
    ["Niamh", "Mary-Jane", "O'Brien", "O’Brien", "J.", "J. R. R. Tolkien", "Mr. Brown", "Dr. Ada", "Ana", "ANA", "Bo"],
)
def test_a_plain_name_is_the_voices_own(name: str, voice: Pyttsx3Voice) -> None:
    assert said(utterance(name), voice) == []


@listens_to_espeak
@pytest.mark.parametrize(
    ("ipa", "possessive"),
    [("xosˈe", "z"), ("dʒeɪmz", "ɪz"), ("mɑːk", "s"), ("dʒɔːdʒ", "ɪz"), ("ɹɪtʃ", "ɪz"), ("θ", "s")],
)
def test_an_english_possessive_is_said_with_its_name(ipa: str, possessive: str, voice: Pyttsx3Voice) -> None:
    assert said(utterance("José", f"/{ipa}/", "{name}’s home, {name}'s."), voice) == [
        ("José’s", ipa + possessive),
        ("José's", ipa + possessive),
    ]


@listens_to_espeak
def test_a_language_that_is_asked_is_said_word_by_word(voice: Pyttsx3Voice) -> None:
    asked = utterance("Jean Dubois", {"language": "fr"}, "{name}.")
    assert said(asked, voice) == [("Jean", "ʒˈɑ̃"), ("Dubois", "dybwˈa")]
    assert said(asked, voice, "roa/fr", "fr") == [], "which speaks that itself"


@listens_to_espeak
@pytest.mark.parametrize(
    ("name", "say_as", "told"),
    [
        ("Hrvoje", None, "the voice 'gmw/en-US' can't say 'Hrvoje' (it would spell it out); say how with say_as: "),
        ("😀", "/haɪ/ ho", "IPA stands between two slashes"),
        ("🙂 Ada", None, "the voice 'gmw/en-US' can't say '🙂' (it would spell it out); say how with say_as: "),
        ("田中 さくら", None, "the voice 'gmw/en-US' can't say '田中' (it would spell it out); say how with say_as: "),
        ("田中", {"language": "ja"}, "espeak-ng can't read '田中' in the language 'ja'; say how with say_as: "),
        ("Ana", {"language": "xx"}, "espeak-ng does not speak 'xx'; say how with IPA instead: /…/"),
    ],
)
def test_what_it_cannot_say_is_told_with_its_place_and_the_remedy(
    name: str, say_as: object, told: str, voice: Pyttsx3Voice
) -> None:
    with pytest.raises((VoiceError, ValueError)) as raised:
        pronounced(utterance(name, say_as), voice, "gmw/en-US", "en-us")
    assert told in str(raised.value)
    if isinstance(raised.value, VoiceError):
        assert str(raised.value).startswith("script.md:4:1: ")
        assert "\n" not in str(raised.value)


@listens_to_espeak
def test_a_word_that_is_no_name_is_not_guessed_but_told(voice: Pyttsx3Voice) -> None:
    made = utterance("Ana", body="{name} met Nguyễn.")
    with pytest.raises(
        VoiceError, match=r"can't say 'Nguyễn' \(it would spell it out\); write it otherwise, or give it"
    ):
        pronounced(made, voice, "gmw/en", "en")
    assert said(utterance("Ana", body="{name} is 5 ft, at 7 pm, ok? HIV & cm."), voice) == []


@listens_to_espeak
@pytest.mark.parametrize("meditation", meditation_names())
def test_no_shipped_script_gives_an_alarm(meditation: str, voice: Pyttsx3Voice) -> None:
    document = load_document(meditation)
    needed = {name: "x" for name, slot in document.meta.slots.items() if slot.type == "text" and slot.default is None}
    session = personalise(
        document, Profile(name="Ana"), SessionOptions(slots=needed), phrases("en"), Lexicon(lexicon("en"))
    )
    for voice_id in ("gmw/en", "gmw/en-US"):
        for made in session.utterances:
            pronounced(made, voice, voice_id, "en")


@pytest.mark.parametrize(
    ("reads", "told"),
    [
        (None, "it would leave it out"),
        (("", False), "it would leave it out"),
        ((" ", False), "it would leave it out"),
        (("ɛn dʒi ju", True), "it would spell it out"),
        (("w", False), "it would make 1 sounds of its 6 letters"),
        (("wɪn" * 5, False), "it would make 15 sounds of its 6 letters"),
    ],
)
def test_a_name_of_too_few_or_too_many_sounds_is_told(reads: tuple[str, bool] | None, told: str) -> None:
    voice = Reading(lambda word: reads if word.startswith("Nwosuu") else (word, False))
    with pytest.raises(VoiceError, match=re.escape(f"script.md:4:1: the voice 'first' can't say 'Nwosuu' ({told});")):
        pronounced(utterance("Nwosuu"), voice, "first", "en")


def test_an_emoji_that_a_voice_drops_is_told() -> None:
    voice = Reading(lambda word: (word, False) if word.isascii() else None)
    with pytest.raises(VoiceError, match=r"can't say '😀' \(it would leave it out\)"):
        pronounced(utterance("Ana", body="{name} 😀."), voice, "first", "en")


def test_a_pronunciation_is_taken_for_sound_however_many_sounds_it_has() -> None:
    voice = Reading(lambda word: ("wˈɪn", True) if word.startswith("Nguyễn") else (word.strip("’s"), False))
    made = utterance("Nguyễn", "/wɪn/", "Hello, {name}.")
    assert [one.ipa for one in pronounced(made, voice, "first", "en").pronunciations] == ["wɪn"]


def test_a_voice_is_asked_once_for_each_text_and_is_not_held() -> None:
    voice = Reading(lambda word: (word, False))
    first, other = utterance("Ana", body="{name}."), utterance("Ben", body="{name}.")
    for _ in range(3):
        for voice_id in ("first", "second"):
            assert pronounced(first, voice, voice_id, "en") == Words("Ana.")
            assert pronounced(other, voice, voice_id, "en") == Words("Ben.")
    assert voice.read_count == 4
    held = weakref.ref(voice)
    del voice
    gc.collect()
    assert held() is None

"""espeak-ng's text to phonemes in this process, and whether it spells."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from synth.errors import VoiceError
from synth.voices import espeak

SCRIPTS = Path(__file__).parents[2] / "meditations"

SPELLED = {
    "en": "Nguyễn Đặng 陈伟 李小龍 Владимир Αλέξανδρος محمد דוד アキラ สมชาย Inés Dvořák Zdeněk Sjögren Ng Huỳnh 😀",
    "en-us": "Nguyễn Đặng 陈伟 李小龍 Владимир Αλέξανδρος محمد דוד アキラ สมชาย Inés Dvořák Ng Srdjan Yến 😀",
    "de": "Nguyễn Đặng 陈伟 Владимир محمد דוד アキラ Krzysztof Gwyneth Ng Zhou Mkhize Nguyen 😀",
    "es": "Nguyễn Đặng 陈伟 Владимир محمد アキラ Rhys Krzysztof Björn Zbigniew Hrvoje Zhou 😀",
    "ja": "山田太郎 田中",
}
READ = {
    "en": "García José Siobhán Niamh Xóchitl Øyvind Łukasz Jürgen François Renée Müller Zoë Ayşe João Mary-Jane O'Brien"
    " J. J.’s Zoë’s ABC HIV don't Ada’s 김민수 Łódź Žaneta Eoin Io Aoi Ai’s 42 & Thérèse Björn usual I a",
    "en-us": "García José Müller Zoë João Mary-Jane O'Brien J. W. NASA 김민수 Guðrún Phương Erzsébet Çağla Ștefan",
    "de": "García José Jürgen Größe Weiß Thérèse Łukasz Γιώργος Schröder J. USA",
    "es": "García Núñez Begoña Íñigo Kārlis Łukasz Jürgen J. ONU",
    "zh": "陈伟 李小龍 王芳",
    "vi": "Nguyễn Đặng Trần Hương",
    "ru": "Владимир Юлия Сергей",
    "ja": "アキラ さくら",
    "ko": "김민수 박지성",
    "ar": "محمد فاطمة",
    "he": "דוד",
    "el": "Αλέξανδρος",
    "hi": "अर्जुन प्रिया",
    "cs": "Dvořák Jiří",
}


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("José", "es", "xosˈe"),
        ("Jose\u0301", "es", "xosˈe"),
        ("García", "es-419", "ɡaɾsˈia"),
        ("García", "es-ES", "ɡaɾθˈia"),
        ("陈伟", "zh-TW", "tʂˈən wˈei"),
        ("Nguyễn", "vi", "ŋwˈiɛn"),
        ("Siobhan", "gmw/en-US", "ʃɪvˈɔːn"),
        ("김민수", "en", "ɡˈimminsˌu"),
        ("", "en", ""),
        ("…", "en", ""),
        ("Hello. And you?", "en-us", "həlˈoʊ ænd juː"),
    ],
)
def test_a_text_is_told_in_ipa_without_tones_and_marks_of_a_language(text: str, language: str, said: str) -> None:
    assert espeak.phonemes(text, language) == said


def test_brackets_of_a_text_are_no_phonemes() -> None:
    assert espeak.phonemes("[[SIv'O:n]]", "en") != "ʃɪvˈɔːn"


@pytest.mark.parametrize("language", ["xx", "gmw/nowhere", "", "e\0n"])
def test_a_language_that_it_lacks_is_told(language: str) -> None:
    with pytest.raises(VoiceError, match=r"^espeak-ng does not speak '"):
        espeak.phonemes("Ana", language)


def test_its_languages_are_tags() -> None:
    assert {"en", "en-us", "es", "es-419", "de", "zh", "cmn", "vi", "ja", "ko", "pt-br"} <= espeak.languages()
    assert all(tag == tag.lower() for tag in espeak.languages())


@pytest.mark.parametrize(
    ("language", "word"), [(tag, word) for tag, words in SPELLED.items() for word in words.split()]
)
def test_a_word_that_it_spells_is_known(language: str, word: str) -> None:
    assert espeak.spells(word, language), espeak.phonemes(word, language)


@pytest.mark.parametrize(("language", "word"), [(tag, word) for tag, words in READ.items() for word in words.split()])
def test_a_word_that_it_reads_is_no_alarm(language: str, word: str) -> None:
    assert espeak.phonemes(word, language) or word == "&"
    assert not espeak.spells(word, language), espeak.phonemes(word, language)


@pytest.mark.parametrize("language", ["en", "en-us"])
def test_no_word_of_the_shipped_scripts_is_spelled_or_left_out(language: str) -> None:
    texts = [path.read_text(encoding="utf-8") for path in SCRIPTS.rglob("*.md") if path.stem.islower()]
    words = {word for text in texts for word in re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)}
    assert len(words) > 500
    assert not {word for word in words if espeak.spells(word, language) or not espeak.phonemes(word, language)}


def test_threads_that_ask_at_once_each_get_their_own_language() -> None:
    asked = [(f"García {number}", language) for number in range(100) for language in ("es", "en", "de")]
    alone = [espeak._phonemes.__wrapped__(text, espeak._voice_of(language)) for text, language in asked]
    with ThreadPoolExecutor(4) as pool:
        assert alone == [*pool.map(lambda one: espeak._phonemes.__wrapped__(one[0], espeak._voice_of(one[1])), asked)]


def test_without_the_package_it_says_so() -> None:
    blocked = "import sys; sys.modules['espeakng_loader'] = None\n"
    asked = (
        f"{blocked}from synth.voices import espeak\ntry: espeak.phonemes('a', 'en')\nexcept Exception as e: print(e)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.startswith("espeak-ng can't be used here (")

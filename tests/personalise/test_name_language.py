"""The language of a name, by its letters."""

import pytest

from synth.personalise.name_language import guess_language

NAMES = {
    "zh": "陈伟 李小龍 王芳",
    "ja": "アキラ さくら",
    "ko": "김민수",
    "vi": "Nguyễn Đặng Trần Lê Phạm Hoàng Vũ Bùi Đỗ Ngô Phương Yến",
    "ru": "Владимир Юлия",
    "uk": "Олексій Їжакевич",
    "el": "Αλέξανδρος",
    "ar": "محمد فاطمة",
    "he": "דוד",
    "hi": "अर्जुन",
    "th": "สมชาย",
    "es-419": "García José Begoña Íñigo Núñez Sofía Andrés Inés Raúl Hernández Xóchitl",
    "pt-br": "João Conceição Gonçalves Antônio Luís Araújo",
    "fr": "François Renée Thérèse Hélène Benoît Chloé Gaëlle Loïc Anaïs",
    "de": "Jürgen Müller Weiß Schröder Köhler",
    "pl": "Łukasz Wałęsa Paweł Błażej Grażyna",
    "cs": "Dvořák Jiří Tomáš Zdeněk",
    "hr": "Željko Đorđe Ćosić",
    "hu": "László Győző Balázs",
    "nb": "Øyvind Bjørn Søren",
    "sv": "Åsa Björn Göran Lindström",
    "fi": "Mäkinen Päivi Yrjö",
    "tr": "Ayşe Çağla Erdoğan Işıl İpek Gökhan",
    "ro": "Ștefan Țepeș",
    "is": "Guðrún Þór",
    "lv": "Jānis Ķelda",
    "ga": "Siobhán Seán Róisín Gráinne Ciarán Sinéad",
    "it": "Niccolò",
}


@pytest.mark.parametrize(("language", "name"), [(tag, name) for tag, names in NAMES.items() for name in names.split()])
def test_letters_that_tell_a_language_are_its(language: str, name: str) -> None:
    assert guess_language(name, name) == language
    if len(name.upper()) == len(name):  # Weiß has no capitals of its own
        assert guess_language(name.upper(), name.upper()) == language


@pytest.mark.parametrize(
    "name", ["Ana", "Niamh", "O'Brien", "O’Brien", "Garcia", "Zoë", "Chloë", "Tāne", "J", "😀", "", "42", "Ng"]
)
def test_plain_letters_tell_nothing(name: str) -> None:
    assert guess_language(name, name) is None


def test_accents_that_stand_as_characters_of_their_own_tell_the_same() -> None:
    assert guess_language("Jose\u0301", "Jose\u0301") == "es-419"


def test_chinese_characters_beside_kana_are_japanese() -> None:
    assert guess_language("田中", "田中 さくら") == "ja"
    assert guess_language("田中", "田中") == "zh"

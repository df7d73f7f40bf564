"""Codes of three letters for language tags."""

import pytest

from synth.formats.language_codes import iso_639_2


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en", "eng"), ("en-GB", "eng"), ("de-at", "deu"), ("zh-Hant-TW", "zho"), ("yue-HK", "yue"), ("xx", "und")],
)
def test_a_tag_has_the_code_of_its_language(tag: str, code: str) -> None:
    assert iso_639_2(tag) == code

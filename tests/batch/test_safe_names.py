"""Names of people and meditations as names of files."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.batch.safe_names import MAX_BYTES, distinct_names, safe_name


class TestNames:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Ana", "Ana"), ("Łukasz", "Łukasz"), ("Nguye\u0302\u0303n", "Nguyễn"), ("O'Brien", "O'Brien"),
            ("李小龍", "李小龍"),
            ("A/B\\C: D", "A-B-C- D"), ("🌻👩‍👩‍👧", "🌻👩‍👩‍👧"), ("CON", "_CON"), ("con.txt", "_con.txt"),
            ("LPT¹", "_LPT¹"), ("Conny", "Conny"), ("../../etc/passwd", "etc-passwd"), ("C:\\Windows", "C-Windows"),
            ("=HYPERLINK(\"x\")", "HYPERLINK(-x-)"), ("Ana. ", "Ana"), (" .hidden", "hidden"), ("-rf", "rf"),
            ("a\x00b\u202ec", "a b c"), ("...", ""), ("/", ""), ("", ""),
        ],
    )  # fmt: skip
    def test_become_safe(self, text: str, name: str) -> None:
        assert safe_name(text) == name

    def test_are_numbered_where_they_are_equal_on_some_file_system(self) -> None:
        names = ["Ana", "ana", "Ana 2", "Zoë", "Zoe\u0308", "?", "A/B", "A:B", "library.json"]
        assert [*distinct_names(names, ["library.json"])] == [
            "Ana", "ana 2", "Ana 2 2", "Zoë", "Zoë 2", "006", "A-B", "A-B 2", "library.json 2",
        ]  # fmt: skip

    def test_that_are_long_are_cut_between_letters_and_stay_distinct(self) -> None:
        first, second, third = distinct_names(["龍" * 200, "龍" * 199 + "李", "x" * 200])
        assert first == "龍" * 40
        assert second == "龍" * 39 + " 2"
        assert len(third) == MAX_BYTES

    @given(st.lists(st.text(max_size=150), max_size=8))
    def test_are_safe_and_distinct_whatever_was_given(self, texts: list[str]) -> None:
        names = [*distinct_names(texts)]
        assert len({unicodedata.normalize("NFC", name.casefold()) for name in names}) == len(texts)
        for name in names:
            assert name
            assert len(name.encode()) <= MAX_BYTES + 1
            assert name == unicodedata.normalize("NFC", name)
            assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
            assert name[-1] not in " ."
            assert name[0] not in " .-="
            assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", name, re.I)

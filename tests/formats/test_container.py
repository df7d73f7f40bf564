"""A format's qualities: the one that was asked, the usual one, and those that there are not."""

import pytest

from synth.formats.track_file import FORMATS


class TestChoice:
    @pytest.mark.parametrize("ending", FORMATS)
    def test_is_the_default_one_where_nothing_is_asked(self, ending: str) -> None:
        form = FORMATS[ending]
        assert form.choose_quality(None) == form.default_quality
        assert form.default_quality in form.qualities or form.qualities == ()

    def test_may_be_written_in_any_case(self) -> None:
        assert FORMATS[".mp3"].choose_quality("v0") == "V0"
        assert FORMATS[".m4a"].choose_quality("128K") == "128k"

    @pytest.mark.parametrize("ending", FORMATS)
    def test_of_no_format_is_without_a_name(self, ending: str) -> None:
        with pytest.raises(ValueError, match=r"\A[^\n]+\Z"):
            FORMATS[ending].choose_quality("")

    def test_of_each_default_is_one_of_its_own(self) -> None:
        assert {ending: form.default_quality for ending, form in FORMATS.items() if form.qualities} == {
            ".mp3": "V4", ".m4a": "128k", ".opus": "96k",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("ending", "quality", "told"),
        [
            (".flac", "V0", r"it loses nothing, so it has no quality to choose; leave that out"),
            (".wav", "128k", r"it loses nothing, .+"),
            (".m4a", "V4", r"'V4' is none of its qualities, 64k, 80k, .+"),
            (".opus", "9999k", r"'9999k' is none of its qualities, 48k, .+"),
            (".mp3", "V10", r"'V10' is none of its qualities, .+"),
        ],
    )
    def test_that_there_is_not_is_told(self, ending: str, quality: str, told: str) -> None:
        with pytest.raises(ValueError, match=rf"\A{told}\Z"):
            FORMATS[ending].choose_quality(quality)

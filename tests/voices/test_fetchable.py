"""The table of voices that can be fetched."""

import re

import pytest

from synth.errors import VoiceError
from synth.voices.fetchable import FETCHABLE, FetchableVoice, fetchable_voice


@pytest.mark.parametrize("voice", FETCHABLE.values(), ids=FETCHABLE)
def test_every_file_has_a_safe_address_a_size_and_a_digest(voice: FetchableVoice) -> None:
    assert voice.licence
    assert all(tag == tag.lower() for tag in voice.languages)
    for file in voice.files:
        assert file.url.startswith("https://")
        assert "/main/" not in file.url or voice.engine == "natural"
        assert file.size > 4_000
        assert re.fullmatch("[0-9a-f]{64}", file.sha256)


def test_no_two_files_share_a_name_or_a_digest() -> None:
    files = [file for voice in FETCHABLE.values() for file in voice.files]
    assert len({file.name for file in files}) == len({file.sha256 for file in files}) == len(files)


def test_a_doubt_about_a_licence_is_told_of_what_was_grown_from_lessac() -> None:
    doubted = {name for name, voice in FETCHABLE.items() if voice.doubt}
    assert {"en_US-joe-medium", "de_DE-thorsten-medium"} <= doubted
    assert not doubted & {"en_GB-cori-medium", "en_US-ljspeech-medium", "emma", "kokoro"}


def test_names_are_found_in_any_case_and_with_their_engine() -> None:
    assert fetchable_voice("piper:DE_de-thorsten-medium").name == "de_DE-thorsten-medium"
    with pytest.raises(VoiceError, match=r"no voice 'emna' can be fetched; did you mean 'emma'\?"):
        fetchable_voice("emna")
    with pytest.raises(VoiceError, match="there are emma, fable"):
        fetchable_voice("zzzzzz")

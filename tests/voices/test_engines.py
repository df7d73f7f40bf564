"""The engines by their names, and whose voice a language gets."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from synth.content_cache import Cache
from synth.errors import VoiceError
from synth.voices.engines import AUTO, ENGINES, advice, choose_voice, listing, named_voice, split_name
from synth.voices.pyttsx3 import Pyttsx3Voice
from synth.voices.tones import TonesVoice
from synth.voices.voice import VoiceInfo

listens_to_espeak = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="how espeak-ng says it")


@pytest.fixture(scope="module")
def voice() -> Iterator[Pyttsx3Voice]:
    with Pyttsx3Voice() as voice:
        yield voice


@listens_to_espeak
def test_a_language_gets_its_own_voice(voice: Pyttsx3Voice) -> None:
    chosen = {tag: named_voice(voice.voices(), None, tag).languages[0] for tag in ("en", "de", "es", "pt-br", "DE-at")}
    assert chosen == {"en": "en-us", "de": "de", "es": "es", "pt-br": "pt-br", "DE-at": "de"}


def test_a_voice_is_found_by_its_id_and_by_its_name(voice: Pyttsx3Voice) -> None:
    info = named_voice(voice.voices(), None, "de")
    assert named_voice(voice.voices(), info.id.upper(), "en") == info
    assert named_voice(voice.voices(), info.name, "en").name == info.name


def test_a_voice_that_is_not_listed_is_refused(voice: Pyttsx3Voice) -> None:
    with pytest.raises(VoiceError, match="there is no voice 'gmw/nowhere'") as raised:
        named_voice(voice.voices(), "gmw/nowhere", "en")
    assert raised.value.exit_code == 3
    with pytest.raises(VoiceError, match="no voice speaks 'tlh'"):
        named_voice(tuple(info for info in voice.voices() if info.languages), None, "tlh")


@listens_to_espeak
def test_a_near_miss_is_answered_with_the_voice_that_is_meant(voice: Pyttsx3Voice) -> None:
    with pytest.raises(VoiceError, match="gmw/de"):
        named_voice(voice.voices(), "gmv/de", "en")


def test_an_engine_that_is_not_there_is_refused() -> None:
    assert split_name(None) == (AUTO, None)
    assert split_name("pyttsx3:gmw/en") == ("pyttsx3", "gmw/en")
    assert isinstance(ENGINES["pyttsx3"].open(), Pyttsx3Voice)
    with pytest.raises(VoiceError, match="there is no speech engine 'pyttsx'; did you mean 'pyttsx3'"):
        split_name("pyttsx:gmw/en")


@listens_to_espeak
def test_auto_takes_the_most_natural_voice_of_the_language(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    chosen = {tag: choose_voice(AUTO, tag, cache) for tag in ("en", "en-GB", "es")}
    assert {tag: voice.id for tag, voice in chosen.items()} == {
        "en": "natural:heart",
        "en-GB": "natural:heart",
        "es": "pyttsx3:roa/es",
    }
    assert advice(chosen["en"], "en") is None
    assert advice(chosen["es"], "es") == (
        "'pyttsx3:roa/es' speaks, a plain voice: no natural one that speaks 'es' is here; see 'metta voices'"
    )


def test_auto_takes_pyttsx3_where_the_natural_voices_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for engine in ("natural", "kokoro", "piper"):
        lacking = f'pip install "metta-synth[{engine}]" brings it'
        monkeypatch.setattr(f"synth.voices.{engine}.missing", lambda lacking=lacking: lacking)
    chosen = choose_voice(None, "en", Cache(tmp_path))
    assert chosen.engine == "pyttsx3"
    assert "[natural]" in (advice(chosen, "en") or "")
    with pytest.raises(VoiceError, match="the engine 'natural' can't speak here: pip install"):
        choose_voice("natural", "en", Cache(tmp_path))


class FilesToo(TonesVoice):
    """An engine that has a voice for every file."""

    def find(self, wanted: str) -> VoiceInfo:
        return VoiceInfo(f"/files/{wanted}", wanted, ())


def test_an_engine_that_finds_voices_is_asked_for_what_it_does_not_list(tmp_path: Path) -> None:
    chosen = choose_voice("tones:a.onnx#one", "en", Cache(tmp_path), lambda engine: FilesToo())
    assert chosen.id == "tones:/files/a.onnx#one"
    assert choose_voice("tones", "en", Cache(tmp_path), lambda engine: FilesToo()).info.id == "tone"


VOICES = (
    VoiceInfo("x/en-us", "American", ("en-us", "en")),
    VoiceInfo("x/de", "German", ("de",)),
    VoiceInfo("x/pt-br", "Brazilian", ("pt-br", "pt")),
    VoiceInfo("tone", "Tone", ()),
)


@pytest.mark.parametrize(
    ("wanted", "language", "chosen"),
    [
        (None, "en-US", "x/en-us"),
        (None, "en", "x/en-us"),
        (None, "en-gb", "x/en-us"),
        (None, "pt", "x/pt-br"),
        (None, "tlh", "tone"),
        ("X/DE", "en", "x/de"),
        ("tone", "de", "tone"),
        ("brazilian", "en", "x/pt-br"),
    ],
)
def test_a_voice_is_that_which_is_wanted_or_the_nearest_to_the_language(
    wanted: str | None, language: str, chosen: str
) -> None:
    assert named_voice(VOICES, wanted, language).id == chosen


class Counting(TonesVoice):
    """Tones of an engine whose packages are known, that counts how often it was asked for its voices."""

    version = "counting 1"
    asked = 0

    def __init__(self, packages: str | None) -> None:
        self.packages = packages  # type: ignore[assignment]

    def voices(self) -> tuple[VoiceInfo, ...]:
        self.asked += 1
        return VOICES


def test_an_engine_is_asked_for_its_voices_only_where_its_packages_are_others(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    first, again, newer, unknown = Counting("a 1"), Counting("a 1"), Counting("a 2"), Counting(None)
    for engine in (first, again, newer, unknown):
        found = listing(engine, cache)
        assert (found.version, found.voices) == ("counting 1", VOICES)
    assert [engine.asked for engine in (first, again, newer, unknown)] == [1, 0, 1, 1]

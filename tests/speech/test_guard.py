"""A sentence that came out wrong is said again; one that comes out wrong each time is told."""

from pathlib import Path

import numpy as np
import pytest
from helpers.speaking import Sounding, engine, utterance

from synth.content_cache import Cache
from synth.errors import VoiceError
from synth.speech.clip_source import TAKES
from synth.speech.guard import what_is_odd
from synth.speech.synthesis import speak
from synth.voices.voice import EngineFault, RawSpeech, ReadWord, VoiceInfo, Words

RATE = 16_000
INFO = VoiceInfo("first", "First", (), pace=160, phoneme_ms=(100.0, 60.0))
READ = (ReadWord(0, 4, "ɹɛst"), ReadWord(5, 9, "nˈaʊ"))
"""Seven phonemes and a mark of stress: 580 ms, usually."""


def tone(length_ms: int, behind_ms: int = 200) -> RawSpeech:
    """A tone among silence."""
    time = np.arange(length_ms * RATE // 1000) / RATE
    parts = [np.zeros(RATE // 10), 9_000 * np.sin(2 * np.pi * 300 * time), np.zeros(behind_ms * RATE // 1000)]
    return RawSpeech(np.concatenate(parts).astype(np.int16), RATE)


@pytest.mark.parametrize("length_ms", [300, 520, 1_000])
def test_what_takes_about_as_long_as_its_phonemes_is_right(length_ms: int) -> None:
    assert what_is_odd(tone(length_ms), READ, 160, INFO) is None


@pytest.mark.parametrize(
    ("speech", "told"),
    [
        (tone(200), "0.2 s for what usually takes 0.6 s"),
        (tone(3_000), "3.0 s for what usually takes 0.6 s"),
        (tone(520, behind_ms=0), "its end is cut off"),
    ],
)
def test_what_runs_on_or_is_cut_is_told(speech: RawSpeech, told: str) -> None:
    assert what_is_odd(speech, READ, 160, INFO) == told


def test_a_slower_pace_takes_longer() -> None:
    assert what_is_odd(tone(1_300), READ, 160, INFO) is not None
    assert what_is_odd(tone(1_300), READ, 80, INFO) is None


def test_nothing_is_held_against_a_voice_of_unknown_bounds() -> None:
    assert what_is_odd(tone(9_000), READ, 160, VoiceInfo("first", "First", (), pace=160)) is None


def test_silence_is_the_engines_fault() -> None:
    with pytest.raises(EngineFault, match="silence"):
        what_is_odd(RawSpeech(np.zeros(999, np.int16), RATE), READ, 160, INFO)


class Garbling(Sounding):
    """An engine whose first takes run on."""

    def __init__(self, garbled: int) -> None:
        super().__init__(lambda text: tone(600))
        self._garbled = garbled
        self.takes: list[int] = []

    def voices(self) -> tuple[VoiceInfo, ...]:
        return (INFO,)

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        self.takes.append(take)
        return tone(4_000) if take < self._garbled else super().speak(words, voice_id, words_a_minute, take)


def test_another_take_is_said_until_one_is_right(tmp_path: Path) -> None:
    voice = Garbling(TAKES - 1)
    with engine(voice):
        (clip,) = speak([utterance("Rest now.")], Cache(tmp_path)).values()
    assert voice.takes == [*range(TAKES)]
    assert clip.length_ms == pytest.approx(600, abs=5)


def test_what_is_wrong_in_every_take_is_told_with_its_place(tmp_path: Path) -> None:
    with (
        engine(Garbling(99)),
        pytest.raises(VoiceError, match=r"script\.md:3:5: .*came out wrong in 3 takes \(4\.0 s") as raised,
    ):
        speak([utterance("Rest now.")], Cache(tmp_path))
    assert "\n" not in str(raised.value)
    assert not [path for path in (tmp_path / "speech").rglob("*") if path.is_file()]

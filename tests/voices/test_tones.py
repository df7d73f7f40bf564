"""The voice of tones: pitch tells one text from another, length how long it is."""

import numpy as np
import pytest
from helpers.sound import pitch

from synth.audio.pcm import Samples
from synth.units import RATE as PROJECT_RATE
from synth.voices.tones import LOWEST_HZ, MS_A_CHARACTER, RATE, TonesVoice, pitch_of
from synth.voices.voice import Words

TEXTS = ("May you be well.", "May you be safe.", "静かに")


def said(text: str, words_a_minute: int = 110) -> Samples:
    speech = TonesVoice().speak(Words(text), "tone", words_a_minute)
    assert speech.rate == RATE
    return speech.samples / 32768


@pytest.mark.parametrize("text", TEXTS)
def test_the_pitch_is_the_texts_own(text: str) -> None:
    assert pitch(said(text)) * RATE / PROJECT_RATE == pytest.approx(pitch_of(text), rel=0.002)
    assert LOWEST_HZ <= pitch_of(text) < LOWEST_HZ * 8
    assert len({pitch_of(other) for other in TEXTS}) == len(TEXTS)


@pytest.mark.parametrize("words_a_minute", [80, 110, 220])
def test_the_length_is_that_of_its_characters_at_its_rate(words_a_minute: int) -> None:
    asked_ms = len(TEXTS[0]) * MS_A_CHARACTER * 110 / words_a_minute
    assert len(said(TEXTS[0], words_a_minute)) * 1000 / RATE == pytest.approx(asked_ms, abs=0.05)


def test_a_text_is_the_same_every_time_begins_and_ends_in_quiet_and_is_not_clipped() -> None:
    samples = said(TEXTS[0])
    assert np.array_equal(samples, said(TEXTS[0]))
    assert samples[0] == samples[-1] == 0
    assert 0.2 < np.abs(samples).max() < 0.5


def test_it_speaks_no_language_of_its_own() -> None:
    (voice,) = TonesVoice().voices()
    assert (voice.id, voice.languages) == ("tone", ())

"""An utterance at its rate, by rests instead of a drawl; of tones, and of real voices."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from synth.content_cache import Cache
from synth.personalise.session import Style, Utterance
from synth.source import Place
from synth.speech.clip_source import EngineSource
from synth.speech.pacing import at_rate
from synth.timeline.rests import MAX_REST_MS, MIN_SHARE, WEIGHTS, Rests, word_count
from synth.voices.engines import choose_voice
from synth.voices.voice import Pronunciation, RawSpeech, Words

RATE = 16_000
WORD_MS, GAP_MS, AROUND_MS = 200, 200, 300
PACE = 200


class Beeping:
    """Says every word as a tone of ``WORD_MS`` at its pace, ``GAP_MS`` of rest at commas, ``AROUND_MS`` around all."""

    def __init__(self) -> None:
        self.asked: list[tuple[Words, int]] = []

    def __call__(self, words: Words, words_a_minute: int) -> RawSpeech:
        self.asked.append((words, words_a_minute))
        parts = [silence(AROUND_MS)]
        for word in words.text.split():
            time = np.arange(WORD_MS * RATE // 1000 * PACE // words_a_minute) / RATE
            parts.append((0.3 * 32767 * np.sin(2 * np.pi * 300 * time)).astype(np.int16))
            if word.endswith(","):
                parts.append(silence(GAP_MS))
        return RawSpeech(np.concatenate([*parts, silence(AROUND_MS)]), RATE)


def silence(length_ms: int) -> np.ndarray:
    return np.zeros(length_ms * RATE // 1000, np.int16)


def rests_of(speech: RawSpeech, quiet: int = 30) -> list[int]:
    """Milliseconds of every silence of at least 100."""
    edges = np.flatnonzero(np.diff(np.pad((np.abs(speech.samples.astype(int)) < quiet).astype(int), 1))).reshape(-1, 2)
    lengths = (round((end - start) * 1000 / speech.rate) for start, end in edges)
    return [length for length in lengths if length >= 100]


TEXT = "May you be well, and at ease. May all of us be so; all, everywhere, always. So it is."


@pytest.mark.parametrize("rate", [90, 110, 130, 150])
def test_the_whole_takes_what_the_rate_says_and_words_are_not_drawled(rate: int) -> None:
    beeping = Beeping()
    speech = at_rate(Words(TEXT), rate, PACE, Rests(), beeping)
    assert [words.text for words, _ in beeping.asked] == [
        "May you be well, and at ease.",
        "May all of us be so;",
        "all, everywhere, always.",
        "So it is.",
    ]
    assert {asked for _, asked in beeping.asked} == {MIN_SHARE * PACE}
    rests = rests_of(speech)
    assert len(rests) == 6
    comma, sentence, clause = rests[0], rests[1], rests[2]
    assert sentence == pytest.approx(comma / WEIGHTS["comma"], abs=30)
    assert clause == pytest.approx(sentence * WEIGHTS["clause"], abs=30)
    seconds = len(speech.samples) / speech.rate
    assert word_count(TEXT) * 60 / seconds == pytest.approx(rate, rel=0.03)


def test_a_rate_over_the_voices_own_is_said_faster() -> None:
    beeping = Beeping()
    speech = at_rate(Words(TEXT), 220, PACE, Rests(), beeping)
    assert {asked for _, asked in beeping.asked} == {220}
    assert max(rests_of(speech)) < 500


def test_a_rest_has_its_longest() -> None:
    long = f"{'word ' * 60}end. Word."
    (rest,) = rests_of(at_rate(Words(long), 80, PACE, Rests(), Beeping()))
    assert rest == pytest.approx(MAX_REST_MS, abs=10)


def test_fixed_rests_are_heard_as_they_are_written() -> None:
    speech = at_rate(Words("Here, now. And here."), 100, PACE, Rests(700, 400), Beeping())
    comma, sentence = rests_of(speech)
    assert sentence == pytest.approx(700, abs=10)
    assert comma == pytest.approx(400, abs=10)


def test_a_pronunciation_stays_with_its_sentence_and_ends_none() -> None:
    beeping = Beeping()
    text = "Rest. May A. St. John be well. Rest."
    name = Pronunciation(text.index("A. St"), text.index(" be well"), "ˈɑsɪnʤən")
    at_rate(Words(text, (name,)), 100, PACE, Rests(), beeping)
    assert [(words.text, words.pronunciations) for words, _ in beeping.asked] == [
        ("Rest.", ()),
        ("May A. St. John be well.", (Pronunciation(4, 15, "ˈɑsɪnʤən"),)),
        ("Rest.", ()),
    ]


def test_a_voice_without_a_pace_is_given_all_at_once() -> None:
    beeping = Beeping()
    at_rate(Words(TEXT), 100, None, Rests(), beeping)
    assert [(words.text, rate) for words, rate in beeping.asked] == [(TEXT, 100)]


@pytest.fixture(params=["natural", "pyttsx3:gmw/en-us"])
def spoken(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[int], RawSpeech]:
    chosen = choose_voice(request.param, "en", Cache(tmp_path))
    source = EngineSource(chosen)
    return lambda rate: source.speak(Utterance(TEXT, TEXT, False, Style(None, "en", rate), Place("s.md", 1, 1)))


@pytest.mark.parametrize("rate", [100, 120, 150])
def test_a_real_voice_keeps_its_rate(spoken: Callable[[int], RawSpeech], rate: int) -> None:
    speech = spoken(rate)
    assert word_count(TEXT) * 60 * speech.rate / len(speech.samples) == pytest.approx(rate, rel=0.04)

"""Where a known sound is heard, and whether it is that sound: on sounds that are made here."""

import numpy as np
import pytest

from synth.verify.match import ALIKE, HOP_MS, Match, match_speech, match_stroke, spectra
from synth.verify.measure import FRAMES_A_MS, MATCH_RATE, Mono

REACH_MS = 300


def babble(seed: int, syllables: int = 12) -> Mono:
    """Syllables of 120 ms, each of a few tones of its own."""
    random = np.random.default_rng(seed)
    time = np.arange(120 * FRAMES_A_MS) / MATCH_RATE
    swell = np.sin(np.pi * np.arange(len(time)) / len(time))
    said = [
        swell * sum(np.sin(2 * np.pi * hertz * time) for hertz in random.uniform(200, 5_000, 4))
        for _ in range(syllables)
    ]
    return (0.05 * np.concatenate(said)).astype(np.float32)


def quiet(ms: int) -> Mono:
    return np.zeros(ms * FRAMES_A_MS, np.float32)


def around(waves: Mono, late_ms: int = 0) -> Mono:
    """What is heard about a place, the waves a little late in it."""
    return np.concatenate([quiet(REACH_MS + late_ms), waves, quiet(REACH_MS - late_ms)])


def matched(waves: Mono, heard: Mono, beside: Mono | None = None) -> Match:
    return match_speech(spectra(waves), waves, heard, np.zeros_like(heard) if beside is None else beside, REACH_MS)


ASKED = babble(1)


@pytest.mark.parametrize("late_ms", [-210, 0, 47, 200])
def test_the_very_waves_are_found_to_a_tenth_of_a_millisecond(late_ms: int) -> None:
    found = matched(ASKED, around(ASKED, late_ms))
    assert (found.start_ms, found.end_ms) == pytest.approx((late_ms, late_ms), abs=0.1)
    assert found.score > 0.99
    assert (found.alike, found.poor_ms, found.same_waves) == (1.0, None, True)


def test_other_words_are_not_alike() -> None:
    found = matched(ASKED, around(babble(2)))
    assert found.score < ALIKE
    assert found.alike < 0.5
    assert not found.same_waves


def test_where_a_part_is_other_words_that_part_is_told() -> None:
    half = len(ASKED) // 2
    found = matched(ASKED, around(np.concatenate([ASKED[:half], babble(3)[half:]])))
    assert found.score < ALIKE
    assert 0.2 < found.alike < 0.8
    assert found.poor_ms
    first, last = found.poor_ms
    half_ms = half // FRAMES_A_MS
    assert half_ms - 250 <= first <= last <= 2 * half_ms


def test_what_is_heard_besides_is_no_fault_where_it_is_known() -> None:
    bed = np.random.default_rng(4).normal(0, 0.03, len(around(ASKED))).astype(np.float32)
    known, unknown = (matched(ASKED, around(ASKED) + bed, beside) for beside in (bed, None))
    assert known.score > max(unknown.score, ALIKE)


def test_a_sound_shorter_than_a_transform_has_spectra_too() -> None:
    assert len(spectra(quiet(1))) >= 1
    assert len(spectra(quiet(500))) == pytest.approx(500 / HOP_MS, abs=2)


RING_S = np.arange(600 * FRAMES_A_MS) / MATCH_RATE
BELL = (np.exp(-4 * RING_S) * np.sin(2 * np.pi * 1_175 * RING_S)).astype(np.float32)


@pytest.mark.parametrize(("late_ms", "gain"), [(0, 1.0), (-120, 0.5), (33, 2.0)])
def test_a_stroke_is_found_with_its_time_and_its_gain(late_ms: int, gain: float) -> None:
    found = match_stroke(BELL, around(gain * BELL, late_ms), REACH_MS)
    assert found.off_ms == pytest.approx(late_ms, abs=0.1)
    assert found.gain == pytest.approx(gain, rel=0.02)
    assert found.alike > 0.99


def test_there_is_no_stroke_in_silence_nor_much_of_one_in_noise() -> None:
    nothing = match_stroke(BELL, around(0 * BELL), REACH_MS)
    assert (nothing.gain, nothing.alike) == (0, 0)
    noise = np.random.default_rng(5).normal(0, 0.1, len(around(BELL))).astype(np.float32)
    assert match_stroke(BELL, noise, REACH_MS).alike < 0.2

"""How long a sentence will probably take."""

from dataclasses import replace

import pytest
from helpers.listeners import PLAIN, utterance

from synth.timeline.estimate import CHARACTER_MS, SLOWEST_WPM, estimate_speech


@pytest.mark.parametrize("spoken", ["May you be well.", "At 12:30,5", "Mr. Ray is here."])
def test_a_sentence_without_a_stop_inside_takes_its_characters_time(spoken: str) -> None:
    assert estimate_speech(utterance(1, 1, "as it is written", spoken)) == round(CHARACTER_MS * len(spoken))


@pytest.mark.parametrize("rate", [90, 110, 150])
def test_one_with_stops_inside_takes_what_the_rate_says(rate: int) -> None:
    said = utterance(1, 1, "as it is written", "Here is the ground; it holds you, all of it. You can rest now.")
    assert estimate_speech(replace(said, style=replace(PLAIN, rate=rate))) == pytest.approx(14 * 60_000 / rate, abs=2)


def test_a_faster_voice_than_its_slowest_takes_less() -> None:
    said = utterance(1, 1, "Here now.")
    fast = replace(said, style=replace(PLAIN, rate=2 * SLOWEST_WPM))
    assert estimate_speech(fast) == pytest.approx(estimate_speech(said) / 2, abs=1)


def test_rests_that_the_script_fixes_are_those() -> None:
    said = utterance(1, 1, "Here, now. And here.")
    fixed = replace(said, style=replace(PLAIN, sentence_rest_ms=700, comma_rest_ms=200))
    assert estimate_speech(fixed) == round(CHARACTER_MS * len("Here, now.And here.")) + 900

"""How long a sentence will probably take."""

from dataclasses import replace

import pytest
from helpers.listeners import PLAIN, utterance

from synth.timeline.estimate import estimate_speech


@pytest.mark.parametrize(
    ("spoken", "length_ms"),
    [
        ("", 20),
        ("May you be well.", 76 * 16 + 20),
        ("Here, now.", 76 * 10 + 490 + 20),
        ("One. Two? Three! 4; 5: 6… 7", 76 * 27 + 6 * 490 + 20),
        ("At 12:30,5", 76 * 10 + 20),
    ],
)
def test_every_character_and_every_rest_inside_takes_its_time(spoken: str, length_ms: int) -> None:
    assert estimate_speech(utterance(1, 1, "as it is written", spoken)) == length_ms


def test_at_half_the_rate_it_takes_twice_as_long() -> None:
    said = utterance(1, 1, "Here, now.")
    slow = replace(said, style=replace(PLAIN, rate=55))
    assert estimate_speech(slow) - 20 == 2 * (estimate_speech(said) - 20)

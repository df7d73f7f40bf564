"""How long a sentence will probably take, before it is spoken."""

from collections.abc import Callable

from synth.personalise.session import Utterance
from synth.timeline.rests import Rests, Stop, sentences, word_count

SpeechLength = Callable[[Utterance], int]
"""Milliseconds of an utterance, measured or estimated."""

CHARACTER_MS = 54.0
"""Of a voice that says its words as slowly as it does, fitted to natural and espeak over the shipped scripts."""

SLOWEST_WPM = 160
"""About how many words a minute such a voice is asked for."""


def estimate_speech(utterance: Utterance) -> int:
    """Milliseconds that an utterance will take: its characters, and the rests that its rate leaves room for."""
    text, style = utterance.spoken, utterance.style
    found = sentences(text)
    said_ms = CHARACTER_MS * sum(s.end - s.start for s in found) * min(1.0, SLOWEST_WPM / style.rate)
    stops: list[Stop] = []
    for sentence in found:
        stops.extend("comma" for _ in range(sentence.commas))
        stops.append(sentence.stop)
    rests = Rests(style.sentence_rest_ms, style.comma_rest_ms)
    missing_ms = word_count(text) * 60_000 / style.rate - said_ms
    return round(said_ms + sum(rests.lengths(tuple(stops[:-1]), missing_ms)))

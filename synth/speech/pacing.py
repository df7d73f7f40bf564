"""An utterance at its rate: sentence by sentence at the pace of a voice, with rests for what is missing to the rate."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from synth.audio.pcm import Samples
from synth.speech.trim import audible, trim
from synth.timeline.rests import MIN_SHARE, Rests, Stop, sentences, word_count
from synth.voices.voice import Pronunciation, RawSpeech, Words

MIN_GAP_MS = 120
"""A silence inside a sentence that is shorter is a consonant's."""

_QUIET_DB = -40.0
"""What lies further than this under a sentence's peak is silence inside it."""

_WINDOW_MS = 5
_EDGE_MS = 30
"""What is kept of a voice's own silence at a comma, at either end of the rest."""

Say = Callable[[Words, int], RawSpeech]
"""Says one sentence at so many words a minute."""


def at_rate(words: Words, rate: int, pace: int | None, rests: Rests, say: Say) -> RawSpeech:
    """The words, whole, at ``rate`` words a minute as near as a voice of that ``pace`` can be without drawling.

    A voice without a pace of its own is asked for the rate as it is, and for all words at once.
    """
    if pace is None:
        return say(words, rate)
    found = sentences(_masked(words))
    parts = tuple(_part(words, sentence.start, sentence.end) for sentence in found)
    spoken = [say(part, max(rate, round(MIN_SHARE * pace))) for part in parts]
    frame_rate = spoken[0].rate
    runs: list[Samples] = []
    stops: list[Stop] = []
    for sentence, speech in zip(found, spoken, strict=True):
        voice, _ = trim(audible(speech), frame_rate)
        inside = _at_gaps(voice, frame_rate, sentence.commas)
        runs += inside
        stops.extend("comma" for _ in inside[1:])
        stops.append(sentence.stop)
    del stops[-1]
    silent_ms = sum(2 * _EDGE_MS for stop in stops if stop == "comma")
    spoken_ms = sum(map(len, runs)) * 1000 / frame_rate - silent_ms
    lengths = rests.lengths(tuple(stops), word_count(words.text) * 60_000 / rate - spoken_ms)
    added = [ms - 2 * _EDGE_MS if stop == "comma" else ms for stop, ms in zip(stops, lengths, strict=True)]
    joined = np.concatenate(list(_joined(runs, added, frame_rate)))
    return RawSpeech(np.rint(joined * 32768).clip(-32768, 32767).astype(np.int16), frame_rate)


def _masked(words: Words) -> str:
    """The text with letters for what has a pronunciation, so that no sentence ends in it."""
    text = words.text
    for given in words.pronunciations:
        text = text[: given.start] + "x" * (given.end - given.start) + text[given.end :]
    return text


def _part(words: Words, start: int, end: int) -> Words:
    """The characters ``start`` to ``end`` of the words, with their pronunciations."""
    inside = (given for given in words.pronunciations if start <= given.start and given.end <= end)
    return Words(
        words.text[start:end],
        tuple(Pronunciation(given.start - start, given.end - start, given.ipa) for given in inside),
    )


def _at_gaps(samples: Samples, rate: int, commas: int) -> list[Samples]:
    """A trimmed sentence, cut in the middle of its longest silences, one for each comma at most."""
    window = _WINDOW_MS * rate // 1000
    usable = samples[: len(samples) // window * window]
    loudest = np.abs(usable).reshape(-1, window).max(axis=1)
    quiet = loudest < np.abs(usable).max(initial=0) * 10 ** (_QUIET_DB / 20)
    edges = np.flatnonzero(np.diff(np.pad(quiet.astype(np.int8), 1)))
    gaps = [(start, end) for start, end in edges.reshape(-1, 2) if (end - start) * _WINDOW_MS >= MIN_GAP_MS]
    chosen = sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[:commas])
    edge = _EDGE_MS * rate // 1000
    cuts = [(0, 0), *((start * window + edge, end * window - edge) for start, end in chosen), (len(samples), 0)]
    return [samples[left[1] : right[0]] for left, right in pairwise(cuts)]


def _joined(runs: list[Samples], rests_ms: list[int], rate: int) -> Iterator[Samples]:
    for run, rest_ms in zip(runs, [*rests_ms, 0], strict=True):
        yield run
        yield np.zeros(max(0, rest_ms) * rate // 1000)

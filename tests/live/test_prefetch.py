"""Sentences spoken in a thread: in the order asked, and whatever goes wrong is told."""

import queue
import threading
from typing import Any

import pytest
from helpers.scripts import session
from helpers.terminals import PATIENCE_S

from synth.errors import VoiceError
from synth.live.prefetch import SpeechPrefetcher
from synth.personalise.session import Utterance
from synth.speech.clip import key_of

A, B, C, D = session("Alpha. [pause 1s] Bravo. [pause 1s] Charlie. [pause 1s] Delta.").utterances


class Synthesizer:
    """Says a sentence when it is let: ``begun`` has what was begun, ``fails`` what some sentences raise."""

    def __init__(self, **fails: Exception) -> None:
        self.fails = fails
        self.begun: queue.Queue[str] = queue.Queue()
        self.may = threading.Semaphore(0)

    def clip(self, utterance: Utterance) -> Any:
        self.begun.put(utterance.text)
        assert self.may.acquire(timeout=PATIENCE_S)
        if error := self.fails.get(utterance.text[0]):
            raise error
        return f"clip of {utterance.text}"

    def next(self) -> str:
        return self.begun.get(timeout=PATIENCE_S)


def prefetcher(synthesizer: Any) -> SpeechPrefetcher:
    return SpeechPrefetcher(synthesizer)


def test_speaks_in_the_order_asked_and_gives_each_clip_once() -> None:
    synthesizer = Synthesizer()
    with prefetcher(synthesizer) as speech:
        synthesizer.may.release(2)
        speech.ask([B, A, C])
        assert [synthesizer.next() for _ in range(3)] == ["Bravo.", "Alpha.", "Charlie."]
        clips: Any = speech.take()
        assert clips == {key_of(B): "clip of Bravo.", key_of(A): "clip of Alpha."}
        assert speech.take() == {}
        synthesizer.may.release()


def test_what_is_asked_anew_takes_the_place_of_what_was_asked() -> None:
    synthesizer = Synthesizer()
    with prefetcher(synthesizer) as speech:
        speech.ask([A, B])
        assert synthesizer.next() == "Alpha."
        speech.ask([D, C])
        synthesizer.may.release(3)
        assert [synthesizer.next() for _ in range(2)] == ["Delta.", "Charlie."]


@pytest.mark.parametrize("error", [VoiceError("did not say it"), ZeroDivisionError("a fault of its own")])
def test_whatever_goes_wrong_is_that_sentences_failure_and_the_others_are_spoken(error: Exception) -> None:
    synthesizer = Synthesizer(A=error)
    with prefetcher(synthesizer) as speech:
        synthesizer.may.release(2)
        speech.ask([A, B, C])
        assert [synthesizer.next() for _ in range(3)] == ["Alpha.", "Bravo.", "Charlie."]
        with pytest.raises(type(error)) as raised:
            speech.check(A)
        assert raised.value is error
        speech.check(B)
        clips: Any = speech.take()
        assert clips == {key_of(B): "clip of Bravo."}
        synthesizer.may.release()


def test_that_nobody_speaks_any_more_is_told_for_every_sentence() -> None:
    with prefetcher(Synthesizer()) as speech:
        speech.check(A)
    with pytest.raises(RuntimeError, match="has ended"):
        speech.check(A)

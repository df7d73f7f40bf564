"""Sentences spoken ahead of their time, in the background, those first that are needed first."""

import threading
from collections.abc import Iterable
from typing import Self

from synth.personalise.session import Utterance
from synth.speech.clip import ClipKey, Clips, key_of
from synth.speech.synthesis import SpeechSynthesizer

_LEAVING_S = 2.0
"""How long leaving waits for the sentence that is being spoken."""


class SpeechPrefetcher:
    """A thread that has sentences spoken, one after the other, between entering and leaving it."""

    def __init__(self, synthesizer: SpeechSynthesizer) -> None:
        self._synthesizer = synthesizer
        self._wanted: dict[ClipKey, Utterance] = {}
        self._spoken: Clips = {}
        self._failed: dict[ClipKey, Exception] = {}
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._speak, name="speech prefetcher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join(_LEAVING_S)

    def ask(self, utterances: Iterable[Utterance]) -> None:
        """Asks for these sentences, in this order, and for no others."""
        with self._changed:
            self._wanted = {key_of(utterance): utterance for utterance in utterances}
            self._changed.notify()

    def take(self) -> Clips:
        """The clips that were spoken since this was last called."""
        with self._changed:
            spoken, self._spoken = self._spoken, {}
        return spoken

    def check(self, utterance: Utterance) -> None:
        """Raises what went wrong with a sentence, of whatever type it was; RuntimeError where the thread is dead."""
        with self._changed:
            failure = self._failed.get(key_of(utterance))
        if failure:
            raise failure
        if not self._thread.is_alive():
            raise RuntimeError("the thread that has sentences spoken has ended")

    def _speak(self) -> None:
        while utterance := self._next():
            key = key_of(utterance)
            try:
                clip = self._synthesizer.clip(utterance)
            except Exception as error:  # of whatever kind: it is raised again where the sentence is needed
                with self._changed:
                    self._failed[key] = error
            else:
                with self._changed:
                    self._spoken[key] = clip

    def _next(self) -> Utterance | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._ended)
            return None if self._ended else self._wanted.pop(next(iter(self._wanted)))

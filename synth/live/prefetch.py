"""Sentences spoken ahead of their time, in the background, those first that are needed first."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from synth.audio.loudness import STEP_MS, lufs
from synth.content_cache import CacheEntry
from synth.errors import MettaError
from synth.personalise.session import Utterance
from synth.speech.clip import Clip, ClipKey, Clips, key_of
from synth.speech.synthesis import SpeechSynthesizer
from synth.timeline.estimate import estimate_speech

_PATIENCE_S = 2.0
"""How long a sentence that nobody needs any more is waited for at the end."""

_USUAL_ENERGY, _USUAL_PEAK = 0.0147, 0.43
"""What a sentence that nobody has heard yet is taken for: −19 LUFS, as espeak-ng is when it is treated."""


@dataclass(frozen=True, slots=True)
class Unspoken(Clip):
    """What stands for a sentence while it isn't spoken, so that all can be planned; nothing is heard of it."""


def unspoken(utterance: Utterance) -> Clip:
    """A sentence as it will probably be."""
    length = estimate_speech(utterance)
    energies = (_USUAL_ENERGY,) * -(-length // STEP_MS)
    return Unspoken(CacheEntry(Path(), {}, 0), "", 0, length, 0, lufs(_USUAL_ENERGY), _USUAL_PEAK, energies, "")


class SpeechPrefetcher:
    """A thread that has sentences spoken, one after the other, between entering and leaving it."""

    def __init__(self, speaker: SpeechSynthesizer) -> None:
        self._speaker = speaker
        self._wanted: dict[ClipKey, Utterance] = {}
        self._spoken: Clips = {}
        self._failed: dict[ClipKey, MettaError] = {}
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._speak, name="prompter", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join(_PATIENCE_S)

    def ask(self, utterances: Iterable[Utterance]) -> None:
        """These are needed, in this order, and no others."""
        with self._changed:
            self._wanted = {key_of(utterance): utterance for utterance in utterances}
            self._changed.notify()

    def take(self) -> Clips:
        """What was spoken since it was last asked."""
        with self._changed:
            spoken, self._spoken = self._spoken, {}
        return spoken

    def failure(self, utterance: Utterance) -> MettaError | None:
        """Why a sentence can't be spoken."""
        return self._failed.get(key_of(utterance))

    def _speak(self) -> None:
        while utterance := self._next():
            try:
                clip = self._speaker.clip(utterance)
            except MettaError as error:
                self._failed[key_of(utterance)] = error
            else:
                with self._changed:
                    self._spoken[key_of(utterance)] = clip

    def _next(self) -> Utterance | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._ended)
            return None if self._ended else self._wanted.pop(next(iter(self._wanted)))

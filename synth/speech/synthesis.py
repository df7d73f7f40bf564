"""Third stage: every utterance of a session as a clip on disk, spoken once and kept by its content.

A clip is given its effect and trimmed to its first and last audible sound, so that a pause asked is a pause heard; what
is softer, its end and the effect's reverb, goes on into the pause as its tail. It is kept in stereo, 16-bit, at its
source's rate, with what the mix must know of it before it is opened.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, Self

from synth.content_cache import Cache, CacheEntry, Metadata
from synth.errors import VoiceError
from synth.personalise.session import Utterance
from synth.speech.clip import Clip, Clips, key_of
from synth.speech.clip_source import ClipSource, SourceChooser
from synth.speech.effects import EFFECTS, VoiceEffect
from synth.speech.trim import audible, measure_clip, trim
from synth.voices.voice import EngineFault

ATTEMPTS = 3
_MEASURING = threading.Lock()
"""One clip after the other, so that more cores take no more memory."""

_KEY_VERSION = "clip 7"


def clip_key(utterance: Utterance, source: ClipSource) -> str:
    """What decides an utterance's clip, as JSON: its source's key and its effect's parameters."""
    return json.dumps([_KEY_VERSION, source.cache_key(utterance), _effect(utterance, source).parameters()])


class SpeechSynthesizer:
    """Makes the clips of utterances, each once, and keeps them; called from several threads at once.

    An engine is started for the first utterance that is not kept yet, and ended when the synthesizer is left.
    """

    def __init__(self, cache: Cache, sources: SourceChooser | None = None) -> None:
        self._cache = cache
        self._sources = sources or SourceChooser(cache)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._sources.close()

    def check(self, utterance: Utterance) -> None:
        """Raises VoiceError where nothing can speak an utterance, PronunciationError where not each of its words."""
        source = self._sources.source_for(utterance)
        if not self._cache.find("speech", clip_key(utterance, source)):
            source.check(utterance)

    def known(self, utterance: Utterance) -> Clip | None:
        """The kept clip of an utterance; None where it was never spoken. Raises VoiceError as ``check`` does."""
        entry = self._cache.find("speech", clip_key(utterance, self._sources.source_for(utterance)))
        return _clip(entry) if entry else None

    def clip(self, utterance: Utterance) -> Clip:
        """The clip of an utterance, spoken now where none is kept.

        Raises PronunciationError as ``check`` does, and VoiceError where it can't be spoken, after ``ATTEMPTS`` tries;
        nothing ever stands in for it.
        """
        source = self._sources.source_for(utterance)
        key = clip_key(utterance, source)
        return _clip(self._cache.entry("speech", key, lambda file: _record(utterance, source, file)))


def speak(
    utterances: Iterable[Utterance],
    cache: Cache,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Clips:
    """A clip for every utterance, equal ones spoken once; ``progress`` is told how many of how many are there.

    All are checked before the first is spoken; while an engine says one, others get their effect. Raises VoiceError and
    PronunciationError where one can't be spoken.
    """
    wanted = {key_of(u): u for u in utterances}
    clips: Clips = {}
    pool = ThreadPoolExecutor(os.cpu_count())
    with SpeechSynthesizer(cache) as synthesizer:
        try:
            for utterance in wanted.values():
                synthesizer.check(utterance)
            coming = {key: pool.submit(synthesizer.clip, u) for key, u in wanted.items()}
            for key, clip in coming.items():
                clips[key] = clip.result()
                progress(len(clips), len(wanted))
        finally:
            pool.shutdown(cancel_futures=True)
    return clips


def _effect(utterance: Utterance, source: ClipSource) -> VoiceEffect:
    return EFFECTS[utterance.style.effect or source.effect]


def _clip(entry: CacheEntry) -> Clip:
    return Clip(entry, **entry.metadata | {"energies": tuple(entry.metadata["energies"])})


def _record(utterance: Utterance, source: ClipSource, file: BinaryIO) -> Metadata:
    """Speaks an utterance and writes its clip, 16-bit stereo; returns what the mix must know of it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            speech = source.speak(utterance)
            recorded = audible(speech)
            break
        except EngineFault as fault:
            if attempt == ATTEMPTS:
                raise VoiceError(
                    f"{utterance.place}: the voice '{source.id}' did not say '{utterance.spoken}' "
                    f"in {ATTEMPTS} tries: {fault}"
                ) from None
    effect = _effect(utterance, source)
    voice, speech_frames = trim(effect.shape(recorded, speech.rate), speech.rate)
    wet = effect.add_reverb(voice, speech.rate)
    file.write(wet.astype("<i2").tobytes())
    with _MEASURING:
        measured = measure_clip(wet, speech_frames, speech.rate)
    return {"voice": source.name, "source": source.id, "rate": speech.rate} | measured

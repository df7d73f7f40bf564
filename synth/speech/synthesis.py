"""Third stage: every utterance of a session as a clip on disk, spoken once and kept by its content.

A clip is trimmed to its first and last audible sound, so that a pause asked is a pause heard, and then given its
treatment; what the room adds behind its last sound rings on into the pause. It is kept in stereo, 16-bit, at the
engine's rate, with what the mix must know of it before it is opened.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO, Self

from synth.content_cache import Cache, CacheEntry, Metadata
from synth.errors import VoiceError
from synth.personalise.session import Style, Utterance
from synth.speech.clip import Clip, Clips, key_of
from synth.speech.effects import EFFECTS, apply_effect
from synth.speech.trim import measure_clip, trim
from synth.voices.engines import choose_voice, listing, open_voice, split_name
from synth.voices.voice import EngineFault, Voice, VoiceInfo

ATTEMPTS = 3
_MEASURING = threading.Lock()
"""One clip after the other, so that more cores take no more memory."""

_KEY_VERSION = "clip 4"


class SpeechSynthesizer:
    """Says utterances, each once, and keeps what it said; asked from several threads at once.

    An engine is started when something is to be said that never was, and ended when the speaker is left.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._opened: dict[str, Voice] = {}
        self._chosen: dict[Style, tuple[Voice, str, VoiceInfo]] = {}
        self._choosing = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for voice in self._opened.values():
            voice.close()

    def choose(self, style: Style) -> tuple[Voice, str, VoiceInfo]:
        """The engine, its version, and which of its voices speaks a style. Raises VoiceError where there is none."""
        with self._choosing:
            if style not in self._chosen:
                engine, voice_id = split_name(style.voice)
                voice = self._opened.setdefault(engine, open_voice(engine))
                there = listing(voice, self._cache)
                self._chosen[style] = voice, there.version, choose_voice(there.voices, voice_id, style.language)
            return self._chosen[style]

    def known(self, utterance: Utterance) -> Clip | None:
        """The clip of an utterance that was said before."""
        entry = self._cache.find("speech", self._cache_key(utterance))
        return _clip(entry) if entry else None

    def clip(self, utterance: Utterance) -> Clip:
        """The clip of an utterance, said now where it never was.

        Raises VoiceError where it can't be spoken, after ``ATTEMPTS`` tries; nothing ever stands in for it.
        """
        voice, _, info = self.choose(utterance.style)
        effect = utterance.style.effect or info.effect
        cache_key = self._cache_key(utterance)
        return _clip(self._cache.entry("speech", cache_key, lambda file: _record(utterance, voice, info, effect, file)))

    def _cache_key(self, utterance: Utterance) -> str:
        style = utterance.style
        _, version, info = self.choose(style)
        done_to_it = repr(EFFECTS[style.effect or info.effect])
        return json.dumps([_KEY_VERSION, version, info.id, style.rate, done_to_it, utterance.spoken])


def speak(
    utterances: Iterable[Utterance],
    cache: Cache,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Clips:
    """A clip for every utterance, equal ones spoken once; ``progress`` is told how many of how many are there.

    While an engine says one utterance, others are treated. Raises VoiceError where an utterance can't be spoken.
    """
    wanted = {key_of(u): u for u in utterances}
    clips: Clips = {}
    pool = ThreadPoolExecutor(os.cpu_count())
    with SpeechSynthesizer(cache) as speaker:
        try:
            for _, style in wanted:
                speaker.choose(style)
            coming = {key: pool.submit(speaker.clip, u) for key, u in wanted.items()}
            for key, clip in coming.items():
                clips[key] = clip.result()
                progress(len(clips), len(wanted))
        finally:
            pool.shutdown(cancel_futures=True)
    return clips


def _clip(entry: CacheEntry) -> Clip:
    return Clip(entry, **entry.metadata | {"energies": tuple(entry.metadata["energies"])})


def _record(utterance: Utterance, voice: Voice, info: VoiceInfo, effect: str, file: BinaryIO) -> Metadata:
    """Speaks an utterance, treats it and writes it as 16-bit samples; what the mix must know of it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            speech = voice.speak(utterance.spoken, info.id, utterance.style.rate)
            dry = trim(speech)
            break
        except EngineFault as fault:
            if attempt == ATTEMPTS:
                raise VoiceError(
                    f"{utterance.place}: the voice '{info.id}' did not say '{utterance.spoken}' "
                    f"in {ATTEMPTS} tries: {fault}"
                ) from None
    treated = apply_effect(dry, speech.rate, effect)
    file.write(treated.astype("<i2").tobytes())
    with _MEASURING:
        return {"voice": info.name, "rate": speech.rate} | measure_clip(treated, len(dry), speech.rate)

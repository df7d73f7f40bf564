"""Where the sound of an utterance comes from: today an engine's voice.

A new kind of source, such as a person's recorded takes, is two steps: write a class with the methods of ``ClipSource``,
and let ``SourceChooser.source_for`` return it for the utterances that it has. Both are given the whole utterance, with
its language (``utterance.style.language``) and the people it names (``utterance.names``).
"""

import threading
from typing import Protocol

from synth.content_cache import Cache
from synth.personalise.session import Style, Utterance
from synth.voices.engines import choose_voice, listing, open_voice, split_name
from synth.voices.voice import RawSpeech, Voice, VoiceInfo, Words


class ClipSource(Protocol):
    """What utterances are spoken by."""

    @property
    def id(self) -> str:
        """What it is called in an error."""

    @property
    def name(self) -> str:
        """What it is called in a track's metadata."""

    @property
    def effect(self) -> str:
        """The effect of ``EFFECTS`` that suits it where the style asks for none."""

    def cache_key(self, utterance: Utterance) -> tuple[str | int, ...]:
        """All that decides the sound of ``speak``; equal keys may stand for one recording."""

    def speak(self, utterance: Utterance) -> RawSpeech:
        """The utterance, whole; called from several threads at once. Raises EngineFault where it may be tried again."""


class EngineSource:
    """One voice of an engine; ``version`` is that of the engine's listing."""

    def __init__(self, voice: Voice, version: str, info: VoiceInfo) -> None:
        self._voice = voice
        self._version = version
        self.id = info.id
        self.name = info.name
        self.effect = info.effect

    def cache_key(self, utterance: Utterance) -> tuple[str | int, ...]:
        """The engine's version, the voice, the words a minute and what is spoken."""
        return "engine", self._version, self.id, utterance.style.rate, utterance.spoken

    def speak(self, utterance: Utterance) -> RawSpeech:
        """What the engine says. Raises EngineFault where it may be tried again."""
        return self._voice.speak(Words(utterance.spoken), self.id, utterance.style.rate)


class SourceChooser:
    """Chooses the source of each utterance, from several threads at once, and holds the engines until it is closed."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._opened: dict[str, Voice] = {}
        self._chosen: dict[Style, ClipSource] = {}
        self._choosing = threading.Lock()

    def source_for(self, utterance: Utterance) -> ClipSource:
        """What speaks an utterance. Raises VoiceError where no engine has the voice, or it can't be started."""
        return self.voice_for(utterance.style)

    def voice_for(self, style: Style) -> ClipSource:
        """The voice that speaks a style. Raises VoiceError as ``source_for`` does."""
        with self._choosing:
            if style not in self._chosen:
                engine, voice_id = split_name(style.voice)
                voice = self._opened.setdefault(engine, open_voice(engine))
                there = listing(voice, self._cache)
                info = choose_voice(there.voices, voice_id, style.language)
                self._chosen[style] = EngineSource(voice, there.version, info)
            return self._chosen[style]

    def close(self) -> None:
        """Ends the engines."""
        for voice in self._opened.values():
            voice.close()

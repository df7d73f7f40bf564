"""Where the sound of an utterance comes from: today an engine's voice.

A new kind of source, such as a person's recorded takes, is two steps: write a class with the methods of ``ClipSource``,
and let ``SourceChooser.source_for`` return it for the utterances that it has. Both are given the whole utterance, with
its language (``utterance.style.language``) and the people it names (``utterance.names``).
"""

import threading
from typing import Protocol

from synth.content_cache import Cache
from synth.personalise.session import Style, Utterance
from synth.speech.guard import what_is_odd
from synth.speech.pacing import at_rate
from synth.speech.pronounce import pronounced
from synth.timeline.rests import Rests
from synth.voices.engines import ENGINES, ChosenVoice, choose_voice
from synth.voices.voice import EngineFault, RawSpeech, Voice, Words

TAKES = 3
"""How often a sentence that came out wrong is said again, each time otherwise."""


class ClipSource(Protocol):
    """What utterances are spoken by."""

    @property
    def id(self) -> str:
        """What it is asked for by, and called in an error."""

    @property
    def name(self) -> str:
        """What it is called in a track's metadata."""

    @property
    def effect(self) -> str:
        """The effect of ``EFFECTS`` that suits it where the style asks for none."""

    def cache_key(self, utterance: Utterance) -> tuple[object, ...]:
        """All that decides the sound of ``speak``, as JSON has it; equal keys may stand for one recording."""

    def check(self, utterance: Utterance) -> None:
        """Raises PronunciationError where it can't say a word of it; nothing is spoken for that."""

    def speak(self, utterance: Utterance) -> RawSpeech:
        """The utterance, whole; called from several threads at once. Raises EngineFault where it may be tried again."""


class EngineSource:
    """One voice of an engine."""

    def __init__(self, chosen: ChosenVoice) -> None:
        self._voice = chosen.voice
        self._version = chosen.version
        self._info = chosen.info
        self.id = chosen.id
        self.name = chosen.info.name
        self.effect = chosen.info.effect

    def cache_key(self, utterance: Utterance) -> tuple[object, ...]:
        """The engine's version, the voice, how it is paced, and what is spoken with its pronunciations."""
        style = utterance.style
        pace = (self._info.pace, style.rate, style.sentence_rest_ms, style.comma_rest_ms)
        hints = [(hint.start, hint.end, hint.ipa, hint.language) for hint in utterance.hints]
        return "engine", self._version, self._info.id, *pace, utterance.spoken, hints

    def check(self, utterance: Utterance) -> None:
        """Raises PronunciationError where a word of it would be left out or spelled."""
        self._words(utterance)

    def speak(self, utterance: Utterance) -> RawSpeech:
        """What the engine says, at the style's rate. Raises EngineFault where it may be tried again.

        Raises PronunciationError as ``check`` does.
        """
        style = utterance.style
        rests = Rests(style.sentence_rest_ms, style.comma_rest_ms)
        return at_rate(self._words(utterance), style.rate, self._info.pace, rests, self._say)

    def _words(self, utterance: Utterance) -> Words:
        language = self._info.languages[0] if self._info.languages else utterance.style.language
        return pronounced(utterance, self._voice, self._info.id, language)

    def _say(self, words: Words, words_a_minute: int) -> RawSpeech:
        """One sentence, in the first take that is not odd. Raises EngineFault where ``TAKES`` of them are."""
        read = self._voice.read(words, self._info.id)
        for take in range(TAKES):
            speech = self._voice.speak(words, self._info.id, words_a_minute, take)
            odd = what_is_odd(speech, read, words_a_minute, self._info)
            if odd is None:
                return speech
        raise EngineFault(f"'{words.text}' came out wrong in {TAKES} takes ({odd})")


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
                self._chosen[style] = EngineSource(choose_voice(style.voice, style.language, self._cache, self._engine))
            return self._chosen[style]

    def _engine(self, name: str) -> Voice:
        if name not in self._opened:
            self._opened[name] = ENGINES[name].open()
        return self._opened[name]

    def close(self) -> None:
        """Ends the engines."""
        for voice in self._opened.values():
            voice.close()

"""The speech engines there are, the most natural first, and which of their voices speaks.

A new engine is four steps: write a class with the ``Voice`` protocol's methods and a function ``missing``; raise
``EngineFault`` whenever an utterance did not become sound, so that it is tried again; put everything that changes the
sound into ``version``; and give it a row in ``ENGINES``.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import Any

from synth.content_cache import Cache
from synth.errors import VoiceError
from synth.voices.voice import EngineListing, FindsVoices, Voice, VoiceInfo
from synth.wording import did_you_mean

AUTO = "auto"
"""The name that leaves the choice of the voice to the program."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A speech engine: its module and class, loaded by their first use; ``by_itself`` where auto may take it."""

    module: str
    voice_class: str
    by_itself: bool = True

    def open(self) -> Voice:
        """The engine; it is started by its first use."""
        opened: Voice = getattr(import_module(self.module), self.voice_class)()
        return opened

    def missing(self) -> str | None:
        """What lacks for it and how to get it, in one line; None where it is installed."""
        told: str | None = import_module(self.module).missing()
        return told


ENGINES = {
    "natural": Engine("synth.voices.natural", "NaturalVoice"),
    "kokoro": Engine("synth.voices.kokoro", "KokoroVoice"),
    "piper": Engine("synth.voices.piper", "PiperVoice"),
    "pyttsx3": Engine("synth.voices.pyttsx3", "Pyttsx3Voice"),
    "tones": Engine("synth.voices.tones", "TonesVoice", by_itself=False),
}
"""By the names that voices are asked for with, the most natural first."""


_LISTING_VERSION = "listing 2"
"""Of what is kept of an engine's voices: another where ``VoiceInfo`` tells more."""

USUAL_VARIETY = {"en": "en-us"}
"""Which variety of a language is meant where none is named: a recogniser misreads least of espeak-ng's American one."""


@dataclass(frozen=True, slots=True)
class ChosenVoice:
    """A voice of an opened engine, and the ``version`` of all that shapes its sound."""

    engine: str
    voice: Voice
    version: str
    info: VoiceInfo

    @property
    def id(self) -> str:
        """What it is asked for by."""
        return f"{self.engine}:{self.info.id}"


def split_name(name: str | None) -> tuple[str, str | None]:
    """``ENGINE[:ID]`` as engine and voice id, ``AUTO`` where none is named. Raises VoiceError for an unknown engine."""
    engine, _, voice_id = (name or AUTO).partition(":")
    if engine not in (AUTO, *ENGINES):
        near = did_you_mean(engine, (AUTO, *ENGINES))
        raise VoiceError(f"there is no speech engine '{engine}'{near or '; the engines are ' + ', '.join(ENGINES)}")
    return engine, voice_id or None


def listing(voice: Voice, cache: Cache) -> EngineListing:
    """What an engine has; it is started for that only where it may have changed since it was last asked.

    Raises VoiceError where it can't be started.
    """
    if voice.packages is None:
        return EngineListing(voice.version, voice.voices())
    entry = cache.entry(
        "voices",
        f"{_LISTING_VERSION}, {voice.packages}",
        lambda body: asdict(EngineListing(voice.version, voice.voices())),
    )
    voices = (_info(info) for info in entry.metadata["voices"])
    return EngineListing(entry.metadata["version"], tuple(voices))


def _info(kept: dict[str, Any]) -> VoiceInfo:
    tuples = {key: tuple(value) for key, value in kept.items() if isinstance(value, list)}
    return VoiceInfo(**kept | tuples)


def choose_voice(
    name: str | None,
    language: str,
    cache: Cache,
    opened: Callable[[str], Voice] = lambda engine: ENGINES[engine].open(),
) -> ChosenVoice:
    """The voice of that name, or the most natural one here that speaks the language; ``opened`` gives an engine.

    Raises VoiceError where there is none, or its engine can't be started.
    """
    engine, wanted = split_name(name)
    if engine != AUTO:
        if lacking := ENGINES[engine].missing():
            raise VoiceError(f"the engine '{engine}' can't speak here: {lacking}")
        voice = opened(engine)
        there = listing(voice, cache)
        if wanted and isinstance(voice, FindsVoices):
            return ChosenVoice(engine, voice, there.version, voice.find(wanted))
        return ChosenVoice(engine, voice, there.version, named_voice(there.voices, wanted, language))
    for engine, known in ENGINES.items():
        if known.by_itself and not known.missing():
            voice = opened(engine)
            there = listing(voice, cache)
            if info := speaking(there.voices, language):
                return ChosenVoice(engine, voice, there.version, info)
    raise VoiceError(f"no voice speaks '{language}'; choose one of 'metta voices' with --voice")


def named_voice(voices: tuple[VoiceInfo, ...], wanted: str | None, language: str) -> VoiceInfo:
    """The voice of that id or name, or else the first that speaks the language. Raises VoiceError."""
    if wanted:
        for voice in voices:
            if wanted.lower() in (voice.id.lower(), voice.name.lower()):
                return voice
        near = did_you_mean(wanted.lower(), [voice.id for voice in voices])
        raise VoiceError(f"there is no voice '{wanted}'{near or '.'} 'metta voices' lists those there are")
    if info := speaking(voices, language):
        return info
    raise VoiceError(f"no voice speaks '{language}'; choose one of 'metta voices' with --voice")


def speaking(voices: tuple[VoiceInfo, ...], language: str) -> VoiceInfo | None:
    """The first voice that speaks the language, its own variety rather than another; None where none does."""
    tag = USUAL_VARIETY.get(language.lower(), language.lower())
    for speaks in (
        lambda voice: voice.id.lower().endswith(f"/{tag}"),
        lambda voice: tag in voice.languages,
        lambda voice: any(spoken.split("-")[0] == tag.split("-")[0] for spoken in voice.languages),
        lambda voice: not voice.languages,
    ):
        for voice in voices:
            if speaks(voice):
                return voice
    return None


def advice(chosen: ChosenVoice, language: str) -> str | None:
    """How to hear a more natural voice than one that auto has chosen; None where it is a natural one."""
    if chosen.engine != "pyttsx3":
        return None
    if language.split("-")[0] == "en" and (lacking := ENGINES["natural"].missing()):
        return f"'{chosen.id}' speaks, a plain voice; for a natural one: {lacking}"
    return f"'{chosen.id}' speaks, a plain voice: no natural one that speaks '{language}' is here; see 'metta voices'"

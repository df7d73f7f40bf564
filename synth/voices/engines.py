"""Voices: what turns an utterance into sound. One file an engine.

A new engine is four steps: write a class with the ``Voice`` protocol's methods; raise ``EngineFault`` whenever an
utterance did not become sound, so that it is tried again; put everything that changes the sound into ``version``;
and name its factory in ``_ENGINES``.
"""

from collections.abc import Callable
from dataclasses import asdict

from synth.content_cache import Cache
from synth.errors import VoiceError
from synth.voices.voice import EngineListing, Voice, VoiceInfo
from synth.wording import did_you_mean


def _pyttsx3() -> Voice:
    from synth.voices.pyttsx3 import Pyttsx3Voice

    return Pyttsx3Voice()


def _tones() -> Voice:
    from synth.voices.tones import TonesVoice

    return TonesVoice()


_ENGINES: dict[str, Callable[[], Voice]] = {"pyttsx3": _pyttsx3, "tones": _tones}
DEFAULT_ENGINE = "pyttsx3"


def engines() -> tuple[str, ...]:
    """The engines' names, the default one first."""
    return tuple(_ENGINES)


def split_name(name: str | None) -> tuple[str, str | None]:
    """``ENGINE[:ID]`` as engine and voice id. Raises VoiceError for an engine that isn't there."""
    engine, _, voice_id = (name or DEFAULT_ENGINE).partition(":")
    if engine not in _ENGINES:
        near = did_you_mean(engine, _ENGINES)
        raise VoiceError(f"there is no speech engine '{engine}'{near or '; the engines are ' + ', '.join(_ENGINES)}")
    return engine, voice_id or None


def open_voice(engine: str) -> Voice:
    """The engine of that name; it is started by its first use."""
    return _ENGINES[engine]()


def listing(voice: Voice, cache: Cache) -> EngineListing:
    """What an engine has; it is started for that only where it may have changed since it was last asked.

    Raises VoiceError where it can't be started.
    """
    if voice.packages is None:
        return EngineListing(voice.version, voice.voices())
    entry = cache.entry("voices", voice.packages, lambda body: asdict(EngineListing(voice.version, voice.voices())))
    voices = (VoiceInfo(**info | {"languages": tuple(info["languages"])}) for info in entry.metadata["voices"])
    return EngineListing(entry.metadata["version"], tuple(voices))


def choose_voice(voices: tuple[VoiceInfo, ...], wanted: str | None, language: str) -> VoiceInfo:
    """The voice of that id or name, or else the first that speaks the language. Raises VoiceError."""
    if wanted:
        for voice in voices:
            if wanted.lower() in (voice.id.lower(), voice.name.lower()):
                return voice
        near = did_you_mean(wanted.lower(), [voice.id for voice in voices])
        raise VoiceError(f"there is no voice '{wanted}'{near or '.'} 'metta voices' lists those there are")
    tag = language.lower()
    for speaks in (
        lambda voice: voice.id.lower().endswith(f"/{tag}"),
        lambda voice: tag in voice.languages,
        lambda voice: any(spoken.split("-")[0] == tag.split("-")[0] for spoken in voice.languages),
        lambda voice: not voice.languages,
    ):
        for voice in voices:
            if speaks(voice):
                return voice
    raise VoiceError(f"no voice speaks '{language}'; choose one of 'metta voices' with --voice")

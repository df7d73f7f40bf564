"""The engines and voices of this machine: what is there, what lacks and how to get it, how fast each engine speaks."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from synth.app.own_documents import text_document
from synth.app.whole_playback import play_document
from synth.app.workspace import Workspace
from synth.batch.safe_names import distinct_names
from synth.content_cache import Cache
from synth.errors import RequestError, StorageError, VoiceError
from synth.paths import data_path
from synth.personalise.listener import SessionOptions
from synth.script.limits import USUAL_WPM
from synth.voices.engines import ENGINES, listing
from synth.voices.fetchable import FETCHABLE, FetchableVoice
from synth.voices.fetching import Progress, fetch
from synth.voices.voice import EngineFault, Voice, VoiceInfo, Words

SENTENCE = Words("May you be safe, may you be well, and may you live with ease.")


@dataclass(frozen=True, slots=True)
class EngineSurvey:
    """An engine: ``lacking`` is what keeps it from speaking and how to mend it, None where nothing does.

    ``speed`` is how many seconds it says in a second on this machine; None where that was not measured.
    """

    name: str
    lacking: str | None
    voices: tuple[VoiceInfo, ...] = ()
    speed: float | None = None


def survey(
    cache: Cache, *, measure: bool = False, clock: Callable[[], float] = time.perf_counter
) -> Iterator[EngineSurvey]:
    """Every engine, the most natural first; ``measure`` has each say something, to tell how fast it is.

    An engine that is installed and can't speak is told as one that lacks something.
    """
    for name, engine in ENGINES.items():
        if lacking := engine.missing():
            yield EngineSurvey(name, lacking)
            continue
        try:
            with engine.open() as voice:
                voices = listing(voice, cache).voices
                speed = _speed(voice, voices[0], clock) if measure and voices else None
        except (VoiceError, EngineFault) as error:
            yield EngineSurvey(name, str(error))
            continue
        yield EngineSurvey(name, None if voices else _no_voices(name), voices, speed)


def _no_voices(engine: str) -> str:
    offered = [voice.name for voice in FETCHABLE.values() if voice.engine == engine]
    return f"it has no voice yet; 'metta voices get {offered[0]}' brings one" if offered else "it has no voice"


def _speed(voice: Voice, info: VoiceInfo, clock: Callable[[], float]) -> float:
    """Seconds said in a second, the better of two; what is loaded at the first use does not count."""
    speeds = []
    for _ in range(3):
        begun = clock()
        said = voice.speak(SENTENCE, info.id, info.pace or USUAL_WPM)
        speeds.append(len(said.samples) / said.rate / (clock() - begun))
    return round(max(speeds[1:]), 1)


def to_be_had(surveyed: tuple[EngineSurvey, ...]) -> tuple[FetchableVoice, ...]:
    """Voices that can be fetched and are not here."""
    here = {(engine.name, info.id) for engine in surveyed for info in engine.voices}
    full = {engine.name for engine in surveyed if engine.name == "kokoro" and engine.voices}
    return tuple(
        voice for voice in FETCHABLE.values() if (voice.engine, voice.name) not in here and voice.engine not in full
    )


def get_voice(
    voice: FetchableVoice, *, progress: Progress = lambda done, of: None, waiting: Callable[[], None] = lambda: None
) -> None:
    """Fetches a voice to where its engine finds it. Raises as ``fetch`` does."""
    fetch(voice, voice_folder(voice), progress=progress, waiting=waiting)


def voice_folder(voice: FetchableVoice) -> Path:
    """Where a fetched voice stands."""
    return data_path(f"voices/{voice.engine}")


def compare_voices(
    text: str, language: str, workspace: Workspace, *, output: str, folder: Path | None = None, rate: int = USUAL_WPM
) -> Iterator[tuple[str, str]]:
    """Says a text by each voice that speaks a language, one after the other, on an output or into files of a folder.

    Gives each voice's name and where it is heard, before it is. Raises RequestError where none speaks it, and as
    ``play_document`` does.
    """
    names = [
        f"{engine.name}:{info.id}"
        for engine in survey(workspace.cache)
        if ENGINES[engine.name].by_itself
        for info in engine.voices
        if any(spoken.split("-")[0] == language.lower().split("-")[0] for spoken in info.languages)
    ]
    if not names:
        raise RequestError(f"no voice here speaks '{language}'; 'metta voices' lists those there are")
    if folder:
        _make_folder(folder)
    document = text_document(text, language)
    for name, file_name in zip(names, distinct_names(names), strict=True):
        heard = str(folder / f"{file_name}.wav") if folder else output
        yield name, heard
        play_document(document, heard, workspace, options=SessionOptions(voice=name, rate=rate))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: can't be made ({error.strerror})") from None

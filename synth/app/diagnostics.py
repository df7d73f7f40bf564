"""What this machine has and lacks for speaking, mixing, writing and playing, and what mends it."""

import importlib.util
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from synth.audio.ffmpeg import ffmpeg
from synth.audio.pcm import to_segment
from synth.audio.process import finished
from synth.content_cache import Cache
from synth.errors import MettaError
from synth.outputs.output import Sink
from synth.paths import shipped_folder
from synth.scripts import meditation_names
from synth.sounds.catalogue import catalogue
from synth.sounds.collection import Sounds
from synth.voices.engines import AUTO, ENGINES, advice, choose_voice, named_voice
from synth.voices.pyttsx3 import Pyttsx3Voice
from synth.voices.voice import EngineFault, Words

_BELL = "chime"
_ANSWER_S = 10.0
_ENCODERS = ("libmp3lame", "aac", "libopus", "flac")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One part of the machine: ``missing`` stops the work, ``optional`` does not; ``mend`` is what to do."""

    part: str
    state: Literal["good", "missing", "optional"]
    found: str
    mend: str = ""


def examine(cache_folder: Path) -> tuple[Diagnosis, ...]:
    """Every finding; each part is really used, not only looked for."""
    return (
        Diagnosis("python", "good", sys.version.split()[0]),
        _tried("speech", _speech, "pip install --force-reinstall pyttsx3 espeakng-loader"),
        _voice(cache_folder),
        _tried("encoder", _encoder, "pip install --force-reinstall imageio-ffmpeg"),
        _tried("sounds", _assets, "pip install --force-reinstall metta-synth"),
        _tried(
            "cache",
            lambda: _writable(cache_folder),
            f"make room, or give {cache_folder} back its rights",
        ),
        _loudspeaker(),
        _simpleaudio(),
    )


def ring(output: Sink, cache_folder: Path) -> None:
    """Strikes a bell once, to be heard on an output. Raises DeviceError where it can't be played."""
    bell = Sounds(Cache(cache_folder), ()).bell(_BELL)
    with output:
        output.write(to_segment(bell.samples()))


def _tried(part: str, attempt: Callable[[], str], mend: str) -> Diagnosis:
    try:
        return Diagnosis(part, "good", attempt())
    except (MettaError, EngineFault, OSError) as error:
        return Diagnosis(part, "missing", str(error), mend)


def _speech() -> str:
    with Pyttsx3Voice() as voice:
        info = named_voice(voice.voices(), None, "en")
        recording = voice.speak(Words("May you be well."), info.id, 150)
        if not recording.samples.any():
            raise EngineFault("the engine gives silence")
        return f"{voice.version}, {len(voice.voices())} voices; '{info.id}' speaks"


def _voice(cache_folder: Path) -> Diagnosis:
    """What speaks English where nothing else is asked, and every engine that is installed beside it."""
    try:
        chosen = choose_voice(AUTO, "en", Cache(cache_folder))
        with chosen.voice:
            samples = chosen.voice.speak(Words("May you be well."), chosen.info.id, chosen.info.pace or 150).samples
    except (MettaError, EngineFault, OSError) as error:
        mend = 'pip install --force-reinstall "metta-synth[natural]"'
        return Diagnosis("voice", "missing", str(error), mend)
    if not samples.any():
        return Diagnosis("voice", "missing", f"{chosen.id} gives silence", "choose another with --voice")
    others = [name for name, engine in ENGINES.items() if engine.by_itself and not engine.missing()]
    told = f"'{chosen.id}' speaks English unless --voice says otherwise; engines: {', '.join(others)}"
    better = advice(chosen, "en")
    return Diagnosis("voice", "optional" if better else "good", told, better or "")


def _encoder() -> str:
    program = ffmpeg()
    listing = finished([program, "-hide_banner", "-encoders"], limit_s=_ANSWER_S).stdout.decode(errors="replace")
    lacking = [name for name in _ENCODERS if name not in listing]
    if lacking:
        raise OSError(f"this ffmpeg lacks {', '.join(lacking)}")
    version = finished([program, "-version"], limit_s=_ANSWER_S).stdout.decode(errors="replace").split()[2]
    return f"ffmpeg {version} with {', '.join(_ENCODERS)}"


def _assets() -> str:
    for info in catalogue().values():
        (shipped_folder("audio_assets") / info.file).stat()
    return f"{len(catalogue())} sounds, {len(meditation_names())} meditations"


def _writable(folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"metta")
    return str(folder)


def _loudspeaker() -> Diagnosis:
    from synth.outputs.loudspeaker import loudspeakers

    there = [f"{speaker.name} (the default)" if speaker.default else speaker.name for speaker in loudspeakers()]
    if there:
        return Diagnosis("loudspeaker", "good", ", ".join(there))
    return Diagnosis(
        "loudspeaker",
        "optional",
        "none; tracks can be rendered, not played",
        "plug one in, or start the sound server",
    )


def _simpleaudio() -> Diagnosis:
    if importlib.util.find_spec("simpleaudio"):
        return Diagnosis("simpleaudio", "good", "installed, for --output simpleaudio")
    return Diagnosis(
        "simpleaudio",
        "optional",
        "not installed; --output miniaudio does without",
        'pip install "metta-synth[simpleaudio]"',
    )

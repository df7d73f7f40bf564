"""Hearing what there is to choose from: voices, spellings of a word, bells and beds."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from synth.app.own_documents import name_document, sound_document, text_document
from synth.app.whole_playback import play_document
from synth.app.workspace import Workspace
from synth.audio.pcm import to_segment
from synth.errors import RequestError
from synth.formats.track_file import write_track
from synth.formats.track_metadata import TrackMetadata
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.say_as import read_say_as
from synth.script.limits import USUAL_WPM
from synth.sounds.catalogue import SoundInfo, catalogue
from synth.sounds.collection import PREVIEW_MS
from synth.timeline.model import Timeline
from synth.wording import did_you_mean


def say_text(text: str, output: str, workspace: Workspace, *, voice: str | None = None, rate: int = USUAL_WPM) -> None:
    """Speaks a text at ``rate`` words a minute. Raises as ``play_document`` does."""
    play_document(text_document(text), output, workspace, options=SessionOptions(voice=voice, rate=rate))


def say_name(
    name: str,
    say_as: str | None,
    output: str,
    workspace: Workspace,
    *,
    voice: str | None = None,
    rate: int = USUAL_WPM,
) -> None:
    """Speaks a name or a word as ``say_as`` asks.

    Raises RequestError where that is not sound, and as ``play_document`` does.
    """
    try:
        read_say_as(say_as or name)
    except ValueError as error:
        raise RequestError(str(error)) from None
    options = SessionOptions(voice=voice, rate=rate)
    play_document(name_document(), output, workspace, profile=Profile(name=name, say_as=say_as), options=options)


def find_sounds(name: str | None = None) -> dict[str, SoundInfo]:
    """The shipped sounds, or the one of that name alone. Raises RequestError where there is none."""
    known = catalogue()
    if name is None:
        return known
    if name not in known:
        raise RequestError(
            f"there is no sound '{name}'{did_you_mean(name, known) or '; the sounds are ' + ', '.join(known)}"
        )
    return {name: known[name]}


def play_sound(name: str, output: str, workspace: Workspace) -> None:
    """Strikes a shipped bell, or plays a bed for a while. Raises as ``find_sounds`` and ``play_document`` do."""
    play_document(sound_document(name, find_sounds(name)[name].kind), output, workspace)


def write_previews(names: Iterable[str], folder: Path, workspace: Workspace) -> Iterator[Path]:
    """Writes ten seconds of each shipped sound as FOLDER/NAME.mp3, and gives each file when it is there."""
    sounds = workspace.sounds()
    for name in names:
        path = folder / f"{name}.mp3"
        timeline = Timeline(name, "en", PREVIEW_MS, (), ())
        write_track(path, TrackMetadata(timeline, "metta", "Sounds"), [to_segment(sounds.preview(name))])
        yield path

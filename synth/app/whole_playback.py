"""A whole track sent where nothing can be changed any more: into an output that is heard, or into a WAV file."""

from pathlib import Path

from synth.app.workspace import Workspace
from synth.errors import OptionError
from synth.formats.file_sink import FileSink
from synth.formats.track_file import check_destination
from synth.outputs.opening import OUTPUTS, open_output
from synth.outputs.output import Sink
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import Progress, Track, compose, no_progress, prepare, send
from synth.script.document import Document


def check_output(output: str) -> None:
    """Raises OptionError for what is neither one of ``OUTPUTS`` nor FILE.wav; RequestError, StorageError for a file
    that can't be written.
    """  # fmt: skip
    if output in OUTPUTS:
        return
    if not output.lower().endswith(".wav"):
        raise OptionError("output", f"'{output}' is none of {', '.join(OUTPUTS)} and no FILE.wav")
    check_destination(Path(output))


def play_track(track: Track, output: str, progress: Progress = no_progress) -> None:
    """Mixes a track into an output or a WAV file. Raises DeviceError or StorageError."""
    sink: Sink = open_output(output) if output in OUTPUTS else FileSink(Path(output), track.metadata)
    send(track, sink, progress=progress)


def play_document(
    document: Document,
    output: str,
    workspace: Workspace,
    *,
    profile: Profile | None = None,
    options: SessionOptions | None = None,
) -> None:
    """Speaks and plays a document. Raises as ``check_output``, ``prepare``, ``compose`` and ``play_track`` do."""
    check_output(output)
    sounds = workspace.sounds()
    session = prepare(document, profile or Profile(), options or SessionOptions(), sounds)
    play_track(compose(session, sounds, workspace.cache), output)

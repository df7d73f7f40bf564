"""A meditation made into a track: first everything is looked at that could be in the way, then it is made."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from synth.app.session_request import SessionRequest
from synth.app.side_files import check_side_file, write_timeline
from synth.app.workspace import Workspace
from synth.errors import OptionError, RequestError
from synth.export.captions import TRANSCRIPTS
from synth.export.track import export
from synth.files import write_atomically
from synth.formats.cover import read_cover
from synth.formats.provenance import EmbeddedTimeline
from synth.formats.track_file import FORMATS, check_destination, read_timeline
from synth.pipeline import Bar, Track, compose, no_bar, prepare
from synth.scripts import load_document


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """A track that is asked for: of which meditation, for whom, and what stands beside it.

    The ending of ``target`` is its format, ``quality`` one of that format's or None, ``transcripts`` are endings of
    ``TRANSCRIPTS``; ``cover_file`` is a PNG or a JPEG, ``timeline_file`` gets the timeline as JSON.
    """

    meditation: str
    target: Path
    session: SessionRequest = field(default_factory=SessionRequest)
    quality: str | None = None
    transcripts: tuple[str, ...] = ()
    cover_file: Path | None = None
    timeline_file: Path | None = None

    @property
    def transcript_files(self) -> dict[str, Path]:
        """Where each transcript is written: beside the track, under its name."""
        return {ending: self.target.with_suffix(f".{ending}") for ending in self.transcripts}

    def check(self) -> None:
        """Raises OptionError, RequestError or StorageError where a file could not be written as asked."""
        if self.target.suffix.lower() not in FORMATS:
            raise OptionError("target", f"'{self.target}' should end in {', '.join(FORMATS)}")
        check_quality(self.target, self.quality)
        check_destination(self.target)
        for path in (self.timeline_file, *self.transcript_files.values()):
            check_side_file(path)
            if path and path.exists() and Path(self.meditation).exists() and path.samefile(self.meditation):
                option = "timeline_file" if path == self.timeline_file else "transcripts"
                raise OptionError(option, f"'{path}' is the script itself")


def check_quality(target: Path, quality: str | None) -> None:
    """Raises OptionError where the format of a track has no such quality."""
    try:
        FORMATS[target.suffix.lower()].choose_quality(quality)
    except ValueError as error:
        raise OptionError("quality", f"{target}: {error}") from None


def render_track(request: RenderRequest, workspace: Workspace, bar: Bar = no_bar) -> Track:
    """Makes the track and what stands beside it; an earlier track of the same title in its place is kept to.

    Nothing is spoken before ``request.check()`` has passed and the cover is read. Raises as these, ``prepare``,
    ``compose`` and ``export`` do.
    """
    request.check()
    cover = read_cover(request.cover_file) if request.cover_file else None
    sounds = workspace.sounds_for(request.meditation)
    asked = request.session
    session = prepare(load_document(request.meditation), asked.profile(), asked.options(), sounds)
    earlier = _earlier_track(request.target, session.meta.title)
    with bar("speaking") as progress:
        track = compose(session, sounds, workspace.cache, loudness=asked.loudness, earlier=earlier, progress=progress)
    metadata = replace(track.metadata, cover=cover)
    with bar("mixing") as progress:
        export(track.mix, request.target, metadata, workspace.cache, quality=request.quality, progress=progress)
    if request.timeline_file:
        write_timeline(request.timeline_file, track.timeline)
    for ending, path in request.transcript_files.items():
        write_atomically(path, TRANSCRIPTS[ending](metadata))
    return track


def _earlier_track(target: Path, title: str) -> EmbeddedTimeline | None:
    """What the track carries that stands where a new one of this title shall be; None where there is no such track."""
    try:
        embedded = read_timeline(target) if target.exists() else None
    except RequestError:  # it is no track of ours, and will be written over
        return None
    return embedded if embedded and embedded.timeline.title == title else None

"""A track for everybody on a roster, and a short one that says their names."""

from dataclasses import dataclass, field
from pathlib import Path

from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.batch.name_reel import name_reel
from synth.batch.planning import EXTENSION, BatchPlan, BatchSettings, plan_batch
from synth.batch.roster import Roster
from synth.content_cache import Cache
from synth.errors import OptionError
from synth.export.track import export
from synth.formats.track_file import FORMATS, check_destination
from synth.personalise.listener import SessionOptions
from synth.pipeline import Bar, Track, compose, no_bar
from synth.scripts import load_document


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What is asked for everybody: ``meditations`` for those who name none, and how the sessions shall be."""

    meditations: tuple[str, ...] = ()
    session: SessionRequest = field(default_factory=SessionRequest)
    quality: str | None = None
    anonymous: bool = False
    together: bool = False

    def check(self, reel: Path | None = None) -> None:
        """Raises OptionError where the tracks, or the name reel that is made in their place, have no such quality."""
        if reel:
            check_destination(reel)
        try:
            FORMATS[reel.suffix.lower() if reel else EXTENSION].choose_quality(self.quality)
        except ValueError as error:
            raise OptionError("quality", f"{reel}: {error}" if reel else str(error)) from None

    def plan(self, roster: Roster, cache: Cache) -> BatchPlan:
        """The tracks that the roster asks for; ``cache`` is that of whoever makes them. Raises as ``plan_batch``."""
        settings = BatchSettings(cache, self.session.loudness, self.quality)
        options = self.session.options()
        return plan_batch(roster, self.meditations, options, settings, anonymous=self.anonymous, together=self.together)


def make_name_reel(
    roster: Roster, target: Path, request: BatchRequest, workspace: Workspace, bar: Bar = no_bar
) -> Track:
    """Makes a track that says every name, in the language of the first meditation that is asked for.

    Raises as ``BatchRequest.check``, ``name_reel``, ``compose`` and ``export``.
    """
    request.check(target)
    asked = (*request.meditations, *(name for row in roster.rows for name in row.meditations))
    language = load_document(asked[0]).meta.language if asked else "en"
    sounds = workspace.sounds_for(asked[0] if asked else str(roster.file))
    wanted = request.session
    options = SessionOptions(voice=wanted.voice, rate=wanted.rate, effect=wanted.effect)
    session = name_reel(roster, language, options, sounds, workspace.cache)
    with bar("speaking") as progress:
        track = compose(session, sounds, workspace.cache, loudness=wanted.loudness, progress=progress)
    with bar("mixing") as progress:
        export(track.mix, target, track.metadata, workspace.cache, quality=request.quality, progress=progress)
    return track

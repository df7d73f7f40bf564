"""A session set up to be played: whole, or live with what there is to ground with and the place it was left at."""

from dataclasses import dataclass, replace
from pathlib import Path

from synth import history
from synth.app.own_documents import GROUND, ground_document, sitting_document
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.batch.roster import read_people
from synth.content_cache import Cache
from synth.errors import RequestError, ScriptError
from synth.history import SessionRecord
from synth.live.player import Player
from synth.mix.levels import TARGET_LUFS
from synth.paths import shipped_folder
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.session import Session
from synth.pipeline import Progress, Track, compose, no_progress, prepare
from synth.script.document import Document
from synth.script.header import ROSTER
from synth.scripts import find_script, fragments_of, load_document, meditation_names
from synth.sounds.collection import Sounds
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import length_range
from synth.units import format_duration


@dataclass(frozen=True, slots=True)
class PlayableSession:
    """A session, and all that it takes to play it.

    ``name`` is what it is called in the log; ``script`` a shipped name or a resolved path, by which it is known where
    it was left, or None for what is never gone on with. ``folder`` is the script's, ``loudness`` the programme's, in
    LUFS.
    """

    name: str
    script: str | None
    folder: Path
    document: Document
    profile: Profile
    options: SessionOptions
    session: Session
    sounds: Sounds
    cache: Cache
    loudness: float = TARGET_LUFS

    def compose(self, progress: Progress = no_progress) -> Track:
        """The whole track. Raises as ``pipeline.compose`` does."""
        return compose(self.session, self.sounds, self.cache, loudness=self.loudness, progress=progress)

    def player(self, start_at: int = 0) -> Player:
        """A player that begins with this item of the session."""
        return Player(
            self.session,
            self.sounds,
            self.cache,
            loudness=self.loudness,
            ground=self.ground(),
            start_at=start_at,
            meditation=self.name,
        )

    def ground(self) -> Session | None:
        """What is said where somebody asks to be grounded: the fragment of that name, in this session's voice.

        The script's own comes first, where it can stand alone; the shipped one is English. None where there is neither.
        """
        folders = [self.folder] if (self.folder / "fragments" / f"{GROUND}.md").is_file() else []
        if self.document.meta.language.split("-")[0] == "en":
            folders.append(shipped_folder("meditations"))
        options = SessionOptions(
            voice=self.options.voice,
            rate=self.options.rate,
            effect=self.options.effect,
            bed="none",
            bell=self.options.bell,
        )
        for folder in folders:
            try:
                document = ground_document(self.document.meta, fragments_of(folder))
            except ScriptError:  # it needs slots of the script's
                continue
            return prepare(document, self.profile, options, self.sounds)
        return None

    def left_at(self) -> int:
        """The item that it was left at. Raises RequestError where it was left nowhere, or is another session by now."""
        place = None if self.script is None else history.place_of(self.script, self.session)
        if place is None:
            raise RequestError(f"{self.name}: it was left nowhere; play it without --resume")
        return place.item

    def keep_place(self, record: SessionRecord) -> None:
        """Keeps where it was left, if it can be gone on with. Raises StorageError."""
        if self.script is not None:
            history.keep_place(record, self.session, self.script)


def prepare_meditation(
    meditation: str, request: SessionRequest, workspace: Workspace, roster_file: Path | None = None
) -> PlayableSession:
    """A meditation for this listener; ``roster_file``: who is in the room.

    Raises RequestError, ScriptError or OptionError as ``prepare`` does, and where the script asks for no roster.
    """
    sounds = workspace.sounds_for(meditation)
    document, profile, options = load_document(meditation), request.profile(), request.options()
    if roster_file:
        options = _with_roster(document, options, roster_file)
    return PlayableSession(
        Path(meditation).name,
        script_key(meditation),
        find_script(meditation).parent,
        document,
        profile,
        options,
        prepare(document, profile, options, sounds),
        sounds,
        workspace.cache,
        request.loudness,
    )


def prepare_sitting(request: SessionRequest, workspace: Workspace) -> PlayableSession:
    """A sitting without words, ``request.length_ms`` long, with the bells and the bed that are asked for.

    Raises RequestError where its bells would not have rung out at its end.
    """
    sounds, profile = workspace.sounds(), Profile()
    document, options = sitting_document(), request.options()
    session = prepare(document, profile, options, sounds)
    possible = length_range(session, estimate_speech, sounds.bell_duration)
    if session.length_ms is not None and session.length_ms < possible.min_ms:
        asked = format_duration(session.length_ms)
        raise RequestError(f"{asked} is too short for the bells to ring out; a sitting can last {possible}")
    return PlayableSession(
        "sit", None, Path(), document, profile, options, session, sounds, workspace.cache, request.loudness
    )


def script_key(meditation: str) -> str:
    """What a script is known by wherever it is called from: its shipped name, or its resolved path."""
    return meditation if meditation in meditation_names() else str(find_script(meditation).resolve())


def _with_roster(document: Document, options: SessionOptions, roster: Path) -> SessionOptions:
    """The options with the people of a roster in the room."""
    if ROSTER not in document.meta.slots:
        raise RequestError(
            f"'{document.meta.title}' has no [each person in {ROSTER}], so no names would be said; leave out --roster"
        )
    return replace(options, roster=read_people(roster))

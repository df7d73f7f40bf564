"""Commands that play in the room: play, sit."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING

import click

from synth.cli.base import OUTPUT, Command, check_output, open_cache, open_output, progress_bar, workplace
from synth.cli.group import cli
from synth.cli.keys import Keyboard
from synth.cli.listener import Listener, Setting, compose_track, duration, for_listener, for_setting, together
from synth.cli.screen import Manner, key_name, open_screen
from synth.errors import RequestError, ScriptError
from synth.live.moves import Move
from synth.units import format_duration

if TYPE_CHECKING:
    from synth.cache import Cache
    from synth.personalise import Profile, Session, Wishes
    from synth.pipeline import Track
    from synth.script import Document
    from synth.sound import Sounds

LIVE = ("miniaudio", "null")
"""Outputs that are fed while they play; into all others goes the whole track at once."""

SIGNALLED = 128
"""With the number of the signal that ended us: the exit code."""

_SIT = """\
---
title: Sitting
care: {allow: {long-silence: a sitting rings the bells that are asked for, bell-at-close: as it is asked for}}
---

# Beginning

[bell]

# Silence

[pause 1s..]

# Closing

[bell x3]
"""
_GROUND = "---\ntitle: Ground\n---\n\n[include ground]\n"

_KEYS = "\n".join([
    "\b", "Keys while it plays:",
    *(f"  {key_name(move):<7}{move.about}" for move in Move),
    "  0-9    answer a question that asks for a number, then Enter",
    "  Ctrl-C fade out and end; Ctrl-Z hold, and back to the shell",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Room:
    """Where a session is heard, what is seen of it, and whether it is remembered: the options of ``_ROOM``."""

    output: str
    device: str | None
    quiet: bool
    plain: bool
    logged: bool | None

    @property
    def manner(self) -> Manner:
        """What is seen."""
        return "quiet" if self.quiet else "plain" if self.plain else "full"

    @property
    def live(self) -> bool:
        """Whether it is fed while it plays, so that it can be bent."""
        return self.output in LIVE

    def check(self) -> None:
        """Raises a usage error where the options don't go together, RequestError where a file can't be written."""
        if self.quiet and self.plain:
            raise click.UsageError("--quiet shows nothing but a dot, and --plain tells everything; choose one")
        if self.device is not None and self.output != LIVE[0]:
            raise click.UsageError(f"--device chooses a loudspeaker of miniaudio, not of --output {self.output}")
        check_output(self.output)


_ROOM = (
    click.option(
        "--output",
        default=LIVE[0],
        show_default=True,
        metavar=OUTPUT,
        help="Where it sounds; null keeps time without a sound. simpleaudio and a file take the whole at once: there "
        "are no keys, and nothing is bent while it runs.",
    ),
    click.option(
        "--device", metavar="NAME", help="The loudspeaker, by its name or a part of it; 'metta doctor' lists them."
    ),
    click.option("--quiet", is_flag=True, help="Show nothing but a dot."),
    click.option("--plain", is_flag=True, help="Lines that a screen reader can follow, in the place of the screen."),
    click.option(
        "--log/--no-log",
        "logged",
        default=None,
        help="Keep this sitting in the log on this machine, or don't; 'metta log on' keeps every one.",
    ),
)


def in_room(command: Command) -> Command:
    """Adds the options that say where it is heard and seen; they arrive together, as ``room``."""
    return together(command, "room", Room, _ROOM)


@cli.command(epilog=_KEYS)
@click.argument("meditation")
@in_room
@click.option("--facilitator", is_flag=True, help="Show the next three sentences large, to speak them instead.")
@click.option(
    "--roster",
    "roster_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Who is in the room, a table with a column 'name': said where the script has [each person in roster].",
)
@click.option("--resume", is_flag=True, help="Go on where this meditation was left.")
@for_listener
def play(
    meditation: str, room: Room, facilitator: bool, roster_file: Path | None, resume: bool, listener: Listener
) -> None:
    """A session live, which keys can bend while it plays; Ctrl-C fades out and ends it.

    It begins at once, and is spoken ahead of need. Keys are read where there is a terminal; without one it plays on.
    """
    from synth.library import find_script, load_document
    from synth.pipeline import prepare

    room.check()
    if facilitator and (room.quiet or room.plain):
        raise click.UsageError("--facilitator is a screen of its own; leave out --quiet and --plain")
    if resume and not room.live:
        raise click.UsageError(f"--resume can't go with --output {room.output}, which takes the whole at once")
    sounds, cache = workplace(meditation)
    document, profile, wishes = load_document(meditation), listener.profile(), listener.wishes()
    if roster_file:
        wishes = _with_roster(document, wishes, roster_file)
    session = prepare(document, profile, wishes, sounds)
    if not room.live:
        _play_whole(room, lambda: compose_track(session, listener, sounds, cache))
        return
    name = Path(meditation).name
    _play_live(
        room,
        "facilitator" if facilitator else room.manner,
        session,
        sounds,
        cache,
        loudness=listener.loudness,
        ground=_prepare_ground(document, find_script(meditation), profile, wishes, sounds),
        meditation=name,
        start_at=_left_at(name, session) if resume else 0,
    )


@cli.command(epilog=_KEYS)
@click.argument("length_ms", callback=duration, metavar="LENGTH")
@in_room
@for_setting
def sit(length_ms: int, room: Room, setting: Setting) -> None:
    """A timer without words: a bell, silence, and three bells before LENGTH, such as 25m, is over.

    A singing bowl and no bed, unless you choose; --interval-bell rings softer ones on the way.
    """
    from synth.levels import TARGET_LUFS
    from synth.personalise import Profile
    from synth.pipeline import compose, prepare
    from synth.script import Source, parse
    from synth.sound import Sounds

    room.check()
    cache = open_cache()
    sounds = Sounds(cache, (Path(),))
    document = parse(Source("sit", _SIT), {})
    wishes = replace(setting.wishes(), length_ms=length_ms)
    session = prepare(document, Profile(), wishes, sounds)
    _check_length(session, sounds)
    if not room.live:
        _play_whole(room, lambda: compose(session, sounds, cache))
        return
    ground = _prepare_ground(document, Path("sit"), Profile(), wishes, sounds)
    _play_live(room, room.manner, session, sounds, cache, loudness=TARGET_LUFS, ground=ground, meditation="sit")


def _with_roster(document: "Document", wishes: "Wishes", roster: Path) -> "Wishes":
    """The wishes, with the people of a roster in the room."""
    from synth.batch import read_people
    from synth.script.header import ROSTER

    if ROSTER not in document.meta.slots:
        raise RequestError(
            f"'{document.meta.title}' has no [each person in {ROSTER}], so no names would be said; leave out --roster"
        )
    return replace(wishes, roster=read_people(roster))


def _prepare_ground(
    document: "Document", script: Path, profile: "Profile", wishes: "Wishes", sounds: "Sounds"
) -> "Session | None":
    """What is said where somebody asks to be grounded: the fragment of that name, in this session's voice.

    The script's own comes first, where it can stand alone; the shipped one is English. None where there is neither.
    """
    from synth.library import fragments_for, shipped
    from synth.personalise import Wishes
    from synth.pipeline import prepare
    from synth.script import Source, parse

    english = document.meta.language.split("-")[0] == "en"
    own = (script.parent / "fragments" / "ground.md").is_file()
    for path in ([script] if own else []) + ([shipped("meditations") / "ground.md"] if english else []):
        try:
            sections = parse(Source("ground", _GROUND), fragments_for(path)).sections
        except ScriptError:  # it needs slots of the script's
            continue
        meta = document.meta.model_copy(update={"slots": {}, "length": None})
        manner = Wishes(voice=wishes.voice, rate=wishes.rate, treatment=wishes.treatment, bed="none", bell=wishes.bell)
        return prepare(replace(document, meta=meta, sections=sections), profile, manner, sounds)
    return None


def _check_length(session: "Session", sounds: "Sounds") -> None:
    """Raises RequestError where the bells of a sitting would not have rung out at its end."""
    from synth.timeline import estimate_speech, reach

    possible = reach(session, estimate_speech, sounds.ring)
    if session.length_ms is not None and session.length_ms < possible.least_ms:
        asked = format_duration(session.length_ms)
        raise RequestError(f"{asked} is too short for the bells to ring out; a sitting can last {possible}")


def _left_at(meditation: str, session: "Session") -> int:
    """The item that a meditation was left at."""
    from synth.live import diary

    place = diary.place_of(meditation, session)
    if place is None:
        raise RequestError(f"{meditation}: it was left nowhere; play it without --resume")
    return place.item


def _play_whole(room: Room, compose: "Callable[[], Track]") -> None:
    """Sends a whole track where nothing can be bent."""
    from synth.pipeline import send

    track = compose()
    length = format_duration(track.timeline.duration_ms)
    click.echo(f"{track.timeline.title}, {length}; Ctrl-C ends it gently", err=True)
    with progress_bar("playing") as progress:
        send(track, open_output(room.output, track), progress=progress)


def _play_live(
    room: Room,
    manner: Manner,
    session: "Session",
    sounds: "Sounds",
    cache: "Cache",
    *,
    loudness: float,
    ground: "Session | None",
    meditation: str,
    start_at: int | None = None,
) -> None:
    """Plays to the end, or to where it is ended, and keeps what shall be kept of it.

    ``start_at`` is None for what can't be gone on with another time: where it was left is of no matter.
    """
    from synth import sinks
    from synth.live import diary
    from synth.live.player import Player

    sink = sinks.open_output(room.output, room.device)
    player = Player(
        session, sounds, cache, loudness=loudness, ground=ground, start_at=start_at or 0, meditation=meditation
    )
    screen = open_screen(manner, sys.stdout, keys=sys.stdin.isatty())
    click.echo(f"{session.meta.title}; Ctrl-C ends it gently", err=True)
    with Keyboard(screen) as keyboard:
        sitting = player.play(lambda: sink, keyboard, screen.show)
    if start_at is not None:
        diary.keep_place(sitting, session)
    wanted = diary.wanted() if room.logged is None else room.logged
    if wanted is None and keyboard.ended_by is None and sys.stdin.isatty() and sys.stderr.isatty():
        wanted = _ask_for_log()
        diary.decide(wanted)
    if wanted:
        diary.append(sitting)
    if player.underruns:
        click.echo(f"the sound was interrupted {player.underruns} times: this machine was too busy", err=True)
    if keyboard.ended_by == SIGINT:
        raise KeyboardInterrupt
    if keyboard.ended_by:
        raise SystemExit(SIGNALLED + keyboard.ended_by)


def _ask_for_log() -> bool:
    """Whether sittings shall be logged, asked once; no answer is a no."""
    try:
        return click.confirm("Shall your sittings be kept in a log, on this machine alone?", default=False, err=True)
    except click.Abort:
        click.echo(err=True)
        return False

"""Commands that play in the room: play, sit."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING

import click

from synth.cli.console import OUTPUT, Function, check_output, open_cache, open_output, open_workspace, progress_bar
from synth.cli.group import cli
from synth.cli.keyboard import Keyboard
from synth.cli.options import (
    ListenerOptions,
    SoundOptions,
    compose_track,
    duration,
    for_listener,
    for_setting,
    together,
)
from synth.cli.screen import ScreenStyle, key_name, open_screen
from synth.errors import RequestError, ScriptError
from synth.live.commands import Command
from synth.units import format_duration

if TYPE_CHECKING:
    from synth.content_cache import Cache
    from synth.personalise.listener import Profile, SessionOptions
    from synth.personalise.session import Session
    from synth.pipeline import Track
    from synth.script.document import Document
    from synth.sounds.collection import Sounds


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
    *(f"  {key_name(command):<7}{command.about}" for command in Command),
    "  0-9    answer a question that asks for a number, then Enter",
    "  Ctrl-C fade out and end; Ctrl-Z hold, and back to the shell",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaybackOptions:
    """Where a session is heard, what is seen of it, and whether it is remembered: the options of ``_ROOM``."""

    output: str
    device: str | None
    quiet: bool
    plain: bool
    logged: bool | None

    @property
    def manner(self) -> ScreenStyle:
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


def in_room(command: Function) -> Function:
    """Adds the options that say where it is heard and seen; they arrive together, as ``playback``."""
    return together(command, "playback", PlaybackOptions, _ROOM)


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
    meditation: str,
    playback: PlaybackOptions,
    facilitator: bool,
    roster_file: Path | None,
    resume: bool,
    listener: ListenerOptions,
) -> None:
    """A session live, which keys can bend while it plays; Ctrl-C fades out and ends it.

    It begins at once, and is spoken ahead of need. Keys are read where there is a terminal; without one it plays on.
    """
    from synth.pipeline import prepare
    from synth.scripts import find_script, load_document, meditation_names

    playback.check()
    if facilitator and (playback.quiet or playback.plain):
        raise click.UsageError("--facilitator is a screen of its own; leave out --quiet and --plain")
    if resume and not playback.live:
        raise click.UsageError(f"--resume can't go with --output {playback.output}, which takes the whole at once")
    sounds, cache = open_workspace(meditation)
    document, profile, wishes = load_document(meditation), listener.profile(), listener.wishes()
    if roster_file:
        wishes = _with_roster(document, wishes, roster_file)
    session = prepare(document, profile, wishes, sounds)
    if not playback.live:
        _play_whole(playback, lambda: compose_track(session, listener, sounds, cache))
        return
    name = Path(meditation).name
    script = meditation if meditation in meditation_names() else str(Path(meditation).resolve())
    _play_live(
        playback,
        "facilitator" if facilitator else playback.manner,
        session,
        sounds,
        cache,
        loudness=listener.loudness,
        ground=_prepare_ground(document, find_script(meditation), profile, wishes, sounds),
        meditation=name,
        script=script,
        start_at=_left_at(name, script, session) if resume else 0,
    )


@cli.command(epilog=_KEYS)
@click.argument("length_ms", callback=duration, metavar="LENGTH")
@in_room
@for_setting
def sit(length_ms: int, playback: PlaybackOptions, setting: SoundOptions) -> None:
    """A timer without words: a bell, silence, and three bells before LENGTH, such as 25m, is over.

    A singing bowl and no bed, unless you choose; --interval-bell rings softer ones on the way.
    """
    from synth.mix.levels import TARGET_LUFS
    from synth.personalise.listener import Profile
    from synth.pipeline import compose, prepare
    from synth.script.parse import parse
    from synth.sounds.collection import Sounds
    from synth.source import Source

    playback.check()
    cache = open_cache()
    sounds = Sounds(cache, (Path(),))
    document = parse(Source("sit", _SIT), {})
    wishes = replace(setting.wishes(), length_ms=length_ms)
    session = prepare(document, Profile(), wishes, sounds)
    _check_length(session, sounds)
    if not playback.live:
        _play_whole(playback, lambda: compose(session, sounds, cache))
        return
    ground = _prepare_ground(document, Path("sit"), Profile(), wishes, sounds)
    _play_live(playback, playback.manner, session, sounds, cache, loudness=TARGET_LUFS, ground=ground, meditation="sit")


def _with_roster(document: "Document", wishes: "SessionOptions", roster: Path) -> "SessionOptions":
    """The wishes, with the people of a roster in the room."""
    from synth.batch.roster import read_people
    from synth.script.header import ROSTER

    if ROSTER not in document.meta.slots:
        raise RequestError(
            f"'{document.meta.title}' has no [each person in {ROSTER}], so no names would be said; leave out --roster"
        )
    return replace(wishes, roster=read_people(roster))


def _prepare_ground(
    document: "Document", script: Path, profile: "Profile", wishes: "SessionOptions", sounds: "Sounds"
) -> "Session | None":
    """What is said where somebody asks to be grounded: the fragment of that name, in this session's voice.

    The script's own comes first, where it can stand alone; the shipped one is English. None where there is neither.
    """
    from synth.paths import shipped_folder
    from synth.personalise.listener import SessionOptions
    from synth.pipeline import prepare
    from synth.script.parse import parse
    from synth.scripts import fragments_for
    from synth.source import Source

    english = document.meta.language.split("-")[0] == "en"
    own = (script.parent / "fragments" / "ground.md").is_file()
    for path in ([script] if own else []) + ([shipped_folder("meditations") / "ground.md"] if english else []):
        try:
            sections = parse(Source("ground", _GROUND), fragments_for(path)).sections
        except ScriptError:  # it needs slots of the script's
            continue
        meta = document.meta.model_copy(update={"slots": {}, "length": None})
        manner = SessionOptions(
            voice=wishes.voice, rate=wishes.rate, effect=wishes.effect, bed="none", bell=wishes.bell
        )
        return prepare(replace(document, meta=meta, sections=sections), profile, manner, sounds)
    return None


def _check_length(session: "Session", sounds: "Sounds") -> None:
    """Raises RequestError where the bells of a sitting would not have rung out at its end."""
    from synth.timeline.estimate import estimate_speech
    from synth.timeline.layout import length_range

    possible = length_range(session, estimate_speech, sounds.bell_duration)
    if session.length_ms is not None and session.length_ms < possible.min_ms:
        asked = format_duration(session.length_ms)
        raise RequestError(f"{asked} is too short for the bells to ring out; a sitting can last {possible}")


def _left_at(meditation: str, script: str, session: "Session") -> int:
    """The item that a meditation was left at."""
    from synth import history as diary

    place = diary.place_of(script, session)
    if place is None:
        raise RequestError(f"{meditation}: it was left nowhere; play it without --resume")
    return place.item


def _play_whole(playback: PlaybackOptions, compose: "Callable[[], Track]") -> None:
    """Sends a whole track where nothing can be bent."""
    from synth.pipeline import send

    track = compose()
    length = format_duration(track.timeline.duration_ms)
    click.echo(f"{track.timeline.title}, {length}; Ctrl-C ends it gently", err=True)
    with progress_bar("playing") as progress:
        send(track, open_output(playback.output, track), progress=progress)


def _play_live(
    playback: PlaybackOptions,
    manner: ScreenStyle,
    session: "Session",
    sounds: "Sounds",
    cache: "Cache",
    *,
    loudness: float,
    ground: "Session | None",
    meditation: str,
    script: str | None = None,
    start_at: int = 0,
) -> None:
    """Plays to the end, or to where it is ended, and keeps what shall be kept of it.

    ``script`` is what the place where it was left is kept by; None for what can't be gone on with another time.
    """
    from synth import history as diary
    from synth.live.player import Player
    from synth.outputs import output as sinks

    sink = sinks.open_output(playback.output, playback.device)
    player = Player(session, sounds, cache, loudness=loudness, ground=ground, start_at=start_at, meditation=meditation)
    screen = open_screen(manner, sys.stdout, keys=sys.stdin.isatty())
    click.echo(f"{session.meta.title}; Ctrl-C ends it gently", err=True)
    with Keyboard(screen) as keyboard:
        sitting = player.play(lambda: sink, keyboard, screen.show)
    if script is not None:
        diary.keep_place(sitting, session, script)
    wanted = diary.wanted() if playback.logged is None else playback.logged
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

"""``metta play``, and how any session is played: with keys and a screen, or as a whole."""

import sys
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING

import click

from synth.cli.console import OUTPUT, Function, open_workspace, progress_bar, tell_advice, tell_session
from synth.cli.group import cli
from synth.cli.keyboard import Keyboard
from synth.cli.options import for_listener, together
from synth.cli.screen import ScreenStyle, key_name, open_screen
from synth.live.commands import Command
from synth.units import format_duration

if TYPE_CHECKING:
    from synth.app.playing import PlayableSession
    from synth.app.session_request import SessionRequest


LIVE = ("miniaudio", "null")
"""Outputs that are fed while they play; into all others goes the whole track at once."""

SIGNALLED = 128
"""With the number of the signal that ended us: the exit code."""

KEYS = "\n".join([
    "\b", "Keys while it plays:",
    *(f"  {key_name(command):<7}{command.about}" for command in Command),
    "  0-9    answer a question that asks for a number, then Enter",
    "  Ctrl-C fade out and end; Ctrl-Z hold, and back to the shell",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaybackOptions:
    """Where a session is heard, what is seen of it, and whether it is logged: the options of ``_PLAYBACK``."""

    output: str
    device: str | None
    quiet: bool
    plain: bool
    logged: bool | None

    @property
    def style(self) -> ScreenStyle:
        """What is seen."""
        return "quiet" if self.quiet else "plain" if self.plain else "full"

    @property
    def live(self) -> bool:
        """Whether it is fed while it plays, so that keys can change it."""
        return self.output in LIVE

    def check(self) -> None:
        """Raises a usage error where the options don't go together, and as ``check_output`` does."""
        from synth.app.whole_playback import check_output

        if self.quiet and self.plain:
            raise click.UsageError("--quiet shows nothing but a dot, and --plain tells everything; choose one")
        if self.device is not None and self.output != LIVE[0]:
            raise click.UsageError(f"--device chooses a loudspeaker of miniaudio, not of --output {self.output}")
        check_output(self.output)


_PLAYBACK = (
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


def for_playback(command: Function) -> Function:
    """Adds the options that say where it is heard and seen; they arrive together, as ``playback``."""
    return together(command, "playback", lambda: PlaybackOptions, _PLAYBACK)


@cli.command(epilog=KEYS)
@click.argument("meditation")
@for_playback
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
    request: "SessionRequest",
) -> None:
    """It begins at once, and is spoken ahead of need. Keys are read where there is a terminal; without one it plays
    on.
    """
    from synth.app.playing import prepare_meditation

    playback.check()
    if facilitator and (playback.quiet or playback.plain):
        raise click.UsageError("--facilitator is a screen of its own; leave out --quiet and --plain")
    if resume and not playback.live:
        raise click.UsageError(f"--resume can't go with --output {playback.output}, which takes the whole at once")
    workspace = open_workspace()
    playable = prepare_meditation(meditation, request, workspace, roster_file)
    tell_session(playable.session)
    tell_advice(playable.session.utterances, workspace.cache)
    start_at = playable.left_at() if resume else 0
    play_session(playable, playback, "facilitator" if facilitator else playback.style, start_at)


def play_session(playable: "PlayableSession", playback: PlaybackOptions, style: ScreenStyle, start_at: int = 0) -> None:
    """Plays to the end, or to where it is ended, and keeps what shall be kept of it."""
    if playback.live:
        _play_live(playable, playback, style, start_at)
    else:
        _play_whole(playable, playback.output)


def _play_whole(playable: "PlayableSession", output: str) -> None:
    from synth.app.whole_playback import play_track

    with progress_bar("speaking") as progress:
        track = playable.compose(progress)
    length = format_duration(track.timeline.duration_ms)
    click.echo(f"{track.timeline.title}, {length}; Ctrl-C ends it gently", err=True)
    with progress_bar("playing") as progress:
        play_track(track, output, progress)


def _play_live(playable: "PlayableSession", playback: PlaybackOptions, style: ScreenStyle, start_at: int) -> None:
    from synth import history
    from synth.outputs.opening import open_output

    output = open_output(playback.output, playback.device)
    player = playable.player(start_at)
    screen = open_screen(style, sys.stdout, keys=sys.stdin.isatty())
    click.echo(f"{playable.session.meta.title}; Ctrl-C ends it gently", err=True)
    with Keyboard(screen) as keyboard:
        record = player.play(lambda: output, keyboard, screen.show)
    playable.keep_place(record)
    wanted = history.wanted() if playback.logged is None else playback.logged
    if wanted is None and keyboard.ended_by is None and sys.stdin.isatty() and sys.stderr.isatty():
        wanted = _ask_for_log()
        history.decide(wanted)
    if wanted:
        history.append(record)
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

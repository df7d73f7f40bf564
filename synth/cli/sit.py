"""``metta sit``."""

from typing import TYPE_CHECKING

from synth.cli.console import open_workspace
from synth.cli.group import cli
from synth.cli.options import for_sitting
from synth.cli.play import KEYS, PlaybackOptions, for_playback, play_session

if TYPE_CHECKING:
    from synth.app.session_request import SessionRequest


@cli.command(epilog=KEYS)
@for_playback
@for_sitting
def sit(playback: PlaybackOptions, request: "SessionRequest") -> None:
    """A singing bowl and no bed, unless you choose; --interval-bell rings softer ones on the way."""
    from synth.app.playing import prepare_sitting

    playback.check()
    play_session(prepare_sitting(request, open_workspace()), playback, playback.style)

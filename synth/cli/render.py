"""``metta render``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import open_workspace, progress_bar, tell_advice, tell_session
from synth.cli.group import cli
from synth.cli.options import for_listener
from synth.cli.verify import tell_proof
from synth.units import format_clock, format_duration

if TYPE_CHECKING:
    from synth.app.session_request import SessionRequest


@cli.command()
@click.argument("meditation")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The track; its ending is the format: .mp3, .m4a, .opus, .flac or .wav.",
)
@click.option(
    "--quality",
    metavar="V4|128k",
    help="V0 (best) to V9 for an .mp3, or a bitrate for an .mp3, .m4a or .opus; V4, 128k and 96k unless you choose.",
)
@click.option(
    "--transcript",
    "transcripts",
    type=click.Choice(["vtt", "srt", "lrc", "txt"]),
    multiple=True,
    help="Write what is said beside the track, under its name with this ending; again for more.",
)
@click.option(
    "--cover",
    "cover_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The track's picture, a PNG or a JPEG, in the place of the one that is drawn from the title.",
)
@click.option(
    "--timeline",
    "timeline_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the timeline as JSON, too.",
)
@click.option("--proof", "proven", is_flag=True, help="Prove the track when it is written, as 'metta verify' does.")
@for_listener
def render(
    meditation: str,
    target: Path,
    quality: str | None,
    transcripts: tuple[str, ...],
    cover_file: Path | None,
    timeline_file: Path | None,
    proven: bool,
    request: "SessionRequest",
) -> None:
    """A track of the same title that stands in its place already is kept to: what can stay where it was does.

    Nothing is spoken before all files are known to be writable.
    """
    from synth.app.proving import prove_track, require_passed
    from synth.app.rendering import RenderRequest, render_track

    asked = RenderRequest(meditation, target, request, quality, transcripts, cover_file, timeline_file)
    asked.check()
    workspace = open_workspace()
    track = render_track(asked, workspace, progress_bar)
    sections = len(track.timeline.chapters)
    click.echo(str(target))
    counted = f"{sections} section{'s' * (sections != 1)}"
    click.echo(f"{format_duration(track.timeline.duration_ms)}, {counted}, {track.loudness:.1f} LUFS")
    if note := track.loudness_note(request.loudness):
        click.echo(note)
    if track.voices:
        click.echo(f"spoken by {', '.join(track.voices)}")
    tell_session(track.session)
    tell_advice(track.session.utterances, workspace.cache)
    for chapter in track.timeline.chapters:
        click.echo(f"{format_clock(chapter.start_ms):>7}  {chapter.title}")
    if proven:
        proof = prove_track(target, workspace)
        tell_proof(proof)
        require_passed([proof])

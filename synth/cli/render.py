"""The command that makes a track: render."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import check_folder_of, open_workspace, progress_bar, write_timeline
from synth.cli.group import cli
from synth.cli.options import ListenerOptions, compose_track, for_listener, prepare_session
from synth.cli.verify import check_proofs, prove_track, tell_proofs
from synth.errors import RequestError
from synth.files import write_atomically
from synth.units import format_clock, format_duration

if TYPE_CHECKING:
    from synth.formats.provenance import EmbeddedTimeline


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
    listener: ListenerOptions,
) -> None:
    """A finished track: spoken, mixed, encoded, tagged with chapters, transcript, cover, timeline."""
    from synth.export.captions import TRANSCRIPTS
    from synth.export.track import export
    from synth.formats.cover import read_cover
    from synth.formats.track_file import FORMATS, check_destination

    if target.suffix.lower() not in FORMATS:
        raise click.BadParameter(f"'{target}' should end in {', '.join(FORMATS)}", param_hint="-o")
    try:
        FORMATS[target.suffix.lower()].choose_quality(quality)
    except ValueError as error:
        raise click.BadParameter(f"{target}: {error}", param_hint="--quality") from None
    check_destination(target)
    beside = {target.with_suffix(f".{ending}"): TRANSCRIPTS[ending] for ending in transcripts}
    for path in (timeline_file, *beside):
        check_folder_of(path)
        if path and path.exists() and Path(meditation).exists() and path.samefile(meditation):
            raise click.BadParameter(f"'{path}' is the script itself", param_hint="--transcript / --timeline")
    cover = read_cover(cover_file) if cover_file else None
    sounds, cache = open_workspace(meditation)
    session = prepare_session(meditation, listener, sounds)
    track = compose_track(session, listener, sounds, cache, _earlier(target, session.meta.title))
    info = replace(track.metadata, cover=cover)
    with progress_bar("mixing") as progress:
        export(track.mix, target, info, cache, quality=quality, progress=progress)
    if timeline_file:
        write_timeline(timeline_file, track.timeline)
    for path, write in beside.items():
        write_atomically(path, write(info))
    sections = len(track.timeline.chapters)
    click.echo(str(target))
    counted = f"{sections} section{'s' * (sections != 1)}"
    click.echo(f"{format_duration(track.timeline.duration_ms)}, {counted}, {track.loudness:.1f} LUFS")
    for chapter in track.timeline.chapters:
        click.echo(f"{format_clock(chapter.start_ms):>7}  {chapter.title}")
    if proven:
        proof = prove_track(target)
        tell_proofs([proof])
        check_proofs([proof])


def _earlier(target: Path, title: str) -> "EmbeddedTimeline | None":
    """The timeline of the track that stands where a new one of this title shall be."""
    from synth.formats.track_file import read_timeline

    try:
        embedded = read_timeline(target) if target.exists() else None
    except RequestError:  # it is no track of ours, and will be written over
        return None
    return embedded if embedded and embedded.timeline.title == title else None

"""``metta show``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import json_option, open_workspace, print_json, slots_json, tell_problem
from synth.cli.group import cli
from synth.cli.options import for_listener
from synth.units import format_clock

if TYPE_CHECKING:
    from synth.app.outline import Outline
    from synth.app.session_request import SessionRequest

_ORIGINS = {"asked": "asked for", "profile": "from the profile"}


@cli.command()
@click.argument("meditation")
@click.option(
    "--timeline",
    "timeline_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the timeline as JSON.",
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["ssml", "text", "html"]),
    help="The whole text, its pauses at their lengths: SSML 1.1, a page to read aloud from, or one to print.",
)
@click.option("--mine", is_flag=True, help="Only the sentences with the listener's own words in them.")
@for_listener
@json_option
def show(
    meditation: str, timeline_file: Path | None, form: str | None, mine: bool, request: "SessionRequest", as_json: bool
) -> None:
    """Times of speech are estimates.

    A script is a Markdown file: a header between two lines '---' with at least 'title: …', then the text. What is not
    spoken stands in square brackets: [pause 5s], [bell], [bed rain], [repeat 3] … [end], [include settle].
    SSML (.ssml, .xml) and Speech Markdown (.smd) are read as well, where they say nothing that has no like here.
    """
    from synth.app.outline import outline
    from synth.app.side_files import check_side_file, write_timeline
    from synth.export.reading_forms import FORMS
    from synth.export.reading_page import make_sheet
    from synth.timeline.timeline_json import to_json

    if form and as_json:
        raise click.UsageError("--as and --json are two forms of the same; choose one")
    check_side_file(timeline_file)
    shown = outline(meditation, request, open_workspace())
    timeline, slots = shown.timeline, shown.session.meta.slots
    if timeline_file:
        write_timeline(timeline_file, timeline)
    if form:
        click.echo(FORMS[form](make_sheet(shown.document, shown.session, timeline)).encode(), nl=False)
        return
    if as_json:
        print_json({
            "title": timeline.title, "estimated": True, "share_of_silence": round(shown.share_of_silence, 3),
            "shortest_ms": shown.lengths.min_ms, "longest_ms": shown.lengths.max_ms,
            "slots": slots_json(slots, shown.slots),
            "told": list(shown.session.told), "remarks": list(shown.session.remarks),
            "unused": list(shown.session.unused),
            "problems": [str(problem) for problem in shown.problems],
            "own": [{"start_ms": start_ms, "text": text} for start_ms, text in shown.own],
            "timeline": to_json(timeline),
        })  # fmt: skip
    else:
        _tell(shown, mine=mine)
        for problem in shown.problems:
            tell_problem(problem, (meditation,), err=True)
    if any(problem.severity == "error" for problem in shown.problems):
        raise click.exceptions.Exit(1)


def _tell(shown: "Outline", *, mine: bool) -> None:
    """The plan, in words: what fills the slots, what came of what was asked, and every sentence at its time."""
    from synth.timeline.model import Speech, Strike

    timeline, slots = shown.timeline, shown.session.meta.slots
    length = format_clock(timeline.duration_ms)
    silence = f"{shown.share_of_silence:.0%} silence"
    click.echo(f"{timeline.title}: about {length}, {silence}; runs {shown.lengths} (estimated)")
    filled = {slot.name: slot for slot in shown.slots}
    for name, slot in slots.items():
        click.echo(f"  --set {name}=…  {slot.question}")
        if name in filled and filled[name].origin != "default":
            click.echo(f"    {filled[name].value} ({_ORIGINS[filled[name].origin]})")
    for line in (*shown.session.told, *shown.session.remarks):
        click.echo(line)
    if shown.session.unused:
        click.echo(f"no use here for, of the profile: {', '.join(shown.session.unused)}")
    if shown.own:
        click.echo("\nThis track will say:")
        for start_ms, text in shown.own:
            click.echo(f"{format_clock(start_ms):>7}  {text}")
    elif mine:
        click.echo("Nothing in it is the listener's own; what a script asks for stands above.")
    if mine:
        return
    for number, chapter in enumerate(timeline.chapters):
        click.echo(f"\n{format_clock(chapter.start_ms):>7}  # {chapter.title}")
        for cue in timeline.cues:
            if isinstance(cue, Speech) and cue.section == number:
                click.echo(f"{format_clock(cue.start_ms):>7}  {cue.text}")
            elif isinstance(cue, Strike) and cue.section == number:
                click.echo(f"{format_clock(cue.start_ms):>7}  ({cue.sound})")

"""``metta verify``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import json_option, open_workspace, print_json
from synth.cli.group import cli
from synth.script.limits import MAX_LOUDNESS_LUFS, MIN_LOUDNESS_LUFS

if TYPE_CHECKING:
    from synth.verify.proof import Check, HeardWords, Proof


_MARKS = {True: "✓", False: "✗", None: "–"}
_MAX_FAULTS = 20
_WORST_HEARD = 5


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--loudness",
    type=click.FloatRange(MIN_LOUDNESS_LUFS, MAX_LOUDNESS_LUFS),
    metavar="LUFS",
    help="The loudness that was asked, where it is not the one that the track says.",
)
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw the proof of one track as a page of HTML that plays it, too.",
)
@click.option(
    "--words",
    is_flag=True,
    help="Tell how many words a speech recogniser misreads, and which sentences it hears worst; English only. It "
    "decides nothing. Needs metta-synth[words].",
)
@json_option
def verify(files: tuple[Path, ...], loudness: float | None, page: Path | None, words: bool, as_json: bool) -> None:
    """Every sentence, pause, bell and section is looked for in its place; what was said is taken from the cache, or
    said anew. The exit code is 1 where a track falls short.
    """
    from synth.app.proving import prove_track, require_passed, write_proof_page
    from synth.app.side_files import check_side_file
    from synth.verify.recogniser import Recogniser

    if page and len(files) > 1:
        raise click.BadParameter("a page is drawn of one FILE", param_hint="--page")
    check_side_file(page)
    workspace = open_workspace()
    recogniser = Recogniser() if words else None
    proofs = [prove_track(file, workspace, loudness, recogniser) for file in files]
    if page:
        write_proof_page(page, proofs[0])
    if as_json:
        print_json([proof.to_json() for proof in proofs])
    else:
        for proof in proofs:
            tell_proof(proof)
    require_passed(proofs)


def tell_proof(proof: "Proof") -> None:
    """The sheet in words: a line for every kind of check, and one for everything that falls short or was misread."""
    from synth.verify.proof import format_place

    click.echo(f"{proof.file}: {'as asked' if proof.passed else 'falls short'}")
    for check in proof.checks:
        _tell_check(check)
        for fault in check.faults[:_MAX_FAULTS]:
            place = "" if fault.at_ms is None else format_place(fault.at_ms)
            click.echo(f"  ✗ {check.what:<10} {place:>8}  {fault.says}")
        if more := len(check.faults[_MAX_FAULTS:]):
            click.echo(f"  ✗ {check.what:<10} {'':>8}  and {more} more; --json tells all")
    if proof.words:
        _tell_words(proof.words)


def _tell_words(heard: "HeardWords") -> None:
    """A line of the sheet, and one for each sentence that was heard worst."""
    from synth.verify.proof import Check, format_place

    if heard.share is None:
        found = f"not judged: {heard.not_judged or 'nothing is said'}"
    else:
        found = f"{heard.misread} misread ({heard.share * 100:.0f} %) by a recogniser of US English"
    _tell_check(Check("words", "–" if heard.share is None else f"{heard.words}", found, None))
    for sentence in heard.worst(_WORST_HEARD):
        place = format_place(sentence.start_ms)
        words = f"“{sentence.heard}”" if sentence.heard else "nothing"
        click.echo(f"  – {'words':<10} {place:>8}  said “{sentence.text}” heard {words}")


def _tell_check(check: "Check") -> None:
    click.echo(f"  {_MARKS[check.passed]} {check.what:<12} asked {check.asked:<24} found {check.found}")

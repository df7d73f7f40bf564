"""``metta verify``."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import json_option, open_workspace, print_json
from synth.cli.group import cli
from synth.script.limits import MAX_LOUDNESS_LUFS, MIN_LOUDNESS_LUFS

if TYPE_CHECKING:
    from synth.verify.proof import Proof


_MARKS = {True: "✓", False: "✗", None: "–"}
_MAX_FAULTS = 20


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
@json_option
def verify(files: tuple[Path, ...], loudness: float | None, page: Path | None, as_json: bool) -> None:
    """Every sentence, pause, bell and section is looked for in its place; what was said is taken from the cache, or
    said anew. The exit code is 1 where a track falls short.
    """
    from synth.app.proving import prove_track, require_passed, write_proof_page
    from synth.app.side_files import check_side_file

    if page and len(files) > 1:
        raise click.BadParameter("a page is drawn of one FILE", param_hint="--page")
    check_side_file(page)
    workspace = open_workspace()
    proofs = [prove_track(file, workspace, loudness) for file in files]
    if page:
        write_proof_page(page, proofs[0])
    if as_json:
        print_json([proof.to_json() for proof in proofs])
    else:
        tell_proofs(proofs)
    require_passed(proofs)


def tell_proofs(proofs: Sequence["Proof"]) -> None:
    """The sheets in words: a line for every kind of check, and one for everything that falls short."""
    from synth.verify.proof import format_place

    for proof in proofs:
        click.echo(f"{proof.file}: {'as asked' if proof.passed else 'falls short'}")
        for check in proof.checks:
            click.echo(f"  {_MARKS[check.passed]} {check.what:<12} asked {check.asked:<24} found {check.found}")
            for fault in check.faults[:_MAX_FAULTS]:
                place = "" if fault.at_ms is None else format_place(fault.at_ms)
                click.echo(f"  ✗ {check.what:<10} {place:>8}  {fault.says}")
            if more := len(check.faults[_MAX_FAULTS:]):
                click.echo(f"  ✗ {check.what:<10} {'':>8}  and {more} more; --json tells all")

"""The command that proves a track: verify."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import check_folder_of, json_option, open_cache, print_json
from synth.cli.group import cli
from synth.errors import ProofError
from synth.files import write_atomically
from synth.script.limits import MAX_LOUDNESS_LUFS, MIN_LOUDNESS_LUFS

if TYPE_CHECKING:
    from synth.verify.proof import Proof


_MARKS = {True: "✓", False: "✗", None: "–"}
_MOST_FAULTS = 20


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
    """The proof sheet: what was asked against what is heard in the decoded audio.

    Every sentence, pause, bell and section is looked for in its place; what was said is taken from the cache, or said
    anew. The exit code is 1 where a track falls short.
    """
    if page and len(files) > 1:
        raise click.BadParameter("a page is drawn of one FILE", param_hint="--page")
    check_folder_of(page)
    proofs = [prove_track(file, loudness) for file in files]
    if page:
        write_page(page, proofs[0])
    if as_json:
        print_json([proof.to_json() for proof in proofs])
    else:
        tell_proofs(proofs)
    check_proofs(proofs)


def prove_track(file: Path, loudness: float | None = None) -> "Proof":
    """The proof of a track, with this user's cache; own bells are looked for beside the track, and here."""
    from synth.sounds.collection import Sounds
    from synth.verify.checks import prove

    cache = open_cache()
    return prove(file, cache, Sounds(cache, (file.parent, Path())), loudness)


def tell_proofs(proofs: Sequence["Proof"]) -> None:
    """The sheets in words: a line for every kind of check, and one for everything that falls short."""
    from synth.verify.proof import format_place

    for proof in proofs:
        click.echo(f"{proof.file}: {'as asked' if proof.passed else 'falls short'}")
        for check in proof.checks:
            click.echo(f"  {_MARKS[check.passed]} {check.what:<12} asked {check.asked:<24} found {check.found}")
            for fault in check.faults[:_MOST_FAULTS]:
                place = "" if fault.at_ms is None else format_place(fault.at_ms)
                click.echo(f"  ✗ {check.what:<10} {place:>8}  {fault.says}")
            if more := len(check.faults[_MOST_FAULTS:]):
                click.echo(f"  ✗ {check.what:<10} {'':>8}  and {more} more; --json tells all")


def check_proofs(proofs: Sequence["Proof"]) -> None:
    """Raises ProofError where a track falls short, with the first reason and how many there are."""
    short = [proof for proof in proofs if not proof.passed]
    if short:
        raise ProofError("; ".join(_in_a_line(proof) for proof in short))


def _in_a_line(proof: "Proof") -> str:
    first, *others = proof.reasons
    return f"{proof.file}: {first}" + (f", and {len(others)} more" if others else "")


def write_page(path: Path, proof: "Proof") -> None:
    """Writes the proof as a page, whole or not at all."""
    from synth.verify.proof_page import write_html

    write_atomically(path, write_html(proof, path))

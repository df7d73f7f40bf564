"""``metta batch``."""

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import json_option, open_workspace, print_json, progress_bar, tell_advice
from synth.cli.group import cli
from synth.cli.options import for_everybody
from synth.units import format_duration

if TYPE_CHECKING:
    from synth.app.session_request import SessionRequest
    from synth.batch.library import Failure


@cli.command()
@click.argument("roster_file", type=click.Path(path_type=Path), metavar="ROSTER")
@click.option(
    "-o",
    "--output",
    metavar="DIR|URL",
    help="The library: a folder for every person in it, and library.json; one library a roster. "
    "A URL, such as s3://BUCKET/DIR, is what fsspec can write.",
)
@click.option(
    "--meditation",
    "meditations",
    multiple=True,
    metavar="NAME|FILE",
    help="For everybody who names none in the column 'meditations'; again for more.",
)
@click.option(
    "--together",
    is_flag=True,
    help="All tracks of a meditation in step: as long as each other, every bell and silence at one instant for all.",
)
@click.option("--strict", is_flag=True, help="Make nothing where a single row has a fault.")
@click.option("--anonymous", is_flag=True, help="Folders 001, 002 … in the place of names, and none in library.json.")
@click.option(
    "--name-reel",
    "reel_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Make no track for anybody, but one short one that says every name with its number, to hear them first.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="as many as there are cores",
    metavar="N",
    help="How many tracks are made at a time.",
)
@click.option(
    "--dask",
    "scheduler",
    metavar="ADDRESS",
    help="Let the workers of a dask cluster make them, by its scheduler's address (tcp://HOST:8786) or scheduler file. "
    "All machines need DIR at the same place, or a URL that all can write; what they share is in its folder .cache.",
)
@click.option("--quality", metavar="V4|128k", help="V0 (best) to V9, or a bitrate; V4 unless you choose.")
@for_everybody
@json_option
def batch(
    roster_file: Path,
    output: str | None,
    meditations: tuple[str, ...],
    together: bool,
    strict: bool,
    anonymous: bool,
    reel_file: Path | None,
    jobs: int,
    scheduler: str | None,
    quality: str | None,
    request: "SessionRequest",
    as_json: bool,
) -> None:
    """ROSTER is a table, CSV (with ',' or ';') or YAML, with a column 'name', and where you like say_as, length, voice,
    language, meditations (several with '|' between), touch, eyes, secular, phrase_1, phrase_2 …, and any slot of the
    meditations. Your own profile is left out.

    Every row is checked before the first sound is made. Faults are told with their row, the other rows' tracks are
    made, and the exit code is 1. Run it again, after an interruption too, and only what is missing or changed is made.
    """
    from synth.app.batching import BatchRequest, make_name_reel
    from synth.batch.dask_cluster import dask_workers
    from synth.batch.local_workers import local_workers
    from synth.batch.roster import read_roster
    from synth.batch.run import make_batch
    from synth.batch.storage import open_storage

    asked = BatchRequest(meditations, request, quality, anonymous, together)
    asked.check(reel_file)
    roster = read_roster(roster_file)
    if reel_file:
        reel = make_name_reel(roster, reel_file, asked, open_workspace(), progress_bar)
        length = format_duration(reel.timeline.duration_ms)
        click.echo(f"{reel_file}\n{len(reel.timeline.speech)} names, {length}")
        return
    if output is None:
        raise click.UsageError("say where the tracks shall be, with -o DIR")
    if not meditations and "meditations" not in roster.columns:
        raise click.UsageError("say which meditation, with --meditation NAME, or in a column 'meditations'")
    storage = open_storage(output)
    click.get_current_context().call_on_close(storage.close)
    cache = storage.cache() if scheduler else open_workspace().cache
    plan = asked.plan(roster, cache)
    if strict and plan.failures:
        for failure in plan.failures:
            _tell_failure(roster_file, failure)
        click.echo("nothing was made, as --strict asks", err=True)
        raise click.exceptions.Exit(1)
    for job in plan.jobs:
        for remark in job.session.remarks:
            click.echo(f"{roster_file}:{job.row.line}: {job.row.name} ({job.meditation}): {remark}", err=True)
    tell_advice((said for job in plan.jobs for said in job.session.utterances), cache)
    bar = functools.partial(progress_bar, counted=True)
    workers = dask_workers(scheduler, storage) if scheduler else local_workers(min(jobs, len(plan.jobs)), storage)
    with workers as executor:
        library = make_batch(plan, storage, executor, anonymous=anonymous, bar=bar)
    if as_json:
        print_json(library.to_json())
    else:
        made, unchanged, failed = library.count("made"), library.count("unchanged"), len(library.failures)
        click.echo(f"{output}: {made} made, {unchanged} there already, {failed} failed")
    for failure in sorted(library.failures, key=lambda failure: failure.line):
        _tell_failure(roster_file, failure)
    if library.failures:
        raise click.exceptions.Exit(1)


def _tell_failure(roster_file: Path, failure: "Failure") -> None:
    what = " ".join(filter(None, (failure.name, failure.meditation and f"({failure.meditation})")))
    click.echo(f"{roster_file}:{failure.line}: {what or 'nobody'}: {failure.reason}", err=True)

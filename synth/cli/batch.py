"""The command that makes a track for everybody: batch."""

import functools
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli import INTERRUPTED
from synth.cli.console import json_option, open_cache, open_workspace, print_json, progress_bar
from synth.cli.group import cli
from synth.cli.options import DeliveryOptions, for_everybody
from synth.units import format_duration

if TYPE_CHECKING:
    from synth.batch.library import Failure
    from synth.batch.roster import Roster
    from synth.batch.storage import Storage


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
    manner: DeliveryOptions,
    as_json: bool,
) -> None:
    """A track for every person of a roster and every meditation: DIR/PERSON/MEDITATION.mp3.

    ROSTER is a table, CSV (with ',' or ';') or YAML, with a column 'name', and where you like say_as, length, voice,
    language, meditations (several with '|' between), phrase_1, phrase_2 …, and any slot of the meditations. Your own
    profile is left out.

    Every row is checked before the first sound is made. Faults are told with their row, the other rows' tracks are
    made, and the exit code is 1. Run it again, after an interruption too, and only what is missing or changed is made.
    """
    from synth.batch.dask_cluster import dask_workers
    from synth.batch.planning import BatchSettings, plan_batch
    from synth.batch.roster import read_roster
    from synth.batch.run import make_batch
    from synth.batch.storage import open_storage
    from synth.formats.track_file import FORMATS, check_destination

    if reel_file:
        check_destination(reel_file)
    try:
        FORMATS[reel_file.suffix.lower() if reel_file else ".mp3"].choose_quality(quality)
    except ValueError as error:
        told = f"{reel_file}: {error}" if reel_file else str(error)
        raise click.BadParameter(told, param_hint="--quality") from None
    roster = read_roster(roster_file)
    if reel_file:
        _make_reel(roster, reel_file, meditations, manner, quality)
        return
    if output is None:
        raise click.UsageError("say where the tracks shall be, with -o DIR")
    if not meditations and "meditations" not in roster.columns:
        raise click.UsageError("say which meditation, with --meditation NAME, or in a column 'meditations'")
    storage = open_storage(output)
    click.get_current_context().call_on_close(storage.close)
    settings = BatchSettings(storage.cache() if scheduler else open_cache(), manner.loudness, quality)
    plan = plan_batch(roster, meditations, manner.wishes(), settings, anonymous=anonymous, together=together)
    if strict and plan.failures:
        for failure in plan.failures:
            _tell_failure(roster_file, failure)
        click.echo("nothing was made, as --strict asks", err=True)
        raise click.exceptions.Exit(1)
    bar = functools.partial(progress_bar, counted=True)
    with dask_workers(scheduler, storage) if scheduler else _workers(min(jobs, len(plan.jobs)), storage) as executor:
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


def _make_reel(
    roster: "Roster", target: Path, meditations: tuple[str, ...], manner: DeliveryOptions, quality: str | None
) -> None:
    from synth.batch.name_reel import name_reel
    from synth.export.track import export
    from synth.personalise.listener import SessionOptions
    from synth.pipeline import compose
    from synth.scripts import load_document

    asked = (*meditations, *(name for row in roster.rows for name in row.meditations))
    meta = load_document(asked[0]).meta if asked else None
    sounds, cache = open_workspace(asked[0] if asked else str(roster.file))
    wishes = SessionOptions(voice=manner.voice, rate=manner.rate, effect=manner.effect)
    session = name_reel(roster, meta.language if meta else "en", wishes, sounds, cache)
    with progress_bar("speaking") as progress:
        track = compose(session, sounds, cache, loudness=manner.loudness, progress=progress)
    with progress_bar("mixing") as progress:
        export(track.mix, target, track.metadata, cache, quality=quality, progress=progress)
    click.echo(f"{target}\n{len(track.timeline.speech)} names, {format_duration(track.timeline.duration_ms)}")


@contextmanager
def _workers(jobs: int, storage: "Storage") -> Iterator[Executor | None]:
    """Processes that make tracks, ended at once where we are interrupted; None where one at a time is enough."""
    if jobs <= 1:
        yield None
        return
    spawn = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_end_with_parent) as executor:
            with _interrupts_waiting():
                for _ in range(jobs):
                    executor.submit(os.getpid)  # starts a worker
            try:
                yield executor
            except KeyboardInterrupt:
                executor.shutdown(wait=False, cancel_futures=True)
                for worker in multiprocessing.active_children():
                    worker.terminate()
                raise
    except KeyboardInterrupt:
        storage.remove_stale()
        raise


@contextmanager
def _interrupts_waiting() -> Iterator[None]:
    """Ctrl-C waits for the end of this; processes that are started meanwhile never hear of it, from the first."""
    if sys.platform == "win32":
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _end_with_parent() -> None:
    """In a worker: leaves it to the parent what Ctrl-C means, and ends with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(INTERRUPTED)

    threading.Thread(target=watch, daemon=True).start()

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
from synth.cli.base import json_option, open_cache, print_json, progress_bar, workplace
from synth.cli.group import cli
from synth.cli.listener import Manner, for_everybody
from synth.units import format_duration

if TYPE_CHECKING:
    from synth.batch import Failure, Roster


@cli.command()
@click.argument("roster_file", type=click.Path(path_type=Path), metavar="ROSTER")
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The library: a folder for every person in it, and library.json; one library a roster.",
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
@click.option("--quality", metavar="V4|128k", help="V0 (best) to V9, or a bitrate; V4 unless you choose.")
@for_everybody
@json_option
def batch(
    roster_file: Path,
    folder: Path | None,
    meditations: tuple[str, ...],
    together: bool,
    strict: bool,
    anonymous: bool,
    reel_file: Path | None,
    jobs: int,
    quality: str | None,
    manner: Manner,
    as_json: bool,
) -> None:
    """A track for every person of a roster and every meditation: DIR/PERSON/MEDITATION.mp3.

    ROSTER is a table, CSV (with ',' or ';') or YAML, with a column 'name', and where you like say_as, length, voice,
    language, meditations (several with '|' between), phrase_1, phrase_2 …, and any slot of the meditations. Your own
    profile is left out.

    Every row is checked before the first sound is made. Faults are told with their row, the other rows' tracks are
    made, and the exit code is 1. Run it again, after an interruption too, and only what is missing or changed is made.
    """
    from synth.batch import House, make_batch, plan_batch, read_roster
    from synth.sinks.encoder import FORMATS

    try:
        FORMATS[".mp3"].encoding(quality)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--quality") from None
    roster = read_roster(roster_file)
    if reel_file:
        _make_reel(roster, reel_file, meditations, manner, quality)
        return
    if folder is None:
        raise click.UsageError("say where the tracks shall be, with -o DIR")
    if not meditations and "meditations" not in roster.columns:
        raise click.UsageError("say which meditation, with --meditation NAME, or in a column 'meditations'")
    house = House(open_cache(), manner.loudness, quality)
    plan = plan_batch(roster, meditations, manner.wishes(), house, anonymous=anonymous, together=together)
    if strict and plan.failures:
        for failure in plan.failures:
            _tell_failure(roster_file, failure)
        click.echo("nothing was made, as --strict asks", err=True)
        raise click.exceptions.Exit(1)
    bar = functools.partial(progress_bar, counted=True)
    with _workers(min(jobs, len(plan.jobs)), folder) as executor:
        library = make_batch(plan, folder, executor, anonymous=anonymous, bar=bar)
    if as_json:
        print_json(library.to_json())
    else:
        made, unchanged, failed = library.count("made"), library.count("unchanged"), len(library.failures)
        click.echo(f"{folder}: {made} made, {unchanged} there already, {failed} failed")
    for failure in sorted(library.failures, key=lambda failure: failure.line):
        _tell_failure(roster_file, failure)
    if library.failures:
        raise click.exceptions.Exit(1)


def _tell_failure(roster_file: Path, failure: "Failure") -> None:
    what = " ".join(filter(None, (failure.name, failure.meditation and f"({failure.meditation})")))
    click.echo(f"{roster_file}:{failure.line}: {what or 'nobody'}: {failure.reason}", err=True)


def _make_reel(
    roster: "Roster", target: Path, meditations: tuple[str, ...], manner: Manner, quality: str | None
) -> None:
    from synth.batch import name_reel
    from synth.export import export
    from synth.library import load_document
    from synth.personalise import Wishes
    from synth.pipeline import compose
    from synth.sinks.encoder import check_destination

    check_destination(target)
    asked = (*meditations, *(name for row in roster.rows for name in row.meditations))
    meta = load_document(asked[0]).meta if asked else None
    sounds, cache = workplace(asked[0] if asked else str(roster.file))
    wishes = Wishes(voice=manner.voice, rate=manner.rate, treatment=manner.treatment)
    session = name_reel(roster, meta.language if meta else "en", wishes, sounds)
    with progress_bar("speaking") as progress:
        track = compose(session, sounds, cache, loudness=manner.loudness, progress=progress)
    with progress_bar("mixing") as progress:
        export(track.mix, target, track.info, cache, quality=quality, progress=progress)
    click.echo(f"{target}\n{len(track.timeline.speech)} names, {format_duration(track.timeline.duration_ms)}")


@contextmanager
def _workers(jobs: int, folder: Path) -> Iterator[Executor | None]:
    """Processes that make tracks, ended at once where we are interrupted; None where one at a time is enough."""
    from synth.batch import sweep

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
        sweep(folder)
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

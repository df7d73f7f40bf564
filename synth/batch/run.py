"""Makes what a plan holds, here or in any executor's workers, and keeps the library whole meanwhile."""

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, as_completed
from dataclasses import replace
from pathlib import Path

from synth.batch.jobs import Job, Jobs
from synth.batch.library import Entry, Library, digest, read_entries, sweep
from synth.errors import MachineError, MettaError, StorageError
from synth.export import export
from synth.pipeline import Progress, compose, untold


def make_batch(
    plan: Jobs,
    folder: Path,
    executor: Executor | None = None,
    *,
    anonymous: bool = False,
    progress: Progress = untold,
) -> Library:
    """Makes every track of a plan that is not in ``folder`` already; without an executor, one after the other.

    The library is written after every track. A track that can't be made is one of its failures. ``progress`` is told
    how many of those to be made are made. Raises StorageError where the disk is full or can't be written to, and
    MachineError where a worker is ended from outside; what was made by then is in the library.
    """
    _make_folder(folder)
    sweep(folder)
    library = Library(folder, [job.path for job in plan.jobs], anonymous, failures=[*plan.failures])
    former = read_entries(folder)
    for job in plan.jobs:
        known = former.get(job.path)
        if known and known.key == job.key and known.sha256 == digest(folder / job.path):
            library.entries[job.path] = replace(known, status="unchanged")
    library.write()
    missing = [job for job in plan.jobs if job.path not in library.entries]
    for done, (job, made) in enumerate(_made(missing, folder, executor), 1):
        if isinstance(made, Entry):
            library.entries[job.path] = made
        else:
            library.failures.append(job.failure(made))
        library.write()
        progress(done, len(missing))
    return library


def make_track(job: Job, folder: Path, cores: int | None = None) -> Entry:
    """Makes a track in its place under ``folder``, by so many encoders; runs in any process."""
    path = folder / job.path
    _make_folder(path.parent)
    track = compose(job.session, job.sounds, job.house.cache, loudness=job.house.loudness)
    export(track.mix, path, track.info, job.house.cache, quality=job.house.quality, cores=cores)
    lufs = track.loudness
    return Entry(
        job.path,
        "made",
        track.timeline.duration_ms,
        round(lufs, 2) if math.isfinite(lufs) else None,
        digest(path),
        job.key,
    )


def _made(jobs: Sequence[Job], folder: Path, executor: Executor | None) -> Iterator[tuple[Job, Entry | MettaError]]:
    """Every job with its track or with what went wrong, in the order in which they end."""
    if executor is None:
        for job in jobs:
            yield job, _attempt(job, folder, None)
        return
    running = {executor.submit(_attempt, job, folder, 1): job for job in jobs}
    try:
        for future in as_completed(running):
            yield running[future], future.result()
    except StorageError:
        for future in running:
            future.cancel()
        raise
    except BrokenExecutor:
        raise MachineError(
            "a worker was ended from outside; was there too little memory? Run it again, with fewer --jobs"
        ) from None


def _attempt(job: Job, folder: Path, cores: int | None) -> Entry | MettaError:
    """A job's track, or why it can't be made. Raises StorageError, as the next one would lack the same."""
    try:
        return make_track(job, folder, cores)
    except StorageError:
        raise
    except MettaError as error:
        return error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{folder}: this folder can't be made ({error.strerror}); choose another") from None

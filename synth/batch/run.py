"""Makes what a plan holds, here or in any executor's workers, and keeps the library whole meanwhile.

What is to be said is said first, every sentence once. Then each meditation is laid out: by its first listener, to whose
plan the others keep where they can, or in step for all. One track of each is encoded whole, and of the others only what
is personal.
"""

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Any

from synth.batch.library import Library, LibraryTrack, read_entries
from synth.batch.planning import BatchPlan, Job
from synth.batch.storage import Storage, digest
from synth.batch.track_key import synced_key
from synth.content_cache import Cache
from synth.errors import MachineError, MettaError, RequestError, StorageError
from synth.export.track import export
from synth.formats.provenance import EmbeddedTimeline
from synth.mix.levels import Levels
from synth.personalise.session import Utterance
from synth.pipeline import Progress, Track, clip_lengths, compose, no_progress, track_of
from synth.speech.clip import ClipKey, key_of
from synth.speech.synthesis import SpeechSynthesizer, speak
from synth.timeline.model import Timeline
from synth.timeline.sync import SyncedSessions, timeline_for

UTTERANCES_A_TASK = 100
"""What one worker says before it takes more; it starts the engine for each time."""

Bar = Callable[[str], AbstractContextManager[Progress]]
"""Opens the progress of a stage, by its name."""


@dataclass(frozen=True, slots=True)
class SharedLayout:
    """What all hear in step, at which levels, and one listener's own utterance in the place of each sentence."""

    common: Timeline
    levels: Levels
    utterances: tuple[Utterance | None, ...]


LayoutGuide = EmbeddedTimeline | SharedLayout | None
"""What a track keeps to: another's timeline and levels, or the layout that all share."""


@dataclass(frozen=True, slots=True)
class _Said:
    """How many milliseconds each sentence takes, and why some can't be said."""

    lengths: Mapping[ClipKey, int]
    faults: Mapping[ClipKey, MettaError]

    def fault_of(self, job: Job) -> MettaError | None:
        """Why a job can't be made; None where all of it is said."""
        return next((self.faults[key_of(u)] for u in job.session.utterances if key_of(u) in self.faults), None)


def make_batch(
    plan: BatchPlan,
    storage: Storage,
    executor: Executor | None = None,
    *,
    anonymous: bool = False,
    bar: Bar = lambda stage: nullcontext(no_progress),
) -> Library:
    """Makes every track of a plan that is not on ``storage`` already; without an executor, one after the other.

    The library is written after every track. A track that can't be made is one of its failures. ``bar`` is told how
    much is said, and made. Raises StorageError where the disk is full or can't be written to, and MachineError where a
    worker is ended from outside; what was made by then is in the library.
    """
    storage.remove_stale()
    library = Library(storage, [job.path for job in plan.jobs], anonymous, failures=[*plan.failures])
    former = read_entries(storage)

    def missing(job: Job) -> bool:
        known = None if job.path in library.entries else former.get(job.path)
        if known and known.key == job.key and known.sha256 == storage.digest(job.path):
            library.entries[job.path] = replace(known, status="unchanged")
        return job.path not in library.entries

    groups = [group for group in plan.groups if plan.together or [job for job in group if missing(job)]]
    library.write()
    with _ended_workers_told():
        with bar("speaking") as progress:
            said = _say_all([job for group in groups for job in group], executor, progress)
        guided: list[list[tuple[Job, LayoutGuide]]] = []
        for group in groups:
            sayable = [job for job in group if not said.fault_of(job)]
            library.failures += [job.failure(fault) for job in group if (fault := said.fault_of(job))]
            try:
                guides = _in_step(sayable, said) if plan.together else _alike(sayable)
                guided.append([(job, guide) for job, guide in guides if missing(job)])
            except RequestError as error:
                library.failures += [job.failure(error) for job in sayable]
        with bar("making") as progress:
            for done, (job, made) in enumerate(_made(guided, storage, executor), 1):
                if isinstance(made, LibraryTrack):
                    library.entries[job.path] = made
                else:
                    library.failures.append(job.failure(made))
                library.write()
                progress(done, sum(map(len, guided)))
    library.write()
    return library


def make_track(job: Job, storage: Storage, guide: LayoutGuide = None, cores: int | None = None) -> LibraryTrack:
    """Makes a track in its place on ``storage``, by so many encoders; runs in any process, on any machine."""
    track = _composed(job, guide)
    with storage.making(job.path) as path:
        export(track.mix, path, track.metadata, job.settings.cache, quality=job.settings.quality, cores=cores)
        sha256 = digest(path)
    lufs = track.loudness
    return LibraryTrack(
        job.path,
        "made",
        track.timeline.duration_ms,
        round(lufs, 2) if math.isfinite(lufs) else None,
        sha256,
        job.key,
    )


def _composed(job: Job, guide: LayoutGuide) -> Track:
    if not isinstance(guide, SharedLayout):
        return compose(job.session, job.sounds, job.settings.cache, loudness=job.settings.loudness, earlier=guide)
    clips = speak(job.session.utterances, job.settings.cache)
    timeline = timeline_for(guide.common, job.session.meta.title, guide.utterances, clip_lengths(clips))
    utterances = tuple(filter(None, guide.utterances))
    return track_of(job.session, timeline, utterances, clips, job.sounds, job.settings.loudness, guide.levels)


def _say_all(jobs: Sequence[Job], executor: Executor | None, progress: Progress) -> _Said:
    """Says every sentence of some jobs once."""
    wanted = list({key_of(u): u for job in jobs for u in job.session.utterances}.values())
    tasks = [wanted[n : n + UTTERANCES_A_TASK] for n in range(0, len(wanted), UTTERANCES_A_TASK)]
    lengths: dict[ClipKey, int] = {}
    faults: dict[ClipKey, MettaError] = {}

    def keep(task: list[Utterance], told: list[int | MettaError]) -> None:
        for utterance, one in zip(task, told, strict=True):
            if isinstance(one, int):
                lengths[key_of(utterance)] = one
            else:
                faults[key_of(utterance)] = one
        progress(len(lengths) + len(faults), len(wanted))

    if executor is None:
        for task in tasks:
            keep(task, _say(task, jobs[0].settings.cache))
    else:
        running = {executor.submit(_say, task, jobs[0].settings.cache): task for task in tasks}
        for future in _ending(running):
            keep(running.pop(future), future.result())
    return _Said(lengths, faults)


def _say(utterances: Sequence[Utterance], cache: Cache) -> list[int | MettaError]:
    """The milliseconds of every utterance, said or known, or why it can't be said; runs in any process."""

    def attempt(utterance: Utterance) -> int | MettaError:
        try:
            return speaker.clip(utterance).length_ms
        except StorageError:
            raise
        except MettaError as error:
            return error

    with SpeechSynthesizer(cache) as speaker, ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(attempt, utterances))


def _alike(jobs: Sequence[Job]) -> list[tuple[Job, LayoutGuide]]:
    """The jobs of a meditation, with the layout that all keep to where they can."""
    guide: LayoutGuide = None
    for first in jobs:
        with suppress(RequestError):  # it is told when this job's turn comes; the next one shows the way
            track = compose(first.session, first.sounds, first.settings.cache, loudness=first.settings.loudness)
            guide = EmbeddedTimeline(track.timeline, track.metadata.provenance)
            break
    return [(job, guide) for job in jobs]


def _in_step(jobs: Sequence[Job], said: _Said) -> list[tuple[Job, LayoutGuide]]:
    """The jobs of a meditation, with the step that they all go in, which is a part of what decides their tracks.

    Raises RequestError where there is no time for the longest of all sentences.
    """
    if not jobs:
        return []
    synced = SyncedSessions([job.session for job in jobs])
    common = synced.common(lambda utterance: said.lengths[key_of(utterance)])
    track = compose(common, jobs[0].sounds, jobs[0].settings.cache, loudness=jobs[0].settings.loudness)
    return [
        (
            replace(job, key=synced_key(job.key, track.timeline)),
            SharedLayout(track.timeline, track.levels, synced.utterances_of(number)),
        )
        for number, job in enumerate(jobs)
    ]


def _made(
    groups: Sequence[Sequence[tuple[Job, LayoutGuide]]], storage: Storage, executor: Executor | None
) -> Iterator[tuple[Job, LibraryTrack | MettaError]]:
    """Every job with its track or with what went wrong, in the order in which they end.

    The first of a group comes before the others, which then find encoded what they have in common with it.
    """
    if executor is None:
        for job, guide in (guided for group in groups for guided in group):
            yield job, _attempt(job, storage, guide, None)
        return
    together = None if len(groups) == 1 else 1
    running: dict[Future[LibraryTrack | MettaError], tuple[Job, Sequence[tuple[Job, LayoutGuide]]]] = {}
    for (job, guide), *followers in filter(None, groups):
        running[executor.submit(_attempt, job, storage, guide, together)] = job, followers
    for future in _ending(running):
        done, others = running.pop(future)
        for job, guide in others:
            running[executor.submit(_attempt, job, storage, guide, 1)] = job, ()
        yield done, future.result()


def _ending(running: Mapping[Future[Any], object]) -> Iterator[Future[Any]]:
    """Futures as they end, until none is left; whoever takes one takes it out, and may put in more."""
    try:
        while running:
            yield from wait(running, return_when=FIRST_COMPLETED).done
    finally:
        for future in running:
            future.cancel()


@contextmanager
def _ended_workers_told() -> Iterator[None]:
    try:
        yield
    except BrokenExecutor:
        raise MachineError(
            "a worker was ended from outside; was there too little memory? Run it again, with fewer --jobs"
        ) from None


def _attempt(job: Job, storage: Storage, guide: LayoutGuide, cores: int | None) -> LibraryTrack | MettaError:
    """A job's track, or why it can't be made. Raises StorageError, as the next one would lack the same."""
    try:
        return make_track(job, storage, guide, cores)
    except StorageError:
        raise
    except MettaError as error:
        return error

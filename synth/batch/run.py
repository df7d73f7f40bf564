"""Makes the tracks of a plan, here or in any executor's workers, and keeps the library whole meanwhile.

Every sentence is spoken first, each once. Then every meditation is laid out: for its first listener, and the others'
layouts are aligned to that where they can be, or in step for all. One track of each meditation is encoded whole, and of
the others only what is personal.
"""

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from synth.batch.library import Library, LibraryTrack, read_tracks
from synth.batch.planning import BatchPlan, Job
from synth.batch.storage import Storage, digest
from synth.batch.track_key import synced_key
from synth.content_cache import Cache
from synth.errors import MachineError, MettaError, RequestError, StorageError
from synth.export.track import export
from synth.formats.provenance import EmbeddedTimeline
from synth.mix.levels import Levels
from synth.personalise.session import Utterance
from synth.pipeline import Bar, Progress, Track, clip_lengths, compose, no_bar, track_of
from synth.speech.clip import ClipKey, key_of
from synth.speech.synthesis import SpeechSynthesizer, speak
from synth.timeline.model import Timeline
from synth.timeline.sync import SyncedSessions, timeline_for

UTTERANCES_A_TASK = 100
"""How many one worker speaks before it takes more; it starts the engine for each task."""


@dataclass(frozen=True, slots=True)
class SharedLayout:
    """The timeline that all hear in step, its levels, and one listener's utterance for each of its sentences."""

    common: Timeline
    levels: Levels
    utterances: tuple[Utterance | None, ...]


LayoutGuide = EmbeddedTimeline | SharedLayout | None
"""What a track's layout is aligned to: another's timeline and levels, or the layout that all share."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The milliseconds of every sentence, and why some can't be spoken."""

    lengths: Mapping[ClipKey, int]
    faults: Mapping[ClipKey, MettaError]

    def fault_of(self, job: Job) -> MettaError | None:
        """Why a job can't be made; None where all of it is spoken."""
        return next((self.faults[key_of(u)] for u in job.session.utterances if key_of(u) in self.faults), None)


def make_batch(
    plan: BatchPlan,
    storage: Storage,
    executor: Executor | None = None,
    *,
    anonymous: bool = False,
    bar: Bar = no_bar,
) -> Library:
    """Makes every track of a plan that is not in ``storage`` already; without an executor, one after the other.

    The library is written after every track. A track that can't be made is one of its failures. ``bar`` opens the
    progress of what is spoken, and of what is made. Raises StorageError where the disk is full or can't be written to,
    and MachineError where a worker is ended from outside; what was made by then is in the library.
    """
    storage.remove_stale()
    library = Library(storage, [job.path for job in plan.jobs], anonymous, failures=[*plan.failures])
    former = read_tracks(storage)

    def missing(job: Job) -> bool:
        known = None if job.path in library.tracks else former.get(job.path)
        if known and known.key == job.key and known.sha256 == storage.digest(job.path):
            library.tracks[job.path] = replace(known, status="unchanged")
        return job.path not in library.tracks

    groups = [group for group in plan.groups if plan.together or [job for job in group if missing(job)]]
    library.write()
    with _ended_workers_told():
        with bar("speaking") as progress:
            spoken = _speak_all([job for group in groups for job in group], executor, progress)
        guided: list[list[tuple[Job, LayoutGuide]]] = []
        for group in groups:
            speakable = [job for job in group if not spoken.fault_of(job)]
            library.failures += [job.failure(fault) for job in group if (fault := spoken.fault_of(job))]
            try:
                guides = _in_step(speakable, spoken) if plan.together else _aligned(speakable)
                guided.append([(job, guide) for job, guide in guides if missing(job)])
            except RequestError as error:
                library.failures += [job.failure(error) for job in speakable]
        with bar("making") as progress:
            for done, (job, made) in enumerate(_made(guided, storage, executor), 1):
                if isinstance(made, LibraryTrack):
                    library.tracks[job.path] = made
                else:
                    library.failures.append(job.failure(made))
                library.write()
                progress(done, sum(map(len, guided)))
    library.write()
    return library


def make_track(job: Job, storage: Storage, guide: LayoutGuide = None, cores: int | None = None) -> LibraryTrack:
    """Makes a track in its place in ``storage``, with ``cores`` encoders; runs in any process, on any machine."""
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
    heard = tuple(clips[key_of(utterance)] for utterance in utterances)
    return track_of(job.session, timeline, utterances, heard, job.sounds, guide.levels, job.settings.loudness)


def _speak_all(jobs: Sequence[Job], executor: Executor | None, progress: Progress) -> _Spoken:
    """Speaks every sentence of some jobs, each once."""
    wanted = list({key_of(u): u for job in jobs for u in job.session.utterances}.values())
    tasks = [wanted[n : n + UTTERANCES_A_TASK] for n in range(0, len(wanted), UTTERANCES_A_TASK)]
    lengths: dict[ClipKey, int] = {}
    faults: dict[ClipKey, MettaError] = {}

    def take_in(task: list[Utterance], results: list[int | MettaError]) -> None:
        for utterance, result in zip(task, results, strict=True):
            if isinstance(result, int):
                lengths[key_of(utterance)] = result
            else:
                faults[key_of(utterance)] = result
        progress(len(lengths) + len(faults), len(wanted))

    if executor is None:
        for task in tasks:
            take_in(task, _speak(task, jobs[0].settings.cache))
    else:
        running = {executor.submit(_speak, task, jobs[0].settings.cache): task for task in tasks}
        for future in _ending(running):
            take_in(running.pop(future), future.result())
    return _Spoken(lengths, faults)


def _speak(utterances: Sequence[Utterance], cache: Cache) -> list[int | MettaError]:
    """The milliseconds of every utterance's clip, or why it can't be spoken; runs in any process."""

    def attempt(utterance: Utterance) -> int | MettaError:
        try:
            return synthesizer.clip(utterance).length_ms
        except StorageError:
            raise
        except MettaError as error:
            return error

    with SpeechSynthesizer(cache) as synthesizer, ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(attempt, utterances))


def _aligned(jobs: Sequence[Job]) -> list[tuple[Job, LayoutGuide]]:
    """The jobs of a meditation, with the first one's layout, which all are aligned to where they can be."""
    guide: LayoutGuide = None
    for first in jobs:
        with suppress(RequestError):  # this job fails again when its turn comes; the next one is laid out first
            track = compose(first.session, first.sounds, first.settings.cache, loudness=first.settings.loudness)
            guide = EmbeddedTimeline(track.timeline, track.metadata.provenance)
            break
    return [(job, guide) for job in jobs]


def _in_step(jobs: Sequence[Job], spoken: _Spoken) -> list[tuple[Job, LayoutGuide]]:
    """The jobs of a meditation, each with the layout that all share, which is part of their keys from now on.

    Raises RequestError where there is no time for the longest of all sentences.
    """
    if not jobs:
        return []
    synced = SyncedSessions([job.session for job in jobs])
    common = synced.common(lambda utterance: spoken.lengths[key_of(utterance)])
    track = compose(common, jobs[0].sounds, jobs[0].settings.cache, loudness=jobs[0].settings.loudness)
    return [
        (
            replace(job, key=synced_key(job.key, track.timeline, common.utterances)),
            SharedLayout(track.timeline, track.levels, synced.utterances_of(number)),
        )
        for number, job in enumerate(jobs)
    ]


def _made(
    groups: Sequence[Sequence[tuple[Job, LayoutGuide]]], storage: Storage, executor: Executor | None
) -> Iterator[tuple[Job, LibraryTrack | MettaError]]:
    """Every job with its track or with what went wrong, in the order in which they end.

    The first of a group is made before the others, which then find the chunks in common with it already encoded.
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
    """Futures as they end, until none is left; the caller takes each out of ``running``, and may put more in."""
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

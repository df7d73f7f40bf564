"""A track as a file. An MP3 is encoded by all cores at once, and no part of its sound is ever encoded twice.

An MP3 is made in chunks of 2.4 s. All that decides a chunk's bytes is known before it is mixed: the sentences, strokes
and beds that are heard in it and shortly before. That is its key in the cache. A chunk that was encoded before, for
this track or for any other that sounds the same there, is taken from the cache; neighbouring chunks that are missing
are mixed and encoded together, as a ``ChunkRange``.

An encoder's state depends on the sound before a chunk, too. At the start of a personal sentence, and where it has died
away, a fresh encoder begins (an *encoder reset*), so that the chunks that all listeners share are the same for all.
"""

import contextlib
import json
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from synth.audio.ffmpeg import ffmpeg
from synth.audio.pcm import AudioSegment
from synth.content_cache import Cache
from synth.formats.mp3 import MP3
from synth.formats.mp3_frames import CHUNK_MS, Chunk, ChunkRange, Mp3File, chunk_count
from synth.formats.track_file import new_track, write_track
from synth.formats.track_metadata import TrackMetadata
from synth.mix.mixer import BLOCK_MS, Mix

MAX_RANGE_CHUNKS = 25
"""A minute of sound for one encoder. With more, memory grows; with fewer, lead-ins take a larger share of the work."""

NEAR_CHUNKS = 2
_KEY_VERSION = "mp3 2"


def export(
    mix: Mix,
    path: Path,
    metadata: TrackMetadata,
    cache: Cache,
    *,
    quality: str | None = None,
    cores: int | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> None:
    """Writes a track to ``path``, whole or not at all; its ending names the format, ``quality`` one of that format's.

    ``cores`` is how many encoders an MP3 gets; its bytes don't depend on it. ``progress`` is told the milliseconds
    done, and of how many. Raises RequestError or StorageError where there can be no such file, ValueError where there
    is no such quality.
    """
    duration_ms = mix.timeline.duration_ms
    if path.suffix.lower() == ".mp3":
        quality = MP3.choose_quality(quality)
        chunks = _chunks(mix, quality, cache, cores or os.cpu_count() or 1)
        with new_track(path, metadata) as temporary, temporary.open("wb") as file, contextlib.closing(chunks):
            mp3 = Mp3File(file, quality)
            for number, chunk in enumerate(chunks, 1):
                mp3.append(chunk)
                progress(min(number * CHUNK_MS, duration_ms), duration_ms)
            mp3.finish(duration_ms)
        return

    def told() -> Iterator[AudioSegment]:
        for number, block in enumerate(mix.blocks(), 1):
            yield block
            progress(min(number * BLOCK_MS, duration_ms), duration_ms)

    write_track(path, metadata, told(), quality)


def _chunks(mix: Mix, quality: str, cache: Cache, cores: int) -> Generator[Chunk]:
    """All chunks in order; at most ``cores`` + 1 ranges are under way or wait to be written."""
    duration_ms = mix.timeline.duration_ms
    count = chunk_count(duration_ms)
    resets = _encoder_resets(mix)
    cache_keys = [_cache_key(mix, ChunkRange(n, n + 1, duration_ms, n in resets), quality) for n in range(count)]
    first_of = {cache_key: number for number, cache_key in reversed(list(enumerate(cache_keys)))}
    known = {cache_key: cache.find("mp3", cache_key) for cache_key in first_of}
    missing = sorted(number for cache_key, number in first_of.items() if known[cache_key] is None)
    pending = deque(_chunk_ranges(missing, resets, duration_ms, cores))

    def encode(chunk_range: ChunkRange) -> list[Chunk]:
        chunks = chunk_range.encode(mix.blocks(chunk_range.start_ms, chunk_range.end_ms), quality)
        for number, chunk in enumerate(chunks, chunk_range.first):
            cache.put("mp3", cache_keys[number], chunk.data, {"sizes": chunk.sizes})
        return chunks

    with ThreadPoolExecutor(cores) as pool:
        try:
            in_flight: deque[tuple[ChunkRange, Future[list[Chunk]]]] = deque()
            number = 0
            while number < count:
                while pending and len(in_flight) <= cores:
                    in_flight.append((pending[0], pool.submit(encode, pending.popleft())))
                if in_flight and in_flight[0][0].first == number:
                    chunk_range, chunks = in_flight.popleft()
                    yield from chunks.result()
                    number = chunk_range.end
                    continue
                entry = known[cache_keys[number]] or cache.find("mp3", cache_keys[number])
                if entry:
                    yield Chunk(entry.read(), tuple(entry.metadata["sizes"]))
                else:
                    yield encode(ChunkRange(number, number + 1, duration_ms, number in resets))[0]
                number += 1
        finally:
            pool.shutdown(cancel_futures=True)


def _cache_key(mix: Mix, chunk: ChunkRange, quality: str) -> str:
    """All that decides a chunk's bytes."""
    last = chunk.end == chunk_count(chunk.duration_ms)
    return json.dumps([_KEY_VERSION, Path(ffmpeg()).name, quality, last, mix.contents(chunk.start_ms, chunk.end_ms)])


def _encoder_resets(mix: Mix) -> frozenset[int]:
    """The chunks that a fresh encoder begins with: the first of a run of personal sentences, and the first after it."""
    resets: list[int] = []
    for start_ms, end_ms in mix.personal:
        first, end = start_ms // CHUNK_MS, min(-(-end_ms // CHUNK_MS), chunk_count(mix.timeline.duration_ms))
        if resets and first <= resets[-1]:
            resets[-1] = max(resets[-1], end)
        else:
            resets += [first, end]
    return frozenset(resets)


def _chunk_ranges(numbers: list[int], resets: frozenset[int], duration_ms: int, cores: int) -> Iterator[ChunkRange]:
    """Missing chunks, ``numbers``, as ranges: neighbours together, as many at a time as keep all cores busy to the end.

    Chunks up to ``NEAR_CHUNKS`` apart count as neighbours: to encode what lies between costs no more than a lead-in.
    """
    longest = max(1, min(MAX_RANGE_CHUNKS, -(-len(numbers) // cores)))
    first = 0
    for end in range(1, len(numbers) + 1):
        ends = end == len(numbers) or numbers[end] - numbers[end - 1] > NEAR_CHUNKS
        ends = ends or any(n in resets for n in range(numbers[end - 1] + 1, numbers[end] + 1))
        if ends or numbers[end] - numbers[first] >= longest:
            yield ChunkRange(numbers[first], numbers[end - 1] + 1, duration_ms, numbers[first] in resets)
            first = end

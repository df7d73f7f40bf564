"""A track as a file. An MP3 is encoded by all cores at once, and no stretch of its sound is ever encoded twice.

An MP3 is made in chunks of 2.4 s. What a chunk's bytes follow from is known before it is mixed: the sentences, strokes
and beds that are heard in it and shortly before. Chunks that were encoded before, for this track or for any other that
sounds alike there, are taken from the cache, and so is a bed's next round in a long silence; neighbours that are
missing are mixed and encoded together.

An encoder remembers, so a chunk follows from what was heard before it, too. Where a personal sentence begins and where
it has died away, the encoder begins anew: what all listeners hear then knows nothing of anybody's name.
"""

import contextlib
import json
import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from synth.audio import ffmpeg
from synth.cache import Cache
from synth.mix import BLOCK_MS, Mix
from synth.sinks.encoder import FORMATS, FileSink, new_track
from synth.sinks.mp3 import CHUNK_MS, Chunk, Mp3File, Stretch, chunk_count
from synth.sinks.tags import TrackInfo

LONGEST_STRETCH = 25
"""Chunks: a minute of sound for one encoder. Longer, and memory grows; shorter, and its beginnings cost more."""

NEAR_CHUNKS = 2

_RECIPE = "mp3 2"


def export(
    mix: Mix,
    path: Path,
    info: TrackInfo,
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
        quality = FORMATS[".mp3"].named(quality)
        chunks = _chunks(mix, quality, cache, cores or os.cpu_count() or 1)
        with new_track(path, info) as beside, beside.open("w+b") as file, contextlib.closing(chunks):
            mp3 = Mp3File(file, quality)
            for number, chunk in enumerate(chunks, 1):
                mp3.append(chunk)
                progress(min(number * CHUNK_MS, duration_ms), duration_ms)
            mp3.finish(duration_ms)
        return
    with FileSink(path, info, quality) as sink:
        for number, block in enumerate(mix.blocks(), 1):
            sink.write(block)
            progress(min(number * BLOCK_MS, duration_ms), duration_ms)


def _chunks(mix: Mix, quality: str, cache: Cache, cores: int) -> Generator[Chunk]:
    """All chunks in order; no more stretches are under way, or wait to be written, than there are cores and one."""
    duration_ms = mix.timeline.duration_ms
    count = chunk_count(duration_ms)
    joints = _joints(mix)
    recipes = [_recipe(mix, Stretch(n, n + 1, duration_ms, n in joints), quality) for n in range(count)]
    first_of = {recipe: number for number, recipe in reversed(list(enumerate(recipes)))}
    known = {recipe: cache.find("mp3", recipe) for recipe in first_of}
    missing = sorted(number for recipe, number in first_of.items() if known[recipe] is None)
    coming = deque(_stretches(missing, joints, duration_ms, cores))

    def encode(stretch: Stretch) -> list[Chunk]:
        chunks = stretch.encode(mix.blocks(stretch.start_ms, stretch.end_ms), quality)
        for number, chunk in enumerate(chunks, stretch.first):
            cache.keep("mp3", recipes[number], chunk.data, {"sizes": chunk.sizes})
        return chunks

    with ThreadPoolExecutor(cores) as pool:
        try:
            under_way: deque[tuple[Stretch, Future[list[Chunk]]]] = deque()
            number = 0
            while number < count:
                while coming and len(under_way) <= cores:
                    under_way.append((coming[0], pool.submit(encode, coming.popleft())))
                if under_way and under_way[0][0].first == number:
                    stretch, chunks = under_way.popleft()
                    yield from chunks.result()
                    number = stretch.end
                    continue
                entry = known[recipes[number]] or cache.find("mp3", recipes[number])
                if entry:
                    yield Chunk(entry.read(), tuple(entry.facts["sizes"]))
                else:
                    yield encode(Stretch(number, number + 1, duration_ms, number in joints))[0]
                number += 1
        finally:
            pool.shutdown(cancel_futures=True)


def _recipe(mix: Mix, chunk: Stretch, quality: str) -> str:
    """All that decides a chunk's bytes."""
    last = chunk.end == chunk_count(chunk.duration_ms)
    return json.dumps([_RECIPE, Path(ffmpeg()).name, quality, last, mix.contents(chunk.start_ms, chunk.end_ms)])


def _joints(mix: Mix) -> frozenset[int]:
    """The chunks before which an encoder begins anew: around personal sentences, those that meet taken as one."""
    joints: list[int] = []
    for start_ms, end_ms in mix.personal:
        first, end = start_ms // CHUNK_MS, -(-end_ms // CHUNK_MS)
        if joints and first <= joints[-1]:
            joints[-1] = max(joints[-1], end)
        else:
            joints += [first, end]
    return frozenset(joints)


def _stretches(numbers: list[int], joints: frozenset[int], duration_ms: int, cores: int) -> Iterator[Stretch]:
    """Neighbouring chunks together, as many at a time as keep all cores busy to the end.

    Chunks that are near count as neighbours: what lies between costs no more than another beginning.
    """
    longest = max(1, min(LONGEST_STRETCH, -(-len(numbers) // cores)))
    first = 0
    for end in range(1, len(numbers) + 1):
        ends = end == len(numbers) or numbers[end] - numbers[end - 1] > NEAR_CHUNKS
        ends = ends or any(n in joints for n in range(numbers[end - 1] + 1, numbers[end] + 1))
        if ends or numbers[end] - numbers[first] >= longest:
            yield Stretch(numbers[first], numbers[end - 1] + 1, duration_ms, numbers[first] in joints)
            first = end

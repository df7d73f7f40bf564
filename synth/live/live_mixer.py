"""The mix of a schedule, read block by block, and crossfaded into that of another schedule without a click."""

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import repeat
from typing import Self

import numpy as np
from numpy.typing import NDArray

from synth.audio.pcm import CHANNELS, WIDTH, AudioSegment, silence
from synth.live.schedule import CROSSFADE_MS, Schedule
from synth.live.speech_ahead import Unspoken
from synth.mix.levels import Levels
from synth.mix.mixer import Audible, Mix
from synth.personalise.session import Utterance
from synth.sounds.collection import Sounds
from synth.speech.clip import Clip
from synth.timeline.model import BedSpan, Cue, Speech, Strike, Timeline
from synth.units import RATE, ms_to_frames

BLOCK_MS = 48
"""Two MP3 frames."""

_CHUNK_MS = 2 * BLOCK_MS
"""How much is mixed at a time: a command waits for no more than that."""

_OPEN = 6
"""How many clips and bells are kept open: what sounds, what comes next, and what a command brings back."""

_BLOCK_FRAMES = ms_to_frames(BLOCK_MS)
Frames = NDArray[np.int32]
"""32-bit samples, ``(frames, 2)``."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """A timeline at the listener's levels, and the utterances of its sentences, in their order."""

    timeline: Timeline
    utterances: tuple[Utterance, ...]


class LiveMixer:
    """The mix of a schedule from a moment on, its voice and its bed as loud as the listener likes.

    ``voice_db`` and ``bed_db`` are in dB from what was planned; ``muted``: the voice is silent and keeps its time. They
    take effect with the next ``crossfade_to``. ``clip_of`` gives an utterance's clip. A thread opens what sounds next;
    leaving the mixer ends it.
    """

    def __init__(self, sounds: Sounds, levels: Levels, clip_of: Callable[[Utterance], Clip]) -> None:
        self._sounds = sounds
        self._levels = levels
        self._clip_of = clip_of
        self._heard: _Heard | None = None
        self._sound = _Sound(_silence())
        self._opener = _Opener()
        self.voice_db = 0.0
        self.bed_db = 0.0
        self.muted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._opener.close()

    def read(self) -> AudioSegment:
        """The next block: ``BLOCK_MS``, or less where the schedule ends."""
        data = self._sound.read().tobytes()
        return AudioSegment(data=data, sample_width=WIDTH, frame_rate=RATE, channels=CHANNELS)

    def crossfade_to(self, schedule: Schedule, now_ms: int, fade_ms: int = CROSSFADE_MS) -> None:
        """Crossfades into a schedule from ``now_ms`` on; what is the same in both sounds on as it is."""
        heard = self._as_heard(schedule)
        self._give_way(now_ms, fade_ms, heard)
        self._sound = _Sound(self._mixed(heard, now_ms), self._sound, fade_ms)
        self._heard = heard

    def add(self, schedule: Schedule, now_ms: int) -> None:
        """Goes on with a schedule that is the same but for what begins now; nothing is faded."""
        self._heard = self._as_heard(schedule)
        self._sound.go_on_with(self._mixed(self._heard, now_ms))

    def fade_out(self, now_ms: int, fade_ms: int = CROSSFADE_MS) -> None:
        """Crossfades into silence."""
        self._give_way(now_ms, fade_ms, None)
        self._sound = _Sound(_silence(), self._sound, fade_ms)
        self._heard = None

    def _mixed(self, heard: _Heard, now_ms: int) -> Iterator[Frames]:
        clips = tuple(map(self._clip_of, heard.utterances))
        mix = _Mix(heard.timeline, clips, self._sounds, self._levels, self._opener)
        mix.open_next(now_ms)
        for chunk in mix.blocks(now_ms, block_ms=_CHUNK_MS):
            frames = np.frombuffer(chunk.raw_data, "<i4").reshape(-1, CHANNELS)
            for first in range(0, len(frames), _BLOCK_FRAMES):
                yield frames[first : first + _BLOCK_FRAMES]

    def _as_heard(self, schedule: Schedule) -> _Heard:
        """The schedule's timeline at the listener's levels; a sentence that a command cut is silent."""
        cut = schedule.cut

        def heard(cue: Cue) -> Cue:
            if isinstance(cue, Speech):
                silent = self.muted or cue.start_ms in cut
                return replace(cue, level_db=-math.inf if silent else cue.level_db + self.voice_db)
            return replace(cue, level_lu=cue.level_lu + self.bed_db) if isinstance(cue, BedSpan) else cue

        timeline = schedule.timeline
        return _Heard(replace(timeline, cues=tuple(map(heard, timeline.cues))), schedule.utterances)

    def _give_way(self, now_ms: int, fade_ms: int, other: _Heard | None) -> None:
        """Silences what would begin during the fade and is not in the other timeline too."""
        if self._heard is None:
            return
        kept = set(_beginning(other.timeline, now_ms, fade_ms)) if other else set()
        lost = {name for name in _beginning(self._heard.timeline, now_ms, fade_ms) if name not in kept}
        if lost:
            cues = [
                replace(cue, level_db=-math.inf) if isinstance(cue, Speech | Strike) and _name(cue) in lost else cue
                for cue in self._heard.timeline.cues
            ]
            timeline = replace(self._heard.timeline, cues=tuple(cues))
            self._sound.go_on_with(self._mixed(replace(self._heard, timeline=timeline), now_ms))


class _Opener:
    """Opens clips and bells ahead of their time, in a thread, and keeps the last ``_OPEN`` of them."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "opener")
        self._kept: OrderedDict[Hashable, Future[AudioSegment]] = OrderedDict()

    def open(self, name: Hashable, how: Callable[[], AudioSegment]) -> "Future[AudioSegment]":
        """The sound of that name; ``how`` opens it where it isn't open."""
        if name not in self._kept:
            self._kept[name] = self._pool.submit(how)
        self._kept.move_to_end(name)
        while len(self._kept) > _OPEN:
            self._kept.popitem(last=False)
        return self._kept[name]

    def close(self) -> None:
        """Ends the thread."""
        self._pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class _Mix(Mix):
    """A mix whose clips and bells are opened by an ``_Opener``, each while the one before it sounds."""

    opener: _Opener

    def open_next(self, now_ms: int) -> None:
        """Has the sound opened that begins next."""
        coming = [audible for audible in self._audible if audible.start_ms > now_ms]
        following = min(coming, key=lambda audible: audible.start_ms, default=None)
        if following and not isinstance(following.sound, Unspoken):
            self._opened(following)

    def _open(self, one: Audible) -> AudioSegment:
        if isinstance(one.sound, Unspoken):
            return silence(0)
        segment = self._opened(one).result()
        self.open_next(one.start_ms)
        return segment

    def _opened(self, one: Audible) -> "Future[AudioSegment]":
        return self.opener.open((one.sound.entry.path, one.cue.level_db), partial(super()._open, one))


class _Sound:
    """Blocks, crossfaded for their first ``fade_ms`` with those of ``before``."""

    def __init__(self, blocks: Iterator[Frames], before: "_Sound | None" = None, fade_ms: int = 0) -> None:
        self._blocks = blocks
        self._before = before if fade_ms else None
        self._fade_frames = ms_to_frames(fade_ms)
        self._faded = 0

    def go_on_with(self, blocks: Iterator[Frames]) -> None:
        """Takes other blocks from here on; a fade under way goes on."""
        self._blocks = blocks

    def read(self) -> Frames:
        """The next block; shorter, at last empty, where it ends."""
        block = next(self._blocks, _EMPTY)
        if self._before is None:
            return block
        before = np.zeros(block.shape)
        given_way = self._before.read()[: len(block)]
        before[: len(given_way)] = given_way
        share = (self._faded + np.arange(len(block))) / self._fade_frames
        left = (before - block) * np.clip(1 - share, 0, 1)[:, None]
        self._faded += len(block)
        if self._faded >= self._fade_frames:
            self._before = None
        return np.asarray(block + np.rint(left), "<i4")


_EMPTY: Frames = np.zeros((0, CHANNELS), "<i4")


def _silence() -> Iterator[Frames]:
    return repeat(np.zeros((_BLOCK_FRAMES, CHANNELS), "<i4"))


def _name(cue: Speech | Strike) -> tuple[int, str]:
    return cue.start_ms, cue.text if isinstance(cue, Speech) else cue.sound


def _beginning(timeline: Timeline, now_ms: int, within_ms: int) -> Iterator[tuple[int, str]]:
    """The sentences and strokes that begin within so long."""
    cues: tuple[Speech | Strike, ...] = (*timeline.speech, *timeline.strikes)
    for cue in cues:
        if now_ms <= cue.start_ms < now_ms + within_ms:
            yield _name(cue)

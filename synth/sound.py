"""Bells and beds: what ships in ``audio_assets/``, or any sound file of the user's, brought to the project format once.

A bell is the sound as it is, without a step at its edges. A bed goes on for ever. Most are loops: the end is
crossfaded into the beginning, so that there is no seam. The file of some holds single waves instead, which follow one
another every 8 to 14 seconds in an order that is drawn anew all the time. All are kept decoded in the cache and read
from disk a stretch at a time.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from synth.audio import FRAME_BYTES, Samples, decode, from_raw, to_segment
from synth.cache import Cache, Entry, Facts
from synth.checked import did_you_mean
from synth.errors import RequestError
from synth.library import Ring, catalogue, shipped, shipped_ring
from synth.loudness import STEP_MS, energies, gated_loudness, true_peak
from synth.units import FRAMES_PER_MS, HOUR, db_to_gain, frames_to_ms, ms_to_frames

LOOP_CROSSFADE_MS = 4_000
WAVE_EVERY_MS, WAVE_EARLY_MS = 11_000, 1_500
"""A wave begins at most so much sooner or later than every eleven seconds: 8 to 14 s after the one before."""

PREVIEW_MS = 10_000

_PREVIEW_FADE_MS = 1_500
_PREVIEW_LUFS, _PREVIEW_DBTP = -20.0, -1.5
_WAVE_SWING_DB = 2.0
_ATTACK_MS, _RELEASE_MS = 2, 5
_AT_REST = 0.1  # of the largest amplitude in the first milliseconds
_CHUNK_MS = 10_000
_RECIPE = "sound 3"


@dataclass(frozen=True, slots=True)
class Sound:
    """A decoded sound: ``loudness`` in LUFS, ``peak`` an amplitude, full scale at 1; ``content`` its file's SHA-256.

    ``energies`` are K-weighted, per 100 ms. ``waves``: how many the body holds, 0 for none.
    """

    entry: Entry
    content: str
    length_ms: int
    loudness: float
    peak: float
    energies: tuple[float, ...]
    waves: int

    def samples(self) -> Samples:
        """The whole sound, ``(frames, 2)``, filled with silence to a whole millisecond."""
        whole = np.zeros((ms_to_frames(self.length_ms), 2))
        heard = from_raw(self.entry.read())
        whole[: len(heard)] = heard
        return whole

    def stretch(self, start_frame: int, frames: int) -> Samples:
        """A stretch of the endless bed, ``(frames, 2)``; the same frames are the same whatever stretch they are in."""
        return self._surf(start_frame, frames) if self.waves else self._loop(start_frame, frames)

    def phase(self, frame: int) -> int:
        """Where in the endless bed a frame is: frames of the same phase are followed by the same sound."""
        return frame if self.waves else frame % (self.entry.body_bytes // FRAME_BYTES)

    def bed_energies(self, steps: int) -> NDArray[np.float64]:
        """K-weighted energies of the endless bed, of so many times 100 ms from its beginning."""
        period, step = self.entry.body_bytes // FRAME_BYTES, ms_to_frames(STEP_MS)
        if not self.waves:
            return np.array(self.energies)[np.arange(steps) * step % period // step]
        length = period // self.waves
        return _surf_energies(np.array(self.energies).reshape(self.waves, -1), length, steps)

    def _loop(self, start: int, frames: int) -> Samples:
        period = self.entry.body_bytes // FRAME_BYTES
        pieces = []
        at = start % period
        while frames > 0:
            stretch = min(frames, period - at)
            pieces.append(self._frames(at, at + stretch))
            frames -= stretch
            at = 0
        return np.concatenate(pieces)

    def _surf(self, start: int, frames: int) -> Samples:
        length = self.entry.body_bytes // FRAME_BYTES // self.waves
        mixed = np.zeros((frames, 2))
        for wave in waves_between(start, start + frames, length, self.waves):
            first, last = max(start, wave.start), min(start + frames, wave.start + length)
            into = wave.number * length - wave.start
            mixed[first - start : last - start] += wave.heard(self._frames(into + first, into + last))
        return mixed

    def _frames(self, start: int, end: int) -> Samples:
        return from_raw(self.entry.read(start * FRAME_BYTES, end * FRAME_BYTES))


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave as it comes: which one of the file, at which frame, how strong, and whether its sides are changed."""

    number: int
    start: int
    gain: float
    mirrored: bool

    def heard(self, samples: Samples) -> Samples:
        """Samples ``(frames, 2)`` of the file as they sound here."""
        return self.gain * (samples[:, ::-1] if self.mirrored else samples)


def waves_between(start: int, end: int, length: int, count: int) -> Iterator[Wave]:
    """The waves, each ``length`` frames long, that sound somewhere between two frames of an endless bed.

    It was going on before its frame 0: there too waves are under way.
    """
    every, early = ms_to_frames(WAVE_EVERY_MS), ms_to_frames(WAVE_EARLY_MS)
    under_way = length + every
    first = (start + under_way - length - early) // every
    last = (end + under_way + early) // every
    turn = count // 2
    for nth in range(max(0, first), last + 1):
        wave = _drawn(nth // turn, turn)[nth % turn]
        at = nth * every + wave.start - under_way
        if start - length < at < end:
            yield replace(wave, start=at)


@lru_cache(maxsize=8)
def _drawn(nth: int, turn: int) -> tuple[Wave, ...]:
    """The nth turn of waves, their starts told from when they would come if all came evenly.

    The two halves of a file take turns, each shuffled anew, so that no wave comes twice in a row.
    """
    order, times, strengths, sides = np.random.RandomState(nth).random_sample((4, turn))
    return tuple(
        Wave(
            number=int(number) + nth % 2 * turn,
            start=round((2 * time - 1) * ms_to_frames(WAVE_EARLY_MS)),
            gain=db_to_gain((2 * strength - 1) * _WAVE_SWING_DB),
            mirrored=bool(side < 0.5),
        )
        for number, time, strength, side in zip(np.argsort(order), times, strengths, sides, strict=True)
    )


class Sounds:
    """Sounds by shipped name or by file; a file is looked for in ``folders``, in their order.

    Sent to another machine, where those files need not be, they are known by their content, and found in the cache.
    """

    def __init__(self, cache: Cache, folders: Iterable[Path]) -> None:
        self._cache = cache
        self._folders = tuple(folders)
        self._opened: dict[tuple[str, str], Sound] = {}
        self._contents: dict[tuple[str, str], str] = {}

    def __getstate__(self) -> dict[str, Any]:
        """Without the opened ones, whose entries lie where this machine has its cache."""
        contents = self._contents | {key: sound.content for key, sound in self._opened.items()}
        return self.__dict__ | {"_opened": {}, "_contents": contents}

    def find(self, name: str, kind: Literal["bell", "bed"]) -> Path:
        """The file of a sound. Raises RequestError where there is none, or the shipped one is of the other kind."""
        known = catalogue()
        if name in known:
            if known[name].kind != kind:
                raise RequestError(f"'{name}' is a {known[name].kind}, not a {kind}; see metta sounds")
            return shipped("audio_assets") / known[name].file
        for folder in self._folders:
            if (folder / name).is_file():
                return folder / name
        near = did_you_mean(name, [sound for sound, info in known.items() if info.kind == kind])
        raise RequestError(f"there is no {kind} '{name}'{near or ', neither shipped (see metta sounds) nor a file'}")

    def ring(self, name: str) -> Ring:
        """How long a bell rings: as the catalogue says, or all of a file."""
        known = shipped_ring(name)
        if known:
            return known
        length = self.bell(name).length_ms
        return Ring(length, length)

    def bell(self, name: str) -> Sound:
        """A sound to be struck. Raises RequestError where it can't be read."""
        return self._open(name, "bell")

    def bell_of(self, name: str, content: str) -> Sound:
        """The bell whose file had this SHA-256: as it is found by its name, or kept in the cache since it was struck.

        Raises RequestError where there is neither.
        """
        try:
            found = self.bell(name)
        except RequestError:
            found = None
        return found if found and found.content == content else self._kept(name, content)

    def bed(self, name: str) -> Sound:
        """A sound that goes on for ever. Raises RequestError where it can't be read."""
        return self._open(name, "bed")

    def preview(self, name: str) -> Samples:
        """Ten seconds of a shipped sound, ``(frames, 2)``, its edges faded.

        Bells and beds are as loud as each other, by what is heard of them, as far as their peaks allow.
        """
        frames = ms_to_frames(PREVIEW_MS)
        ramp = _rising(ms_to_frames(_PREVIEW_FADE_MS))
        heard = np.zeros((frames, 2))
        if catalogue()[name].kind == "bell":
            sound = self.bell(name)
            loudness = gated_loudness(np.array(sound.energies[: PREVIEW_MS // STEP_MS]))
            stroke = sound.samples()[:frames]
            heard[: len(stroke)] = stroke
        else:
            sound = self.bed(name)
            loudness = sound.loudness
            heard[:] = sound.stretch(0, frames)
            heard[: len(ramp)] *= ramp
        heard[-len(ramp) :] *= ramp[::-1]
        return heard * min(db_to_gain(_PREVIEW_LUFS - loudness), db_to_gain(_PREVIEW_DBTP) / sound.peak)

    def _kept(self, name: str, content: str) -> Sound:
        def gone(body: BinaryIO) -> Facts:
            raise RequestError(f"the bell '{name}' is not here any more as it was; put its file beside the track")

        return _sound(self._cache.entry("sound", _recipe(content, "bell"), gone), content)

    def _open(self, name: str, kind: Literal["bell", "bed"]) -> Sound:
        if (name, kind) not in self._opened:
            info = catalogue().get(name)
            waves = (info and info.waves) or 0
            content = self._contents.get((name, kind), "")
            entry = self._cache.find("sound", _recipe(content, kind, waves)) if content else None
            if entry is None:
                path = self.find(name, kind)
                with path.open("rb") as file:
                    found = hashlib.file_digest(file, "sha256").hexdigest()
                if content and content != found:
                    raise RequestError(f"{path}: this sound was changed meanwhile; begin again")
                content = found
                entry = self._cache.entry(
                    "sound", _recipe(content, kind, waves), lambda body: _prepare(path, kind, waves, body)
                )
            self._opened[name, kind] = _sound(entry, content)
        return self._opened[name, kind]


def _recipe(content: str, kind: Literal["bell", "bed"], waves: int = 0) -> str:
    return json.dumps([_RECIPE, content, kind, waves])


def _sound(entry: Entry, content: str) -> Sound:
    return Sound(entry, content, **entry.facts | {"energies": tuple(entry.facts["energies"])})


def _prepare(path: Path, kind: Literal["bell", "bed"], waves: int, body: BinaryIO) -> Facts:
    """Decodes a file into ``body`` as it will be heard, and returns the facts of a Sound."""
    for chunk in decode(path):
        body.write(chunk)
    if kind == "bell":
        _ease_edges(body)
    elif not waves:
        _close_loop(body)
    frames = body.tell() // FRAME_BYTES
    length = frames // waves if waves else ms_to_frames(_CHUNK_MS)
    steps: list[NDArray[np.float64]] = []
    peak = 0.0
    body.seek(0)
    while raw := body.read(length * FRAME_BYTES):
        samples = from_raw(raw)
        steps.append(energies(samples))
        peak = max(peak, true_peak(samples))
    if peak == 0.0:
        raise RequestError(f"{path}: this sound file is silent from beginning to end")
    heard = _surf_energies(np.array(steps), length, HOUR // STEP_MS) if waves else np.concatenate(steps)
    return {
        "length_ms": frames_to_ms(frames),
        "loudness": gated_loudness(heard),
        "peak": peak,
        "energies": [float(f"{energy:.6g}") for energy in np.concatenate(steps)],
        "waves": waves,
    }


def _surf_energies(waves: NDArray[np.float64], length: int, steps: int) -> NDArray[np.float64]:
    """The energies per 100 ms of waves that follow one another, each ``length`` frames long; unrelated, they add up.

    ``waves``: the energies of every wave of a file, ``(waves, steps)``.
    """
    step = ms_to_frames(STEP_MS)
    total = np.zeros(steps)
    for wave in waves_between(0, steps * step, length, len(waves)):
        at = wave.start // step
        heard = waves[wave.number][max(0, -at) : steps - at] * wave.gain**2
        total[max(0, at) : max(0, at) + len(heard)] += heard
    return total


def _ease_edges(body: BinaryIO) -> None:
    """Lets a bell begin and end without a step.

    Its end always fades, within 5 ms; its beginning only where the file does not begin at rest, as a stroke's first
    milliseconds are its character.
    """
    frames = body.tell() // FRAME_BYTES
    attack, release = min(ms_to_frames(_ATTACK_MS), frames), min(ms_to_frames(_RELEASE_MS), frames)
    body.seek(0)
    head = from_raw(body.read(attack * FRAME_BYTES))
    if np.abs(head[0]).max() > _AT_REST * np.abs(head).max():
        body.seek(0)
        body.write(to_segment(head * _rising(attack)).raw_data)
    body.seek((frames - release) * FRAME_BYTES)
    tail = from_raw(body.read(release * FRAME_BYTES))
    body.seek((frames - release) * FRAME_BYTES)
    body.write(to_segment(tail * _rising(release)[::-1]).raw_data)


def _rising(frames: int) -> Samples:
    """Half a Hann window, ``(frames, 1)``: from 0 to 1 without a corner."""
    ramp: Samples = np.sin((np.arange(frames) + 0.5) / frames * np.pi / 2)[:, None] ** 2
    return ramp


def _close_loop(body: BinaryIO) -> None:
    """Crossfades a sound's end into its beginning and cuts the end off.

    The gains are equal-power ones, divided by the level that the measured correlation of the two stretches
    would add: a loop that is periodic already comes out unchanged, unrelated ends keep their power.
    """
    frames = body.tell() // FRAME_BYTES
    overlap = min(LOOP_CROSSFADE_MS * FRAMES_PER_MS, frames // 4)
    body.seek(0)
    head = from_raw(body.read(overlap * FRAME_BYTES))
    body.seek((frames - overlap) * FRAME_BYTES)
    tail = from_raw(body.read(overlap * FRAME_BYTES))
    power = np.sqrt(np.sum(head**2) * np.sum(tail**2))
    correlation = float(np.sum(head * tail) / power) if power else 0.0
    angle = (np.arange(overlap) + 0.5) / overlap * np.pi / 2
    rising, falling = np.sin(angle), np.cos(angle)
    level = np.sqrt(1 + 2 * rising * falling * max(0.0, correlation))
    blended = (head * rising[:, None] + tail * falling[:, None]) / level[:, None]
    body.seek(0)
    body.write(to_segment(blended).raw_data)
    body.truncate((frames - overlap) * FRAME_BYTES)
    body.seek(0, 2)

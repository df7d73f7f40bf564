"""Bells and beds: what ships in ``audio_assets/``, or any sound file of the user's, brought to the project format once.

A bell is the sound as it is. A bed is made to loop: its end is crossfaded into its beginning, so that it goes on for
hours without a seam. Both are kept decoded in the cache and read from disk a stretch at a time.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np

from synth.audio import FRAME_BYTES, Samples, decode, from_raw, to_segment
from synth.cache import Cache, Entry, Facts
from synth.checked import did_you_mean
from synth.errors import RequestError
from synth.library import Ring, catalogue, shipped, shipped_ring
from synth.loudness import energies, gated_loudness, true_peak
from synth.units import FRAMES_PER_MS, frames_to_ms, ms_to_frames

LOOP_CROSSFADE_MS = 4_000
_RECIPE = "sound 1"


@dataclass(frozen=True, slots=True)
class Sound:
    """A decoded sound: ``loudness`` in LUFS, ``peak`` an amplitude, full scale at 1; ``content`` its file's SHA-256.

    ``energies`` are K-weighted, per 100 ms; only a bell's are kept.
    """

    entry: Entry
    content: str
    length_ms: int
    loudness: float
    peak: float
    energies: tuple[float, ...]

    def samples(self) -> Samples:
        """The whole sound, ``(frames, 2)``, filled with silence to a whole millisecond."""
        whole = np.zeros((ms_to_frames(self.length_ms), 2))
        heard = from_raw(self.entry.read())
        whole[: len(heard)] = heard
        return whole

    def looped(self, start_frame: int, frames: int) -> Samples:
        """A stretch of the endless loop, ``(frames, 2)``."""
        period = self.entry.body_bytes // FRAME_BYTES
        pieces = []
        at = start_frame % period
        while frames > 0:
            stretch = min(frames, period - at)
            pieces.append(from_raw(self.entry.read(at * FRAME_BYTES, (at + stretch) * FRAME_BYTES)))
            frames -= stretch
            at = 0
        return np.concatenate(pieces)


class Sounds:
    """Sounds by shipped name or by file; a file is looked for in ``folders``, in their order."""

    def __init__(self, cache: Cache, folders: Iterable[Path]) -> None:
        self._cache = cache
        self._folders = tuple(folders)
        self._opened: dict[tuple[str, str], Sound] = {}

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
        """A sound to be looped. Raises RequestError where it can't be read."""
        return self._open(name, "bed")

    def _kept(self, name: str, content: str) -> Sound:
        def gone(body: BinaryIO) -> Facts:
            raise RequestError(f"the bell '{name}' is not here any more as it was; put its file beside the track")

        entry = self._cache.entry("sound", json.dumps([_RECIPE, content, "bell"]), gone)
        return Sound(entry, content, **entry.facts | {"energies": tuple(entry.facts["energies"])})

    def _open(self, name: str, kind: Literal["bell", "bed"]) -> Sound:
        if (name, kind) not in self._opened:
            path = self.find(name, kind)
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            recipe = json.dumps([_RECIPE, content, kind])
            entry = self._cache.entry("sound", recipe, lambda body: _prepare(path, kind == "bed", body))
            facts = entry.facts | {"energies": tuple(entry.facts["energies"])}
            self._opened[name, kind] = Sound(entry, content, **facts)
        return self._opened[name, kind]


def _prepare(path: Path, loops: bool, body: BinaryIO) -> Facts:
    """Decodes a file into ``body`` and returns the facts of a Sound."""
    steps: list[float] = []
    peak = 0.0
    for chunk in decode(path):
        body.write(chunk)
        samples = from_raw(chunk)
        steps.extend(energies(samples))
        peak = max(peak, true_peak(samples))
    if peak == 0.0:
        raise RequestError(f"{path}: this sound file is silent from beginning to end")
    if loops:
        _close_loop(body)
    return {
        "length_ms": frames_to_ms(body.tell() // FRAME_BYTES),
        "loudness": gated_loudness(np.array(steps)),
        "peak": peak,
        "energies": [] if loops else [float(f"{energy:.6g}") for energy in steps],
    }


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

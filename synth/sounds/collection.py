"""Bells and beds: what ships in ``audio_assets/``, or any sound file of the user's, brought to the project format once.

A bell is the sound as it is, without a step at its edges. A bed goes on for ever. Most are loops: the end is
crossfaded into the beginning, so that there is no seam. The file of some holds single waves instead, which follow one
another every 8 to 14 seconds in an order that is drawn anew all the time. All are kept decoded in the cache and read
from disk a stretch at a time.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np

from synth.audio.loudness import STEP_MS, gated_loudness
from synth.audio.pcm import Samples
from synth.content_cache import Cache, CacheEntry, Metadata
from synth.errors import RequestError
from synth.paths import shipped_folder
from synth.sounds.catalogue import catalogue, shipped_ring
from synth.sounds.prepare import prepare_sound, rising_ramp
from synth.sounds.sound import Sound
from synth.timeline.model import BellDuration
from synth.units import db_to_gain, ms_to_frames
from synth.wording import did_you_mean

PREVIEW_MS = 10_000
_PREVIEW_FADE_MS = 1_500
_PREVIEW_LUFS, _PREVIEW_DBTP = -20.0, -1.5


_KEY_VERSION = "sound 3"


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
            return shipped_folder("audio_assets") / known[name].file
        for folder in self._folders:
            if os.path.isfile(folder / name):  # a Path raises where a name is too long, or a folder locked
                return folder / name
        near = did_you_mean(name, [sound for sound, info in known.items() if info.kind == kind])
        raise RequestError(f"there is no {kind} '{name}'{near or ', neither shipped (see metta sounds) nor a file'}")

    def bell_duration(self, name: str) -> BellDuration:
        """How long a bell rings: as the catalogue says, or all of a file."""
        known = shipped_ring(name)
        if known:
            return known
        length = self.bell(name).length_ms
        return BellDuration(length, length)

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
        ramp = rising_ramp(ms_to_frames(_PREVIEW_FADE_MS))
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
        def gone(body: BinaryIO) -> Metadata:
            raise RequestError(f"the bell '{name}' is not here any more as it was; put its file beside the track")

        return _sound(self._cache.entry("sound", _cache_key(content, "bell"), gone), content)

    def _open(self, name: str, kind: Literal["bell", "bed"]) -> Sound:
        if (name, kind) not in self._opened:
            info = catalogue().get(name)
            waves = (info and info.waves) or 0
            content = self._contents.get((name, kind), "")
            entry = self._cache.find("sound", _cache_key(content, kind, waves)) if content else None
            if entry is None:
                path = self.find(name, kind)
                found = _digest(path)
                if content and content != found:
                    raise RequestError(f"{path}: this sound was changed meanwhile; begin again")
                content = found
                entry = self._cache.entry(
                    "sound", _cache_key(content, kind, waves), lambda body: prepare_sound(path, kind, waves, body)
                )
            self._opened[name, kind] = _sound(entry, content)
        return self._opened[name, kind]


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise RequestError(f"{path}: this sound can't be read ({error.strerror})") from None


def _cache_key(content: str, kind: Literal["bell", "bed"], waves: int = 0) -> str:
    return json.dumps([_KEY_VERSION, content, kind, waves])


def _sound(entry: CacheEntry, content: str) -> Sound:
    return Sound(entry, content, **entry.metadata | {"energies": tuple(entry.metadata["energies"])})

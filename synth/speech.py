"""Third stage: every utterance of a session as a clip on disk, spoken once and kept by its content.

A clip is trimmed to its first and last audible sound, so that a pause asked is a pause heard, and then given its
treatment; what the room adds behind its last sound rings on into the pause. It is kept in stereo, 16-bit, at the
engine's rate, with what the mix must know of it before it is opened.
"""

import json
import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, Self

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.audio import Samples
from synth.cache import Cache, Entry, Facts
from synth.errors import VoiceError
from synth.loudness import STEP_MS, energies, gated_loudness, true_peak
from synth.personalise import Style, Utterance
from synth.treatment import TREATMENTS, treat
from synth.units import FRAMES_PER_MS, RATE, db_to_gain, frames_to_ms
from synth.voices import EngineFault, Recording, Voice, VoiceInfo, choose_voice, listing, open_voice, split_name

ATTEMPTS = 3
AUDIBLE_LU = -30.0
"""What lies further than this under an utterance's own loudness, at its two ends, is not heard as speech."""

SILENT_LUFS = -70.0
"""A recording no louder than this, the absolute gate of BS.1770, is silence."""

_EDGE_MS = 2
_MEASURING = threading.Lock()
"""One clip after the other, so that more cores take no more memory."""

_RECIPE = "clip 3"


@dataclass(frozen=True, slots=True)
class Clip:
    """A spoken utterance: the voice's name, ``length_ms`` of speech, its loudness and its true peak.

    ``room_ms`` is how long the room rings on behind the speech. ``energies`` are K-weighted, per 100 ms; ``peak`` is
    an amplitude, full scale at 1.
    """

    entry: Entry
    voice: str
    rate: int
    length_ms: int
    room_ms: int
    loudness: float
    peak: float
    energies: tuple[float, ...]

    @property
    def take(self) -> float:
        """What tells this take from any other of the same words: its loudness, to a millionth."""
        return round(self.loudness, 6)

    def samples(self) -> Samples:
        """The clip at the project rate, of shape ``((length_ms + room_ms) × 48, 2)``."""
        treated = np.frombuffer(self.entry.read(), "<i2").reshape(-1, 2) / 32768
        resampled = treated if self.rate == RATE else soxr.resample(treated, self.rate, RATE, quality="VHQ")
        samples = np.zeros(((self.length_ms + self.room_ms) * FRAMES_PER_MS, 2))
        samples[: len(resampled)] = resampled[: len(samples)]
        return samples


ClipKey = tuple[str, Style]
"""What a clip is known by: what is spoken, and how."""

Clips = dict[ClipKey, Clip]


def key_of(utterance: Utterance) -> ClipKey:
    """What an utterance's clip is known by."""
    return utterance.spoken, utterance.style


class Speaker:
    """Says utterances, each once, and keeps what it said; asked from several threads at once.

    An engine is started when something is to be said that never was, and ended when the speaker is left.
    """

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._opened: dict[str, Voice] = {}
        self._chosen: dict[Style, tuple[Voice, str, VoiceInfo]] = {}
        self._choosing = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for voice in self._opened.values():
            voice.close()

    def choose(self, style: Style) -> tuple[Voice, str, VoiceInfo]:
        """The engine, its version, and which of its voices speaks a style. Raises VoiceError where there is none."""
        with self._choosing:
            if style not in self._chosen:
                engine, voice_id = split_name(style.voice)
                voice = self._opened.setdefault(engine, open_voice(engine))
                there = listing(voice, self._cache)
                self._chosen[style] = voice, there.version, choose_voice(there.voices, voice_id, style.language)
            return self._chosen[style]

    def known(self, utterance: Utterance) -> Clip | None:
        """The clip of an utterance that was said before."""
        entry = self._cache.find("speech", self._recipe(utterance))
        return _clip(entry) if entry else None

    def clip(self, utterance: Utterance) -> Clip:
        """The clip of an utterance, said now where it never was.

        Raises VoiceError where it can't be spoken, after ``ATTEMPTS`` tries; nothing ever stands in for it.
        """
        voice, _, info = self.choose(utterance.style)
        treatment = utterance.style.treatment or info.treatment
        recipe = self._recipe(utterance)
        return _clip(self._cache.entry("speech", recipe, lambda file: _record(utterance, voice, info, treatment, file)))

    def _recipe(self, utterance: Utterance) -> str:
        style = utterance.style
        _, version, info = self.choose(style)
        done_to_it = repr(TREATMENTS[style.treatment or info.treatment])
        return json.dumps([_RECIPE, version, info.id, style.rate, done_to_it, utterance.spoken])


def speak(
    utterances: Iterable[Utterance],
    cache: Cache,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Clips:
    """A clip for every utterance, equal ones spoken once; ``progress`` is told how many of how many are there.

    While an engine says one utterance, others are treated. Raises VoiceError where an utterance can't be spoken.
    """
    wanted = {key_of(u): u for u in utterances}
    clips: Clips = {}
    pool = ThreadPoolExecutor(os.cpu_count())
    with Speaker(cache) as speaker:
        try:
            for _, style in wanted:
                speaker.choose(style)
            coming = {key: pool.submit(speaker.clip, u) for key, u in wanted.items()}
            for key, clip in coming.items():
                clips[key] = clip.result()
                progress(len(clips), len(wanted))
        finally:
            pool.shutdown(cancel_futures=True)
    return clips


def _clip(entry: Entry) -> Clip:
    return Clip(entry, **entry.facts | {"energies": tuple(entry.facts["energies"])})


def _record(utterance: Utterance, voice: Voice, info: VoiceInfo, treatment: str, file: BinaryIO) -> Facts:
    """Speaks an utterance, treats it and writes it as 16-bit samples; what the mix must know of it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            recording = voice.speak(utterance.spoken, info.id, utterance.style.rate)
            dry = _trimmed(recording)
            break
        except EngineFault as fault:
            if attempt == ATTEMPTS:
                raise VoiceError(
                    f"{utterance.place}: the voice '{info.id}' did not say '{utterance.spoken}' "
                    f"in {ATTEMPTS} tries: {fault}"
                ) from None
    treated = treat(dry, recording.rate, treatment)
    file.write(treated.astype("<i2").tobytes())
    with _MEASURING:
        return {"voice": info.name, "rate": recording.rate} | _measured(treated, len(dry), recording.rate)


def _measured(treated: NDArray[np.int16], dry_frames: int, rate: int) -> Facts:
    samples = treated / 32768
    whole_ms, length_ms = (frames_to_ms(-(-frames * RATE // rate)) for frames in (len(treated), dry_frames))
    steps = energies(samples, rate)
    return {
        "length_ms": length_ms,
        "room_ms": whole_ms - length_ms,
        "loudness": gated_loudness(steps[: -(-length_ms // STEP_MS)]),
        "peak": true_peak(samples, rate),
        "energies": [float(f"{energy:.6g}") for energy in steps],
    }


def _trimmed(recording: Recording) -> NDArray[np.int16]:
    """A recording from its first audible sound to its last, its edges without a step.

    Raises EngineFault where nothing can be heard.
    """
    recorded, rate = recording.samples, recording.rate
    if not recorded.any():
        raise EngineFault("the engine gave silence" if len(recorded) else "the engine gave an empty file")
    loudness = gated_loudness(energies(recorded / 32768, rate))
    if loudness <= SILENT_LUFS:
        raise EngineFault("the engine gave nothing that can be heard")
    threshold = 32768 * db_to_gain(loudness + AUDIBLE_LU)
    audible = np.nonzero(np.abs(recorded.astype(np.int32)) > threshold)[0]
    trimmed = recorded[audible[0] : audible[-1] + 1].astype(np.float64)
    edge = min(_EDGE_MS * rate // 1000, len(trimmed) // 2)
    ramp = (np.arange(edge) + 0.5) / edge
    trimmed[:edge] *= ramp
    trimmed[len(trimmed) - edge :] *= ramp[::-1]
    return np.rint(trimmed).astype(np.int16)

"""Third stage: every utterance of a session as a clip on disk, spoken once and kept by its content.

A clip is trimmed to its first and last audible sound, so that a pause asked is a pause heard. It is kept as the
engine made it, mono 16-bit at the engine's rate, with what the mix must know of it before it is opened.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.audio import Samples
from synth.cache import Cache, Entry, Facts
from synth.errors import VoiceError
from synth.loudness import energies, gated_loudness, true_peak
from synth.personalise import Style, Utterance
from synth.units import RATE, db_to_gain, frames_to_ms
from synth.voices import EngineFault, Voice, VoiceInfo, choose_voice, open_voice, split_name

ATTEMPTS = 3
AUDIBLE_LU = -30.0
"""What lies further than this under an utterance's own loudness, at its two ends, is not heard as speech."""

SILENT_LUFS = -70.0
"""A recording no louder than this, the absolute gate of BS.1770, is silence."""

_RECIPE = "clip 1"


@dataclass(frozen=True, slots=True)
class Clip:
    """A spoken utterance: the voice's name, ``length_ms`` of sound, its loudness from both loudspeakers, its true peak.

    ``energies`` are K-weighted, per 100 ms; ``peak`` is an amplitude, full scale at 1.
    """

    entry: Entry
    voice: str
    rate: int
    length_ms: int
    loudness: float
    peak: float
    energies: tuple[float, ...]

    def samples(self) -> Samples:
        """The clip at the project rate, mono, of shape ``(length_ms × 48,)``."""
        return _at_project_rate(np.frombuffer(self.entry.read(), "<i2") / 32768, self.rate)


Clips = dict[tuple[str, Style], Clip]
"""Clips by what is spoken and how."""


def speak(
    utterances: Iterable[Utterance],
    cache: Cache,
    *,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Clips:
    """A clip for every utterance, equal ones spoken once; ``progress`` is told how many of how many are there.

    Raises VoiceError where an utterance can't be spoken, after it was tried ``ATTEMPTS`` times; nothing
    ever stands in for it.
    """
    wanted = {(u.spoken, u.style): u for u in utterances}
    clips: Clips = {}
    opened: dict[str, Voice] = {}
    chosen: dict[Style, tuple[Voice, VoiceInfo]] = {}
    try:
        for key, utterance in wanted.items():
            style = utterance.style
            if style not in chosen:
                engine, voice_id = split_name(style.voice)
                voice = opened.setdefault(engine, open_voice(engine))
                chosen[style] = voice, choose_voice(voice.voices(), voice_id, style.language)
            clips[key] = _clip(utterance, *chosen[style], cache)
            progress(len(clips), len(wanted))
    finally:
        for voice in opened.values():
            voice.close()
    cache.trim()
    return clips


def _clip(utterance: Utterance, voice: Voice, info: VoiceInfo, cache: Cache) -> Clip:
    recipe = json.dumps([_RECIPE, voice.version, info.id, utterance.style.rate, utterance.spoken])
    entry = cache.entry("speech", recipe, lambda file: _record(utterance, voice, info, file))
    return Clip(entry, **entry.facts | {"energies": tuple(entry.facts["energies"])})


def _record(utterance: Utterance, voice: Voice, info: VoiceInfo, file: BinaryIO) -> Facts:
    """Speaks an utterance and writes it as 16-bit samples; what the mix must know of it."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            recording = voice.speak(utterance.spoken, info.id, utterance.style.rate)
            samples, facts = _measured(recording.samples, recording.rate)
            file.write(samples.astype("<i2").tobytes())
            return facts | {"voice": info.name}
        except EngineFault as fault:
            if attempt == ATTEMPTS:
                raise VoiceError(
                    f"{utterance.place}: the voice '{info.id}' did not say '{utterance.spoken}' "
                    f"in {ATTEMPTS} tries: {fault}"
                ) from None
    raise AssertionError("the last attempt returns or raises")


def _measured(recorded: NDArray[np.int16], rate: int) -> tuple[NDArray[np.int16], Facts]:
    """A recording trimmed to what is audible, and the facts of a Clip. Raises EngineFault where nothing is."""
    if not recorded.any():
        raise EngineFault("the engine gave silence" if len(recorded) else "the engine gave an empty file")
    loudness = gated_loudness(energies(_at_project_rate(recorded / 32768, rate)))
    if loudness <= SILENT_LUFS:
        raise EngineFault("the engine gave nothing that can be heard")
    threshold = 32768 * db_to_gain(loudness + AUDIBLE_LU)
    audible = np.nonzero(np.abs(recorded.astype(np.int32)) > threshold)[0]
    trimmed = recorded[audible[0] : audible[-1] + 1]
    samples = _at_project_rate(trimmed / 32768, rate)
    steps = energies(samples)
    return trimmed, {
        "rate": rate,
        "length_ms": frames_to_ms(len(samples)),
        "loudness": gated_loudness(steps),
        "peak": true_peak(samples),
        "energies": [float(f"{energy:.6g}") for energy in steps],
    }


def _at_project_rate(spoken: Samples, rate: int) -> Samples:
    """Mono samples at the project rate, filled with silence to a whole millisecond."""
    resampled = spoken if rate == RATE else soxr.resample(spoken, rate, RATE, quality="VHQ")
    whole = np.zeros(frames_to_ms(len(resampled)) * RATE // 1000)
    whole[: len(resampled)] = resampled
    return whole

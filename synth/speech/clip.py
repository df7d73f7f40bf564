"""A spoken utterance on disk, and what the mix must know of it before it is opened."""

from dataclasses import dataclass

import numpy as np
import soxr

from synth.audio.pcm import Samples
from synth.content_cache import CacheEntry
from synth.personalise.session import PronunciationHint, Style, Utterance
from synth.units import FRAMES_PER_MS, RATE


@dataclass(frozen=True, slots=True)
class Clip:
    """A spoken utterance: ``length_ms`` of speech at ``rate`` frames a second.

    ``voice`` is its source's name, ``source`` what that is asked for by, as ``natural:heart``. ``tail_ms`` is the tail
    behind the speech: its soft end, and reverb. ``loudness`` is in LUFS, ``peak`` the true peak as an amplitude, full
    scale at 1; ``energies`` are K-weighted, per 100 ms. ``take`` is the digest of its samples, which tells it from any
    other of the same words.
    """

    entry: CacheEntry
    voice: str
    source: str
    rate: int
    length_ms: int
    tail_ms: int
    loudness: float
    peak: float
    energies: tuple[float, ...]
    take: str

    def samples(self) -> Samples:
        """The clip at the project rate, of shape ``((length_ms + tail_ms) × 48, 2)``."""
        wet = np.frombuffer(self.entry.read(), "<i2").reshape(-1, 2) / 32768
        resampled = wet if self.rate == RATE else soxr.resample(wet, self.rate, RATE, quality="VHQ")
        samples = np.zeros(((self.length_ms + self.tail_ms) * FRAMES_PER_MS, 2))
        samples[: len(resampled)] = resampled[: len(samples)]
        return samples


ClipKey = tuple[str, Style, tuple[PronunciationHint, ...]]
"""What a clip is known by: what is spoken, and how."""

Clips = dict[ClipKey, Clip]


def key_of(utterance: Utterance) -> ClipKey:
    """What an utterance's clip is known by."""
    return utterance.spoken, utterance.style, utterance.hints

"""Effects that make a recorded voice pleasant to hear, by name; scripts and the command call them treatments.

An effect brings a mono voice to one level, shapes its tone by filters, a de-esser and compressors, and may put it into
a room, which makes it stereo and leaves a reverb tail behind it. Every filter is causal and nothing is delayed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.audio.pcm import Samples
from synth.speech.trim import level_db
from synth.units import FRAMES_PER_MS, RATE, db_to_gain

_LEVEL_DB = -15.0
"""What a voice is brought to, in dB under full scale, before anything that depends on how loud it is.

It leaves a voice with its effect some 8 dB of headroom.
"""

_RESPONSE_DB = 100
"""How far an impulse response is followed down, in dB: below the last of 16 bits."""

_FILTERS_MS = 50
"""By then the filters' impulse response has fallen by more than that."""

_FLOOR = 1e-12
"""Added to powers, so that silence has a level: −120 dB."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A second-order filter at ``hz``, by R. Bristow-Johnson's "Cookbook formulae for audio EQ biquad filters"."""

    kind: Literal["high-pass", "low shelf", "bell", "high shelf"]
    hz: float
    q: float
    gain_db: float = 0.0

    def coefficients(self, rate: int) -> tuple[list[float], list[float]]:
        """Numerator and denominator of its transfer function, in powers of z⁻¹."""
        angle = 2 * np.pi * self.hz / rate
        cosine, alpha, a = np.cos(angle), np.sin(angle) / (2 * self.q), db_to_gain(self.gain_db / 2)
        if self.kind == "high-pass":
            return [(1 + cosine) / 2, -1 - cosine, (1 + cosine) / 2], [1 + alpha, -2 * cosine, 1 - alpha]
        if self.kind == "bell":
            return [1 + alpha * a, -2 * cosine, 1 - alpha * a], [1 + alpha / a, -2 * cosine, 1 - alpha / a]
        side = 1 if self.kind == "low shelf" else -1
        more, less, turned = a + 1, a - 1, side * cosine
        slope = 2 * np.sqrt(a) * alpha
        return (
            [
                a * (more - less * turned + slope),
                side * 2 * a * (less - more * turned),
                a * (more - less * turned - slope),
            ],
            [more + less * turned + slope, -side * 2 * (less + more * turned), more + less * turned - slope],
        )


@dataclass(frozen=True, slots=True)
class DeEsser:
    """Turns down what is above ``hz``, by up to ``range_db``, where it is within ``threshold_db`` of the whole."""

    hz: float
    threshold_db: float
    range_db: float

    def gains(self, whole: Samples, high: Samples, rate: int) -> Samples:
        """The gain of ``high``, the part of ``whole`` above ``hz``, at each of their frames."""
        window = np.hanning(9)[1:-1]
        part, all_of_it = (np.convolve(_powers(each, rate), window, mode="same") + _FLOOR for each in (high, whole))
        over = 10 * np.log10(part / all_of_it) - self.threshold_db
        return _per_frame(-self.range_db * np.clip(over / -self.threshold_db, 0, 1), len(whole), rate)


@dataclass(frozen=True, slots=True)
class Compressor:
    """Turns down what is over a threshold, at once, and lets go by ``release_db`` a millisecond.

    The static curve, of ``ratio`` and with a knee ``knee_db`` wide, is that of Giannoulis, Massberg and Reiss, "Digital
    dynamic range compressor design" (J. Audio Eng. Soc. 60, 2012), equation 4. ``of`` tells what a level is.
    """

    of: Literal["power", "peak"]
    threshold_db: float
    ratio: float
    knee_db: float
    release_db: float

    def gains(self, samples: Samples, rate: int) -> Samples:
        """The gain at each frame of a voice."""
        powers = _powers(samples, rate) if self.of == "power" else np.square(_steps(samples, rate)).max(axis=1)
        release = self.release_db * np.arange(len(powers))
        level = np.maximum.accumulate(10 * np.log10(powers + _FLOOR) + release) - release
        over = level - self.threshold_db
        knee = np.square(np.clip(over + self.knee_db / 2, 0, self.knee_db)) / (2 * self.knee_db)
        return _per_frame((1 / self.ratio - 1) * (knee + np.maximum(over - self.knee_db / 2, 0)), len(samples), rate)


@dataclass(frozen=True, slots=True)
class Reverb:
    """A diffuse reverb: noise that decays by 60 dB in ``decay_ms``, different in each channel.

    ``delay_ms`` is the time before it begins, ``level_db`` its power beside the voice's, ``low_hz`` to ``high_hz`` the
    band it passes.
    """

    decay_ms: int
    delay_ms: int
    level_db: float
    low_hz: int
    high_hz: int

    @property
    def length_ms(self) -> int:
        """The length of its impulse response, the delay within."""
        return self.delay_ms + self.decay_ms * _RESPONSE_DB // 60


@dataclass(frozen=True, slots=True)
class VoiceEffect:
    """What is done to a voice, in this order; ``about`` tells a user what it is for."""

    about: str
    filters: tuple[Filter, ...] = ()
    de_esser: DeEsser | None = None
    compressors: tuple[Compressor, ...] = ()
    gain_db: float = 0.0
    reverb: Reverb | None = None

    @property
    def closing_tail_ms(self) -> int:
        """How long the reverb goes on after the last sound."""
        return self.reverb.length_ms if self.reverb else 0

    def parameters(self) -> dict[str, Any]:
        """All that decides its sound, as JSON has it."""
        return {"level_db": _LEVEL_DB} | {name: value for name, value in asdict(self).items() if name != "about"}

    def shape(self, voice: Samples, rate: int) -> Samples:
        """A mono voice ``(frames,)``, full scale at 1, with its level and tone, in the same place.

        ``rate`` is in frames a second, from 16,000. The same samples give the same bytes.
        """
        if not self.filters or not voice.any():
            return voice
        levelled = voice * db_to_gain(_LEVEL_DB - level_db(voice))
        shaped, high = _convolve(levelled, _tone_response(self.filters, self.de_esser, rate))[:, : len(voice)]
        if self.de_esser:
            shaped += high * (self.de_esser.gains(shaped, high, rate) - 1)
        for compressor in self.compressors:
            shaped *= compressor.gains(shaped, rate)
        return np.asarray(shaped * db_to_gain(self.gain_db))

    def add_reverb(self, voice: Samples, rate: int) -> NDArray[np.int16]:
        """A shaped voice in its room: 16-bit stereo samples ``(frames + tail, 2)``."""
        wet = np.zeros((2, len(voice) + self.closing_tail_ms * rate // 1000))
        wet[:, : len(voice)] = voice
        if self.reverb:
            room = _convolve(voice, _room_response(self.reverb, rate))
            wet[:, : room.shape[1]] += room[:, : wet.shape[1]]
        return np.rint(np.clip(wet.T * 32768, -32768, 32767)).astype(np.int16)


def _steps(samples: Samples, rate: int) -> Samples:
    """Samples in steps of a millisecond, or a few frames less; ``(steps, frames)``, the last filled with silence."""
    step = rate // 1000
    return np.pad(samples, (0, -len(samples) % step)).reshape(-1, step)


def _powers(samples: Samples, rate: int) -> Samples:
    """The mean square of each step."""
    steps = _steps(samples, rate)
    return np.asarray(np.einsum("ij,ij->i", steps, steps) / steps.shape[1])


def _per_frame(gains_db: Samples, frames: int, rate: int) -> Samples:
    """Gains at the middle of each step, in dB, as factors at each frame."""
    step = rate // 1000
    middles = (np.arange(len(gains_db)) + 0.5) * step - 0.5
    return np.asarray(np.interp(np.arange(frames), middles, 10 ** (gains_db / 20)))


def _convolve(samples: Samples, responses: Samples) -> Samples:
    """Samples ``(frames,)`` through each of the responses ``(channels, taps)``: ``(channels, frames + taps − 1)``.

    Block by block (overlap-add), so that a long utterance takes no more memory for its spectra.
    """
    channels, taps = responses.shape
    size = 1 << (2 * taps).bit_length()
    spectra = np.fft.rfft(responses, size)
    new = size - taps + 1
    convolved = np.zeros((channels, -(-len(samples) // new) * new + taps - 1))
    for start in range(0, len(samples), new):
        convolved[:, start : start + size] += np.fft.irfft(spectra * np.fft.rfft(samples[start : start + new], size))
    return convolved[:, : len(samples) + taps - 1]


@lru_cache(maxsize=8)
def _tone_response(filters: tuple[Filter, ...], de_esser: DeEsser | None, rate: int) -> Samples:
    """The impulse response of the filters, and of the part that a de-esser turns down (a first-order high-pass)."""
    size = 2 * (_FILTERS_MS * rate // 2000)
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    z = np.exp(-2j * np.pi * frequencies / rate)
    whole = np.ones_like(z)
    for each in filters:
        numerator, denominator = each.coefficients(rate)
        whole *= np.polyval(numerator[::-1], z) / np.polyval(denominator[::-1], z)
    if not de_esser:
        return np.fft.irfft([whole, 0 * whole], size)
    # The bilinear transform of s / (s + 1), its corner at hz.
    corner = np.tan(np.pi * de_esser.hz / rate)
    return np.fft.irfft([whole, whole * (1 - z) / (1 - z + corner * (1 + z))], size)


@lru_cache(maxsize=8)
def _room_response(reverb: Reverb, rate: int) -> Samples:
    """A reverb's impulse response ``(2, taps)``: the same at every rate, noise through a band that decays."""
    delay, taps = reverb.delay_ms * FRAMES_PER_MS, (reverb.length_ms - reverb.delay_ms) * FRAMES_PER_MS
    noise = np.random.Generator(np.random.PCG64(1)).standard_normal((2, taps))
    hz = np.fft.rfftfreq(taps, 1 / RATE)
    # Butterworth's second order at both ends, by its magnitudes: a noise has no phase to keep.
    band = 1 / np.sqrt((1 + (reverb.low_hz / np.maximum(hz, 1)) ** 4) * (1 + (hz / reverb.high_hz) ** 4))
    decay = 10 ** (-3 * np.arange(taps) / (reverb.decay_ms * FRAMES_PER_MS))
    response = np.fft.irfft(np.fft.rfft(noise) * band, taps) * decay
    # In the middle of its band, the power of its response to a voice is level_db beside the voice's.
    energy = np.square(response).sum(axis=1, keepdims=True) / np.square(band).mean()
    response *= db_to_gain(reverb.level_db) / np.sqrt(energy)
    delayed = np.pad(response, ((0, 0), (delay, 0)))
    return np.asarray(soxr.resample(delayed.T, RATE, rate, quality="VHQ").T * (RATE / rate))


_WARMTH = (
    Filter("high-pass", 75, 0.707),
    Filter("low shelf", 180, 0.6, 2.5),
    Filter("bell", 4_000, 0.8, -4),
    Filter("high shelf", 6_500, 0.6, -2),
)
"""Takes rumble away, lifts the low end, lowers 3 to 8 kHz."""

_SIBILANTS = DeEsser(hz=2_500, threshold_db=-8, range_db=18)
_EVENING = (
    Compressor("power", threshold_db=-28, ratio=2, knee_db=18, release_db=0.17),
    Compressor("peak", threshold_db=-24, ratio=2.5, knee_db=16, release_db=0.87),
)
"""Evens out syllables, then their peaks."""

EFFECTS: Mapping[str, VoiceEffect] = MappingProxyType({
    "plain": VoiceEffect("as the engine made it"),
    "light": VoiceEffect(
        "nearly as the engine made it, its highest peaks evened out",
        (Filter("high-pass", 60, 0.707), Filter("low shelf", 180, 0.6, 1), Filter("high shelf", 6_500, 0.6, -2.5)),
        compressors=(Compressor("peak", threshold_db=-17, ratio=2.5, knee_db=12, release_db=0.17),),
        gain_db=6,
    ),
    "warm": VoiceEffect(
        "fuller and less sharp, its sibilants softened, in a small dark room",
        _WARMTH,
        _SIBILANTS,
        _EVENING,
        gain_db=12,
        reverb=Reverb(decay_ms=60, delay_ms=5, level_db=-35, low_hz=150, high_hz=3_000),
    ),
    "hall": VoiceEffect(
        "as warm, softer still, in a large hall that rings for a while",
        (*_WARMTH, Filter("high shelf", 5_000, 0.6, -2)),
        _SIBILANTS,
        _EVENING,
        gain_db=12,
        reverb=Reverb(decay_ms=1_600, delay_ms=28, level_db=-19, low_hz=200, high_hz=3_000),
    ),
})  # fmt: skip
"""Every effect by its name, the least of them first."""

"""Make the bells and the ambient beds of the track generator, and their catalogue.

Every sound is synthesised here from numbers alone, so that nothing in this folder has another
author. The same code gives the same samples, and the same samples give the same files: each sound
has a `numpy.random.RandomState` of its own, whose stream numpy keeps unchanged between releases.
(Another processor, or another release of numpy or ffmpeg, may round the last bits differently.)

    python audio_assets/generate.py               makes every sound and the catalogue
    python audio_assets/generate.py bowl rain     makes only these, and the catalogue

Bells are FLAC of 16 bits that start at the stroke and ring out to silence. Beds are Opus. Most have
a period of `PERIOD_S`, and the file holds one period and the first `OVERLAP_S` of the next, so that
a reader who crossfades the file's last seconds into its first ones hears no seam. The ocean's file
is a bank of single waves of one length, each out of silence and back, for a reader to lay over each
other in ever new orders. What the catalogue tells in figures is measured from the encoded file,
except for a bell's partials and a bed's root: these are what it was made of.

Unless a docstring says otherwise, a sound is an array of shape `(frames, 2)`, left and right, at
48 kHz, full scale 1.0; frequencies are in Hz, times in s, levels in dB.
"""

from __future__ import annotations

import argparse
import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import imageio_ffmpeg
import numpy as np
import numpy.typing as npt
import yaml

Array = npt.NDArray[np.float64]
Spectrum = npt.NDArray[np.complex128]
Random = np.random.RandomState
Shape = Callable[[Array], Array]

FOLDER = Path(__file__).resolve().parent
CATALOGUE = FOLDER / "catalogue.yaml"

RATE = 48_000
PERIOD_S = 64
OVERLAP_S = 4
PERIOD = PERIOD_S * RATE
OVERLAP = OVERLAP_S * RATE

BELL_PEAK_DBTP = -3.0
BELL_END_DB = -62.0
BED_LUFS = -23.0
BED_PEAK_DBTP = -6.5
OPUS_BITRATE = "80k"


# --------------------------------------------------------------------------- levels and filters


def gain(level: float) -> float:
    """The amplitude factor of a level in dB."""
    return float(10.0 ** (level / 20.0))


def high_pass(frequencies: Array, corner: float, order: int) -> Array:
    """The amplitude response of a Butterworth high-pass with its −3 dB point at `corner` Hz."""
    ratio = frequencies / corner
    response: Array = np.sqrt(ratio ** (2 * order) / (1.0 + ratio ** (2 * order)))
    return response


def low_pass(frequencies: Array, corner: float, order: int) -> Array:
    """The amplitude response of a Butterworth low-pass with its −3 dB point at `corner` Hz."""
    response: Array = 1.0 / np.sqrt(1.0 + (frequencies / corner) ** (2 * order))
    return response


def band(low: float, high: float, order: int = 2, tilt: float = 0.0) -> Shape:
    """A pass band between two corners in Hz, tilted by `tilt` dB an octave from the low one up."""

    def shape(frequencies: Array) -> Array:
        octaves = np.log2(np.maximum(frequencies / low, 1.0))
        passed = high_pass(frequencies, low, order) * low_pass(frequencies, high, order)
        sloped: Array = passed * 10.0 ** (tilt * octaves / 20.0)
        return sloped

    return shape


def filtered(sound: Array, shape: Shape) -> Array:
    """A sound with its spectrum shaped, without a change of phase; the end wraps to the start."""
    frequencies: Array = np.fft.rfftfreq(len(sound), 1.0 / RATE).astype(np.float64)
    spectrum = np.fft.rfft(sound, axis=0) * shape(frequencies)[:, np.newaxis]
    shaped: Array = np.fft.irfft(spectrum, len(sound), axis=0)
    return shaped


def k_weighting(frequencies: Array) -> Array:
    """The amplitude response of the K filter at 48 kHz (ITU-R BS.1770-4, tables 1 and 2)."""
    z = np.exp(-2j * np.pi * frequencies / RATE)
    shelf_above = 1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2
    shelf_below = 1.0 - 1.69065929318241 * z + 0.73248077421585 * z**2
    cut_above = 1.0 - 2.0 * z + z**2
    cut_below = 1.0 - 1.99004745483398 * z + 0.99007225036621 * z**2
    response: Array = np.abs(shelf_above / shelf_below * cut_above / cut_below)
    return response


def momentary_power(sound: Array) -> Array:
    """The K-weighted power of both channels in the 400 ms about every frame of a circular sound.

    The answer has the shape `(frames,)`; BS.1770 gives it the loudness −0.691 + 10 log10 LUFS.
    """
    power: Array = np.sum(filtered(sound, k_weighting) ** 2, axis=1)
    width = int(0.4 * RATE)
    wrapped = np.concatenate([power[-(width // 2) :], power, power[: width // 2]])
    total = np.concatenate([[0.0], np.cumsum(wrapped)])
    windows: Array = np.maximum((total[width:] - total[:-width])[: len(power)] / width, 1e-20)
    return windows


def loudness(sound: Array) -> float:
    """The integrated loudness in LUFS, with the two gates of BS.1770-4, of a circular sound."""
    power = momentary_power(sound)[:: RATE // 10]
    levels = -0.691 + 10.0 * np.log10(power)
    above = power[levels > -70.0]
    gate = -10.0 - 0.691 + 10.0 * np.log10(np.mean(above))
    kept = power[levels > max(gate, -70.0)]
    return float(-0.691 + 10.0 * np.log10(np.mean(kept)))


def true_peak(sound: Array) -> float:
    """The greatest amplitude between the samples too, in dBTP, by fourfold interpolation."""
    greatest = 0.0
    for channel in sound.T:
        spectrum = np.fft.rfft(channel)
        finer = 4.0 * np.fft.irfft(spectrum, 4 * len(channel))
        greatest = max(greatest, float(np.max(np.abs(finer))))
    return float(20.0 * np.log10(greatest))


def levelled(sound: Array, strength: float) -> Array:
    """A circular sound with the share `strength` of its momentary loudness swings (dB) removed."""
    power = momentary_power(sound)
    gains: Array = (np.mean(power) / power) ** (strength / 2.0)
    return sound * gains[:, np.newaxis]


def rounded(sound: Array, crest: float) -> Array:
    """A sound whose rare peaks bend smoothly (tanh) to stay within `crest` dB of its own power."""
    limit = gain(crest) * np.sqrt(np.mean(sound**2))
    bent: Array = limit * np.tanh(sound / limit)
    return bent


def mixed(layers: Sequence[tuple[Array, float]]) -> Array:
    """The sum of the layers, each first brought to the loudness (in dB) that stands beside it."""
    total = np.zeros_like(layers[0][0])
    for layer, level in layers:
        power = float(np.mean(np.sum(filtered(layer, k_weighting) ** 2, axis=1)))
        total += layer * (gain(level) / np.sqrt(power))
    return total


# --------------------------------------------------------------------------- sources of sound


def noise(rng: Random, shape: Shape, correlation: float, frames: int = PERIOD) -> Array:
    """Circular Gaussian noise of a spectral shape, its channels correlated as `correlation`."""
    parts = rng.standard_normal((frames, 3))
    shared, own = np.sqrt(correlation), np.sqrt(1.0 - correlation)
    return filtered(shared * parts[:, :1] + own * parts[:, 1:], shape)


def slow_curve(rng: Random, slowest: float, fastest: float, fall: float = 0.0, frames: int = PERIOD) -> Array:
    """A wandering circular curve, shape `(frames,)`, mean 0 and deviation 1.

    It is built of the whole cycles in its length that lie between two frequencies in Hz; their
    power falls with the frequency to the power `fall`.
    """
    first, last = int(np.ceil(slowest * frames / RATE)), int(fastest * frames / RATE)
    spectrum = np.zeros(frames // 2 + 1, dtype=np.complex128)
    real, imaginary = rng.standard_normal((2, last - first + 1))
    spectrum[first : last + 1] = (real + 1j * imaginary) * np.arange(first, last + 1) ** (-fall / 2.0)
    curve: Array = np.fft.irfft(spectrum, frames)
    curve /= np.std(curve)
    return curve


def unsteady(rng: Random, swing: float, slowest: float, fastest: float, frames: int = PERIOD) -> Array:
    """Gains, shape `(frames, 1)`, that wander by a deviation of `swing` dB; else a `slow_curve`."""
    gains: Array = 10.0 ** (swing * slow_curve(rng, slowest, fastest, frames=frames) / 20.0)
    return gains[:, np.newaxis]


def random_starts(
    rng: Random, rate: float, density: Array | None = None, frames: int = PERIOD
) -> npt.NDArray[np.int64]:
    """Independent random ones of so many frames, `rate` a second on average.

    `density`, of shape `(frames,)` and never negative, says where they are more or less likely.
    """
    places = rng.random_sample(rng.poisson(rate * frames / RATE))
    at = places * frames
    if density is not None:
        likelihood = np.concatenate([[0.0], np.cumsum(density)])
        at = np.interp(places * likelihood[-1], likelihood, np.arange(frames + 1))
    starts: npt.NDArray[np.int64] = np.minimum(at, frames - 1).astype(np.int64)
    return starts


def sizes(rng: Random, count: int, spread: float) -> Array:
    """Log-normal amplitudes about 1, shape `(count,)`, cut at two deviations of `spread` nepers."""
    amplitudes: Array = np.exp(spread * np.clip(rng.standard_normal(count), -2.0, 2.0))
    return amplitudes


def panned(place: float) -> Array:
    """The gains, shape `(2,)`, of equal power at a place between 0 (left) and 1 (right)."""
    return np.array([np.cos(place * np.pi / 2.0), np.sin(place * np.pi / 2.0)])


def patter(rng: Random, rate: float, spread: float, shape: Shape, frames: int = PERIOD) -> Array:
    """Single filtered impulses at random times, places and sizes, `rate` a second; circular."""
    starts = random_starts(rng, rate, frames=frames)
    amplitudes = sizes(rng, len(starts), spread) * rng.choice([-1.0, 1.0], len(starts))
    places = rng.random_sample(len(starts)) * np.pi / 2.0
    train = np.zeros((frames, 2))
    np.add.at(train[:, 0], starts, amplitudes * np.cos(places))
    np.add.at(train[:, 1], starts, amplitudes * np.sin(places))
    return filtered(train, shape)


def add_grain(bed: Array, grain: Array, start: int, gains: Array) -> None:
    """Add a grain of shape `(n,)` to a circular bed from frame `start`, with a gain a channel."""
    stereo = grain[:, np.newaxis] * gains
    before_end = min(len(grain), len(bed) - start)
    bed[start : start + before_end] += stereo[:before_end]
    bed[: len(grain) - before_end] += stereo[before_end:]


def bubble(frequency: float, rise: float) -> Array:
    """The sound of one bubble in water, shape `(n,)`, of peak about 1.

    A bubble of radius r m rings at 3/r Hz (Minnaert 1933, air in water at one atmosphere). It
    decays as exp(−d t) with d = 0.13/r + 0.0072 r^(−3/2) a second, and its pitch climbs by the
    share `rise` × d a second as it nears the surface (van den Doel 2005, "Physically based models
    for liquid sounds"). The first quarter of a millisecond is eased in.
    """
    radius = 3.0 / frequency
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    t = np.arange(int(7.0 / damping * RATE)) / RATE
    phase = 2.0 * np.pi * frequency * t * (1.0 + 0.5 * rise * damping * t)
    ringing: Array = np.sin(phase) * np.exp(-damping * t) * np.minimum(t / 0.00025, 1.0)
    return ringing


def in_room(sound: Array, rng: Random, t60: float, level: float, high: float, delay: float = 0.01) -> Array:
    """A sound with the diffuse tail of a room, whose power lies `level` dB about that of the sound.

    The tail is stereo noise between 150 and `high` Hz that falls 60 dB in `t60` s and begins
    `delay` s late. The end wraps to the start.
    """
    t = np.arange(int(t60 * RATE)) / RATE
    decay = gain(-60.0) ** (t / t60) * np.minimum(t / 0.004, 1.0)
    response = np.zeros_like(sound)
    late = int(delay * RATE)
    response[late : late + len(t)] = rng.standard_normal((len(t), 2)) * decay[:, np.newaxis]
    response = filtered(response, band(150.0, high, 1))
    spectrum = np.fft.rfft(sound, axis=0) * np.fft.rfft(response, axis=0)
    wet: Array = np.fft.irfft(spectrum, len(sound), axis=0)
    wet *= gain(level) * np.sqrt(np.mean(sound**2) / np.mean(wet**2))
    return sound + wet


class Mode(NamedTuple):
    """A pair of near modes: ratio to the first, level in dB, decay by 60 dB in s, beat in Hz.

    `bloom` is how slowly, in s, the pair comes up after the stroke: as 1 − exp(−t / bloom).
    """

    ratio: float
    level: float
    t60: float
    beat: float
    bloom: float = 0.0


def struck(rng: Random, first: float, modes: Sequence[Mode], attack: float, seconds: float) -> Array:
    """The modes of a struck body over `first` Hz, of peak 1, eased in within `attack` s.

    No cast or hammered body is quite round, so every mode is two: half a beat below and above its
    frequency, of unequal strength. The stroke starts both together, but the two ears stand
    differently to them, so that the beat wanders between left and right.
    """
    t = np.arange(int(seconds * RATE)) / RATE
    sound = np.zeros((len(t), 2))
    for mode in modes:
        turn = rng.uniform(-np.pi, np.pi)
        for side, strength, place in ((-0.5, 1.0, 0.45), (0.5, 0.4, 0.6)):
            frequency = first * mode.ratio + side * mode.beat
            decay = strength * gain(mode.level) * gain(-60.0) ** (t / mode.t60)
            if mode.bloom:
                decay *= -np.expm1(-t / mode.bloom)
            apart = rng.uniform(0.3, 1.0) * rng.choice([-1.0, 1.0])
            for channel, weight in enumerate(panned(place + rng.uniform(-0.05, 0.05))):
                phase = turn + (channel - 0.5) * apart
                sound[:, channel] += weight * decay * np.sin(2.0 * np.pi * frequency * t + phase)
    onset = int(attack * RATE)
    sound[:onset] *= np.sin(np.arange(onset) / onset * np.pi / 2.0)[:, np.newaxis] ** 2
    sound /= np.max(np.abs(sound))
    return sound


def knock(rng: Random, shape: Shape, attack: float, t60: float, like: Array) -> Array:
    """The sound of the mallet itself: a burst of filtered noise of peak 1, as long as `like`.

    It is eased in within `attack` s and falls 60 dB in `t60` s.
    """
    t = np.arange(len(like)) / RATE
    burst = noise(rng, shape, 0.6, len(like))
    burst *= (np.minimum(t / attack, 1.0) * gain(-60.0) ** (t / t60))[:, np.newaxis]
    burst /= np.max(np.abs(burst))
    return burst


# --------------------------------------------------------------------------- bells


def rung_out(sound: Array, fade: float) -> Array:
    """A bell cut where it stays under `BELL_END_DB` of its peak, plus a fade of `fade` s to zero.

    The length is a whole number of milliseconds.
    """
    size = np.max(np.abs(sound), axis=1)
    last = int(np.flatnonzero(size > np.max(size) * gain(BELL_END_DB))[-1])
    frames = int(fade * RATE)
    length = -(-(last + frames) // (RATE // 1000)) * (RATE // 1000)
    if length > len(sound):
        raise ValueError("the bell still rings where its array ends")
    ended = sound[:length].copy()
    ended[-frames:] *= np.cos(np.arange(1, frames + 1) / frames * np.pi / 2.0)[:, np.newaxis] ** 2
    return ended


BOWL_FIRST = 196.0
BOWL_MODES = (
    Mode(1.0, 0.0, 20.5, 0.42),
    Mode(2.71, -5.0, 12.5, 0.83),
    Mode(5.10, -13.0, 7.0, 1.27),
    Mode(8.18, -21.0, 4.2, 2.1),
    Mode(11.7, -29.0, 2.6, 2.9),
    Mode(15.7, -37.0, 1.5, 3.7),
)


def bowl(rng: Random) -> Array:
    """A singing bowl under a padded mallet.

    The ratios of the bending modes with 2, 3, 4 … nodal diameters are close to those of
    Himalayan bowls (Inácio, Henrique and Antunes 2006, "The dynamics of Tibetan singing bowls").
    """
    sound = struck(rng, BOWL_FIRST, BOWL_MODES, attack=0.006, seconds=32.0)
    sound += 0.10 * knock(rng, band(180.0, 900.0), attack=0.004, t60=0.12, like=sound)
    return rung_out(in_room(sound, rng, t60=1.6, level=-19.0, high=2500.0), fade=1.0)


TEMPLE_BELL_HUM = 73.5
TEMPLE_BELL_MODES = (
    Mode(1.0, -5.0, 26.0, 0.31),
    Mode(2.0, -3.0, 19.0, 0.47),
    Mode(2.4, -3.0, 17.5, 0.38),
    Mode(3.0, -13.0, 12.0, 0.71),
    Mode(4.0, -3.0, 10.5, 0.62),
    Mode(5.0, -15.0, 7.0, 0.9),
    Mode(5.34, -17.0, 6.2, 1.1),
    Mode(6.0, -9.0, 5.5, 0.8),
    Mode(8.2, -13.0, 4.4, 1.4),
    Mode(10.7, -18.0, 3.2, 1.9),
    Mode(13.4, -22.0, 2.4, 2.3),
    Mode(16.3, -26.0, 1.8, 2.6),
    Mode(19.4, -30.0, 1.4, 3.1),
)


def temple_bell(rng: Random) -> Array:
    """A large cast bell struck with a hanging beam.

    Over the hum stand the prime, tierce, quint and nominal at 2, 2.4, 3 and 4, and the higher
    partials of a tuned bell (Fletcher and Rossing, "The physics of musical instruments", ch. 21).
    """
    sound = struck(rng, TEMPLE_BELL_HUM, TEMPLE_BELL_MODES, attack=0.005, seconds=34.0)
    sound += 0.16 * knock(rng, band(120.0, 1100.0), attack=0.003, t60=0.16, like=sound)
    return rung_out(in_room(sound, rng, t60=2.2, level=-18.0, high=2500.0), fade=1.0)


CHIME_FIRST = 1175.0
CHIME_MODES = (
    Mode(1.0, 0.0, 6.6, 1.3),
    Mode(1.504, -15.0, 4.0, 1.9),
    Mode(2.756, -9.0, 3.4, 2.6),
    Mode(5.404, -25.0, 1.3, 4.1),
)


def chime(rng: Random) -> Array:
    """A small bright chime.

    A free bar bends at 1 : 2.756 : 5.404 (Fletcher and Rossing, ch. 2); the weak mode near the
    fifth is the twist that a real bar shows too.
    """
    sound = struck(rng, CHIME_FIRST, CHIME_MODES, attack=0.003, seconds=14.0)
    sound += 0.08 * knock(rng, band(1500.0, 5000.0), attack=0.001, t60=0.05, like=sound)
    return rung_out(in_room(sound, rng, t60=1.4, level=-19.0, high=5000.0), fade=0.6)


BELL_FIRST = 587.3
BELL_MODES = (
    Mode(1.0, 0.0, 10.0, 0.73),
    Mode(3.0, -9.0, 5.0, 1.27),
    Mode(4.24, -15.0, 3.4, 1.9),
    Mode(5.83, -18.0, 2.4, 2.7),
    Mode(7.91, -23.0, 1.6, 3.6),
    Mode(10.4, -29.0, 1.0, 4.7),
)


def bell(rng: Random) -> Array:
    """A bronze hand bell.

    Its second mode is tuned to three times the first, as founders of hand bells do; those above
    are where the metal puts them (Fletcher and Rossing, ch. 21).
    """
    sound = struck(rng, BELL_FIRST, BELL_MODES, attack=0.002, seconds=18.0)
    sound += 0.14 * knock(rng, band(1800.0, 7000.0), attack=0.0008, t60=0.05, like=sound)
    return rung_out(in_room(sound, rng, t60=1.6, level=-19.0, high=4000.0), fade=0.8)


GONG_FIRST = 65.4
GONG_MODES = (
    Mode(1.0, -3.0, 21.0, 0.23),
    Mode(1.52, -2.0, 18.0, 0.37, 0.02),
    Mode(2.07, 0.0, 15.5, 0.31, 0.04),
    Mode(2.66, -2.0, 13.5, 0.53, 0.07),
    Mode(3.31, -4.0, 12.0, 0.67, 0.1),
    Mode(4.09, -6.0, 10.5, 0.83, 0.15),
    Mode(4.87, -8.0, 9.2, 1.1, 0.2),
    Mode(5.79, -9.0, 8.2, 1.3, 0.25),
)
GONG_SHIMMER = 56


def gong(rng: Random) -> Array:
    """A large flat gong under a soft mallet, whose shimmer opens after the stroke.

    The plate is thin enough for a strong stroke to be non-linear: within some tenths of a second
    the low modes feed a dense crowd of high ones (Legge and Fletcher 1989, "Nonlinearity, chaos,
    and the sound of shallow gongs"). Here every mode blooms the later the higher it lies.
    """
    places = (np.arange(GONG_SHIMMER) + rng.random_sample(GONG_SHIMMER)) / GONG_SHIMMER
    shimmer = [
        Mode(
            ratio=6.3 * 8.5**place,
            level=-17.0 - 13.0 * place + rng.uniform(-4.0, 4.0),
            t60=7.4 * 8.5 ** (-0.6 * place),
            beat=rng.uniform(0.8, 4.0),
            bloom=0.3 + 0.5 * place,
        )
        for place in places.tolist()
    ]
    sound = struck(rng, GONG_FIRST, [*GONG_MODES, *shimmer], attack=0.012, seconds=30.0)
    sound += 0.2 * knock(rng, band(60.0, 420.0), attack=0.005, t60=0.25, like=sound)
    return rung_out(in_room(sound, rng, t60=2.4, level=-17.0, high=3000.0), fade=1.2)


BLOCK_FIRST = 588.0
BLOCK_MODES = (
    Mode(1.0, 0.0, 0.36, 9.0),
    Mode(1.47, -9.0, 0.20, 12.0),
    Mode(2.31, -13.0, 0.12, 17.0),
    Mode(3.64, -20.0, 0.07, 24.0),
    Mode(5.2, -27.0, 0.04, 35.0),
)


def block(rng: Random) -> Array:
    """A hollow wooden temple block: a cavity with a slit, quickly damped, under a dry knock."""
    sound = struck(rng, BLOCK_FIRST, BLOCK_MODES, attack=0.0015, seconds=1.5)
    sound += 0.35 * knock(rng, band(500.0, 2200.0), attack=0.0008, t60=0.035, like=sound)
    return rung_out(in_room(sound, rng, t60=0.4, level=-20.0, high=3000.0, delay=0.006), fade=0.12)


# --------------------------------------------------------------------------- beds


DRONE_ROOT = 98.0
DRONE_VOICES = ((0.5, -12.0), (1.0, 0.0), (1.5, -5.0), (2.0, -5.0), (3.0, -14.0))
DRONE_REGISTERS = ((1, 2, 0.7), (3, 5, 2.5), (6, 16, 3.5))


def cloud(
    rng: Random,
    spectra: Spectrum,
    frequency: float,
    amplitude: float,
    spread: float = 0.09,
    steady: float = 1.0,
) -> None:
    """Add one slowly moving partial to the spectra, shape `(bins, 2)`, of a period.

    It is a line of the strength `steady` amid a cloud of lines of power 1, `spread` Hz in
    deviation, as in the PADsynth method (Nasca Octavian Paul 2005): its strength, pitch and place
    drift as slowly as the cloud is narrow, without a beat. Lines stand on whole cycles a period,
    which makes the partial exactly periodic.
    """
    centre = round(frequency * PERIOD_S)
    width = round(10.0 / 3.0 * spread * PERIOD_S)
    offsets = np.arange(-width, width + 1) / PERIOD_S
    envelope = np.exp(-0.5 * (offsets / spread) ** 2)
    envelope /= np.sqrt(np.sum(envelope**2))
    shared, left, right = (
        rng.standard_normal((3, len(offsets))) + 1j * rng.standard_normal((3, len(offsets)))
    ) * np.sqrt(0.5)
    turn, apart = rng.uniform(-np.pi, np.pi), rng.uniform(-0.8, 0.8)
    for channel, own in enumerate((left, right)):
        lines = envelope * (np.sqrt(0.3) * shared + np.sqrt(0.7) * own)
        lines[width] += steady * np.exp(1j * (turn + (channel - 0.5) * apart))
        spectra[centre - width : centre + width + 1, channel] += amplitude * lines


def drone(rng: Random) -> Array:
    """A low drone of root, fifth and octaves, of harmonics in pure tuning.

    Three registers of harmonics swell and sink on their own over many seconds.
    """
    sound = np.zeros((PERIOD, 2))
    for first, last, swing in DRONE_REGISTERS:
        spectra = np.zeros((PERIOD // 2 + 1, 2), dtype=np.complex128)
        for ratio, level in DRONE_VOICES:
            for harmonic in range(first, last + 1):
                frequency = DRONE_ROOT * ratio * harmonic
                softened = low_pass(np.array(frequency), 1100.0, 2)
                amplitude = gain(level) * harmonic**-1.15 * float(softened)
                cloud(rng, spectra, frequency, amplitude)
        sound += np.fft.irfft(spectra, PERIOD, axis=0) * unsteady(rng, swing, 0.015, 0.1)
    air = noise(rng, band(150.0, 1500.0, 1, tilt=-4.0), 0.3)
    return levelled(mixed([(sound, 0.0), (air, -27.0)]), 0.5)


TANPURA_SA = 196.0
TANPURA_STRINGS = ((0.75, 0.3, -1.0), (1.0, 0.45, 0.0), (1.0, 0.55, 0.0), (0.5, 0.7, 1.5))
TANPURA_ROUNDS = 12


def plucked(frequency: float, seconds: float, brightness: float) -> Array:
    """A string on a tanpura's rounded bridge, shape `(n,)`, of peak 1.

    The string wraps on the bridge as it moves, and so hands its energy from one harmonic to
    another: a bump runs down through the harmonics while the sound decays, which is the jivari
    (Raman 1921, "On some Indian stringed instruments"; van Walstijn, Bridges and Mehes 2016, "A
    real-time synthesis oriented tanpura model"). `brightness` is the harmonic it starts from.
    """
    t = np.arange(int(seconds * RATE)) / RATE
    bump = np.log2(3.0 + brightness * np.exp(-t / 1.3))
    turn = np.exp(2j * np.pi * frequency * t)
    harmonic = np.ones_like(turn)
    string = np.zeros(len(t))
    for number in range(1, int(6000.0 / frequency) + 1):
        harmonic *= turn
        near = np.exp(-0.5 * ((np.log2(number) - bump) / 0.45) ** 2)
        decay = gain(-60.0) ** (t * (1.0 + 0.03 * number) / 9.0)
        string += number**-0.9 * (0.22 + near) * decay * harmonic.imag
    rise, fall = int(0.012 * RATE), int(0.5 * RATE)
    string[:rise] *= np.sin(np.arange(rise) / rise * np.pi / 2.0) ** 2
    string[-fall:] *= np.cos(np.arange(fall) / fall * np.pi / 2.0) ** 2
    string /= np.max(np.abs(string))
    return string


def tanpura(rng: Random) -> Array:
    """A tanpura's four strings, pa, sa, sa and the low sa, plucked in turn without haste.

    No pluck comes quite on time, quite in tune or as strong and bright as another.
    """
    sound = np.zeros((PERIOD, 2))
    every = PERIOD_S / (TANPURA_ROUNDS * len(TANPURA_STRINGS))
    for number in range(TANPURA_ROUNDS * len(TANPURA_STRINGS)):
        ratio, place, level = TANPURA_STRINGS[number % len(TANPURA_STRINGS)]
        cents, late = rng.uniform(-1.5, 1.5), rng.uniform(-0.16, 0.16)
        string = plucked(TANPURA_SA * ratio * 2.0 ** (cents / 1200.0), 8.0, rng.uniform(13.0, 26.0))
        start = int((number + 0.5 + late) * every * RATE)
        add_grain(sound, string, start, gain(level + rng.uniform(-1.5, 1.5)) * panned(place))
    return levelled(in_room(sound, rng, t60=1.5, level=-8.0, high=4000.0), 0.8)


PAD_ROOT = 98.0
PAD_VOICES = (
    (1.0, 0.0),
    (1.5, -2.0),
    (2.0, -1.0),
    (9.0 / 4.0, -5.0),
    (5.0 / 2.0, -5.0),
    (3.0, -5.0),
    (4.0, -9.0),
)
PAD_CENTS = 7.0


def pad(rng: Random) -> Array:
    """A soft chord of many detuned voices: root, fifth, ninth and third, in pure tuning.

    Every note comes and goes on its own over some ten seconds. A harmonic is a cloud as wide as
    an ensemble's players are apart, a few cents, which is wider the higher it lies.
    """
    sound = np.zeros((PERIOD, 2))
    for ratio, level in PAD_VOICES:
        spectra = np.zeros((PERIOD // 2 + 1, 2), dtype=np.complex128)
        for harmonic in range(1, 9):
            frequency = PAD_ROOT * ratio * harmonic
            softened = float(low_pass(np.array(frequency), 700.0, 2))
            spread = frequency * (2.0 ** (PAD_CENTS / 1200.0) - 1.0)
            cloud(rng, spectra, frequency, harmonic**-1.3 * softened, spread, steady=0.6)
        note = np.fft.irfft(spectra, PERIOD, axis=0)
        sound += gain(level) * note * unsteady(rng, 4.0, 0.03, 0.12)
    return levelled(in_room(sound, rng, t60=3.0, level=-10.0, high=2500.0), 0.6)


def raindrops(rng: Random, count: int, rainfall: float) -> Array:
    """Diameters in mm, shape `(count,)`, of the drops that fall on a spot at `rainfall` mm an hour.

    In the air their number falls as exp(−4.1 R^(−0.21) D) (Marshall and Palmer 1948); the faster
    ones arrive the oftener. Drops under 0.5 mm make no sound of their own, none is over 5 mm.
    """
    diameters = np.linspace(0.5, 5.0, 451)
    arriving = np.exp(-4.1 * rainfall**-0.21 * diameters) * fall_speed(diameters)
    drawn: Array = rng.choice(diameters, count, p=arriving / np.sum(arriving))
    return drawn


def fall_speed(diameters: Array) -> Array:
    """At how many m/s drops of so many mm fall (Atlas, Srivastava and Sekhon 1973)."""
    speed: Array = 9.65 - 10.3 * np.exp(-0.6 * diameters)
    return speed


def leaf_drops(rng: Random, rate: float, rainfall: float) -> Array:
    """Drops on leaves and ground, `rate` a second: the larger the louder, the longer and the lower.

    A drop gives a fixed share of its kinetic energy, ∝ D³v², to a burst of noise that decays in
    some 1.3 ms a mm, about a pitch that falls with its size.
    """
    octaves = [
        noise(rng, band(middle / 1.6, middle * 1.6, 1, tilt=-2.0), 1.0)[:, 0]
        for middle in (3000.0, 2000.0, 1300.0, 850.0)
    ]
    sources = [source / np.std(source) for source in octaves]
    drops = np.zeros((PERIOD, 2))
    starts = random_starts(rng, rate)
    diameters = raindrops(rng, len(starts), rainfall)
    energies = diameters**3 * fall_speed(diameters) ** 2
    nearness = sizes(rng, len(starts), 0.4)
    for start, diameter, size in zip(starts, diameters, np.sqrt(energies) * nearness, strict=True):
        decay = 0.0013 * diameter
        t = np.arange(int(7.0 * decay * RATE)) / RATE
        source = sources[min(int(2.0 * np.log2(diameter / 0.5)), len(sources) - 1)]
        begin = rng.randint(PERIOD - len(t))
        grain = source[begin : begin + len(t)] * np.exp(-t / decay) * np.minimum(t / 0.0003, 1.0)
        add_grain(drops, grain, int(start), size * panned(rng.random_sample()))
    return drops


def water_drops(rng: Random, rate: float) -> Array:
    """Drops on puddles, `rate` a second: bubbles between 900 and 3200 Hz, the higher the softer."""
    drops = np.zeros((PERIOD, 2))
    starts = random_starts(rng, rate)
    for start, size in zip(starts, sizes(rng, len(starts), 0.3), strict=True):
        frequency = 900.0 * (3200.0 / 900.0) ** rng.random_sample()
        grain = bubble(frequency, rng.uniform(0.0, 0.08)) * np.sqrt(1000.0 / frequency)
        add_grain(drops, grain, int(start), size * panned(rng.random_sample()))
    return drops


def rain(rng: Random) -> Array:
    """Steady rain: a soft wash, fine patter, drops on leaves and ground, and drops on puddles."""
    wash = noise(rng, band(250.0, 4500.0, 1, tilt=-3.0), 0.35)
    fine = patter(rng, 1200.0, 0.8, band(1200.0, 5000.0, 2, tilt=-3.0))
    leaves = leaf_drops(rng, 240.0, rainfall=6.0)
    puddles = water_drops(rng, 30.0)
    for layer in (wash, fine, leaves):
        layer *= unsteady(rng, 0.7, 0.03, 0.3)
    fine, leaves, puddles = (rounded(layer, 17.0) for layer in (fine, leaves, puddles))
    layers = [(wash, -1.0), (fine, -5.0), (leaves, 0.0), (puddles, -7.0)]
    return levelled(in_room(mixed(layers), rng, t60=0.35, level=-14.0, high=4000.0), 0.5)


OCEAN_WAVES = 12
WAVE_S = 18
WAVE = WAVE_S * RATE


def swell(crest: float, length: float, lead: float, late: float, rise: float, fall: float) -> Array:
    """How high one wave stands, shape `(WAVE, 2)`: its crest's time and its length in s.

    It comes and goes as exp(1 − √(1 + x²)): round at the top, exponential at the sides. `late`
    (after the crest), `rise` and `fall` are shares of the wave's length; `lead` is how many s it
    is ahead on the left.
    """
    t = np.arange(WAVE)[:, np.newaxis] / RATE
    since = t - crest - late * length + np.array([lead, -lead]) / 2.0
    x = since / (length * np.where(since < 0.0, rise, fall))
    return np.asarray(np.exp(1.0 - np.sqrt(1.0 + x**2)))


def wave(rng: Random) -> Array:
    """One wave on a flat beach, shape `(WAVE, 2)`, with the far surf and the rumble about it.

    It is heard as its parts in turn: the lift of the swell, the body, the break, the foam that
    runs out and draws back, and the fizz of its bubbles. It comes out of silence and goes back.
    """
    crest, length = rng.uniform(5.6, 7.2), rng.uniform(8.5, 13.0)
    height, lead = rng.uniform(-3.0, 1.0), rng.uniform(-0.7, 0.7)

    def part(shape: Shape, alike: float, late: float, rise: float, fall: float) -> Array:
        return noise(rng, shape, alike, WAVE) * swell(crest, length, lead, late, rise, fall)

    rumble = noise(rng, band(35.0, 150.0), 0.6, WAVE)
    wash = noise(rng, band(150.0, 1500.0, 1, tilt=-4.0), 0.35, WAVE)
    surf = noise(rng, band(120.0, 900.0, 1, tilt=-3.0), 0.35, WAVE)
    surf *= unsteady(rng, 2.5, 0.05, 0.2, WAVE)
    lift = part(band(40.0, 180.0), 0.6, -0.14, 0.14, 0.16)
    body = part(band(130.0, 700.0, 1, tilt=-3.0), 0.4, -0.05, 0.1, 0.12)
    crash = part(band(400.0, 2500.0, 1, tilt=-3.0), 0.35, 0.0, 0.06, 0.11)
    foam = part(band(1200.0, 5500.0, 1, tilt=-3.0), 0.3, 0.07, 0.05, 0.19)
    fizz = patter(rng, 4000.0, 0.7, band(2200.0, 6500.0), WAVE)
    fizz *= swell(crest, length, lead, 0.16, 0.08, 0.21)
    for layer in (body, crash, foam, fizz):
        layer *= unsteady(rng, 0.9, 0.3, 2.5, WAVE)
    steady = [(rumble, -8.0), (wash, -9.0), (surf, -7.0)]
    moving = [(lift, -5.0), (body, 0.0), (crash, -2.0), (foam, -5.0), (fizz, -11.0)]
    sound = mixed([*steady, *((layer, level + height) for layer, level in moving)])
    ease = np.minimum(1.0, np.minimum(np.arange(WAVE), np.arange(WAVE)[::-1]) / (4.0 * RATE))
    eased: Array = rounded(sound, 15.0) * np.sin(ease * np.pi / 2.0)[:, np.newaxis] ** 2
    return eased


def ocean(rng: Random) -> Array:
    """Waves one after the other, each with a file's share to itself, to be laid over each other."""
    return np.concatenate([wave(rng) for _ in range(OCEAN_WAVES)])


WIND_BANDS = (
    (90.0, 0.5, -1.0, 2.0),
    (180.0, 0.45, 0.0, 2.8),
    (360.0, 0.4, -2.0, 3.8),
    (720.0, 0.35, -6.0, 5.0),
    (1440.0, 0.3, -12.0, 6.2),
    (2880.0, 0.3, -19.0, 7.4),
)


def whistle(rng: Random, gusts: Array, low: float, width: float) -> Array:
    """Wind in a narrow gap: a band of noise `width` Hz wide whose pitch climbs with the gusts.

    The pitch of an aeolian tone is proportional to the speed of the wind (Strouhal 1878): it
    stands at `low` Hz in a mean wind and a third of an octave above for each deviation.
    """
    pitch = low * 2.0 ** (gusts / 3.0)
    turns = np.cumsum(pitch) / RATE
    turns *= round(turns[-1]) / turns[-1]
    slow = noise(rng, lambda f: low_pass(f, width, 2), 0.4)
    slower = noise(rng, lambda f: low_pass(f, width, 2), 0.4)
    carrier = np.exp(2j * np.pi * turns)[:, np.newaxis]
    tone: Array = ((slow + 1j * slower) * carrier).real
    return tone


def wind(rng: Random) -> Array:
    """Wind over open land: gusts that swell for seconds, brighter as they grow, and a faint whistle.

    The speed of turbulent air wanders with a spectrum that falls as f^(−5/3) (Kolmogorov 1941).
    Every octave of the noise follows it, the higher ones the more; each ear has a part of its own.
    """
    shared = slow_curve(rng, 0.03, 1.5, fall=5.0 / 3.0)
    gusts = np.stack([0.9 * shared + 0.45 * slow_curve(rng, 0.06, 1.5, fall=5.0 / 3.0) for _ in range(2)], axis=1)
    sound = np.zeros((PERIOD, 2))
    for middle, alike, level, swing in WIND_BANDS:
        octave = noise(rng, band(middle / 1.41, middle * 1.41, 2), alike)
        octave /= np.std(octave)
        sound += octave * 10.0 ** ((level + swing * gusts) / 20.0)
    high = whistle(rng, shared, 520.0, 18.0) * 10.0 ** (5.0 * gusts / 20.0)
    low = whistle(rng, shared, 340.0, 14.0) * 10.0 ** (4.0 * gusts / 20.0)
    return levelled(mixed([(sound, 0.0), (high, -17.0), (low, -16.0)]), 0.3)


CRICKETS = (
    (4350.0, 0.30, 0.0, 2.6, 3),
    (4520.0, 0.72, -3.0, 2.2, 4),
    (4610.0, 0.10, -6.0, 2.9, 3),
    (4740.0, 0.90, -5.0, 2.4, 3),
    (4200.0, 0.55, -8.0, 2.0, 4),
    (4880.0, 0.42, -11.0, 2.7, 3),
)
CRICKET_PULSE_S = 0.036


def chirp(rng: Random, carrier: float, pulses: int) -> Array:
    """A cricket's chirp, shape `(n,)`: one nearly pure pulse for each closing of the wings.

    Every pulse is somewhat louder than the last and slides down by a few per cent, as the song of
    field crickets does (Bennet-Clark 1989, "Songs and the physics of sound production").
    """
    t = np.arange(int(0.021 * RATE)) / RATE
    rise = np.sin(np.pi * (t / t[-1]) ** 0.8) ** 2
    song = np.zeros(int(((pulses - 1) * CRICKET_PULSE_S + 0.03) * RATE))
    for pulse in range(pulses):
        start = int((pulse * CRICKET_PULSE_S + rng.uniform(0.0, 0.003)) * RATE)
        slide = carrier * (t - 0.5 * 0.03 * t**2 / t[-1])
        loud = (pulse + 2.0) / (pulses + 1.0)
        song[start : start + len(t)] += loud * rise * np.sin(2.0 * np.pi * slide)
    return song


def crickets(rng: Random) -> Array:
    """A warm night: a few crickets near by, a far chorus, and the quiet air.

    Each cricket has its pitch in Hz, its place, its level in dB, its chirps a second and the
    pulses of a chirp; now and then it rests.
    """
    near = np.zeros((PERIOD, 2))
    for carrier, place, level, rate, pulses in CRICKETS:
        singing = slow_curve(rng, 0.02, 0.12) > -0.9
        at = rng.uniform(0.0, 1.0 / rate)
        while at < PERIOD_S:
            start = int(at * RATE)
            if singing[start]:
                song = chirp(rng, carrier * rng.uniform(0.997, 1.003), pulses)
                add_grain(near, song, start, gain(level + rng.uniform(-1.5, 1.0)) * panned(place))
            at += rng.uniform(0.85, 1.2) / rate
    chorus = noise(rng, band(3900.0, 4700.0, 4), 0.3) * unsteady(rng, 1.5, 0.1, 1.0)
    air = noise(rng, band(60.0, 900.0, 1, tilt=-5.0), 0.4) * unsteady(rng, 1.0, 0.03, 0.2)
    outside = in_room(near, rng, t60=0.9, level=-9.0, high=6000.0)
    return mixed([(outside, 0.0), (chorus, -8.0), (air, -1.0)])


def coloured(rng: Random, fall: float) -> Array:
    """Noise whose power falls by `fall` dB an octave, rolled off below 30 Hz.

    Its lows, up to some 200 Hz, are more alike in the two channels than the rest.
    """

    def shape(frequencies: Array) -> Array:
        sloped = (30.0 / np.maximum(frequencies, 1.0)) ** (fall / (20.0 * np.log10(2.0)))
        passed: Array = high_pass(frequencies, 22.0, 3) * sloped
        return passed

    alike = noise(rng, lambda f: shape(f) * low_pass(f, 200.0, 1), 0.65)
    wide = noise(rng, lambda f: shape(f) * high_pass(f, 200.0, 1), 0.25)
    return levelled(alike + wide, 0.8)


def brown(rng: Random) -> Array:
    """Brown noise: what a random walk sounds like."""
    return coloured(rng, 20.0 * float(np.log10(2.0)))


def pink(rng: Random) -> Array:
    """Pink noise: as much power in every octave."""
    return coloured(rng, 10.0 * float(np.log10(2.0)))


STREAM_SPOTS = (
    (640.0, 0.35, 32.0),
    (780.0, 0.70, 45.0),
    (950.0, 0.15, 65.0),
    (1250.0, 0.55, 75.0),
    (1650.0, 0.90, 80.0),
    (2200.0, 0.30, 80.0),
    (2900.0, 0.75, 70.0),
)


def between(frequency: float, low: float, high: float) -> float:
    """A frequency in Hz mirrored, on a scale of octaves, at the limit that it oversteps."""
    if frequency < low:
        return low**2 / frequency
    return high**2 / frequency if frequency > high else frequency


def stream(rng: Random) -> Array:
    """A small brook: bubbles that gurgle at several spots, over the soft rush of the water.

    Each spot has a middle pitch in Hz, a place between left and right, and bubbles a second; both
    its pitch and its liveliness wander.
    """
    bubbles = np.zeros((PERIOD, 2))
    for pitch, place, rate in STREAM_SPOTS:
        lively = np.exp(0.7 * slow_curve(rng, 0.2, 2.5))
        wander = 0.22 * slow_curve(rng, 0.1, 1.5)
        starts = random_starts(rng, rate, lively)
        amplitudes = sizes(rng, len(starts), 0.55)
        for start, amplitude in zip(starts, amplitudes, strict=True):
            octaves = wander[start] + np.clip(0.35 * rng.standard_normal(), -0.8, 0.8)
            frequency = between(pitch * 2.0**octaves, 400.0, 4000.0)
            grain = bubble(frequency, rng.uniform(0.0, 0.1))
            near = float(np.clip(place + rng.uniform(-0.12, 0.12), 0.0, 1.0))
            add_grain(bubbles, grain, int(start), amplitude * panned(near))
    rush = noise(rng, band(250.0, 2800.0, 1, tilt=-4.0), 0.3)
    fizz = patter(rng, 1200.0, 0.7, band(1800.0, 5500.0, 2, tilt=-3.0))
    layers = [(bubbles, 0.0), (rush, -3.0), (fizz, -13.0)]
    return levelled(in_room(mixed(layers), rng, t60=0.4, level=-9.0, high=3500.0), 0.7)


# --------------------------------------------------------------------------- files


@dataclass(frozen=True)
class Asset:
    """One sound: its name, its seed, how it is rendered, and what the catalogue says about it.

    `ring` is, for a bell, after how many s it has fallen 18 dB or more and may be spoken over, and
    `modes` are over `first` Hz. A bed in a key has its `root` in Hz, one of single waves their
    number in `waves`.
    """

    name: str
    kind: Literal["bell", "bed"]
    seed: int
    render: Callable[[Random], Array]
    about: str
    made: str
    ring: int = 0
    first: float = 0.0
    modes: tuple[Mode, ...] = ()
    root: float = 0.0
    waves: int = 0

    @property
    def path(self) -> Path:
        """Where the encoded file lies."""
        return FOLDER / (self.name + (".flac" if self.kind == "bell" else ".opus"))


ASSETS = (
    Asset(
        name="bowl",
        kind="bell",
        seed=101,
        render=bowl,
        first=BOWL_FIRST,
        modes=BOWL_MODES,
        ring=9,
        about="A singing bowl touched once with a padded mallet, humming slowly into silence.",
        made="Six pairs of detuned decaying sine modes at a bowl's bending ratios over 196 Hz, "
        "a soft noise stroke and a little synthetic room.",
    ),
    Asset(
        name="temple-bell",
        kind="bell",
        seed=102,
        render=temple_bell,
        first=TEMPLE_BELL_HUM,
        modes=TEMPLE_BELL_MODES,
        ring=12,
        about="A large old temple bell, low and grave, that seems to ring on from far away.",
        made="Thirteen pairs of detuned decaying sine modes from a hum of 73.5 Hz through prime, "
        "tierce, quint and nominal upwards, with a dull noise stroke and a synthetic hall.",
    ),
    Asset(
        name="chime",
        kind="bell",
        seed=103,
        render=chime,
        first=CHIME_FIRST,
        modes=CHIME_MODES,
        ring=5,
        about="A small bright chime, clear as a drop of light, gone after a few breaths.",
        made="Four pairs of detuned decaying sine modes of a free bar over 1175 Hz, with a faint "
        "tick and a little synthetic room.",
    ),
    Asset(
        name="bell",
        kind="bell",
        seed=105,
        render=bell,
        first=BELL_FIRST,
        modes=BELL_MODES,
        ring=5,
        about="A clear bronze hand bell, bright at the stroke and long in its singing note.",
        made="Six pairs of detuned decaying sine modes over 587.3 Hz, the second tuned to the twelfth "
        "and the rest not in tune, with a clapper's tick of noise and a synthetic room.",
    ),
    Asset(
        name="gong",
        kind="bell",
        seed=106,
        render=gong,
        first=GONG_FIRST,
        modes=GONG_MODES,
        ring=11,
        about="A great flat gong touched with a soft mallet, that opens like a slow dark flower.",
        made="Eight pairs of detuned decaying sine modes over 65.4 Hz and fifty-six drawn at random "
        "above them, each blooming the later the higher it is, with a dull noise stroke and a hall.",
    ),
    Asset(
        name="block",
        kind="bell",
        seed=104,
        render=block,
        first=BLOCK_FIRST,
        modes=BLOCK_MODES,
        ring=1,
        about="A round knock on a hollow wooden temple block, short and warm.",
        made="Five quickly damped pairs of sine modes over 588 Hz under a short burst of filtered "
        "noise, in a very small synthetic room.",
    ),
    Asset(
        name="drone",
        kind="bed",
        seed=201,
        render=drone,
        root=DRONE_ROOT,
        about="A warm low drone of root, fifth and octave whose overtones drift like slow light.",
        made="Pure-tuned harmonics over 98 Hz, each a steady line in a narrow random cloud of "
        "lines, in three registers that swell on their own.",
    ),
    Asset(
        name="tanpura",
        kind="bed",
        seed=206,
        render=tanpura,
        root=TANPURA_SA,
        about="The four strings of a tanpura, plucked round and round, shimmering in their overtones.",
        made="Forty-eight plucks of the strings pa, sa, sa and low sa over 196 Hz, each of up to sixty "
        "harmonics through which a bump runs downwards, none quite on time or in tune, in a room.",
    ),
    Asset(
        name="pad",
        kind="bed",
        seed=207,
        render=pad,
        root=PAD_ROOT,
        about="A soft wide chord, as of many strings far away, whose notes come and go like breath.",
        made="Seven pure-tuned notes over 98 Hz, each harmonic a cloud of random lines some cents "
        "wide, each note swelling on its own, in a long synthetic hall.",
    ),
    Asset(
        name="rain",
        kind="bed",
        seed=202,
        render=rain,
        about="Soft steady rain on leaves and ground, as heard from under a wide roof.",
        made="Shaped noise under fifteen thousand drops whose sizes follow Marshall and Palmer's law, "
        "each a short noise burst as loud, long and low as it is large; fine filtered impulses, and "
        "bubbles in puddles.",
    ),
    Asset(
        name="ocean",
        kind="bed",
        seed=203,
        render=ocean,
        waves=OCEAN_WAVES,
        about="Slow waves on a flat beach that swell, break softly and draw back with their foam.",
        made="Twelve single waves, each bands of shaped noise and fine impulses that follow its lift, "
        "break and foam; laid 8 to 14 s apart in ever new orders, sides and strengths.",
    ),
    Asset(
        name="wind",
        kind="bed",
        seed=208,
        render=wind,
        about="Wind over open land, in long gusts that rise and sink, with a faint whistle in them.",
        made="Six octaves of noise that follow gusts of Kolmogorov's spectrum, the higher the more, "
        "and two narrow bands of noise whose pitch climbs with the wind.",
    ),
    Asset(
        name="crickets",
        kind="bed",
        seed=209,
        render=crickets,
        about="A warm summer night: a few crickets in the grass, a far chorus, and quiet air.",
        made="Six crickets of 4.2 to 4.9 kHz that chirp two or three times a second in threes and "
        "fours of sine pulses, over a narrow band of noise for the chorus and a low one for the air.",
    ),
    Asset(
        name="brown",
        kind="bed",
        seed=204,
        render=brown,
        about="Deep even brown noise, like a far waterfall behind a closed door.",
        made="Gaussian noise shaped to fall 6 dB an octave from 30 Hz to 10 kHz, its loudness gently evened.",
    ),
    Asset(
        name="pink",
        kind="bed",
        seed=210,
        render=pink,
        about="Soft pink noise, brighter than brown, like steady rain on a distant roof.",
        made="Gaussian noise shaped to fall 3 dB an octave from 30 Hz to 10 kHz, its loudness gently evened.",
    ),
    Asset(
        name="stream",
        kind="bed",
        seed=205,
        render=stream,
        about="A small clear brook that murmurs over stones close by.",
        made="Some twenty-eight thousand short rising sines, tuned and damped as bubbles in water "
        "are, over soft shaped noise.",
    ),
)


def finished_bell(sound: Array, rng: Random) -> npt.NDArray[np.int16]:
    """A bell in the middle, of the catalogue's peak, in 16 bits with triangular dither of ±1 step.

    The dither fades with the last 30 ms, so that the file ends on exact zeros.
    """
    sound = sound / np.sqrt(np.mean(sound**2, axis=0))
    sound *= gain(BELL_PEAK_DBTP - true_peak(sound))
    dither = rng.random_sample(sound.shape) - rng.random_sample(sound.shape)
    fade = int(0.03 * RATE)
    dither[-fade:] *= np.linspace(1.0, 0.0, fade)[:, np.newaxis]
    return np.rint(sound * 32767.0 + dither).astype(np.int16)


def finished_bed(sound: Array, overlap: int) -> npt.NDArray[np.float32]:
    """A bed in the middle, without rumble under hearing, of the loudness `BED_LUFS`; its overlap after it."""
    sound = filtered(sound, lambda f: high_pass(f, 20.0, 3) * low_pass(f, 12000.0, 3))
    sound /= np.sqrt(np.mean(sound**2, axis=0))
    sound *= gain(BED_LUFS - loudness(sound))
    peak = true_peak(sound)
    if peak > BED_PEAK_DBTP:
        raise ValueError(f"the bed peaks at {peak:.1f} dBTP, above {BED_PEAK_DBTP}")
    return np.concatenate([sound, sound[:overlap]]).astype(np.float32)


def encode(samples: bytes, sample_format: str, codec: Sequence[str], path: Path) -> None:
    """Write raw stereo samples as a file that depends on the samples alone."""
    pcm = ["-f", sample_format, "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"]
    exact = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *pcm, "-threads", "1"]
    subprocess.run([*command, *codec, *exact, str(path)], input=samples, check=True)


def make(asset: Asset) -> None:
    """Render one sound and write its file."""
    rng = Random(asset.seed)
    sound = asset.render(rng)
    if asset.kind == "bell":
        flac = ["-c:a", "flac", "-compression_level", "12"]
        encode(finished_bell(sound, rng).tobytes(), "s16le", flac, asset.path)
    else:
        opus = ["-c:a", "libopus", "-b:a", OPUS_BITRATE, "-vbr", "constrained", "-application", "audio"]
        bed = finished_bed(sound, 0 if asset.waves else OVERLAP)
        encode(bed.tobytes(), "f32le", opus, asset.path)


def decoded(path: Path) -> Array:
    """The sound of an encoded file."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path)]
    raw = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "pipe:1"]
    samples = subprocess.run([*command, *raw], stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(samples, "<f4").reshape(-1, 2).astype(np.float64)


def ebu_r128(path: Path) -> dict[str, float]:
    """What ffmpeg's meter by EBU R 128 says of a file: I in LUFS, LRA in LU, Peak in dBTP."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-i", str(path)]
    meter = ["-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-"]
    said = subprocess.run([*command, *meter], capture_output=True, check=True, text=True).stderr
    found = re.findall(r"^ +(I|LRA|Peak): +(-?[\d.]+) (?:LUFS|LU|dBFS)", said, re.M)
    return {name: float(value) for name, value in found}


def mono_loss(sound: Array) -> float:
    """How many dB the mean of the channels is weaker than they are: 0 where alike, 3 where unrelated."""
    return float(10.0 * np.log10(np.mean(sound**2) / np.mean(np.mean(sound, axis=1) ** 2)))


def slope(sound: Array) -> float:
    """The straight line in dB an octave that fits the power density of the octaves 125 Hz to 4 kHz."""
    size = 1 << 13
    blocks = sound[: len(sound) // size * size].reshape(-1, size, 2) * np.hanning(size)[:, np.newaxis]
    power = np.mean(np.abs(np.fft.rfft(blocks, axis=1)) ** 2, axis=(0, 2))
    frequencies = np.fft.rfftfreq(size, 1.0 / RATE)
    middles = 125.0 * 2.0 ** np.arange(6)
    levels = [10.0 * np.log10(np.mean(power[np.abs(np.log2(np.maximum(frequencies, 1.0) / f)) < 0.5])) for f in middles]
    return float(np.polyfit(np.log2(middles), levels, 1)[0])


def measured(asset: Asset) -> dict[str, object]:
    """What the catalogue tells in numbers of a sound whose file lies there."""
    sound, meter = decoded(asset.path), ebu_r128(asset.path)
    figures: dict[str, object] = {
        "loudness_lufs": meter["I"],
        "true_peak_dbtp": meter["Peak"],
        "mono_loss_db": round(mono_loss(sound), 2),
    }
    if asset.kind == "bell":
        figures["partials"] = [
            {
                "hz": round(asset.first * mode.ratio, 1),
                "level_db": mode.level,
                "t60_s": mode.t60,
                "beat_hz": mode.beat,
            }
            for mode in asset.modes
        ]
    else:
        if not asset.waves:
            figures["loudness_range_lu"] = meter["LRA"]
        figures["slope_db_per_octave"] = round(slope(sound), 1)
    if asset.root:
        figures["root_hz"] = asset.root
    return {"length": f"{len(sound) / RATE:.3f}s", "figures": figures}


def entry(asset: Asset, numbers: dict[str, object]) -> dict[str, object]:
    """What the catalogue says of a sound."""
    return {
        "kind": asset.kind,
        "file": asset.path.name,
        "length": numbers["length"],
        **({"ring": f"{asset.ring}s"} if asset.kind == "bell" else {}),
        **({"waves": asset.waves} if asset.waves else {}),
        "about": asset.about,
        "made": asset.made,
        "licence": "CC0-1.0",
        "figures": numbers["figures"],
    }


def main() -> None:
    """Make the sounds that the command line names, or all, and write them into the catalogue."""
    parser = argparse.ArgumentParser(description="Make the bells, the beds and their catalogue.")
    names = [asset.name for asset in ASSETS]
    parser.add_argument("names", nargs="*", metavar="NAME", help="of " + ", ".join(names))
    wanted = parser.parse_args().names or names
    unknown = [name for name in wanted if name not in names]
    if unknown:
        parser.error(f"no such sound: {', '.join(unknown)}")
    numbers = yaml.safe_load(CATALOGUE.read_text("utf-8")) if CATALOGUE.exists() else {}
    missing = [name for name in names if name not in {*wanted, *numbers}]
    if missing:
        parser.error(f"the catalogue needs these sounds too, make them first: {', '.join(missing)}")
    for asset in ASSETS:
        if asset.name in wanted:
            make(asset)
            numbers[asset.name] = measured(asset)
            print(f"{asset.path.name}: {asset.path.stat().st_size / 1024:.0f} KiB", flush=True)
    entries = {asset.name: entry(asset, numbers[asset.name]) for asset in ASSETS}
    comment = "# Written by generate.py: change the sounds and what is said of them there.\n\n"
    text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=100, default_flow_style=None)
    CATALOGUE.write_text(comment + text, encoding="utf-8")


if __name__ == "__main__":
    main()

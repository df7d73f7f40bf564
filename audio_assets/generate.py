"""Make the bells and the ambient beds of the track generator, and their catalogue.

Every sound is synthesised here from numbers alone, so that nothing in this folder has another
author. The same code gives the same samples, and the same samples give the same files: each sound
has a `numpy.random.RandomState` of its own, whose stream numpy keeps unchanged between releases.
(Another processor, or another release of numpy or ffmpeg, may round the last bits differently.)

    python audio_assets/generate.py               makes every sound and the catalogue
    python audio_assets/generate.py bowl rain     makes only these, and the catalogue

Bells are FLAC of 16 bits that start at the stroke and ring out to silence. Beds are Opus; each has
a period of `PERIOD_S`, and its file holds one period and the first `OVERLAP_S` of the next, so that
a reader who crossfades the file's last seconds into its first ones hears no seam.

Unless a docstring says otherwise, a sound is an array of shape `(frames, 2)`, left and right, at
48 kHz, full scale 1.0; frequencies are in Hz, times in s, levels in dB.
"""

from __future__ import annotations

import argparse
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
OPUS_BITRATE = "96k"


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


def slow_curve(rng: Random, slowest: float, fastest: float) -> Array:
    """A wandering circular curve, shape `(PERIOD,)`, mean 0 and deviation 1.

    It is built of the whole cycles in a period that lie between two frequencies in Hz.
    """
    first, last = int(np.ceil(slowest * PERIOD_S)), int(fastest * PERIOD_S)
    spectrum = np.zeros(PERIOD // 2 + 1, dtype=np.complex128)
    real, imaginary = rng.standard_normal((2, last - first + 1))
    spectrum[first : last + 1] = real + 1j * imaginary
    curve: Array = np.fft.irfft(spectrum, PERIOD)
    curve /= np.std(curve)
    return curve


def unsteady(rng: Random, swing: float, slowest: float, fastest: float) -> Array:
    """Gains, shape `(PERIOD, 1)`, that wander by a deviation of `swing` dB; else a `slow_curve`."""
    gains: Array = 10.0 ** (swing * slow_curve(rng, slowest, fastest) / 20.0)
    return gains[:, np.newaxis]


def random_starts(rng: Random, rate: float, density: Array | None = None) -> npt.NDArray[np.int64]:
    """Independent random frames in a period, `rate` a second on average.

    `density`, of shape `(PERIOD,)` and never negative, says where they are more or less likely.
    """
    places = rng.random_sample(rng.poisson(rate * PERIOD_S))
    frames = places * PERIOD
    if density is not None:
        likelihood = np.concatenate([[0.0], np.cumsum(density)])
        frames = np.interp(places * likelihood[-1], likelihood, np.arange(PERIOD + 1))
    starts: npt.NDArray[np.int64] = np.minimum(frames, PERIOD - 1).astype(np.int64)
    return starts


def sizes(rng: Random, count: int, spread: float) -> Array:
    """Log-normal amplitudes about 1, shape `(count,)`, cut at two deviations of `spread` nepers."""
    amplitudes: Array = np.exp(spread * np.clip(rng.standard_normal(count), -2.0, 2.0))
    return amplitudes


def panned(place: float) -> Array:
    """The gains, shape `(2,)`, of equal power at a place between 0 (left) and 1 (right)."""
    return np.array([np.cos(place * np.pi / 2.0), np.sin(place * np.pi / 2.0)])


def patter(rng: Random, rate: float, spread: float, shape: Shape) -> Array:
    """A period of single filtered impulses at random times, places and sizes, `rate` a second."""
    starts = random_starts(rng, rate)
    amplitudes = sizes(rng, len(starts), spread) * rng.choice([-1.0, 1.0], len(starts))
    places = rng.random_sample(len(starts)) * np.pi / 2.0
    train = np.zeros((PERIOD, 2))
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
    """A pair of near modes: ratio to the first, level in dB, decay by 60 dB in s, beat in Hz."""

    ratio: float
    level: float
    t60: float
    beat: float


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
    Mode(2.0, -3.0, 18.0, 0.47),
    Mode(2.4, -3.0, 19.0, 0.38),
    Mode(3.0, -13.0, 10.0, 0.71),
    Mode(4.0, -3.0, 11.0, 0.62),
    Mode(5.0, -15.0, 6.0, 0.9),
    Mode(5.34, -17.0, 5.0, 1.1),
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
    sound += 0.04 * knock(rng, band(1500.0, 5000.0), attack=0.001, t60=0.04, like=sound)
    return rung_out(in_room(sound, rng, t60=1.4, level=-19.0, high=5000.0), fade=0.6)


BLOCK_FIRST = 588.0
BLOCK_MODES = (
    Mode(1.0, 0.0, 0.30, 4.0),
    Mode(1.47, -9.0, 0.20, 6.0),
    Mode(2.31, -13.0, 0.12, 9.0),
    Mode(3.64, -20.0, 0.07, 12.0),
    Mode(5.2, -27.0, 0.04, 15.0),
)


def block(rng: Random) -> Array:
    """A hollow wooden temple block: a cavity with a slit, quickly damped, under a dry knock."""
    sound = struck(rng, BLOCK_FIRST, BLOCK_MODES, attack=0.0015, seconds=1.5)
    sound += 0.35 * knock(rng, band(500.0, 2200.0), attack=0.0008, t60=0.035, like=sound)
    return rung_out(in_room(sound, rng, t60=0.4, level=-20.0, high=3000.0, delay=0.006), fade=0.03)


# --------------------------------------------------------------------------- beds


DRONE_ROOT = 98.0
DRONE_VOICES = ((0.5, -12.0), (1.0, 0.0), (1.5, -5.0), (2.0, -5.0), (3.0, -14.0))
DRONE_REGISTERS = ((1, 2, 0.7), (3, 5, 2.5), (6, 16, 3.5))


def cloud(rng: Random, spectra: Spectrum, frequency: float, amplitude: float) -> None:
    """Add one slowly moving partial to the spectra, shape `(bins, 2)`, of a period.

    It is a steady line amid a narrow cloud of lines of the same power, as in the PADsynth method
    (Nasca Octavian Paul 2005): its strength, pitch and place drift at some 0.1 Hz without a beat.
    Lines stand on whole cycles a period, which makes the partial exactly periodic.
    """
    centre = round(frequency * PERIOD_S)
    width = round(0.3 * PERIOD_S)
    offsets = np.arange(-width, width + 1) / PERIOD_S
    envelope = np.exp(-0.5 * (offsets / 0.09) ** 2)
    envelope /= np.sqrt(np.sum(envelope**2))
    shared, left, right = (
        rng.standard_normal((3, len(offsets))) + 1j * rng.standard_normal((3, len(offsets)))
    ) * np.sqrt(0.5)
    turn, apart = rng.uniform(-np.pi, np.pi), rng.uniform(-0.8, 0.8)
    for channel, own in enumerate((left, right)):
        lines = envelope * (np.sqrt(0.3) * shared + np.sqrt(0.7) * own)
        lines[width] += np.exp(1j * (turn + (channel - 0.5) * apart))
        spectra[centre - width : centre + width + 1, channel] += amplitude * lines


def drone(rng: Random) -> Array:
    """A low drone of root, fifth and octaves, of harmonics in pure tuning.

    Three registers of harmonics swell and sink on their own over many seconds, as the sound of a
    tanpura wanders through its overtones.
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


def leaf_drops(rng: Random, rate: float) -> Array:
    """Drops on leaves and ground, `rate` a second: noise bursts that decay in 1.5 to 5 ms."""
    source = noise(rng, band(500.0, 4000.0, 1, tilt=-2.0), 1.0)[:, 0]
    drops = np.zeros((PERIOD, 2))
    starts = random_starts(rng, rate)
    for start, size in zip(starts, sizes(rng, len(starts), 0.6), strict=True):
        decay = rng.uniform(0.0015, 0.005)
        t = np.arange(int(7.0 * decay * RATE)) / RATE
        begin = rng.randint(PERIOD - len(t))
        grain = source[begin : begin + len(t)] * np.exp(-t / decay) * np.minimum(t / 0.0004, 1.0)
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
    leaves = leaf_drops(rng, 100.0)
    puddles = water_drops(rng, 30.0)
    for layer in (wash, fine, leaves):
        layer *= unsteady(rng, 0.7, 0.03, 0.3)
    fine, leaves, puddles = (rounded(layer, 17.0) for layer in (fine, leaves, puddles))
    layers = [(wash, 0.0), (fine, -4.0), (leaves, -2.0), (puddles, -7.0)]
    return levelled(in_room(mixed(layers), rng, t60=0.35, level=-14.0, high=4000.0), 0.5)


NEAR_WAVES_S = (9.5, 12.5, 8.5, 13.0, 10.0, 10.5)
FAR_WAVES_S = (13.5, 11.0, 14.0, 12.0, 13.5)


class Wave(NamedTuple):
    """A wave: its crest's time and its length in s, its height, and its lead on the left in s."""

    crest: float
    length: float
    height: float
    lead: float


def waves(rng: Random, lengths: Sequence[float], offset: float) -> list[Wave]:
    """The waves that follow each other through a period, the first begun at `offset` s."""
    ends = offset + np.cumsum(lengths)
    return [
        Wave(float(end) - 0.5 * length, length, rng.uniform(0.8, 1.0), rng.uniform(-0.7, 0.7))
        for end, length in zip(ends, lengths, strict=True)
    ]


def swell(train: Sequence[Wave], late: float, rise: float, fall: float) -> Array:
    """How high the waves stand, shape `(PERIOD, 2)`, circular.

    Each comes and goes as exp(1 − √(1 + x²)): round at the top, exponential at the sides. `late`
    (after the crest), `rise` and `fall` are shares of the wave's own length.
    """
    t = np.arange(PERIOD) / RATE
    curve = np.zeros((PERIOD, 2))
    for wave in train:
        for channel, lead in enumerate((wave.lead, -wave.lead)):
            since = t - wave.crest - late * wave.length + lead / 2.0
            since = (since + PERIOD_S / 2.0) % PERIOD_S - PERIOD_S / 2.0
            x = since / (wave.length * np.where(since < 0.0, rise, fall))
            curve[:, channel] += wave.height * np.exp(1.0 - np.sqrt(1.0 + x**2))
    return curve


def ocean(rng: Random) -> Array:
    """Waves on a flat beach, each of its own length and height, over a far surf and a low rumble.

    A wave is heard as its parts in turn: the rumble of the swell, the body, the break, the foam
    that runs out, and the fizz of its bubbles.
    """
    near, far = waves(rng, NEAR_WAVES_S, 0.0), waves(rng, FAR_WAVES_S, 3.7)
    rumble = noise(rng, band(35.0, 150.0), 0.6)
    wash = noise(rng, band(150.0, 1500.0, 1, tilt=-4.0), 0.35)
    surf = noise(rng, band(120.0, 900.0, 1, tilt=-3.0), 0.35) * swell(far, 0.0, 0.15, 0.2)
    lift = noise(rng, band(40.0, 180.0), 0.6) * swell(near, -0.14, 0.14, 0.16)
    body = noise(rng, band(130.0, 700.0, 1, tilt=-3.0), 0.4) * swell(near, -0.05, 0.1, 0.12)
    crash = noise(rng, band(400.0, 2500.0, 1, tilt=-3.0), 0.35) * swell(near, 0.0, 0.06, 0.11)
    foam = noise(rng, band(1200.0, 5500.0, 1, tilt=-3.0), 0.3) * swell(near, 0.07, 0.05, 0.19)
    fizz = patter(rng, 4000.0, 0.7, band(2200.0, 6500.0)) * swell(near, 0.16, 0.08, 0.21)
    for layer in (body, crash, foam, fizz):
        layer *= unsteady(rng, 0.9, 0.3, 2.5)
    steady = [(rumble, -9.0), (wash, -11.0), (surf, -6.0)]
    moving = [(lift, -5.0), (body, 0.0), (crash, -2.0), (foam, -5.0), (fizz, -11.0)]
    return levelled(mixed([*steady, *moving]), 0.25)


def brown(rng: Random) -> Array:
    """Brown noise: power that falls 6 dB an octave, rolled off below 30 Hz.

    Its lows, up to some 200 Hz, are more alike in the two channels than the rest.
    """

    def shape(frequencies: Array) -> Array:
        sloped: Array = high_pass(frequencies, 22.0, 3) * 30.0 / np.maximum(frequencies, 1.0)
        return sloped

    alike = noise(rng, lambda f: shape(f) * low_pass(f, 200.0, 1), 0.65)
    wide = noise(rng, lambda f: shape(f) * high_pass(f, 200.0, 1), 0.25)
    return levelled(alike + wide, 0.8)


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

    `ring` is, for a bell, after how many s it has fallen 18 dB or more and may be spoken over.
    """

    name: str
    kind: Literal["bell", "bed"]
    seed: int
    render: Callable[[Random], Array]
    about: str
    made: str
    ring: int = 0

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
        ring=5,
        about="A small bright chime, clear as a drop of light, gone after a few breaths.",
        made="Four pairs of detuned decaying sine modes of a free bar over 1175 Hz, with a faint "
        "tick and a little synthetic room.",
    ),
    Asset(
        name="block",
        kind="bell",
        seed=104,
        render=block,
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
        about="A warm low drone of root, fifth and octave whose overtones drift like slow light.",
        made="Pure-tuned harmonics over 98 Hz, each a steady line in a narrow random cloud of "
        "lines, in three registers that swell on their own.",
    ),
    Asset(
        name="rain",
        kind="bed",
        seed=202,
        render=rain,
        about="Soft steady rain on leaves and ground, as heard from under a wide roof.",
        made="Shaped noise under thousands of random drops: filtered impulses, short noise grains "
        "and the decaying sines of bubbles.",
    ),
    Asset(
        name="ocean",
        kind="bed",
        seed=203,
        render=ocean,
        about="Slow waves on a flat beach that swell, break softly and draw back with their foam.",
        made="Bands of shaped noise and fine impulses that follow the swell of six near and five "
        "far waves, each of its own length and height.",
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


def finished_bed(sound: Array) -> npt.NDArray[np.float32]:
    """A bed without rumble under hearing, at the catalogue's loudness, and its overlap after it."""
    sound = filtered(sound, lambda f: high_pass(f, 20.0, 3) * low_pass(f, 12000.0, 3))
    sound *= gain(BED_LUFS - loudness(sound))
    peak = true_peak(sound)
    if peak > BED_PEAK_DBTP:
        raise ValueError(f"the bed peaks at {peak:.1f} dBTP, above {BED_PEAK_DBTP}")
    return np.concatenate([sound, sound[:OVERLAP]]).astype(np.float32)


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
        opus = ["-c:a", "libopus", "-b:a", OPUS_BITRATE, "-application", "audio"]
        encode(finished_bed(sound).tobytes(), "f32le", opus, asset.path)


def length_s(path: Path) -> float:
    """The length in s of an encoded file, from its decoded frames."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path)]
    raw = ["-f", "s16le", "-ar", str(RATE), "-ac", "2", "pipe:1"]
    decoded = subprocess.run([*command, *raw], stdout=subprocess.PIPE, check=True).stdout
    return len(decoded) / 4 / RATE


def catalogue() -> str:
    """The text of the catalogue, in the order of `ASSETS`, of the files as they lie there."""
    entries = {
        asset.name: {
            "kind": asset.kind,
            "file": asset.path.name,
            "length": f"{length_s(asset.path):.3f}s",
            **({"ring": f"{asset.ring}s"} if asset.kind == "bell" else {}),
            "about": asset.about,
            "made": asset.made,
            "licence": "CC0-1.0",
        }
        for asset in ASSETS
    }
    comment = "# Written by generate.py: change the sounds and what is said of them there.\n\n"
    return comment + yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=100)


def main() -> None:
    """Make the sounds that the command line names, or all, and then the catalogue."""
    parser = argparse.ArgumentParser(description="Make the bells, the beds and their catalogue.")
    names = [asset.name for asset in ASSETS]
    parser.add_argument("names", nargs="*", metavar="NAME", help="of " + ", ".join(names))
    wanted = parser.parse_args().names or names
    unknown = [name for name in wanted if name not in names]
    if unknown:
        parser.error(f"no such sound: {', '.join(unknown)}")
    for asset in ASSETS:
        if asset.name in wanted:
            make(asset)
            print(f"{asset.path.name}: {asset.path.stat().st_size / 1024:.0f} KiB")
    missing = [asset.name for asset in ASSETS if not asset.path.exists()]
    if missing:
        parser.error(f"the catalogue needs these sounds too, make them first: {', '.join(missing)}")
    CATALOGUE.write_text(catalogue(), encoding="utf-8")


if __name__ == "__main__":
    main()

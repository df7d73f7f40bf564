"""Where a known sound is heard in a recording, and whether it is that sound. Pure; arrays at ``MATCH_RATE``.

An engine never says a text twice alike: its pitch wavers, and with it every single wave (two takes correlate by 0.3 to
0.9 per 200 ms). What stays is the course of their spectra, and that decides what is said. Where the waves agree too,
they place it to the tenth of a millisecond.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from synth.verify.measure import FRAMES_A_MS, MATCH_RATE, Mono

ALIKE = 0.89
"""What every window of a sentence must reach: the same words in another take keep 0.95, other words reach 0.84."""

SAME_WAVES = 0.8
_SAME_LENGTH_MS = 2.0
HOP_MS = 5
_HOP = HOP_MS * FRAMES_A_MS
_SPAN = 384
_TRANSFORM = 512
_BANDS = 20
_LOWEST_HZ, _HIGHEST_HZ = 150.0, 5_400.0
_WINDOW = 250 // HOP_MS
_STEP = 50 // HOP_MS
_WANDER = 40 // HOP_MS
"""A window may lie this many hops beside where the whole lies: a take's sounds come a pitch period early or late."""

_STRAY = 300 // HOP_MS
_QUIET = 100 // HOP_MS
"""The quiet about a sentence counts where it is looked for: a steady sound would be as alike a little further in."""

_SOFT_DB = 10.0
_FAINTEST = 1e-4
_EDGE_MS = 500
_PLACED_MS = 30
Spectra = NDArray[np.float64]
"""Power in ``_BANDS`` bands, every ``HOP_MS``: ``(hops, bands)``."""


@dataclass(frozen=True, slots=True)
class Match:
    """How a sound is heard: ``start_ms`` and ``end_ms`` say how far its two ends lie from where they should.

    ``score``: how alike its poorest window is, from −1 to 1. Where that is not alike enough, the windows are looked for
    further about: ``alike`` is the share of those that are there, ``poor_ms`` from where to where in it the poorest are
    not, None where all are. ``same_waves``: whether its very waves are heard.
    """

    start_ms: float
    end_ms: float
    score: float
    alike: float
    poor_ms: tuple[int, int] | None
    same_waves: bool


def spectra(samples: Mono) -> Spectra:
    """The power spectra of a sound, in bands as wide as the ear's (mel), which don't resolve a voice's pitch."""
    padded = np.pad(samples, (_SPAN // 2, max(_SPAN // 2, _SPAN - len(samples))))
    spans = np.lib.stride_tricks.sliding_window_view(padded, _SPAN)[::_HOP]
    power = np.square(np.abs(np.fft.rfft(spans * np.hanning(_SPAN).astype(np.float32), _TRANSFORM)))
    return np.asarray(power @ _filters(), np.float64)


@cache
def _filters() -> NDArray[np.float64]:
    """Triangles that overlap by half, evenly spaced in mel: 1127·ln(1 + f/700 Hz); ``(bins, bands)``, each of sum 1."""
    lowest, highest = (1127 * np.log1p(hertz / 700) for hertz in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700 * np.expm1(np.linspace(lowest, highest, _BANDS + 2) / 1127)
    bins = np.fft.rfftfreq(_TRANSFORM, 1 / MATCH_RATE)[:, None]
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    triangles = np.clip(np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)), 0, None)
    return np.asarray(triangles / triangles.sum(axis=0))


def match_speech(said: Spectra, waves: Mono, heard: Mono, beside: Mono, reach_ms: int) -> Match:
    """A clip of these spectra and waves in what is heard from ``reach_ms`` before its place to ``reach_ms`` behind.

    ``beside`` is what should be heard there besides, such as a bed.
    """
    there = spectra(heard)
    under = np.maximum(np.percentile(there, 10, axis=0), said.mean() * _FAINTEST)  # a bell's ring, a codec's noise
    asked, found = np.log(np.pad(said, ((_QUIET, _QUIET), (0, 0))) + 2 * under), np.log(there + under)
    at = _best_place(asked, found) + _QUIET
    asked = asked[_QUIET : _QUIET + len(said)]
    bed = spectra(beside)[at : at + len(said)]
    if len(bed) == len(said):
        asked = np.log(said + np.maximum(bed, under) + under)
    scores, lags = _windows(asked, found, at, _WANDER)
    loud = said.sum(axis=1)
    level = np.array([loud[start : start + _WINDOW].mean() for start in range(0, len(scores) * _STEP, _STEP)])
    spoken = np.nonzero(level > loud.mean() * 10 ** (-_SOFT_DB / 10))[0]
    score = float(scores[spoken].min())
    shift_ms = at * HOP_MS - reach_ms
    first, last = (shift_ms + float(np.median(lags[windows])) * HOP_MS for windows in (spoken[:9], spoken[-9:]))
    edge = min(len(waves), _EDGE_MS * FRAMES_A_MS)
    quiet = _PLACED_MS * FRAMES_A_MS
    opening, ending = np.pad(waves[:edge], (quiet, 0)), np.pad(waves[-edge:], (0, quiet))
    start, start_alike = _place(opening, heard, reach_ms + first - _PLACED_MS)
    end, end_alike = _place(ending, heard, reach_ms + last + (len(waves) - edge) / FRAMES_A_MS)
    placed = first + start, last + end
    same_waves = min(start_alike, end_alike) > SAME_WAVES and abs(placed[0] - placed[1]) < _SAME_LENGTH_MS
    if same_waves:
        first, last = placed
    strayed = scores if score >= ALIKE else _windows(asked, found, at, _STRAY)[0]
    alike = float(np.mean(strayed[spoken] >= ALIKE))
    return Match(first, last, score, alike, _poor(strayed, spoken), same_waves)


def _poor(scores: NDArray[np.float64], spoken: NDArray[np.int64]) -> tuple[int, int] | None:
    """From where to where in a clip the windows about the poorest one are not alike, in milliseconds."""
    poorest = int(spoken[np.argmin(scores[spoken])])
    if scores[poorest] >= ALIKE:
        return None
    good = np.nonzero(scores >= ALIKE)[0]
    first = int(good[good < poorest].max(initial=-1)) + 1
    last = int(good[good > poorest].min(initial=len(scores))) - 1
    return _centre_ms(first), _centre_ms(last)


def _centre_ms(window: int) -> int:
    return (window * _STEP + _WINDOW // 2) * HOP_MS


def _best_place(asked: Spectra, found: Spectra) -> int:
    """The hop of ``found`` at which ``asked`` correlates best with it."""
    hops, places = len(asked), len(found) - len(asked) + 1
    centred = asked - asked.mean()
    size = 1 << (len(found) + hops).bit_length()
    there, sought = (np.fft.rfft(values, size, axis=0) for values in (found, centred))
    products = np.fft.irfft(there * np.conj(sought), size, axis=0)
    cells = hops * asked.shape[1]
    variance = _running(np.square(found), hops) - np.square(_running(found, hops)) / cells
    return int(np.argmax(products[:places].sum(axis=1) / np.sqrt(np.maximum(variance, 1e-9))))


def _running(values: Spectra, hops: int) -> NDArray[np.float64]:
    """Sums over so many hops and all bands, for every place that they can begin."""
    sums = np.concatenate([[0.0], np.cumsum(values.sum(axis=1))])
    return np.asarray(sums[hops:] - sums[:-hops])


def _windows(asked: Spectra, found: Spectra, at: int, wander: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """How well every window of a clip correlates with what is heard about there, and the lag in hops that fits best."""
    hops = min(_WINDOW, len(asked))
    cells = hops * asked.shape[1]
    mean = _running(asked, hops)
    spread = _running(np.square(asked), hops) - mean**2 / cells
    around = np.pad(found, ((wander, wander), (0, 0)), mode="edge")
    lags = np.array(sorted(range(-wander, wander + 1), key=abs))
    scores = np.empty((len(lags), len(mean)))
    for row, lag in enumerate(lags):
        there = around[wander + at + lag :][: len(asked)]
        sums = _running(there, hops)
        variance = _running(np.square(there), hops) - sums**2 / cells
        together = _running(asked * there, hops) - mean * sums / cells
        scores[row] = together / np.sqrt(np.maximum(spread * variance, 1e-12))
    best = scores.argmax(axis=0)[::_STEP]
    return scores.max(axis=0)[::_STEP], lags[best]


def _place(waves: Mono, heard: Mono, at_ms: float) -> tuple[float, float]:
    """How many milliseconds beside ``at_ms`` of what is heard a piece lies, and how alike the waves are there.

    The quiet at a piece's outer end counts, too: a steady tone would be alike a period further in.
    """
    reach = _PLACED_MS * FRAMES_A_MS
    start = min(max(0, round(at_ms * FRAMES_A_MS) - reach), max(0, len(heard) - len(waves) - 2 * reach))
    there = heard[start : start + len(waves) + 2 * reach]
    powers = np.concatenate([[0.0], np.cumsum(np.square(there, dtype=np.float64))])
    power = np.maximum(powers[len(waves) :] - powers[: -len(waves)], 1e-9) * float(np.dot(waves, waves))
    alike = _products(waves, there) / np.sqrt(power)
    best = int(np.argmax(alike))
    return (start + best) / FRAMES_A_MS - at_ms, float(alike[best])


def _products(waves: Mono, heard: Mono) -> NDArray[np.float64]:
    """The inner product of a piece with what is heard, at every place where it fits in."""
    size = 1 << len(heard).bit_length()
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(waves, size)), size)
    return np.asarray(products[: len(heard) - len(waves) + 1], np.float64)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A bell's stroke as it is heard: how far it lies from where it should, and its gain; both of the best fit.

    ``alike``: the correlation of its waves with what is heard there.
    """

    off_ms: float
    gain: float
    alike: float


def match_stroke(bell: Mono, heard: Mono, reach_ms: int) -> Stroke:
    """A bell's beginning in what is heard from ``reach_ms`` before its place on, by a matched filter."""
    products = _products(bell, heard)
    best = int(np.argmax(products))
    around = products[max(0, best - 1) : best + 2]
    peak = products[best]
    if len(around) == 3:  # between two samples, by the parabola through three
        peak -= (around[2] - around[0]) ** 2 / (8 * (around[0] - 2 * around[1] + around[2]))
    power = float(np.dot(bell, bell))
    norm = np.sqrt(power) * float(np.linalg.norm(heard[best : best + len(bell)]))
    return Stroke(best / FRAMES_A_MS - reach_ms, float(peak) / power, float(peak) / norm if norm else 0.0)

"""A sound file measured: its loudness by ffmpeg, and its samples, decoded once from beginning to end.

Loudness, range and true peak are ffmpeg's (``ebur128``, by BS.1770 and EBU R 128), so that a track is judged by other
code than that which made it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.audio.ffmpeg import decode, ffmpeg
from synth.audio.pcm import CHANNELS, Samples, from_raw
from synth.audio.process import STALLED_S, finished
from synth.errors import RequestError
from synth.units import FRAMES_PER_MS, RATE

MATCH_RATE = 12_000
"""The rate, in Hz, at which words and bells are looked for; above 6 kHz there is little of them."""

FRAMES_A_MS = MATCH_RATE // 1000
Mono = NDArray[np.float32]
"""Mono samples at ``MATCH_RATE``, full scale at ±1."""

_FULL_SCALE = 32767
_SLOWEST_BYTES_A_S = 100_000
BURST_WITHIN_MS = 5
"""How far from a burst its cause is looked for in the sound that is expected."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Integrated loudness in LUFS, loudness range in LU, true peak in dBTP (−inf of silence).

    ``momentary``: the loudness of the 400 ms that end with each step of 100 ms; ``complaints``: how often the decoder
    met what it could not read.
    """

    loudness: float
    range: float
    peak: float
    momentary: tuple[float, ...]
    complaints: int


def measure(path: Path) -> Measure:
    """The loudness and true peak of a sound file, decoded. Raises RequestError where it can't be read."""
    command = [
        ffmpeg(), "-nostdin", "-hide_banner", "-nostats", "-v", "level+info", "-protocol_whitelist", "file,pipe",
        "-i", f"file:{path.resolve()}", "-map", "0:a:0", "-af", "ebur128=peak=true:framelog=info", "-f", "null", "-",
    ]  # fmt: skip
    try:
        run = finished(command, limit_s=STALLED_S + path.stat().st_size / _SLOWEST_BYTES_A_S)
    except TimeoutError as error:
        raise RequestError(f"{path}: this can't be read as sound ({error})") from None
    report = run.stderr.decode(errors="replace")
    said = re.findall(r"^(?:\[info\])?\s+(I|LRA|Peak):\s+(-?[\d.]+|-?inf) (?:LUFS|LU|dBFS)", report, re.M)
    figures = {name: float(value) for name, value in said}
    if run.returncode or figures.keys() != {"I", "LRA", "Peak"}:
        raise RequestError(f"{path}: this can't be read as sound")
    course = re.findall(r"^\[Parsed_ebur128.* M: *(-?[\d.]+|-inf|nan) ", report, re.M)
    complaints = len(re.findall(r"^\[(?!in#).* @ [^]]*\] \[(?:error|fatal)\]", report, re.M))
    return Measure(figures["I"], figures["LRA"], figures["Peak"], tuple(map(float, course)), complaints)


@dataclass(frozen=True, slots=True)
class DecodedTrack:
    """A decoded track, as small as judging it allows.

    ``frames``: its length at the project rate; ``mono``: the mean of its channels at ``MATCH_RATE``, 16-bit, which is
    86 MB an hour; ``peaks`` and ``bursts``: of every millisecond the largest amplitude and the largest third
    difference in either channel.
    """

    frames: int
    mono: NDArray[np.int16]
    peaks: NDArray[np.float32]
    bursts: NDArray[np.float32]

    @property
    def length_ms(self) -> int:
        """Whole milliseconds."""
        return self.frames // FRAMES_PER_MS

    def part(self, start_ms: float, end_ms: float) -> Mono:
        """The samples between two times, at ``MATCH_RATE``; silence before the track and after it."""
        start, end = round(start_ms * FRAMES_A_MS), round(end_ms * FRAMES_A_MS)
        inside = self.mono[max(0, start) : max(0, end)]
        heard = np.zeros(end - start, np.float32)
        first = max(0, -start)
        heard[first : first + len(inside)] = inside / np.float32(_FULL_SCALE)
        return heard


def record(path: Path) -> DecodedTrack:
    """Decodes a track, a few seconds at a time. Raises RequestError where it can't be read."""
    resampler = soxr.ResampleStream(RATE, MATCH_RATE, 1, dtype="float32", quality="HQ")
    mono, peaks, bursts = bytearray(), [], []
    frames = 0
    before = np.zeros((3, CHANNELS), np.float32)
    for chunk in decode(path):
        samples = from_raw(chunk).astype(np.float32)
        frames += len(samples)
        mono += _as_16_bit(resampler.resample_chunk((samples[:, 0] + samples[:, 1]) / 2))
        peaks.append(_largest_per_ms(samples))
        bursts.append(_largest_per_ms(np.diff(np.concatenate([before, samples]), 3, axis=0)))
        before = samples[-3:]
    mono += _as_16_bit(resampler.resample_chunk(np.zeros(0, np.float32), last=True))
    return DecodedTrack(frames, np.frombuffer(mono, np.int16), np.concatenate(peaks), np.concatenate(bursts))


def at_match_rate(samples: Samples) -> Mono:
    """Samples at the project rate, mono or stereo, as mono at ``MATCH_RATE``."""
    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    return np.asarray(soxr.resample(mono.astype(np.float32), RATE, MATCH_RATE, quality="HQ"))


def _as_16_bit(samples: Mono) -> bytes:
    return np.rint(np.clip(samples, -1, 1) * _FULL_SCALE).astype(np.int16).tobytes()


def largest_burst(samples: Samples) -> float:
    """The largest third difference of samples ``(frames, 2)``; it rises with the third power of the frequency."""
    return float(np.abs(np.diff(samples, 3, axis=0)).max(initial=0.0))


def _largest_per_ms(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest magnitude in either channel of every whole millisecond."""
    whole = len(samples) // FRAMES_PER_MS
    each = samples[: whole * FRAMES_PER_MS].reshape(whole, -1)
    return np.asarray(np.maximum(each.max(axis=1), -each.min(axis=1)))

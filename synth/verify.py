"""A finished track held against what it was asked to be: decoded, measured, told.

The measuring is ffmpeg's (``ebur128``: loudness, range and true peak, by BS.1770 and EBU R 128), so that a track is
judged by other code than made it.
"""

import math
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.audio import decode, ffmpeg, from_raw
from synth.errors import RequestError
from synth.levels import TARGET_LUFS
from synth.sinks.tags import read_timeline
from synth.units import FRAMES_PER_MS, db_to_gain

LENGTH_MS = 50
LOUDNESS_LU = 0.5
PEAK_DBTP = -1.0
PAUSE_MS = 10
PAUSE_UNDER_BED_MS = 500
"""How near an edge of speech can be told while a bed covers its softest sounds."""

SHORTEST_PAUSE_MS = 2_000
_EDGE_LU = -32.0
_STEP_REACH_MS = 1_000


@dataclass(frozen=True, slots=True)
class Measure:
    """Integrated loudness in LUFS, loudness range in LU, true peak in dBTP (−inf where it was not asked for)."""

    loudness: float
    range: float
    peak: float


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was asked and found: within ``tolerance`` or not."""

    what: str
    asked: str
    found: str
    passed: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """All checks of a track."""

    file: str
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        """Whether every check did."""
        return all(check.passed for check in self.checks)


def measure(path: Path, *, true_peak: bool = True) -> Measure:
    """The loudness of a sound file, decoded; its true peak takes as long again.

    Raises RequestError where it can't be read.
    """
    peak = "true" if true_peak else "none"
    command = [
        ffmpeg(), "-nostdin", "-hide_banner", "-nostats", "-protocol_whitelist", "file,pipe",
        "-i", f"file:{path.resolve()}", "-map", "0:a:0",
        "-af", f"ebur128=peak={peak}:framelog=quiet", "-f", "null", "-",
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
    report = run.stderr.decode(errors="replace")
    figures = {
        name: float(value)
        for name, value in re.findall(r"^\s+(I|LRA|Peak):\s+(-?[\d.]+|-?inf) (?:LUFS|LU|dBFS)", report, re.M)
    }
    if run.returncode or "I" not in figures:
        raise RequestError(f"{path}: this can't be read as sound")
    return Measure(figures["I"], figures["LRA"], figures.get("Peak", -math.inf))


def verify(path: Path, loudness: float = TARGET_LUFS) -> Proof:
    """Holds a track against the timeline inside it. Raises RequestError where it has none, or is no sound."""
    if not path.is_file():
        raise RequestError(f"{path}: there is no such file")
    timeline = read_timeline(path)
    measured = measure(path)
    peaks = _peaks(path)
    asked_ms = timeline["length_ms"]
    checks = [
        Check("length", f"{asked_ms} ms ± {LENGTH_MS}", f"{len(peaks)} ms", abs(len(peaks) - asked_ms) <= LENGTH_MS),
        Check(
            "loudness", f"{loudness:g} LUFS ± {LOUDNESS_LU:g}", f"{measured.loudness:.1f} LUFS",
            abs(measured.loudness - loudness) <= LOUDNESS_LU,
        ),
        Check("true peak", f"≤ {PEAK_DBTP:g} dBTP", f"{measured.peak:.1f} dBTP", measured.peak <= PEAK_DBTP),
        *_pauses(timeline, peaks, measured.loudness),
    ]  # fmt: skip
    return Proof(str(path), tuple(checks))


def _peaks(path: Path) -> NDArray[np.float64]:
    """The largest amplitude of every millisecond, the last begun one dropped."""
    pieces = []
    for chunk in decode(path):
        samples = np.abs(from_raw(chunk)).max(axis=1)
        whole = len(samples) // FRAMES_PER_MS
        pieces.append(samples[: whole * FRAMES_PER_MS].reshape(whole, -1).max(axis=1))
    return np.concatenate(pieces)


def _pauses(timeline: dict[str, Any], peaks: NDArray[np.float64], loudness: float) -> list[Check]:
    """A check for the pauses that can be heard to the millisecond, and one for those that a bed covers.

    A pause is looked for between the utterances around it; where a bell sounds beside it or in it, the bell has the
    floor and it is not judged.
    """
    covered = [cue for cue in timeline["cues"] if cue["kind"] == "bed"]
    cues = [cue for cue in timeline["cues"] if cue["kind"] != "bed"]
    clear: list[tuple[int, int]] = []
    under_bed: list[tuple[int, int]] = []
    ringing_until = -1
    for before, pause, after in zip(cues, cues[1:], cues[2:], strict=False):
        if before["kind"] == "bell":
            ringing_until = before["end_ms"] + 15_000
        start, end = pause["start_ms"], pause["end_ms"]
        kinds = (before["kind"], pause["kind"], after["kind"])
        if kinds != ("speech", "silence", "speech") or end - start < SHORTEST_PAUSE_MS or start < ringing_until:
            continue
        masked = any(bed["start_ms"] < end and bed["end_ms"] > start for bed in covered)
        around = peaks[before["start_ms"] : after["end_ms"]]
        at, to = start - before["start_ms"], end - before["start_ms"]
        found = _between_steps(around, at, to) if masked else _quiet_around(around, at, to, loudness)
        (under_bed if masked else clear).append((found - (end - start), start))
    return [
        *_pause_check("pauses", clear, PAUSE_MS),
        *_pause_check("pauses under a bed", under_bed, PAUSE_UNDER_BED_MS),
    ]


def _quiet_around(peaks: NDArray[np.float64], start: int, end: int, loudness: float) -> int:
    """Milliseconds around the middle of a pause in which nothing is as loud as an edge of speech."""
    loud = peaks > db_to_gain(loudness + _EDGE_LU)
    middle = (start + end) // 2
    before = np.nonzero(loud[:middle])[0]
    after = np.nonzero(loud[middle:])[0]
    if not len(before) or not len(after):
        return len(peaks)
    return int(after[0] + middle - before[-1] - 1)


def _between_steps(peaks: NDArray[np.float64], start: int, end: int) -> int:
    """Milliseconds from the step down in level, near a pause's start, to the step up near its end."""
    levels = np.log(np.maximum(peaks, 1e-6))
    first = max(0, start - _STEP_REACH_MS)
    down = first + _step(levels[first : start + _STEP_REACH_MS])
    up = end - _STEP_REACH_MS + _step(levels[end - _STEP_REACH_MS : end + _STEP_REACH_MS])
    return up - down


def _step(levels: NDArray[np.float64]) -> int:
    """Where a stretch falls best into two parts of one level each: the least sum of squares about their means."""
    sums = np.cumsum(levels)[:-1]
    left = np.arange(1, len(levels))
    right = len(levels) - left
    explained = sums**2 / left + (levels.sum() - sums) ** 2 / right
    return int(np.argmax(explained)) + 1


def _pause_check(what: str, errors: list[tuple[int, int]], tolerance_ms: int) -> list[Check]:
    if not errors:
        return []
    worst, at = max(errors, key=lambda error: abs(error[0]))
    found = f"{len(errors)}, the worst {worst:+d} ms at {at / 1000:.1f} s"
    return [Check(what, f"each ± {tolerance_ms} ms", found, abs(worst) <= tolerance_ms)]

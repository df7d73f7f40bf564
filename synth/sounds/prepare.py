"""A sound file decoded into the project format, without a step at its edges or a seam in its loop."""

from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from synth.audio.ffmpeg import decode
from synth.audio.loudness import STEP_MS, energies, gated_loudness, true_peak
from synth.audio.pcm import FRAME_BYTES, Samples, from_raw, to_segment
from synth.content_cache import Metadata
from synth.errors import RequestError
from synth.sounds.sound import surf_energies
from synth.units import FRAMES_PER_MS, HOUR, frames_to_ms, ms_to_frames

LOOP_CROSSFADE_MS = 4_000
_ATTACK_MS, _RELEASE_MS = 2, 5
_AT_REST = 0.1  # of the largest amplitude in the first milliseconds
_CHUNK_MS = 10_000


def prepare_sound(path: Path, kind: Literal["bell", "bed"], waves: int, body: BinaryIO) -> Metadata:
    """Decodes a file into ``body`` as it will be heard, and returns the facts of a Sound."""
    for chunk in decode(path, whole=True):
        body.write(chunk)
    if kind == "bell":
        _ease_edges(body)
    elif not waves:
        _close_loop(body)
    frames = body.tell() // FRAME_BYTES
    length = frames // waves if waves else ms_to_frames(_CHUNK_MS)
    steps: list[NDArray[np.float64]] = []
    peak = 0.0
    body.seek(0)
    while raw := body.read(length * FRAME_BYTES):
        samples = from_raw(raw)
        steps.append(energies(samples))
        peak = max(peak, true_peak(samples))
    if peak == 0.0:
        raise RequestError(f"{path}: this sound file is silent from beginning to end")
    heard = surf_energies(np.array(steps), length, HOUR // STEP_MS) if waves else np.concatenate(steps)
    return {
        "length_ms": frames_to_ms(frames),
        "loudness": gated_loudness(heard),
        "peak": peak,
        "energies": [float(f"{energy:.6g}") for energy in np.concatenate(steps)],
        "waves": waves,
    }


def _ease_edges(body: BinaryIO) -> None:
    """Lets a bell begin and end without a step.

    Its end always fades, within 5 ms; its beginning only where the file does not begin at rest, as a stroke's first
    milliseconds are its character.
    """
    frames = body.tell() // FRAME_BYTES
    attack, release = min(ms_to_frames(_ATTACK_MS), frames), min(ms_to_frames(_RELEASE_MS), frames)
    body.seek(0)
    head = from_raw(body.read(attack * FRAME_BYTES))
    if np.abs(head[0]).max() > _AT_REST * np.abs(head).max():
        body.seek(0)
        body.write(to_segment(head * rising_ramp(attack)).raw_data)
    body.seek((frames - release) * FRAME_BYTES)
    tail = from_raw(body.read(release * FRAME_BYTES))
    body.seek((frames - release) * FRAME_BYTES)
    body.write(to_segment(tail * rising_ramp(release)[::-1]).raw_data)


def rising_ramp(frames: int) -> Samples:
    """Half a Hann window, ``(frames, 1)``: from 0 to 1 without a corner."""
    ramp: Samples = np.sin((np.arange(frames) + 0.5) / frames * np.pi / 2)[:, None] ** 2
    return ramp


def _close_loop(body: BinaryIO) -> None:
    """Crossfades a sound's end into its beginning and cuts the end off.

    The gains are equal-power ones, divided by the level that the measured correlation of the two stretches
    would add: a loop that is periodic already comes out unchanged, unrelated ends keep their power.
    """
    frames = body.tell() // FRAME_BYTES
    overlap = min(LOOP_CROSSFADE_MS * FRAMES_PER_MS, frames // 4)
    body.seek(0)
    head = from_raw(body.read(overlap * FRAME_BYTES))
    body.seek((frames - overlap) * FRAME_BYTES)
    tail = from_raw(body.read(overlap * FRAME_BYTES))
    power = np.sqrt(np.sum(head**2) * np.sum(tail**2))
    correlation = float(np.sum(head * tail) / power) if power else 0.0
    angle = (np.arange(overlap) + 0.5) / overlap * np.pi / 2
    rising, falling = np.sin(angle), np.cos(angle)
    level = np.sqrt(1 + 2 * rising * falling * max(0.0, correlation))
    blended = (head * rising[:, None] + tail * falling[:, None]) / level[:, None]
    body.seek(0)
    body.write(to_segment(blended).raw_data)
    body.truncate((frames - overlap) * FRAME_BYTES)
    body.seek(0, 2)

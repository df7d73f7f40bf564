"""Tracks made for tests, and what an ear with a ruler finds in them; nothing here measures with the code under test."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpers import warm
from synth.audio.ffmpeg import decode, ffmpeg
from synth.audio.pcm import Samples, from_raw, to_segment
from synth.content_cache import Cache
from synth.formats.provenance import EmbeddedTimeline
from synth.mix.mixer import BLOCK_MS, Mix
from synth.paths import shipped_folder
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import Track, compose, prepare
from synth.script.parse import parse
from synth.sounds.catalogue import catalogue
from synth.sounds.collection import Sounds
from synth.source import Place, Source
from synth.speech.clip import Clip
from synth.timeline.model import BedSpan, Cue, Speech, Strike

FRAMES = 48
"""Frames in a millisecond."""

METTA = Path(sys.executable).parent / "metta"
"""The installed command."""


def run_metta(*arguments: str | Path, folder: Path, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
    """Runs the command in ``folder``, without a terminal, a cache or settings; its user's home is ``folder/home``."""
    return warm.run([str(argument) for argument in arguments], folder, homely(folder), timeout_s)


def homely(folder: Path) -> dict[str, str]:
    """An environment whose home, cache and settings lie in ``folder/home``."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    return {name: value for name, value in os.environ.items() if not name.startswith(("METTA", "XDG"))} | {
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "PYTHONUTF8": "1",
    }


def left_in(folder: Path) -> set[str]:
    """What lies in a folder beside the user's home."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "home" not in path.relative_to(folder).parts}


@dataclass(frozen=True, slots=True)
class Studio:
    """A cache, and a folder that scripts find their own sounds in."""

    folder: Path
    cache: Cache

    @property
    def sounds(self) -> Sounds:
        return Sounds(self.cache, [self.folder])

    def compose(self, text: str, *, earlier: EmbeddedTimeline | None = None, **options: Any) -> Track:
        """A script's track, said in tones where nothing else is wished."""
        sounds = self.sounds
        session = prepare(
            parse(Source("test.md", text), {}), Profile(), SessionOptions(**{"voice": "tones"} | options), sounds
        )
        return compose(session, sounds, self.cache, earlier=earlier)

    def keep(self, name: str, samples: Samples) -> Path:
        """Mono or stereo samples as a WAV file of the folder."""
        path = self.folder / name
        to_segment(stereo(samples)).export(path, format="wav").close()
        return path


@cache
def shipped_sound(name: str) -> NDArray[np.float32]:
    """A shipped sound as its file has it, ``(frames, 2)``; in single precision, as there are minutes of them."""
    path = shipped_folder("audio_assets") / catalogue()[name].file
    return from_raw(b"".join(decode(path))).astype(np.float32)


def stereo(samples: Samples) -> Samples:
    """Mono samples in both channels; stereo ones as they are."""
    return samples if samples.ndim == 2 else np.column_stack([samples, samples])


def hum(seconds: float = 8.0, hertz: float = 1_000.0, amplitude: float = 0.5) -> Samples:
    """A tone that stands at its crest at every whole millisecond: whatever cuts it there, clicks."""
    return amplitude * np.cos(2 * np.pi * hertz * np.arange(round(seconds * 48_000)) / 48_000)


def raw(track: Track, *, start_ms: int = 0, block_ms: int = BLOCK_MS, clips: tuple[Clip, ...] | None = None) -> bytes:
    """The bytes of a track's mix."""
    mix = Mix(track.timeline, track.clips if clips is None else clips, track.sounds, track.levels)
    return b"".join(block.raw_data for block in mix.blocks(start_ms, block_ms=block_ms))


def heard(track: Track, *, clips: tuple[Clip, ...] | None = None) -> Samples:
    """The samples of a track's mix, ``(frames, 2)``."""
    return from_raw(raw(track, clips=clips))


def without(track: Track, *kinds: type[Cue]) -> Track:
    """The same track with cues taken out, its levels untouched."""
    cues = tuple(cue for cue in track.timeline.cues if not isinstance(cue, kinds))
    clips = () if Speech in kinds else track.clips
    return replace(track, timeline=replace(track.timeline, cues=cues), clips=clips)


def only(track: Track, strike: Strike) -> Track:
    """The same track with nothing in it but one stroke of a bell, its levels untouched."""
    return replace(track, timeline=replace(track.timeline, cues=(strike,)), clips=())


def as_read(track: Track) -> EmbeddedTimeline:
    """What is read in a file of this track: of its utterances' places, a file knows the lines alone."""
    provenance = track.metadata.provenance
    assert provenance
    utterances = tuple(
        replace(utterance, place=Place(track.timeline.title, utterance.place.line, 1))
        for utterance in provenance.utterances
    )
    return EmbeddedTimeline(track.timeline, replace(provenance, utterances=utterances))


def bed_alone(track: Track) -> Samples:
    """What the beds add to a track, giving way as they do to what they are heard under."""
    return heard(track) - heard(without(track, BedSpan))


def part(samples: Samples, start_ms: int, end_ms: int) -> Samples:
    """A stretch of samples."""
    return samples[start_ms * FRAMES : end_ms * FRAMES]


def largest_step(samples: Samples) -> float:
    """The largest difference between neighbouring samples."""
    return float(np.abs(np.diff(samples, axis=0)).max(initial=0.0))


def peaks_per_ms(samples: Samples) -> NDArray[np.float64]:
    """The largest amplitude of every millisecond."""
    loudest = np.abs(stereo(samples)).max(axis=1)
    return np.asarray(loudest[: len(loudest) // FRAMES * FRAMES].reshape(-1, FRAMES).max(axis=1))


def levels_per_ms(samples: Samples) -> NDArray[np.float64]:
    """The mean-square level of every millisecond, in dB."""
    squares = np.square(stereo(samples)[:, 0])
    return np.asarray(10 * np.log10(np.maximum(squares.reshape(-1, FRAMES).mean(axis=1), 1e-30)))


def decibels(amplitude: float) -> float:
    """An amplitude in dB, full scale at 0."""
    return float(20 * np.log10(max(amplitude, 1e-15)))


def pitch(samples: Samples) -> float:
    """The frequency, in Hz, that a stretch holds most of; to a fraction of a hertz."""
    mono = stereo(samples)[:, 0]
    size = 1 << (8 * len(mono)).bit_length()
    spectrum = np.abs(np.fft.rfft(mono * np.hanning(len(mono)), size))
    return float(np.argmax(spectrum) * 48_000 / size)


def true_peak(samples: Samples) -> float:
    """The largest amplitude between the samples of a mono signal, by an ideal interpolation to four times the rate."""
    padded = np.pad(samples, 480)
    spectrum = np.fft.rfft(padded)
    return float(np.abs(np.fft.irfft(spectrum, 4 * len(padded))).max() * 4)


def run_ffmpeg(*arguments: str | Path) -> str:
    """Runs ffmpeg and returns what it says; it cuts long lines anywhere, even through a letter."""
    command = [ffmpeg(), "-nostdin", "-hide_banner", "-nostats", "-y", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True).stderr.decode(errors="replace")


def ebur128(path: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a file, as ffmpeg measures them."""
    said = run_ffmpeg("-i", path, "-map", "0:a", "-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-")
    loudness = re.findall(r"^ +I: +(-?[\d.]+) LUFS", said, re.M)
    peak = re.findall(r"^ +Peak: +(-?[\d.]+|-inf) dBFS", said, re.M)
    return float(loudness[-1]), float(peak[-1])


def quiet_runs(loud: NDArray[np.bool_], shortest_ms: int) -> list[tuple[int, int]]:
    """Start and end, in milliseconds, of every stretch between two loud ones in which none is."""
    moments = np.nonzero(loud)[0]
    return [(int(last) + 1, int(first)) for last, first in pairwise(moments) if first - last - 1 >= shortest_ms]


def one_line(message: object) -> bool:
    """Whether a message is one line of text."""
    return bool(str(message).strip()) and "\n" not in str(message)


def script(body: str, header: Iterable[str] = (), *, title: str = "A test") -> str:
    """A script's text."""
    lines: Sequence[str] = ["---", f"title: {title}", *header, "---", body]
    return "\n".join(lines) + "\n"

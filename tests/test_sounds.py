"""The bells and beds that ship: what the catalogue says of them is so, and they sound as such things do."""

import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sounding import FRAMES, decibels, largest_step

from synth.audio import FRAME_BYTES, Samples, decode, from_raw
from synth.cache import Cache
from synth.library import SoundInfo, catalogue, shipped
from synth.sound import Sounds

FOLDER = shipped("audio_assets")
BELLS = ("bowl", "temple-bell", "chime", "block")
BEDS = ("drone", "rain", "ocean", "brown", "stream")
MOST_BYTES = 12_000_000

Sound32 = NDArray[np.float32]


def decoded(path: Path) -> Samples:
    return from_raw(b"".join(decode(path)))


@pytest.fixture(scope="module")
def files() -> dict[str, Sound32]:
    """Every shipped sound, decoded; in single precision, as there are minutes of them."""
    return {name: decoded(FOLDER / info.file).astype(np.float32) for name, info in catalogue().items()}


class TestCatalogue:
    def test_has_what_the_scripts_may_count_on(self) -> None:
        kinds = {name: info.kind for name, info in catalogue().items()}
        assert [name for name in BELLS if kinds.get(name) != "bell"] == []
        assert [name for name in BEDS if kinds.get(name) != "bed"] == []

    def test_its_lengths_are_those_of_the_files(self, files: dict[str, Sound32]) -> None:
        assert {name: info.length for name, info in catalogue().items()} == {
            name: len(samples) / FRAMES for name, samples in files.items()
        }

    def test_only_bells_ring_and_none_rings_longer_than_it_sounds(self) -> None:
        for name, info in catalogue().items():
            if info.kind == "bed":
                assert info.ring is None, name
            else:
                assert info.ring is not None
                assert info.ring <= max(1_000, info.length), name

    def test_every_file_is_in_it_and_may_be_given_on(self) -> None:
        known = {info.file for info in catalogue().values()}
        there = {path.name for path in FOLDER.iterdir() if path.suffix in {".flac", ".opus", ".wav", ".mp3", ".ogg"}}
        assert known == there
        assert {info.licence for info in catalogue().values()} == {"CC0-1.0"}

    @pytest.mark.parametrize("name", [*BELLS, *BEDS])
    def test_says_what_one_will_hear_and_how_it_was_made(self, name: str) -> None:
        info: SoundInfo = catalogue()[name]
        assert len(info.about.split()) >= 6
        assert len(info.made.split()) >= 6

    def test_all_of_it_is_small(self) -> None:
        assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < MOST_BYTES


class TestBells:
    @pytest.mark.parametrize("name", BELLS)
    def test_begins_at_the_stroke_and_ends_in_silence(self, files: dict[str, Sound32], name: str) -> None:
        samples = files[name]
        peak = np.abs(samples).max()
        loud = np.nonzero(np.abs(samples).max(axis=1) > peak / 4)[0]
        assert loud[0] < 40 * FRAMES, "the stroke is heard at once"
        assert decibels(np.abs(samples[0]).max() / peak) < -60
        assert not samples[-1].any()
        assert decibels(np.abs(samples[-20 * FRAMES :]).max() / peak) < -60

    @pytest.mark.parametrize("name", BELLS)
    def test_is_not_clipped(self, files: dict[str, Sound32], name: str) -> None:
        assert -4 < decibels(np.abs(files[name]).max()) < -2.5


def partials(samples: Sound32, count: int) -> list[float]:
    """The frequencies of the strongest partials of a bell's first two seconds, in Hz, from the lowest."""
    mono = samples[200 * FRAMES : 2_200 * FRAMES].mean(axis=1)
    size = 1 << 19
    spectrum = np.abs(np.fft.rfft(mono * np.blackman(len(mono)), size))
    frequencies = np.fft.rfftfreq(size, 1 / 48_000)
    found = []
    for _ in range(count):
        found.append(float(frequencies[np.argmax(spectrum)]))
        spectrum[np.abs(frequencies - found[-1]) < 40] = 0
    return sorted(found)


def envelope(samples: Sound32, hertz: float) -> NDArray[np.float64]:
    """The level in dB of one partial, every 20 ms: what lies within 15 Hz of it."""
    mono = samples[:, 0]
    spectrum = np.fft.fft(mono)
    spectrum[np.abs(np.fft.fftfreq(len(mono), 1 / 48_000) - hertz) > 15] = 0
    alone = np.abs(np.fft.ifft(spectrum))
    return np.asarray(20 * np.log10(np.maximum(alone[:: 20 * FRAMES], 1e-9)))


class TestBowl:
    def test_its_partials_are_inharmonic(self, files: dict[str, Sound32]) -> None:
        first, *others = partials(files["bowl"], 4)
        ratios = np.array(others) / first
        assert len(ratios) == 3
        off = np.abs(ratios - np.rint(ratios))
        assert off.max() > 0.2
        assert off.mean() > 0.1

    def test_each_partial_fades_at_its_own_rate(self, files: dict[str, Sound32]) -> None:
        falls = []
        for hertz in partials(files["bowl"], 4):
            level = envelope(files["bowl"], hertz)[25:800]
            level = level[: np.nonzero(level > level[0] - 40)[0][-1]]
            falls.append(float(np.polyfit(np.arange(len(level)) * 0.02, level, 1)[0]))
        assert all(-30 < fall < -2 for fall in falls), falls
        assert all(higher < 1.2 * lower for lower, higher in pairwise(falls)), falls

    def test_its_partials_beat_each_at_its_own_rate(self, files: dict[str, Sound32]) -> None:
        beats = []
        for hertz in partials(files["bowl"], 3):
            level = envelope(files["bowl"], hertz)[25:325]
            time = np.arange(len(level)) * 0.02
            swing = level - np.polyval(np.polyfit(time, level, 1), time)
            assert np.ptp(swing) > 2.0, f"{hertz:.0f} Hz stands still"
            spectrum = np.abs(np.fft.rfft(swing * np.hanning(len(swing)), 1 << 13))
            beats.append(float(np.fft.rfftfreq(1 << 13, 0.02)[np.argmax(spectrum)]))
        assert all(0.1 < beat < 5 for beat in beats), beats
        assert all(later > 1.2 * sooner for sooner, later in pairwise(beats)), beats


class TestBeds:
    def test_brown_noise_falls_six_decibels_an_octave(self, files: dict[str, Sound32]) -> None:
        mono = files["brown"].mean(axis=1)
        size = 1 << 14
        windows = np.lib.stride_tricks.sliding_window_view(mono, size)[:: size // 2]
        power = np.square(np.abs(np.fft.rfft(windows * np.hanning(size), axis=1))).mean(axis=0)
        hertz = np.fft.rfftfreq(size, 1 / 48_000)
        octaves = [10 * np.log10(power[(hertz >= low) & (hertz < 2 * low)].mean()) for low in 40 * 2.0 ** np.arange(8)]
        assert np.all(np.abs(np.diff(octaves) + 6) < 1), np.diff(octaves)

    @pytest.mark.parametrize("name", BEDS)
    def test_goes_on_for_ever(self, tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
        bed = Sounds(Cache(tmp_path_factory.getbasetemp() / "sounds"), []).bed(name)
        period = bed.entry.body_bytes // FRAME_BYTES
        around = bed.looped(period - 12 * 48_000, 24 * 48_000)
        middle = len(around) // 2
        assert largest_step(around[middle - 2 : middle + 2]) <= largest_step(around[: middle - 100])
        halves = np.sqrt(np.square(around).reshape(-1, 24_000, 2).mean(axis=(1, 2)))
        at_seam = halves[len(halves) // 2 - 1 : len(halves) // 2 + 9]
        swing = decibels(halves.max() / halves.min()) if name == "ocean" else 3.0  # waves come and go by themselves
        assert abs(decibels(at_seam.min() / np.median(halves))) <= swing
        assert abs(decibels(at_seam.max() / np.median(halves))) <= swing

    @pytest.mark.parametrize("name", BEDS)
    def test_fills_the_room(self, files: dict[str, Sound32], name: str) -> None:
        samples = files[name]
        assert not np.array_equal(samples[:, 0], samples[:, 1]), "it is wide"
        seconds = np.sqrt(np.square(samples).reshape(-1, 48_000, 2).mean(axis=(1, 2)))
        assert decibels(seconds.min()) > -60, "it has no hole"
        assert decibels(np.abs(samples).max()) < -5


class TestGenerator:
    def test_makes_the_same_sound_again(self, tmp_path: Path) -> None:
        again = tmp_path / "audio_assets"
        shutil.copytree(FOLDER, again)
        (again / "block.flac").unlink()
        (again / "catalogue.yaml").unlink()
        subprocess.run([sys.executable, again / "generate.py", "block"], check=True, capture_output=True)
        assert {path.name for path in again.iterdir()} == {path.name for path in FOLDER.iterdir() if path.is_file()}
        kept, made = (decoded(folder / "block.flac") for folder in (FOLDER, again))
        assert made.shape == kept.shape
        assert np.abs(made - kept).max() <= 1.001 / 32_768
        assert (again / "catalogue.yaml").read_text("utf-8") == (FOLDER / "catalogue.yaml").read_text("utf-8")

    def test_knows_no_other_sounds(self, tmp_path: Path) -> None:
        copy = shutil.copy(FOLDER / "generate.py", tmp_path)
        run = subprocess.run([sys.executable, copy, "blok"], capture_output=True, text=True, check=False)
        assert run.returncode == 2
        assert "no such sound: blok" in run.stderr
        assert not (tmp_path / "catalogue.yaml").exists()

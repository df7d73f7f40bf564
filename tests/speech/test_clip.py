"""What is known of a clip: its length, loudness, peak and energies."""

import math
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest
from helpers.speaking import faded, only_clip, sine, steady, utterance

from synth.audio.ffmpeg import ffmpeg
from synth.audio.loudness import energies, gated_loudness
from synth.audio.pcm import Samples
from synth.content_cache import Cache
from synth.speech.synthesis import speak
from synth.units import RATE


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_a_clip_of_any_rate_has_its_length_and_pitch(rate: int, tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(rate * 2) / rate) / 2
    clip = only_clip(tmp_path, steady(tone, rate))
    samples = clip.samples()[:, 0]
    assert (clip.rate, clip.length_ms) == (rate, 2_000)
    assert len(samples) == 96_000
    assert np.argmax(np.abs(np.fft.rfft(samples))) == 880
    assert np.abs(samples[4_800:-4_800]).max() == pytest.approx(0.5, abs=0.002)


def speechlike() -> Samples:
    """Words of noise between rests, every third one far softer: what a gate leaves out is in it."""
    noise = np.random.default_rng(7).standard_normal(9 * RATE)
    smooth = np.convolve(noise, np.ones(24) / 24, mode="same")
    words = np.repeat([1, 0.001, 0.7, 0, 0.03, 0.9, 0, 0.02, 1], RATE)
    return np.asarray(0.3 * smooth * words / np.abs(smooth).max())


SOUNDS = {
    "words": speechlike(),
    "one tone": faded(sine(997, 0.1, 4)),
    "low tone": faded(sine(80, 0.5, 3)),
    "loud hiss": faded(np.convolve(np.random.default_rng(3).uniform(-0.9, 0.9, 5 * RATE), (0.25, 0.5, 0.25), "same")),
}


@pytest.mark.parametrize("sound", SOUNDS)
def test_loudness_and_peak_of_a_clip_are_what_ffmpeg_measures(sound: str, tmp_path: Path) -> None:
    clip = only_clip(tmp_path, steady(SOUNDS[sound]))
    measured, peak = ebur128(clip.samples())
    assert clip.loudness == pytest.approx(measured, abs=0.3)
    assert 20 * math.log10(clip.peak) == pytest.approx(peak, abs=0.3)


def test_loudness_of_a_spoken_text_is_what_ffmpeg_measures(tmp_path: Path) -> None:
    asked = utterance(
        "May you be well. May you be safe. May you live at ease, and be kind to yourself.", voice="pyttsx3"
    )
    (clip,) = speak([asked], Cache(tmp_path)).values()
    assert clip.length_ms > 3_000
    measured, peak = ebur128(clip.samples())
    assert clip.loudness == pytest.approx(measured, abs=0.3)
    assert 20 * math.log10(clip.peak) == pytest.approx(peak, abs=0.3)


def ebur128(samples: Samples) -> tuple[float, float]:
    """Integrated loudness in LUFS, and true peak in dBFS, of stereo samples, by ffmpeg."""
    command = [
        ffmpeg(), "-nostdin", "-hide_banner", "-f", "f64le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0",
        "-af", "ebur128=peak=true", "-f", "null", "-",
    ]  # fmt: skip
    run = subprocess.run(command, input=samples.astype("<f8").tobytes(), capture_output=True, check=True)
    told = run.stderr.decode()
    summary = told[told.rindex("Summary:") :]
    integrated = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)
    assert integrated
    assert peak
    return float(integrated[1]), float(peak[1])


@pytest.mark.parametrize("amplitude", [0.5, 0.1, 0.01])
def test_a_kilohertz_tone_is_as_loud_as_the_standard_says(amplitude: float, tmp_path: Path) -> None:
    """BS.1770: a full-scale sine of 997 Hz in one channel reads −3.01 LUFS; in both, 0."""
    clip = only_clip(tmp_path, steady(faded(sine(997, amplitude, 5))))
    assert clip.loudness == pytest.approx(20 * math.log10(amplitude), abs=0.05)


@pytest.mark.parametrize("sound", SOUNDS)
def test_the_energies_of_a_clip_are_those_of_its_sound_every_100_ms(sound: str, tmp_path: Path) -> None:
    clip = only_clip(tmp_path, steady(SOUNDS[sound]))
    assert len(clip.energies) == math.ceil(clip.length_ms / 100)
    assert gated_loudness(np.array(clip.energies)) == pytest.approx(clip.loudness, abs=0.001)
    assert clip.energies == pytest.approx(tuple(energies(clip.samples())), rel=1e-3)


def test_the_energies_of_a_clip_show_where_it_is_loud(tmp_path: Path) -> None:
    clip = only_clip(tmp_path, steady(np.concatenate([sine(997, 0.1, 1), sine(997, 0.2, 1), sine(997, 0.1, 1)])))
    steps = np.array(clip.energies)
    assert len(steps) == 30
    assert steps[1:9] == pytest.approx(np.full(8, steps[5]), rel=0.02)
    assert steps[11:19] == pytest.approx(np.full(8, 4 * steps[5]), rel=0.02)
    assert steps[21:29] == pytest.approx(np.full(8, steps[5]), rel=0.02)


def test_a_clip_shorter_than_a_gate_has_a_loudness(tmp_path: Path) -> None:
    clip = only_clip(tmp_path, steady(sine(997, 0.1, 0.2)))
    assert clip.length_ms == 200
    assert clip.loudness == pytest.approx(-20, abs=0.5)


def test_the_true_peak_of_a_clip_is_found_between_its_samples(tmp_path: Path) -> None:
    """A sine of a quarter of the rate, met at 45°: every sample is √½ of the amplitude between them."""
    clip = only_clip(tmp_path, steady(faded(sine(RATE / 4, 0.5, 1, phase=np.pi / 4))))
    assert np.abs(clip.samples()).max() == pytest.approx(0.5 / math.sqrt(2), abs=0.001)
    assert clip.peak == pytest.approx(0.5, rel=0.01)

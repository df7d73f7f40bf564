"""The treatment of a voice, measured on what espeak says: where it is, how it rings, and what was made of its sound."""

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import soxr
from helpers.sound import decibels
from numpy.typing import NDArray

from synth.audio.ffmpeg import ffmpeg
from synth.audio.loudness import energies, gated_loudness, true_peak
from synth.audio.pcm import Samples
from synth.speech.effects import EFFECTS, Filter, Reverb, VoiceEffect
from synth.units import RATE
from synth.voices.pyttsx3 import Pyttsx3Voice
from synth.voices.voice import Words

ESPEAK_RATE = 22_050
TREATED = [name for name in EFFECTS if name != "plain"]
DARKER = ["warm", "hall"]
"""Those for a voice that is sharp and hisses."""

REVERBS = {name: effect.reverb for name, effect in EFFECTS.items() if effect.reverb}
SHIPPED = [
    "Welcome, friend.",
    "Thank you, friend. Go gently.",
    "May you be well, and may you be at ease in this body.",
    "You might sit, or stand, or lean on something. Your eyes can be open or closed.",
    "If you enjoy your breath, you could follow it for a while. Ten slow ones, or twelve, or only a few.",
]
SHORT = ["Ana.", "Hm.", "Yes.", "Breathe in."]
HISSING = "Six sisters sit; Susan's sense of stillness is surprisingly spacious."
HUMMING = "Now a long mellow morning in a warm, lonely room; an old animal yawned."

Pcm = NDArray[np.int16]


Said = Callable[..., Pcm]


@pytest.fixture(scope="module")
def said() -> Iterator[Said]:
    """What espeak says, from its first audible sample to its last."""
    with Pyttsx3Voice() as voice:

        @cache
        def say(text: str, words_a_minute: int = 110) -> Pcm:
            samples = voice.speak(Words(text), "gmw/en-US", words_a_minute).samples
            audible = np.nonzero(np.abs(samples.astype(int)) > 100)[0]
            return samples[audible[0] : audible[-1] + 1]

        yield say


def tail_frames(name: str, rate: int = ESPEAK_RATE) -> int:
    return EFFECTS[name].closing_tail_ms * rate // 1000


def applied(dry: Pcm, effect: VoiceEffect, rate: int = ESPEAK_RATE) -> Pcm:
    """Mono 16-bit samples with an effect: ``(frames + tail, 2)``."""
    return effect.add_reverb(effect.shape(dry / 32768, rate), rate)


def treated(dry: Pcm, name: str, rate: int = ESPEAK_RATE) -> Samples:
    """Treated samples ``(frames + tail, 2)``, full scale at 1."""
    return applied(dry, EFFECTS[name], rate) / 32768


def crest(samples: Samples, rate: int) -> float:
    """True peak over gated loudness, in dB."""
    heard = soxr.resample(samples, rate, RATE, quality="VHQ")
    return decibels(max(map(true_peak, heard.T))) - gated_loudness(energies(heard))


def lag_ms(dry: Samples, wet: Samples, rate: int) -> float:
    """How late ``wet`` is, by the largest of their cross-correlation."""
    size = 1 << (2 * len(wet)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(wet, size) * np.conj(np.fft.rfft(dry, size)), size)
    late = int(np.argmax(np.abs(likeness)))
    return (late if late < size // 2 else late - size) * 1000 / rate


def power(samples: Samples, rate: int, low_hz: float, high_hz: float) -> float:
    """The energy of mono samples between two frequencies."""
    size = 1 << len(samples).bit_length()
    spectrum = np.square(np.abs(np.fft.rfft(samples, size)))
    frequencies = np.fft.rfftfreq(size, 1 / rate)
    return float(spectrum[(frequencies >= low_hz) & (frequencies < high_hz)].sum())


def impulse_response(reverb: Reverb) -> Samples:
    """What a room makes of a click, ``(frames, 2)``, without the click itself."""
    response = VoiceEffect("a room", reverb=reverb).add_reverb(np.array([30_000 / 32768]), ESPEAK_RATE) / 32768
    return response[1:]


@pytest.mark.parametrize("name", EFFECTS)
def test_an_effect_starts_no_process(name: str, monkeypatch: pytest.MonkeyPatch, said: Said) -> None:
    dry = said(SHIPPED[0])
    monkeypatch.setattr(subprocess, "Popen", lambda *arguments, **options: pytest.fail("a process is started"))
    assert applied(dry, EFFECTS[name]).any()


def test_plain_is_the_recording_in_both_channels(said: Said) -> None:
    dry = said(SHIPPED[0])
    wet = applied(dry, EFFECTS["plain"])
    assert EFFECTS["plain"].closing_tail_ms == 0
    assert wet.dtype == np.int16
    assert np.array_equal(wet, np.column_stack([dry, dry]))


@pytest.mark.parametrize("name", TREATED)
@pytest.mark.parametrize("text", [*SHIPPED, *SHORT])
def test_a_treated_voice_is_where_it_was(text: str, name: str, said: Said) -> None:
    dry = said(text)
    wet = treated(dry, name)
    assert wet.shape == (len(dry) + tail_frames(name), 2)
    for channel in wet.T:
        assert abs(lag_ms(dry / 32768, channel, ESPEAK_RATE)) < 0.1


@pytest.mark.parametrize("name", TREATED)
@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000])
def test_sound_begins_and_ends_where_it_did(rate: int, name: str) -> None:
    """A tone between rests: nothing before it, and its two edges within a millisecond."""
    rest, length = rate // 2, rate // 3
    dry = np.zeros(2 * rest + length, np.int16)
    dry[rest : rest + length] = 9_000 * np.sin(2 * np.pi * 400 * np.arange(length) / rate)
    wet = treated(dry, name, rate)
    assert wet.shape == (len(dry) + tail_frames(name, rate), 2)
    assert not wet[:rest].any()
    for channel in wet.T:
        loud = np.nonzero(np.abs(channel) > 0.3 * np.abs(channel).max())[0]
        assert loud[0] == pytest.approx(rest, abs=rate / 1000)
        assert loud[-1] == pytest.approx(rest + length, abs=rate / 1000)


GRAPHS = {
    "highpass=f=75": Filter("high-pass", 75, 0.707),
    "lowshelf=f=180:t=q:w=0.6:g=2.5": Filter("low shelf", 180, 0.6, 2.5),
    "equalizer=f=4000:t=q:w=0.8:g=-4": Filter("bell", 4_000, 0.8, -4),
    "highshelf=f=6500:t=q:w=0.6:g=-2": Filter("high shelf", 6_500, 0.6, -2),
}
"""Filters as ffmpeg, which has the same formulae, writes them."""


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
@pytest.mark.parametrize("graph", GRAPHS)
def test_a_filter_is_that_of_the_cookbook(graph: str, rate: int) -> None:
    dry = np.random.default_rng(1).standard_normal(rate) / 10
    raw = ["-f", "f64le", "-ar", str(rate), "-ac", "1"]
    command = [ffmpeg(), "-nostdin", "-v", "error", *raw, "-i", "pipe:0", "-af", graph, *raw, "pipe:1"]
    there = np.frombuffer(subprocess.run(command, input=dry.tobytes(), capture_output=True, check=True).stdout)
    ours = VoiceEffect("a filter", (GRAPHS[graph],)).shape(dry, rate)
    assert ours * np.std(there) / np.std(ours) == pytest.approx(there, abs=1e-5)


@pytest.mark.parametrize("name", REVERBS)
def test_a_room_rings_for_as_long_as_it_says_and_dies_away(name: str, said: Said) -> None:
    reverb = REVERBS[name]
    response = impulse_response(reverb)
    left = np.cumsum(np.square(response).sum(axis=1)[::-1])[::-1]
    decay = 10 * np.log10(left / left[0] + 1e-12)
    first, last = (int(np.nonzero(decay < level)[0][0]) for level in (-3, -13))
    assert 6 * (last - first) * 1000 / ESPEAK_RATE == pytest.approx(reverb.decay_ms, rel=0.25)
    dry = said(SHIPPED[1])
    tail = applied(dry, EFFECTS[name])[len(dry) :]
    assert tail[: len(tail) // 5].any()
    assert not tail[-len(tail) // 20 :].any()
    levels = np.abs(tail).max(axis=1)
    parts = [int(part.max()) for part in np.array_split(levels, 5)]
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize("name", REVERBS)
def test_a_rest_within_an_utterance_falls_silent(name: str, said: Said) -> None:
    word, tail = said("Ana."), tail_frames(name)
    rest = np.zeros(tail + ESPEAK_RATE // 10, np.int16)
    wet = applied(np.concatenate([word, rest, word]), EFFECTS[name])
    assert wet[len(word) + tail // 10].any()
    assert not wet[len(word) + tail : len(word) + len(rest)].any()


@pytest.mark.parametrize("name", DARKER)
def test_peaks_leave_the_limiter_nothing_to_do(name: str, said: Said) -> None:
    spoken = [(text, 110) for text in SHIPPED] + [(text, rate) for text in SHORT for rate in (80, 110, 140)]
    for text, words_a_minute in spoken:
        wet = treated(said(text, words_a_minute), name)
        assert crest(wet, ESPEAK_RATE) < 14.0, text
        assert -14 < decibels(float(np.abs(wet).max())) < -4, text


@pytest.mark.parametrize(("name", "least_db", "mean_db"), [("light", 0.5, 1.2), ("warm", 1, 2.5), ("hall", 1, 2.5)])
def test_peaks_are_evened_out(name: str, least_db: float, mean_db: float, said: Said) -> None:
    gained = [
        crest(treated(dry, "plain"), ESPEAK_RATE) - crest(treated(dry, name), ESPEAK_RATE)
        for dry in (said(text) for text in SHIPPED)
    ]
    assert min(gained) > least_db
    assert mean_db < np.mean(gained) < 5


@pytest.mark.parametrize("name", TREATED)
@pytest.mark.parametrize("gain", [0.02, 0.3])
def test_how_loud_the_engine_was_does_not_matter(gain: float, name: str, said: Said) -> None:
    dry = said(SHIPPED[0])
    usual, softer = treated(dry, name), treated(np.rint(dry * gain).astype(np.int16), name)
    assert np.std(usual - softer) < 0.01 * np.std(usual)


@pytest.mark.parametrize("name", DARKER)
def test_rumble_goes_body_comes_and_the_edge_is_taken_off(name: str) -> None:
    """Steady tones, which dynamics turn up or down alike, in dB beside the one of 1 kHz."""
    times = np.arange(2 * ESPEAK_RATE) / ESPEAK_RATE
    levels = {30: 0.05, 150: 0.05, 1_000: 0.2, 4_000: 0.005, 8_000: 0.002}
    dry = sum(level * np.sin(2 * np.pi * tone * times) for tone, level in levels.items())
    wet = treated(np.rint(dry * 32768).astype(np.int16), name)[ESPEAK_RATE : 2 * ESPEAK_RATE].mean(axis=1)
    spectrum = 2 * np.abs(np.fft.rfft(wet)) / len(wet)
    gains = {tone: decibels(spectrum[tone] / spectrum[1_000] * levels[1_000] / levels[tone]) for tone in levels}
    assert gains[30] < -10
    assert 1 < gains[150] < 3
    assert -6 < gains[4_000] < -3
    assert -7 < gains[8_000] < -1


def sibilance(samples: Samples, rate: int) -> float:
    """The level of 4.5 to 7.9 kHz, in dB."""
    return 10 * float(np.log10(power(samples.mean(axis=1), rate, 4_500, 7_900)))


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
@pytest.mark.parametrize("name", DARKER)
def test_sibilants_are_softened_and_nothing_else(name: str, rate: int, said: Said) -> None:
    effect = EFFECTS[name]
    spoken = [soxr.resample(said(text), ESPEAK_RATE, rate) for text in (HISSING, HUMMING)]
    softened, left = (
        [sibilance(applied(dry, each, rate) / 32768, rate) for dry in spoken]
        for each in (effect, replace(effect, de_esser=None))
    )
    hissing, humming = np.subtract(softened, left)
    assert -12 < hissing < -3
    assert abs(humming) < 1.5
    assert hissing < humming - 3


@pytest.mark.parametrize("name", REVERBS)
def test_a_room_is_wide_and_dark_and_leaves_words_clear(name: str, said: Said) -> None:
    reverb = REVERBS[name]
    response = impulse_response(reverb)
    left, right = response.T
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.3
    assert 10 * np.log10(np.square(left).sum() / np.square(right).sum()) == pytest.approx(0, abs=2)
    assert power(left, ESPEAK_RATE, reverb.high_hz * 2, ESPEAK_RATE) < 0.1 * power(left, ESPEAK_RATE, 0, reverb.high_hz)
    voice = treated(said(SHIPPED[2]), name)
    both, mono = np.square(voice).mean(), np.square(voice.mean(axis=1)).mean()
    assert 10 * np.log10(mono / both) == pytest.approx(0, abs=0.1)
    assert not np.array_equal(voice[:, 0], voice[:, 1])


@pytest.mark.parametrize(("name", "least_db"), [("warm", 20), ("hall", 14)])
def test_clarity(name: str, least_db: float) -> None:
    """C50 (ISO 3382-1): the energy of the first 50 ms of a click's response over that of all later ones, in dB."""
    click = np.zeros(ESPEAK_RATE // 10, np.int16)
    click[0] = 30_000
    energy = np.square(treated(click, name)).sum(axis=1)
    early = ESPEAK_RATE // 20
    assert energy[:early].sum() > 10 ** (least_db / 10) * energy[early:].sum()


@pytest.mark.parametrize("rate", [16_000, 22_050, 48_000])
@pytest.mark.parametrize("name", REVERBS)
def test_a_room_is_as_loud_at_every_rate(name: str, rate: int) -> None:
    reverb = REVERBS[name]
    noise = np.random.default_rng(1).standard_normal(48_000 * 3)
    dry = soxr.resample(noise, 48_000, rate, quality="VHQ")
    spectrum = np.fft.rfft(dry)
    frequencies = np.fft.rfftfreq(len(dry), 1 / rate)
    spectrum[(frequencies < 400) | (frequencies > 1_500)] = 0
    band = np.fft.irfft(spectrum, len(dry))
    wet = treated(np.rint(band / np.abs(band).max() * 20_000).astype(np.int16), name, rate)
    side, middle = (wet[:, 0] - wet[:, 1]) / 2, wet.mean(axis=1)
    found = 10 * np.log10(2 * np.square(side[: len(dry)]).sum() / np.square(middle[: len(dry)]).sum())
    assert found == pytest.approx(reverb.level_db, abs=2)


@pytest.mark.parametrize("name", EFFECTS)
def test_the_same_recording_gives_the_same_bytes(name: str, said: Said) -> None:
    dry = said(SHIPPED[0])
    assert applied(dry, EFFECTS[name]).tobytes() == applied(dry.copy(), EFFECTS[name]).tobytes()


@pytest.mark.parametrize("frames", [0, 1, 500])
@pytest.mark.parametrize("name", EFFECTS)
def test_silence_stays_silence(name: str, frames: int) -> None:
    wet = applied(np.zeros(frames, np.int16), EFFECTS[name])
    assert wet.shape == (frames + tail_frames(name), 2)
    assert not wet.any()

"""The treatment of a voice, measured on what espeak says: where it is, how it rings, and what was made of its sound."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

import synth.treatment
from synth.audio import Samples
from synth.errors import MachineError, RequestError
from synth.loudness import energies, gated_loudness
from synth.treatment import TREATMENTS, treat
from synth.units import RATE
from synth.voices.pyttsx3 import Pyttsx3Voice
from tests.sounding import decibels, one_line, true_peak

ESPEAK_RATE = 22_050
TREATED = [name for name in TREATMENTS if name != "plain"]
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


@pytest.fixture(scope="module")
def said() -> Callable[[str, int], Pcm]:
    """What espeak says, from its first audible sample to its last."""

    @cache
    def say(text: str, words_a_minute: int) -> Pcm:
        with Pyttsx3Voice() as voice:
            samples = voice.speak(text, "gmw/en-US", words_a_minute).samples
        audible = np.nonzero(np.abs(samples.astype(int)) > 100)[0]
        return samples[audible[0] : audible[-1] + 1]

    return say


Said = Callable[[str, int], Pcm]


def tail_frames(name: str, rate: int = ESPEAK_RATE) -> int:
    return TREATMENTS[name].tail_ms * rate // 1000


def treated(dry: Pcm, name: str, rate: int = ESPEAK_RATE) -> Samples:
    """Treated samples ``(frames, 2)``, full scale at 1."""
    return treat(dry, rate, name) / 32768


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
    spectrum = np.square(np.abs(np.fft.rfft(samples)))
    frequencies = np.fft.rfftfreq(len(samples), 1 / rate)
    return float(spectrum[(frequencies >= low_hz) & (frequencies < high_hz)].sum())


def change_db(dry: Pcm, wet: Samples, low_hz: float, high_hz: float) -> float:
    """What became of a band of the voice, compared with what became of 500 to 2,000 Hz."""
    mono, before = wet[: len(dry)].mean(axis=1), dry / 32768

    def ratio(low: float, high: float) -> float:
        return power(mono, ESPEAK_RATE, low, high) / power(before, ESPEAK_RATE, low, high)

    return 10 * float(np.log10(ratio(low_hz, high_hz) / ratio(500, 2_000)))


def impulse_response(name: str, rate: int = ESPEAK_RATE) -> Samples:
    """What is left of a treated click, the click itself taken out: the room alone, ``(frames, 2)``."""
    click = np.zeros(rate // 10, np.int16)
    click[rate // 100] = 30_000
    room = TREATMENTS[name].room
    assert room
    heard = treated(click, name, rate)[rate // 100 :]
    heard[: room.delay_ms * rate // 1000] = 0
    return heard


def test_plain_is_the_recording_in_both_channels(monkeypatch: pytest.MonkeyPatch, said: Said) -> None:
    dry = said(SHIPPED[0], 110)
    monkeypatch.setattr(synth.treatment, "ffmpeg", lambda: pytest.fail("a process is started"))
    wet = treat(dry, ESPEAK_RATE, "plain")
    assert TREATMENTS["plain"].tail_ms == 0
    assert wet.dtype == np.int16
    assert np.array_equal(wet, np.column_stack([dry, dry]))


@pytest.mark.parametrize("name", TREATED)
@pytest.mark.parametrize("text", [*SHIPPED, *SHORT])
def test_a_treated_voice_is_where_it_was(text: str, name: str, said: Said) -> None:
    dry = said(text, 110)
    wet = treated(dry, name)
    assert wet.shape == (len(dry) + tail_frames(name), 2)
    for channel in wet.T:
        assert abs(lag_ms(dry / 32768, channel, ESPEAK_RATE)) < 0.1


@pytest.mark.parametrize("name", TREATED)
def test_sound_begins_and_ends_where_it_did(name: str, said: Said) -> None:
    """A word between rests: nothing before it, its onset at the same millisecond, and the last of it as well."""
    word = said("Ana.", 110)
    rest = np.zeros(ESPEAK_RATE // 2, np.int16)
    wet = treated(np.concatenate([rest, word, rest]), name)
    assert not wet[: len(rest)].any()

    def ends(samples: Samples) -> tuple[float, float]:
        loud = np.nonzero(np.abs(samples) > 0.1 * np.abs(samples).max())[0]
        return loud[0] * 1000 / ESPEAK_RATE, loud[-1] * 1000 / ESPEAK_RATE

    (first, last), (began, ended) = ends(word / 32768), ends(wet[len(rest) :].mean(axis=1))
    assert began == pytest.approx(first, abs=1)
    assert ended == pytest.approx(last, abs=12)


@pytest.mark.parametrize("name", TREATED)
def test_a_room_rings_for_as_long_as_it_says_and_dies_away(name: str, said: Said) -> None:
    room = TREATMENTS[name].room
    assert room
    response = impulse_response(name)
    left = np.cumsum(np.square(response).sum(axis=1)[::-1])[::-1]
    decay = 10 * np.log10(left / left[0] + 1e-12)
    first, last = (int(np.nonzero(decay < level)[0][0]) for level in (-3, -13))
    assert 6 * (last - first) * 1000 / ESPEAK_RATE == pytest.approx(room.decay_ms, rel=0.25)
    dry = said(SHIPPED[1], 110)
    tail = treat(dry, ESPEAK_RATE, name)[len(dry) :]
    assert tail[: len(tail) // 10].any()
    assert not tail[-ESPEAK_RATE // 20 :].any()
    levels = np.abs(tail).max(axis=1)
    parts = [int(part.max()) for part in np.array_split(levels, 5)]
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize("name", TREATED)
def test_a_rest_within_an_utterance_falls_silent(name: str, said: Said) -> None:
    word, tail = said("Ana.", 110), tail_frames(name)
    rest = np.zeros(tail + ESPEAK_RATE // 10, np.int16)
    wet = treat(np.concatenate([word, rest, word]), ESPEAK_RATE, name)
    assert wet[len(word) + tail // 10].any()
    assert not wet[len(word) + tail : len(word) + len(rest)].any()


@pytest.mark.parametrize("words_a_minute", [80, 110, 140])
@pytest.mark.parametrize("name", TREATED)
def test_peaks_leave_the_limiter_nothing_to_do(name: str, words_a_minute: int, said: Said) -> None:
    for text in [*SHIPPED, *SHORT]:
        dry = said(text, words_a_minute)
        wet = treated(dry, name)
        assert crest(wet, ESPEAK_RATE) < 14.0, text
        assert -14 < decibels(float(np.abs(wet).max())) < -4, text


@pytest.mark.parametrize("name", TREATED)
def test_peaks_are_evened_out(name: str, said: Said) -> None:
    gained = [
        crest(treated(dry, "plain"), ESPEAK_RATE) - crest(treated(dry, name), ESPEAK_RATE)
        for dry in (said(text, 110) for text in SHIPPED)
    ]
    assert min(gained) > 1
    assert 2.5 < np.mean(gained) < 5


@pytest.mark.parametrize("name", TREATED)
@pytest.mark.parametrize("gain", [0.02, 0.3])
def test_how_loud_the_engine_was_does_not_matter(gain: float, name: str, said: Said) -> None:
    dry = said(SHIPPED[0], 110)
    usual, softer = treated(dry, name), treated(np.rint(dry * gain).astype(np.int16), name)
    assert np.std(usual - softer) < 0.01 * np.std(usual)


@pytest.mark.parametrize("name", TREATED)
def test_rumble_goes_body_comes_and_the_edge_is_taken_off(name: str, said: Said) -> None:
    dry = said(SHIPPED[3], 110)
    rumble = 0.05 * 32768 * np.sin(2 * np.pi * 30 * np.arange(len(dry)) / ESPEAK_RATE)
    wet = treated(dry, name)
    assert change_db((dry / 2 + rumble).astype(np.int16), treated((dry / 2 + rumble).astype(np.int16), name), 20, 60) < -10
    assert 0.5 < change_db(dry, wet, 100, 250) < 4
    assert -7 < change_db(dry, wet, 3_000, 5_500) < -1


@pytest.mark.parametrize("name", TREATED)
def test_sibilants_are_softened_and_nothing_else(name: str, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    hissing, humming = said(HISSING, 110), said(HUMMING, 110)
    softened = [treated(dry, name) for dry in (hissing, humming)]
    monkeypatch.setattr(synth.treatment, "_intensity", lambda rate: 0.0)
    as_they_were = [treated(dry, name) for dry in (hissing, humming)]
    (hiss, hum) = (
        10 * np.log10(power(after.mean(axis=1), ESPEAK_RATE, 4_500, 9_000) / power(before.mean(axis=1), ESPEAK_RATE, 4_500, 9_000))
        for after, before in zip(softened, as_they_were, strict=True)
    )
    assert -12 < hiss < -3
    assert abs(hum) < 1

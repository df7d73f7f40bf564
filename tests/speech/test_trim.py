"""What a clip is trimmed to: the sound, without the silence around it."""

from pathlib import Path

import numpy as np
import pytest
from helpers.sound import levels_per_ms
from helpers.speaking import ENGINE, Sounding, engine, faded, only_clip, sine, steady
from numpy.typing import NDArray

from synth.audio.pcm import Samples
from synth.content_cache import Cache
from synth.personalise.session import Style, Utterance
from synth.source import Place
from synth.speech.synthesis import speak
from synth.speech.trim import EDGE_MS, SOFT_END_MS
from synth.units import FRAMES_PER_MS, RATE
from synth.voices.tones import RATE as TONES_RATE
from synth.voices.tones import TonesVoice
from synth.voices.voice import RawSpeech, Words


@pytest.mark.parametrize(("before_ms", "after_ms"), [(0, 0), (500, 0), (0, 500), (731, 2_003), (60, 8_000)])
@pytest.mark.parametrize("hiss", [0, 8])
@pytest.mark.parametrize("spoken", ["Hm.", "May you be well, and may you be at ease in this body."])
def test_a_clip_is_its_sound_without_the_silence_around_it(
    spoken: str, hiss: int, before_ms: int, after_ms: int, tmp_path: Path
) -> None:
    tone = TonesVoice().speak(Words(spoken), "tone", 110)

    def quiet(ms: int) -> NDArray[np.int16]:
        noise = np.random.default_rng(ms).integers(-hiss, hiss + 1, ms * TONES_RATE // 1000)
        return noise.astype(np.int16)

    padded = np.concatenate([quiet(before_ms), tone.samples, quiet(after_ms)])
    clip = only_clip(tmp_path, Sounding(lambda text: RawSpeech(padded, TONES_RATE)), spoken)
    ramp_ms = min(before_ms, EDGE_MS)
    assert abs(clip.length_ms - ramp_ms - len(tone.samples) * 1000 / TONES_RATE) <= 1
    left, right = np.frombuffer(clip.entry.read(), "<i2").reshape(-1, 2).T
    assert np.array_equal(left, right)
    assert left[50:-50].tobytes() in tone.samples.astype("<i2").tobytes(), "all but the ramps at its two edges"
    assert clip.tail_ms <= EDGE_MS
    assert len(clip.samples()) == (clip.length_ms + clip.tail_ms) * FRAMES_PER_MS
    alone = only_clip(tmp_path / "alone", Sounding(lambda text: tone), spoken)
    assert clip.loudness == pytest.approx(alone.loudness, abs=0.1)


@pytest.mark.parametrize("treatment", ["plain", "light", "warm", "hall"])
def test_a_clip_that_begins_and_ends_at_its_crest_has_no_step_there(treatment: str, tmp_path: Path) -> None:
    tone = 0.4 * np.cos(2 * np.pi * 200 * np.arange(RATE + 1) / RATE)
    style = Style(ENGINE, "en", 110, treatment)
    with engine(steady(tone)):
        clips = speak([Utterance("O", "O", False, style, Place("script.md", 1, 1))], Cache(tmp_path))
    (clip,) = clips.values()
    samples = clip.samples()
    inside = np.abs(np.diff(samples[RATE // 4 : RATE * 3 // 4], axis=0)).max()
    assert inside > 0.001
    steepest = np.abs(np.diff(np.pad(samples, ((1, 1), (0, 0))), axis=0)).max()
    assert steepest <= 3 * inside, "a cut at the crest is a step of 38 times that; a compressor lets an onset through"


def test_a_pause_within_an_utterance_and_a_softer_end_are_kept(tmp_path: Path) -> None:
    loud, soft = faded(sine(440, 0.5, 1)), faded(sine(440, 0.5 * 10 ** (-20 / 20), 0.5))
    clip = only_clip(tmp_path, steady(np.concatenate([np.zeros(RATE), loud, np.zeros(RATE), soft, np.zeros(RATE)])))
    assert clip.length_ms == pytest.approx(2_500, abs=3)


def decaying(db_per_ms: float, seconds: float) -> Samples:
    """Noise of −20 dB, such as the last of an "f", that decays."""
    noise = np.random.default_rng(1).uniform(-1, 1, int(seconds * RATE))
    return np.asarray(0.1 * noise * 10 ** (-db_per_ms * np.arange(len(noise)) / FRAMES_PER_MS / 20))


def test_a_soft_end_is_not_cut_and_dies_away_in_the_pause(tmp_path: Path) -> None:
    said = np.concatenate([faded(sine(440, 0.5, 1)), decaying(0.25, 1), np.zeros(RATE)])
    clip = only_clip(tmp_path, steady(said))
    kept = clip.samples()
    levels = levels_per_ms(kept) - levels_per_ms(said)[: len(kept) // FRAMES_PER_MS]
    heard_ms = np.nonzero(np.abs(said) > 10 ** ((clip.loudness - 34) / 20))[0][-1] / FRAMES_PER_MS
    assert clip.length_ms == pytest.approx(heard_ms, abs=4)
    assert 60 <= clip.tail_ms <= SOFT_END_MS
    assert np.abs(levels[10 : clip.length_ms - 2]).max() < 0.1
    assert levels[clip.length_ms + 30] > -8, "30 ms behind what counts as speech, its end is there"
    assert levels_per_ms(kept)[-1] < levels_per_ms(kept)[clip.length_ms] - 20


def test_an_engine_s_own_noise_neither_lengthens_speech_nor_goes_on_into_the_pause(tmp_path: Path) -> None:
    word = faded(sine(440, 0.5, 1))
    noise = np.random.default_rng(2).uniform(-1, 1, 3 * RATE) * 0.5 * 10 ** (-45 / 20)
    noise[RATE : 2 * RATE] += word
    clip = only_clip(tmp_path, steady(noise))
    assert clip.length_ms == pytest.approx(1_000, abs=5)
    assert clip.tail_ms == pytest.approx(SOFT_END_MS, abs=1)
    tail = levels_per_ms(clip.samples())[clip.length_ms :]
    assert tail[-20:].max() < tail[:20].min() - 30

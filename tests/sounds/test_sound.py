"""A bed goes on for ever: it begins again without a seam."""

import numpy as np
import pytest
from helpers.sound import (
    FRAMES,
    Studio,
    decibels,
    hum,
    largest_step,
    stereo,
)

from synth.audio.pcm import Samples
from synth.content_cache import Cache


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, Cache(folder / "cache"))
    studio.keep("hum.wav", hum())
    return studio


@pytest.fixture(scope="module", params=["noise", "tone"])
def loop(request: pytest.FixtureRequest, studio: Studio) -> Samples:
    """Three and a half rounds of a bed whose end does not fit its beginning."""
    name = f"{request.param}.wav"
    studio.keep(name, _noise() if request.param == "noise" else hum(6.0, 50.3))
    bed = studio.sounds.bed(name)
    assert bed.length_ms == 4_500, "a quarter goes into the crossfade"
    return bed.stretch(0, round(3.5 * 4_500) * FRAMES)


def _noise() -> Samples:
    """Six seconds of noise up to 1 kHz."""
    count = 6_000 * FRAMES
    spectrum = np.fft.rfft(np.random.RandomState(5).standard_normal(count))
    spectrum[np.fft.rfftfreq(count, 1 / 48_000) > 1_000] = 0
    signal = np.fft.irfft(spectrum, count)
    return np.asarray(0.5 * signal / np.abs(signal).max())


class TestLoop:
    def test_it_begins_again_without_a_step(self, loop: Samples) -> None:
        period = 4_500 * FRAMES
        elsewhere = largest_step(loop[period // 4 : period - 100])
        for turn in (1, 2, 3):
            around = loop[turn * period - 50 : turn * period + 50]
            assert largest_step(around) <= 1.1 * elsewhere
        assert np.array_equal(loop[:period], loop[period : 2 * period])

    def test_the_level_of_noise_holds_through_the_crossfade(self, studio: Studio) -> None:
        studio.keep("even.wav", _noise())
        bed = studio.sounds.bed("even.wav").stretch(0, 13_000 * FRAMES)
        levels = np.sqrt(np.square(bed[:, 0]).reshape(-1, 500 * FRAMES).mean(axis=1))
        assert decibels(levels.max()) - decibels(levels.min()) < 1.5

    def test_it_goes_on_across_the_edges_of_blocks(self, studio: Studio) -> None:
        bed = studio.sounds.bed("hum.wav")
        long = bed.stretch(0, 30_000 * FRAMES)
        pieces = [bed.stretch(start * FRAMES, 777 * FRAMES) for start in range(0, 30_000, 777)]
        assert np.array_equal(np.concatenate(pieces)[: len(long)], long)

    def test_what_is_periodic_already_stays_as_it_is(self, studio: Studio) -> None:
        loop = studio.sounds.bed("hum.wav").stretch(0, 20_000 * FRAMES)
        expected = stereo(hum(20.0))
        assert np.abs(loop - expected).max() < 0.001

"""How a bed comes, goes, and gives way under speech."""

from typing import Any

import numpy as np
import pytest
from helpers.sound import (
    Studio,
    bed_alone,
    hum,
    largest_step,
    levels_per_ms,
    part,
    script,
)

from synth.content_cache import Cache
from synth.mix.bed_envelope import DUCK_DB
from synth.pipeline import Track


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, Cache(folder / "cache"))
    studio.keep("hum.wav", hum())
    return studio


class TestClicks:
    def test_a_bed_that_gives_way(self, studio: Studio) -> None:
        bed = bed_alone(_hummed(studio))
        assert largest_step(bed) <= 1.02 * largest_step(part(bed, 15_000, 16_000))


def _hummed(studio: Studio, **wishes: Any) -> Track:
    """A sentence in the middle of half a minute of one tone; 6 s of fading in, 10 s of fading out."""
    return studio.compose(
        script("[pause 12s] One long sentence, under it the bed gives way. [pause 18s]", ["bed: {sound: hum.wav}"]),
        **wishes,
    )


class TestBed:
    def test_fades_in_from_nothing_and_out_to_nothing(self, studio: Studio) -> None:
        track = _hummed(studio)
        bed = bed_alone(track)
        level = levels_per_ms(bed)
        full = level[7_000]
        assert not bed[0].any()
        assert level[0] < full - 60
        assert level[-1] < full - 60
        assert np.all(np.diff(level[:6_000]) > -0.001), "it comes up all the way"
        assert np.all(np.diff(level[-10_000:]) < 0.001), "it goes down all the way"
        assert level[1_000] < full - 10, "it comes slowly"

    def test_gives_way_by_four_decibels_under_speech(self, studio: Studio) -> None:
        track = _hummed(studio)
        level = levels_per_ms(bed_alone(track))
        (cue,) = track.timeline.speech
        under = level[cue.start_ms : cue.end_ms] - level[7_000]
        assert DUCK_DB == -4.0
        assert np.all(np.abs(under + 4) < 0.3)

    def test_gives_way_and_comes_back_by_ramps(self, studio: Studio) -> None:
        track = _hummed(studio)
        level = levels_per_ms(bed_alone(track))
        (cue,) = track.timeline.speech
        around = level[7_000 : cue.end_ms + 4_000] - level[7_000]
        window = 25
        assert np.abs(around[window:] - around[:-window]).max() <= 4 / 250 * window + 0.02
        lower = np.nonzero(around < -0.1)[0]
        lowest = np.nonzero(around < -3.9)[0]
        assert lowest[0] - lower[0] >= 0.94 * 250
        assert lower[-1] - lowest[-1] >= 0.94 * 250
        assert lower[-1] + 7_000 < cue.end_ms + 2_000, "it does come back"

    def test_stays_down_between_two_sentences_that_are_near(self, studio: Studio) -> None:
        track = studio.compose(
            script("[pause 9s] One two three. [pause 1s] Four five six. [pause 12s]", ["bed: {sound: hum.wav}"])
        )
        level = levels_per_ms(bed_alone(track))
        first, second = track.timeline.speech
        assert np.abs(level[first.start_ms : second.end_ms] - level[7_000] + 4).max() < 0.3

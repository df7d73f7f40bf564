"""Beds in a mix: no click where one begins again or changes into another."""

import numpy as np
import pytest
from helpers.sound import (
    Studio,
    decibels,
    heard,
    hum,
    largest_step,
    part,
    pitch,
    script,
)

from synth.content_cache import Cache


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, Cache(folder / "cache"))
    studio.keep("hum.wav", hum())
    return studio


class TestClicks:
    def test_a_bed_that_is_cut_at_its_crest(self, studio: Studio) -> None:
        track = studio.compose(script("[pause 10s] [bed hum.wav over 500ms] [pause 5s]", ["bed: {sound: hum.wav}"]))
        bed = heard(track)
        inside = part(bed, 7_000, 9_000)
        assert np.abs(inside).max() > 0.01
        assert largest_step(np.pad(bed, ((1, 1), (0, 0)))) <= 1.05 * largest_step(part(bed, 10_000, 10_600))

    def test_a_bed_that_begins_again(self, studio: Studio) -> None:
        """The 8 s file is heard seven times over, and crossfades into itself wherever it begins again."""
        studio.keep("odd.wav", hum(8.0, 50.3))
        track = studio.compose(script("[pause 45s]", ["bed: {sound: odd.wav}"]))
        bed = heard(track)
        assert largest_step(bed) <= 1.05 * largest_step(part(bed, 6_500, 7_500))


class TestBed:
    def test_changes_by_a_crossfade(self, studio: Studio) -> None:
        studio.keep("low.wav", hum(8.0, 400.0))
        track = studio.compose(
            script("[pause 9s] [bed low.wav over 4s] [pause 12s]", ["bed: {sound: hum.wav}"]), bell="none"
        )
        samples = heard(track)
        assert pitch(part(samples, 7_000, 9_000)) == pytest.approx(1_000, rel=0.002)
        assert pitch(part(samples, 13_100, 14_500)) == pytest.approx(400, rel=0.002)
        assert decibels(float(np.abs(part(samples, 10_900, 11_100)).max())) > -60

    def test_none_is_silence(self, studio: Studio) -> None:
        track = studio.compose(script("[pause 3s] One. [pause 3s]", ["bed: {sound: drone}"]), bed="none")
        assert not part(heard(track), 0, 3_000).any()

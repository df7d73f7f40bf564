"""The beds of a track as they should sound, made again."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.sound import FRAMES, Studio, bed_alone, script

from synth.content_cache import Cache
from synth.formats.provenance import Provenance
from synth.pipeline import Track
from synth.verify.expected_beds import ExpectedBeds
from synth.verify.measure import FRAMES_A_MS


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("beds")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def track(studio: Studio) -> Track:
    return studio.compose(script("[pause 3s]\n\nOne may sit. [pause 4s]", ["bed: {sound: brown}"]))


def provenance_of(track: Track) -> Provenance:
    assert track.metadata.provenance
    return track.metadata.provenance


def test_they_are_what_the_mix_has_of_them_giving_way_to_the_voice(studio: Studio, track: Track) -> None:
    beds = ExpectedBeds(track.timeline, provenance_of(track), studio.sounds)
    mixed = bed_alone(track)
    assert np.abs(mixed).max() > 1e-3
    assert np.abs(beds.part(0, track.timeline.duration_ms) - mixed).max() < 1e-6
    assert np.abs(beds.part(2_345, 4_567) - mixed[2_345 * FRAMES : 4_567 * FRAMES]).max() < 1e-6


def test_before_the_track_and_behind_it_there_is_silence(studio: Studio, track: Track) -> None:
    beds, end = ExpectedBeds(track.timeline, provenance_of(track), studio.sounds), track.timeline.duration_ms
    about = beds.part(-500, end + 500)
    assert about.shape == ((end + 1_000) * FRAMES, 2)
    assert not about[: 500 * FRAMES].any()
    assert not about[-500 * FRAMES :].any()
    assert np.array_equal(about[500 * FRAMES : -500 * FRAMES], beds.part(0, end))
    assert beds.part(end + 10, end + 20).shape == (10 * FRAMES, 2)
    assert len(beds.mono(-500, 500)) == 1_000 * FRAMES_A_MS


def test_one_that_is_not_at_hand_as_it_was_is_silent(studio: Studio, track: Track) -> None:
    for beds in ({"brown": "0" * 64}, {}):
        other = replace(provenance_of(track), beds=beds)
        assert not ExpectedBeds(track.timeline, other, studio.sounds).part(0, 3_000).any()


def test_a_burst_is_looked_for_about_its_moment_alone(studio: Studio, track: Track) -> None:
    beds = ExpectedBeds(track.timeline, provenance_of(track), studio.sounds)
    assert 0 < beds.burst(5_000) < 0.1
    assert beds.burst(-1_000) == 0

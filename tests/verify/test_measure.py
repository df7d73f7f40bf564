"""A sound file measured: its loudness by other code than that which made it, its samples as small as judging allows."""

from pathlib import Path

import numpy as np
import pytest
from helpers.sound import FRAMES, Studio, hum

from synth.content_cache import Cache
from synth.errors import RequestError
from synth.verify.measure import FRAMES_A_MS, MATCH_RATE, at_match_rate, largest_burst, measure, record


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path, Cache(tmp_path / "cache"))


def test_a_tone_in_both_channels_is_as_many_lufs_as_its_level(studio: Studio) -> None:
    found = measure(studio.keep("a: b.wav", hum(3, 1_000, 0.1)))
    assert (found.loudness, found.peak) == pytest.approx((-20, -20), abs=0.15)
    assert found.complaints == 0
    assert len(found.momentary) == pytest.approx(30, abs=2)
    assert found.momentary[-1] == pytest.approx(-20, abs=0.15)


def test_silence_has_no_peak(studio: Studio) -> None:
    assert measure(studio.keep("a.wav", np.zeros(48_000))).peak == float("-inf")


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("words")
    with pytest.raises(RequestError, match=r"a\.wav: this can't be read as sound\Z"):
        measure(tmp_path / "a.wav")


def test_a_recording_is_as_long_as_its_file_and_has_the_peak_of_every_millisecond(studio: Studio) -> None:
    samples = hum(0.5, 1_000, 0.25)
    samples[100 * FRAMES : 200 * FRAMES] = 0
    samples[150 * FRAMES + 7] = -0.5
    found = record(studio.keep("a.wav", samples))
    assert (found.frames, found.length_ms) == (len(samples), 500)
    assert len(found.peaks) == len(found.bursts) == 500
    assert found.peaks[:100] == pytest.approx(0.25, abs=1e-4)
    assert np.nonzero(found.peaks[100:200])[0].tolist() == [50]
    assert int(np.argmax(found.bursts[101:199])) == 49
    assert len(found.mono) == pytest.approx(500 * FRAMES_A_MS, abs=2)


def test_a_part_is_silent_before_the_track_and_behind_it(studio: Studio) -> None:
    found = record(studio.keep("a.wav", hum(0.5, 1_000, 0.25)))
    part = found.part(-100, 700)
    assert len(part) == 800 * FRAMES_A_MS
    assert not part[: 99 * FRAMES_A_MS].any()
    assert not part[601 * FRAMES_A_MS :].any()
    assert np.array_equal(part[150 * FRAMES_A_MS : 250 * FRAMES_A_MS], found.part(50, 150))
    assert np.abs(found.part(50, 150)).max() == pytest.approx(0.25, rel=0.02)


def test_samples_at_the_match_rate_are_the_mean_of_both_channels() -> None:
    tone = hum(0.5, 1_000, 0.5)
    expected = 0.25 * np.cos(2 * np.pi * 1_000 * np.arange(6_000) / MATCH_RATE)
    for samples in (0.5 * tone, np.column_stack([tone, 0 * tone])):
        found = at_match_rate(samples)
        assert len(found) == 6_000
        assert np.abs(found - expected)[200:-200].max() < 1e-3


def test_a_lost_sample_bursts_more_than_a_tone() -> None:
    smooth = np.column_stack([hum(0.1, 1_000, 0.5)] * 2)
    lost = smooth.copy()
    lost[1_000, 1] = 0
    assert largest_burst(smooth) < 0.002
    assert largest_burst(lost) > 0.5
    assert largest_burst(smooth[:2]) == 0

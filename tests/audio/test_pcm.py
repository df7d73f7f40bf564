"""Samples and bytes of the project format, both ways."""

import numpy as np

from synth.audio.pcm import FRAME_BYTES, from_raw, silence, to_segment
from synth.units import RATE


def test_samples_come_back_to_half_a_step_of_32_bits() -> None:
    samples = np.random.default_rng(1).uniform(-1, 1, (4_801, 2))
    segment = to_segment(samples)
    assert (segment.frame_rate, segment.channels, segment.sample_width) == (RATE, 2, 4)
    back = from_raw(segment.raw_data)
    assert back.shape == samples.shape
    assert np.abs(back - samples).max() <= 2**-32
    assert to_segment(back).raw_data == segment.raw_data


def test_what_exceeds_full_scale_is_clipped_and_never_wraps() -> None:
    loud = np.array([[1.0, -1.0], [1.5, -1.5], [1e9, -1e9]])
    back = from_raw(to_segment(loud).raw_data)
    assert (back[:, 0] == 1 - 2**-31).all()
    assert (back[:, 1] == -1).all()
    assert loud[2, 0] == 1e9, "what was given is left as it was"


def test_silence_is_as_long_as_asked() -> None:
    quiet = silence(1_001)
    assert len(quiet.raw_data) == 1_001 * 48 * FRAME_BYTES
    assert len(quiet) == 1_001
    assert not from_raw(quiet.raw_data).any()

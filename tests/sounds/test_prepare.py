"""A file that was cut anywhere does not click, and a stroke keeps its attack."""

import numpy as np
import pytest
from helpers.sound import (
    FRAMES,
    Studio,
    hum,
    largest_step,
    shipped_sound,
)

from synth.audio.pcm import Samples
from synth.content_cache import Cache
from synth.sounds.catalogue import catalogue


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, Cache(folder / "cache"))
    studio.keep("hum.wav", hum())
    return studio


class TestEdges:
    """A file that was cut anywhere does not click; a stroke keeps its attack."""

    @pytest.fixture(scope="class")
    @staticmethod
    def cut(studio: Studio) -> Samples:
        """A loud tone that begins and ends at its crest, as it is heard, with silence about it."""
        studio.keep("cut.wav", 0.8 * np.cos(2 * np.pi * 250 * np.arange(48_000) / 48_000))
        return np.pad(studio.sounds.bell("cut.wav").samples(), ((100, 100), (0, 0)))

    def test_neither_end_has_a_step(self, cut: Samples) -> None:
        assert largest_step(cut) < 1.1 * 0.8 * 2 * np.pi * 250 / 48_000

    def test_the_rest_is_as_it_was(self, cut: Samples) -> None:
        inner = cut[100:-100][2 * FRAMES : -5 * FRAMES, 0]
        times = np.arange(2 * FRAMES, 2 * FRAMES + len(inner)) / 48_000
        assert np.abs(inner - 0.8 * np.cos(2 * np.pi * 250 * times)).max() < 1e-4

    def test_what_is_measured_is_what_is_heard(self, studio: Studio) -> None:
        loud_edge = np.concatenate([np.full(5, 0.9), 0.1 * hum(1.0)])
        studio.keep("edge.wav", loud_edge)
        bell = studio.sounds.bell("edge.wav")
        assert bell.peak == pytest.approx(np.abs(bell.samples()).max(), rel=0.05)

    @pytest.mark.parametrize("name", [name for name, info in catalogue().items() if info.kind == "bell"])
    def test_a_shipped_bell_is_as_its_file_has_it(self, studio: Studio, name: str) -> None:
        assert np.array_equal(studio.sounds.bell(name).samples().astype(np.float32), shipped_sound(name))

"""How loud a bell, a bed and every sentence are beside the voice."""

import pytest
from helpers.sound import (
    Studio,
    bed_alone,
    decibels,
    ebur128,
    heard,
    hum,
    only,
    part,
    script,
    true_peak,
    without,
)

from synth.content_cache import Cache
from synth.pipeline import Track
from synth.timeline.model import BedSpan, Speech, Strike


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, Cache(folder / "cache"))
    studio.keep("hum.wav", hum())
    return studio


class TestBed:
    @pytest.mark.parametrize(("wished", "stands"), [(None, -18.0), (-27.5, -27.5)])
    def test_stands_so_far_under_the_voice(self, studio: Studio, wished: float | None, stands: float) -> None:
        words = "Word upon word upon word, without a rest, until the meter has had enough of it."
        track = studio.compose(script(f"{words} [pause 28s]", ["bed: {sound: brown}"]), bed_level=wished)
        (cue,) = track.timeline.speech
        bed = part(bed_alone(track), cue.end_ms + 2_000, track.timeline.duration_ms - 10_000)
        voice = part(heard(without(track, BedSpan)), cue.start_ms, cue.end_ms)
        measured = [ebur128(studio.keep(name, sound))[0] for name, sound in (("b.wav", bed), ("v.wav", voice))]
        assert measured[0] - measured[1] == pytest.approx(stands, abs=1.0)


@pytest.fixture(scope="module")
def rung(studio: Studio) -> Track:
    """Two different bells, as loud as the voice, and a sentence between them."""
    return studio.compose(script("[bell bowl 0]\n\nOne two three four.\n\n[bell temple-bell 0]"))


class TestBell:
    def test_its_peak_is_no_louder_than_the_voice(self, rung: Track) -> None:
        samples = heard(without(rung, Strike))[:, 0]
        voice = true_peak(samples)
        bells = heard(without(rung, Speech))
        for strike in rung.timeline.strikes:
            peak = true_peak(part(bells, strike.start_ms, strike.start_ms + 3_000)[:, 0])
            assert decibels(peak) <= decibels(voice) + 0.05
            assert decibels(peak) > decibels(voice) - 1.0, "0 dB asks for as loud as the voice"

    def test_its_level_is_the_one_asked(self, studio: Studio) -> None:
        track = studio.compose(script("[bell]\n\n[bell bowl -12]\n\nOne two three four. [pause 20s]"))
        first, second = track.timeline.strikes
        peaks = []
        for strike in (first, second):
            alone = only(track, strike)
            peaks.append(decibels(true_peak(heard(alone)[:, 0])))
        voice = decibels(true_peak(heard(without(track, Strike))[:, 0]))
        assert peaks[0] - voice == pytest.approx(-3, abs=0.3)
        assert peaks[1] - voice == pytest.approx(-12, abs=0.3)


class TestSpeech:
    def test_all_utterances_are_equally_loud(self, studio: Studio) -> None:
        texts = ["A sentence of a fair length for measuring.", "Another, which may well be of another pitch."]
        track = studio.compose(script(" [pause 2s] ".join([*texts, "And yet another one to be compared with them."])))
        samples = heard(track)
        measured = [
            ebur128(studio.keep("s.wav", part(samples, cue.start_ms, cue.end_ms)))[0] for cue in track.timeline.speech
        ]
        assert max(measured) - min(measured) < 0.5

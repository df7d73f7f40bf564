"""How loud a bell, a bed and every sentence are beside the voice."""

from dataclasses import replace

import pytest
from helpers.sound import (
    Studio,
    as_read,
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
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.content_cache import Cache
from synth.mix.levels import MAX_LIMITING_DB, MAX_RAISE_LU, PEAK_DBTP, TARGET_LUFS, Levels, plan_levels
from synth.pipeline import Track
from synth.timeline.model import BedSpan, Speech, Strike
from synth.units import db_to_gain


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


FEW_WORDS = script(
    "One may rest here and listen. [pause 5s..]\n\nLet it be.", ["length: 2m", "bed: {sound: rain, level: -18}"]
)


@pytest.fixture(scope="module")
def few(studio: Studio) -> Track:
    """Few words in a long silence over rain."""
    return studio.compose(FEW_WORDS)


class TestFewWordsInALongSilence:
    """The silence and its bed count for the whole: to make that as loud as asked, the voice would have to shout."""

    def test_the_voice_is_not_raised_far_over_what_was_asked(self, few: Track) -> None:
        assert few.levels.voice_lufs == TARGET_LUFS + MAX_RAISE_LU

    def test_the_programme_is_as_soft_as_it_is_said_to_be(self, studio: Studio, few: Track) -> None:
        measured, _ = ebur128(studio.keep("few.wav", heard(few)))
        assert measured < TARGET_LUFS - 5
        assert few.loudness == pytest.approx(measured, abs=0.2)
        assert few.metadata.provenance
        assert few.metadata.provenance.planned_lufs == pytest.approx(few.loudness, abs=0.01)

    def test_that_and_why_it_is_softer_is_told(self, studio: Studio, few: Track) -> None:
        told = few.loudness_note(TARGET_LUFS)
        assert (
            told == "softer than the -16 LUFS asked, as few words stand in a long silence; the words are at -13.0 LUFS"
        )
        assert studio.compose(script("One may sit here.")).loudness_note(TARGET_LUFS) is None

    def test_a_track_over_it_keeps_its_levels(self, studio: Studio, few: Track) -> None:
        assert studio.compose(FEW_WORDS, earlier=as_read(few)).levels == few.levels


class TestPeaks:
    """What the limiter takes is heard from about 2 dB on."""

    @given(crests=st.lists(st.floats(3, 30), min_size=2, max_size=2), asked=st.floats(-30, -12))
    @settings(max_examples=20, deadline=None)
    def test_no_clip_is_limited_by_more_than_it_may(self, studio: Studio, crests: list[float], asked: float) -> None:
        track = studio.compose(script("One may sit here. [pause 2s] And here."), bed="none", bell="none")
        clips = tuple(
            replace(clip, peak=db_to_gain(clip.loudness + crest))
            for clip, crest in zip(track.clips, crests, strict=True)
        )
        levels = plan_levels(track.timeline, clips, studio.sounds, asked)
        for clip, crest in zip(clips, crests, strict=True):
            assert levels.voice_lufs + crest <= PEAK_DBTP + MAX_LIMITING_DB + 0.001
            assert levels.clip_gain(clip) == pytest.approx(db_to_gain(levels.voice_lufs - clip.loudness), rel=0.001)

    def test_a_clip_that_nobody_planned_for_is_softer(self, studio: Studio) -> None:
        """In step and live, others are said at levels that were planned for somebody else."""
        (clip,) = studio.compose(script("One may sit here.")).clips
        lumpy = replace(clip, peak=db_to_gain(clip.loudness + 20))
        limited = decibels(Levels(-14.0, 1.0).clip_gain(lumpy) * lumpy.peak) - PEAK_DBTP
        assert limited == pytest.approx(MAX_LIMITING_DB)

    def test_that_it_is_softer_for_its_peaks_is_told(self, studio: Studio) -> None:
        track = studio.compose(script("One may sit here."))
        softer = replace(track, loudness=-20.0, levels=replace(track.levels, voice_lufs=-19.5))
        assert softer.loudness_note(-16.0) == (
            "softer than the -16 LUFS asked, as louder, the voice's peaks would be limited by more than 2 dB; "
            "the words are at -19.5 LUFS"
        )

"""What is mixed: the same however it is cut, without a click, each sound at its place and its level.

The voice is ``tones``, whose pitch comes from the text: what is lost, doubled or swapped is heard.
"""

import errno
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sound import (
    FRAMES,
    Studio,
    bed_alone,
    decibels,
    ebur128,
    heard,
    largest_step,
    levels_per_ms,
    one_line,
    part,
    pitch,
    raw,
    run_ffmpeg,
    script,
    shipped_sound,
    stereo,
    true_peak,
    without,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.audio import loudness
from synth.audio.pcm import FRAME_BYTES, Samples
from synth.content_cache import Cache, CacheEntry
from synth.errors import RequestError
from synth.mix.bed_envelope import DUCK_DB
from synth.mix.limiter import limit
from synth.pipeline import Track
from synth.sounds.catalogue import catalogue
from synth.timeline.model import BedSpan, Speech, Strike
from synth.voices.tones import pitch_of

SENTENCES = ["One two three four.", "Five six seven eight.", "The last of them."]
MIXED = script(
    f"[bell]\n\n{SENTENCES[0]} [pause 3s]\n\n{SENTENCES[1]} [bed rain over 4s] [pause 6s]\n\n"
    f"{SENTENCES[2]} [bell chime x2]",
    ["bed: {sound: drone}"],
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, Cache(folder / "cache"))
    studio.keep("hum.wav", hum())
    return studio


@pytest.fixture(scope="module")
def mixed(studio: Studio) -> Track:
    return studio.compose(MIXED)


@pytest.fixture(scope="module")
def whole(mixed: Track) -> bytes:
    return raw(mixed)


def hum(seconds: float = 8.0, hertz: float = 1_000.0, amplitude: float = 0.5) -> Samples:
    """A tone that stands at its crest at every whole millisecond: whatever cuts it there, clicks."""
    return amplitude * np.cos(2 * np.pi * hertz * np.arange(round(seconds * 48_000)) / 48_000)


class TestBlocks:
    @pytest.mark.parametrize("block_ms", [100, 777, 60_000])
    def test_the_size_of_a_block_changes_no_sample(self, mixed: Track, whole: bytes, block_ms: int) -> None:
        assert len(whole) == mixed.timeline.duration_ms * FRAMES * FRAME_BYTES
        assert raw(mixed, block_ms=block_ms) == whole

    @pytest.mark.parametrize("start_ms", [1, 4_321, 9_777, 15_003, 21_500, 41_000])
    def test_a_mix_from_the_middle_is_the_tail_of_the_whole(self, mixed: Track, whole: bytes, start_ms: int) -> None:
        assert raw(mixed, start_ms=start_ms, block_ms=777) == whole[start_ms * FRAMES * FRAME_BYTES :]

    def test_blocks_are_as_long_as_asked_but_the_last(self, mixed: Track) -> None:
        lengths = [len(block.raw_data) // FRAME_BYTES for block in mixed.mix.blocks(block_ms=5_000)]
        assert set(lengths[:-1]) == {5_000 * FRAMES}
        assert lengths[-1] == mixed.timeline.duration_ms % 5_000 * FRAMES


class TestClicks:
    def test_a_bed_that_is_cut_at_its_crest(self, studio: Studio) -> None:
        track = studio.compose(script("[pause 10s] [bed hum.wav over 500ms] [pause 5s]", ["bed: {sound: hum.wav}"]))
        bed = heard(track)
        inside = part(bed, 7_000, 9_000)
        assert np.abs(inside).max() > 0.01
        assert largest_step(np.pad(bed, ((1, 1), (0, 0)))) <= 1.05 * largest_step(part(bed, 10_000, 10_600))

    def test_a_bed_that_gives_way(self, studio: Studio) -> None:
        bed = bed_alone(_hummed(studio))
        assert largest_step(bed) <= 1.02 * largest_step(part(bed, 15_000, 16_000))

    def test_a_bed_that_begins_again(self, studio: Studio) -> None:
        """The 8 s file is heard seven times over, and crossfades into itself wherever it begins again."""
        studio.keep("odd.wav", hum(8.0, 50.3))
        track = studio.compose(script("[pause 45s]", ["bed: {sound: odd.wav}"]))
        bed = heard(track)
        assert largest_step(bed) <= 1.05 * largest_step(part(bed, 6_500, 7_500))


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

    @pytest.mark.parametrize(("wished", "stands"), [(None, -18.0), (-27.5, -27.5)])
    def test_stands_so_far_under_the_voice(self, studio: Studio, wished: float | None, stands: float) -> None:
        words = "Word upon word upon word, without a rest, until the meter has had enough of it."
        track = studio.compose(script(f"{words} [pause 28s]", ["bed: {sound: brown}"]), bed_level=wished)
        (cue,) = track.timeline.speech
        bed = part(bed_alone(track), cue.end_ms + 2_000, track.timeline.duration_ms - 10_000)
        voice = part(heard(without(track, BedSpan)), cue.start_ms, cue.end_ms)
        measured = [ebur128(studio.keep(name, sound))[0] for name, sound in (("b.wav", bed), ("v.wav", voice))]
        assert measured[0] - measured[1] == pytest.approx(stands, abs=1.0)

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


@pytest.fixture(scope="module")
def rung(studio: Studio) -> Track:
    """Two different bells, as loud as the voice, and a sentence between them."""
    return studio.compose(script("[bell bowl 0]\n\nOne two three four.\n\n[bell temple-bell 0]"))


def only(track: Track, strike: Strike) -> Track:
    """The same track with nothing in it but one stroke of a bell, its levels untouched."""
    return replace(track, timeline=replace(track.timeline, cues=(strike,)), clips=())


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

    def test_it_rings_out_past_its_cue_and_to_the_end_of_the_file(self, rung: Track) -> None:
        bells = heard(without(rung, Speech))
        for number, strike in enumerate(rung.timeline.strikes):
            alone = only(rung, strike)
            sound = rung.sounds.bell(strike.sound)
            source = sound.samples()
            ringing = part(heard(alone), strike.start_ms, strike.start_ms + sound.length_ms)
            gain = np.abs(ringing).max() / np.abs(source).max()
            assert sound.length_ms > strike.end_ms - strike.start_ms + 5_000
            assert len(ringing) == len(source), f"bell {number} is cut off"
            assert np.abs(ringing - gain * source).max() < 1e-4
        last = rung.timeline.strikes[-1]
        assert rung.timeline.duration_ms == last.start_ms + rung.sounds.bell(last.sound).length_ms
        assert np.abs(bells[-2_000 * FRAMES :]).max() > 1e-5

    def test_strikes_follow_each_other(self, studio: Studio) -> None:
        track = studio.compose(script("One two. [bell block x3] [pause 2s]"))
        samples = heard(without(track, Speech))
        starts = [strike.start_ms for strike in track.timeline.strikes]
        assert np.diff(starts).tolist() == [1_000, 1_000]
        for start in starts:
            assert not part(samples, start - 100, start).any()
            assert np.abs(part(samples, start, start + 30)).max() > 0.05


class TestSpeech:
    def test_every_utterance_is_heard_at_its_place(self, studio: Studio) -> None:
        names = ["Bo", "Cy", "Di", "Ed", "Flo", "Hal", "Ivy", "Jo", "Kit", "Lea", "Max", "Noa", "Otis", "Pip", "Sam"]
        sentences = [f"May {name} be well." for name in names]
        assert len({round(pitch_of(sentence), 1) for sentence in sentences}) == len(sentences), "all can be told apart"
        track = studio.compose(script("\n\n".join(sentences)))
        samples = heard(track)
        assert [cue.text for cue in track.timeline.speech] == sentences
        for cue, sentence in zip(track.timeline.speech, sentences, strict=True):
            assert pitch(part(samples, cue.start_ms, cue.end_ms)) == pytest.approx(pitch_of(sentence), rel=0.003)

    def test_between_two_utterances_nothing_is_heard(self, studio: Studio) -> None:
        track = studio.compose(script("One. [pause 2s]\n\nTwo two. [pause 3s]\n\nThree three three. [pause 1s]"))
        samples = heard(track)
        sounding = np.abs(samples).max(axis=1) > 0
        for cue in track.timeline.speech:
            assert sounding[cue.start_ms * FRAMES + 10 : cue.end_ms * FRAMES - FRAMES - 10].mean() > 0.9
            sounding[cue.start_ms * FRAMES : cue.end_ms * FRAMES] = False
        assert not sounding.any()

    def test_all_utterances_are_equally_loud(self, studio: Studio) -> None:
        texts = ["A sentence of a fair length for measuring.", "Another, which may well be of another pitch."]
        track = studio.compose(script(" [pause 2s] ".join([*texts, "And yet another one to be compared with them."])))
        samples = heard(track)
        measured = [
            ebur128(studio.keep("s.wav", part(samples, cue.start_ms, cue.end_ms)))[0] for cue in track.timeline.speech
        ]
        assert max(measured) - min(measured) < 0.5

    def test_a_voice_is_in_the_middle(self, mixed: Track) -> None:
        samples = heard(without(mixed, BedSpan, Strike))
        assert np.abs(samples).max() > 0.1
        assert np.array_equal(samples[:, 0], samples[:, 1])


def limited_of(mono: Samples, ceiling: float) -> Samples:
    """A mono signal from both loudspeakers, limited; what comes from one of them."""
    left, right = limit(np.column_stack([mono, mono]), ceiling).T
    assert np.array_equal(left, right)
    return np.asarray(left)


class TestLimit:
    @given(
        seed=st.integers(0, 2**32 - 1),
        length_ms=st.integers(1, 300),
        loud=st.floats(0.05, 6.0),
        ceiling=st.floats(0.05, 1.0),
        top_hz=st.sampled_from([300, 3_000, 11_000]),
    )
    @settings(max_examples=60, deadline=None)
    def test_nothing_goes_over_the_ceiling(
        self, seed: int, length_ms: int, loud: float, ceiling: float, top_hz: int
    ) -> None:
        signal = _lumpy(seed, length_ms, top_hz) * loud
        limited = limited_of(signal, ceiling)
        assert limited.shape == signal.shape
        assert decibels(loudness.true_peak(limited)) <= decibels(ceiling) + 0.01
        assert decibels(true_peak(limited)) <= decibels(ceiling) + 0.1
        if loudness.true_peak(signal) <= ceiling:
            assert np.array_equal(limited, signal)
        assert np.all(np.abs(limited) <= np.abs(signal) * (1 + 1e-12)), "it never turns up"

    def test_a_peak_that_lies_between_the_samples(self) -> None:
        """A quarter of the rate, an eighth of a turn off: the samples reach 0.71 of the crest."""
        count = 200 * FRAMES
        tone = np.sin(2 * np.pi * (np.arange(count) / 4 + 1 / 8)) * np.hanning(count)
        assert np.abs(tone).max() < 0.72
        limited = limited_of(tone, 0.8)
        assert 0.75 < true_peak(limited) <= 0.8 * 1.005

    def test_far_from_a_peak_nothing_changes(self) -> None:
        signal = 0.1 * hum(1.0, 440.0)
        signal[24_000:24_480] *= 20
        limited = limited_of(signal, 0.5)
        assert np.abs(limited).max() <= 0.5
        changed = np.nonzero(limited != signal)[0]
        assert changed[0] > 24_000 - 20 * FRAMES
        assert changed[-1] < 24_480 + 20 * FRAMES

    def test_it_turns_down_without_a_corner(self) -> None:
        """A swell without a zero shows the gain itself: it comes down and goes up by small steps."""
        swell = np.interp(np.arange(48_000), [0, 19_000, 20_000, 28_000, 29_000, 48_000], [0.4, 0.4, 1, 1, 0.4, 0.4])
        gain = limited_of(swell, 0.5) / swell
        assert gain.min() == pytest.approx(0.5, abs=0.02)
        assert np.abs(np.diff(gain)).max() < 0.002

    def test_both_channels_are_turned_down_alike(self) -> None:
        """A picture in stereo stays where it is."""
        soft = 0.1 * hum(1.0, 440.0)
        loud = soft.copy()
        loud[24_000:24_480] *= 20
        left, right = limit(np.column_stack([loud, soft]), 0.5).T
        assert np.allclose(left * soft, right * loud, atol=1e-12)
        assert np.abs(right[24_000:24_480]).max() < 0.05

    def test_a_loud_programme_keeps_under_its_ceiling(self, studio: Studio, tmp_path: Path) -> None:
        """A click of a voice, which must be turned up far: its peak is what is limited."""
        track = studio.compose(script("One two three. [pause 2s]"))
        (clip,) = track.clips
        spike = 0.02 * hum(clip.length_ms / 1_000, 300.0)
        spike[4_800:4_824] += 0.9 * np.hanning(24)
        content = np.repeat(spike * 32767, 2).astype("<i2").tobytes()
        (tmp_path / "spike").write_bytes(content)
        loud = replace(
            clip,
            entry=CacheEntry(tmp_path / "spike", {}, len(content)),
            rate=48_000,
            loudness=-34.0,
            peak=true_peak(spike),
        )
        mono = heard(track, clips=(loud,))[:, 0]
        assert -3.0 < decibels(true_peak(mono)) <= -2.45


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


def _lumpy(seed: int, length_ms: int, top_hz: int) -> Samples:
    """Noise up to a frequency, with soft ends and a burst somewhere; its peak is 1."""
    random = np.random.RandomState(seed)
    count = length_ms * FRAMES
    spectrum = np.fft.rfft(random.standard_normal(count))
    spectrum[np.fft.rfftfreq(count, 1 / 48_000) > top_hz] = 0
    burst = np.exp(-(((np.arange(count) - random.randint(count)) / (5 * FRAMES)) ** 2))
    edge = min(count // 4, 2 * FRAMES)
    ends = np.clip(np.minimum(np.arange(count), np.arange(count)[::-1]) / edge, 0, 1)
    signal = np.fft.irfft(spectrum, count) * (0.3 + burst) * np.sin(np.pi / 2 * ends) ** 2
    return np.asarray(signal / max(np.abs(signal).max(), 1e-9))


CODECS = {"wav": "pcm_s16le", "flac": "flac", "ogg": "libvorbis", "m4a": "aac", "mp3": "libmp3lame"}


@pytest.fixture(scope="module")
def own(studio: Studio) -> Studio:
    """A tone in every format, at 44.1 kHz and mono."""
    for ending, codec in CODECS.items():
        tone = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=5"]
        run_ffmpeg("-v", "error", *tone, "-ac", "1", "-c:a", codec, studio.folder / f"tone.{ending}")
    return studio


class TestOwnSounds:
    @pytest.mark.parametrize("ending", CODECS)
    def test_is_a_bell(self, own: Studio, ending: str) -> None:
        track = own.compose(script(f"[bell tone.{ending}]\n\nOne two three."))
        (strike,) = track.timeline.strikes
        assert strike.end_ms == pytest.approx(5_000, abs=100)
        ringing = part(heard(track), 100, 4_800)
        assert np.abs(ringing).max() > 0.05
        assert np.array_equal(ringing[:, 0], ringing[:, 1])
        assert pitch(ringing) == pytest.approx(440, rel=0.001)

    @pytest.mark.parametrize("ending", CODECS)
    def test_is_a_bed(self, own: Studio, ending: str) -> None:
        track = own.compose(script("[pause 14s] One two three. [pause 12s]", [f"bed: {{sound: tone.{ending}}}"]))
        bed = part(heard(track), 7_000, 13_500)
        assert np.abs(bed).max() > 0.005
        assert pitch(bed) == pytest.approx(440, rel=0.001)
        assert largest_step(bed) <= 1.05 * np.abs(bed).max() * 2 * np.pi * 440 / 48_000

    def test_is_as_long_in_time_as_it_was(self, own: Studio) -> None:
        assert own.sounds.bell("tone.wav").length_ms == 5_000
        assert own.sounds.bell("tone.flac").length_ms == 5_000

    def test_stereo_stays_stereo(self, own: Studio) -> None:
        own.keep("sides.wav", np.column_stack([hum(2.0, 300.0), 0.5 * hum(2.0, 700.0)]))
        samples = own.sounds.bell("sides.wav").samples()
        assert pitch(samples[:, 0]) == pytest.approx(300, rel=0.002)
        assert pitch(samples[:, 1]) == pytest.approx(700, rel=0.002)


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


class TestRefused:
    @pytest.fixture
    def folder(self, studio: Studio, tmp_path: Path) -> Path:
        tone = hum(3.0)
        for name in ("a.wav", "b.wav"):
            Studio(tmp_path, studio.cache).keep(name, tone)
        (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:3,\na.wav\n#EXT-X-ENDLIST\n", encoding="utf-8")
        (tmp_path / "list.wav").write_bytes((tmp_path / "list.m3u8").read_bytes())
        (tmp_path / "joined.txt").write_text("ffconcat version 1.0\nfile a.wav\nfile b.wav\n", encoding="utf-8")
        (tmp_path / "joined.mp3").write_bytes((tmp_path / "joined.txt").read_bytes())
        (tmp_path / "words.wav").write_text("These are words and no sound.\n" * 50, encoding="utf-8")
        (tmp_path / "noise.mp3").write_bytes(np.random.RandomState(3).bytes(20_000))
        (tmp_path / "empty.wav").write_bytes(b"")
        (tmp_path / "short.wav").write_bytes((tmp_path / "a.wav").read_bytes()[:30])
        Studio(tmp_path, studio.cache).keep("silent.wav", np.zeros(48_000))
        return tmp_path

    NAMES = (
        "list.m3u8", "list.wav", "joined.txt", "joined.mp3", "words.wav", "noise.mp3", "empty.wav", "short.wav",
        "silent.wav", "nothing.wav", "concat:a.wav|b.wav", "file:a.wav", "-i", "", ".", "sine=frequency=440", "pipe:0",
        "/dev/zero", "/dev/stdin", "a" * 300 + ".wav",
    )  # fmt: skip

    @pytest.mark.parametrize("kind", ["bell", "bed"])
    @pytest.mark.parametrize("name", NAMES)
    def test_what_is_no_sound_of_ones_own(self, studio: Studio, folder: Path, name: str, kind: str) -> None:
        sounds = Studio(folder, studio.cache).sounds
        with pytest.raises(RequestError) as caught:
            sounds.bell(name) if kind == "bell" else sounds.bed(name)
        assert one_line(caught.value)
        assert name.rpartition("/")[2] in str(caught.value)

    @pytest.mark.parametrize("kind", ["bell", "bed"])
    def test_a_file_that_may_not_be_read_is_told(
        self, studio: Studio, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
    ) -> None:
        """As its owner locked it; root may read everything, so that the file only behaves as if."""
        opens = Path.open

        def locked(path: Path, *arguments: Any, **named: Any) -> Any:
            if path == folder / "a.wav":
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return opens(path, *arguments, **named)

        monkeypatch.setattr(Path, "open", locked)
        sounds = Studio(folder, studio.cache).sounds
        with pytest.raises(RequestError) as caught:
            sounds.bell("a.wav") if kind == "bell" else sounds.bed("a.wav")
        assert str(caught.value) == f"{folder / 'a.wav'}: this sound can't be read (Permission denied)"

    def test_an_address_is_not_even_visited(self, studio: Studio, folder: Path, caller: socket.socket) -> None:
        port = caller.getsockname()[1]
        (folder / "far.m3u8").write_text(f"#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:{port}/a.ts\n", encoding="utf-8")
        sounds = Studio(folder, studio.cache).sounds
        for name in (f"http://127.0.0.1:{port}/a.wav", f"tcp://127.0.0.1:{port}", "far.m3u8"):
            with pytest.raises(RequestError) as caught:
                sounds.bell(name)
            assert one_line(caught.value)
        with pytest.raises(TimeoutError):
            caller.accept()

    @pytest.fixture
    def caller(self) -> Iterator[socket.socket]:
        """A port at which anybody who calls would be noticed."""
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            listening.settimeout(0.2)
            yield listening

    def test_a_name_that_only_looks_dangerous_is_a_file(
        self, studio: Studio, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(folder)
        for name in ("-i", "concat:a.wav|b.wav", "a%03d.wav"):
            Studio(folder, studio.cache).keep(name, hum(1.5))
            assert Studio(Path(), Cache(folder / "cache")).sounds.bell(name).length_ms == 1_500
            (folder / "cache").rename(folder / f"cache {len(name)}")

    def test_a_refusal_leaves_nothing_in_the_cache(self, studio: Studio, folder: Path) -> None:
        cache = Cache(folder / "cache")
        with pytest.raises(RequestError):
            Studio(folder, cache).sounds.bell("words.wav")
        assert not [path for path in cache.folder.rglob("*") if path.is_file()]

    @pytest.mark.parametrize(("name", "kind"), [("bowl", "bed"), ("rain", "bell")])
    def test_a_sound_of_the_other_kind(self, studio: Studio, name: str, kind: str) -> None:
        with pytest.raises(RequestError, match=f"not a {kind}"):
            studio.sounds.bell(name) if kind == "bell" else studio.sounds.bed(name)


def test_a_decoded_sound_is_kept_with_what_is_known_of_it(studio: Studio) -> None:
    bell = studio.sounds.bell("block")
    assert json.loads(json.dumps(bell.entry.metadata))["length_ms"] == bell.length_ms
    assert bell.peak == pytest.approx(np.abs(bell.samples()).max(), rel=0.05)

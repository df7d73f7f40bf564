"""What is mixed: the same however it is cut, each sound at its place.

The voice is ``tones``, whose pitch comes from the text: what is lost, doubled or swapped is heard.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.sound import (
    FRAMES,
    Studio,
    decibels,
    heard,
    hum,
    only,
    part,
    pitch,
    raw,
    script,
    true_peak,
    without,
)

from synth.audio.pcm import FRAME_BYTES
from synth.content_cache import Cache, CacheEntry
from synth.pipeline import Track
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


@pytest.fixture(scope="module")
def rung(studio: Studio) -> Track:
    """Two different bells, as loud as the voice, and a sentence between them."""
    return studio.compose(script("[bell bowl 0]\n\nOne two three four.\n\n[bell temple-bell 0]"))


class TestBell:
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

    def test_a_voice_is_in_the_middle(self, mixed: Track) -> None:
        samples = heard(without(mixed, BedSpan, Strike))
        assert np.abs(samples).max() > 0.1
        assert np.array_equal(samples[:, 0], samples[:, 1])


class TestLimit:
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

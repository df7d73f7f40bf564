"""A session played: what keys do to the sound, how it begins before it is spoken, and a loudspeaker that goes away.

The sink is the clock, and these take whatever comes at once: minutes are played in moments.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from helpers.sound import FRAMES, Studio, decibels, heard, largest_step, levels_per_ms, part, pitch, script
from helpers.speaking import given_engine
from helpers.terminals import PATIENCE_S

from synth.audio.pcm import FRAME_BYTES, AudioSegment, Samples
from synth.content_cache import Cache
from synth.errors import DeviceError, RequestError, VoiceError
from synth.history import RatingAnswer, SessionRecord
from synth.live import speech_ahead
from synth.live.live_mixer import BLOCK_MS
from synth.live.player import NOTE_MS, RETRIES, Player, no_view
from synth.live.schedule import CROSSFADE_MS, RETURN_MS
from synth.live.transport import END_MS
from synth.live.view import BreathView, Question, View
from synth.outputs.memory import MemorySink
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.session import Session, Utterance
from synth.pipeline import compose, prepare
from synth.script.parse import parse
from synth.scripts import load_document
from synth.source import Source
from synth.speech.clip import Clips, key_of
from synth.speech.synthesis import SpeechSynthesizer
from synth.timeline.model import Silence, Speech, Timeline
from synth.units import HOUR, MINUTE
from synth.voices.engines import ENGINES
from synth.voices.tones import TonesVoice, pitch_of
from synth.voices.voice import EngineFault, RawSpeech, Words


def hum(seconds: float, hertz: float) -> Samples:
    """A bed of a single tone, mono."""
    return 0.5 * np.cos(2 * np.pi * hertz * np.arange(round(seconds * 1_000) * FRAMES) / (1_000 * FRAMES))


ONE, TWO, THREE = "One and one is two.", "Five and six is eleven.", "Nine, and that is all."
SAID = script(
    f"# First\n\n[pause 4s] {ONE} [pause 8s]\n\n[mark home] {TWO} [pause 12s]\n\n"
    f"# Last\n\n{THREE} [pause 9s] [bell chime]",
    ["bed: {sound: hum.wav}"],
)
HUMMING = script("[pause 40s]", ["bed: {sound: hum.wav}"])


class Script:
    """Keys pressed when so much was sent; each is answered once."""

    def __init__(self, presses: Mapping[int, str] | None = None) -> None:
        self.presses = dict(presses or {})
        self.pressed_at: list[int] = []

    def pressed(self, played_ms: int) -> str:
        due = [at for at in self.presses if at <= played_ms]
        self.pressed_at += [played_ms for _ in due]
        return "".join(self.presses.pop(at) for at in due)


@dataclass
class Played:
    """A sitting, and all that came of it."""

    sitting: SessionRecord
    samples: Samples
    timeline: Timeline
    views: list[View]
    player: Player


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    studio = Studio(folder, Cache(folder / "cache"))
    studio.keep("hum.wav", hum(8.0, 100.0))
    return studio


def session_of(studio: Studio, text: str, **options: Any) -> Session:
    return prepare(
        parse(Source("test.md", text), {}), Profile(), SessionOptions(**{"voice": "tones"} | options), studio.sounds
    )


def play(studio: Studio, text: str, presses: Mapping[int, str] | None = None, **options: Any) -> Played:
    """A script said before, played into memory."""
    studio.compose(text)
    sink, views = MemorySink(), list[View]()
    player = Player(session_of(studio, text), studio.sounds, studio.cache, **options)
    sitting = player.play(lambda: sink, Script(presses), views.append)
    return Played(sitting, sink.samples, player.timeline, views, player)


def starts(timeline: Timeline) -> list[tuple[str, int]]:
    return [(cue.text, cue.start_ms) for cue in timeline.speech]


def speech_at(timeline: Timeline, text: str) -> Speech:
    return next(cue for cue in timeline.speech if cue.text == text)


def in_order(played: Played) -> None:
    """Asserts that what was heard whole is what the timeline tells, each sentence known by its pitch."""
    for cue in played.timeline.speech:
        sound = part(played.samples, cue.start_ms + 20, cue.end_ms - 20)
        assert pitch(sound) == pytest.approx(pitch_of(cue.text), rel=0.01), cue


class TestUnmoved:
    @pytest.mark.parametrize(
        "text",
        [
            SAID,
            script("[bell]\n\nA. [pause 2s..] B. [breath 2 cued] [bed rain over 3s] C. [bell x2]", ["length: 2m"]),
            script("[pause 70s] A. [pause 20s..] B.", ["length: 3m", "bell: {interval: 1m}", "bed: {sound: rain}"]),
        ],
    )
    def test_it_is_sample_for_sample_what_a_track_is(self, studio: Studio, text: str) -> None:
        track = studio.compose(text)
        played = play(studio, text)
        assert played.timeline == track.timeline
        assert played.samples.shape == (track.timeline.duration_ms * FRAMES, 2)
        assert np.array_equal(played.samples, heard(track))

    def test_the_record_tells_it(self, studio: Studio) -> None:
        begun = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
        played = play(studio, SAID, meditation="said", clock=lambda: begun)
        length = played.timeline.duration_ms
        assert played.sitting == SessionRecord(begun, "said", length, length, "to the end")
        assert play(studio, SAID).sitting.begun.tzinfo

    def test_blocks_are_two_frames_of_an_mp3(self, studio: Studio) -> None:
        sizes = []

        class Counting(MemorySink):
            def write(self, block: AudioSegment) -> None:
                sizes.append(len(block))

        Player(session_of(studio, SAID), studio.sounds, studio.cache).play(Counting, Script())
        assert set(sizes[:-1]) == {BLOCK_MS} == {48}

    def test_keys_change_a_meditation_that_ships(self, studio: Studio) -> None:
        document = load_document("loving-kindness")
        session = prepare(document, Profile(), SessionOptions(voice="tones", length_ms=20 * MINUTE), studio.sounds)
        plain = compose(session, studio.sounds, studio.cache).timeline
        stayed = next(cue for cue in plain.cues if isinstance(cue, Silence) and cue.start_ms > 4 * MINUTE)
        sent = []

        class Counting(MemorySink):
            def write(self, block: AudioSegment) -> None:
                sent.append(len(block))

        keys = Script({stayed.start_ms + 1_000: "s", 10 * MINUTE: "b", 16 * MINUTE: "c"})
        player = Player(session, studio.sounds, studio.cache)
        sitting = player.play(Counting, keys)
        longer = next(
            cue for cue in player.timeline.cues if cue.start_ms == stayed.start_ms and isinstance(cue, Silence)
        )
        assert longer.end_ms == stayed.end_ms + 60_000
        closing = [cue for cue in plain.cues if cue.start_ms >= plain.chapters[-1].start_ms]
        closed = [cue for cue in player.timeline.cues if cue.start_ms >= player.timeline.chapters[-1].start_ms]
        moved = closed[0].start_ms - closing[0].start_ms
        assert [(type(c), c.start_ms - moved) for c in closed] == [(type(c), c.start_ms) for c in closing]
        assert sum(sent) == sitting.sat_ms == player.timeline.duration_ms
        assert (sitting.ended, sitting.planned_ms) == ("closed", 20 * MINUTE)


class TestMoves:
    def test_stay_adds_a_minute_and_what_follows_is_the_same(self, studio: Studio) -> None:
        track = studio.compose(SAID)
        silent = speech_at(track.timeline, ONE).end_ms + 2_000
        played = play(studio, SAID, {silent: "s"})
        assert len(played.samples) == (track.timeline.duration_ms + 60_000) * FRAMES
        in_order(played)
        assert np.array_equal(part(played.samples, 0, silent), part(heard(track), 0, silent))

    def test_back_says_a_b_c_b_c(self, studio: Studio) -> None:
        plain = studio.compose(SAID).timeline
        played = play(studio, SAID, {speech_at(plain, THREE).end_ms + 1_000: "b"})
        assert [text for text, _ in starts(played.timeline)] == [ONE, TWO, THREE, TWO, THREE]
        in_order(played)

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("r", [ONE, TWO, TWO, THREE]),
            ("n", [ONE, TWO, THREE]),
            ("h", [ONE, TWO, TWO, THREE]),
            ("c", [ONE, TWO, THREE]),
        ],
    )
    def test_what_was_being_said_fades_and_what_is_next_is_heard_whole(
        self, studio: Studio, key: str, said: list[str]
    ) -> None:
        plain = studio.compose(SAID).timeline
        cut = speech_at(plain, TWO)
        played = play(studio, SAID, {cut.start_ms + 480: key})
        assert [text for text, _ in starts(played.timeline)] == said
        now = played.timeline.speech[1].end_ms
        assert now - cut.start_ms == pytest.approx(480, abs=BLOCK_MS)
        following = played.timeline.speech[2]
        assert following.start_ms == now + CROSSFADE_MS
        assert pitch(part(played.samples, cut.start_ms, now)) == pytest.approx(pitch_of(TWO), rel=0.01)
        assert pitch(part(played.samples, following.start_ms, following.end_ms)) == pytest.approx(
            pitch_of(following.text), rel=0.01
        )
        whole = part(heard(studio.compose(SAID)), *_span(speech_at(plain, following.text)))
        assert np.abs(part(played.samples, *_span(following)) - whole).max() < 0.2 * np.abs(whole).max()

    def test_a_bell_is_struck_at_once_and_nothing_else_changes(self, studio: Studio) -> None:
        track = studio.compose(SAID)
        played = play(studio, SAID, {9_600: "k"})
        assert len(played.samples) == len(heard(track))
        added = played.samples - heard(track)
        assert not part(added, 0, 9_600).any()
        assert np.abs(part(added, 9_600, 9_650)).max() > 0.05

    def test_grounding_asks_and_goes_on_or_closes(self, studio: Studio) -> None:
        ground = session_of(studio, script("Here is the ground. [pause 3s]"))
        plain = studio.compose(SAID).timeline
        pressed = speech_at(plain, ONE).start_ms + 480
        goes_on = play(studio, SAID, {pressed: "g", 30_000: "."}, ground=ground)
        assert [text for text, _ in starts(goes_on.timeline)] == [ONE, "Here is the ground.", TWO, THREE]
        asked = [view for view in goes_on.views if view.question]
        assert {view.question for view in asked} == {Question("Go on, or close?")}
        assert max(view.left_ms for view in asked) - min(view.left_ms for view in asked) <= 1_000 + BLOCK_MS
        assert speech_at(goes_on.timeline, TWO).start_ms == pytest.approx(30_000 + CROSSFADE_MS + 8_000, abs=BLOCK_MS)
        closes = play(studio, SAID, {pressed: "g", 31_000: "c"}, ground=ground)
        assert [text for text, _ in starts(closes.timeline)] == [ONE, "Here is the ground.", THREE]
        assert closes.sitting.ended == "closed"

    def test_a_key_that_means_nothing_does_nothing(self, studio: Studio) -> None:
        played = play(studio, SAID, {5_000: "xyz!7\n\x1b"})
        assert np.array_equal(played.samples, heard(studio.compose(SAID)))

    def test_every_move_leaves_a_note_for_a_while(self, studio: Studio) -> None:
        played = play(studio, SAID, {8_016: "s"})
        noted = [view.played_ms for view in played.views if view.note == "staying a minute longer"]
        assert noted[0] == pytest.approx(8_016, abs=2 * BLOCK_MS)
        assert noted[-1] - noted[0] == pytest.approx(NOTE_MS, abs=3 * BLOCK_MS)


def _span(cue: Speech) -> tuple[int, int]:
    return cue.start_ms, cue.end_ms


@pytest.fixture(scope="module")
def material(studio: Studio) -> Samples:
    return heard(studio.compose(SAID))


class TestClicks:
    """No step from sample to sample is larger than those of what sounds: a bed of 100 Hz, tones, a chime."""

    @pytest.mark.parametrize("key", list("s.rbnhgckqm+-[] "))
    @pytest.mark.parametrize("at_ms", [8_016, 4_848])
    def test_no_key_clicks(self, studio: Studio, material: Samples, key: str, at_ms: int) -> None:
        ground = session_of(studio, script("Here is the ground. [pause 3s]"))
        presses = {at_ms: key} | ({at_ms + 2_000: " "} if key == " " else {at_ms + 20_000: "."})
        played = play(studio, SAID, presses, ground=ground)
        before = largest_step(part(material, at_ms - 600, at_ms))
        if key != "k":  # what a stroke begins with is its own
            assert largest_step(part(played.samples, at_ms - 50, at_ms + CROSSFADE_MS)) <= 1.02 * _louder(key) * before
        assert largest_step(part(played.samples, at_ms, at_ms + 4_000)) <= 1.25 * largest_step(material)

    def test_no_number_of_keys_clicks(self, studio: Studio, material: Samples) -> None:
        presses = {4_000 + 96 * n: key for n, key in enumerate("s[s]rsb+-hsrr  m" * 3)}
        played = play(studio, SAID, presses)
        assert largest_step(part(played.samples, 3_900, 12_000)) <= 1.25 * largest_step(material)

    def test_the_bed_alone_goes_on_as_it_was_through_every_move(self, studio: Studio) -> None:
        plain = heard(studio.compose(HUMMING))
        played = play(studio, HUMMING, {10_000: "s", 12_000: "r", 13_008: "b", 14_000: "h", 15_000: "n"})
        assert np.array_equal(part(played.samples, 0, 29_000), part(plain, 0, 29_000))

    def test_a_sentence_that_is_about_to_begin_does_not_begin_in_vain(self, studio: Studio) -> None:
        cue = speech_at(studio.compose(SAID).timeline, TWO)
        at = (cue.start_ms - 100) // BLOCK_MS * BLOCK_MS
        played = play(studio, SAID, {at: "s"})
        bed = part(played.samples, at, at + 2_000)[:, 0]
        spectrum = np.abs(np.fft.rfft(bed * np.hanning(len(bed))))
        assert spectrum[400:].max() < 1e-4 * spectrum.max(), "nothing from 200 Hz on, where the tones are"

    def test_the_measure_would_show_a_cut(self, studio: Studio, material: Samples) -> None:
        cue = speech_at(studio.compose(SAID).timeline, ONE)
        crest = np.abs(part(material, cue.start_ms, cue.end_ms)[:, 0]).argmax() + cue.start_ms * FRAMES
        cut = np.concatenate([material[:crest], part(material, cue.end_ms + 300, cue.end_ms + 900)])
        assert largest_step(cut) > 2 * largest_step(material)


def _louder(key: str) -> float:
    return {"+": 10 ** (1.5 / 20), "]": 10 ** (1.5 / 20)}.get(key, 1.0)


class TestFades:
    def test_hold_fades_within_300_ms_and_comes_back_within_a_second(self, studio: Studio) -> None:
        played = play(studio, HUMMING, {12_000: " ", 20_016: " "})
        level = levels_per_ms(played.samples)
        assert level[11_900] - level[12_150] == pytest.approx(6, abs=2)
        assert level[12_299] < level[11_900] - 40
        assert not part(played.samples, 12_300, 20_016).any()
        assert level[20_016 + 500] - level[11_900] == pytest.approx(-6, abs=1)
        assert level[20_016 + RETURN_MS] == pytest.approx(level[11_900], abs=0.1)
        plain = heard(studio.compose(HUMMING))
        assert np.array_equal(part(played.samples, 22_000, 40_000), part(plain, 22_000 - 8_016, 40_000 - 8_016))
        assert played.sitting.sat_ms == played.sitting.planned_ms
        assert any(view.held for view in played.views)

    def test_a_sentence_that_was_held_begins_again_when_the_sound_is_back(self, studio: Studio) -> None:
        cue = speech_at(studio.compose(SAID).timeline, TWO)
        held_at = -(-(cue.start_ms + 600) // BLOCK_MS) * BLOCK_MS
        played = play(studio, SAID, {held_at: " ", held_at + 4_800: " "})
        assert [text for text, _ in starts(played.timeline)] == [ONE, TWO, TWO, THREE]
        again = played.timeline.speech[2]
        assert again.start_ms == held_at + RETURN_MS
        sound = part(played.samples, again.start_ms + 4_800, again.end_ms + 4_800)
        assert pitch(sound) == pytest.approx(pitch_of(TWO), rel=0.01)

    def test_a_silence_that_is_nearly_over_comes_back_before_its_sentence(self, studio: Studio) -> None:
        cue = speech_at(studio.compose(SAID).timeline, TWO)
        held_at = (cue.start_ms - 200) // BLOCK_MS * BLOCK_MS
        played = play(studio, SAID, {held_at: " ", held_at + 960: " "})
        assert played.timeline == studio.compose(SAID).timeline
        level = levels_per_ms(played.samples)
        assert level[held_at + 960 + 250] > level[cue.start_ms - 400] - 5

    def test_the_end_fades_within_a_second(self, studio: Studio) -> None:
        played = play(studio, HUMMING, {12_000: "q", 12_240: "s b"})
        assert len(played.samples) == (12_000 + END_MS) * FRAMES
        level = levels_per_ms(played.samples)
        assert level[12_000 + END_MS // 2] - level[11_900] == pytest.approx(-6, abs=1)
        assert np.abs(played.samples[-FRAMES:]).max() < 0.01 * np.abs(played.samples).max()
        assert (played.sitting.ended, played.sitting.sat_ms) == ("left", 12_000 + END_MS)

    def test_ended_while_it_is_held_it_ends_at_once(self, studio: Studio) -> None:
        assert play(studio, HUMMING, {12_000: " ", 13_008: "q"}).sitting.sat_ms == 12_000

    def test_the_bed_gets_louder_and_softer_by_ramps_and_so_far(self, studio: Studio) -> None:
        played = play(studio, HUMMING, {12_000: "]", 14_016: "[" * 30})
        level = levels_per_ms(played.samples)
        assert level[12_400] - level[11_900] == pytest.approx(1.5, abs=0.05)
        assert level[15_000] - level[11_900] == pytest.approx(-12, abs=0.05)
        assert [view.bed_db for view in played.views][-1] == -12
        assert "bed +1.5 dB" in {view.note for view in played.views}

    def test_the_voice_gets_louder_and_is_muted_and_keeps_its_time(self, studio: Studio) -> None:
        text = script(f"{ONE} [pause 3s] {TWO} [pause 3s] {THREE}")
        track = studio.compose(text)
        one, two, three = track.timeline.speech
        into = one.start_ms + 480
        played = play(studio, text, {into: "-", two.start_ms - 960: "m", three.start_ms - 960: "m"})
        assert played.timeline == track.timeline
        ratio = part(played.samples, into + 400, one.end_ms - 50) / np.where(
            part(heard(track), into + 400, one.end_ms - 50) == 0,
            np.inf,
            part(heard(track), into + 400, one.end_ms - 50),
        )
        assert decibels(float(np.median(ratio))) == pytest.approx(-1.5, abs=0.01)
        assert not part(played.samples, two.start_ms, two.end_ms).any()
        assert part(played.samples, three.start_ms, three.end_ms).any()
        assert {view.muted for view in played.views if two.start_ms < view.played_ms < two.end_ms} == {True}


class TestView:
    def test_what_is_said_was_said_and_is_to_come(self, studio: Studio) -> None:
        played = play(studio, SAID)
        one, two = played.timeline.speech[:2]

        def seen(at_ms: int) -> View:
            return max((v for v in played.views if v.played_ms <= at_ms), key=lambda v: v.played_ms)

        assert (seen(1_000).said, seen(1_000).saying, seen(1_000).coming) == ("", "", (ONE, TWO, THREE))
        saying = seen(two.start_ms + 200)
        assert (saying.said, saying.saying, saying.coming) == (ONE, TWO, (THREE,))
        between = seen(one.end_ms + 500)
        assert (between.said, between.saying, between.coming) == (ONE, "", (TWO, THREE))
        assert (between.title, between.section, played.views[-1].section) == ("A test", "First", "Last")
        assert between.played_ms + between.left_ms == played.timeline.duration_ms

    def test_about_ten_times_a_second(self, studio: Studio) -> None:
        shown = [view.played_ms for view in play(studio, HUMMING).views]
        assert {later - sooner for sooner, later in pairwise(shown)} == {2 * BLOCK_MS}

    @pytest.mark.parametrize("cued", ["", " cued"])
    def test_a_breath(self, studio: Studio, cued: str) -> None:
        views = play(studio, script(f"[breath 2 in 4s out 6s{cued}] End.")).views
        breaths = {view.played_ms: view.breath for view in views}
        assert breaths[0] == BreathView("in", 0.0)
        assert breaths[1_920] == BreathView("in", 0.48)
        assert breaths[7_008] == BreathView("out", (7_008 - 4_000) / 6_000)
        assert breaths[10_944] == BreathView("in", 0.236)
        assert breaths[20_064] is None


RATED = script(f'[rate 0..10 "How is it?"] {ONE} [pause 2s] [rate 1..5 "And now?"] {TWO}')


class TestRating:
    def test_a_number_is_kept_and_the_waiting_ends(self, studio: Studio) -> None:
        played = play(studio, RATED, {2_016: "7", 12_000: "9", 12_960: "0", 13_920: "3"})
        assert played.sitting.ratings == (
            RatingAnswer("How is it?", 7, 0, 10, 2_016),
            RatingAnswer("And now?", 3, 1, 5, 13_920),
        )
        assert speech_at(played.timeline, ONE).start_ms == 2_016 + CROSSFADE_MS
        assert speech_at(played.timeline, TWO).start_ms == 13_920 + CROSSFADE_MS
        questions = {view.question for view in played.views}
        assert questions == {None, Question("How is it?", 0, 10), Question("And now?", 1, 5)}

    def test_a_digit_that_may_become_a_longer_number_waits_for_it_or_for_enter(self, studio: Studio) -> None:
        for typed, value in (("10", 10), ("1\n", 1), ("1\x7f4", 4), ("0", 0)):
            assert [rating.value for rating in play(studio, RATED, {2_016: typed}).sitting.ratings] == [value]

    def test_it_is_waited_for_a_minute_and_then_goes_on(self, studio: Studio) -> None:
        played = play(studio, RATED)
        question = played.timeline.speech[0]
        assert speech_at(played.timeline, ONE).start_ms == question.end_ms + 60_000
        assert played.sitting.ratings == ()

    def test_it_need_not_be_answered(self, studio: Studio) -> None:
        played = play(studio, RATED, {2_016: ".", 9_000: "\n"})
        assert speech_at(played.timeline, ONE).start_ms == 2_016 + CROSSFADE_MS
        assert played.sitting.ratings == ()


class TestSitting:
    def test_what_was_left_can_be_gone_on_with(self, studio: Studio) -> None:
        left = play(studio, SAID, {speech_at(studio.compose(SAID).timeline, TWO).start_ms + 96: "q"})
        assert left.sitting.ended == "left"
        assert left.sitting.stopped_at is not None
        resumed = play(studio, SAID, start_at=left.sitting.stopped_at)
        assert [text for text, _ in starts(resumed.timeline)] == [TWO, THREE]
        in_order(resumed)

    def test_what_was_closed_stopped_where_it_was_closed(self, studio: Studio) -> None:
        plain = studio.compose(SAID).timeline
        closed = play(studio, SAID, {speech_at(plain, ONE).start_ms + 96: "c"})
        assert closed.sitting.ended == "closed"
        assert closed.sitting.sat_ms == closed.timeline.duration_ms < closed.sitting.planned_ms
        resumed = play(studio, SAID, start_at=closed.sitting.stopped_at)
        assert [text for text, _ in starts(resumed.timeline)] == [ONE, TWO, THREE]


@dataclass
class Failing(MemorySink):
    """A loudspeaker that is gone after so many blocks."""

    blocks: int
    name: str = "the other one"
    underruns: int = 2
    kept: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        super().__init__()

    def write(self, block: AudioSegment) -> None:
        if not self.blocks:
            raise DeviceError("gone")
        self.blocks -= 1
        self.kept += block.raw_data


class TestDevice:
    def lost(
        self, studio: Studio, blocks: int, presses: Mapping[int, str] | None = None, refusals: int = 0
    ) -> tuple[Failing, Failing, Player, SessionRecord, list[View]]:
        studio.compose(SAID)
        first, second = Failing(blocks), Failing(1_000_000)
        refused = iter(range(refusals))
        opened = iter([first, second])

        def open_sink() -> Failing:
            if first.blocks == 0 and next(refused, None) is not None:
                raise DeviceError("still gone")
            return next(opened)

        views: list[View] = []
        player = Player(session_of(studio, SAID), studio.sounds, studio.cache, sleep=lambda seconds: None)
        return first, second, player, player.play(open_sink, Script(presses), views.append), views

    def test_it_goes_on_from_the_sentence_it_was_in(self, studio: Studio) -> None:
        cue = speech_at(studio.compose(SAID).timeline, TWO)
        blocks = -(-(cue.start_ms + 400) // BLOCK_MS)
        first, second, player, sitting, views = self.lost(studio, blocks, refusals=3)
        assert len(first.kept) == blocks * BLOCK_MS * FRAMES * 8
        again = player.timeline.speech[2]
        assert [text for text, _ in starts(player.timeline)] == [ONE, TWO, TWO, THREE]
        assert again.start_ms == blocks * BLOCK_MS + RETURN_MS
        samples = np.frombuffer(second.kept, "<i4").reshape(-1, 2) / 2**31
        sound = part(samples, RETURN_MS, RETURN_MS + again.end_ms - again.start_ms)
        assert pitch(sound) == pytest.approx(pitch_of(TWO), rel=0.01)
        assert largest_step(part(samples, 0, 900)) < 0.02
        assert not samples[0].any()
        assert sitting.ended == "to the end"
        assert sitting.sat_ms == player.timeline.duration_ms
        assert any(view.held and view.note == "the loudspeaker went away; trying again" for view in views)
        assert any(not view.held and view.note == "going on with the other one" for view in views)
        assert player.underruns == 4

    def test_in_a_silence_it_goes_on_where_it_was(self, studio: Studio) -> None:
        first, second, player, _, _ = self.lost(studio, 50)
        assert player.timeline == studio.compose(SAID).timeline
        assert len(first.kept) + len(second.kept) == player.timeline.duration_ms * FRAMES * 8

    def test_keys_are_read_meanwhile(self, studio: Studio) -> None:
        _, second, _, sitting, _ = self.lost(studio, 50, {50 * BLOCK_MS: "q"}, refusals=3)
        assert sitting.ended == "left"
        assert not second.kept
        held = self.lost(studio, 50, {50 * BLOCK_MS: " ", 100 * BLOCK_MS: " "}, refusals=3)
        assert not any(held[1].kept[: 40 * BLOCK_MS * FRAMES * 8])

    def test_it_is_given_up_after_a_while(self, studio: Studio) -> None:
        with pytest.raises(DeviceError, match="still gone"):
            self.lost(studio, 50, refusals=RETRIES + 1)

    def test_one_that_opens_and_takes_nothing_is_given_up_too(self, studio: Studio) -> None:
        sinks = iter([Failing(50), *(Failing(2) for _ in range(RETRIES + 1))])
        player = Player(session_of(studio, SAID), studio.sounds, studio.cache, sleep=lambda seconds: None)
        with pytest.raises(DeviceError, match="gone"):
            player.play(lambda: next(sinks), Script())

    def test_where_there_is_none_at_all_it_is_told_at_once(self, studio: Studio) -> None:
        def nowhere() -> MemorySink:
            raise DeviceError("no loudspeaker")

        with pytest.raises(DeviceError, match="no loudspeaker"):
            Player(session_of(studio, SAID), studio.sounds, studio.cache).play(nowhere, Script())


# --- before it is spoken ----------------------------------------------------------------------------------------------


class Gate:
    """Stands for the prefetcher: sentences are there as soon as the test lets them through, in their order."""

    def __init__(self, synthesizer: SpeechSynthesizer) -> None:
        self.synthesizer = synthesizer
        self.wanted: list[Utterance] = []
        self.open_for = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def ask(self, utterances: Iterable[Utterance]) -> None:
        self.wanted = list({key_of(utterance): utterance for utterance in utterances}.values())

    def take(self) -> Clips:
        through, self.wanted = self.wanted[: self.open_for], self.wanted[self.open_for :]
        self.open_for -= len(through)
        return {key_of(utterance): self.synthesizer.clip(utterance) for utterance in through}

    def check(self, utterance: Utterance) -> None:
        pass


class Opening(MemorySink):
    """A sink that lets sentences through the gate: so many more whenever so much was played."""

    def __init__(self, at_ms: Mapping[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.at_ms = dict(at_ms)
        self.gates: list[Gate] = []
        monkeypatch.setattr(speech_ahead, "SpeechPrefetcher", self.gate)

    def gate(self, synthesizer: SpeechSynthesizer) -> Gate:
        self.gates.append(Gate(synthesizer))
        return self.gates[-1]

    def write(self, block: AudioSegment) -> None:
        super().write(block)
        played_ms = len(self.raw) // (FRAMES * FRAME_BYTES)
        for due in [at for at in self.at_ms if at <= played_ms]:
            self.gates[-1].open_for += self.at_ms.pop(due)


COLD = script(
    "[bell chime]\n\n" + " ".join(f"Sentence {n} of them. [pause 3s..]" for n in "abcdefgh") + " [bell chime]",
    ["length: 3m", "bed: {sound: hum.wav}"],
)


def cold(studio: Studio, text: str, tmp_path: Path, sink: MemorySink, keys: Script | None = None) -> Played:
    """Plays what was never said before."""
    player = Player(session_of(studio, text), studio.sounds, Cache(tmp_path / "cache"))
    sitting = player.play(lambda: sink, keys or Script(), no_view)
    return Played(sitting, sink.samples, player.timeline, [], player)


class TestColdStart:
    def test_sound_begins_before_a_word_is_spoken(
        self, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        played = cold(studio, COLD, tmp_path, Opening({4_000: 8}, monkeypatch))
        assert played.sitting.ended == "to the end"
        assert played.sitting.sat_ms == 3 * MINUTE
        in_order(played)

    def test_a_voice_that_is_late_only_lengthens_the_silence(
        self, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        played = cold(studio, COLD, tmp_path, Opening({20_000: 8}, monkeypatch))
        first = played.timeline.speech[0]
        assert first.start_ms > 20_000
        assert largest_step(part(played.samples, 8_000, first.start_ms)) < 0.01, "the bed alone, without a stutter"
        assert played.sitting.sat_ms == 3 * MINUTE
        in_order(played)
        assert [cue.text[9] for cue in played.timeline.speech] == list("abcdefgh")

    def test_a_slow_voice_is_waited_for_at_every_sentence(
        self, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        there_ms = range(25_000, 25_000 * 9, 25_000)
        played = cold(studio, COLD, tmp_path, Opening(dict.fromkeys(there_ms, 1), monkeypatch))
        in_order(played)
        assert [cue.text[9] for cue in played.timeline.speech] == list("abcdefgh")
        waits = [cue.start_ms - at for cue, at in zip(played.timeline.speech, there_ms, strict=True)]
        assert all(0 < wait <= 1_000 for wait in waits), waits
        assert played.samples.shape == (played.timeline.duration_ms * FRAMES, 2)

    def test_a_jump_asks_for_what_is_needed_there(
        self, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = COLD.replace("[pause 3s..] Sentence h", "[pause 3s..]\n\n# Last\n\nSentence h")
        played = cold(studio, text, tmp_path, Opening({2_000: 1}, monkeypatch), Script({960: "n"}))
        assert [cue.text[9] for cue in played.timeline.speech] == ["h"]
        in_order(played)

    def test_a_script_that_begins_with_words_waits_for_them(
        self, studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = script(f"{ONE} [pause 5s..] {TWO}", ["length: 1m"])
        played = cold(studio, text, tmp_path, Opening({960: 2}, monkeypatch))
        assert played.timeline.speech[0].start_ms > 960
        assert played.timeline.duration_ms == MINUTE
        in_order(played)

    def test_a_length_out_of_reach_is_known_before_anything_sounds(self, studio: Studio, tmp_path: Path) -> None:
        with pytest.raises(RequestError, match="out of reach: with this voice"):
            cold(studio, COLD.replace("3m", "20s"), tmp_path, MemorySink())

    def test_a_length_that_only_the_estimate_denies_is_played(self, studio: Studio, tmp_path: Path) -> None:
        body = script(f"{'Ah, oh, eh. ' * 6}[pause 1s..2s]", ["length: 5s"])
        played = cold(studio, body, tmp_path, MemorySink())
        assert played.timeline.duration_ms == 5_000


class Faulty(TonesVoice):
    """A voice that fails at the third sentence."""

    version = "tones, faulty"
    fault: Exception
    reached: threading.Event

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        if words.text == "Sentence c of them.":
            self.reached.set()
            raise self.fault
        return super().speak(words, voice_id, words_a_minute)


class Watched(MemorySink):
    """A sink that plays once the fault has come, an hour at most, and tells by what it was left."""

    def __init__(self) -> None:
        super().__init__()
        self.played_ms = 0
        self.left_by: object = None

    def write(self, block: AudioSegment) -> None:
        assert Faulty.reached.wait(PATIENCE_S)
        self.played_ms += len(block)
        assert self.played_ms < HOUR, "the silence grows for ever"

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self.left_by = kind


class TestWhatCannotBeSaid:
    """Spoken in the background, in its own thread."""

    @pytest.mark.parametrize(
        ("fault", "told", "text"),
        [
            (EngineFault("the engine wrote no file"), VoiceError, r"did not say 'Sentence c of them\.'"),
            (ZeroDivisionError("a fault of its own"), ZeroDivisionError, "^a fault of its own$"),
        ],
    )
    def test_is_told_when_its_time_comes(
        self,
        studio: Studio,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        fault: Exception,
        told: type[Exception],
        text: str,
    ) -> None:
        monkeypatch.setitem(ENGINES, "faulty", given_engine(Faulty))
        monkeypatch.setattr(Faulty, "fault", fault, raising=False)
        monkeypatch.setattr(Faulty, "reached", threading.Event(), raising=False)
        sink = Watched()
        player = Player(session_of(studio, COLD, voice="faulty"), studio.sounds, Cache(tmp_path / "cache"))
        with pytest.raises(told, match=text):
            player.play(lambda: sink, Script())
        assert sink.left_by is told
        assert sink.played_ms > 10_000


def test_sentences_are_known_by_their_pitch() -> None:
    said = [ONE, TWO, THREE, "Here is the ground.", *(f"Sentence {n} of them." for n in "abcdefgh")]
    assert all(abs(pitch_of(one) / pitch_of(other) - 1) > 0.01 for one, other in combinations(said, 2))

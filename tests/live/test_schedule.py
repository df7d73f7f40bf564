"""What will be played, and how it bends: cues and times, in whole milliseconds.

Lengths are those of the voice of tones: 60 ms a character.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from helpers.scripts import RINGS, session
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.errors import RequestError
from synth.live.schedule import ANSWER_MS, BED_BACK_MS, CROSSFADE_MS, GO_ON_OR_CLOSE, RETURN_MS, Change, Schedule
from synth.live.view import Question
from synth.personalise.listener import SessionOptions
from synth.personalise.session import Utterance
from synth.timeline.interval_bells import add_interval_bells
from synth.timeline.layout import lay_out
from synth.timeline.model import BedSpan, Cue, Silence, Speech, Strike, Timeline
from synth.units import MINUTE

ALPHA = """\
# Arriving

[bell bowl x2]

Alpha. [pause 4s] Bravo. [pause 5s..]

# Wishing

[mark home]
Charlie. [pause 6s..30s] Delta. [breath 2 in 3s out 5s] Echo. [wait 20s]

# Closing

Foxtrot. [pause 3s] Golf.

[bell chime x3]
"""
HEADER: dict[str, Any] = {"length": "3m", "bed": {"sound": "drone"}}
GROUNDING = "Ground one. [pause 6s..45s] Ground two. [pause 4s]"


def tones(utterance: Utterance) -> int:
    return 60 * len(utterance.spoken)


def begun(body: str = ALPHA, *, start_at: int = 0, options: SessionOptions | None = None, **header: Any) -> Schedule:
    made = session(body, options, **(header or HEADER))
    return Schedule.begin(made, tones, RINGS.__getitem__, start_at=start_at, ground=session(GROUNDING))


def said(schedule: Schedule) -> list[str]:
    """What is said, in turn; what a move cut short ends in a dash."""
    cut = schedule.cut
    return [cue.text.removesuffix(".") + ("-" if cue.start_ms in cut else "") for cue in schedule.timeline.speech]


def cue_of(schedule: Schedule, text: str) -> Speech:
    return [cue for cue in schedule.timeline.speech if cue.text == f"{text}."][-1]


def within(schedule: Schedule, text: str) -> int:
    """A moment in a sentence."""
    return cue_of(schedule, text).start_ms + 120


def behind(schedule: Schedule, text: str) -> int:
    """A moment in the silence behind a sentence."""
    return cue_of(schedule, text).end_ms + 2_000


def silence_at(schedule: Schedule, now_ms: int) -> Silence:
    (found,) = [c for c in schedule.timeline.cues if isinstance(c, Silence) and c.start_ms <= now_ms < c.end_ms]
    return found


def lengths(cues: Iterable[Cue]) -> list[int]:
    return [cue.end_ms - cue.start_ms for cue in cues if not isinstance(cue, BedSpan)]


class TestUnmoved:
    @pytest.mark.parametrize(
        "options", [SessionOptions(), SessionOptions(length_ms=7 * MINUTE), SessionOptions(sleep=True)]
    )
    def test_it_is_the_tracks_timeline(self, options: SessionOptions) -> None:
        made = session(ALPHA, options, **HEADER)
        assert begun(options=options).timeline == lay_out(made, tones, RINGS.__getitem__)

    def test_its_bells_through_the_sitting_too(self) -> None:
        options = SessionOptions(length_ms=40 * MINUTE, interval_bell_ms=5 * MINUTE, bells_at_ms=(77_000,))
        made = session(ALPHA, options, **HEADER)
        assert made.bells
        laid = add_interval_bells(lay_out(made, tones, RINGS.__getitem__), made.bells, RINGS.__getitem__)
        assert len(laid.strikes) > 10
        assert begun(options=options).timeline == laid

    def test_what_cannot_be_is_refused_as_for_a_track(self) -> None:
        with pytest.raises(RequestError, match="out of reach"):
            begun(options=SessionOptions(length_ms=1_000))
        with pytest.raises(RequestError, match="a bell at 40m is behind the end"):
            begun(options=SessionOptions(bells_at_ms=(40 * MINUTE,)))

    def test_it_may_begin_in_the_middle_with_the_bed_that_sounds_there(self) -> None:
        body = "One. [bed rain -20 over 2s] [pause 9s] Two. [pause 30s] Three."
        whole = begun(body, **HEADER)
        number = whole.number_at(within(whole, "Two"))
        schedule = begun(body, start_at=number, **HEADER)
        assert said(schedule) == ["Two", "Three"]
        assert schedule.timeline.beds == (BedSpan(0, schedule.timeline.duration_ms, "rain", -20, 2_000, 10_000),)
        assert schedule.number_at(0) == number

    def test_an_item_behind_the_last_one_is_the_last(self) -> None:
        assert said(begun("One. [pause 2s] Two.", start_at=99, **HEADER)) == ["Two"]


class TestStay:
    @pytest.mark.parametrize("text", ["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"])
    @pytest.mark.parametrize("moment", [behind, within])
    def test_adds_a_minute_to_the_silence_and_to_nothing_else(
        self, text: str, moment: Callable[[Schedule, str], int]
    ) -> None:
        before = begun()
        now = moment(before, text)
        after, note = before.stay(now)
        assert note == "staying a minute longer"
        index = next(n for n, cue in enumerate(before.timeline.cues) if cue.start_ms >= cue_of(before, text).end_ms)
        longer = [n == index and 60_000 for n, _ in enumerate(before.timeline.cues)]
        for (one, other), more in zip(zip(before.timeline.cues, after.timeline.cues, strict=True), longer, strict=True):
            moved = 60_000 if one.start_ms > before.timeline.cues[index].start_ms else 0
            stretched = 60_000 if isinstance(one, BedSpan) else more
            assert other == replace(one, start_ms=one.start_ms + moved, end_ms=one.end_ms + moved + stretched)
        assert after.timeline.duration_ms == before.timeline.duration_ms + 60_000
        assert after.asked_ms == before.asked_ms + 60_000

    def test_twice_adds_two(self) -> None:
        before = begun()
        now = behind(before, "Charlie")
        after = before.stay(now)[0].stay(now)[0]
        assert lengths([silence_at(after, now)]) == [lengths([silence_at(before, now)])[0] + 120_000]

    def test_where_no_silence_follows_one_comes(self) -> None:
        before = begun("One. [bell bowl] Two.", length=None)
        after, _ = before.stay(within(before, "One"))
        assert [type(cue) for cue in after.timeline.cues] == [Speech, Silence, Strike, Speech]
        assert lengths(after.timeline.cues) == [240, 60_000, 9_000, 240]

    def test_in_the_rest_of_a_cued_breath(self) -> None:
        before = begun("[breath 2 in 4s out 6s cued]", length=None)
        now = before.timeline.speech[1].end_ms + 10
        after, _ = before.stay(now)
        assert lengths([silence_at(after, now)]) == [lengths([silence_at(before, now)])[0] + 60_000]

    def test_behind_the_end_the_session_stays_too(self) -> None:
        before = begun()
        now = before.starts[-1] + 3_000
        after, _ = before.stay(now)
        assert lengths([silence_at(after, now)]) == [63_000]
        assert after.timeline.duration_ms >= now + 60_000 + 10_000

    def test_a_silence_comes_back_without_it(self) -> None:
        before = begun()
        stayed, _ = before.stay(behind(before, "Charlie"))
        again, _ = stayed.again(behind(stayed, "Charlie"))
        assert lengths([silence_at(again, behind(again, "Charlie"))]) == lengths(
            [silence_at(before, behind(before, "Charlie"))]
        )


class TestOn:
    @pytest.mark.parametrize(("text", "following"), [("Alpha", "Bravo"), ("Delta", "Echo"), ("Echo", "Foxtrot")])
    def test_what_comes_next_comes_when_the_sound_has_given_way(self, text: str, following: str) -> None:
        before = begun()
        now = behind(before, text)
        after, note = before.on(now)
        assert note == "going on"
        assert cue_of(after, following).start_ms == now + CROSSFADE_MS
        saved = cue_of(before, following).start_ms - now - CROSSFADE_MS
        assert after.timeline.duration_ms == before.timeline.duration_ms - saved
        assert said(after) == said(before)
        assert silence_at(after, now - 1).purpose == silence_at(before, now - 1).purpose

    def test_silences_that_follow_one_another_are_one(self) -> None:
        before = begun("One. [pause 9s] [wait 20s] [bed rain over 2s] [breath 3] Two.", **HEADER)
        after, _ = before.on(behind(before, "One"))
        assert cue_of(after, "Two").start_ms == behind(before, "One") + CROSSFADE_MS
        assert [bed.sound for bed in after.timeline.beds] == ["drone", "rain"]

    def test_a_bell_that_has_struck_its_last_need_not_be_waited_for(self) -> None:
        before = begun()
        first, second = before.timeline.strikes[:2]
        assert before.on(first.start_ms + 4_000)[0] is before
        after, _ = before.on(second.start_ms + 2_000)
        assert after.timeline.strikes[:2] == (first, replace(second, end_ms=second.start_ms + 2_000))
        assert cue_of(after, "Alpha").start_ms == second.start_ms + 2_000 + CROSSFADE_MS

    def test_cuts_no_sentence(self) -> None:
        before = begun()
        assert before.on(within(before, "Delta")) == (before, "this is for silences")

    def test_at_the_end_there_is_nothing_more(self) -> None:
        before = begun()
        assert before.on(before.starts[-1] + 10)[0] is before


class TestAgain:
    def test_repeats_the_sentence_behind_its_silence(self) -> None:
        before = begun()
        now = behind(before, "Delta")
        after, _ = before.again(now)
        assert said(after) == ["Alpha", "Bravo", "Charlie", "Delta", "Delta", "Echo", "Foxtrot", "Golf"]
        assert cue_of(after, "Delta").start_ms == now + CROSSFADE_MS
        assert lengths([silence_at(after, behind(after, "Delta"))]) == [16_000]

    def test_begins_the_sentence_under_way_again(self) -> None:
        before = begun()
        now = within(before, "Delta")
        after, _ = before.again(now)
        assert said(after)[3:5] == ["Delta-", "Delta"]
        assert after.timeline.speech[3].end_ms == now
        assert cue_of(after, "Delta").start_ms == now + CROSSFADE_MS

    def test_before_the_first_there_is_none(self) -> None:
        before = begun()
        assert before.again(5_000) == (before, "nothing has been said yet")


class TestBack:
    @pytest.mark.parametrize("moment", [within, behind])
    def test_a_b_c_b_c(self, moment: Callable[[Schedule, str], int]) -> None:
        before = begun("Alpha. [pause 4s] Bravo. [pause 4s] Charlie. [pause 9s]", length=None)
        now = moment(before, "Charlie")
        after, _ = before.back(now)
        cut = "-" if moment is within else ""
        assert said(after) == ["Alpha", "Bravo", f"Charlie{cut}", "Bravo", "Charlie"]
        assert after.timeline.speech[3].start_ms == now + CROSSFADE_MS
        assert lengths(after.timeline.cues[-4:]) == lengths(before.timeline.cues[-4:])

    def test_again_and_again(self) -> None:
        schedule = begun("Alpha. [pause 4s] Bravo. [pause 4s] Charlie. [pause 9s]", length=None)
        schedule, _ = schedule.back(within(schedule, "Charlie"))
        schedule, _ = schedule.back(schedule.timeline.speech[3].start_ms + 120)
        assert said(schedule) == ["Alpha", "Bravo", "Charlie-", "Bravo-", "Alpha", "Bravo", "Charlie"]

    def test_a_cued_breath_is_one_step(self) -> None:
        before = begun("One. [breath 2 cued] Two.", length=None)
        after, _ = before.back(within(before, "Two"))
        cues = ["Breathing in", "Breathing out"] * 2
        assert said(after) == ["One", *cues, "Two-", *cues, "Two"]

    def test_bells_and_breaths_are_steps(self) -> None:
        before = begun("[bell chime] One. [breath 1] Two.", length=None)
        after, _ = before.back(within(before, "One"))
        assert len(after.timeline.strikes) == 2
        after, _ = before.back(within(before, "Two"))
        assert [cue.purpose for cue in after.timeline.cues if isinstance(cue, Silence)] == ["breath", "rest", "breath"]

    def test_before_the_first_there_is_none(self) -> None:
        before = begun()
        assert before.back(2_000)[0] is before

    def test_the_bed_comes_back_with_it(self) -> None:
        before = begun("One. [bed rain -20 over 2s] [pause 30s] Two. [pause 30s]", **HEADER)
        now = within(before, "Two")
        after, _ = before.back(now)
        end = after.timeline.duration_ms
        change = after.timeline.beds[2].start_ms
        assert change == now
        assert after.timeline.beds[:3] == (
            BedSpan(0, 2_240, "drone", -18, 6_000, 2_000),
            BedSpan(240, now + BED_BACK_MS, "rain", -20, 2_000, BED_BACK_MS),
            BedSpan(now, after.timeline.beds[3].start_ms + 2_000, "drone", -18, BED_BACK_MS, 2_000),
        )
        assert after.timeline.beds[3] == BedSpan(now + CROSSFADE_MS + 240, end, "rain", -20, 2_000, 10_000)


class TestSections:
    def test_next_goes_to_the_next_heading(self) -> None:
        before = begun()
        now = behind(before, "Alpha")
        after, _ = before.next(now)
        assert said(after) == ["Alpha", "Charlie", "Delta", "Echo", "Foxtrot", "Golf"]
        assert cue_of(after, "Charlie").start_ms == now + CROSSFADE_MS
        assert [chapter.title for chapter in after.timeline.chapters] == ["Arriving", "Wishing", "Closing"]

    def test_from_the_last_one_there_is_none(self) -> None:
        before = begun()
        assert before.next(within(before, "Golf")) == (before, "this is the last section")

    @pytest.mark.parametrize("text", ["Alpha", "Charlie", "Echo"])
    def test_close_rings_the_closing_bells_once(self, text: str) -> None:
        before = begun()
        now = within(before, text)
        after, note = before.close(now)
        assert note == "closing gently"
        assert said(after) == [*said(before)[: said(before).index(text)], f"{text}-", "Foxtrot", "Golf"]
        assert [strike.sound for strike in after.timeline.strikes].count("chime") == 3
        assert cue_of(after, "Foxtrot").start_ms == now + CROSSFADE_MS
        assert lengths(after.timeline.cues[-6:]) == lengths(before.timeline.cues[-6:])
        again, note = after.close(within(after, "Golf"))
        assert again is after
        assert note == "this is the close already"

    def test_without_headings_the_close_is_the_last_bell(self) -> None:
        before = begun("[bell bowl] One. [pause 20m] Two. [bell bowl]", length=None)
        after, _ = before.close(behind(before, "One"))
        assert said(after) == ["One"]
        assert [strike.start_ms for strike in after.timeline.strikes] == [0, behind(before, "One") + CROSSFADE_MS]

    def test_without_any_bell_it_is_the_end(self) -> None:
        before = begun("One. [pause 20m] Two.", **HEADER | {"length": None})
        after, _ = before.close(behind(before, "One"))
        assert after.timeline.duration_ms == behind(before, "One") + CROSSFADE_MS + 10_000


class TestHome:
    def test_returns_to_the_mark_and_goes_on_from_there(self) -> None:
        before = begun()
        now = within(before, "Foxtrot")
        after, note = before.home(now)
        assert note == "back to what felt safe"
        assert said(after)[-6:] == ["Foxtrot-", "Charlie", "Delta", "Echo", "Foxtrot", "Golf"]
        assert cue_of(after, "Charlie").start_ms == now + CROSSFADE_MS
        assert after.section_at(now + CROSSFADE_MS) == 1

    def test_there_is_none_yet_or_none_at_all(self) -> None:
        before = begun()
        assert before.home(within(before, "Alpha")) == (before, "there is no place to return to yet")
        bare = begun("One.", **HEADER)
        assert bare.home(100) == (bare, "there is no place to return to")

    def test_a_mark_that_was_passed_in_an_earlier_sitting_is_known(self) -> None:
        whole = begun()
        schedule = begun(start_at=whole.number_at(within(whole, "Echo")))
        assert said(schedule.home(100)[0]) == ["Echo-", "Charlie", "Delta", "Echo", "Foxtrot", "Golf"]


class TestGround:
    def test_grounds_and_asks_and_goes_on_with_the_next_step(self) -> None:
        before = begun()
        now = within(before, "Charlie")
        asked, note = before.ground(now)
        assert note == "grounding"
        assert said(asked)[2:6] == ["Charlie-", "Ground one", "Ground two", "Delta"]
        asking = cue_of(asked, "Ground two").end_ms + 4_000
        assert asked.question(asking - 1) is None
        assert asked.question(asking) == GO_ON_OR_CLOSE
        waited = asked.waited(asking + 900, 1_000).waited(asking + 1_900, 1_000)
        assert waited.timeline.duration_ms == asked.timeline.duration_ms + 2_000
        resumed = waited.go_on(asking + 2_500)
        silence = silence_at(resumed, asking + 2_500)
        assert silence.start_ms == asking + 2_500
        assert cue_of(resumed, "Delta").start_ms == silence.end_ms
        assert lengths([silence]) == [CROSSFADE_MS + lengths([silence_at(before, behind(before, "Charlie"))])[0]]

    def test_asked_whether_to_close_it_closes(self) -> None:
        before = begun()
        asked, _ = before.ground(within(before, "Charlie"))
        asking = cue_of(asked, "Ground two").end_ms + 4_500
        assert said(asked.close(asking)[0])[-4:] == ["Ground one", "Ground two", "Foxtrot", "Golf"]
        late, _ = before.ground(within(before, "Foxtrot"))
        asking = cue_of(late, "Ground two").end_ms + 4_500
        assert said(late.close(asking)[0])[-3:] == ["Ground one", "Ground two", "Golf"]

    def test_its_own_steps_can_be_repeated(self) -> None:
        before = begun()
        asked, _ = before.ground(within(before, "Charlie"))
        assert said(asked.again(within(asked, "Ground two"))[0])[3:7] == [
            "Ground one",
            "Ground two-",
            "Ground two",
            "Delta",
        ]
        assert said(asked.back(within(asked, "Ground two"))[0])[3:8] == [
            "Ground one", "Ground two-", "Ground one", "Ground two", "Delta",
        ]  # fmt: skip
        assert asked.ground(within(asked, "Ground two"))[0] is asked

    def test_there_may_be_nothing_to_ground_with(self) -> None:
        schedule = Schedule.begin(session("One."), tones, RINGS.__getitem__)
        assert schedule.ground(10)[0] is schedule


class TestBells:
    def test_a_stroke_adds_no_time(self) -> None:
        before = begun()
        after, _ = before.strike(31_234)
        (stroke,) = [cue for cue in after.timeline.cues if cue not in before.timeline.cues]
        assert isinstance(stroke, Strike)
        assert (stroke.sound, stroke.start_ms) == ("bowl", 31_234)
        assert after.timeline.duration_ms == before.timeline.duration_ms
        assert stroke in after.stay(40_000)[0].timeline.cues

    def test_those_through_the_sitting_stay_where_they_are_asked_for(self) -> None:
        options = SessionOptions(length_ms=20 * MINUTE, interval_bell_ms=5 * MINUTE)
        body = "[bell bowl] One. [pause 1m..] Two. [bell bowl]"
        before = begun(body, options=options, length=None)
        after, _ = before.stay(6 * MINUTE)
        assert [strike.start_ms for strike in before.timeline.strikes][1:-1] == [5 * MINUTE, 10 * MINUTE, 15 * MINUTE]
        assert [s.start_ms for s in after.timeline.strikes][1:-1] == [5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE]

    def test_a_bell_behind_the_new_end_is_left_out(self) -> None:
        options = SessionOptions(length_ms=20 * MINUTE, bells_at_ms=(15 * MINUTE,))
        before = begun("One. [pause 1m..]\n\n# End\n\nTwo.", options=options, length=None)
        assert before.timeline.strikes
        assert not before.close(2 * MINUTE)[0].timeline.strikes

    def test_one_that_is_struck_near_the_end_rings_out(self) -> None:
        before = begun("One. [pause 5s] Two.", length=None)
        now = within(before, "Two")
        assert before.strike(now)[0].timeline.duration_ms == now + RINGS["bowl"].sound_ms
        rung = begun("One. [bell bowl] [pause 5s] Two.", length=None)
        now = rung.timeline.strikes[0].end_ms - 8_500
        assert rung.on(now)[0].timeline.duration_ms == now - 500 + RINGS["bowl"].sound_ms


class TestAsking:
    BODY = 'One. [pause 2s] [rate 0..10 "How is it now?"] [pause 3s] Two. [pause 5s]'

    def test_a_number_is_asked_for_while_and_after_the_question_is_said(self) -> None:
        schedule = begun(self.BODY, length=None)
        question = Question("How is it now?", 0, 10)
        (asking,) = [cue for cue in schedule.timeline.speech if "How" in cue.text]
        assert [schedule.question(at) for at in (asking.start_ms - 1, asking.start_ms, asking.end_ms + 9_999)] == [
            None, question, question,
        ]  # fmt: skip
        assert schedule.question(asking.end_ms + 10_000) is None
        answered = schedule.go_on(asking.end_ms + 4_000)
        assert cue_of(answered, "Two").start_ms == asking.end_ms + 4_000 + CROSSFADE_MS + 3_000

    def test_it_is_waited_for_up_to_a_minute(self) -> None:
        schedule = begun(self.BODY, length=None)
        (asking,) = [cue for cue in schedule.timeline.speech if "How" in cue.text]
        for _ in range(99):
            schedule = schedule.waited(asking.end_ms + 9_000, 1_000)
        assert cue_of(schedule, "Two").start_ms == asking.end_ms + ANSWER_MS + 3_000

    def test_an_early_answer_lets_the_question_be_said(self) -> None:
        schedule = begun(self.BODY, length=None)
        (asking,) = [cue for cue in schedule.timeline.speech if "How" in cue.text]
        answered = schedule.go_on(asking.start_ms + 100)
        assert not answered.cut
        assert cue_of(answered, "Two").start_ms == asking.end_ms + RETURN_MS + 3_000
        assert answered.question(asking.end_ms - 1) is None


class TestRestart:
    def test_a_sentence_begins_again_when_the_sound_is_back(self) -> None:
        before = begun()
        now = within(before, "Delta")
        after = before.restarted(now)
        assert said(after)[3:5] == ["Delta-", "Delta"]
        assert cue_of(after, "Delta").start_ms == now + RETURN_MS

    def test_a_silence_goes_on_where_it_was(self) -> None:
        before = begun()
        for now in (behind(before, "Delta"), 100, before.starts[-1] + 5):
            assert before.restarted(now) is before


class TestLearning:
    """Lengths of sentences that become known while it plays."""

    @staticmethod
    def estimated(share: float) -> Schedule:
        made = session(ALPHA, **HEADER)
        return Schedule.begin(made, lambda u: round(tones(u) * share), RINGS.__getitem__)

    @pytest.mark.parametrize("share", [0.5, 0.9, 1.3, 3.0])
    @pytest.mark.parametrize("now", [0, 12_345, 20_000])
    def test_elastic_pauses_absorb_what_an_estimate_got_wrong(self, share: float, now: int) -> None:
        before = self.estimated(share)
        after = before.learned(now, tones)
        assert after.timeline.duration_ms == before.timeline.duration_ms == 3 * MINUTE
        assert lengths(after.timeline.speech)[1:] == lengths(begun().timeline.speech)[1:]

    def test_what_is_known_from_the_beginning_is_as_if_always_known(self) -> None:
        assert self.estimated(1.4).learned(0, tones).timeline == begun().timeline

    def test_the_silence_under_way_takes_part_but_not_at_once(self) -> None:
        before = self.estimated(1.0)
        now = behind(before, "Bravo")
        far = before.learned(now, lambda u: 3_000)
        assert silence_at(far, now).end_ms < silence_at(before, now).end_ms
        near = cue_of(before, "Charlie").start_ms - CROSSFADE_MS + 1
        assert silence_at(before.learned(near, lambda u: 3_000), near) == silence_at(before, near)

    def test_what_is_out_of_reach_is_met_as_nearly_as_can_be(self) -> None:
        made = session("One. [pause 2s..2.7s] Two.", length="3s")
        schedule = Schedule.begin(made, lambda u: 200, RINGS.__getitem__)
        assert schedule.learned(0, lambda u: 1_000).timeline.duration_ms == 4_000
        assert schedule.learned(0, lambda u: 20).timeline.duration_ms == 2_700 + 40

    def test_a_sentence_that_is_late_only_lengthens_the_silence_before_it(self) -> None:
        before = begun()
        index = before.under_way(within(before, "Bravo"))
        now = cue_of(before, "Bravo").start_ms - 400
        late = before.later(now, index, 240).later(now + 240, index, 240)
        assert cue_of(late, "Bravo").start_ms == cue_of(before, "Bravo").start_ms + 480
        assert silence_at(late, now).start_ms == silence_at(before, now).start_ms
        assert late.timeline.duration_ms == before.timeline.duration_ms + 480
        caught_up = late.learned(now + 480, tones)
        assert caught_up.timeline.duration_ms == before.timeline.duration_ms
        assert cue_of(caught_up, "Bravo") == cue_of(late, "Bravo")

    def test_a_first_sentence_that_is_late_begins_with_a_silence(self) -> None:
        late = begun("One. [pause 5s..]", length="1m").later(0, 0, 240)
        assert late.timeline.cues[0] == Silence(0, 240, False, 0, 4)
        assert cue_of(late, "One").start_ms == 240

    def test_a_beat_grows_for_a_cue_that_is_longer(self) -> None:
        made = session("[breath 1 in 2s out 2s cued]")
        schedule = Schedule.begin(made, tones, RINGS.__getitem__)
        assert lengths(schedule.learned(0, lambda u: 2_500).timeline.cues) == [2_500, 2_500]

    def test_what_was_stayed_with_is_not_taken_back(self) -> None:
        before = self.estimated(1.0)
        now = behind(before, "Bravo")
        stayed, _ = before.stay(now)
        after = stayed.learned(now + 1_000, lambda u: tones(u) + 700)
        assert silence_at(after, now) == silence_at(stayed, now)
        assert after.timeline.duration_ms == 4 * MINUTE


# --- any moves at any time --------------------------------------------------------------------------------------------

PIECES = [
    "Some words. ", "Other words, and more of them. ", "Few. ", "[pause 3s] ", "[pause 0s] ", "[pause 2s..20s] ",
    "[pause 5s.. x2] ", "[breath 2] ", "[breath 1 in 2s out 3s cued] ", "[wait 8s] ", "[bell x2] ", "[bell bowl] ",
    "[bed rain -20 over 3s] ", "[bed none over 2s] ", "[mark home] ", '[rate 0..10 "How is it?"] ', "\n\n# Next\n\n",
    "\n\n",
]  # fmt: skip

MOVES: dict[str, Callable[[Schedule, int], Change]] = {
    name: getattr(Schedule, name)
    for name in ("stay", "on", "again", "back", "next", "home", "ground", "close", "strike")
} | {
    "restarted": lambda schedule, now: (schedule.restarted(now), ""),
    "go_on": lambda schedule, now: (schedule.go_on(now) if schedule.question(now) else schedule, ""),
    "learned": lambda schedule, now: (schedule.learned(now, lambda u: tones(u) * 5 // 4), ""),
}  # fmt: skip

scripts = st.lists(st.sampled_from(PIECES), min_size=3, max_size=25).map("".join).map("Begin. ".__add__)
presses = st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 30_000)), max_size=12)


def before(schedule: Schedule, now_ms: int) -> list[Cue]:
    """What has ended; a silence behind which nothing comes has not."""
    last_ms = schedule.starts[-1]
    return [
        cue
        for cue in schedule.timeline.cues
        if cue.end_ms < now_ms and not (isinstance(cue, Silence) and cue.purpose == "rest" and cue.end_ms == last_ms)
    ]


@settings(max_examples=300)
@given(scripts, presses, st.booleans(), st.none() | st.integers(20_000, 90_000))
def test_no_move_changes_what_was_heard(
    body: str, pressed: list[tuple[str, int]], bedded: bool, interval_ms: int | None
) -> None:
    made = session(body, SessionOptions(bell="chime"), bed={"sound": "drone" if bedded else "none"})
    assert made.bells
    made = replace(made, bells=replace(made.bells, interval_ms=interval_ms)) if interval_ms else made
    try:
        schedule = Schedule.begin(made, tones, RINGS.__getitem__, ground=session(GROUNDING))
    except RequestError:  # a bell is asked for where no rest is
        return
    now = 0
    for move, after_ms in pressed:
        now = min(now + after_ms, schedule.timeline.duration_ms - 1)
        moved, _ = MOVES[move](schedule, now)
        check_whole(moved)
        assert before(moved, now) == before(schedule, now)
        assert sounding_on(moved.timeline, now) == sounding_on(schedule.timeline, now)
        schedule = moved


def check_whole(schedule: Schedule) -> None:
    """Legs have lengths, cues follow one another without a gap, and everything ends within the whole."""
    timeline = schedule.timeline
    assert all(item.length_ms >= 0 for item in schedule.playlist)
    assert [cue.start_ms for cue in timeline.cues] == sorted(cue.start_ms for cue in timeline.cues)
    assert all(0 <= cue.start_ms < cue.end_ms <= timeline.duration_ms for cue in timeline.cues)
    following = [cue for cue in timeline.cues if not isinstance(cue, BedSpan) and cue not in schedule.strikes]
    assert not following or following[0].start_ms == 0
    assert all(one.end_ms == other.start_ms for one, other in pairwise(following))
    assert all(one.end_ms == other.start_ms for one, other in pairwise(timeline.chapters))
    assert timeline.chapters[-1].end_ms == timeline.duration_ms


def sounding_on(timeline: Timeline, now_ms: int) -> list[tuple[str, int]]:
    """The beds that have begun and still sound, each with its beginning, which is its phase; sorted."""
    return [(bed.sound, bed.start_ms) for bed in timeline.beds if bed.start_ms < now_ms < bed.end_ms]


@settings(max_examples=100)
@given(scripts, st.integers(0, 60_000), st.integers(60_000, 300_000))
def test_what_is_learned_at_any_time_keeps_the_length_where_a_pause_ahead_has_no_end(
    body: str, now: int, length_ms: int
) -> None:
    made = session(f"{body}[pause 5s..] End.", SessionOptions(length_ms=length_ms))
    try:
        schedule = Schedule.begin(made, tones, RINGS.__getitem__)
    except RequestError:
        return
    if now > schedule.timeline.duration_ms - 30_000:
        return
    learned = schedule.learned(now, lambda u: tones(u) * 9 // 10)
    assert learned.timeline.duration_ms == schedule.timeline.duration_ms
    check_whole(learned)

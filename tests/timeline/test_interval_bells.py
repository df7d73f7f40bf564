"""Bells through a sitting, and a session to fall asleep with."""

from itertools import pairwise
from typing import Any

import pytest
from helpers.scripts import RINGS, a_second, laid_out, session
from hypothesis import given
from hypothesis import strategies as st

from synth.errors import RequestError
from synth.personalise.listener import SessionOptions
from synth.personalise.session import SittingBells
from synth.timeline.interval_bells import APART_MS, RESTED_MS, RESTS_ON_MS, add_interval_bells
from synth.timeline.layout import lay_out
from synth.timeline.model import BedSpan, Strike, Timeline
from synth.timeline.timeline_json import from_json, to_json
from synth.units import MINUTE, SECOND

SITTING = "[bell]\nWe begin. [pause 20m] We end.\n\n[bell]"


def rung(body: str, options: SessionOptions | None = None, **header: Any) -> Timeline:
    """A body in time with all its bells, every utterance a second long."""
    made = session(body, options, **header)
    timeline = laid_out(body, options, **header)
    return add_interval_bells(timeline, made.bells, RINGS.__getitem__) if made.bells else timeline


def strikes(timeline: Timeline) -> list[int]:
    return [strike.start_ms for strike in timeline.strikes]


class TestThroughASitting:
    def test_a_bell_every_five_minutes(self) -> None:
        made = rung(SITTING, SessionOptions(interval_bell_ms=5 * MINUTE))
        assert strikes(made) == [0, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 20 * MINUTE + 12_500]

    def test_time_to_settle_in_comes_before(self) -> None:
        made = rung(SITTING, SessionOptions(interval_bell_ms=5 * MINUTE, settle_ms=2 * MINUTE))
        assert strikes(made)[1:-1] == [7 * MINUTE, 12 * MINUTE, 17 * MINUTE]

    def test_bells_at_given_times(self) -> None:
        made = rung(SITTING, SessionOptions(bells_at_ms=(11 * MINUTE, 3 * MINUTE)))
        assert strikes(made)[1:-1] == [3 * MINUTE, 11 * MINUTE]

    def test_the_header_says_the_same(self) -> None:
        header: dict[str, Any] = {"bell": {"sound": "chime", "interval": "5m", "settle": "2m", "at": ["90s"]}}
        made = rung(SITTING, **header)
        assert strikes(made)[1:-1] == [90 * SECOND, 7 * MINUTE, 12 * MINUTE, 17 * MINUTE]
        assert {strike.sound for strike in made.strikes} == {"chime"}

    def test_a_wish_is_stronger_than_the_header(self) -> None:
        header: dict[str, Any] = {"bell": {"interval": "5m"}}
        assert strikes(rung(SITTING, SessionOptions(interval_bell_ms=8 * MINUTE), **header))[1:-1] == [
            8 * MINUTE,
            16 * MINUTE,
        ]

    def test_they_are_softer_than_the_opening(self) -> None:
        opening, through, closing = rung(SITTING, SessionOptions(bells_at_ms=(10 * MINUTE + 5 * SECOND,))).strikes
        assert opening.level_db == closing.level_db == -3
        assert through.level_db == -9

    def test_nothing_else_moves(self) -> None:
        plain, made = laid_out(SITTING), rung(SITTING, SessionOptions(interval_bell_ms=MINUTE))
        assert made.duration_ms == plain.duration_ms
        assert tuple(cue for cue in made.cues if cue in plain.cues) == plain.cues
        assert all(isinstance(cue, Strike) for cue in made.cues if cue not in plain.cues)

    def test_a_bell_waits_until_the_words_are_over(self) -> None:
        body = "One. [pause 9s] Two. [pause 9s] Three. [pause 9s]"
        assert strikes(rung(body, SessionOptions(bell="chime", bells_at_ms=(10_500,)))) == [11_000 + RESTED_MS]
        assert strikes(rung(body, SessionOptions(bell="chime", bells_at_ms=(9_000,)))) == [10_000 - RESTS_ON_MS]

    def test_a_bell_of_the_script_stands_for_one_that_falls_near(self) -> None:
        body = "[bell] One. [pause 4m51s] [bell] Two. [pause 3m]"
        made = rung(body, SessionOptions(interval_bell_ms=5 * MINUTE))
        assert strikes(made) == [0, 9_000 + 1_000 + 291_000]

    def test_a_bell_near_the_end_rings_out(self) -> None:
        made = rung("One. [pause 2m]", SessionOptions(bells_at_ms=(119_000,)))
        assert strikes(made) == [made.duration_ms - RINGS["bowl"].sound_ms]

    def test_a_bell_that_is_waited_for_longer_than_it_sounds_ends_with_the_track(self) -> None:
        made = rung("One. [pause 2m]", SessionOptions(bell="block", bells_at_ms=(120_900,)))
        (strike,) = made.strikes
        assert strike.start_ms + RINGS["block"].sound_ms == strike.end_ms == made.duration_ms
        assert from_json(to_json(made)) == made

    def test_there_may_be_no_rest_for_any(self) -> None:
        with pytest.raises(RequestError, match=r"'Test' has no rest of 4s in which a bell could ring; make it longer"):
            rung("One. [pause 3s] Two.", SessionOptions(bells_at_ms=(2_000,)))

    def test_a_bell_behind_the_end_is_told(self) -> None:
        with pytest.raises(RequestError, match=r"a bell at 40m is behind the end: 'Test' lasts 20m32\.5s"):
            rung(SITTING, SessionOptions(bells_at_ms=(40 * MINUTE,)))

    def test_bells_asked_for_and_none_at_all_contradict_each_other(self) -> None:
        for options in (
            SessionOptions(bell="none", interval_bell_ms=MINUTE),
            SessionOptions(sleep=True, bells_at_ms=(MINUTE,)),
        ):
            with pytest.raises(RequestError, match="leave one of the two out"):
                session(SITTING, options)

    @given(
        rests=st.lists(st.integers(1, 90), min_size=1, max_size=12),
        interval_ms=st.integers(30_000, 200_000),
        settle_ms=st.integers(0, 100_000),
    )
    def test_no_bell_falls_on_words_or_on_another(self, rests: list[int], interval_ms: int, settle_ms: int) -> None:
        plain = laid_out(" ".join(f"Words. [pause {rest}s]" for rest in rests))
        bells = SittingBells("chime", -9, interval_ms, settle_ms=settle_ms)
        try:
            made = add_interval_bells(plain, bells, RINGS.__getitem__)
        except RequestError:
            assert max(rests[:-1], default=0) < 4
            assert rests[-1] < 9, "the chime sounds for seven seconds"
            return
        for strike in made.strikes:
            for cue in made.speech:
                assert strike.start_ms >= cue.end_ms + RESTED_MS or strike.start_ms <= cue.start_ms - RESTS_ON_MS
            assert strike.start_ms + RINGS["chime"].sound_ms <= made.duration_ms
        assert all(b - a >= APART_MS for a, b in pairwise(strikes(made)))
        assert [cue.start_ms for cue in made.cues] == sorted(cue.start_ms for cue in made.cues)


class TestLongSilence:
    def test_is_parted_into_equal_shorter_ones(self) -> None:
        made = rung("One. [pause 24m] Two. [pause 10m] Three.")
        assert strikes(made) == [1_000 + 8 * MINUTE, 1_000 + 16 * MINUTE]
        assert {strike.level_db for strike in made.strikes} == {-9}

    def test_at_the_end_counts_too(self) -> None:
        assert strikes(rung("One. [pause 15m]")) == [1_000 + 450 * SECOND]

    def test_that_bells_already_part_needs_no_more(self) -> None:
        assert strikes(rung("One. [pause 24m]", SessionOptions(interval_bell_ms=9 * MINUTE))) == [
            9 * MINUTE,
            18 * MINUTE,
        ]

    @pytest.mark.parametrize(
        ("options", "header"),
        [
            (SessionOptions(bell="none"), {}),
            (SessionOptions(sleep=True), {}),
            (SessionOptions(), {"care": {"allow": {"long-silence": "for those who sit often"}}}),
        ],
    )
    def test_is_left_alone_where_that_is_wished(self, options: SessionOptions, header: dict[str, Any]) -> None:
        assert strikes(rung("One. [pause 24m]", options, **header)) == []


EVENING = "[bell] " + " ".join(f"Words {n}. [pause 29s]" for n in range(20)) + " [bell]"
RAIN: dict[str, Any] = {"bed": {"sound": "rain"}}


class TestSleep:
    def test_has_no_bells(self) -> None:
        assert laid_out(EVENING).strikes
        assert not rung(EVENING, SessionOptions(sleep=True)).strikes

    def test_the_voice_falls_by_six_decibels_over_its_last_five_minutes(self) -> None:
        made = rung(EVENING, SessionOptions(sleep=True))
        last = made.speech[-1].end_ms
        for cue in made.speech:
            fallen = min(1.0, max(0.0, 1 - (last - cue.end_ms) / (5 * MINUTE)))
            assert cue.level_db == pytest.approx(-6 * fallen, abs=0.01)
        assert made.speech[0].level_db == 0
        assert made.speech[-1].level_db == -6

    def test_a_short_one_falls_over_its_whole_length(self) -> None:
        first, *_, last = rung("One. [pause 9s] Two. [pause 9s] Three.", SessionOptions(sleep=True)).speech
        assert -0.5 < first.level_db < 0
        assert last.level_db == -6

    def test_the_timeline_tells_it(self) -> None:
        made = rung(EVENING, SessionOptions(sleep=True))
        cues = [cue for cue in to_json(made)["cues"] if cue["kind"] == "speech"]
        assert "level_db" not in cues[0]
        assert cues[-1]["level_db"] == -6

    def test_the_bed_goes_on_and_fades_over_its_last_minute(self) -> None:
        awake = laid_out(EVENING, SessionOptions(bell="none"), **RAIN)
        asleep = rung(EVENING, SessionOptions(sleep=True), **RAIN)
        assert asleep.duration_ms == awake.duration_ms + 10 * MINUTE
        assert asleep.beds == (BedSpan(0, asleep.duration_ms, "rain", -18, 6_000, MINUTE),)

    def test_for_as_long_as_is_wished(self) -> None:
        asleep = rung(EVENING, SessionOptions(sleep=True, bed_after_ms=30 * SECOND), **RAIN)
        assert asleep.duration_ms == laid_out(EVENING, SessionOptions(bell="none"), **RAIN).duration_ms + 30 * SECOND
        assert asleep.beds[0].fade_out_ms == 40 * SECOND

    def test_the_length_asked_is_that_of_the_session(self) -> None:
        body = "One. [pause 10s..] Two."
        asleep = rung(body, SessionOptions(sleep=True, length_ms=5 * MINUTE), **RAIN)
        assert asleep.duration_ms == 15 * MINUTE
        assert asleep.speech[-1].end_ms == 5 * MINUTE - 10 * SECOND

    def test_without_a_bed_it_ends_with_the_voice(self) -> None:
        assert rung("One.", SessionOptions(sleep=True)).duration_ms == 1_000
        with pytest.raises(RequestError, match="no bed that could go on at the end; choose one with --bed"):
            session("One.", SessionOptions(sleep=True, bed_after_ms=MINUTE))

    def test_a_bed_that_the_script_ends_does_not_come_back(self) -> None:
        made = rung("One. [bed none over 4s] [pause 20s] Two.", SessionOptions(sleep=True), **RAIN)
        assert made.duration_ms == 1_000 + 20_000 + 1_000


def test_the_room_rings_out_behind_the_last_word() -> None:
    made = session("One. [pause 300ms] Two.")
    assert lay_out(made, a_second, RINGS.__getitem__, tail_ms=400).duration_ms == 2_300 + 400
    paused = session("One. [pause 300ms]")
    assert lay_out(paused, a_second, RINGS.__getitem__, tail_ms=400).duration_ms == 1_400

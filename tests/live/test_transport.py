"""Where a session is: held, lost, found again, ended; and which fade each of these is."""

from typing import Any

import pytest
from helpers.scripts import RINGS, a_second, session

from synth.live.commands import Command
from synth.live.live_mixer import BLOCK_MS
from synth.live.schedule import CROSSFADE_MS, RETURN_MS, Schedule
from synth.live.transport import END_MS, Transport

BODY = "# First\n\nAlpha. [pause 9s] Bravo. [pause 9s]\n\n# Last\n\nCharlie. [pause 9s]"
SILENCE_MS, IN_BRAVO_MS = 5_040, 10_320


class Mixer:
    """Notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def crossfade_to(self, schedule: Schedule, now_ms: int, fade_ms: int = CROSSFADE_MS) -> None:
        self.asked.append(("crossfade", now_ms, fade_ms))

    def fade_out(self, now_ms: int, fade_ms: int = CROSSFADE_MS) -> None:
        self.asked.append(("fade out", now_ms, fade_ms))

    def add(self, schedule: Schedule, now_ms: int) -> None:
        self.asked.append(("add", now_ms))


def transport(at_ms: int = 0) -> tuple[Transport, Mixer]:
    mixer: Any = Mixer()
    made = Transport(Schedule.begin(session(BODY), a_second, RINGS.__getitem__), mixer)
    assert mixer.asked == [("crossfade", 0, 0)]
    mixer.asked.clear()
    made.advance(at_ms)
    return made, mixer


def test_goes_on_until_the_schedule_ends() -> None:
    made, _ = transport()
    while not made.over:
        made.advance(BLOCK_MS)
    assert made.finished
    assert made.sent_ms == made.now_ms
    assert 0 <= made.now_ms - made.schedule.timeline.duration_ms < BLOCK_MS


def test_stands_still_while_it_is_held_and_goes_on_in_the_same_silence() -> None:
    made, mixer = transport(SILENCE_MS)
    before = made.schedule
    assert made.hold() == "held"
    made.advance(BLOCK_MS)
    assert (made.now_ms, made.sent_ms, made.still) == (SILENCE_MS, SILENCE_MS + BLOCK_MS, True)
    assert made.hold() == "going on"
    assert made.schedule is before
    assert mixer.asked == [("fade out", SILENCE_MS, CROSSFADE_MS), ("crossfade", SILENCE_MS, RETURN_MS)]


def test_comes_back_before_the_next_sentence() -> None:
    made, mixer = transport(9_600)
    made.hold()
    made.hold()
    assert mixer.asked[-1] == ("crossfade", 9_600, 400)


def test_a_sentence_that_was_held_begins_again() -> None:
    made, _ = transport(IN_BRAVO_MS)
    made.hold()
    made.hold()
    assert [cue.start_ms for cue in made.schedule.timeline.speech][:3] == [0, 10_000, IN_BRAVO_MS + RETURN_MS]


def test_lost_it_stands_still_at_once_and_found_it_goes_on_unless_it_is_held() -> None:
    made, mixer = transport(SILENCE_MS)
    made.lose()
    assert mixer.asked == [("fade out", SILENCE_MS, 0)]
    assert made.still
    made.find()
    assert not made.still
    assert mixer.asked[1:] == [("crossfade", SILENCE_MS, RETURN_MS)]
    made.hold()
    made.lose()
    made.find()
    assert made.still
    made.lose()
    made.hold()
    assert made.still
    assert mixer.asked[-1][0] == "fade out"


def test_a_command_changes_the_schedule_by_a_crossfade_and_in_silence_without_one() -> None:
    made, mixer = transport(SILENCE_MS)
    assert made.move(Command.NEXT) == "the next section"
    assert mixer.asked == [("crossfade", SILENCE_MS, CROSSFADE_MS)]
    made.hold()
    mixer.asked.clear()
    assert made.move(Command.STAY) == "staying a minute longer"
    assert mixer.asked == []


def test_a_command_that_changes_nothing_fades_nothing() -> None:
    made, mixer = transport(SILENCE_MS)
    assert made.move(Command.HOME) == "there is no place to return to"
    assert mixer.asked == []


def test_where_it_was_closed_is_remembered_the_first_time() -> None:
    made, _ = transport(IN_BRAVO_MS)
    number = made.schedule.number_at(IN_BRAVO_MS)
    assert made.closed_at is None
    made.move(Command.CLOSE)
    assert made.closed_at == number
    made.advance(4_800)
    made.move(Command.CLOSE)
    assert made.closed_at == number


def test_a_bell_is_added_without_a_fade_and_not_while_it_is_held() -> None:
    made, mixer = transport(SILENCE_MS)
    assert made.strike() == "a bell"
    assert mixer.asked == [("add", SILENCE_MS)]
    assert [strike.start_ms for strike in made.schedule.strikes] == [SILENCE_MS]
    made.hold()
    assert made.strike() == "not while it is held"
    assert len(made.schedule.strikes) == 1


def test_ended_it_fades_out_and_is_over() -> None:
    made, mixer = transport(SILENCE_MS)
    made.end()
    assert (made.ending, made.over) == (True, False)
    assert mixer.asked == [("fade out", SILENCE_MS, END_MS)]
    made.advance(END_MS)
    assert made.over
    assert not made.finished


@pytest.mark.parametrize("stop", [Transport.hold, Transport.lose])
def test_ended_while_it_stands_still_it_is_over_at_once(stop: Any) -> None:
    made, _ = transport(SILENCE_MS)
    stop(made)
    made.end()
    assert made.over


def test_lost_while_it_ends_it_is_over_at_once() -> None:
    made, _ = transport(SILENCE_MS)
    made.end()
    made.lose()
    assert made.over

"""The output without a sound: it keeps time, whatever the machine does meanwhile."""

import contextlib

import pytest
from helpers.clocks import Clock

from synth.audio.pcm import AudioSegment, silence
from synth.outputs.null import AHEAD_S, NullSink
from synth.outputs.opening import open_output

BLOCK: AudioSegment = silence(48)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_an_hour_takes_an_hour(clock: Clock) -> None:
    begun_s = clock()
    with NullSink(clock, clock.sleep) as sink:
        for number in range(75_000):
            sink.write(BLOCK)
            ahead_s = (number + 1) * 0.048 - (clock() - begun_s)
            assert ahead_s <= AHEAD_S + 0.048 + 1e-6
    assert clock() - begun_s == pytest.approx(3_600, abs=1e-3)


def test_what_comes_late_puts_off_what_is_behind_it(clock: Clock) -> None:
    begun_s = clock()
    with NullSink(clock, clock.sleep) as sink:
        for number in range(100):
            clock.now_s += 30 if number == 50 else 0
            sink.write(BLOCK)
    saved_s = 30 + 100 * 0.048 - (clock() - begun_s)
    assert 0 <= saved_s <= AHEAD_S + 0.048 + 1e-6, "what was still to come when it began to be late"


def test_a_machine_that_is_a_little_late_every_time_loses_nothing(clock: Clock) -> None:
    begun_s = clock()

    def oversleep(seconds: float) -> None:
        clock.sleep(seconds + 0.02)

    with NullSink(clock, oversleep) as sink:
        for _ in range(1_000):
            sink.write(BLOCK)
    assert clock() - begun_s == pytest.approx(48, abs=0.03)


def test_it_can_be_entered_again(clock: Clock) -> None:
    sink = NullSink(clock, clock.sleep)
    for _ in range(2):
        begun_s = clock()
        with sink:
            sink.write(BLOCK)
        assert clock() - begun_s == pytest.approx(0.048)
        clock.now_s += 60


def test_left_by_an_exception_it_ends_at_once(clock: Clock) -> None:
    with contextlib.suppress(KeyboardInterrupt), NullSink(clock, clock.sleep) as sink:
        sink.write(silence(5_000))
        raise KeyboardInterrupt
    assert clock.slept == []


def test_it_is_known_by_its_name() -> None:
    sink = open_output("null")
    assert isinstance(sink, NullSink)
    assert sink.name == "null"

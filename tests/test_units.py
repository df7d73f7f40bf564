"""Written durations, and the rounding of every unit."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.units import (
    FRAMES_PER_MS,
    HOUR,
    MINUTE,
    RATE,
    SECOND,
    db_to_gain,
    format_clock,
    format_duration,
    frames_to_ms,
    ms_to_frames,
    parse_duration,
    whole_seconds_down,
    whole_seconds_up,
)

DAY = 24 * HOUR
durations = st.integers(0, DAY) | st.integers(0, 2 * MINUTE) | st.integers(0, DAY // SECOND).map(lambda s: s * SECOND)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("5s", 5_000),
        ("5 s", 5_000),
        ("5sec", 5_000),
        ("5 sec", 5_000),
        ("500ms", 500),
        ("500 ms", 500),
        ("2.5s", 2_500),
        (".5s", 500),
        ("3m", 3 * MINUTE),
        ("3min", 3 * MINUTE),
        ("1.5m", 90_000),
        ("1m30s", 90_000),
        ("1m 30s", 90_000),
        ("1h", HOUR),
        ("1h05m", 65 * MINUTE),
        ("1h 2m 3s 4ms", HOUR + 2 * MINUTE + 3 * SECOND + 4),
        ("5S", 5_000),
        ("1M30S", 90_000),
        ("  7s\n", 7_000),
        ("0", 0),
        ("0s", 0),
        ("24h", DAY),
    ],
)
def test_a_written_duration_is_read_as_milliseconds(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize(("text", "ms"), [("5", 5_000), ("0.5", 500), (".5", 500), ("05", 5_000), ("2.25", 2_250)])
def test_a_bare_number_is_seconds_and_half_a_second_is_never_five(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize(
    ("text", "ms"),
    [("0.4ms", 0), ("0.5ms", 1), ("1.5ms", 2), ("2.5ms", 3), ("0.0004s", 0), ("0.0005s", 1), ("0.1s", 100)],
)
def test_half_a_millisecond_is_rounded_up(text: str, ms: int) -> None:
    assert parse_duration(text) == ms


@pytest.mark.parametrize("text", ["", "  ", "s", "x", "5x", "5s!", "1m30", "2,5s", "5..6", "1.2.3", "5.s", "1e3", "+5"])
def test_what_is_not_a_duration_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration; write it like 5s, 1m30s or 500ms"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["-5s", "-5", "−5s", " -0.1s", "-1m30s"])
def test_a_negative_duration_is_refused_as_such(text: str) -> None:
    with pytest.raises(ValueError, match="can't be negative"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["24h1ms", "25h", "99999h", "9" * 5_000, "9" * 5_000 + "h"])
def test_a_duration_over_the_most_is_refused_and_the_most_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"is too long; the most is 24h$"):
        parse_duration(text)


def test_the_most_is_the_callers_to_say() -> None:
    assert parse_duration("2h", max_ms=2 * HOUR) == 2 * HOUR
    with pytest.raises(ValueError, match=r"^2h1ms is too long; the most is 2h$"):
        parse_duration("2h1ms", max_ms=2 * HOUR)


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "0s"),
        (1, "1ms"),
        (999, "999ms"),
        (1_000, "1s"),
        (2_500, "2.5s"),
        (59_999, "59.999s"),
        (60_000, "1m"),
        (65_000, "1m05s"),
        (61_500, "1m1.5s"),
        (372_000, "6m12s"),
        (HOUR, "1h"),
        (65 * MINUTE, "1h05m"),
        (HOUR + 1, "1h00m0.001s"),
        (DAY, "24h"),
    ],
)
def test_a_duration_is_written_as_one_would(ms: int, text: str) -> None:
    assert format_duration(ms) == text


@given(durations)
def test_parse_is_the_inverse_of_format(ms: int) -> None:
    assert parse_duration(format_duration(ms)) == ms


@given(st.text(max_size=30) | st.text(alphabet="0123456789. -hms", max_size=12))
def test_any_text_is_a_duration_in_bounds_or_refused(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert 0 <= parse_duration(text) <= DAY


@given(st.integers(0, 80_000), st.integers(0, 999))
def test_decimals_of_a_second_are_read_exactly(seconds: int, thousandths: int) -> None:
    text = f"{seconds}.{thousandths:03d}"
    assert parse_duration(text) == parse_duration(text + "s") == seconds * 1_000 + thousandths


@pytest.mark.parametrize(("ms", "text"), [(0, "0:00"), (999, "0:00"), (725_000, "12:05"), (3_725_000, "1:02:05")])
def test_a_clock_is_told_to_the_second_begun(ms: int, text: str) -> None:
    assert format_clock(ms) == text


@given(st.integers(0, DAY))
def test_whole_seconds_lie_close_on_either_side(ms: int) -> None:
    down, up = whole_seconds_down(ms), whole_seconds_up(ms)
    assert down % SECOND == up % SECOND == 0
    assert down <= ms <= up
    assert up - down == (SECOND if ms % SECOND else 0)


@given(st.integers(0, DAY))
def test_frames_and_milliseconds_are_inverse(ms: int) -> None:
    assert ms_to_frames(ms) * 1_000 == ms * RATE
    assert frames_to_ms(ms_to_frames(ms)) == ms


@given(st.integers(0, 10**10))
def test_a_millisecond_begun_is_counted_whole(frames: int) -> None:
    room = frames_to_ms(frames) * FRAMES_PER_MS
    assert 0 <= room - frames < FRAMES_PER_MS


def test_decibels_are_amplitude_ratios() -> None:
    assert db_to_gain(0) == 1
    assert db_to_gain(20) == pytest.approx(10)
    assert db_to_gain(-6.0206) == pytest.approx(0.5, abs=1e-5)

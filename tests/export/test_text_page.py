"""A session as text, to be read aloud."""

import re

from helpers.forms import EXAMPLE, EXAMPLE_SLOTS, form

from synth.personalise.listener import Profile


def test_a_session_as_text() -> None:
    assert (
        form("text", EXAMPLE, Profile(name="Ana", say_as="Ah-na"), **EXAMPLE_SLOTS)
        == """\
Test
====

About 0:51. · 6 s · is a silence of 6 seconds; between paragraphs, the voice
rests for 1.5 s where nothing else is told.

Arriving
--------

[bell: bowl, 2 strokes, 18 s]

Sit down, Ana. · 6 s · Rest.

There is time.

Home & away
-----------

[mark: home] · 1.5 s ·

You are *here*.

[2 breaths, in 4 s, out 6 s: 20 s]
"""
    )


def test_text_tells_of_waiting_and_beds() -> None:
    got = form("text", "Move. [wait 30s] Rest. [bed rain over 2s] [pause 90s]\n\nBreathe. [breath 1 in 3s out 5s cued]")
    assert "Move. [in the listener's own time, up to 30 s] Rest." in got
    assert "[bed: rain] · 1 min 30 s ·" in got
    assert "Breathe. Breathing in. · 2 s · Breathing out.\n\n· 4 s ·" in got


def test_text_is_wrapped_and_never_within_a_pause() -> None:
    got = form("text", " ".join(f"Word number {number} [pause {number}s]" for number in range(1, 60)), title="T " * 80)
    assert max(map(len, got.splitlines())) <= 80
    assert re.findall(r"· (\d+) s ·", got)[1:10] == [str(number) for number in range(1, 10)]
    assert all(line.count("·") % 2 == 0 for line in got.splitlines())

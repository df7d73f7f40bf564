"""A timeline in the order of a page: silences and strokes as a reader needs them."""

import re

import pytest
from helpers.effort import lines_run_by
from helpers.forms import form
from helpers.scripts import RINGS, script, session

from synth.export.reading_forms import FORMS
from synth.export.reading_page import format_rest, make_sheet
from synth.timeline.interval_bells import add_interval_bells
from synth.timeline.layout import lay_out


@pytest.mark.parametrize(
    ("ms", "shown"),
    [(500, "0.5 s"), (6_000, "6 s"), (1_500, "1.5 s"), (9_960, "10 s"), (14_237, "14 s"), (59_900, "1 min"),
     (90_000, "1 min 30 s"), (7_200_000, "120 min"), (0, "0 s")],
)  # fmt: skip
def test_a_silence_for_the_eye(ms: int, shown: str) -> None:
    assert format_rest(ms) == shown


def test_a_silence_is_cut_where_something_is_told_in_it() -> None:
    got = form("text", "# A\n\nOne. [pause 3s] [mark home] [pause 4s]\n\n# B\n\n[pause 2s] Two.")
    assert "One.\n\n· 3 s · [mark: home] · 4 s ·\n\nB\n-\n\n· 2 s ·\n\nTwo." in got


def test_a_silence_is_cut_where_a_bell_rings_in_it_and_nothing_counts_twice() -> None:
    document = script("One. [pause 24m] Two.")
    heard = session("One. [pause 24m] Two.")
    assert heard.bells
    timeline = add_interval_bells(
        lay_out(heard, lambda utterance: 1_000, RINGS.__getitem__), heard.bells, RINGS.__getitem__
    )
    went = FORMS["ssml"](make_sheet(document, heard, timeline))
    assert re.findall(r'time="(\d+)ms"|(bell): bowl', went) == [
        ("480000", ""), ("", "bell"), ("9000", ""), ("471000", ""), ("", "bell"), ("9000", ""), ("471000", ""),
    ]  # fmt: skip


def test_strokes_of_one_bell_are_counted_where_nothing_is_told_between_them() -> None:
    got = form("text", "[bell bowl] [bell bowl x2] [mark home] [bell bowl] [bell chime] One.")
    assert "[bell: bowl, 3 strokes, 27 s] [mark: home] [bell: bowl, 1 stroke, 9 s] [bell:\nchime, 1 stroke, 5 s]" in got


def test_the_work_grows_with_the_length_and_no_faster() -> None:
    def lines_run(repeats: int) -> int:
        text = f"[repeat {repeats}]\nA. [mark here] [bell]\n[end]"
        document, heard = script(text), session(text)
        timeline = lay_out(heard, lambda utterance: 1_000, RINGS.__getitem__)
        return lines_run_by(lambda: make_sheet(document, heard, timeline))

    assert lines_run(400) < 2.5 * lines_run(200)

"""A layout that keeps to an earlier one: what can stay in its place does, and the sum and every bound still hold."""

from collections.abc import Callable
from dataclasses import replace

from helpers.scripts import RINGS, laid_out, session
from hypothesis import given
from hypothesis import strategies as st

from synth.personalise.listener import SessionOptions
from synth.personalise.session import Utterance
from synth.timeline.anchors import Elastic, LayoutAnchors, align_to, anchors_of
from synth.timeline.layout import lay_out
from synth.timeline.model import Silence, Strike, Timeline
from synth.units import MINUTE

BODY = (
    "Welcome, {name}. [pause 3s..] Sit as you like. [pause 10s..] [bell chime] Rest here. [pause 2s] "
    "[pause 10s.. x2] {name}, be well. [pause 5s..30s] Come back. [pause 4s..]\n\nThank you, {name}."
)
TEN = SessionOptions(length_ms=10 * MINUTE)


def spoken_as_long_as_written(utterance: Utterance) -> int:
    return 50 * len(utterance.text)


def timeline_of(
    body: str, anchors: LayoutAnchors | None = None, speech: Callable[[Utterance], int] = spoken_as_long_as_written
) -> Timeline:
    return lay_out(session(body, TEN), speech, RINGS.__getitem__, anchors=anchors)


def starts(timeline: Timeline) -> list[int]:
    return [cue.start_ms for cue in timeline.speech]


FRIEND, BENEDICTA = (BODY.replace("{name}", name) for name in ("friend", "Benedicta"))


def test_a_layout_keeps_to_itself() -> None:
    made = timeline_of(BODY.replace("{name}", "Ana"))
    assert timeline_of(BODY.replace("{name}", "Ana"), anchors_of(made)) == made


def test_another_name_moves_nothing_that_stands_behind_an_elastic_pause() -> None:
    first = timeline_of(FRIEND)
    alone, kept = timeline_of(BENEDICTA), timeline_of(BENEDICTA, anchors_of(first))
    assert starts(kept)[:-1] == starts(first)[:-1]
    assert starts(alone)[1] != starts(first)[1]
    assert kept.duration_ms == first.duration_ms
    assert kept.speech[-1].end_ms == kept.duration_ms, "the last pause makes up for what the last words take"


def test_a_new_sentence_is_made_room_for_little_by_little() -> None:
    first = timeline_of(FRIEND)
    longer = FRIEND.replace("Sit as you like.", "Sit as you like. [pause 2s] Nothing more is asked of you for now.")
    kept = timeline_of(longer, anchors_of(first))
    assert starts(kept)[0] == starts(first)[0]
    assert starts(kept)[4:] == starts(first)[3:], "the two seconds and the words are made up for"
    assert kept.duration_ms == first.duration_ms


def test_of_what_has_nothing_in_common_nothing_is_kept() -> None:
    anchors = anchors_of(laid_out("Alpha. [pause 5s..] Beta. [pause 5s..] [bell] Gamma.", TEN))
    body = "Delta. [pause 5s..] [bell] Epsilon."
    assert timeline_of(body, anchors).duration_ms == timeline_of(body).duration_ms


def test_a_bell_through_the_sitting_is_nobodys_beginning() -> None:
    made = timeline_of(FRIEND)
    rest = next(cue for cue in made.cues if isinstance(cue, Silence) and cue.elastic)
    bell = Strike(rest.start_ms + 1_000, rest.start_ms + 6_000, "bowl", -9.0, rest.section, 1)
    cues = tuple(sorted([*made.cues, bell], key=lambda cue: cue.start_ms))
    assert anchors_of(replace(made, cues=cues)) == anchors_of(made)


@given(
    pauses=st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 40_000), st.integers(0, 20_000)), max_size=8),
    moved=st.lists(st.integers(-6_000, 6_000), min_size=8, max_size=8),
)
def test_the_sum_and_the_bounds_hold_whatever_was_planned(pauses: list[tuple[int, int, int]], moved: list[int]) -> None:
    lengths: list[int] = []
    elastics: list[Elastic] = []
    for number, (words, least, more) in enumerate(pauses):
        elastics.append(Elastic(len(lengths), least, least + 2 * more, len(lengths) + 1, f"item {number}"))
        lengths += [least + more, words]
    begins = [sum(lengths[: elastic.decides]) for elastic in elastics]
    planned = tuple(max(0, at + by) for at, by in zip(begins, moved, strict=False))
    kept = align_to(LayoutAnchors(tuple(elastic.name for elastic in elastics), planned), lengths, elastics)
    assert sum(kept) == sum(lengths)
    for elastic in elastics:
        assert elastic.min_ms <= kept[elastic.index] <= (elastic.max_ms or 0)
        assert kept[elastic.decides] == lengths[elastic.decides]

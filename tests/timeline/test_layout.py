"""A session in time: whole milliseconds, exact lengths, nothing lost and nothing over anything else."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest
from helpers.scripts import RINGS, a_second, at, laid_out, pause, rings, session
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from synth.errors import RequestError
from synth.personalise.listener import SessionOptions
from synth.personalise.session import Session, SessionItem, SessionSection, Style, Utterance
from synth.script.document import Bed, Bell, Pause
from synth.script.header import Meta
from synth.timeline.layout import distribute, lay_out, length_range
from synth.timeline.model import BedSpan, Chapter, Cue, Silence, Speech, Strike, Timeline
from synth.timeline.timeline_json import dump_timeline, to_json
from synth.units import HOUR, MINUTE, parse_duration

# --- by example -------------------------------------------------------------------------------------------------

WHOLE = """\
# Arriving

[bell bowl x2]

Find a place, {name}. [pause 6s] Stay.

# Closing

[pause 8s..30s]

Goodbye.
[bell bowl]
"""
HEADER: dict[str, Any] = {
    "slots": {"name": {"default": "friend"}},
    "bed": {"sound": "drone", "level": -18},
    "length": "70s",
}


def test_a_timeline_is_written_as_others_rely_on_it() -> None:
    timeline = laid_out(WHOLE, **HEADER)
    assert to_json(timeline) == {
        "version": 1,
        "title": "Test",
        "language": "en",
        "length_ms": 70_000,
        "sections": [
            {"title": "Arriving", "start_ms": 0, "end_ms": 26_000},
            {"title": "Closing", "start_ms": 26_000, "end_ms": 70_000},
        ],
        "cues": [
            {
                "kind": "bed",
                "start_ms": 0,
                "end_ms": 70_000,
                "sound": "drone",
                "level_lu": -18.0,
                "fade_in_ms": 6_000,
                "fade_out_ms": 10_000,
            },
            {
                "kind": "bell",
                "start_ms": 0,
                "end_ms": 9_000,
                "sound": "bowl",
                "level_db": -3.0,
                "section": 0,
                "line": 6,
            },
            {
                "kind": "bell",
                "start_ms": 9_000,
                "end_ms": 18_000,
                "sound": "bowl",
                "level_db": -3.0,
                "section": 0,
                "line": 6,
            },
            {
                "kind": "speech",
                "start_ms": 18_000,
                "end_ms": 19_000,
                "text": "Find a place, friend.",
                "personal": True,
                "section": 0,
                "line": 8,
            },
            {
                "kind": "silence",
                "start_ms": 19_000,
                "end_ms": 25_000,
                "asked_ms": 6_000,
                "elastic": False,
                "section": 0,
                "line": 8,
            },
            {
                "kind": "speech",
                "start_ms": 25_000,
                "end_ms": 26_000,
                "text": "Stay.",
                "personal": False,
                "section": 0,
                "line": 8,
            },
            {
                "kind": "silence",
                "start_ms": 26_000,
                "end_ms": 49_000,
                "asked_ms": 23_000,
                "elastic": True,
                "section": 1,
                "line": 12,
            },
            {
                "kind": "speech",
                "start_ms": 49_000,
                "end_ms": 50_000,
                "text": "Goodbye.",
                "personal": False,
                "section": 1,
                "line": 14,
            },
            {
                "kind": "bell",
                "start_ms": 50_000,
                "end_ms": 59_000,
                "sound": "bowl",
                "level_db": -3.0,
                "section": 1,
                "line": 15,
            },
        ],
    }
    assert json.loads(dump_timeline(timeline)) == to_json(timeline)


def test_text_is_written_and_kept_as_it_is_read_in_any_script() -> None:
    assert "José, 李" in dump_timeline(laid_out("José, 李"))


def times(found: tuple[Cue, ...]) -> list[tuple[str, int, int]]:
    return [(type(cue).__name__, cue.start_ms, cue.end_ms) for cue in found]


def test_what_was_written_follows_itself_in_time() -> None:
    assert times(laid_out("One. [pause 2s] Two. [bell chime] Three.\n\nFour.").cues) == [
        ("Speech", 0, 1_000),
        ("Silence", 1_000, 3_000),
        ("Speech", 3_000, 4_000),
        ("Strike", 4_000, 9_000),
        ("Speech", 9_000, 10_000),
        ("Silence", 10_000, 11_500),
        ("Speech", 11_500, 12_500),
    ]


@pytest.mark.parametrize(
    ("body", "duration"),
    [
        ("[bell bowl]", 20_000),
        ("[bell bowl x3]", 38_000),
        ("[bell bowl] [pause 3s]", 20_000),
        ("[bell bowl] [pause 11s]", 20_000),
        ("[bell bowl] [pause 15s]", 24_000),
        ("[bell bowl] [pause 5s..]", 20_000),
        ("[bell bowl] [pause 5s..60s]", 20_000),
        ("[bell bowl] One.", 20_000),
        ("[bell bowl] [bell chime]", 20_000),
        ("[bell chime] [bell bowl]", 25_000),
        ("[bell block]", 1_000),
        ("One.", 1_000),
    ],
)
def test_the_last_bell_rings_out_before_the_track_ends(body: str, duration: int) -> None:
    assert laid_out(body).duration_ms == duration


@pytest.mark.parametrize("length", [20_000, 25_000, 31_000, 600_000])
def test_a_bell_before_an_elastic_pause_rings_out_in_every_length(length: int) -> None:
    timeline = laid_out("One. [bell bowl] [pause 3s..]", SessionOptions(length_ms=length + 1_000))
    assert timeline.duration_ms == length + 1_000
    assert timeline.strikes[0].start_ms + RINGS["bowl"].sound_ms <= timeline.duration_ms


BEDDED: dict[str, Any] = {"bed": {"sound": "drone", "level": -20}}


@pytest.mark.parametrize(
    ("body", "spans"),
    [
        ("One. [pause 30s]", [BedSpan(0, 41_000, "drone", -20, 6_000, 10_000)]),
        (
            "One. [pause 29s] [bed rain -25 over 4s] [pause 30s]",
            [BedSpan(0, 34_000, "drone", -20, 6_000, 4_000), BedSpan(30_000, 70_000, "rain", -25, 4_000, 10_000)],
        ),
        ("One. [pause 29s] [bed none over 5s] [pause 30s]", [BedSpan(0, 35_000, "drone", -20, 6_000, 5_000)]),
        ("One. [pause 29s] [bed none over 5s]", [BedSpan(0, 35_000, "drone", -20, 6_000, 5_000)]),
        (
            "One. [bed none over 2s] [pause 29s] [bed rain over 3s] [pause 10s]",
            [BedSpan(0, 3_000, "drone", -20, 6_000, 2_000), BedSpan(30_000, 50_000, "rain", -20, 3_000, 10_000)],
        ),
        ("[bed rain over 0s] One.", [BedSpan(0, 11_000, "rain", -20, 0, 10_000)]),
        ("[bed none over 0s] One.", []),
    ],
)
def test_a_bed_goes_from_its_change_to_the_end_of_the_next_ones_fade(body: str, spans: list[BedSpan]) -> None:
    assert list(laid_out(body, **BEDDED).beds) == spans


@pytest.mark.parametrize(
    ("body", "duration"),
    [
        ("One.", 11_000),
        ("One. [bed none over 60s]", 61_000),
        ("One. [bed none over 60s] [pause 20s]", 61_000),
        ("One. [bed none over 60s] [pause 20s..]", 61_000),
        ("One. [bed none over 0s]", 1_000),
        ("One. [bell bowl]", 21_000),
        ("One. [bed rain over 0s]", 11_000),
    ],
)
def test_a_bed_fades_before_the_track_ends(body: str, duration: int) -> None:
    assert laid_out(body, **BEDDED).duration_ms == duration


def test_silences_that_touch_are_one() -> None:
    def one_silence(body: str, length: int | None = None) -> tuple[int, int, bool, int]:
        (silence,) = [cue for cue in laid_out(body, SessionOptions(length_ms=length)).cues if isinstance(cue, Silence)]
        return silence.start_ms, silence.end_ms, silence.elastic, silence.line

    assert one_silence("One. [pause 2s][pause 3s]\n\n[pause 4s]\n\nTwo.") == (1_000, 10_000, False, 4)
    assert one_silence("One. [pause 2s][pause 3s..]Two.", 12_000) == (1_000, 11_000, True, 4)
    assert one_silence("One. [pause 3s..][pause 2s]Two.", 12_000) == (1_000, 11_000, True, 4)
    assert one_silence("One. [pause 2s]\n[bed rain over 1s]\n[pause 3s]Two.") == (1_000, 6_000, False, 4)
    assert one_silence("[pause 2s]\nOne.\n\n[pause 0s]\n\nTwo.") == (0, 2_000, False, 4)


def test_chapters_begin_with_their_headings_and_what_stands_above_the_first_is_one_too() -> None:
    body = "Hello. [pause 2s]\n\n# One\nFirst. [pause 3s]\n\n# Two\n\n# Three\nThird. [bell bowl]"
    assert laid_out(body).chapters == (
        Chapter("Test", 0, 3_000),
        Chapter("One", 3_000, 7_000),
        Chapter("Three", 7_000, 28_000),
    )


# --- length -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [55_000, 55_001, 69_999, 77_000])
def test_an_elastic_script_is_exactly_as_long_as_asked(length: int) -> None:
    assert laid_out(WHOLE, SessionOptions(length_ms=length), **HEADER).duration_ms == length


@pytest.mark.parametrize(
    ("length", "told"), [(54_999, "54.999s"), (77_001, "1m17.001s"), (20 * MINUTE, "20m"), (1, "1ms")]
)
def test_a_length_out_of_reach_is_told_with_the_range(length: int, told: str) -> None:
    with pytest.raises(RequestError) as raised:
        laid_out(WHOLE, SessionOptions(length_ms=length), **HEADER)
    assert str(raised.value) == f"{told} is out of reach: with this voice, this script runs from 55s to 1m17s"


def test_a_range_without_end_is_told_as_such() -> None:
    with pytest.raises(RequestError) as raised:
        laid_out("One. [pause 10s..]", SessionOptions(length_ms=1))
    assert str(raised.value) == "1ms is out of reach: with this voice, this script runs from 11s upwards"


@given(st.integers(1, 5_000), st.integers(0, 5_000), st.integers(0, 5_000))
@example(1_000, 5_100, 800)
def test_the_lengths_that_an_error_tells_can_be_reached(speech: int, least: int, more: int) -> None:
    assume(more)
    made = session(f"One. [pause {least}ms..{least + more}ms] Two.", SessionOptions(length_ms=HOUR))
    with pytest.raises(RequestError) as raised:
        lay_out(made, lambda _: speech, RINGS.__getitem__)
    found = re.search(r"runs from (\S+) to (\S+)$", str(raised.value))
    assert found
    shortest, longest = map(parse_duration, found.groups())
    assert 2 * speech + least <= shortest <= longest <= 2 * speech + least + more


@pytest.mark.parametrize("length", [None, 1_000, 10 * MINUTE])
def test_a_script_without_an_elastic_pause_takes_its_time(length: int | None) -> None:
    assert laid_out("One. [pause 5s] Two. [pause 3s..3s]", SessionOptions(length_ms=length)).duration_ms == 10_000


def test_an_elastic_script_of_no_asked_length_is_as_short_as_it_can_be() -> None:
    assert laid_out("One. [pause 5s..9s] Two. [pause 7s..]").duration_ms == 14_000


def test_a_session_lasts_a_day_at_the_most() -> None:
    assert laid_out("[repeat 12]\n[pause 2h]\n[end]\n").duration_ms == 24 * HOUR
    with pytest.raises(RequestError, match=r"^this session would last 24h00m1s; the most is a day$"):
        laid_out("[repeat 12]\n[pause 2h]\n[end]\nOne.")
    with pytest.raises(RequestError, match=r"^this session would last 25h; the most is a day$"):
        laid_out("One. [pause 1s..]", SessionOptions(length_ms=25 * HOUR))


def test_a_script_of_which_nothing_is_left_is_refused() -> None:
    with pytest.raises(RequestError):
        laid_out("[bell bowl]", SessionOptions(bell="none"))


def test_elastic_pauses_share_by_their_weight_within_their_bounds() -> None:
    body = "[pause 1s..] One. [pause 1s.. x3] Two. [pause 1s..5s x9] Three. [pause 20s.. x2]"
    made = laid_out(body, SessionOptions(length_ms=3_000 + 41_000))
    lengths = [cue.end_ms - cue.start_ms for cue in made.cues if isinstance(cue, Silence)]
    assert lengths == [4_000, 12_000, 5_000, 20_000]


# --- sharing out ------------------------------------------------------------------------------------------------

Bounds = list[tuple[int, int | None, int]]
bounds = st.lists(
    st.tuples(st.integers(0, 50), st.none() | st.integers(0, 50), st.integers(1, 9)).map(
        lambda drawn: (drawn[0], None if drawn[1] is None else drawn[0] + drawn[1], drawn[2])
    ),
    min_size=1,
    max_size=8,
)


def shared(total: int, asked: Bounds) -> list[int]:
    return distribute(total, [a[0] for a in asked], [a[1] for a in asked], [a[2] for a in asked])


def reachable(asked: Bounds) -> st.SearchStrategy[int]:
    most = [a[1] for a in asked]
    least = sum(a[0] for a in asked)
    return st.integers(least, least + 300 if None in most else sum(m for m in most if m is not None))


asked_totals = bounds.flatmap(lambda asked: st.tuples(st.just(asked), reachable(asked)))


@settings(max_examples=300)
@given(asked_totals)
def test_shares_sum_to_the_total_and_stay_in_their_bounds(drawn: tuple[Bounds, int]) -> None:
    asked, total = drawn
    shares = shared(total, asked)
    assert sum(shares) == total
    for share, (least, most, _) in zip(shares, asked, strict=True):
        assert least <= share
        assert most is None or share <= most


@settings(max_examples=300)
@given(asked_totals)
def test_no_share_is_larger_for_its_weight_unless_a_bound_holds_it(drawn: tuple[Bounds, int]) -> None:
    asked, total = drawn
    shares = shared(total, asked)
    for one, (least, _, weight) in zip(shares, asked, strict=True):
        for other, (_, most, other_weight) in zip(shares, asked, strict=True):
            if one > least and (most is None or other < most):
                # Each may be off by less than the one millisecond of its rounding.
                assert (one - 1) * other_weight < (other + 1) * weight


@given(st.lists(st.integers(1, 100), min_size=1, max_size=12), st.integers(0, HOUR))
def test_where_nothing_bounds_them_shares_are_as_their_weights(weights: list[int], total: int) -> None:
    shares = distribute(total, [0] * len(weights), [None] * len(weights), weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share * sum(weights) - total * weight) < sum(weights)


@settings(max_examples=300)
@given(asked_totals, st.integers(0, 100))
def test_no_share_shrinks_when_the_total_grows(drawn: tuple[Bounds, int], more: int) -> None:
    asked, total = drawn
    assume(None in [a[1] for a in asked] or total + more <= sum(a[1] or 0 for a in asked))
    for before, after in zip(shared(total, asked), shared(total + more, asked), strict=True):
        assert after >= before - 1  # the largest remainder's millisecond may go to another


def test_there_may_be_nothing_to_share() -> None:
    assert distribute(0, [], [], []) == []


# --- any session ------------------------------------------------------------------------------------------------

BELLS = rings(bowl=(9_000, 20_000), chime=(5_000, 7_000), block=(1_000, 400))
ms = st.integers(0, 20_000)


def _utterance(length: int) -> Utterance:
    return Utterance("x" * length, "x" * length, False, Style(None, "en", 110), at(1))


def _pause(least: int, more: int | None, weight: int) -> Pause:
    return pause(1, 1, least, None if more is None else least + more, weight)


anything = st.one_of(
    st.integers(1, 200).map(_utterance),
    st.builds(_pause, ms, st.just(0), st.just(1)),
    st.builds(_pause, ms, st.none() | ms, st.integers(1, 9)),
    st.builds(Bell, st.sampled_from(sorted(BELLS)), st.integers(1, 4), st.just(-3.0), st.just(at(1))),
    st.builds(Bed, st.sampled_from([None, "rain", "drone"]), st.just(-18.0), ms, st.just(at(1))),
)
sessions = st.builds(
    Session,
    meta=st.just(Meta(title="Test")),
    bed=st.none() | st.just(Bed("drone", -18.0, 6_000, at(1))),
    length_ms=st.none(),
    sections=st.lists(
        st.builds(SessionSection, st.just("Section"), st.lists(anything, min_size=1, max_size=12).map(tuple)),
        min_size=1,
        max_size=4,
    ).map(tuple),
)


def characters(utterance: Utterance) -> int:
    return 60 * len(utterance.spoken)


@st.composite
def in_time(draw: st.DrawFn) -> tuple[Session, Timeline]:
    """A session that asks for a length within its reach, or for none, and its timeline."""
    drawn = draw(sessions)
    possible = length_range(drawn, characters, BELLS.__getitem__)
    most = possible.min_ms + 600_000 if possible.max_ms is None else possible.max_ms
    length = draw(st.none() | st.integers(possible.min_ms, most))
    asked = Session(drawn.meta, drawn.bed, length, drawn.sections)
    return asked, lay_out(asked, characters, BELLS.__getitem__)


def items_of(asked: Session) -> list[SessionItem]:
    return [item for section in asked.sections for item in section.items]


@given(in_time())
def test_every_cue_has_its_place_inside_the_timeline(drawn: tuple[Session, Timeline]) -> None:
    _, timeline = drawn
    assert all(0 <= cue.start_ms < cue.end_ms <= timeline.duration_ms for cue in timeline.cues)
    assert list(timeline.cues) == sorted(timeline.cues, key=lambda cue: cue.start_ms)


@given(in_time())
def test_speech_silence_and_bells_follow_one_another_without_gap_or_overlap(drawn: tuple[Session, Timeline]) -> None:
    _, timeline = drawn
    content = [cue for cue in timeline.cues if not isinstance(cue, BedSpan)]
    ends = [0, *(cue.end_ms for cue in content)]
    assert [cue.start_ms for cue in content] == ends[:-1]
    assert not any(isinstance(one, Silence) and isinstance(other, Silence) for one, other in pairwise(content))


@given(in_time())
def test_a_timeline_is_as_long_as_asked(drawn: tuple[Session, Timeline]) -> None:
    asked, timeline = drawn
    least = length_range(asked, characters, BELLS.__getitem__).min_ms
    assert timeline.duration_ms == (least if asked.length_ms is None else asked.length_ms)


@given(in_time())
def test_bells_ring_out_and_beds_fade_before_the_end_and_nothing_else_is_waited_for(
    drawn: tuple[Session, Timeline],
) -> None:
    asked, timeline = drawn
    content_end = max((cue.end_ms for cue in timeline.cues if not isinstance(cue, BedSpan)), default=0)
    rung_out = [cue.start_ms + BELLS[cue.sound].sound_ms for cue in timeline.strikes]
    assert timeline.duration_ms >= max(rung_out, default=0)
    assert all(bed.fade_out_ms <= bed.end_ms - bed.start_ms for bed in timeline.beds)
    changes = [item for item in items_of(asked) if isinstance(item, Bed)]
    last = changes[-1] if changes else asked.bed
    if last and last.sound:
        assert (timeline.beds[-1].sound, timeline.beds[-1].end_ms) == (last.sound, timeline.duration_ms)
    waited = timeline.duration_ms - content_end
    assert waited <= max([20_000 - 9_000, 10_000, *(change.fade_ms for change in changes)])


@given(in_time())
def test_everything_is_heard_once_in_its_order_and_a_pause_asked_is_a_pause_heard(
    drawn: tuple[Session, Timeline],
) -> None:
    asked, timeline = drawn
    sounding: list[Speech | Strike] = [cue for cue in timeline.cues if isinstance(cue, Speech | Strike)]
    heard = iter(sounding)
    now = least = 0
    most: int | None = 0
    for item in items_of(asked):
        if isinstance(item, Pause):
            least += item.min_ms
            most = None if most is None or item.max_ms is None else most + item.max_ms
        elif isinstance(item, Utterance | Bell):
            cue = next(heard)
            assert least <= cue.start_ms - now
            assert most is None or cue.start_ms - now <= most
            if isinstance(item, Utterance):
                assert isinstance(cue, Speech)
                assert (cue.text, cue.personal, cue.line) == (item.text, item.personal, item.place.line)
                assert cue.end_ms - cue.start_ms == characters(item)
            else:
                strikes = [cue, *(next(heard) for _ in range(item.strikes - 1))]
                wait_ms = BELLS[item.sound].wait_ms
                assert strikes == [
                    Strike(start, start + wait_ms, item.sound, item.level_db, cue.section, item.place.line)
                    for start in range(cue.start_ms, cue.start_ms + item.strikes * wait_ms, wait_ms)
                ]
                cue = strikes[-1]
            now, least, most = cue.end_ms, 0, 0
    assert not list(heard)


@given(in_time())
def test_chapters_follow_one_another_from_the_beginning_to_the_end(drawn: tuple[Session, Timeline]) -> None:
    asked, timeline = drawn
    assert len(timeline.chapters) == len(asked.sections)
    assert timeline.chapters[0].start_ms == 0
    assert timeline.chapters[-1].end_ms == timeline.duration_ms
    assert all(one.end_ms == other.start_ms for one, other in pairwise(timeline.chapters))
    for cue in timeline.cues:
        if isinstance(cue, Speech | Strike):
            chapter = timeline.chapters[cue.section]
            assert chapter.start_ms <= cue.start_ms < cue.end_ms <= chapter.end_ms


@given(sessions, st.integers(1, 100_000))
def test_a_length_outside_of_the_reach_is_refused(drawn: Session, off: int) -> None:
    possible = length_range(drawn, characters, BELLS.__getitem__)
    assume(possible.max_ms != possible.min_ms)
    lengths = [max(0, possible.min_ms - off)] + ([] if possible.max_ms is None else [possible.max_ms + off])
    for length in lengths:
        assume(length != possible.min_ms)
        with pytest.raises(RequestError, match="is out of reach: with this voice, this script runs from "):
            lay_out(Session(drawn.meta, drawn.bed, length, drawn.sections), characters, BELLS.__getitem__)


def test_a_session_is_laid_out_alike_every_time() -> None:
    made = session(WHOLE, **HEADER)
    assert lay_out(made, a_second, RINGS.__getitem__) == lay_out(made, a_second, RINGS.__getitem__)

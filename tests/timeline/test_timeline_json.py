"""A timeline's JSON both ways, and one line for everything that is no timeline."""

import json
from typing import Any

import pytest
from helpers.documents import damaged, documents
from helpers.sound import one_line
from helpers.timelines import timeline_of, timelines
from hypothesis import example, given
from hypothesis import strategies as st

from synth.scripts import meditation_names
from synth.timeline.model import BedSpan, Chapter, Silence, Speech, Strike, Timeline
from synth.timeline.timeline_json import dump_timeline, from_json, to_json

WHOLE = Timeline(
    "Whole",
    "en",
    60_000,
    (Chapter("Arriving", 0, 20_000), Chapter("Leaving", 20_000, 60_000)),
    (
        BedSpan(0, 60_000, "drone", -18.0, 6_000, 10_000),
        Strike(0, 9_000, "bowl", -3.0, 0, 6),
        Speech(9_000, 10_000, "Welcome, Ana.", True, 0, 8),
        Silence(10_000, 16_000, False, 0, 8),
        Silence(20_000, 40_000, False, 1, 12, "breath", 4_000, 6_000),
        Silence(40_000, 45_000, True, 1, 13, "wait"),
        Speech(45_000, 46_000, "Go gently.", False, 1, 14, -2.5),
    ),
    (("home", 16_000),),
)
"""A cue of every kind, two sections and a mark."""

BED, BELL, WELCOME, REST, BREATH, WAIT, GO = range(7)

SAMPLE = """
{"version": 1, "title": "…", "language": "en", "length_ms": 600000,
 "sections": [{"title": "Arriving", "start_ms": 0, "end_ms": 61200}],
 "cues": [
  {"kind": "bed",     "start_ms": 0,     "end_ms": 600000, "sound": "drone", "level_lu": -18},
  {"kind": "bell",    "start_ms": 0,     "end_ms": 9000,  "sound": "bowl", "section": 0, "line": 21},
  {"kind": "speech",  "start_ms": 27000, "end_ms": 30210, "text": "…", "personal": true, "section": 0, "line": 23},
  {"kind": "silence", "start_ms": 30210, "end_ms": 36210, "asked_ms": 6000, "elastic": false, "section": 0, "line": 23}
 ]}
"""
"""What others rely on: the example of version 1."""


class TestThereAndBack:
    @given(timelines())
    @example(WHOLE)
    def test_a_timeline_comes_back_as_it_went(self, timeline: Timeline) -> None:
        assert from_json(to_json(timeline)) == timeline

    @given(timelines())
    def test_it_comes_back_from_text(self, timeline: Timeline) -> None:
        assert from_json(json.loads(dump_timeline(timeline).encode())) == timeline

    @pytest.mark.parametrize("name", meditation_names())
    def test_every_shipped_meditation_comes_back(self, name: str) -> None:
        timeline = timeline_of(name)
        assert from_json(json.loads(dump_timeline(timeline))) == timeline

    def test_the_sample_of_version_1_is_read(self) -> None:
        timeline = from_json(json.loads(SAMPLE))
        assert timeline == Timeline(
            "…",
            "en",
            600_000,
            (Chapter("Arriving", 0, 61_200),),
            (
                BedSpan(0, 600_000, "drone", -18.0, 0, 0),
                Strike(0, 9_000, "bowl", 0.0, 0, 21),
                Speech(27_000, 30_210, "…", True, 0, 23),
                Silence(30_210, 36_210, False, 0, 23),
            ),
        )
        assert from_json(to_json(timeline)) == timeline


def changed(*path: str | int, to: object) -> dict[str, Any]:
    """The whole timeline's document with one value in the place of another; the last step may be a new key."""
    document = to_json(WHOLE)
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = to
    return document


def lacking(*path: str | int) -> dict[str, Any]:
    """The whole timeline's document without a key."""
    document = to_json(WHOLE)
    holder: Any = document
    for step in path[:-1]:
        holder = holder[step]
    del holder[path[-1]]
    return document


HOSTILE: dict[str, tuple[object, str]] = {
    "nothing": (None, "it is no timeline of version 1"),
    "a list": ([to_json(WHOLE)], "it is no timeline of version 1"),
    "a text": ("timeline", "it is no timeline of version 1"),
    "an empty object": ({}, "it is no timeline of version 1"),
    "a title alone": ({"version": 1, "title": "x"}, "language: Field required"),
    "another version": (changed("version", to=2), "it is no timeline of version 1"),
    "a version in words": (changed("version", to="1"), "it is no timeline of version 1"),
    "a version that is true": (changed("version", to=True), "it is no timeline of version 1"),
    "a version with a point": (changed("version", to=1.0), "it is no timeline of version 1"),
    "no length": (lacking("length_ms"), "length_ms: Field required"),
    "an unknown key": (changed("key", to=1), "key: Extra inputs are not permitted"),
    "an unknown key of two lines": (changed("a\nkey", to=1), "a key: Extra inputs are not permitted"),
    "an unknown key of a cue": (changed("cues", BELL, "text", to="x"), "cues.1.text: Extra inputs are not permitted"),
    "no text": (lacking("cues", WELCOME, "text"), "cues.2.text: Field required"),
    "no kind": (lacking("cues", BED, "kind"), "cues.0: Unable to extract tag using discriminator 'kind'"),
    "another kind": (changed("cues", BED, "kind", to="a\nb"), "cues.0: Input tag 'a b' found using 'kind' does not"),
    "cues that are an object": (changed("cues", to={}), "cues: Input should be a valid list"),
    "a cue that is a list": (changed("cues", BED, to=[]), "cues.0: Input should be"),
    "true for a number": (changed("cues", BED, "end_ms", to=True), "cues.0.end_ms: Input should be a valid integer"),
    "true for a level": (changed("cues", BED, "level_lu", to=True), "cues.0.level_lu: Input should be a valid number"),
    "1 for true": (changed("cues", WELCOME, "personal", to=1), "cues.2.personal: Input should be a valid boolean"),
    "a time with a point": (changed("cues", BED, "end_ms", to=60_000.0), "cues.0.end_ms: Input should be a valid"),
    "a time in words": (changed("length_ms", to="60000"), "length_ms: Input should be a valid integer"),
    "a level that is none": (changed("cues", BED, "level_lu", to=float("nan")), "cues.0.level_lu: Input should be a"),
    "an endless level": (changed("cues", BELL, "level_db", to=float("-inf")), "cues.1.level_db: Input should be"),
    "a level of 400 digits": (changed("cues", BELL, "level_db", to=10**400), "cues.1.level_db: Input should be"),
    "before the beginning": (changed("cues", BED, "start_ms", to=-1), "cues.0.start_ms: Input should be greater than"),
    "three years": (changed("length_ms", to=10**11), "length_ms: Input should be less than or equal to 86400000"),
    "an end before the start": (changed("cues", WELCOME, "end_ms", to=8_999), "cues.2: from 9000 to 8999 ms is no"),
    "a cue beyond the track": (changed("cues", GO, "end_ms", to=60_001), "cues.6: from 45000 to 60001 ms is no"),
    "a section beyond the track": (changed("sections", 1, "end_ms", to=60_001), "sections.1: from 20000 to 60001 ms"),
    "a mark beyond the track": (changed("marks", 0, "at_ms", to=60_001), "marks.0: 60001 ms is behind the track's end"),
    "no such section": (changed("cues", GO, "section", to=2), "cues.6.section: there is no section 2"),
    "a section before the first": (changed("cues", GO, "section", to=-1), "cues.6.section: Input should be greater"),
    "another time asked": (changed("cues", REST, "asked_ms", to=5_999), "cues.3: asked_ms is not the time from"),
    "a wait that is 1": (changed("cues", WAIT, "wait", to=1), "cues.5.wait: Input should be a valid boolean"),
    "a breath that is waited for": (changed("cues", BREATH, "wait", to=True), "cues.4: a silence is for breath or"),
    "a breath of one half": (lacking("cues", BREATH, "breath", "out_ms"), "cues.4.breath.out_ms: Field required"),
    "cues out of order": (changed("cues", to=to_json(WHOLE)["cues"][::-1]), "cues.1: it begins before the one"),
    "half a letter": (changed("cues", WELCOME, "text", to="\ud800"), "cues.2.text: "),
    "half a letter in a title": (changed("title", to="\udfff"), "title: "),
}  # fmt: skip
"""What is no timeline, and how its fault is told."""


class TestWhatIsNone:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_refused_in_one_line(self, name: str) -> None:
        document, told = HOSTILE[name]
        with pytest.raises(ValueError) as raised:  # noqa: PT011 - what it says is looked at below
            from_json(document)
        assert str(raised.value).startswith(told)
        assert one_line(raised.value)

    @given(documents | st.dictionaries(st.sampled_from(["version", "title", "cues"]), documents))
    def test_of_any_kind_gives_a_value_error_and_nothing_else(self, document: object) -> None:
        with pytest.raises(ValueError) as raised:  # noqa: PT011
            from_json(document)
        assert one_line(raised.value)

    @given(damaged(to_json(WHOLE)))
    def test_because_it_was_damaged_is_refused_or_still_a_timeline(self, document: dict[str, Any]) -> None:
        try:
            timeline = from_json(document)
        except ValueError as error:
            problem = str(error)
        else:
            assert from_json(json.loads(dump_timeline(timeline).encode())) == timeline
            return
        assert one_line(problem)

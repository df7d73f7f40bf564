"""What a track says of how it was made: both ways, and one line for whatever is none."""

import base64
import json
import tracemalloc
import zlib
from typing import Any

import pytest
from helpers.documents import damaged, documents
from helpers.sound import one_line
from helpers.timelines import texts, timelines
from hypothesis import given
from hypothesis import strategies as st

from synth.formats.provenance import KEY, EmbeddedTimeline, Provenance, embed, extract
from synth.mix.levels import Levels
from synth.personalise.session import PronunciationHint, Style, Utterance
from synth.source import Place
from synth.timeline.model import Chapter, Speech, Strike, Timeline
from synth.timeline.timeline_json import to_json

TIMELINE = Timeline(
    "Hello",
    "en",
    20_000,
    (Chapter("Hello", 0, 20_000),),
    (
        Strike(0, 9_000, "bowl", -3.0, 0, 4),
        Speech(9_000, 11_000, "Welcome, Siobhán.", True, 0, 5),
        Speech(12_000, 13_000, "Go gently.", False, 0, 6),
    ),
)
PLAIN = Style(None, "en", 110)
PROVENANCE = Provenance(
    -16.0,
    Levels(-15.25, 0.5),
    {"bowl": "a" * 64},
    {},
    (
        Utterance("Welcome, Siobhán.", "Welcome, shi vawn.", True, PLAIN, Place("Hello", 5, 1)),
        Utterance(
            "Go gently.",
            "Go gently.",
            False,
            Style("tones", "en", 90, "warm"),
            Place("Hello", 6, 1),
            hints=(PronunciationHint(0, 2, language="es", guessed=True), PronunciationHint(3, 9, ipa="ˈdʒɛntli")),
        ),
    ),
    ("take 1", "take 2"),
)


def packed(document: object) -> str:
    """A document as a track carries it."""
    return base64.b64encode(zlib.compress(json.dumps(document).encode())).decode()


def unpacked(text: str) -> dict[str, Any]:
    """The document of a track's provenance, in which a test may change something."""
    document: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(json.loads(text)[KEY])))
    return document


def carrying(provenance: object) -> str:
    """A track's text with this in the place of its provenance."""
    return json.dumps(to_json(TIMELINE) | {KEY: provenance})


styles = st.builds(
    Style,
    st.none() | texts,
    texts,
    st.integers(80, 450),
    st.sampled_from([None, "plain", "light", "warm", "hall"]),
)


@st.composite
def spoken(draw: st.DrawFn, cue: Speech, place: Place) -> Utterance:
    """What a speech cue was made of, up to two parts of it with a hint."""
    said = draw(st.just(cue.text) | texts)
    edges = sorted(draw(st.lists(st.integers(0, len(said)), min_size=4, max_size=4)))
    spans = draw(st.lists(st.sampled_from([edges[:2], edges[2:]]), max_size=2, unique_by=tuple))
    hints = tuple(
        draw(st.builds(PronunciationHint, *map(st.just, span), ipa=st.none() | texts, language=st.none() | texts,
                       guessed=st.booleans()))
        for span in spans
    )  # fmt: skip
    return Utterance(cue.text, said, cue.personal, draw(styles), place, hints=hints)


@st.composite
def embedded(draw: st.DrawFn) -> EmbeddedTimeline:
    """A timeline and how it was made, or nothing of that."""
    timeline = draw(timelines())
    if draw(st.booleans()):
        return EmbeddedTimeline(timeline, None)
    utterances = tuple(draw(spoken(cue, Place(timeline.title, cue.line, 1))) for cue in timeline.speech)
    sounds = st.dictionaries(texts, texts, max_size=2)
    levels = Levels(draw(st.floats(-60, 0)), draw(st.floats(0.001, 1)))
    takes = tuple(draw(texts) for _ in utterances)
    loudness = draw(st.floats(-30, -12))
    planned = draw(st.none() | st.floats(-60, 0))
    return EmbeddedTimeline(
        timeline, Provenance(loudness, levels, draw(sounds), draw(sounds), utterances, takes, planned)
    )


class TestThereAndBack:
    @given(embedded())
    def test_what_a_track_carries_comes_back_as_it_went(self, carried: EmbeddedTimeline) -> None:
        assert extract(embed(carried.timeline, carried.provenance)) == carried

    def test_it_is_the_timeline_with_one_more_key(self) -> None:
        document = json.loads(embed(TIMELINE, PROVENANCE))
        assert document.keys() - to_json(TIMELINE).keys() == {KEY}
        assert document.items() >= to_json(TIMELINE).items()

    def test_what_the_voice_was_given_cannot_be_read_among_the_words(self) -> None:
        text = embed(TIMELINE, PROVENANCE)
        assert "Siobhán" in text
        assert "vawn" not in text

    def test_a_track_of_the_earlier_version_does_not_say(self) -> None:
        text = json.dumps(to_json(TIMELINE) | {"recipe": {"loudness": -16.0, "limiting_db": 3.0}})
        assert extract(text) == EmbeddedTimeline(TIMELINE, None)


def changed(**keys: object) -> str:
    """A track's text, its provenance with other values at some keys."""
    return carrying(packed(unpacked(embed(TIMELINE, PROVENANCE)) | keys))


SAID = {"style": 0, "take": "take"}
HINT = {"start": 0, "end": 2, "ipa": None, "language": "es", "guessed": False}
STYLE = {"voice": None, "language": "en", "rate": 110, "effect": None}
HOSTILE: dict[str, tuple[str, str]] = {
    "nothing": ("", "it is not JSON"),
    "half of it": (embed(TIMELINE, PROVENANCE)[:-9], "it is not JSON"),
    "a list": ("[1]", "it is no JSON object"),
    "far too deep": ("[" * 100_000, "it is not JSON"),
    "a number of 5,000 digits": (f'{{"version": {"9" * 5_000}}}', "it is not JSON"),
    "no timeline": (json.dumps({KEY: packed({})}), "it is no timeline of version 1"),
    "a number": (carrying(1), f"{KEY}: it is damaged"),
    "no base64": (carrying("é"), f"{KEY}: it is damaged"),
    "not compressed": (carrying(base64.b64encode(b"{}").decode()), f"{KEY}: it is damaged"),
    "compressed words": (carrying(base64.b64encode(zlib.compress(b"words")).decode()), f"{KEY}: it is damaged"),
    "no text": (carrying(base64.b64encode(zlib.compress(b"\xff\xfe\xff")).decode()), f"{KEY}: it is damaged"),
    "compressed depth": (carrying(base64.b64encode(zlib.compress(b"[" * 100_000)).decode()), f"{KEY}: it is damaged"),
    "an empty object": (carrying(packed({})), f"{KEY}.loudness_lufs: Field required"),
    "a list inside": (carrying(packed([])), f"{KEY}: Input should be"),
    "an unknown key": (changed(**{"a\nkey": 1}), f"{KEY}.a key: Extra inputs are not permitted"),
    "no loudness": (changed(loudness_lufs=float("nan")), f"{KEY}.loudness_lufs: Input should be a finite number"),
    "true for a loudness": (changed(voice_lufs=True), f"{KEY}.voice_lufs: Input should be a valid number"),
    "a silent voice": (changed(voice_peak=0), f"{KEY}.voice_peak: Input should be greater than 0"),
    "a number for a bell": (changed(bells={"a\nb": 1}), f"{KEY}.bells.a b: Input should be a valid string"),
    "half a letter": (changed(beds={"rain": "\ud800"}), f"{KEY}.beds.rain: "),
    "one sentence too few": (changed(speech=[SAID]), f"{KEY}.speech: 1 for 2 sentences"),
    "a hint of nothing spoken": (
        changed(speech=[SAID | {"hints": [HINT | {"end": 99}]}, SAID]),
        f"{KEY}.speech: a hint stands beyond what is spoken",
    ),
    "no such style": (changed(speech=[SAID, SAID | {"style": 2}]), f"{KEY}.speech: there is no such style"),
    "a style before the first": (changed(speech=[SAID, SAID | {"style": -1}]), f"{KEY}.speech.1.style: Input should"),
    "an effect there is not": (changed(styles=[STYLE | {"effect": "cave"}] * 2), f"{KEY}.styles.0.effect: Input"),
    "a rate nobody speaks at": (changed(styles=[STYLE | {"rate": 0}] * 2), f"{KEY}.styles.0.rate: Input should be"),
}  # fmt: skip
"""What no track carries, and how its fault is told."""


class TestWhatIsNone:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_refused_in_one_line(self, name: str) -> None:
        text, told = HOSTILE[name]
        with pytest.raises(ValueError) as raised:  # noqa: PT011 - what it says is looked at below
            extract(text)
        assert str(raised.value).startswith(told)
        assert one_line(raised.value)

    @given(st.text() | documents.map(json.dumps) | documents.map(carrying) | documents.map(packed).map(carrying))
    def test_of_any_kind_gives_one_line_and_nothing_else(self, text: str) -> None:
        problem = problem_of(text)
        assert one_line(problem)

    @given(damaged(unpacked(embed(TIMELINE, PROVENANCE))))
    def test_because_it_was_damaged_is_refused_or_still_read(self, document: dict[str, Any]) -> None:
        problem = problem_of(carrying(packed(document)))
        assert problem is None or one_line(problem)

    @given(st.binary(max_size=200))
    def test_because_it_is_any_bytes_at_all_is_refused(self, content: bytes) -> None:
        assert one_line(problem_of(carrying(base64.b64encode(content).decode())))
        assert one_line(problem_of(carrying(base64.b64encode(zlib.compress(content)).decode())))

    @pytest.mark.parametrize("filling", [b" ", b"[", b"1,"], ids=repr)
    def test_because_it_grows_without_end_takes_little_memory(self, filling: bytes) -> None:
        """200 MB in 200 kB; all of it would be held for a moment, and more than that as JSON."""
        compressor = zlib.compressobj(9)
        million = filling * (1_000_000 // len(filling))
        bomb = compressor.compress(b"[") + b"".join(compressor.compress(million) for _ in range(200))
        text = carrying(base64.b64encode(bomb + compressor.flush()).decode())
        tracemalloc.start()
        try:
            assert problem_of(text) == f"{KEY}: it is damaged"
            assert tracemalloc.get_traced_memory()[1] < 50_000_000
        finally:
            tracemalloc.stop()


def problem_of(text: str) -> str | None:
    """What is wrong with a text; None where it is a track's."""
    try:
        extract(text)
    except ValueError as error:
        return str(error)
    return None

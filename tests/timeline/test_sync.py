"""Sessions in step: what all listeners of a meditation hear at the same instant, whatever they are called."""

from collections.abc import Sequence
from typing import Any

import pytest
from helpers.sound import script
from hypothesis import given
from hypothesis import strategies as st

from synth.content_cache import Cache
from synth.errors import RequestError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.session import Session, Utterance
from synth.pipeline import in_time, prepare
from synth.script.parse import parse
from synth.sounds.collection import Sounds
from synth.source import Source
from synth.timeline.model import Silence, Speech, Strike, Timeline
from synth.timeline.sync import SyncedSessions, timeline_for

TEXT = script(
    "[bell chime]\n\nHello {name}. [pause 2s]\n\n[each p in phrases]\n{p for person} [pause 3s..30s]\n[end]\n"
    "[choose place][option sea]\nThe sea, {name}.\n[option hill]\nThe hill.\n[option none][end]\n"
    "[pause 1s..60s]\n\n# On\n\n[breath 2 in 4s out 6s cued]\n\nGo well, {name}. [pause 2s..] [bell chime x2]",
    [
        "length: 3m",
        "slots:",
        "  name: {}",
        "  phrases: {type: phrases, default: [safe, happy]}",
        "  place: {type: choice, of: [sea, hill, none]}",
    ],
).replace("{p for person}", "{p}")
PHRASES = ("safe", "happy", "peaceful", "at-ease", "loved")


def length_of(utterance: Utterance) -> int:
    """A length that every text has for itself."""
    return 300 + 37 * len(utterance.spoken)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Sounds:
    return Sounds(Cache(tmp_path_factory.mktemp("cache")), [])


def session(sounds: Sounds, name: str, text: str = TEXT, phrases: Sequence[str] = (), **options: Any) -> Session:
    listener = Profile(name=name, phrases=tuple(phrases))
    return prepare(parse(Source("hello.md", text), {}), listener, SessionOptions(**options), sounds)


def in_step(sessions: Sequence[Session], sounds: Sounds) -> tuple[Timeline, list[Timeline]]:
    synced = SyncedSessions(sessions)
    common = in_time(synced.common(length_of), length_of, sounds)
    return common, [timeline_for(common, "Own", synced.utterances_of(n), length_of) for n in range(len(sessions))]


def everything_but_speech(timeline: Timeline) -> list[object]:
    return [cue for cue in timeline.cues if not isinstance(cue, Speech)]


LISTENERS = st.lists(
    st.tuples(
        st.text("abcdefgh ", min_size=1, max_size=60).filter(str.strip),
        st.lists(st.sampled_from(PHRASES), max_size=5, unique=True),
        st.sampled_from(["sea", "hill", "none"]),
    ),
    min_size=1,
    max_size=5,
)


@given(LISTENERS)
def test_all_hear_bells_silences_and_beds_at_the_same_instant(
    sounds: Sounds, listeners: list[tuple[str, list[str], str]]
) -> None:
    sessions = [session(sounds, n, phrases=p, slots={"place": where}) for n, p, where in listeners]
    common, own = in_step(sessions, sounds)
    assert common.duration_ms == 180_000
    for asked, timeline in zip(sessions, own, strict=True):
        assert timeline.duration_ms == common.duration_ms
        assert everything_but_speech(timeline) == everything_but_speech(common)
        for cue, utterance in zip(timeline.speech, asked.utterances, strict=True):
            assert (cue.text, cue.personal, cue.line) == (utterance.text, utterance.personal, utterance.place.line)
            assert cue.end_ms - cue.start_ms == length_of(utterance)
        quiet = [cue for cue in timeline.cues if isinstance(cue, Silence | Strike)]
        for cue in timeline.speech:
            assert not [q for q in quiet if q.start_ms < cue.end_ms and q.end_ms > cue.start_ms], "over a word"


def test_every_sentence_has_the_time_of_its_longest(sounds: Sounds) -> None:
    names = ("Bo", "Maximiliana von und zu Hohenstein", "Ana")
    common, own = in_step([session(sounds, name) for name in names], sounds)
    assert [cue.start_ms for cue in own[0].speech] == [cue.start_ms for cue in common.speech]
    assert own[1].speech == common.speech
    assert len({timeline.speech[0].end_ms for timeline in own}) == 3


def test_alone_one_is_in_step_with_oneself(sounds: Sounds) -> None:
    alone = session(sounds, "Ana")
    common, (own,) = in_step([alone], sounds)
    assert own.cues == common.cues == in_time(alone, length_of, sounds).cues


def test_sentences_of_two_branches_share_their_time(sounds: Sounds) -> None:
    sessions = [session(sounds, "Ana", slots={"place": place}) for place in ("sea", "hill")]
    common, (sea, hill) = in_step(sessions, sounds)
    assert len(common.speech) == len(sea.speech) == len(hill.speech)
    (at,) = [cue.start_ms for cue in sea.speech if cue.text == "The sea, Ana."]
    assert [cue.start_ms for cue in hill.speech if cue.text == "The hill."] == [at]


def test_where_others_have_more_one_waits(sounds: Sounds) -> None:
    few, many = (session(sounds, "Ana", phrases=phrases) for phrases in (PHRASES[:1], PHRASES))
    common, own = in_step([few, many], sounds)
    assert [cue.start_ms for cue in own[1].speech] == [cue.start_ms for cue in common.speech]
    assert len(common.speech) - len(own[0].speech) == 4
    assert own[0].speech[-1].start_ms == own[1].speech[-1].start_ms


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"length_ms": 240_000}, "one length: the first asks for 3m, this one for 4m"),
        ({"bell": "bowl"}, r"the same bells and beds .* hello.md:\d+:\d+ differs"),
        ({"bell": "none"}, "has more, or fewer"),
    ],
)
def test_who_wants_another_length_or_another_bell_is_not_in_step(
    sounds: Sounds, other: dict[str, Any], told: str
) -> None:
    with pytest.raises(RequestError, match=told):
        SyncedSessions([session(sounds, "Ana"), session(sounds, "Bo", **other)])

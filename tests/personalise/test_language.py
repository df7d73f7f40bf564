"""The whole language: breaths, waits, voices, choices, conditions, ratings, marks, people — and the text given back."""

from itertools import pairwise

import pytest

from synth.errors import RequestError, ScriptError
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Session, TimedCue, Utterance
from synth.script.document import Breath, Document, Mark, Rating, VoiceChange, Wait
from synth.script.parse import parse
from synth.scripts import phrases
from synth.source import Place, Source
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import lay_out
from synth.timeline.model import BellDuration, Silence, Timeline
from synth.timeline.timeline_json import to_json

SLOTS = """
  name: {default: friend}
  wishes: {type: phrases, default: [happy, May I be at ease. May my mind be healed.]}
  circle: {type: people, default: [Ana]}
  touch: {type: choice, of: [heart, none]}
  place: {type: choice, of: [body, mind]}
  note: {ask: Anything else?}
"""
TESTED = "".join(f"[if {slot}][end]" for slot in ("name", "touch", "place", "note"))
USES = f"<!-- every slot is used -->{TESTED}[each w in wishes][end][each c in circle][end]\n"


def document(body: str) -> Document:
    return parse(Source("script.md", f"---\ntitle: T\nslots:{SLOTS}---\n{USES}{body}"), {})


def session(body: str, profile: Profile | None = None, **wishes: object) -> Session:
    return personalise(document(body), profile or Profile(), SessionOptions(**wishes), phrases("en"))  # type: ignore[arg-type]


def said(body: str, profile: Profile | None = None, **slots: str) -> list[str]:
    return [utterance.text for utterance in session(body, profile, slots=slots).utterances]


def timeline(body: str, profile: Profile | None = None, **wishes: object) -> Timeline:
    return lay_out(session(body, profile, **wishes), estimate_speech, lambda name: BellDuration(1_000, 1_000))


def problems(body: str) -> list[str]:
    with pytest.raises(ScriptError) as caught:
        document(body)
    return [str(problem) for problem in caught.value.problems]


def only(kind: type, body: str) -> object:
    (item,) = [item for item in document(body).walk() if isinstance(item, kind)]
    return item


# --- one of each ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "count", "in_ms", "out_ms", "cued"),
    [
        ("[breath 4]", 4, None, None, False),
        ("[breath 4 in 4s out 6s]", 4, 4_000, 6_000, False),
        ("[breath 12 in 4.5s out 500ms cued]", 12, 4_500, 500, True),
        ("[breath 2 cued]", 2, None, None, True),
    ],
)
def test_breath(written: str, count: int, in_ms: int | None, out_ms: int | None, cued: bool) -> None:
    breath = only(Breath, written)
    assert isinstance(breath, Breath)
    assert (breath.count, breath.in_ms, breath.out_ms, breath.cued) == (count, in_ms, out_ms, cued)


def test_wait_voice_rate_and_mark() -> None:
    place = Place("script.md", 12, 1)
    assert only(Wait, "[wait 30s]") == Wait(30_000, place)
    assert only(VoiceChange, "[voice pyttsx3:gmw/en-us rate 100]") == VoiceChange("pyttsx3:gmw/en-us", 100, place)
    assert only(VoiceChange, "[voice]") == VoiceChange(None, None, place)
    assert only(Rating, '[rate 0..10 "How hard is it now?"]') == Rating(0, 10, "How hard is it now?", place)
    assert only(Mark, "[mark home]") == Mark("home", place)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("[breath]", 1),
        ("[breath 0]", 1),
        ("[breath 3 in 4s]", 1),
        ("[breath 3 in 0s out 6s]", 1),
        ("[breath 3 in 4s out 2m]", 1),
        ("[wait]", 1),
        ("[wait 3h]", 1),
        ("[voice rate 20]", 1),
        ("[voice a b]", 1),
        ('[rate 10..0 "x"]', 1),
        ("[rate 0..10]", 1),
        ("[mark]", 1),
        ("[if]", 1),
        ("[if nobody]x[end]", 1),
        ("[if place == nowhere]x[end]", 1),
        ("[else]", 1),
        ("[option heart]", 1),
        ("[choose name][option a]x[end]", 1),
        ("[choose touch][option heart]x[end]", 1),
        ("[choose touch]x[option heart]y[option none]z[end]", 1),
        ("[choose touch][option heart]x[option none]y[option heart]z[end]", 44),
        ("[if name]a[else]b[else]c[end]", 18),
        ("[each p in circle]{wish for p}[end]", 19),
        ("[each w in wishes]{w for p}[end]", 19),
        ("[each p in circle]{p for you}[end]", 19),
        ("{circle}", 1),
    ],
)
def test_what_is_wrong_is_told_at_its_place(body: str, place: int) -> None:
    assert problems(body)[0].startswith(f"script.md:12:{place}: error: ")


# --- what is heard ----------------------------------------------------------------------------------------------


def test_breaths_take_their_time_at_the_listeners_pace_or_their_own() -> None:
    slow = Profile.model_validate({"breath": {"in": "5s", "out": "7s"}})
    (breath,) = [cue for cue in timeline("One. [breath 4] Two.", slow).cues if isinstance(cue, Silence)]
    assert (breath.end_ms - breath.start_ms, breath.purpose, breath.in_ms, breath.out_ms) == (
        48_000,
        "breath",
        5_000,
        7_000,
    )
    (breath,) = [cue for cue in timeline("One. [breath 4 in 4s out 6s] Two.", slow).cues if isinstance(cue, Silence)]
    assert breath.end_ms - breath.start_ms == 40_000


def test_cued_breaths_are_said_on_the_beat() -> None:
    cues = [c for c in timeline("[breath 12 in 4s out 6s cued]").speech if c.text == "Breathing in."]
    assert [later.start_ms - sooner.start_ms for sooner, later in pairwise(cues)] == [10_000] * 11
    outs = [c for c in timeline("[breath 12 in 4s out 6s cued]").speech if c.text == "Breathing out."]
    assert [out.start_ms - into.start_ms for into, out in zip(cues, outs, strict=True)] == [4_000] * 12


def test_what_is_too_long_for_its_beat_is_refused() -> None:
    with pytest.raises(RequestError, match=r"^script\.md:12:1: 'Breathing in\.' takes .*longer than its beat of 600ms"):
        timeline("[breath 2 in 600ms out 6s cued]")


def test_a_wait_is_silence_and_a_mark_is_a_moment() -> None:
    made = timeline("One. [mark home] [wait 30s] Two.")
    (wait,) = [cue for cue in made.cues if isinstance(cue, Silence)]
    assert (wait.end_ms - wait.start_ms, wait.purpose) == (30_000, "wait")
    assert made.marks == (("home", wait.start_ms),)
    assert to_json(made)["marks"] == [{"name": "home", "at_ms": wait.start_ms}]


def test_a_rating_asks_and_waits_ten_seconds() -> None:
    made = timeline('One. [pause 2s] [rate 0..10 "How hard is it now?"] Two.')
    assert [cue.text for cue in made.speech] == ["One.", "How hard is it now?", "Two."]
    assert made.speech[2].start_ms - made.speech[1].end_ms == 10_000


def test_a_voice_changes_from_here_on_and_back() -> None:
    made = session("One. [voice rate 90] Two. [voice other rate 200] Three. [voice] Four.")
    assert [(u.style.voice, u.style.rate) for u in made.utterances] == [
        (None, 125),
        (None, 90),
        ("other", 200),
        (None, 125),
    ]


def test_only_the_chosen_branch_is_heard() -> None:
    body = "[choose touch][option heart]A hand. [pause 3s][option none]No hand.[end]"
    assert said(body) == ["A hand."]
    assert said(body, touch="none") == ["No hand."]
    with pytest.raises(RequestError, match="one of heart, none"):
        said(body, touch="elbow")


def test_a_condition_asks_whether_a_slot_is_filled_or_what_it_says() -> None:
    assert said("[if note]So: {note}[else]Nothing.[end]") == ["Nothing."]
    assert said("[if note]So: {note}[else]Nothing.[end]", note="rain") == ["So: rain"]
    assert said("[if place == mind]Mind.[end] Both.") == ["Both."]
    assert said("[if place == mind]Mind.[end] Both.", place="mind") == ["Mind.", "Both."]


def test_a_slot_that_may_be_empty_is_not_said_outside_its_condition() -> None:
    with pytest.raises(RequestError, match=r"^script\.md:12:7: the slot 'note' has no value here"):
        said("It is {note}.")


def test_phrases_go_to_each_person_by_name_and_then_by_their_own_pronouns() -> None:
    circle = Profile(
        people={
            "benefactor": Person(name="Ana", pronouns="she"),
            "friend": Person(name="Tomás", pronouns="he", say_as="toe-mass"),
            "neutral": Person(name="Kim"),
        }
    )
    body = "[each p in circle][each w in wishes]{w for p}[pause 1s][end][end]"
    assert said(body, circle) == [
        "May Ana be happy.",
        "May Ana be at ease. May her mind be healed.",
        "May Tomás be happy.",
        "May Tomás be at ease. May his mind be healed.",
        "May Kim be happy.",
        "May Kim be at ease. May their mind be healed.",
    ]
    assert [u.spoken for u in session(body, circle).utterances][2] == "May toe-mass be happy."
    assert said(body, circle, circle="friend") == said(body, circle)[2:4]


def test_people_that_the_session_was_given_come_in_the_order_given() -> None:
    circle = Profile(people={"b": Person(name="B"), "a": Person(name="A")})
    assert said("[each p in circle]{p}[pause 1s][end]", circle) == ["B", "A"]
    assert said("[each p in circle]{p}[pause 1s][end]", circle, circle="a|b") == ["A", "B"]


def test_a_cued_breath_is_a_beat_of_the_session() -> None:
    beats = [item for section in session("[breath 1 cued]").sections for item in section.items]
    assert [beat.length_ms for beat in beats if isinstance(beat, TimedCue)] == [4_000, 6_000]


def test_an_utterance_is_what_its_writer_meant() -> None:
    (utterance,) = session("Hello, {name}.").utterances
    assert utterance == Utterance("Hello, friend.", "Hello, friend.", True, utterance.style, utterance.place)

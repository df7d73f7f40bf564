"""A listener's answers act in every script, shipped ones too, or a line says why not."""

import pytest
from helpers.listeners import profile, refused, texts
from helpers.scripts import body_problems, session

from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.phrases import Phrase
from synth.personalise.resolve import personalise
from synth.scripts import load_document, meditation_names
from synth.scripts import phrases as shipped_phrases

BODY = "[if touch == no]\nRest.\n[else]\nA hand on your heart.\n[end]"


@pytest.mark.parametrize(("listener", "options", "said"), [
    (profile(touch="no"), None, "Rest."),
    (profile(touch="yes"), None, "A hand on your heart."),
    (profile(), None, "A hand on your heart."),
    (profile(slots={"touch": "no"}), None, "Rest."),
    (profile(slots={"touch": "none"}), None, "Rest."),
    (profile(slots={"touch": "heart"}), None, "A hand on your heart."),
    (profile(touch="yes"), SessionOptions({"touch": "no"}), "Rest."),
])  # fmt: skip
def test_an_answer_takes_its_branch(listener: Profile, options: SessionOptions | None, said: str) -> None:
    assert texts(session(BODY, options, listener)) == [said]


def test_nobodys_answer_is_neither() -> None:
    body = "[if eyes]\nAnswered.\n[end]\n[choose eyes]\n[option closed]\nClosed.\n[option open]\nOpen.\n[end]"
    assert texts(session(body)) == ["Closed."]
    assert texts(session(body, profile=profile(eyes="open"))) == ["Answered.", "Open."]


@pytest.mark.parametrize(("answer", "said"), [("no", "Rest."), ("yes", "Hand.")])
def test_a_scripts_own_choice_is_made_by_the_answer(answer: str, said: str) -> None:
    body = "[choose touch]\n[option heart]\nHand.\n[option none]\nRest.\n[end]"
    slots = {"touch": {"type": "choice", "of": ["heart", "none"]}}
    assert texts(session(body, profile=profile(touch=answer), slots=slots)) == [said]


def test_a_line_tells_what_an_answer_did() -> None:
    assert session(BODY, profile=profile(touch="no")).told == ("touch unwelcome: 1 line says something else",)
    assert session("[if touch == no]\n[else]\nHand.\n\nArm.\n[end]\nRest.", profile=profile(touch="no")).told == (
        "touch unwelcome: 2 lines left out",
    )
    assert session("Rest.", profile=profile(touch="no", eyes="open", secular="yes")).told == (
        "touch unwelcome: no line here asks for touch",
        "eyes open: no line here depends on it",
        "secular words: no line here speaks of faith",
    )
    assert session("Repos.", profile=profile(touch="no"), language="fr").told == (
        "touch unwelcome: no line here has another for it; lines in 'fr' are not read for it, only en, es, de",
    )
    assert session(BODY).told == ()


def test_a_script_without_a_branch_is_refused_for_whom_it_would_go_against() -> None:
    told = refused("Rest.\n\nRest a hand on your heart.", listener=profile(touch="no"))
    assert told.endswith(
        ":1: 'Rest a hand on your heart.' asks for touch, and the answer is touch: no; "
        "choose another meditation, or say it otherwise: [if touch == no] … [else] … [end]"
    )
    assert ":1: 'Close your eyes.' asks the contrary of the eyes" in refused(
        "Close your eyes.", listener=profile(eyes="open")
    )
    assert "'May God help.' speaks of faith" in refused("May God help.", listener=profile(secular="yes"))
    assert texts(session("Close your eyes.", profile=profile(eyes="closed"))) == ["Close your eyes."]


def test_the_listeners_own_words_are_never_held_against_them() -> None:
    slots = {"line": {"default": "Peace."}}
    own = profile(secular="yes", slots={"line": "God help me."})
    assert texts(session("{line}", profile=own, slots=slots)) == ["God help me."]
    assert "speaks of faith" in refused("{line}", listener=profile(secular="yes"), slots={"line": {"default": "Amen."}})


def test_an_answer_is_no_word_to_be_spoken() -> None:
    assert "the header has no slot 'touch'; add it under slots:" in body_problems("Your {touch}.")[0]


def test_secular_words_have_living_things_in_the_place_of_beings() -> None:
    phrases = {"phrases": {"type": "phrases", "default": ["happy"]}}
    body = "[each phrase in phrases]\n{phrase for all}\n[end]"
    assert texts(session(body, profile=profile(secular="yes"), slots=phrases)) == ["May all living things be happy."]
    assert texts(session(body, slots=phrases)) == ["May all beings be happy."]


@pytest.mark.parametrize("name", meditation_names())
@pytest.mark.parametrize(
    "answer", [{"touch": "no"}, {"touch": "yes"}, {"eyes": "open"}, {"eyes": "closed"}, {"secular": "yes"}]
)
def test_every_shipped_meditation_can_be_had_with_every_answer(name: str, answer: dict[str, str]) -> None:
    shipped: dict[str, Phrase] = {**shipped_phrases("en")}
    made = personalise(load_document(name), profile(**answer), SessionOptions(), shipped)
    assert len(made.told) == 1
    if "eyes" in answer:
        assert "something else" in made.told[0]

"""Words that don't fit their sentence are told; what fits is not."""

import pytest
from helpers.listeners import profile, texts
from helpers.scripts import body_problems, session

from synth.personalise.listener import SessionOptions
from synth.personalise.slot_fit import misfit
from synth.script.header import Slot

HAND = Slot.model_validate({"as": "rest a hand on {your cheek}"})
AIM = Slot.model_validate({"as": "What it wants is {to get things right}."})
FREE = Slot.model_validate({"as": "This is for {Monday}."})
LINE = Slot(default="Yes, this hurts.")
SPANISH = Slot.model_validate({"as": "pon una mano sobre {tu mejilla}"})


@pytest.mark.parametrize(("slot", "value", "language", "told"), [
    (HAND, "cheek", "en", "'x' is 'cheek', without such a word as 'your' before it: 'rest a hand on cheek'; "
     "perhaps 'your cheek'?"),
    (HAND, "It hurts.", "en", "'x' is 'It hurts.', a whole sentence where a few words are said, such as 'your cheek': "
     "'rest a hand on It hurts.'"),
    (AIM, "keep me safe", "en", "'x' is 'keep me safe'; it should begin with 'to', such as 'to get things right': "
     "'What it wants is keep me safe.'"),
    (FREE, "I am tired", "en", "'x' is 'I am tired', a whole sentence where a few words are said, such as 'Monday': "
     "'This is for I am tired.'"),
    (SPANISH, "hombro", "es", "'x' is 'hombro', without such a word as 'tu' before it: 'pon una mano sobre hombro'; "
     "perhaps 'tu hombro'?"),
    (Slot(default="your heart"), "belly", "en", "'x' is 'belly', without such a word as 'your' before it; "
     "perhaps 'your belly'?"),
])  # fmt: skip
def test_what_does_not_fit_is_told(slot: Slot, value: str, language: str, told: str) -> None:
    assert misfit("x", value, slot, language) == told


@pytest.mark.parametrize(("slot", "value", "language"), [
    (HAND, "your belly", "en"), (HAND, "both knees", "en"), (HAND, "Tom", "en"), (HAND, "tom's arm", "en"),
    (HAND, "the other arm", "en"), (AIM, "to keep me safe", "en"), (FREE, "work", "en"), (FREE, "this row", "en"),
    (LINE, "It was one bad day.", "en"), (Slot(), "cheek", "en"), (SPANISH, "el hombro", "es"),
    (Slot.model_validate({"as": "mit {deiner Hand}"}), "Wange", "de"),
])  # fmt: skip
def test_what_fits_is_not_told(slot: Slot, value: str, language: str) -> None:
    assert misfit("x", value, slot, language) is None


def test_a_question_shows_the_sentence() -> None:
    slot = Slot.model_validate({"ask": "Where?", "as": "rest a hand on {your cheek}"})
    assert (slot.question, HAND.question, LINE.question) == (
        "Where? (as in: rest a hand on your cheek)", "as in: rest a hand on your cheek", ""
    )  # fmt: skip
    assert body_problems("{place}", slots={"place": {"as": "rest a hand"}}) == [
        "script.md:2:39: error: 'slots.place.as': should be a sentence with one example in braces, such as "
        "'rest a hand on {your cheek}'"
    ]


def test_a_session_tells_of_the_listeners_words_and_not_of_the_scripts() -> None:
    slots = {"place": {"as": "a hand on {your cheek}", "default": "heart"}}
    assert session("A hand on {place}.", slots=slots).remarks == ()
    assert len(session("A hand on {place}.", SessionOptions({"place": "knee"}), slots=slots).remarks) == 1
    unsaid = "[if touch == no]\nRest.\n[else]\n{place}\n[end]"
    assert session(unsaid, profile=profile(touch="no", slots={"place": "knee"}), slots=slots).remarks == ()
    assert len(session("A hand on {place}.", profile=profile(slots={"place": "knee"}), slots=slots).remarks) == 1


WISHES = {"phrases": {"type": "phrases", "default": ["happy"]}}


class TestWhatIsNoWish:
    BODY = "[each w in phrases]\n{w}\n[end]\nNow you.\n[each w in phrases]\n{w for you}\n[end]"

    def test_is_said_to_oneself_only(self) -> None:
        made = session(self.BODY, SessionOptions(phrases=("It was one bad day.", "rest")), slots=WISHES)
        assert texts(made) == ["It was one bad day.", "May I rest well.", "Now you.", "May you rest well."]
        assert made.remarks == (
            "'It was one bad day.' is no wish, so it is said to oneself only; 'May I …' can be said to others",
        )

    def test_leaves_others_the_scripts_own_wishes(self) -> None:
        made = session(self.BODY, SessionOptions(phrases=("I forgive myself.",)), slots=WISHES)
        assert texts(made) == ["I forgive myself.", "Now you.", "May you be happy."]
        assert "others get the script's own wishes" in made.remarks[0]

    def test_is_left_out_where_others_hear_it_beside_oneself(self) -> None:
        body = "[each w in phrases]\n{w}\n\n{w for we}\n[end]"
        made = session(body, SessionOptions(phrases=("I forgive myself.", "rest")), slots=WISHES)
        assert texts(made) == ["I forgive myself.", "May I rest well.", "May we rest well."]
        assert len(made.remarks) == 1

    def test_is_bent_where_its_writer_marked_its_person(self) -> None:
        made = session(self.BODY, SessionOptions(phrases=("{I} {am} enough.",)), slots=WISHES)
        assert texts(made) == ["I am enough.", "Now you.", "You are enough."]
        assert made.remarks == ()

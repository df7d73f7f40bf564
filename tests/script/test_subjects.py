"""What a sentence speaks of, and which answers it goes against, in each language that is read."""

import pytest

from synth.script.subjects import goes_against, is_read, speaks_of

NO_TOUCH = {"touch": "no"}
OPEN = {"eyes": "open"}
CLOSED = {"eyes": "closed"}
SECULAR = {"secular": "yes"}


@pytest.mark.parametrize(("text", "language"), [
    ("If you like, you could rest a hand on your heart.", "en"),
    ("Put both hands over your own belly.", "en-gb"),
    ("You could rest a hand on {place}.", "en"),
    ("Perhaps one hand in the other.", "en"),
    ("Give yourself a warm hug.", "en"),
    ("There is no hurry, so stroke your cheek.", "en"),
    ("Bring your palms together at your chest.", "en"),
    ("Pon una mano sobre el corazón.", "es"),
    ("Puedes llevar las manos al vientre.", "es"),
    ("Date un abrazo.", "es"),
    ("Lege eine Hand auf dein Herz.", "de"),
    ("Du kannst deine Hände auf den Bauch legen.", "de"),
])  # fmt: skip
def test_touch_is_asked_for(text: str, language: str) -> None:
    assert goes_against(text, NO_TOUCH, language) == ("touch",)
    assert goes_against(text, {"touch": "yes"}, language) == ()


@pytest.mark.parametrize(("text", "language"), [
    ("There is no need to put a hand on your heart.", "en"),
    ("You don't have to hug yourself.", "en"),
    ("If touch isn't welcome today, you could hold a cushion.", "en"),
    ("You might press your feet or your hands against something solid.", "en"),
    ("Let kindness touch your day.", "en"),
    ("There is a clock on the wall, and a hand on it.", "en"),
    ("No hace falta poner una mano sobre el corazón.", "es"),
    ("Siente las manos y los pies.", "es"),
    ("Du musst keine Hand auf dein Herz legen.", "de"),
    ("Spüre deine Hände.", "de"),
    ("Pose une main sur ton cœur.", "fr"),
])  # fmt: skip
def test_touch_is_not_asked_for(text: str, language: str) -> None:
    assert goes_against(text, NO_TOUCH, language) == ()


@pytest.mark.parametrize(("text", "answers", "slot"), [
    ("Close your eyes.", OPEN, "eyes"),
    ("Your eyes can close now.", OPEN, "eyes"),
    ("Keep your eyes open.", CLOSED, "eyes"),
    ("May God be with you.", SECULAR, "secular"),
    ("Say a short prayer.", SECULAR, "secular"),
])  # fmt: skip
def test_eyes_and_faith_are_read(text: str, answers: dict[str, str], slot: str) -> None:
    assert goes_against(text, answers, "en") == (slot,)


@pytest.mark.parametrize(("text", "answers"), [
    ("Your eyes can be open or closed.", OPEN),
    ("Your eyes can be open or closed.", CLOSED),
    ("There's no need to close your eyes.", OPEN),
    ("If your eyes have been closed, they may like to open.", OPEN),
    ("You could close the door behind you.", OPEN),
    ("May all beings be at ease.", SECULAR),
    ("Good morning, sunshine.", SECULAR),
])  # fmt: skip
def test_a_choice_goes_against_nothing(text: str, answers: dict[str, str]) -> None:
    assert goes_against(text, answers, "en") == ()


@pytest.mark.parametrize(("text", "language", "answers"), [
    ("Cierra los ojos.", "es", OPEN),
    ("Mantén los ojos abiertos.", "es", CLOSED),
    ("Que Dios te acompañe.", "es", SECULAR),
    ("Schließe jetzt die Augen.", "de", OPEN),
    ("Sprich ein Gebet.", "de", SECULAR),
])  # fmt: skip
def test_spanish_and_german_are_read(text: str, language: str, answers: dict[str, str]) -> None:
    assert goes_against(text, answers, language) == tuple(answers)


def test_a_sentence_speaks_of_what_it_names() -> None:
    assert speaks_of("With each breath, feel your feet, and let your eyes rest.", "en") == {"breath", "body", "eyes"}
    assert speaks_of("Atme ruhig und spüre deine Füße.", "de") == {"breath", "body"}
    assert speaks_of("The kettle is on.", "en") == frozenset()
    assert speaks_of("Respire.", "fr") == frozenset()
    assert (is_read("es-mx"), is_read("fr")) == (True, False)

"""Phrases said to everyone they can be said to.

``golden/phrases.txt`` holds every shipped phrase in every person, to be read by whoever speaks the language. Where a
change is meant, write it anew and read what changed:

    pytest tests/test_phrases.py --rewrite-golden
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from synth.errors import RequestError
from synth.paths import shipped_folder
from synth.personalise.phrases import (
    HE,
    IT,
    SHE,
    THEY,
    Phrase,
    Pronouns,
    address,
    address_by_name,
    look_up,
    read_pronouns,
)
from synth.personalise.phrases import say_to as say_to_addressee
from synth.scripts import phrases

GOLDEN = Path(__file__).parent.parent / "golden" / "phrases.txt"
LANGUAGES = tuple(yaml.safe_load((shipped_folder("meditations") / "phrases.yaml").read_text(encoding="utf-8")))
PERSONS = ("i", "you", "we", "all")
LISTENERS = (SHE, HE, THEY)
NAMED = (("Ana", SHE), ("Tom", HE), ("Kim", THEY))
XE = read_pronouns("xe/xem/xyr/xyrs/xemself")


def say_to(phrase: Phrase, person: str, language: str = "en", listener: Pronouns = THEY) -> str:
    return say_to_addressee(phrase, address(person, listener), language)


def say_of(phrase: Phrase, name: str, pronouns: Pronouns = THEY, language: str = "en") -> str:
    return say_to_addressee(phrase, address_by_name(name, pronouns), language)


def refused(phrase: Phrase, person: str, language: str = "en", listener: Pronouns = THEY) -> str:
    with pytest.raises(RequestError) as raised:
        say_to(phrase, person, language, listener)
    message = str(raised.value)
    assert "\n" not in message
    return message


# --- those that ship --------------------------------------------------------------------------------------------


def lines_of(phrase: Phrase, language: str) -> Iterator[tuple[str, str]]:
    """Every line that can be heard of a phrase, and who it is said to; by the listener's pronouns where they matter."""
    for person in PERSONS:
        said = {listener.subject: say_to(phrase, person, language, listener) for listener in LISTENERS}
        if len(set(said.values())) == 1:
            yield person, said["they"]
        else:
            yield from ((f"{person}, {pronoun}", line) for pronoun, line in said.items())
    for name, pronouns in NAMED:
        yield f"{name}, {pronouns.subject}", say_of(phrase, name, pronouns, language)


def table() -> str:
    """The shipped phrases as a text: a language, its phrases, and a line for everyone."""
    told = []
    for language in LANGUAGES:
        told.append(f"=== {language} ===\n")
        for short_name, phrase in phrases(language).items():
            told += [short_name, *(f"  {who:<11}{line}" for who, line in lines_of(phrase, language)), ""]
    return "\n".join(told)


SHIPPED = [
    pytest.param(phrase, language, id=f"{language}-{short_name}")
    for language in LANGUAGES
    for short_name, phrase in phrases(language).items()
]


def test_every_shipped_phrase_is_said_to_everyone_as_before(rewrite_golden: bool) -> None:
    told = table()
    if rewrite_golden:
        GOLDEN.write_text(told, encoding="utf-8")
    assert told == GOLDEN.read_text(encoding="utf-8")


def test_phrases_ship_in_three_languages() -> None:
    assert LANGUAGES == ("en", "es", "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_short_names(language: str) -> None:
    assert list(phrases(language)) == list(phrases("en"))


@pytest.mark.parametrize(("phrase", "language"), SHIPPED)
def test_every_form_of_a_shipped_phrase_is_one_whole_sentence(phrase: Phrase, language: str) -> None:
    for who, line in lines_of(phrase, language):
        assert line.endswith("."), who
        assert line[0].isupper(), who
        assert not set("{}[]\n") & set(line), who
        assert "  " not in line, who


@pytest.mark.parametrize(("phrase", "language"), SHIPPED)
def test_a_shipped_phrase_names_whoever_is_meant_once(phrase: Phrase, language: str) -> None:
    for name, pronouns in NAMED:
        assert say_of(phrase, name, pronouns, language).count(name) == 1


@pytest.mark.parametrize(("phrase", "language"), SHIPPED)
def test_a_shipped_phrase_of_listed_forms_has_no_others(phrase: Phrase, language: str) -> None:
    if language == "en":
        assert isinstance(phrase, str)
        return
    assert isinstance(phrase, Mapping)
    assert list(phrase) == [*PERSONS, "they"]
    for form in phrase.values():
        if not isinstance(form, str):
            assert list(form) == ["she", "he", "they"]
            assert len(set(form.values())) == 3, "one wording is enough"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_shipped_phrases_sound_the_same(language: str) -> None:
    said = [say_to(phrase, "you", language) for phrase in phrases(language).values()]
    assert len(set(said)) == len(said)


def test_a_region_has_its_languages_phrases() -> None:
    assert phrases("es-mx") == phrases("es")
    assert phrases("fr") == {}


# --- whom somebody is -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, THEY),
        ("she", SHE),
        ("He/Him", HE),
        ("they/them/theirs", THEY),
        ("it / its", IT),
        ("she/they", SHE),
        ("Xe / Xem / Xyr / Xyrs / Xemself", Pronouns("xe", "xem", "xyr", "xyrs", "xemself")),
        ("they/them/their/theirs/themselves", Pronouns("they", "them", "their", "theirs", "themselves", plural=True)),
    ],
)
def test_pronouns_are_known_or_ones_own(written: str | None, read: Pronouns) -> None:
    assert read_pronouns(written) == read


@pytest.mark.parametrize("written", ["xe", "xe/xem", "xe/xem/xyr/xyrs", "xe/xem//xyrs/xemself", "her", "/", "xe\nxem"])
def test_unknown_pronouns_are_refused_in_one_line(written: str) -> None:
    with pytest.raises(RequestError) as raised:
        read_pronouns(written)
    one_line = " ".join(written.split())
    assert str(raised.value) == (
        f"the pronouns '{one_line}' are not known here; write she, he, they, or all five of one's own, "
        "such as xe/xem/xyr/xyrs/xemself"
    )


LONG = "May {I} be well as {I} {am}. May love find {me}. May {my} heart be {mine}. May {I} care for {myself}."


@pytest.mark.parametrize(
    ("name", "pronouns", "said"),
    [
        (
            "Ana",
            SHE,
            "May Ana be well as she is. May love find her. May her heart be hers. May she care for herself.",
        ),
        (
            "Tom",
            HE,
            "May Tom be well as he is. May love find him. May his heart be his. May he care for himself.",
        ),
        (
            "Kim",
            THEY,
            "May Kim be well as they are. May love find them. May their heart be theirs. May they care for themself.",
        ),
        (
            "Rex",
            IT,
            "May Rex be well as it is. May love find it. May its heart be its. May it care for itself.",
        ),
        (
            "Sol",
            XE,
            "May Sol be well as xe is. May love find xem. May xyr heart be xyrs. May xe care for xemself.",
        ),
    ],
)
def test_somebody_is_named_once_and_then_has_their_own_pronouns(name: str, pronouns: Pronouns, said: str) -> None:
    assert say_of(LONG, name, pronouns) == said


@pytest.mark.parametrize(
    ("phrase", "of_ana", "of_james", "of_all"),
    [
        (
            "May {my} days be kind. May {I} rest.",
            "May Ana’s days be kind. May she rest.",
            "May James’ days be kind. May he rest.",
            "May all beings’ days be kind. May they rest.",
        ),
        (
            "May this day be {mine}.",
            "May this day be Ana’s.",
            "May this day be James’.",
            "May this day be all beings’.",
        ),
        ("May love find {me}.", "May love find Ana.", "May love find James.", "May love find all beings."),
        (
            "May care for {myself} come easily to {me}.",
            "May care for Ana come easily to her.",
            "May care for James come easily to him.",
            "May care for all beings come easily to them.",
        ),
        ("Peace.", "Peace.", "Peace.", "Peace."),
    ],
)
def test_the_first_mention_is_by_name_whatever_it_is(phrase: str, of_ana: str, of_james: str, of_all: str) -> None:
    assert say_of(phrase, "Ana", SHE) == of_ana
    assert say_of(phrase, "James", HE) == of_james
    assert say_to(phrase, "all") == of_all


@pytest.mark.parametrize(
    ("phrase", "of_kim", "of_ana", "of_all"),
    [
        (
            "{I} {am} enough. {I} {am} loved.",
            "Kim is enough. They are loved.",
            "Ana is enough. She is loved.",
            "All beings are enough. They are loved.",
        ),
        (
            "{I}{'m} safe, and {I}{’m} loved.",
            "Kim is safe, and they are loved.",
            "Ana is safe, and she is loved.",
            "All beings are safe, and they are loved.",
        ),
        (
            "May {I} forgive who {I} {was}.",
            "May Kim forgive who they were.",
            "May Ana forgive who she was.",
            "May all beings forgive who they were.",
        ),
        (
            "{I} in {my} heart {am} whole.",
            "Kim in their heart is whole.",
            "Ana in her heart is whole.",
            "All beings in their heart are whole.",
        ),
        (
            "{I}{’ve} done enough. {I}{’ve} tried.",
            "Kim has done enough. They have tried.",
            "Ana has done enough. She has tried.",
            "All beings have done enough. They have tried.",
        ),
    ],
)
def test_a_verb_agrees_with_a_name_and_with_a_pronoun(phrase: str, of_kim: str, of_ana: str, of_all: str) -> None:
    assert say_of(phrase, "Kim", THEY) == of_kim
    assert say_of(phrase, "Ana", SHE) == of_ana
    assert say_to(phrase, "all") == of_all


@given(st.text(min_size=1))
def test_a_name_is_never_read_for_marks(name: str) -> None:
    assert say_of("May {I} rest, as {I} {am}.", name, SHE) == f"May {name} rest, as she is."
    assert say_of({"they": "Que, al fin, {name} descanse."}, name, SHE, "es") == f"Que, al fin, {name} descanse."


# --- English that bends -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("{i} {am} here. {i} rest.", "You are here. You rest."),
        ("{My} heart is open, and so {Am} {I}.", "Your heart is open, and so are you."),
        ("“{I} {am} safe.” {I} rest.", "“You are safe.” You rest."),
        (
            "Rest… {my} day is done! {my} work too? {my} care stays.",
            "Rest… Your day is done! Your work too? Your care stays.",
        ),
        ("Rest, {My} heart.", "Rest, your heart."),
        ("{am} {I} not loved?", "Are you not loved?"),
    ],
)
def test_capitals_stand_where_a_sentence_begins(phrase: str, said: str) -> None:
    assert say_to(phrase, "you") == said


def test_a_name_begins_a_sentence_with_a_capital() -> None:
    assert say_of("{I} {am} safe.", "my old teacher", SHE) == "My old teacher is safe."
    assert say_of({"they": "{name} está a salvo. ¡{name}!"}, "mi maestra", SHE, "es") == (
        "Mi maestra está a salvo. ¡Mi maestra!"
    )


@pytest.mark.parametrize(
    ("phrase", "to_you", "of_kim"),
    [
        ("I'm safe in my body.", "You're safe in your body.", "Kim is safe in their body."),
        ("May I be well, as I am.", "May you be well, as you are.", "May Kim be well, as they are."),
        ("May I forgive what I was.", "May you forgive what you were.", "May Kim forgive what they were."),
        ("I’ve done enough, I'll rest.", "You’ve done enough, you'll rest.", "Kim has done enough, they'll rest."),
        ("Am I loved? I am.", "Are you loved? You are.", "Is Kim loved? They are."),
        ("'I am loved.'", "'You are loved.'", "'Kim is loved.'"),
        ("may i be kind to myself", "may you be kind to yourself", "may Kim be kind to themself"),
        ("May love that was lost find me at 8 am.", "May love that was lost find you at 8 am.", None),
        ("May Ian meet Amy in a world that is mine-free.", "May Ian meet Amy in a world that is mine-free.", None),
    ],
)
def test_an_unmarked_phrase_has_its_own_words_taken_as_marks(phrase: str, to_you: str, of_kim: str | None) -> None:
    assert say_to(phrase, "i") == phrase
    assert say_to(phrase, "you") == to_you
    if of_kim:
        assert say_of(phrase, "Kim") == of_kim


# --- forms that are listed --------------------------------------------------------------------------------------

CALM: Phrase = {
    "i": {"she": "Que esté tranquila.", "he": "Que esté tranquilo.", "they": "Que esté en calma."},
    "you": {"she": "Que estés tranquila.", "he": "Que estés tranquilo."},
    "they": "Que {name} esté en calma.",
    "she": "Que {name} esté tranquila.",
}


@pytest.mark.parametrize(
    ("listener", "said"),
    [
        (SHE, "Que esté tranquila."),
        (HE, "Que esté tranquilo."),
        (THEY, "Que esté en calma."),
        (XE, "Que esté en calma."),
    ],
)
def test_a_form_is_chosen_by_the_listeners_pronouns(listener: Pronouns, said: str) -> None:
    assert say_to(CALM, "i", "es", listener) == said


@pytest.mark.parametrize(
    ("pronouns", "said"),
    [
        (SHE, "Que Sol esté tranquila."),
        (HE, "Que Sol esté en calma."),
        (THEY, "Que Sol esté en calma."),
        (XE, "Que Sol esté en calma."),
        (read_pronouns("i/me/my/mine/myself"), "Que Sol esté en calma."),
    ],
)
def test_a_third_person_may_have_a_form_of_its_own_key(pronouns: Pronouns, said: str) -> None:
    assert say_of(CALM, "Sol", pronouns, "es") == said


@pytest.mark.parametrize("listener", [THEY, XE])
def test_nobody_is_given_anothers_gender(listener: Pronouns) -> None:
    assert refused(CALM, "you", "es", listener) == (
        f"the phrase 'Que esté tranquila.' has no form for 'you' by the pronoun '{listener.subject}'; "
        "add one: {you: {they: …}}"
    )


@pytest.mark.parametrize(
    ("phrase", "shown"), [(CALM, "'Que esté tranquila.'"), ({"i": "Que\nesté."}, "'Que esté.'"), ({}, "''")]
)
def test_a_form_that_is_missing_is_refused(phrase: Phrase, shown: str) -> None:
    assert refused(phrase, "we", "es") == f"the phrase {shown} has no form for 'we'; add one: {{we: …}}"


def test_a_name_stands_only_in_the_third_person() -> None:
    assert refused({"you": "{name}, que descanses."}, "you", "es") == (
        "the phrase '{name}, que descanses.' has a {name} in 'you'; only 'they', 'she' and 'he' may"
    )


def test_a_listed_form_is_said_in_one_line_and_not_bent() -> None:
    assert say_to({"you": "May you\n  be as {I} am. "}, "you") == "May you be as {I} am."


@pytest.mark.parametrize("person", ["you", "we", "all"])
@pytest.mark.parametrize(
    ("phrase", "language"),
    [("Que me cuide.", "es"), ("Möge mein Tag am Meer enden.", "de"), ("{I} soy.", "es-mx")],
)
def test_a_phrase_without_forms_is_not_bent_outside_english(phrase: str, language: str, person: str) -> None:
    assert refused(phrase, person, language) == (
        f"the phrase '{phrase}' is written in the first person only, and only English bends; "
        f"list its forms: {{i: …, {person}: …}}"
    )


def test_a_phrase_without_forms_is_said_to_oneself_in_any_language() -> None:
    assert say_to("Que me cuide.", "i", "es") == "Que me cuide."
    with pytest.raises(RequestError, match=r"list its forms: \{i: …, they: …\}$"):
        say_of("Que me cuide.", "Ana", SHE, "es")


# --- short names ------------------------------------------------------------------------------------------------


def test_a_short_name_stands_for_its_phrase_and_a_sentence_for_itself() -> None:
    assert say_to(look_up("rest", phrases("de")), "you", "de") == "Mögest du gut zur Ruhe kommen."
    assert look_up("Que descanse.", phrases("es")) == "Que descanse."
    assert look_up(CALM, phrases("es")) is CALM


def test_where_no_phrases_ship_a_short_name_is_refused_without_a_list() -> None:
    with pytest.raises(RequestError) as raised:
        look_up("rest", phrases("fr"))
    assert str(raised.value) == (
        "there is no phrase 'rest'. None ship in this language; write one out, such as 'May I be at ease.'"
    )

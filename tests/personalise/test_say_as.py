"""How names are to be said: what is written, and which part of what is spoken it is of."""

from typing import Any

import pytest
from helpers.scripts import script
from helpers.scripts import session as session_of
from pydantic import ValidationError

from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.say_as import SayAs, read_say_as
from synth.personalise.session import Utterance
from synth.scripts import phrases

NAME = {"name": {"default": "friend"}}
LEXICON = Lexicon({"Róisín": "Ro-sheen", "Ng": "/ɪŋ/", "Goethe": "{language: de}", "metta": "met-ta"})


def said(body: str, name: str, say_as: object = None, language: str = "en") -> list[tuple[str, object]]:
    """What is spoken, and each part that has a hint, with that."""
    listener = Profile.model_validate({"name": name, "say_as": say_as})
    document = script(body, slots=NAME, language=language)
    (utterance,) = personalise(document, listener, SessionOptions(), phrases(language), LEXICON).utterances
    return [(utterance.spoken, utterance.names), *hinted(utterance)]


def hinted(utterance: Utterance) -> list[tuple[str, object]]:
    return [
        (utterance.spoken[hint.start : hint.end], hint.ipa or (hint.language, hint.guessed)) for hint in utterance.hints
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("shi vawn", SayAs(respelling="shi vawn")),
        ("he/him", SayAs(respelling="he/him")),
        ("/ʃɪˈvɔːn/", SayAs(ipa="ʃɪˈvɔːn")),
        ("/ liː ʃaʊ /", SayAs(ipa="liː ʃaʊ")),
        ("{language: es}", SayAs(language="es")),
        ("{ language:pt-BR }", SayAs(language="pt-br")),
    ],
)
def test_a_say_as_is_a_respelling_ipa_or_a_language(written: str, read: SayAs) -> None:
    assert read_say_as(written) == read


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("/ʃɪ3vɔːn/", "'3', character 4 of /ʃɪ3vɔːn/, is no sign of the phonetic alphabet"),
        ("/oA\u030a/", "'Å', character 3 of /oÅ/, is no sign of the phonetic alphabet"),
        ("/ʃɪˈvɔːn", "IPA stands between two slashes, as in /ʃɪˈvɔːn/; here is '/ʃɪˈvɔːn'"),
        ("//", "IPA stands between two slashes, as in /ʃɪˈvɔːn/; here is '//'"),
        ("/", "IPA stands between two slashes, as in /ʃɪˈvɔːn/; here is '/'"),
        ("{lang: es}", "a language is given as {language: es}, not as {lang: es}"),
        ("{language: Spanish!}", "a language is given as {language: es}, not as {language: Spanish!}"),
    ],
)
def test_what_is_none_of_these_is_refused(written: str, told: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the whole text is compared
        read_say_as(written)
    assert str(raised.value) == told


@pytest.mark.parametrize("model", [Profile, Person])
def test_a_mapping_of_yaml_is_kept_as_the_text_for_it(model: type[Profile | Person]) -> None:
    kept = model.model_validate({"name": "José", "say_as": {"language": "es"}})
    assert kept.say_as == "{language: es}"
    assert model.model_validate(kept.model_dump(exclude_defaults=True)) == kept
    for wrong in ({"lang": "es"}, {"language": "?"}, "/3/", ["es"]):
        with pytest.raises(ValidationError):
            model.model_validate({"name": "José", "say_as": wrong})


@pytest.mark.parametrize(
    ("name", "say_as", "expected"),
    [
        ("Ada", None, [("Hello, Ada, Ada’s friend.", ("Ada",))]),
        ("Siobhan", "shi vawn", [("Hello, shi vawn, shi vawn’s friend.", ("Siobhan",))]),
        (
            "Siobhan",
            "/ʃɪˈvɔːn/",
            [("Hello, Siobhan, Siobhan’s friend.", ("Siobhan",)), ("Siobhan", "ʃɪˈvɔːn"), ("Siobhan", "ʃɪˈvɔːn")],
        ),
        (
            "Jean",
            {"language": "fr"},
            [("Hello, Jean, Jean’s friend.", ("Jean",)), ("Jean", ("fr", False)), ("Jean", ("fr", False))],
        ),
        ("Jean", {"language": "en-gb"}, [("Hello, Jean, Jean’s friend.", ("Jean",))]),
        (
            "García",
            None,
            [("Hello, García, García’s friend.", ("García",)), *[("García", ("es-419", True))] * 2],
        ),
        ("García", {"language": "en"}, [("Hello, García, García’s friend.", ("García",))]),
        ("García", "gar see ah", [("Hello, gar see ah, gar see ah’s friend.", ("García",))]),
        (
            "Ana Nguyễn-Łukasz",
            None,
            [
                ("Hello, Ana Nguyễn-Łukasz, Ana Nguyễn-Łukasz’s friend.", ("Ana Nguyễn-Łukasz",)),
                *[("Nguyễn", ("vi", True)), ("Łukasz", ("pl", True))] * 2,
            ],
        ),
        ("Róisín", None, [("Hello, Ro-sheen, Ro-sheen’s friend.", ("Róisín",))]),
        ("Ro\u0301isi\u0301n", None, [("Hello, Ro-sheen, Ro-sheen’s friend.", ("Ro\u0301isi\u0301n",))]),
        ("Ng", None, [("Hello, Ng, Ng’s friend.", ("Ng",)), *[("Ng", "ɪŋ")] * 2]),
        (
            "Róisín Ng García",
            None,
            [
                ("Hello, Ro-sheen Ng García, Ro-sheen Ng García’s friend.", ("Róisín Ng García",)),
                *[("Ng", "ɪŋ"), ("García", ("es-419", True))] * 2,
            ],
        ),
        ("Goethe", None, [("Hello, Goethe, Goethe’s friend.", ("Goethe",)), *[("Goethe", ("de", False))] * 2]),
    ],
)
def test_what_is_spoken_knows_how_its_names_are_said(name: str, say_as: object, expected: list[Any]) -> None:
    assert said("Hello, {name}, {name}’s friend.", name, say_as) == expected


def test_a_name_of_the_scripts_own_language_needs_no_guess() -> None:
    assert said("Hola, {name}.", "García", language="es") == [("Hola, García.", ("García",))]
    assert said("Hola, {name}.", "Łukasz", language="es")[1:] == [("Łukasz", ("pl", True))]


def test_only_names_are_guessed() -> None:
    assert said("Señora Núñez and {name}.", "Ada") == [("Señora Núñez and Ada.", ("Ada",))]
    made = session_of("Hello, {place}.", SessionOptions({"place": "Łódź"}), slots={"place": {}})
    assert hinted(made.utterances[0]) == []


def test_a_person_in_a_phrase_is_said_as_asked() -> None:
    circle = {"circle": {"type": "people", "default": ["Bo"]}, "wishes": {"type": "phrases", "default": ["x"]}}
    body = "[each one in circle]\n[each wish in wishes]\n{wish for one}\n[end]\n[end]"
    people = {
        "a": {"name": "Zhou", "say_as": "/dʒoʊ/"},
        "b": {"name": "Björn", "say_as": None},
        "c": {"name": "Ana", "say_as": "ah na"},
    }
    listener = Profile.model_validate({"phrases": ["May {my} mind be healed."], "people": people})
    made = session_of(body, None, listener, slots=circle)
    assert [(said.spoken, hinted(said)) for said in made.utterances] == [
        ("May Zhou’s mind be healed.", [("Zhou", "dʒoʊ")]),
        ("May Björn’s mind be healed.", [("Björn", ("sv", True))]),
        ("May ah na’s mind be healed.", []),
    ]

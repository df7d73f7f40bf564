"""A document and a listener become a session with nothing left to decide."""

import re
from typing import Any

import pytest
from helpers.listeners import PLAIN, profile, refused, texts, utterance
from helpers.scripts import FILE, PHRASES, at, pause, script, session

from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.phrases import THEY, address, look_up, say_to
from synth.personalise.resolve import personalise
from synth.personalise.session import FilledSlot, Session, SessionItem, SessionSection, SittingBells, Style, Utterance
from synth.script.document import Bed, Bell, Pause
from synth.scripts import phrases as shipped_phrases
from synth.units import MINUTE

NAME = {"name": {"ask": "Who?", "default": "friend"}}


def sounding(body: str, options: SessionOptions | None = None, **header: Any) -> tuple[SessionItem, ...]:
    """The items of a body without headings."""
    (section,) = session(body, options, **header).sections
    return section.items


def test_a_session_has_nothing_left_to_decide() -> None:
    body = """\
Hello, {name}. [pause 4s]

# Wishes

[repeat 2]
[each wish in phrases]
{wish for you} [pause 6s..20s x2]
[end]
[end]
[include ground]
[bell x2]
"""
    document = script(
        body,
        slots=NAME | PHRASES,
        bed={"sound": "rain", "level": -20},
        length="10m",
        fragments={"ground": "Come back."},
    )
    shelf = {"happy": "May {I} be happy.", "safe": "May {I} be safe."}
    made = personalise(document, profile(name="Ada"), SessionOptions(), shelf)

    def wished(text: str) -> tuple[Utterance, Pause]:
        return utterance(7, 1, text, personal=True), pause(7, 16, 6_000, 20_000, 2)

    ground = document.sections[1].items[2]
    assert made == Session(
        meta=document.meta,
        bed=Bed("rain", -20.0, 6_000, at(1)),
        length_ms=10 * MINUTE,
        sections=(
            SessionSection(
                "Test", (utterance(1, 1, "Hello, Ada.", personal=True, names=("Ada",)), pause(1, 16, 4_000))
            ),
            SessionSection(
                "Wishes",
                (
                    *(wished("May you be happy.") + wished("May you be safe.")) * 2,
                    Utterance("Come back.", "Come back.", False, PLAIN, ground.items[0].place),  # type: ignore[union-attr]
                    Pause(1_500, 1_500, 1, ground.items[1].place),  # type: ignore[union-attr]
                    Bell("bowl", 2, -3.0, at(11)),
                ),
            ),
        ),
        bells=SittingBells("bowl", -9.0),
        slots=(
            FilledSlot("name", "Ada", "profile"),
            FilledSlot("phrases", "May {I} be happy. | May {I} be safe.", "default"),
        ),
    )


def test_an_utterance_with_a_filled_slot_is_personal_and_any_other_is_common_to_all() -> None:
    made = session("Hello. [pause] Hello, {name}. [pause] Goodbye.", slots=NAME)
    assert [spoken.personal for spoken in made.utterances] == [False, True, False]


SAID_TO = ("i", "you", "we", "all")

GOLDEN = """\
happy                May I be happy.
                     May you be happy.
                     May we be happy.
                     May all beings be happy.
safe                 May I be safe.
                     May you be safe.
                     May we be safe.
                     May all beings be safe.
healthy              May I be healthy.
                     May you be healthy.
                     May we be healthy.
                     May all beings be healthy.
loved                May I be loved.
                     May you be loved.
                     May we be loved.
                     May all beings be loved.
peaceful             May I be peaceful.
                     May you be peaceful.
                     May we be peaceful.
                     May all beings be peaceful.
easy-days            May I move through my days with ease.
                     May you move through your days with ease.
                     May we move through our days with ease.
                     May all beings move through their days with ease.
deeply-loved         May I trust, deep in my bones, that love is here.
                     May you trust, deep in your bones, that love is here.
                     May we trust, deep in our bones, that love is here.
                     May all beings trust, deep in their bones, that love is here.
open-heart           May I meet others with an open heart.
                     May you meet others with an open heart.
                     May we meet others with an open heart.
                     May all beings meet others with an open heart.
free-of-pain         May I be free of what hurts.
                     May you be free of what hurts.
                     May we be free of what hurts.
                     May all beings be free of what hurts.
at-ease              May I be at ease.
                     May you be at ease.
                     May we be at ease.
                     May all beings be at ease.
out-of-harm          May I be out of harm's way.
                     May you be out of harm's way.
                     May we be out of harm's way.
                     May all beings be out of harm's way.
free-from-suffering  May I be free from suffering.
                     May you be free from suffering.
                     May we be free from suffering.
                     May all beings be free from suffering.
whole                May I be whole in mind and heart.
                     May you be whole in mind and heart.
                     May we be whole in mind and heart.
                     May all beings be whole in mind and heart.
at-home              May I be at home in my own skin.
                     May you be at home in your own skin.
                     May we be at home in our own skin.
                     May all beings be at home in their own skin.
dwell-in-peace       May I dwell in peace.
                     May you dwell in peace.
                     May we dwell in peace.
                     May all beings dwell in peace.
kindness             May I let kindness reach me.
                     May you let kindness reach you.
                     May we let kindness reach us.
                     May all beings let kindness reach them.
gentle               May I be gentle with myself.
                     May you be gentle with yourself.
                     May we be gentle with ourselves.
                     May all beings be gentle with themselves.
strength             May I find the strength for today.
                     May you find the strength for today.
                     May we find the strength for today.
                     May all beings find the strength for today.
rest                 May I rest well.
                     May you rest well.
                     May we rest well.
                     May all beings rest well.
company              May I feel less alone.
                     May you feel less alone.
                     May we feel less alone.
                     May all beings feel less alone.
worth                May I remember my own worth.
                     May you remember your own worth.
                     May we remember our own worth.
                     May all beings remember their own worth.
goodness             May I trust the goodness beneath my thoughts and feelings.
                     May you trust the goodness beneath your thoughts and feelings.
                     May we trust the goodness beneath our thoughts and feelings.
                     May all beings trust the goodness beneath their thoughts and feelings.
well-or-ill          May I know freedom, in health and in illness alike.
                     May you know freedom, in health and in illness alike.
                     May we know freedom, in health and in illness alike.
                     May all beings know freedom, in health and in illness alike.
held                 May I be held kindly, whatever comes.
                     May you be held kindly, whatever comes.
                     May we be held kindly, whatever comes.
                     May all beings be held kindly, whatever comes.
"""
"""Every shipped phrase as it is said to oneself, to one other, to a circle, and to everyone."""


def test_every_shipped_phrase_reads_well_to_everyone() -> None:
    said = "".join(
        f"{name if person == 'i' else '':<21}{say_to(phrase, address(person, THEY), 'en')}\n"
        for name, phrase in shipped_phrases("en").items()
        for person in SAID_TO
    )
    assert said == GOLDEN


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        (
            "May {I} be at ease. May {my} mind be healed.",
            (
                "May I be at ease. May my mind be healed.",
                "May you be at ease. May your mind be healed.",
                "May we be at ease. May our mind be healed.",
                "May all beings be at ease. May their mind be healed.",
            ),
        ),
        (
            "{I} {am} enough. {My} heart is {mine}.",
            (
                "I am enough. My heart is mine.",
                "You are enough. Your heart is yours.",
                "We are enough. Our heart is ours.",
                "All beings are enough. Their heart is theirs.",
            ),
        ),
        (
            "May love find {me}.",
            ("May love find me.", "May love find you.", "May love find us.", "May love find all beings."),
        ),
        (
            "“{I} care for {myself}.”",
            (
                "“I care for myself.”",
                "“You care for yourself.”",
                "“We care for ourselves.”",
                "“All beings care for themselves.”",
            ),
        ),
        ("Peace.", ("Peace.",) * 4),
    ],
)
def test_a_marked_phrase_is_turned_to_everyone(phrase: str, said: tuple[str, ...]) -> None:
    assert tuple(say_to(look_up(phrase, {}), address(person, THEY), "en") for person in SAID_TO) == said


@pytest.mark.parametrize(
    ("phrase", "to_you"),
    [
        ("May I be well, as I am.", "May you be well, as you are."),
        ("May my days be mine.", "May your days be yours."),
        ("I'm safe, and I’m loved.", "You're safe, and you’re loved."),
        ("I've been kind, I'll be kind, I'd be kind.", "You've been kind, you'll be kind, you'd be kind."),
        ("May Ian meet Amy.", "May Ian meet Amy."),
        ("May I see {beauty} in me.", "May you see {beauty} in you."),
    ],
)
def test_an_unmarked_phrase_of_ones_own_is_turned_too(phrase: str, to_you: str) -> None:
    assert say_to(look_up(phrase, {}), address("you", THEY), "en") == to_you


@pytest.mark.parametrize(
    "phrase",
    [
        "May I be well, and mine too.",
        "I'm safe.",
        "May My Lord keep me.",
        "May all be well.",
        "May {x} be well with me.",
        "[pause 5s] to me",
    ],
)
def test_a_phrase_of_ones_own_is_said_to_oneself_letter_for_letter(phrase: str) -> None:
    body = "[each wish in phrases]\n{wish}\n[end]"
    assert texts(session(body, profile=profile(phrases=[phrase]), slots=PHRASES)) == [phrase]


EACH = "[each wish in phrases]\n{wish for you}\n[end]"


@pytest.mark.parametrize(
    ("options", "listener", "heard"),
    [
        (SessionOptions(), Profile(), ["May you be happy.", "May you be safe."]),
        (SessionOptions(), profile(phrases=["rest"]), ["May you rest well."]),
        (SessionOptions({"phrases": "held"}), profile(phrases=["rest"]), ["May you be held kindly, whatever comes."]),
        (SessionOptions({"phrases": " rest | May I sleep. "}), Profile(), ["May you rest well.", "May you sleep."]),
        (SessionOptions(), profile(phrases=["May {I} sleep.", "loved"]), ["May you sleep.", "May you be loved."]),
    ],
)
def test_phrases_come_from_the_wish_the_profile_or_the_header(
    options: SessionOptions, listener: Profile, heard: list[str]
) -> None:
    assert texts(session(EACH, options, listener, slots=PHRASES)) == heard


def test_a_short_name_that_is_none_is_refused_with_the_nearest() -> None:
    message = refused(EACH, SessionOptions({"phrases": "hapy"}), slots=PHRASES)
    assert message.startswith("there is no phrase 'hapy'; did you mean 'happy'? The phrases are happy, safe, ")


def test_a_short_name_like_no_other_is_refused_with_all_there_are() -> None:
    message = refused(EACH, SessionOptions({"phrases": "zzzz"}), slots=PHRASES)
    assert re.match(r"there is no phrase 'zzzz'[.;] [Tt]he phrases are ", message)
    assert all(name in message for name in shipped_phrases("en"))


SOUNDS = "One. [bed ocean -30 over 2s] Two. [bell temple-bell x2 -9] Three. [bed none over 4s] Four."

BED_HEADER: dict[str, Any] = {"bed": {"sound": "rain", "level": -20}}


def sounds_of(made: Session) -> list[tuple[str | None, float]]:
    """The beds and bells in their order, with their levels."""
    found = [item for section in made.sections for item in section.items]
    beds = [made.bed] if made.bed else []
    return [(item.sound, item.level_db if isinstance(item, Bell) else item.level_lu) for item in [*beds, *found]
            if isinstance(item, Bed | Bell)]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "heard"),
    [
        (SessionOptions(), [("rain", -20), ("ocean", -30), ("temple-bell", -9), (None, -20)]),
        (SessionOptions(bed="drone"), [("drone", -20), ("drone", -30), ("temple-bell", -9), (None, -20)]),
        (SessionOptions(bed_level=-12), [("rain", -12), ("ocean", -12), ("temple-bell", -9), (None, -12)]),
        (SessionOptions(bed_level=0.0), [("rain", 0), ("ocean", 0), ("temple-bell", -9), (None, 0)]),
        (SessionOptions(bed="none"), [("temple-bell", -9)]),
        (SessionOptions(bell="chime"), [("rain", -20), ("ocean", -30), ("chime", -9), (None, -20)]),
        (SessionOptions(bell="none"), [("rain", -20), ("ocean", -30), (None, -20)]),
    ],
)
def test_a_wish_for_bed_or_bell_takes_the_place_of_the_scripts(
    options: SessionOptions, heard: list[tuple[str | None, float]]
) -> None:
    assert sounds_of(session(SOUNDS, options, **BED_HEADER)) == heard


def test_a_script_without_a_bed_has_one_where_it_is_wished() -> None:
    assert session("Hello.").bed is None
    assert session("Hello.", SessionOptions(bed="rain")).bed == Bed("rain", -18.0, 6_000, at(1))


def test_voice_and_rate_are_the_wish_or_else_the_headers() -> None:
    header: dict[str, Any] = {"voice": {"name": "tones", "rate": 90}, "language": "en-gb"}
    asked = session("Hello.", SessionOptions(voice="pyttsx3:gmw/en", rate=120), **header)
    assert [spoken.style for spoken in session("Hello.", **header).utterances] == [Style("tones", "en-gb", 90)]
    assert [spoken.style for spoken in asked.utterances] == [Style("pyttsx3:gmw/en", "en-gb", 120)]


@pytest.mark.parametrize(
    ("wished", "header", "length"),
    [
        (None, {}, None),
        (None, {"length": "10m"}, 10 * MINUTE),
        (5 * MINUTE, {"length": "10m"}, 5 * MINUTE),
        (5 * MINUTE, {}, 5 * MINUTE),
        (0, {"length": "10m"}, 0),
    ],
)
def test_the_length_is_the_wish_or_else_the_headers(
    wished: int | None, header: dict[str, Any], length: int | None
) -> None:
    assert session("Hello. [pause 1s..]", SessionOptions(length_ms=wished), **header).length_ms == length


def rests(body: str, options: SessionOptions | None = None) -> list[str | int]:
    """What sounds, in short: words, milliseconds of silence, and strikes."""
    return [
        item.text
        if isinstance(item, Utterance)
        else item.min_ms
        if isinstance(item, Pause)
        else str(getattr(item, "sound", item))
        for section in session(body, options).sections
        for item in section.items
    ]


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        ("One.\n\nTwo.", ["One.", 1_500, "Two."]),
        ("One.\n\n\n\nTwo.\n\n", ["One.", 1_500, "Two."]),
        ("One.\n\n[pause 5s]\n\nTwo.", ["One.", 5_000, "Two."]),
        ("One. [pause 5s]\n\nTwo.", ["One.", 5_000, "Two."]),
        ("One.\n\n[pause 5s] Two.", ["One.", 5_000, "Two."]),
        ("One.\n\n[pause 5s]\n\n[pause 2s..9s]\n\nTwo.", ["One.", 5_000, 2_000, "Two."]),
        ("One.\n\n[pause 0s]\n\nTwo.", ["One.", 0, "Two."]),
        ("One. [pause 1s] Two.", ["One.", 1_000, "Two."]),
        ("One.\n\n[bell bowl]\n\nTwo.", ["One.", 1_500, "bowl", "Two."]),
        ("One. [bell bowl]\n\nTwo.", ["One.", "bowl", "Two."]),
        ("One.\n\n[pause 3s]\n\n[bell bowl]\n\n[pause 2s]\n\nTwo.", ["One.", 3_000, "bowl", 2_000, "Two."]),
        ("[bell bowl]\n\nOne.\n\n[bell bowl]\n", ["bowl", "One.", 1_500, "bowl"]),
        ("One.\n\n[bed rain]\n\nTwo.", ["One.", "rain", 1_500, "Two."]),
        ("One.\n\n[bed rain]\n\n[pause 5s]\n\nTwo.", ["One.", "rain", 5_000, "Two."]),
        ("\n\nOne.\n\n", ["One."]),
        ("# A\n\nOne.\n\n# B\n\nTwo.", ["One.", 1_500, "Two."]),
        ("# A\n\nOne.\n\n[pause 4s]\n\n# B\n\nTwo.", ["One.", 4_000, "Two."]),
        ("# A\nOne.\n# B\nTwo.", ["One.", 1_500, "Two."]),
        ("[repeat 2]\nOne.\n[end]\nTwo.", ["One.", 1_500, "One.", 1_500, "Two."]),
        ("[repeat 2]\n\nOne.\n\n[pause 4s]\n\n[end]\n\nTwo.", ["One.", 4_000, "One.", 4_000, "Two."]),
    ],
)
def test_the_voice_rests_between_paragraphs_only_where_no_pause_or_bell_stands(
    body: str, heard: list[str | int]
) -> None:
    assert rests(body) == heard


def test_the_voice_rests_where_an_unwished_bell_would_have_rung() -> None:
    assert rests("One.\n\n[bell bowl]\n\nTwo.", SessionOptions(bell="none")) == ["One.", 1_500, "Two."]


def test_a_paragraphs_rest_keeps_its_place() -> None:
    assert sounding("One.\n\nTwo.") == (utterance(1, 1, "One."), pause(1, 5, 1_500), utterance(3, 1, "Two."))


def test_ten_thousand_utterances_are_the_most_however_they_come() -> None:
    body = "[repeat 5000]\nOne.\n[end]\n[repeat 5000]\nTwo.\n[end]\n"
    assert len(session(body).utterances) == 10_000
    assert refused(body + "Three.") == (f"{FILE}:10:1: this script would say more than 10000 utterances; repeat less")


def test_phrases_multiply_an_each() -> None:
    body = "[repeat 5001]\n[each wish in phrases]\n{wish}\n[end]\n[end]\n"
    assert refused(body, slots=PHRASES) == (
        f"{FILE}:6:1: this script would say more than 10000 utterances; repeat less"
    )


def test_blocks_that_say_nothing_come_to_an_end_too() -> None:
    body = "[repeat 10000]\n[repeat 10000]\n[pause 1s]\n[end]\n[end]\nOne."
    assert "this script would go on for more than 100000 steps; repeat less" in refused(body)

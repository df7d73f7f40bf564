"""Whatever is given for a shipped meditation is in what it says, or is refused, or a line tells of it."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from synth.errors import RequestError
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Session
from synth.scripts import load_document, meditation_names
from synth.scripts import phrases as shipped_phrases

WORDS = st.text("abcdefghijklmnop", min_size=5, max_size=9).map(lambda word: f"the {word}")
WISHES = st.text("abcdefghijklmnop", min_size=5, max_size=9).map(lambda word: f"May {{I}} be {word}.")
NAMES = st.text("abcdefghijklmnop", min_size=5, max_size=9).map(str.title)
SLOTS = ("place", "line", "aim", "critic", "hardship", "routine", "benefactor", "neutral", "difficult", "elsewhere")
ROLES = ("friend", "benefactor", "bob", "neutral")
PROFILES = st.builds(
    Profile,
    name=st.none() | NAMES,
    touch=st.sampled_from([None, "yes", "no"]),
    eyes=st.sampled_from([None, "open", "closed"]),
    secular=st.sampled_from([None, "yes", "no"]),
    phrases=st.lists(WISHES, max_size=2).map(tuple),
    people=st.dictionaries(st.sampled_from(ROLES), st.builds(Person, name=NAMES), max_size=2),
    slots=st.dictionaries(st.sampled_from(SLOTS), WORDS, max_size=2),
)
OPTIONS = st.builds(
    SessionOptions,
    slots=st.dictionaries(st.sampled_from([*SLOTS, "name"]), WORDS, max_size=2),
    phrases=st.lists(WISHES | st.just("It was one bad day."), max_size=2).map(tuple),
    people=st.dictionaries(st.sampled_from(ROLES), st.builds(Person, name=NAMES), max_size=2),
)


def _given(profile: Profile, options: SessionOptions) -> Iterator[tuple[str, str]]:
    """What each thing given is called in a list of what is not used, and the word that is heard of it."""
    if profile.name and "name" not in options.slots:
        yield "name", profile.name
    if not options.phrases:
        yield from (("phrases", wish.removeprefix("May {I} be ")) for wish in map(str, profile.phrases))
    yield from ((wish, wish.removeprefix("May {I} be ")) for wish in options.phrases)
    asked = {*options.people, *options.slots}
    yield from ((f"{role} (", person.name) for role, person in profile.people.items() if role not in asked)
    yield from ((f"({role})", person.name) for role, person in options.people.items() if role not in options.slots)
    named = {*asked, *profile.people}
    yield from ((slot, value) for slot, value in profile.slots.items() if slot not in named)
    yield from ((f"'{slot}'", value) for slot, value in options.slots.items())


@given(st.sampled_from(meditation_names()), PROFILES, OPTIONS)
def test_everything_given_is_heard_or_told(name: str, profile: Profile, options: SessionOptions) -> None:
    try:
        made: Session = personalise(load_document(name), profile, options, shipped_phrases("en"))
    except RequestError as refused:
        is_told = "has no slot" in str(refused) or "would not be" in str(refused)
        assert is_told, refused  # noqa: PT017 - either way is right
        return
    heard = " ".join(said.text for said in made.utterances)
    told = " ".join((*made.remarks, *made.unused))
    for called, word in _given(profile, options):
        assert word in heard or called in told, (called, word)
    answers = [answer for answer in (profile.touch, profile.eyes, profile.secular) if answer]
    assert len(made.told) == len(answers)

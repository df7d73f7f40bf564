"""Who listens and how: what is asked for on top of a profile, and when the user's own is left out."""

import pytest

from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.errors import OptionError, RequestError
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.profiles import keep_profile, profile_path, write_profile

MINE = Profile(
    name="Bo", say_as="bow", phrases=("rest",), people={"friend": Person(name="Tom")}, slots={"place": "there"}
)


@pytest.fixture(autouse=True)
def _kept(workspace: Workspace) -> None:
    keep_profile(write_profile(MINE), profile_path("me"))
    keep_profile(write_profile(MINE.model_copy(update={"name": "Cy"})), profile_path("cy"))


def test_nothing_asked_is_ones_own_profile_and_no_options() -> None:
    assert SessionRequest().profile() == MINE
    assert SessionRequest().options() == SessionOptions()


@pytest.mark.parametrize("name", [{"name": "Di"}, {"slots": (("name", "Di"),)}])
class TestAnotherName:
    """However it is given, by its own option or as the slot that it fills."""

    def test_leaves_ones_own_profile_out(self, name: dict[str, object]) -> None:
        assert SessionRequest(**name).profile() == Profile(name="Di")  # type: ignore[arg-type]

    def test_keeps_a_profile_that_is_chosen_but_for_how_its_name_is_said(self, name: dict[str, object]) -> None:
        chosen = SessionRequest(profile_name="cy", **name).profile()  # type: ignore[arg-type]
        assert chosen == MINE.model_copy(update={"name": "Di", "say_as": None})

    def test_is_said_as_asked(self, name: dict[str, object]) -> None:
        assert SessionRequest(say_as="dee", **name).profile() == Profile(name="Di", say_as="dee")  # type: ignore[arg-type]


@pytest.mark.parametrize("request_", [SessionRequest(name="Bo"), SessionRequest(slots=(("name", "Bo"),))])
def test_ones_own_name_is_no_other(request_: SessionRequest) -> None:
    assert request_.profile() == MINE


def test_what_is_asked_for_stands_on_top() -> None:
    request = SessionRequest(phrases=("happy",), people=(("friend", "Ana"), ("neutral", "Uma")), touch="no", name="Bo")
    assert request.profile() == MINE.model_copy(update={"touch": "no"})
    people = {"friend": Person(name="Ana"), "neutral": Person(name="Uma")}
    assert request.options() == SessionOptions(phrases=("happy",), people=people, name="Bo")


def test_every_option_is_handed_on() -> None:
    request = SessionRequest(
        slots=(("place", "home"),), length_ms=600_000, bed="rain", bed_level=-20.0, bell="chime", voice="tones",
        rate=130, effect="hall", interval_bell_ms=60_000, bells_at_ms=(90_000,), settle_ms=30_000, sleep=True,
        bed_after_ms=5_000,
    )  # fmt: skip
    assert request.options() == SessionOptions(
        slots={"place": "home"}, length_ms=600_000, bed="rain", bed_level=-20.0, bell="chime", voice="tones",
        rate=130, effect="hall", interval_bell_ms=60_000, bells_at_ms=(90_000,), settle_ms=30_000, sleep=True,
        bed_after_ms=5_000,
    )  # fmt: skip


def test_what_no_script_can_meet_names_its_option() -> None:
    with pytest.raises(OptionError, match="at least 30s apart") as told:
        SessionRequest(interval_bell_ms=1_000).options()
    assert told.value.option == "interval_bell_ms"
    with pytest.raises(OptionError, match="--sleep") as told:
        SessionRequest(bed_after_ms=1_000).options()
    assert told.value.option == "bed_after_ms"
    with pytest.raises(RequestError, match="--name is empty"):
        SessionRequest(name=" ").profile()


@pytest.mark.parametrize("say_as", ["shi vawn", "/ʃɪˈvɔːn/", "{language: es}"])
def test_a_name_is_said_by_a_respelling_ipa_or_a_language(say_as: str) -> None:
    assert SessionRequest(name="Di", say_as=say_as).profile() == Profile(name="Di", say_as=say_as)


def test_a_say_as_that_is_none_is_told_with_its_option() -> None:
    with pytest.raises(OptionError, match=r"^'3', character 4 of /ʃɪ3/, is no sign of the phonetic alphabet$") as told:
        SessionRequest(name="Di", say_as="/ʃɪ3/").profile()
    assert told.value.option == "say_as"

"""A listener's profile on disk: written and read back, chosen, and told where it is faulty."""

from pathlib import Path

import pytest
from helpers.profiles import profiles
from helpers.scripts import script

from synth.errors import RequestError, ScriptError, StorageError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.profiles import (
    chosen_profile,
    find_profile,
    keep_profile,
    parse_profile,
    profile_path,
    read_profile,
    write_profile,
)


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of profiles, which isn't there yet, for code that runs in here."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    return profiles(tmp_path)


class TestFile:
    @pytest.mark.parametrize(
        "profile",
        [
            {},
            {"name": "yes"},
            {"name": "null", "say_as": "~", "pronouns": "she"},
            {"name": "12:30", "slots": {"touch": "none", "secular": "no", "other": "0.5"}},
            {"name": "# [x] {y}: 'z' \"", "phrases": ["- May I", "May I be: free", "x" * 300]},
            {"name": "🙂 Ada", "people": {"friend": {"name": "李"}, "my teacher": {"name": "Nguyễn", "say_as": "win"}}},
            {"breath": {"in": "500ms", "out": "1m"}, "phrases": [{"i": "I", "they": {"she": "{name}"}}]},
        ],
    )
    def test_says_what_the_profile_says(self, profile: dict[str, object], at_home: Path) -> None:
        listener = Profile.model_validate(profile)
        path = profile_path("me")
        keep_profile(write_profile(listener), path)
        assert read_profile(path) == listener

    def test_is_whole_or_not_there(self, at_home: Path) -> None:
        at_home.parent.mkdir(parents=True)
        at_home.write_text("a file, where a folder should be", encoding="utf-8")
        with pytest.raises(StorageError, match=r"me\.yaml: the profile can't be kept there \(.+\)"):
            keep_profile("name: Ana\n", profile_path("me"))
        at_home.unlink()
        profile_path("me").mkdir(parents=True)
        with pytest.raises(StorageError, match="can't be kept"):
            keep_profile("name: Ana\n", profile_path("me"))
        assert [path.name for path in at_home.iterdir()] == ["me.yaml"]

    def test_with_faults_tells_every_place(self) -> None:
        with pytest.raises(ScriptError) as raised:
            parse_profile("name: Ana\npronouns: zee\npeople:\n  friend: {name: Bo, pronouns: hum}\n", Path("p.yaml"))
        first, second = str(raised.value).splitlines()
        assert first.startswith("p.yaml:2:1: error: the pronouns 'zee' are not known here; ")
        assert second.startswith("p.yaml:4:22: error: the pronouns 'hum' are not known here; ")


class TestChoice:
    def test_is_by_name_by_file_or_ones_own(self, at_home: Path, tmp_path: Path) -> None:
        assert chosen_profile(None) == chosen_profile("none") == Profile()
        for name in ("me", "ana"):
            keep_profile(write_profile(Profile(name=name)), profile_path(name))
        file = tmp_path / "elsewhere.yaml"
        file.write_text("name: Cy\n", encoding="utf-8")
        chosen = [chosen_profile(given).name for given in (None, "me", "ana", str(file), "none")]
        assert chosen == ["me", "me", "ana", "Cy", None]

    def test_of_a_name_that_is_not_there_says_which_are(self, at_home: Path) -> None:
        with pytest.raises(RequestError, match=r"^there is no profile 'me'; 'metta profile init me' makes it$"):
            find_profile("me")
        for name in ("me", "ana"):
            keep_profile("{}", profile_path(name))
        with pytest.raises(RequestError, match=r"no profile 'anna'; did you mean 'ana'\? 'metta profile init anna'"):
            chosen_profile("anna")
        with pytest.raises(RequestError, match=r"no profile 'zoe'; there are ana, me; 'metta profile init zoe'"):
            chosen_profile("zoe")
        with pytest.raises(RequestError, match=r"^there/ana: the profile can't be read"):
            chosen_profile("there/ana")

    @pytest.mark.parametrize(("value", "heard"), [("none", "Rest."), ("heart", "Hand."), ("belly", "Rest.")])
    def test_of_a_branch_is_used_where_the_script_knows_it(self, value: str, heard: str) -> None:
        body = "[choose touch]\n[option heart]\nHand.\n[option none]\nRest.\n[end]"
        slots = {"touch": {"type": "choice", "of": ["heart", "none"], "default": "none"}}
        document = script(body, slots=slots)
        (said,) = personalise(document, Profile(slots={"touch": value}), SessionOptions(), {}).utterances
        assert said.text == heard
        with pytest.raises(RequestError, match=r"one of heart, none, not 'belly'"):
            personalise(document, Profile(), SessionOptions({"touch": "belly"}), {})

    def test_of_a_branch_that_no_default_knows_is_the_first(self) -> None:
        body = "[choose eyes]\n[option open]\nOpen.\n[option closed]\nClosed.\n[end]"
        document = script(body, slots={"eyes": {"type": "choice", "of": ["open", "closed"]}})
        (said,) = personalise(document, Profile(slots={"eyes": "either"}), SessionOptions(), {}).utterances
        assert said.text == "Open."


def test_a_profile_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text(
        "name: Saoirse\nsay_as: Seersha\npronouns: she\nphrases: [rest, May I sleep.]\n"
        "people: {friend: {name: Bo, say_as: Beau, pronouns: they}}\nslots: {place: your cheek}\n"
        "eyes: open\nsecular: yes\n",
        encoding="utf-8-sig",
    )
    assert read_profile(file).model_dump() == {
        "name": "Saoirse",
        "say_as": "Seersha",
        "pronouns": "she",
        "phrases": ("rest", "May I sleep."),
        "breath": {"into": 4_000, "out": 6_000},
        "touch": None,
        "eyes": "open",
        "secular": "yes",
        "people": {"friend": {"name": "Bo", "say_as": "Beau", "pronouns": "they"}},
        "slots": {"place": "your cheek"},
    }


def test_a_fault_in_a_profile_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "profile.yaml"
    file.write_text("name: 12\nphrase: [rest]\n", encoding="utf-8")
    with pytest.raises(ScriptError) as raised:
        read_profile(file)
    assert [str(problem) for problem in raised.value.problems] == [
        f"{file}:1:1: error: 'name' should be text; put 12 in quotes",
        f"{file}:2:1: error: unknown key 'phrase'; did you mean 'phrases'?",
    ]


def test_a_profile_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"profile\.yaml: the profile can't be read"):
        read_profile(tmp_path / "profile.yaml")
    (tmp_path / "latin.yaml").write_bytes("name: José".encode("latin-1"))
    with pytest.raises(RequestError, match=r"latin\.yaml: the profile is not UTF-8 text"):
        read_profile(tmp_path / "latin.yaml")

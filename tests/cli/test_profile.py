"""``metta profile``: asked for at a terminal, kept for its owner alone, shown, edited, and used by what is made."""

import json
import subprocess
from pathlib import Path

import pytest
from helpers import terminals
from helpers.profiles import kept, profiles
from helpers.sound import METTA, homely, run_metta
from helpers.sound import script as script_text

from synth.personalise.listener import Profile
from synth.profiles import read_profile
from synth.scripts import phrases as shipped_phrases

QUESTIONS = (
    "called?", "said?", "hear it?", "pronouns", "Enter goes on", "Enter goes on", "[4 6]", "heart", "eyes", "secular",
)  # fmt: skip
"""What is asked of somebody who gives a name and leaves the rest open."""


class Terminal(terminals.Terminal):
    """The command at a terminal of its own, and somebody in front of it."""

    def __init__(self, folder: Path, *words: str, **environment: str) -> None:
        super().__init__([METTA, *words], folder, env=environment)

    def answers(self, *dialogue: tuple[str, str]) -> None:
        """Gives each question its answer."""
        for question, answer in dialogue:
            self.wait_for_text(question)
            self.press(f"{answer}\n")


class TestInit:
    def test_asks_for_everything_and_keeps_it_for_its_owner_alone(self, tmp_path: Path) -> None:
        with Terminal(tmp_path, "profile", "init") as terminal:
            terminal.answers(
                ("called?", "  José   Łukasz "),
                ("said?", "ho-zay wookash"),
                ("hear it?", ""),
                ("pronouns", "zee"),
                ("pronouns", "xe/xem/xyr/xyrs/xemself"),
            )
            told = terminal.wait_for_text("Enter goes on")
            assert "the pronouns 'zee' are not known here" in terminal.text
            assert all(f"  {name} " in told for name in shipped_phrases("en"))
            assert "   1  happy                May I be happy.\n" in told
            terminal.press("1, at-ease 99\n")
            terminal.answers(
                ("Enter goes on", "1, at-ease"),
                ("Enter goes on", "May I be {myself}: at last."),
                ("Enter goes on", "at-eas"),
                ("Enter goes on", "1 9 May I laugh again."),
                ("Enter goes on", "1"),
                ("Enter goes on", ""),
                ("Enter goes on", "benefactor"),
                ("(benefactor)", "Zoë"),
                ("Their pronouns", "she"),
                ("or Enter", "neutral"),
                ("(neutral)", "12"),
                ("Their pronouns", ""),
                ("or Enter", "nobody"),
                ("(nobody)", ""),
                ("or Enter", ""),
                ("[4 6]", "4 6 8"),
                ("[4 6]", "0.1 6"),
                ("[4 6]", "3.5, 7"),
                ("heart", "perhaps"),
                ("heart", "n"),
                ("eyes", "either"),
                ("secular", "yes"),
            )
            assert terminal.ended() == 0
        path = profiles(tmp_path) / "me.yaml"
        for told in (
            "there is no number 99", "numbers by themselves, please", "did you mean 'at-ease'?",
            "May I be myself: at last.", "such as 4 6", "one of yes, no, or Enter", str(path),
        ):  # fmt: skip
            assert told in terminal.text.replace("\n", ""), told
        assert read_profile(path) == Profile.model_validate({
            "name": "José Łukasz",
            "say_as": "ho-zay wookash",
            "pronouns": "xe/xem/xyr/xyrs/xemself",
            "phrases": ["happy", "at-ease", "May I be {myself}: at last."],
            "people": {"benefactor": {"name": "Zoë", "pronouns": "she"}, "neutral": {"name": "12"}},
            "breath": {"in": "3.5s", "out": "7s"},
            "touch": "no",
            "secular": "yes",
        })  # fmt: skip
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert [each.name for each in path.parent.iterdir()] == ["me.yaml"]

    def test_left_empty_keeps_what_goes_without_saying(self, tmp_path: Path) -> None:
        with Terminal(tmp_path, "profile", "init", "ana") as terminal:
            terminal.answers(*((question, "") for question in QUESTIONS if question not in ("said?", "hear it?")))
            assert terminal.ended() == 0
        assert "--profile ana" in terminal.text
        assert read_profile(profiles(tmp_path) / "ana.yaml") == Profile()
        shown = run_metta("profile", "show", "ana", folder=tmp_path)
        assert (shown.returncode, shown.stderr) == (0, "")
        assert "4s in, 6s out" in shown.stdout

    def test_goes_on_where_the_name_cannot_be_heard(self, tmp_path: Path) -> None:
        found = json.loads(run_metta("doctor", "--json", folder=tmp_path).stdout)
        if {row["part"]: row["state"] for row in found}["loudspeaker"] == "good":
            pytest.skip("this machine has a loudspeaker")
        with Terminal(tmp_path, "profile", "init") as terminal:
            terminal.answers(("called?", "Ana"), ("said?", ""), ("hear it?", "y"))
            told = terminal.wait_for_text("pronouns")
            assert "\nIt can't be heard here: there is no loudspeaker. Let us go on.\n" in told
            terminal.press("\n")
            terminal.answers(*((question, "") for question in QUESTIONS[4:]))
            assert terminal.ended() == 0
        assert read_profile(profiles(tmp_path) / "me.yaml") == Profile(name="Ana")

    @pytest.mark.parametrize("questions", [1, 4, len(QUESTIONS)])
    def test_interrupted_leaves_nothing(self, questions: int, tmp_path: Path) -> None:
        with Terminal(tmp_path, "profile", "init") as terminal:
            *before, last = QUESTIONS[:questions]
            terminal.answers(*((question, "Ana" if question == "called?" else "") for question in before))
            terminal.wait_for_text(last)
            terminal.answer("\x03")
            assert terminal.ended() == 130
        assert terminal.text.endswith("\ninterrupted\n")
        assert "Traceback" not in terminal.text
        assert not profiles(tmp_path).exists()

    def test_replaces_a_profile_only_where_it_is_told_to(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "name: Bo\n")
        with Terminal(tmp_path, "profile", "init") as terminal:
            terminal.answers(("already", ""))
            assert terminal.ended() == 0
        assert "stays as it is" in terminal.text
        with Terminal(tmp_path, "profile", "init") as terminal:
            terminal.answers(("already", "y"), ("called?", "Cy"))
            terminal.wait_for_text("said?")
            terminal.answer("\x03")
            assert terminal.ended() == 130
        assert path.read_text(encoding="utf-8") == "name: Bo\n"
        with Terminal(tmp_path, "profile", "init") as terminal:
            terminal.answers(("already", "y"), *((q, "Cy" if q == "called?" else "") for q in QUESTIONS))
            assert terminal.ended() == 0
        assert read_profile(path) == Profile(name="Cy")

    def test_needs_a_terminal(self, tmp_path: Path) -> None:
        run = run_metta("profile", "init", folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr.startswith("error: 'metta profile init' asks, and needs a terminal; ")
        assert run.stderr.count("\n") == 1
        assert not profiles(tmp_path).exists()

    @pytest.mark.parametrize("name", ["none", "a.b", "../me", "", "a b", "-"])
    def test_has_no_profile_called_so(self, name: str, tmp_path: Path) -> None:
        run = run_metta("profile", "init", "--", name, folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr.startswith(f"error: a profile can't be called '{name}'; ")


SLOTS = """\
slots:
  name: {default: friend}
  place: {default: here}
  wishes: {type: phrases, default: [safe]}"""
WISHES = "\n\n[each wish in wishes]\n{wish}\n[end]"


class TestUse:
    def test_of_what_is_said_goes_by_strength(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(
            script_text("{name}, {place}. {wish}", ["slots:"]).replace("slots:", SLOTS).replace("{wish}", WISHES),
            encoding="utf-8",
        )

        def heard(*words: str) -> str:
            run = run_metta("show", "a.md", "--json", *words, folder=tmp_path)
            assert (run.returncode, run.stderr) == (0, "")
            return " ".join(
                cue["text"] for cue in json.loads(run.stdout)["timeline"]["cues"] if cue["kind"] == "speech"
            )

        assert heard() == "friend, here. May I be safe."
        kept(tmp_path, "name: Bo\nslots: {place: there}\nphrases: [rest]\n")
        kept(tmp_path, "name: Cy\n", "cy")
        assert heard() == heard("--profile", "me") == "Bo, there. May I rest well."
        assert heard("--profile", "none") == "friend, here. May I be safe."
        assert heard("--profile", "cy") == "Cy, here. May I be safe."
        assert heard("--profile", "home/config/metta-synth/profiles/cy.yaml") == "Cy, here. May I be safe."
        assert heard("--set", "place=home") == "Bo, home. May I rest well."
        assert heard("--name", "Di") == "Di, here. May I be safe.", "one's own profile is nobody else's"
        assert heard("--set", "name=Di") == "Di, here. May I be safe.", "whichever way the name is given"
        assert heard("--set", "name=Bo") == "Bo, there. May I rest well."
        assert heard("--name", "Bo") == "Bo, there. May I rest well."
        assert heard("--name", "Di", "--phrase", "happy", "--profile", "cy") == "Di, here. May I be happy."

    def test_that_is_not_there_is_told_in_a_line(self, tmp_path: Path) -> None:
        kept(tmp_path, "name: Bo\n", "bo")
        for words in (["show", "waking"], ["render", "waking", "-o", "a.mp3"], ["play", "waking"]):
            run = run_metta(*words, "--profile", "bob", folder=tmp_path)
            assert (run.returncode, run.stdout) == (1, "")
            assert run.stderr == (
                "error: there is no profile 'bob'; did you mean 'bo'? 'metta profile init bob' makes it\n"
            )

    def test_of_a_faulty_one_is_told_with_its_place(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "name: Bo\npronoun: he\n")
        run = run_metta("show", "waking", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr == f"{path}:2:1: error: unknown key 'pronoun'; did you mean 'pronouns'?\n"


class TestShow:
    def test_prints_the_file_and_what_it_means(self, tmp_path: Path) -> None:
        text = "# mine\nname: Siobhán\nsay_as: shi vawn\nphrases: [rest, May I sleep., at-eas]\nslots: {touch: none}\n"
        path = kept(tmp_path, text + "people: {friend: {name: Tom, pronouns: he}}\n", "s")
        run = run_metta("profile", "show", "s", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout.startswith(f"{path}\n\n{text}people: ")
        meaning = run.stdout.partition("people: ")[2]
        for told in (
            "you are called Siobhán, said like 'shi vawn'\n", "they/them/their/theirs/themself\n",
            "May I rest well. May I sleep. there is no phrase 'at-eas'", "friend is Tom (he)\n", "4s in, 6s out",
            "touch      no (Is touch welcome?)\n",
        ):  # fmt: skip
            assert told in meaning

    @pytest.mark.parametrize("command", ["show", "edit"])
    def test_says_that_there_is_none(self, command: str, tmp_path: Path) -> None:
        run = run_metta("profile", command, folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr == "error: there is no profile 'me'; 'metta profile init me' makes it\n"


def editor(folder: Path, *results: str) -> dict[str, str]:
    """An editor that saves these results, one each time it is opened, and then opens without saving."""
    for number, result in enumerate(results):
        (folder / f"result{number}").write_text(result, encoding="utf-8")
    program = folder / "editor"
    program.write_text(
        "#!/bin/sh\n"
        'number=$(cat number 2>/dev/null || echo 0)\ncat "$1" > "opened$number"\n'
        '[ -e "result$number" ] && cat "result$number" > "$1"\necho $((number + 1)) > number\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return {"EDITOR": str(program), "VISUAL": str(program)}


class TestEdit:
    def run(self, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [METTA, "profile", "edit"],
            cwd=folder, env=homely(folder) | environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            encoding="utf-8", timeout=terminals.PATIENCE_S, check=False,
        )  # fmt: skip

    def test_keeps_a_good_result(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "# mine\nname: José\n")
        run = self.run(tmp_path, editor(tmp_path, "# mine\nname: Łukasz\n"))
        assert (run.returncode, run.stdout, run.stderr) == (0, f"{path}\n", "")
        assert (tmp_path / "opened0").read_text(encoding="utf-8") == "# mine\nname: José\n"
        assert path.read_text(encoding="utf-8") == "# mine\nname: Łukasz\n"
        assert path.stat().st_mode & 0o777 == 0o600
        assert [each.name for each in path.parent.iterdir()] == ["me.yaml"]

    def test_keeps_the_old_one_where_the_result_is_faulty(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "name: José\n")
        run = self.run(tmp_path, editor(tmp_path, "name: [\nBo\n"))
        assert (run.returncode, run.stdout) == (1, "")
        fault, stays = run.stderr.splitlines()
        assert fault.startswith(f"{path}:3:1: error: this is not YAML")
        assert stays == f"{path} stays as it was"
        assert path.read_text(encoding="utf-8") == "name: José\n"

    def test_goes_on_with_the_faulty_result_where_one_likes(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "name: José\n")
        environment = editor(tmp_path, "name: Bo\npronouns: zee\n", "name: Bo\npronouns: he\n")
        with Terminal(tmp_path, "profile", "edit", **environment) as terminal:
            terminal.answers(("Go on editing?", ""))
            assert terminal.ended() == 0
        assert f"{path}:2:1: error: the pronouns 'zee'" in terminal.text.replace("\n", "")
        assert (tmp_path / "opened1").read_text(encoding="utf-8") == "name: Bo\npronouns: zee\n"
        assert read_profile(path) == Profile(name="Bo", pronouns="he")

    @pytest.mark.parametrize(("answer", "code"), [("n", 1), ("\x03", 130)])
    def test_ends_with_the_faulty_result_where_one_likes(self, answer: str, code: int, tmp_path: Path) -> None:
        path = kept(tmp_path, "name: José\n")
        with Terminal(tmp_path, "profile", "edit", **editor(tmp_path, "nam: Bo\n")) as terminal:
            terminal.wait_for_text("Go on editing?")
            if answer == "n":
                terminal.press("n\n")
            else:
                terminal.answer("\x03")
            assert terminal.ended() == code
        assert path.read_text(encoding="utf-8") == "name: José\n"

    def test_mends_a_file_that_is_faulty_already(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "nam: José\n")
        assert self.run(tmp_path, editor(tmp_path, "name: José\n")).returncode == 0
        assert read_profile(path) == Profile(name="José")

    def test_that_saves_nothing_changes_nothing(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "name: José\n")
        run = self.run(tmp_path, editor(tmp_path))
        assert (run.returncode, run.stdout, run.stderr) == (0, f"nothing was saved; {path} stays as it was\n", "")

    def test_without_an_editor_is_told_in_a_line(self, tmp_path: Path) -> None:
        path = kept(tmp_path, "name: José\n")
        run = self.run(tmp_path, {"EDITOR": "/nowhere/editor", "VISUAL": "/nowhere/editor"})
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr.startswith("error: /nowhere/editor: ")
        assert run.stderr.endswith(f"set EDITOR to one that starts, or open {path} yourself\n")
        assert run.stderr.count("\n") == 1

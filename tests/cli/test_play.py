"""``metta play``: what it hands to the player, what it refuses, and what is left behind."""

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from helpers.sound import METTA, homely, run_metta, script
from helpers.staging import handed, staged
from helpers.terminals import STAGED, Terminal, wait_until

from synth.formats.track_file import read_timeline
from synth.live.commands import Command

CIRCLE = "[each person in roster]\nMay {person} be well.\n[end]"
SHORT = "# Arriving\n\nOne two three.\n\n# Closing\n\nFour five six."
LASTING = f"{SHORT} [breath 99 in 5s out 5s]"


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


class TestHelp:
    @pytest.mark.parametrize("command", ["play", "sit"])
    def test_tells_every_key_and_what_it_does(self, command: str, tmp_path: Path) -> None:
        told = run_metta(command, "--help", folder=tmp_path).stdout
        for key in Command:
            name = "space" if key is Command.HOLD else key.key
            assert re.search(rf"^ +{re.escape(name)} +{re.escape(key.about)}$", told, re.M)
        assert re.search(r"nothing is\s+bent while it runs", told)


class TestUsage:
    @pytest.mark.parametrize(
        "words",
        [
            "play a.md --quiet --plain", "play a.md --facilitator --quiet", "play a.md --facilitator --plain",
            "play a.md --output null --device Kitchen", "play a.md --output a.wav --device Kitchen",
            "play a.md --output a.wav --resume", "play a.md --output a.mp3", "play", "sit", "sit soon",
            "sit 10m --interval-bell 1s", "sit 10m --output a.mp3", "sit 10m --name Ana",
        ],
    )  # fmt: skip
    def test_that_is_wrong_ends_with_2(self, words: str, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(SHORT))
        run = staged(tmp_path, *words.split())
        assert (run.returncode, run.stdout) == (2, "")
        assert re.search(r"^Error: .+\n\Z", run.stderr, re.M)

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            ("play none.md", "none.md: there is no such file"),
            ("play a.md --resume", "a.md: it was left nowhere; play it without --resume"),
            ("play a.md --roster people.csv", r"'A test' has no \[each person in roster\], so no names .*"),
            ("sit 20s", "20s is too short for the bells to ring out; a sitting can last from 49s upwards"),
            ("sit 20m --bed nothing", ".*no .*nothing.*"),
        ],
    )
    def test_that_cannot_be_met_ends_with_1_and_a_line(self, words: str, told: str, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(SHORT))
        write(tmp_path, "people.csv", "name\nAna\n")
        run = staged(tmp_path, *words.split(), "--output", "null")
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(rf"error: {told}\n", run.stderr), run.stderr


class TestPlay:
    def test_hands_the_session_to_the_player(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("Hello {name}.", ["slots: {name: {}}"]))
        told = handed(tmp_path, "play", "a.md", "--name", "Ana", "--loudness", "-20", "--output", "null")
        assert told["says"] == ["Hello Ana."]
        assert (told["loudness"], told["meditation"], told["start_at"]) == (-20, "a.md", 0)
        assert told["device"] == ["null", None]

    def test_finds_the_loudspeaker_by_its_name(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("One."))
        assert handed(tmp_path, "play", "a.md", "--device", "Kitchen")["device"] == ["miniaudio", "Kitchen"]

    def test_knows_a_shipped_meditation_by_its_name(self, tmp_path: Path) -> None:
        with Terminal([*STAGED, "play", "waking", "--output", "null", "--no-log"], tmp_path) as terminal:
            terminal.wait_for("gone")
            terminal.press("q")
            assert terminal.ended() == 0
        assert json.loads((tmp_path / "staged.json").read_text(encoding="utf-8"))["meditation"] == "waking"

    @pytest.mark.parametrize("command", [["play", "a.md", "--voice", "tones"], ["sit", "50s"]])
    def test_into_a_file_is_the_whole_track(self, command: list[str], tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("One. [pause 500ms] Two."))
        run = run_metta(*command, "--output", "a.wav", folder=tmp_path)
        assert (run.returncode, run.stdout) == (0, "")
        timeline = read_timeline(tmp_path / "a.wav")
        assert timeline
        assert re.fullmatch(r".+, [\d.ms]+; Ctrl-C ends it gently\n", run.stderr)
        assert not list(tmp_path.rglob("place-*")), "nothing was sat"


class TestGround:
    def test_is_the_shipped_fragment_in_the_sessions_voice(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("One.", ["voice: {name: tones, rate: 130}"]))
        told = handed(tmp_path, "play", "a.md", "--output", "null")
        assert told["ground"][0] == "Let's come back to what is solid and near."
        assert "'tones'" in told["ground_style"]
        assert "rate=130" in told["ground_style"]
        told = handed(tmp_path, "play", "a.md", "--rate", "90", "--output", "null")
        assert "rate=90" in told["ground_style"]

    def test_is_the_scripts_own_where_there_is_one(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("Eins.", ["language: de"]))
        write(tmp_path, "fragments/ground.md", "Der Boden trägt.")
        assert handed(tmp_path, "play", "a.md", "--output", "null")["ground"] == ["Der Boden trägt."]

    def test_is_the_shipped_one_where_the_own_cannot_stand_alone(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("Hello {name}.\n\n[include ground]", ["slots: {name: {default: you}}"]))
        write(tmp_path, "fragments/ground.md", "The floor holds you, {name}.")
        told = handed(tmp_path, "play", "a.md", "--output", "null")
        assert told["says"] == ["Hello you.", "The floor holds you, you."]
        assert told["ground"][0] == "Let's come back to what is solid and near."

    def test_is_none_in_a_language_that_has_none(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("Eins.", ["language: de"]))
        assert handed(tmp_path, "play", "a.md", "--output", "null")["ground"] is None


class TestRoster:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("people.csv", "name;say_as;length\nAna;;15m\nSiobhan;shi vawn;\nŁukasz;;\n"),
            (
                "people.yaml",
                "- {name: Ana}\n- {name: Siobhan, say_as: shi vawn}\n- {name: Łukasz, phrase_1: May I rest.}\n",
            ),
        ],
    )
    def test_has_its_names_said_in_its_order(self, name: str, text: str, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(f"Welcome.\n\n{CIRCLE}"))
        write(tmp_path, name, text)
        told = handed(tmp_path, "play", "a.md", "--roster", name, "--output", "null")
        assert told["says"] == ["Welcome.", "May Ana be well.", "May Siobhan be well.", "May Łukasz be well."]

    def test_takes_the_place_of_the_scripts_own_names_and_of_nobodys_profile(self, tmp_path: Path) -> None:
        slots = ["slots: {roster: {type: people, default: [everyone]}, people: {type: people, default: [someone]}}"]
        write(tmp_path, "a.md", script(f"{CIRCLE}\n\n[each one in people]\nAnd {{one}}.\n[end]", slots))
        write(tmp_path, "people.csv", "name\nAna\n")
        person = ["--person", "friend=Tom", "--output", "null"]
        assert handed(tmp_path, "play", "a.md", *person)["says"] == ["May everyone be well.", "And Tom."]
        told = handed(tmp_path, "play", "a.md", *person, "--roster", "people.csv")
        assert told["says"] == ["May Ana be well.", "And Tom."]

    def test_can_be_said_in_a_track_by_hand(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(CIRCLE))
        run = run_metta(
            "show", "a.md", "--set", "roster=Ana|Tom", "--voice", "tones", "--timeline", "t.json", folder=tmp_path
        )
        assert run.returncode == 0, run.stderr
        cues = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["cues"]
        said = [cue["text"] for cue in cues if cue["kind"] == "speech"]
        assert said == ["May Ana be well.", "May Tom be well."]

    def test_that_is_not_given_is_asked_for(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(CIRCLE))
        run = staged(tmp_path, "play", "a.md", "--output", "null")
        assert run.returncode == 1
        assert re.fullmatch(r"error: 'A test' needs --set roster=… \(.*--roster FILE.*\)\n", run.stderr)

    def test_may_be_left_out_where_the_script_asks_whether_there_is_one(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(f"Welcome.\n\n[if roster]\n{CIRCLE}\n[end]"))
        assert handed(tmp_path, "play", "a.md", "--output", "null")["says"] == ["Welcome."]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("name,age\nAna,3\n,4\nTom,5,6\n", "people.csv:3:1: error: the name is empty\n"
             "people.csv:4:1: error: '6' stands in no column; is there a separator too many?\n"),
            ("nmae\nAna\n", "people.csv:1:1: error: there is no column 'name'; is it 'nmae'?\n"),
            ("name\n", "error: people.csv: nobody stands in this roster\n"),
        ],
    )  # fmt: skip
    def test_with_faults_is_told_row_by_row(self, text: str, told: str, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(CIRCLE))
        write(tmp_path, "people.csv", text)
        run = staged(tmp_path, "play", "a.md", "--roster", "people.csv", "--output", "null")
        assert (run.returncode, run.stderr) == (1, told)

    def test_is_no_slot_that_every_script_is_asked_for(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("One."))
        assert "roster" not in run_metta("show", "a.md", folder=tmp_path).stdout


def logged(folder: Path) -> int:
    """How many sittings are in the log."""
    told = json.loads(run_metta("log", "--json", folder=folder).stdout)
    return len(told["sittings"])


class TestRemembering:
    def left_in_the_second(self, folder: Path, *options: str, answer: str | None = None) -> str:
        """Plays until the second section, and leaves; what is said afterwards. ``answer``: to whether to log."""
        with Terminal([*STAGED, "play", "a.md", "--output", "null", *options], folder) as terminal:
            terminal.wait_for("breathe in")
            terminal.press("q")
            if answer is not None:
                terminal.wait_for("Shall your sittings be kept in a log")
                terminal.answer(answer)
            assert terminal.ended() == 0
            return terminal.text[terminal.text.rindex("q end") :]

    def test_goes_on_where_it_was_left(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(LASTING))
        self.left_in_the_second(tmp_path, answer="n\n")
        assert handed(tmp_path, "play", "a.md", "--resume", "--output", "null")["start_at"] == 3

    def test_a_sitting_is_logged_where_that_is_asked(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("One."))
        for option, count in ((None, 0), ("--no-log", 0), ("--log", 1), ("--log", 2), (None, 2)):
            handed(tmp_path, "play", "a.md", "--output", "null", *filter(None, [option]))
            assert logged(tmp_path) == count

    def test_a_sitting_that_ctrl_c_ends_is_logged_too(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(LASTING))
        with Terminal([*STAGED, "play", "a.md", "--output", "null", "--log"], tmp_path) as terminal:
            terminal.wait_for("breathe in")
            terminal.press("\x03")
            assert terminal.ended() == 130
        assert logged(tmp_path) == 1

    @pytest.mark.parametrize(("answer", "count"), [("y\n", 2), ("n\n", 0), ("\n", 0), ("\x04", 0), ("\x03", 0)])
    def test_whether_to_log_is_asked_once(self, tmp_path: Path, answer: str, count: int) -> None:
        write(tmp_path, "a.md", script(LASTING))
        self.left_in_the_second(tmp_path, answer=answer)
        assert "Shall" not in self.left_in_the_second(tmp_path)
        assert logged(tmp_path) == count

    def test_whether_to_log_is_not_asked_where_it_is_said(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script(LASTING))
        assert "log" not in self.left_in_the_second(tmp_path, "--no-log")
        assert "Shall" in self.left_in_the_second(tmp_path, answer="n\n")


@pytest.mark.realtime
class TestWithTheEngine:
    """Screen, keys and player together, on a device that only keeps time."""

    def test_a_key_bends_the_session_and_what_it_did_is_told(self, tmp_path: Path) -> None:
        write(tmp_path, "a.md", script("One two three. [pause 30m]\n\n# Closing\n\n[bell] Goodbye. [pause 30m]"))
        play: list[str | Path] = [METTA, "play", "a.md", "--voice", "tones", "--output", "null", "--log"]
        with Terminal(play, tmp_path, columns=60) as terminal:
            terminal.wait_for("One two three.")
            terminal.press("s")
            terminal.wait_for("staying a minute longer")
            terminal.press(" ")
            terminal.wait_for("held at")
            terminal.press(" ")
            terminal.wait(lambda: "held at" not in terminal.screen, "going on")
            terminal.press("n")
            terminal.wait_for("Closing")
            terminal.press("q")
            assert terminal.ended() == 0
            assert terminal.given_back
        (sat,) = json.loads(run_metta("log", "--json", folder=tmp_path).stdout)["sittings"]
        assert (sat["meditation"], sat["ended"]) == ("a.md", "left")


class Tmux:
    """A real terminal of a given size, without a window: keys are sent, its screen is captured."""

    def __init__(self, folder: Path, columns: int, rows: int) -> None:
        self.socket = folder / "tmux.sock"
        self.folder = folder
        size = ["-x", str(columns), "-y", str(rows)]
        own = {key: value for key, value in homely(folder).items() if key not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.run("-f", "/dev/null", "new-session", "-d", *size, "sh -i", env=own | {"ENV": ""})
        self.type("PS1='rea''dy> '", "Enter")
        self.wait_for("ready>")

    def run(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        command = ["tmux", "-u", "-S", str(self.socket), *arguments]
        return subprocess.run(command, cwd=self.folder, env=env, check=True, capture_output=True, text=True).stdout

    def type(self, *keys: str) -> None:
        self.run("send-keys", *keys)

    @property
    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def wait_for(self, words: str) -> str:
        """The screen, as soon as it holds some words."""
        seen: list[str] = []

        def shown() -> bool:
            seen.append(self.screen)
            return words in seen[-1]

        wait_until(shown, lambda: seen[-1])
        return seen[-1]

    def wait_for_the_shell(self) -> None:
        """Waits until it asks for another command."""
        wait_until(lambda: lines_of(self.screen)[-1:] == ["ready>"], lambda: self.screen)


@pytest.fixture
def tmux(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Tmux]:
    if not shutil.which("tmux"):
        pytest.skip("tmux isn't installed: no terminal that can be looked at")
    window = Tmux(tmp_path, *request.param)
    yield window
    window.run("kill-server")


def lines_of(screen: str) -> Sequence[str]:
    return [line.strip() for line in screen.splitlines() if line.strip()]


class TestAsAPersonWould:
    SCRIPT = script(
        "# Arriving\n\n"
        "Find a way of sitting that lets you be comfortable, with your eyes open or closed. [pause 1h]\n\n"
        "There is nothing to get right. [pause 1h]\n\n[breath 99 in 2s out 2s]\n\nHow is it now?\n\n# Closing\n\n"
        "We are coming to the end. [pause 1h]",
        title="A short rest",
    )

    @pytest.mark.parametrize("tmux", [(60, 24), (100, 30)], indirect=True)
    def test_a_session_is_followed_bent_laid_aside_and_ended(self, tmux: Tmux, tmp_path: Path) -> None:
        write(tmp_path, "a.md", self.SCRIPT)
        tmux.type("clear; echo before", "Enter")
        tmux.wait_for("before")
        tmux.type(shlex.join([*STAGED, "play", "a.md", "--output", "null"]), "Enter")
        screen = tmux.wait_for("Find a way of sitting")
        assert lines_of(screen)[:2] == ["A short rest", "Arriving"]
        tmux.wait_for("space hold")
        tmux.type("s")
        assert "stay here a minute longer" in tmux.wait_for("stay here")
        tmux.type(".")
        tmux.wait_for("There is nothing to get right.")
        tmux.type(".")
        assert "━" in tmux.wait_for("breathe in")
        tmux.wait_for("breathe out")
        tmux.type(".")
        tmux.wait_for("How is it now?")
        tmux.wait_for("a number from 0 to 10, then Enter")
        tmux.type("7", "Enter")
        assert "Closing" in tmux.wait_for("We are coming to the end.")
        tmux.type("Up")
        tmux.type("C-z")
        assert "before" in tmux.wait_for("Stopped"), "the shell's own screen"
        tmux.type("fg", "Enter")
        tmux.wait_for("held at")
        tmux.type("Space")
        tmux.wait_for("going on")
        tmux.type("q")
        screen = tmux.wait_for("Shall your sittings be kept")
        assert "before" in screen
        assert "Closing" not in screen
        tmux.type("Enter")
        tmux.type("stty -a; echo code $?", "Enter")
        assert " icanon" in tmux.wait_for("code 0")

    @pytest.mark.parametrize("tmux", [(60, 24)], indirect=True)
    def test_quiet_plain_and_facilitator_look_as_they_are_called(self, tmux: Tmux, tmp_path: Path) -> None:
        write(tmp_path, "a.md", self.SCRIPT)
        tmux.type(shlex.join([*STAGED, "play", "a.md", "--output", "null", "--quiet", "--no-log"]), "Enter")
        tmux.wait_for("·")
        assert lines_of(tmux.screen) == ["·"]
        tmux.type("q")
        tmux.wait_for_the_shell()
        tmux.type(shlex.join([*STAGED, "play", "a.md", "--output", "null", "--facilitator", "--no-log"]), "Enter")
        screen = tmux.wait_for("How is it now?")
        assert screen.index("There is nothing") < screen.index("How is it now?") < screen.index("We are coming")
        tmux.type("q")
        tmux.wait_for_the_shell()
        tmux.type(shlex.join([*STAGED, "play", "a.md", "--output", "null", "--plain", "--no-log"]), "Enter")
        tmux.wait_for("Find a way")
        tmux.type("k")
        screen = tmux.wait_for("(ring the bell)")
        assert "Section: Arriving\n" in screen
        tmux.type("C-c")
        tmux.wait_for("interrupted")

"""The command as a whole: its help, how it is used wrongly, how it is interrupted."""

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from helpers.sound import METTA, homely, left_in, run_metta, script
from helpers.terminals import PATIENCE_S, wait_until

from synth.cli.group import COMMANDS as SENTENCES
from synth.cli.group import cli

ROOT = Path(__file__).parent.parent.parent
README = ROOT / "README.md"
LONG = script("[repeat 300]\nOne two three. [pause 30s]\n[end]\n", ["bed: {sound: drone}"])


def commands(group: click.Group = cli, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its words, those of groups too."""
    for name in group.commands:
        command = group.resolve_command(click.Context(group), [name])[1]
        assert command
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))


COMMANDS = dict(commands())
NAMES = [" ".join(words) for words in COMMANDS]


class TestHelp:
    @pytest.mark.parametrize("words", COMMANDS, ids=NAMES)
    def test_of_every_command_tells_all_its_options(self, words: tuple[str, ...], tmp_path: Path) -> None:
        run = run_metta(*words, "--help", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, "")
        told = " ".join(run.stdout.split())
        command = COMMANDS[words]
        docstring = (command.callback and command.callback.__doc__) or ""
        assert docstring.strip(), "it says what it does"
        assert " ".join(docstring.split())[:60] in told
        assert len(words) > 1 or " ".join(SENTENCES[words[0]].split()) in told
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name != "help":
                assert parameter.opts[-1] in told
                assert parameter.help, f"{parameter.opts[-1]} says what it is for"
                assert " ".join(parameter.help.split()) in told
            elif isinstance(parameter, click.Argument):
                assert (parameter.metavar or str(parameter.name).upper()) in told

    @pytest.mark.parametrize("name", NAMES)
    def test_of_every_command_is_in_the_readme(self, name: str) -> None:
        assert re.search(rf"metta {name}\b", README.read_text(encoding="utf-8"))

    def test_of_the_whole_names_commands_and_exit_codes(self, tmp_path: Path) -> None:
        told = run_metta("--help", folder=tmp_path).stdout
        for (name, *more), _ in COMMANDS.items():
            assert more or re.search(rf"^  {name} +\w", told, re.M)
        assert re.search(r"Exit codes: 0 .* 1 .* 2 .* 3 .* 130", " ".join(told.split()))

    def test_of_the_whole_knows_every_command_there_is(self) -> None:
        assert set(cli.commands) == set(SENTENCES)

    @pytest.mark.parametrize("name", SENTENCES)
    def test_of_the_whole_says_of_a_command_what_it_says_of_itself(self, name: str) -> None:
        assert COMMANDS[(name,)].get_short_help_str(limit=1_000) == SENTENCES[name]

    @pytest.mark.parametrize("name", SENTENCES)
    def test_of_a_command_says_its_sentence_once(self, name: str) -> None:
        told = " ".join(str(COMMANDS[(name,)].help).split())
        assert told.count(SENTENCES[name][:30]) == 1

    @pytest.mark.parametrize("name", SENTENCES)
    def test_of_a_command_is_in_the_file_of_its_name(self, name: str) -> None:
        callback = COMMANDS[(name,)].callback
        assert callback
        assert callback.__module__ == f"synth.cli.{name}"

    def test_nobody_is_left_without_a_word(self, tmp_path: Path) -> None:
        run = run_metta(folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, "")
        assert "metta play" in run.stdout
        assert "metta --help" in run.stdout
        assert left_in(tmp_path) == set()

    def test_the_version(self, tmp_path: Path) -> None:
        from synth import __version__

        run = run_metta("--version", folder=tmp_path)
        assert (run.returncode, run.stdout.split()[-1]) == (0, __version__)


class TestUsage:
    @pytest.mark.parametrize(
        "words",
        [
            "render waking", "render", "rendr waking", "render waking -o a.txt", "render waking -o a.mp3 --length soon",
            "render waking -o a.mp3 --loudness 3", "render waking -o a.mp3 --set name", "play waking --output a.mp3",
            "verify", "sounds --play", "show waking --rate fast", "--nonsense",
        ],
    )  # fmt: skip
    def test_that_is_wrong_ends_with_2(self, words: str, tmp_path: Path) -> None:
        run = run_metta(*words.split(), folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr.startswith("Usage: metta")
        assert re.search(r"^Error: .+\n\Z", run.stderr, re.M)
        assert left_in(tmp_path) == set()

    @pytest.mark.parametrize(("word", "meant"), [("rendr", "render"), ("lst", "list"), ("profil", "profile")])
    def test_that_is_nearly_right_is_told_what_was_meant(self, word: str, meant: str, tmp_path: Path) -> None:
        run = run_metta(word, folder=tmp_path)
        assert f"No such command '{word}'" in run.stderr
        assert f"'{meant}'" in run.stderr


def _started(arguments: list[str], folder: Path) -> subprocess.Popen[str]:
    """A command in a process group of its own, as a terminal starts it."""
    return subprocess.Popen(
        [METTA, *arguments],
        cwd=folder,
        env=homely(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _goes_on_until(process: subprocess.Popen[str], seen: Callable[[], object]) -> None:
    """Waits until something is seen of a command that has not ended before."""
    wait_until(lambda: seen() or process.poll() is not None)
    assert process.poll() is None, "it was done before it could be interrupted"


def _ended(process: subprocess.Popen[str], send: Callable[[int, int], Any]) -> tuple[int, str]:
    """Ctrl-C: the exit code and the errors told."""
    send(process.pid, signal.SIGINT)
    try:
        _, told = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return process.returncode, told


INTERRUPTING = """\
import runpy, sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "{imported}":
            sys.meta_path.remove(self)
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
sys.argv = ["metta", "list"]
{start}
"""
STARTS = {
    "metta": "from synth.__main__ import main; main()",
    "python -m synth": "runpy.run_module('synth', run_name='__main__', alter_sys=True)",
}


class TestInterrupted:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "long.md").write_text(LONG, encoding="utf-8")
        return tmp_path

    @pytest.mark.realtime
    def test_while_it_plays(self, folder: Path) -> None:
        process = _started(["play", "long.md", "--voice", "tones", "--output", "null", "--plain"], folder)
        assert process.stderr
        assert process.stdout
        assert "Ctrl-C ends it gently" in process.stderr.readline()
        assert "One two three.\n" in process.stdout
        assert process.poll() is None
        assert _ended(process, os.killpg) == (130, "interrupted\n")

    @pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["the command", "its whole group"])
    @pytest.mark.parametrize("ending", ["mp3", "m4a", "wav"])
    def test_while_it_renders(self, folder: Path, ending: str, send: Callable[[int, int], Any]) -> None:
        options = ["--voice", "tones", "--transcript", "vtt"]
        process = _started(["render", "long.md", "-o", f"long.{ending}", *options], folder)
        _goes_on_until(process, lambda: list(folder.glob(".metta-*/*")))
        assert _ended(process, send) == (130, "interrupted\n")
        assert left_in(folder) == {"long.md"}

    def test_while_it_speaks(self, folder: Path) -> None:
        words = [f"This is the sentence of number {number}, and it is not short." for number in range(300)]
        (folder / "words.md").write_text(script("\n\n".join(words)), encoding="utf-8")
        process = _started(["render", "words.md", "-o", "words.mp3"], folder)
        _goes_on_until(process, lambda: list((folder / "home").rglob("speech/??/*")))
        assert _ended(process, os.killpg) == (130, "interrupted\n")
        assert left_in(folder) == {"long.md", "words.md"}

    @pytest.mark.parametrize("start", STARTS)
    @pytest.mark.parametrize(
        "imported",
        ["synth.cli", "synth.cli.group", "click", "click.core", "synth.cli.list", "synth.app.meditations", "pydantic"],
    )
    def test_while_its_parts_are_imported(self, imported: str, start: str, tmp_path: Path) -> None:
        """KeyboardInterrupt is raised where Python begins to import a part, as Ctrl-C would do just then."""
        run = subprocess.run(
            [sys.executable, "-c", INTERRUPTING.format(imported=imported, start=STARTS[start])],
            cwd=tmp_path, env=homely(tmp_path), capture_output=True, text=True, timeout=PATIENCE_S, check=False,
        )  # fmt: skip
        assert (run.returncode, run.stdout, run.stderr) == (130, "", "interrupted\n")

    def test_from_its_first_line_on(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        assert project["scripts"] == {"metta": "synth.__main__:main"}, "the module that imports nothing before"


@pytest.mark.parametrize(
    "words",
    ["render waking -o {}.mp3", "render {}.md -o a.mp3", "show {}", "check {}", "render waking -o a.mp3 --timeline {}"],
)
def test_a_name_that_no_file_can_have_is_told_in_a_line(words: str, tmp_path: Path) -> None:
    run = run_metta(*words.format("a" * 300).split(), folder=tmp_path)
    assert run.returncode == 1
    assert re.fullmatch(r"error: a+…: no file can have so long a name; choose a shorter one\n", run.stderr)
    assert left_in(tmp_path) == set()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is full")
def test_a_full_output_is_told_in_a_line(tmp_path: Path) -> None:
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [METTA, "list"],
            cwd=tmp_path,
            env=homely(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (run.returncode, run.stderr) == (3, "error: there is no room left where this is written to; make some\n")

"""``metta render``: what it writes and says, and how it tells what can't be made."""

import json
import os
import pty
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from helpers.sound import METTA, homely, left_in, run_metta, script

SHORT = script("One two three. [pause 500ms]\n\nFour five. [pause 500ms]")


class TestRender:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        (tmp_path / "a.md").write_text(SHORT, encoding="utf-8")
        return tmp_path

    @pytest.mark.parametrize("ending", ["mp3", "flac", "WAV"])
    def test_writes_a_file_and_says_so(self, folder: Path, ending: str) -> None:
        run = run_metta("render", "a.md", "-o", f"b.{ending}", "--voice", "tones", folder=folder)
        assert (run.returncode, run.stderr) == (0, ""), "no progress where nobody watches"
        assert run.stdout.startswith(f"b.{ending}\n")
        assert "-16.0 LUFS" in run.stdout
        assert left_in(folder) == {"a.md", f"b.{ending}"}

    def test_writes_the_timeline(self, folder: Path) -> None:
        run_metta("render", "a.md", "-o", "b.wav", "--timeline", "b.json", "--voice", "tones", folder=folder)
        timeline = json.loads((folder / "b.json").read_text(encoding="utf-8"))
        assert timeline["version"] == 1
        assert left_in(folder) == {"a.md", "b.wav", "b.json"}

    def test_keeps_the_old_file_where_it_cannot_make_the_new_one(self, folder: Path) -> None:
        (folder / "b.mp3").write_bytes(b"what was there")
        (folder / "bad.md").write_text(script("[gong]"), encoding="utf-8")
        assert run_metta("render", "bad.md", "-o", "b.mp3", folder=folder).returncode == 1
        assert (folder / "b.mp3").read_bytes() == b"what was there"

    def test_takes_names_as_they_are(self, folder: Path) -> None:
        name = "-ö 100% [bell] 'x'.mp3"
        (folder / "dir with space").mkdir()
        target = folder / "dir with space" / name
        run = run_metta("render", "a.md", "-o", target, "--voice", "tones", folder=folder)
        assert (run.returncode, run.stderr) == (0, "")
        assert target.stat().st_size > 1_000

    def test_says_who_listens(self, folder: Path) -> None:
        (folder / "b.md").write_text(
            script("Hello {name}, said {friend}.", ["slots: {name: {default: you}, friend: {}}"]), encoding="utf-8"
        )
        arguments = ["--voice", "tones", "--name", "José", "--person", "friend=Łukasz", "--timeline", "t.json"]
        assert run_metta("render", "b.md", "-o", "b.wav", *arguments, folder=folder).returncode == 0
        (cue,) = json.loads((folder / "t.json").read_text(encoding="utf-8"))["cues"]
        assert (cue["text"], cue["personal"]) == ("Hello José, said Łukasz.", True)

    def test_a_terminal_sees_a_bar(self, folder: Path) -> None:
        seen = _in_terminal(["render", "a.md", "-o", "b.mp3", "--voice", "tones"], folder)
        assert re.search(r"speaking .*100%", seen)
        assert re.search(r"mixing .*100%", seen)
        assert left_in(folder) == {"a.md", "b.mp3"}


def _in_terminal(arguments: list[str], folder: Path) -> str:
    """What a command writes to standard error where that is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [METTA, *arguments], cwd=folder, env=homely(folder) | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    seen = bytearray()
    try:
        while piece := os.read(ours, 4_096):
            seen += piece
    except OSError:  # Linux tells the end of a terminal so
        pass
    finally:
        os.close(ours)
    stdout, _ = process.communicate()
    assert process.returncode == 0
    assert b"%" not in stdout
    return seen.decode()


BOMB = ["a: &a [x, x, x, x, x, x, x, x, x]"] + [
    f"{later}: &{later} [{', '.join([f'*{sooner}'] * 9)}]" for sooner, later in zip("abcdefgh", "bcdefghi", strict=True)
]

BAD_SCRIPTS: dict[str, tuple[str, str]] = {
    "an unknown marker": (script("One. [gong]"), r"4:6: error: unknown marker \[gong\].*"),
    "a marker that is nearly one": (script("One. [puase 5s]"), r"4:6: error: .*did you mean \[pause 5s\]\?"),
    "a slot that is not declared": (script("Hello {name}."), r"4:7: error: .*no slot 'name'.*"),
    "a bracket that is not closed": (script("One. [pause 5s"), r"4:6: error: this bracket is never closed.*"),
    "a missing end": (script("[repeat 3]\nOne."), r"4:1: error: \[repeat\] has no \[end\]"),
    "an end too many": (script("One. [end]"), r"4:6: error: this \[end\] closes nothing.*"),
    "a huge loop": (script("[repeat 999999]\nOne.\n[end]"), r"4:1: error: \[repeat 999999\].*"),
    "loops in loops": (
        script("[repeat 9999]\n[repeat 9999]\nOne.\n[end]\n[end]"), r"4:1: error: .*more than 10000 utterances.*",
    ),
    "a pause of years": (script("One. [pause 99999h]"), r"4:6: error: .*99999h is too long.*"),
    "a pause before now": (script("One. [pause -5s]"), r"4:6: error: .*can't be negative.*"),
    "a pause before now, typographically": (script("One. [pause −5s]"), r"4:6: error: .*can't be negative.*"),
    "an endless pause": (script("One. [pause inf]"), r"4:6: error: .*"),
    "broken YAML": (script("One.", ["voice: {rate: 110"]), r"\d:\d+: error: this is not YAML.*"),
    "a YAML bomb": (script("One.", BOMB), r"4:\d+: error: .*alias.*"),
    "YAML that would run a program": (
        script("One.", ['summary: !!python/object/apply:os.system ["touch run"]']),
        r"3:\d+: error: .*\(a tag\) is not read here.*",
    ),
    "a header without an end": ("---\ntitle: A test\n\nOne.\n", r"1:1: error: .*header.*"),
    "an unknown key": (script("One.", ["lenght: 5m"]), r"3:1: error: .*'lenght'; did you mean 'length'\?"),
    "a bell that is not there": (script("One. [bell zither]"), r"4:6: error: there is no bell 'zither'.*"),
    "a bed that is not there": (script("One.", ["bed: {sound: zither}"]), r"1:1: error: there is no bed 'zither'.*"),
    "an include that climbs out": (script("[include ../../../etc/passwd]"), r"4:1: error: \[include\].*"),
    "an include of an absolute path": (script("[include /etc/passwd]"), r"4:1: error: \[include\].*"),
    "an include that is not there": (script("[include nothing]"), r"4:1: error: \[include nothing\].*"),
    "nothing at all": ("", r"1:1: error: .*"),
    "nothing to say": (script(""), r"1:1: error: nothing stands under the header.*"),
    "a character that cannot be said": (script("One \x07 two."), r"4:5: error: .*U\+0007.*"),
}  # fmt: skip


class TestBadScripts:
    @pytest.mark.parametrize("kind", BAD_SCRIPTS)
    def test_is_told_in_a_line_with_its_place(self, kind: str, tmp_path: Path) -> None:
        text, expected = BAD_SCRIPTS[kind]
        (tmp_path / "bad.md").write_text(text, encoding="utf-8")
        run = run_metta("render", "bad.md", "-o", "bad.mp3", "--voice", "tones", folder=tmp_path, timeout_s=20)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(rf"bad\.md:{expected}\n", run.stderr), run.stderr
        assert left_in(tmp_path) == {"bad.md"}

    def test_tells_every_problem_in_a_line_of_its_own(self, tmp_path: Path) -> None:
        body = "[gong]\n\nHello {name}. [pause 99999h]\n\n[repeat 3]\nOne."
        (tmp_path / "bad.md").write_text(script(body), encoding="utf-8")
        run = run_metta("render", "bad.md", "-o", "bad.mp3", folder=tmp_path)
        places = [line.split(": error: ")[0] for line in run.stderr.splitlines()]
        assert places == ["bad.md:4:1", "bad.md:6:7", "bad.md:6:15", "bad.md:8:1"]

    @pytest.mark.parametrize("name", ["noise.md", "latin.md"])
    def test_of_another_encoding(self, tmp_path: Path, name: str) -> None:
        (tmp_path / "noise.md").write_bytes(np.random.RandomState(1).bytes(5_000))
        (tmp_path / "latin.md").write_bytes(script("One.\n\nJosé.").encode("latin-1"))
        run = run_metta("render", name, "-o", "a.mp3", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(rf"{name}:\d+:1: error: this is not UTF-8 text.*\n", run.stderr)
        assert left_in(tmp_path) == {"noise.md", "latin.md"}

    def test_of_random_characters(self, tmp_path: Path) -> None:
        """Each line is a problem at a place, whatever was typed."""
        random = np.random.RandomState(7)
        letters = list("ab{}[]<>#\\-:'\"\n\n 5s&*!|%@`")
        (tmp_path / "bad.md").write_text(script("".join(random.choice(letters, 600))), encoding="utf-8")
        run = run_metta("check", "bad.md", folder=tmp_path)
        assert (run.returncode, run.stderr) == (1, "")
        assert all(re.match(r"bad\.md:\d+:\d+: (error|warning): \S", line) for line in run.stdout.splitlines())


def _elastic(folder: Path) -> list[str | Path]:
    (folder / "a.md").write_text(script("One two. [pause 5s..10s]"), encoding="utf-8")
    return ["a.md", "-o", "b.mp3"]


def _slot(folder: Path) -> list[str | Path]:
    (folder / "a.md").write_text(script("Hello {who}.", ["slots: {who: {ask: Who is it?}}"]), encoding="utf-8")
    return ["a.md", "-o", "b.mp3"]


BAD_REQUESTS: dict[str, tuple[Callable[[Path], list[str | Path]], str]] = {
    "a length too long": (lambda f: [*_elastic(f), "--length", "1h"], "1h is out of reach.* runs from .* to .*"),
    "a length too short": (lambda f: [*_elastic(f), "--length", "3s"], "3s is out of reach.* runs from .* to .*"),
    "no script": (lambda f: ["none.md", "-o", "b.mp3"], r"none\.md: there is no such file"),
    "no meditation": (lambda f: ["wakign", "-o", "b.mp3"], r"wakign: .*did you mean 'waking'\?.*"),
    "a folder as a script": (lambda f: [f / "home", "-o", "b.mp3"], ".*/home: this is a folder.*"),
    "no folder to write to": (lambda f: [*_elastic(f)[:1], "-o", "there/b.mp3"], r"there/b\.mp3: the folder there .*"),
    "a folder to write": (lambda f: [*_elastic(f)[:1], "-o", _folder(f, "b.mp3")], r".*b\.mp3: this is a folder.*"),
    "a slot without a value": (_slot, r".*--set who=….*Who is it\?.*"),
    "a slot that is not there": (lambda f: [*_slot(f), "--set", "wo=x"], "'A test' has no slot 'wo'.*'who'.*"),
    "a profile that is not there": (lambda f: [*_elastic(f), "--profile", "p.yaml"], r"p\.yaml: .*can't be read.*"),
    "a bell that is not there": (lambda f: [*_elastic(f), "--bell", "bwol"], "there is no bell 'bwol'.*'bowl'.*"),
    "a bed from afar": (lambda f: [*_elastic(f), "--bed", "http://127.0.0.1:9/a.mp3"], "there is no bed 'http:.*"),
    "a bed that is no sound": (lambda f: [*_elastic(f), "--bed", "a.md"], r".*a\.md: this can't be read as sound.*"),
    "an empty name": (lambda f: [*_elastic(f), "--name", " "], "--name is empty.*"),
}


def _folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


class TestBadRequests:
    @pytest.mark.parametrize("kind", BAD_REQUESTS)
    def test_is_told_in_a_line(self, kind: str, tmp_path: Path) -> None:
        asks, expected = BAD_REQUESTS[kind]
        (tmp_path / "home").mkdir()
        arguments = asks(tmp_path)
        before = left_in(tmp_path)
        run = run_metta("render", *arguments, "--voice", "tones", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(rf"error: {expected}\n", run.stderr), run.stderr
        assert left_in(tmp_path) == before

    @pytest.mark.parametrize("command", ["show", "play", "verify"])
    def test_of_every_command_is_told_likewise(self, command: str, tmp_path: Path) -> None:
        run = run_metta(command, "none.md", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(r"error: none\.md: there is no such file\n", run.stderr)

    def test_of_check_is_told_among_the_problems(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(script("[gong]"), encoding="utf-8")
        run = run_metta("check", "none.md", "a.md", folder=tmp_path)
        assert run.returncode == 1
        assert [line.split(":")[0] for line in run.stdout.splitlines()] == ["none.md", "a.md"]

    def test_of_verify_is_told_for_what_is_no_track(self, tmp_path: Path) -> None:
        for name, content in (("a.mp3", b""), ("b.flac", b"fLaC" + bytes(99)), ("c.wav", b"words" * 99), ("d", b"x")):
            (tmp_path / name).write_bytes(content)
            run = run_metta("verify", name, folder=tmp_path)
            assert (run.returncode, run.stdout) == (1, "")
            assert re.fullmatch(rf"error: {name}: .+\n", run.stderr), run.stderr


class TestMachine:
    @pytest.mark.parametrize("voice", ["pyttsx3:nonsense", "nobody", "nobody:at-all", "tones:bass"])
    def test_that_lacks_the_voice_ends_with_3(self, tmp_path: Path, voice: str) -> None:
        (tmp_path / "a.md").write_text(SHORT, encoding="utf-8")
        run = run_metta("render", "a.md", "-o", "b.mp3", "--voice", voice, folder=tmp_path)
        assert (run.returncode, run.stdout) == (3, "")
        assert re.fullmatch(r"error: .*no .*(voice|engine) '[a-z0-9-]+'.*\n", run.stderr)
        assert left_in(tmp_path) == {"a.md"}

    def test_that_cannot_keep_anything_ends_with_3(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(SHORT, encoding="utf-8")
        (tmp_path / "home").mkdir()
        (tmp_path / "home" / "cache").write_text("a file, where a folder should be", encoding="utf-8")
        run = run_metta("render", "a.md", "-o", "b.mp3", "--voice", "tones", folder=tmp_path)
        assert (run.returncode, run.stdout) == (3, "")
        assert re.fullmatch(r"error: .*home/cache.*can't be kept there.*\n", run.stderr)
        assert left_in(tmp_path) == {"a.md"}

    def test_that_has_no_loudspeaker_ends_with_3(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(SHORT, encoding="utf-8")
        found = json.loads(run_metta("doctor", "--json", folder=tmp_path).stdout)
        if {row["part"]: row["state"] for row in found}["loudspeaker"] == "good":
            pytest.skip("this machine has a loudspeaker")
        run = run_metta("play", "a.md", "--voice", "tones", folder=tmp_path)
        assert (run.returncode, run.stdout) == (3, "")
        assert re.search(r"^error: no loudspeaker can be opened .*--output FILE\.wav\n\Z", run.stderr, re.M)

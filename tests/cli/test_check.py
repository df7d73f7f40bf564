"""``metta check``: a line a problem, the place under it at a terminal, and the same again at every save."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.sound import METTA, run_metta, script
from helpers.terminals import Terminal

import synth.cli.check
from synth.app import workspace
from synth.cli.group import cli

BAD = "---\ntitle: T\n---\nHello [puase 5s] there, {nam}.\n"
GOOD = (
    "---\ntitle: T\n---\nSit as you like, your eyes open or closed. You can stop at any time. [pause 2m]\n\n"
    "Feel the floor. [bell]\n"
)


def shows(terminal: Terminal, words: str) -> None:
    """Waits until a terminal has shown some lines."""
    terminal.wait(lambda: words in terminal.text.replace("\r", ""), repr(words))


def test_a_pipe_gets_one_line_a_problem(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(BAD, encoding="utf-8")
    run = run_metta("check", "bad.md", folder=tmp_path)
    assert run.returncode == 1
    assert [line.split(": ")[0] for line in run.stdout.splitlines()] == ["bad.md:4:7", "bad.md:4:25"]


def test_json_holds_every_problem(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(script("[gong]\n\nHello {nmae}."), encoding="utf-8")
    run = run_metta("check", "a.md", "--json", folder=tmp_path)
    assert (run.returncode, run.stderr) == (1, "")
    problems = json.loads(run.stdout)
    assert [(p["file"], p["line"], p["column"], p["severity"]) for p in problems] == [
        ("a.md", 4, 1, "error"), ("a.md", 6, 7, "error"),
    ]  # fmt: skip


def test_json_of_all_that_ship_is_empty(tmp_path: Path) -> None:
    run = run_metta("check", "--json", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert all(problem["severity"] == "note" for problem in json.loads(run.stdout))


def test_watching_tells_the_same_at_every_save_and_how_long_it_would_take(tmp_path: Path) -> None:
    mine = tmp_path / "mine.md"
    mine.write_text(BAD, encoding="utf-8")
    with Terminal([METTA, "check", "--watch", "mine.md"], tmp_path) as terminal:
        shows(terminal, "mine.md:4:7: error: unknown marker [puase]")
        shows(terminal, "mine.md: no length yet")
        mine.write_text(GOOD, encoding="utf-8")
        shows(terminal, "1 script, nothing to mend")
        shows(terminal, "mine.md: about 2:")
        mine.unlink()
        shows(terminal, "there is no such file")
        mine.write_text(GOOD.replace("2m", "3m"), encoding="utf-8")
        shows(terminal, "mine.md: about 3:")
        terminal.press("\x03")
        assert terminal.ended() == 0


def test_watching_opens_the_workspace_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    open_own = workspace.open_workspace

    def open_workspace() -> workspace.Workspace:
        opened.append(open_own())
        return opened[-1]

    moments = iter(range(5))

    def saved(names: Sequence[str]) -> dict[Path, int]:
        try:
            return {Path(names[0]): next(moments)}
        except StopIteration:
            raise KeyboardInterrupt from None

    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(workspace, "open_workspace", open_workspace)
    monkeypatch.setattr(synth.cli.check, "_saved", saved)
    monkeypatch.setattr(synth.cli.check, "WATCH_S", 0)
    (tmp_path / "mine.md").write_text(GOOD, encoding="utf-8")
    run = CliRunner().invoke(cli, ["check", "--watch", str(tmp_path / "mine.md")])
    assert run.exit_code == 0
    assert run.output.count("nothing to mend") == 5
    assert len(opened) == 1


def test_watching_has_no_json(tmp_path: Path) -> None:
    run = run_metta("check", "--watch", "--json", "waking", folder=tmp_path)
    assert run.returncode == 2
    assert "leave --json out" in run.stderr


@pytest.mark.parametrize("text", ["---\ntitle: T\n---\nMay all beings be healed. [bell]\n"])
def test_a_wish_is_no_promise(text: str, tmp_path: Path) -> None:
    (tmp_path / "wish.md").write_text(text, encoding="utf-8")
    assert "no-cure" not in run_metta("check", "wish.md", folder=tmp_path).stdout

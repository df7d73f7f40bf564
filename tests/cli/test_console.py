"""How every command tells a problem."""

from pathlib import Path

import pytest
from helpers.sound import METTA
from helpers.terminals import Terminal

BAD = "---\ntitle: T\n---\nHello [puase 5s] there, {nam}.\n"


def shows(terminal: Terminal, words: str) -> None:
    """Waits until a terminal has shown some lines."""
    terminal.wait(lambda: words in terminal.text.replace("\r", ""), repr(words))


@pytest.mark.parametrize("command", [("check", "bad.md"), ("render", "bad.md", "-o", "bad.mp3"), ("show", "bad.md")])
def test_a_terminal_shows_the_line_and_a_caret_under_the_place(command: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text(BAD, encoding="utf-8")
    with Terminal([METTA, *command], tmp_path) as terminal:
        shows(terminal, "bad.md:4:7: error: unknown marker [puase]; did you mean [pause 5s]?\n")
        shows(terminal, "    Hello [puase 5s] there, {nam}.\n          ^\n")
        shows(terminal, "bad.md:4:25: error: the header has no slot 'nam'")
        shows(terminal, "    Hello [puase 5s] there, {nam}.\n                            ^\n")

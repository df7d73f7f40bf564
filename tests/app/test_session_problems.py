"""What is seen of a session before any sound is told with the plan, and with what mends it."""

from pathlib import Path

import pytest
from helpers.sound import script

from synth.app.checking import check_script
from synth.app.outline import outline
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace

REST = "You can rest here for as long as you like, and let it be."
SPANISH = "Puedes tener los ojos abiertos o cerrados, y parar si lo necesitas."


@pytest.fixture(autouse=True)
def _here(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def told(workspace: Workspace, text: str, request: SessionRequest | None = None) -> list[str]:
    """What ``show`` tells of a script."""
    Path("a.md").write_text(text, encoding="utf-8")
    shown = outline("a.md", request or SessionRequest(voice="tones", profile_name="none"), workspace)
    assert shown.timeline.speech
    return [str(problem) for problem in shown.problems]


@pytest.mark.parametrize(("body", "mend"), [
    ("One. [pause 20s] Two. [pause 5s..10s]", "of a.md:4:6: [pause 20s] → [pause 20s..]"),
    ("One. [pause 5s] Two. [pause 5s..30s]", "of a.md:4:22: [pause 5s..30s] → [pause 5s..]"),
])  # fmt: skip
def test_a_length_out_of_reach_is_told_with_the_pause_that_would_mend_it(
    body: str, mend: str, workspace: Workspace
) -> None:
    (problem,) = told(workspace, script(body), SessionRequest(length_ms=3_600_000, voice="tones", profile_name="none"))
    assert problem.startswith("a.md:1:1: error: 1h is out of reach: this script runs from ")
    assert problem.endswith(mend)
    reported = [str(each) for each in check_script("a.md", workspace).problems]
    assert not any("out of reach" in each for each in reported)
    Path("a.md").write_text(script(body, ["length: 1h"]), encoding="utf-8")
    report = check_script("a.md", workspace)
    assert any(str(each).startswith("a.md:1:1: error: 1h is out of reach") for each in report.problems)


def test_a_length_too_short_can_only_be_chosen_anew(workspace: Workspace) -> None:
    request = SessionRequest(length_ms=2_000, voice="tones", profile_name="none")
    (problem,) = told(workspace, script("One. [pause 20s..]"), request)
    assert problem.endswith("(estimated); choose a length between")


def test_a_bell_that_is_announced_and_not_struck_is_told(workspace: Workspace) -> None:
    (problem,) = told(workspace, script("A bell will ring. [pause 3s] Rest."))
    assert problem == (
        "a.md:4:1: warning: 'A bell will ring.' announces a bell, and none rings behind it; "
        "put a [bell] there, or take the sentence out"
    )


@pytest.mark.parametrize(("text", "language", "reads"), [(REST, "es", "English"), (SPANISH, "en", "Spanish")])
def test_a_sentence_in_another_language_is_told(text: str, language: str, reads: str, workspace: Workspace) -> None:
    problems = told(workspace, script(text, [f"language: {language}"]))
    assert [each for each in problems if f"reads as {reads}, and the script is in '{language}'" in each]


def test_warnings_are_errors_where_it_is_strict(workspace: Workspace) -> None:
    Path("a.md").write_text(script("A bell will ring."), encoding="utf-8")
    (found,) = [p for p in check_script("a.md", workspace, strict=True).problems if "announces" in p.message]
    assert found.severity == "error"

"""A script looked through: errors, remarks, and how long it would take."""

from pathlib import Path

import pytest
from helpers.sound import script

from synth.app.checking import check_script
from synth.app.workspace import Workspace
from synth.scripts import meditation_names


@pytest.mark.parametrize("name", meditation_names())
def test_what_ships_has_nothing_to_mend(name: str, workspace: Workspace) -> None:
    report = check_script(name, workspace, strict=True)
    assert [problem for problem in report.problems if problem.severity != "note"] == []
    assert report.length_ms


def test_remarks_are_errors_where_it_is_strict(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(script("This heals you. [pause 2s]"), encoding="utf-8")
    assert {problem.severity for problem in check_script("a.md", workspace).problems} == {"warning"}
    assert {problem.severity for problem in check_script("a.md", workspace, strict=True).problems} == {"error"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (script("[gong]"), "a.md:4:1: error: unknown marker"),
        (script("[bell zither]"), "a.md:4:1: error: there is no bell 'zither'"),
        (None, "a.md:1:1: error: a.md: there is no such file"),
    ],
)
def test_what_stops_it_is_an_error_at_its_place(
    text: str | None, told: str, workspace: Workspace, tmp_path: Path
) -> None:
    if text:
        (tmp_path / "a.md").write_text(text, encoding="utf-8")
    report = check_script("a.md", workspace)
    assert str(report.problems[0]).startswith(told)
    assert report.length_ms is None


def test_a_slot_that_nobody_fills_is_no_problem(workspace: Workspace, tmp_path: Path) -> None:
    slots = ["slots: {name: {}, days: {type: number}, wishes: {type: phrases}}"]
    body = "Hello {name}, for {days} days.\n\n[each wish in wishes]\n{wish for you}\n[end]"
    (tmp_path / "a.md").write_text(script(body, slots), encoding="utf-8")
    assert check_script("a.md", workspace).length_ms


def test_a_length_out_of_reach_counts_as_none(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(script("One. [pause 5s..10s]", ["length: 1h"]), encoding="utf-8")
    length_ms = check_script("a.md", workspace).length_ms
    assert length_ms
    assert length_ms < 20_000

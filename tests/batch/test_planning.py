"""What is planned for a roster: one file is one meditation, however it is named."""

from pathlib import Path

import pytest
from helpers.sound import script

from synth.batch.planning import BatchPlan, BatchSettings, plan_batch
from synth.batch.roster import read_roster
from synth.content_cache import Cache
from synth.paths import shipped_folder
from synth.personalise.listener import SessionOptions

HELLO = script("Hello {name}.", ["slots: {name: {}}"])


def planned(folder: Path, roster: str, *meditations: str) -> BatchPlan:
    (folder / "people.csv").write_text(roster, encoding="utf-8")
    settings = BatchSettings(Cache(folder / "cache"), -16.0)
    return plan_batch(read_roster(folder / "people.csv"), meditations, SessionOptions(voice="tones"), settings)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a script in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text(HELLO, encoding="utf-8")
    return tmp_path


def test_a_file_named_in_several_ways_is_made_once(here: Path) -> None:
    plan = planned(here, "name\nAna\n", "a.md", "./a.md", str(here / "a.md"))
    assert [(job.meditation, job.path) for job in plan.jobs] == [("a.md", "Ana/a.mp3")]


def test_rows_that_name_a_file_otherwise_share_its_meditation(here: Path) -> None:
    plan = planned(here, f"name,meditations\nAna,\nBo,./a.md\nCy,{here}/a.md|a.md\n", "a.md")
    assert [job.path for job in plan.jobs] == ["Ana/a.mp3", "Bo/a.mp3", "Cy/a.mp3"]
    (group,) = plan.groups
    assert len(group) == 3


def test_a_shipped_meditation_may_be_named_by_its_file(here: Path) -> None:
    path = shipped_folder("meditations") / "loving-kindness.md"
    plan = planned(here, "name\nAna\n", "loving-kindness", str(path))
    assert [job.path for job in plan.jobs] == ["Ana/loving-kindness.mp3"]


def test_two_files_of_one_name_are_two_meditations(here: Path) -> None:
    (here / "b").mkdir()
    (here / "b" / "a.md").write_text(HELLO, encoding="utf-8")
    plan = planned(here, "name\nAna\n", "a.md", "b/a.md", "b/../a.md")
    assert [job.path for job in plan.jobs] == ["Ana/a.mp3", "Ana/a 2.mp3"]


def test_a_file_that_is_not_there_is_told_for_each_of_its_names(here: Path) -> None:
    plan = planned(here, "name,meditations\nAna,no.md|./no.md\n", "a.md")
    assert [failure.meditation for failure in plan.failures] == ["no.md", "./no.md"]

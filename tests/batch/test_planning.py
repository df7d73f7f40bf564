"""What is planned for a roster: one file is one meditation, however it is named."""

from pathlib import Path

import pytest
from helpers.sound import script
from helpers.speaking import ENGINE, Sounding, engine

from synth.batch.planning import BatchPlan, BatchSettings, plan_batch
from synth.batch.roster import read_roster
from synth.content_cache import Cache
from synth.paths import shipped_folder
from synth.personalise.listener import SessionOptions
from synth.voices.voice import RawSpeech, ReadWord, Words

HELLO = script("Hello {name}.", ["slots: {name: {}}"])


class Dropping(Sounding):
    """A voice that leaves out whatever is no ASCII."""

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        return tuple(word for word in super().read(words, voice_id) if words.text[word.start : word.end].isascii())


def planned(folder: Path, roster: str, *meditations: str, voice: str = "tones") -> BatchPlan:
    (folder / "people.csv").write_text(roster, encoding="utf-8")
    settings = BatchSettings(Cache(folder / "cache"), -16.0)
    return plan_batch(read_roster(folder / "people.csv"), meditations, SessionOptions(voice=voice), settings)


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


def test_a_name_that_cannot_be_said_is_its_rows_failure_alone_and_before_the_first_sound(here: Path) -> None:
    """Though the voice is asked for all; the voice that leaves the name out is never asked to speak."""
    with engine(Dropping(lambda text: RawSpeech.__new__(RawSpeech))):
        plan = planned(here, "name,say_as\nAna,\n😀 Bo,\n😀 Cy,sigh\n", "a.md", voice=ENGINE)
    assert [job.person for job in plan.jobs] == ["Ana", "😀 Cy"]
    (failure,) = plan.failures
    assert (failure.line, failure.meditation) == (3, "a.md")
    assert "the voice 'first' can't say '😀' (it would leave it out); say how with say_as: " in failure.reason

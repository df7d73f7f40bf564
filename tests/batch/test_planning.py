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


ANSWERED = script("[if touch == no]\nRest.\n[else]\nA hand on {place}.\n[end]", ["slots: {place: {default: it}}"])
"""A script that asks whether touch is welcome, and where."""


def test_an_answer_of_a_row_decides_what_its_track_says(here: Path) -> None:
    (here / "t.md").write_text(ANSWERED, encoding="utf-8")
    plan = planned(here, "name,touch\nAna,no\nBo,yes\nCy,\nDi,maybe\n", "t.md")
    assert [job.session.utterances[0].text for job in plan.jobs] == ["Rest.", "A hand on it.", "A hand on it."]
    assert [failure.reason for failure in plan.failures] == ["the slot 'touch' is one of yes, no, not 'maybe'"]


def test_an_answer_that_a_script_would_go_against_is_its_rows_failure(here: Path) -> None:
    (here / "h.md").write_text(script("Rest.\n\nPut a hand on your heart."), encoding="utf-8")
    plan = planned(here, "name,touch\nAna,no\nBo,yes\n", "h.md")
    assert [job.person for job in plan.jobs] == ["Bo"]
    assert [failure.reason for failure in plan.failures] == [
        "h.md:6:1: 'Put a hand on your heart.' asks for touch, and the answer is touch: no; choose another meditation, "
        "or say it otherwise: [if touch == no] … [else] … [end]"
    ]


def test_a_cell_that_none_of_a_rows_meditations_says_is_told(here: Path) -> None:
    (here / "t.md").write_text(ANSWERED, encoding="utf-8")
    (here / "p.md").write_text(
        script("[each w in wishes]\n{w}\n[end]", ["slots: {wishes: {type: phrases, default: [rest]}}"]),
        encoding="utf-8",
    )
    roster = "name,meditations,place,phrase_1\nAna,t.md,home,May I laugh.\nBo,p.md,,May I laugh.\n"
    plan = planned(here, f"{roster}Cy,p.md|t.md,home,May I laugh.\nDi,p.md,home,\n")
    assert [job.path for job in plan.jobs] == ["Bo/p.mp3", "Cy/p.mp3", "Cy/t.mp3"]
    assert [(failure.name, failure.reason) for failure in plan.failures] == [
        ("Ana", "phrase_1: 'May I laugh.' is said in none of the meditations asked for here; leave it empty"),
        ("Di", "place: 'home' is said in none of the meditations asked for here; leave it empty"),
    ]


def test_a_name_that_cannot_be_said_is_its_rows_failure_alone_and_before_the_first_sound(here: Path) -> None:
    """Though the voice is asked for all; the voice that leaves the name out is never asked to speak."""
    with engine(Dropping(lambda text: RawSpeech.__new__(RawSpeech))):
        plan = planned(here, "name,say_as\nAna,\n😀 Bo,\n😀 Cy,sigh\n", "a.md", voice=ENGINE)
    assert [job.person for job in plan.jobs] == ["Ana", "😀 Cy"]
    (failure,) = plan.failures
    assert (failure.line, failure.meditation) == (3, "a.md")
    assert "the voice 'first' can't say '😀' (it would leave it out); say how with say_as: " in failure.reason

"""What is asked for everybody on a roster."""

from pathlib import Path

import pytest
from helpers.sound import script

from synth.app.batching import BatchRequest, make_name_reel
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.batch.roster import Roster, read_roster
from synth.errors import OptionError, RequestError
from synth.formats.track_file import read_timeline

TONES = SessionRequest(voice="tones", loudness=-20.0)


@pytest.fixture
def roster(workspace: Workspace, tmp_path: Path) -> Roster:
    (tmp_path / "a.md").write_text(script("Hello {name}.", ["slots: {name: {}}"]), encoding="utf-8")
    (tmp_path / "people.csv").write_text("name\nAna\nBo\n", encoding="utf-8")
    return read_roster(Path("people.csv"))


def test_a_plan_has_a_job_for_everybody_as_it_was_asked(roster: Roster, workspace: Workspace) -> None:
    plan = BatchRequest(("a.md",), TONES, "V2", anonymous=True).plan(roster, workspace.cache)
    assert [job.path for job in plan.jobs] == ["001/a.mp3", "002/a.mp3"]
    assert {(job.settings.loudness, job.settings.quality) for job in plan.jobs} == {(-20.0, "V2")}
    assert [said.text for job in plan.jobs for said in job.session.utterances] == ["Hello Ana.", "Hello Bo."]


def test_a_quality_is_that_of_what_is_made(workspace: Workspace) -> None:
    BatchRequest(quality="V2").check()
    with pytest.raises(OptionError, match="V11"):
        BatchRequest(quality="V11").check()
    with pytest.raises(OptionError, match=r"names\.m4a"):
        BatchRequest(quality="V2").check(Path("names.m4a"))
    with pytest.raises(RequestError, match="the folder none isn't there"):
        BatchRequest().check(Path("none/names.mp3"))


def test_a_name_reel_says_everybody(roster: Roster, workspace: Workspace) -> None:
    track = make_name_reel(roster, Path("names.wav"), BatchRequest(("a.md",), TONES), workspace)
    embedded = read_timeline(Path("names.wav"))
    assert embedded
    assert embedded.timeline == track.timeline
    assert [cue.text for cue in track.timeline.speech] == ["1: Ana.", "2: Bo."]

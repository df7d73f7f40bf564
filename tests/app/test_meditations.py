"""What ships, as one chooses among it."""

from synth.app.meditations import list_meditations
from synth.app.outline import outline
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.scripts import meditation_names


def test_lengths_are_those_that_the_session_can_have(workspace: Workspace) -> None:
    listed = list_meditations()
    assert tuple(each.name for each in listed) == meditation_names()
    for each in listed:
        shown = outline(each.name, SessionRequest(), workspace)
        assert (each.lengths, each.meta.title) == (shown.lengths, shown.timeline.title)

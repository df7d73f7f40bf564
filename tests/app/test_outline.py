"""A session before any sound."""

import pytest

from synth.app.outline import outline
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace


def test_tells_what_this_listener_would_hear_in_estimated_time(workspace: Workspace) -> None:
    shown = outline("waking", SessionRequest(name="Ana", length_ms=360_000), workspace)
    assert shown.timeline.duration_ms == 360_000
    assert shown.lengths.min_ms < 360_000
    assert any("Ana" in cue.text for cue in shown.timeline.speech)
    assert shown.document.meta.slots == shown.session.meta.slots


def test_the_longer_the_more_silent(workspace: Workspace) -> None:
    short, long = (
        outline("waking", SessionRequest(length_ms=length_ms), workspace) for length_ms in (300_000, 600_000)
    )
    sounding_ms = [(1 - shown.share_of_silence) * shown.timeline.duration_ms for shown in (short, long)]
    assert sounding_ms[0] == pytest.approx(sounding_ms[1])
    assert 0 < short.share_of_silence < long.share_of_silence < 1


def test_makes_no_sound(workspace: Workspace) -> None:
    outline("waking", SessionRequest(), workspace)
    assert "speech" not in {kind for kind, size in workspace.cache.sizes().items() if size}

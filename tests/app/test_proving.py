"""Finished tracks held against what was asked."""

from pathlib import Path

import pytest
from helpers.recogniser import recogniser
from helpers.sound import script

from synth.app.proving import prove_track, require_passed, write_proof_page
from synth.app.rendering import RenderRequest, render_track
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.errors import ProofError


def test_a_track_passes_or_is_told_with_its_first_reason(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(script("One two three. [pause 1s] Four."), encoding="utf-8")
    track = tmp_path / "a.flac"
    render_track(RenderRequest("a.md", track, SessionRequest(voice="tones")), workspace)
    good, bad = prove_track(track, workspace), prove_track(track, workspace, loudness=-20)
    require_passed([good])
    with pytest.raises(ProofError, match=rf"^{track}: .*loudness"):
        require_passed([good, bad])
    heard = prove_track(track, workspace, recogniser=recogniser()).words
    assert good.words is None
    assert heard
    assert [sentence.text for sentence in heard.sentences] == ["One two three.", "Four."]
    write_proof_page(tmp_path / "p.html", good)
    assert "a.flac" in (tmp_path / "p.html").read_text(encoding="utf-8")

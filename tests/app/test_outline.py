"""A session before any sound."""

from dataclasses import replace
from pathlib import Path

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


def test_tells_what_fills_each_slot_and_where_it_came_from(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text("name: Ada\nphrases: [at-ease]\nslots: {routine: tea}\n", encoding="utf-8")
    request = SessionRequest(profile_name=str(tmp_path / "me.yaml"))

    def origins(meditation: str, asked: SessionRequest) -> dict[str, tuple[str, str]]:
        return {slot.name: (slot.value, slot.origin) for slot in outline(meditation, asked, workspace).slots}

    kept = origins("waking", request)
    assert kept["name"] == ("Ada", "profile")
    assert kept["routine"] == ("tea", "profile")
    assert origins("waking", SessionRequest())["name"][1] == "default"
    by_hand = replace(request, name="Bo", slots=(("routine", "the dog"),))
    assert origins("waking", by_hand) == {"name": ("Bo", "asked"), "routine": ("the dog", "asked")}
    assert origins("loving-kindness", request)["phrases"][1] == "profile"
    assert origins("loving-kindness", replace(request, phrases=("happy",)))["phrases"][1] == "asked"


def test_the_sentences_with_the_listeners_words_are_found(workspace: Workspace) -> None:
    request = SessionRequest(name="Ana", phrases=("rest",), voice="tones", profile_name="none")
    shown = outline("loving-kindness", request, workspace)
    said = [text for _, text in shown.own]
    assert said[:2] == ["Welcome, Ana.", "May I rest well."]
    assert len(said) == len(set(said)) == 4
    spoken = {(cue.start_ms, cue.text) for cue in shown.timeline.speech}
    assert set(shown.own) <= spoken
    assert outline("loving-kindness", SessionRequest(voice="tones", profile_name="none"), workspace).own == ()

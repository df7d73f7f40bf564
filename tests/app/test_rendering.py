"""A track is made of what was asked, after everything was looked at that could be in the way."""

import json
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from helpers.sound import script

from synth.app.rendering import RenderRequest, render_track
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.errors import OptionError, RequestError, VoiceError
from synth.formats.track_file import read_timeline
from synth.pipeline import Progress, no_bar

TONES = SessionRequest(voice="tones")


@pytest.fixture
def meditation(tmp_path: Path) -> str:
    path = tmp_path / "a.md"
    path.write_text(script("One two three. [pause 1s..20s]\n\nFour five.", ["length: 12s"]), encoding="utf-8")
    return str(path)


def test_makes_the_track_and_what_stands_beside_it(workspace: Workspace, meditation: str, tmp_path: Path) -> None:
    stages: list[str] = []
    target = tmp_path / "a.flac"
    request = RenderRequest(meditation, target, TONES, transcripts=("srt", "txt"), timeline_file=tmp_path / "a.json")

    def bar(stage: str) -> AbstractContextManager[Progress]:
        stages.append(stage)
        return no_bar(stage)

    track = render_track(request, workspace, bar)
    assert stages == ["speaking", "mixing"]
    embedded = read_timeline(target)
    assert embedded
    assert embedded.timeline == track.timeline
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["length_ms"] == track.timeline.duration_ms
    for ending in ("srt", "txt"):
        assert "One two three." in (tmp_path / f"a.{ending}").read_text(encoding="utf-8")


def test_keeps_to_an_earlier_track_of_the_same_title_alone(workspace: Workspace, tmp_path: Path) -> None:
    def second_at(first: str, title: str) -> int:
        """Where the second sentence begins, of three with elastic silence between."""
        body = f"{first} [pause 1s..20s] Two. [pause 1s..20s] Three."
        (tmp_path / "b.md").write_text(script(body, ["length: 20s"], title=title), encoding="utf-8")
        track = render_track(RenderRequest("b.md", tmp_path / "b.flac", TONES), workspace)
        return track.timeline.speech[1].start_ms

    before = second_at("One.", "A test")
    assert second_at("One, and one more.", "A test") == before
    assert second_at("One, and one more.", "Another") != before
    (tmp_path / "b.flac").write_bytes(b"what was there, and no track of ours")
    assert second_at("One.", "A test") == before


@pytest.mark.parametrize(
    ("change", "option"),
    [
        ({"target": Path("a.txt")}, "target"),
        ({"quality": "V11"}, "quality"),
        ({"target": Path("a.wav"), "quality": "V4"}, "quality"),
        ({"timeline_file": Path("a.md")}, "timeline_file"),
    ],
)
def test_what_no_track_can_be_names_its_option(
    change: dict[str, object], option: str, workspace: Workspace, meditation: str
) -> None:
    request = RenderRequest(**{"meditation": meditation, "target": Path("b.mp3"), "session": TONES} | change)  # type: ignore[arg-type]
    with pytest.raises(OptionError) as told:
        render_track(request, workspace)
    assert told.value.option == option
    assert not Path("b.mp3").exists()


def test_what_is_in_the_way_is_told_before_anything_is_spoken(
    workspace: Workspace, meditation: str, tmp_path: Path
) -> None:
    nobody = SessionRequest(voice="nobody")
    with pytest.raises(VoiceError):
        render_track(RenderRequest(meditation, tmp_path / "b.mp3", nobody), workspace)
    with pytest.raises(RequestError, match="the folder none isn't there"):
        render_track(RenderRequest(meditation, Path("none/b.mp3"), nobody), workspace)
    with pytest.raises(RequestError, match="the folder none isn't there"):
        render_track(RenderRequest(meditation, Path("b.mp3"), nobody, timeline_file=Path("none/t.json")), workspace)
    with pytest.raises(RequestError, match=r"c\.png"):
        render_track(RenderRequest(meditation, Path("b.mp3"), nobody, cover_file=Path("c.png")), workspace)
    assert not Path("b.mp3").exists()

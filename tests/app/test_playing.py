"""A session set up to be played, and the place where it was left."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from helpers.sound import script

from synth.app.playing import prepare_meditation, prepare_sitting, script_key
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.errors import RequestError
from synth.history import SessionRecord

TEXT = script("# Arriving\n\nOne two three.\n\n# Closing\n\nFour five six.")
TONES = SessionRequest(voice="tones")


def write(path: Path, text: str = TEXT) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def left(name: str, item: int | None) -> SessionRecord:
    ended = "to the end" if item is None else "left"
    return SessionRecord(datetime(2026, 3, 1, tzinfo=UTC), name, 60_000, 9_000, ended, (), item)  # type: ignore[arg-type]


class TestPlace:
    def test_of_two_scripts_of_one_name_is_each_ones_own(self, workspace: Workspace, tmp_path: Path) -> None:
        first, second = (write(tmp_path / folder / "a.md") for folder in ("s", "t"))
        for path, item in ((first, 1), (second, 0)):
            playable = prepare_meditation(path, TONES, workspace)
            playable.keep_place(left(playable.name, item))
        assert [prepare_meditation(path, TONES, workspace).left_at() for path in (first, second)] == [1, 0]

    def test_is_found_from_every_folder(
        self, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(tmp_path / "s" / "a.md")
        playable = prepare_meditation("s/a.md", TONES, workspace)
        playable.keep_place(left(playable.name, 1))
        monkeypatch.chdir(tmp_path / "s")
        assert prepare_meditation("a.md", TONES, workspace).left_at() == 1

    def test_is_gone_when_it_came_to_its_end(self, workspace: Workspace, tmp_path: Path) -> None:
        playable = prepare_meditation(write(tmp_path / "a.md"), TONES, workspace)
        playable.keep_place(left(playable.name, 1))
        playable.keep_place(left(playable.name, None))
        with pytest.raises(RequestError, match=r"^a\.md: it was left nowhere; play it without --resume$"):
            playable.left_at()

    def test_of_a_shipped_one_is_known_by_its_name(self, workspace: Workspace, tmp_path: Path) -> None:
        assert script_key("waking") == "waking"
        assert script_key(write(tmp_path / "waking.md")) == str((tmp_path / "waking.md").resolve())

    def test_of_a_sitting_is_not_kept(self, workspace: Workspace) -> None:
        sitting = prepare_sitting(SessionRequest(length_ms=60_000), workspace)
        sitting.keep_place(left("sit", 1))
        with pytest.raises(RequestError, match="left nowhere"):
            sitting.left_at()


class TestName:
    def test_in_the_log_is_the_files_own(self, workspace: Workspace, tmp_path: Path) -> None:
        assert prepare_meditation(write(tmp_path / "s" / "a.md"), TONES, workspace).name == "a.md"
        assert prepare_meditation("waking", TONES, workspace).name == "waking"
        assert prepare_sitting(SessionRequest(length_ms=60_000), workspace).name == "sit"


class TestGround:
    def test_is_in_the_sessions_own_voice_without_a_bed(self, workspace: Workspace) -> None:
        ground = prepare_meditation("waking", SessionRequest(voice="tones", rate=90), workspace).ground()
        assert ground
        assert ground.bed is None
        assert {(said.style.voice, said.style.rate) for said in ground.utterances} == {("tones", 90)}

    def test_is_the_scripts_own_where_it_can_stand_alone(self, workspace: Workspace, tmp_path: Path) -> None:
        path = write(tmp_path / "a.md", script("Eins.", ["language: de"]))
        assert prepare_meditation(path, TONES, workspace).ground() is None
        write(tmp_path / "fragments" / "ground.md", "Der Boden trägt.")
        ground = prepare_meditation(path, TONES, workspace).ground()
        assert ground
        assert [said.text for said in ground.utterances] == ["Der Boden trägt."]


class TestSitting:
    def test_is_as_long_as_asked(self, workspace: Workspace) -> None:
        track = prepare_sitting(SessionRequest(length_ms=60_000, bell="chime"), workspace).compose()
        assert track.timeline.duration_ms == 60_000
        assert {strike.sound for strike in track.timeline.strikes} == {"chime"}

    def test_too_short_for_its_bells_is_told(self, workspace: Workspace) -> None:
        with pytest.raises(RequestError, match=r"^20s is too short for the bells .* can last from 49s upwards$"):
            prepare_sitting(SessionRequest(length_ms=20_000), workspace)


class TestRoster:
    def test_is_who_is_said_where_the_script_asks_for_them(self, workspace: Workspace, tmp_path: Path) -> None:
        circle = write(tmp_path / "a.md", script("[each person in roster]\nMay {person} be well.\n[end]"))
        (tmp_path / "people.csv").write_text("name\nAna\nTom\n", encoding="utf-8")
        playable = prepare_meditation(circle, TONES, workspace, tmp_path / "people.csv")
        assert [said.text for said in playable.session.utterances] == ["May Ana be well.", "May Tom be well."]

    def test_that_nobody_would_hear_of_is_told(self, workspace: Workspace, tmp_path: Path) -> None:
        (tmp_path / "people.csv").write_text("name\nAna\n", encoding="utf-8")
        with pytest.raises(RequestError, match=r"no \[each person in roster\].*leave out --roster"):
            prepare_meditation(write(tmp_path / "a.md"), TONES, workspace, tmp_path / "people.csv")

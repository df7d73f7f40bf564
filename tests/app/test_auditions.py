"""Hearing what there is to choose from."""

from pathlib import Path

import pytest

from synth.app.auditions import find_sounds, play_sound, say_name, write_previews
from synth.app.workspace import Workspace
from synth.errors import RequestError
from synth.formats.track_file import read_timeline


def test_a_name_is_said_as_it_is_spelled(workspace: Workspace) -> None:
    say_name("Siobhan", "shi vawn", "a.wav", workspace, voice="tones")
    embedded = read_timeline(Path("a.wav"))
    assert embedded
    assert embedded.provenance
    (said,) = embedded.provenance.utterances
    assert (said.text, said.spoken) == ("Siobhan", "shi vawn")


def test_a_name_that_is_said_by_no_say_as_is_told(workspace: Workspace) -> None:
    with pytest.raises(RequestError, match=r"^'3', character 3 of /n3v/, is no sign of the phonetic alphabet$"):
        say_name("Niamh", "/n3v/", "a.wav", workspace, voice="tones")


def test_a_sound_that_is_not_there_is_told_with_the_nearest(workspace: Workspace) -> None:
    assert list(find_sounds("bowl")) == ["bowl"]
    with pytest.raises(RequestError, match=r"there is no sound 'bwol'; did you mean 'bowl'\?"):
        play_sound("bwol", "a.wav", workspace)


def test_previews_are_given_as_they_are_written(workspace: Workspace, tmp_path: Path) -> None:
    written = write_previews(["bowl", "chime"], tmp_path, workspace)
    assert next(written) == tmp_path / "bowl.mp3"
    assert not (tmp_path / "chime.mp3").exists()
    assert list(written) == [tmp_path / "chime.mp3"]

"""A whole track into an output or a WAV file."""

from pathlib import Path

import pytest

from synth.app.own_documents import text_document
from synth.app.whole_playback import check_output, play_document
from synth.app.workspace import Workspace
from synth.errors import OptionError, RequestError
from synth.formats.track_file import read_timeline
from synth.personalise.listener import SessionOptions


@pytest.mark.parametrize("output", ["miniaudio", "simpleaudio", "null", "a.wav", "A.WAV"])
def test_an_output_or_a_wav_file_will_do(output: str, workspace: Workspace) -> None:
    check_output(output)


def test_anything_else_is_told(workspace: Workspace) -> None:
    with pytest.raises(OptionError, match=r"'a\.mp3' is none of miniaudio, simpleaudio, null and no FILE\.wav") as told:
        check_output("a.mp3")
    assert told.value.option == "output"
    with pytest.raises(RequestError, match="the folder none isn't there"):
        check_output("none/a.wav")


def test_a_document_is_spoken_into_a_file(workspace: Workspace) -> None:
    play_document(text_document("Hello there."), "a.wav", workspace, options=SessionOptions(voice="tones"))
    embedded = read_timeline(Path("a.wav"))
    assert embedded
    assert [cue.text for cue in embedded.timeline.speech] == ["Hello there."]

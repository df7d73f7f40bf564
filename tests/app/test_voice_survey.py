"""What there is to speak with, and getting and comparing voices."""

import itertools
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from synth.app.voice_survey import SENTENCE, compare_voices, get_voice, survey, to_be_had, voice_folder
from synth.app.workspace import Workspace
from synth.errors import RequestError
from synth.formats.track_file import read_timeline
from synth.script.limits import USUAL_WPM
from synth.voices.engines import ENGINES
from synth.voices.fetchable import FETCHABLE, FetchableVoice, RemoteFile


def test_every_engine_is_told_with_its_voices_or_with_what_mends_it(workspace: Workspace) -> None:
    surveyed = {engine.name: engine for engine in survey(workspace.cache)}
    assert list(surveyed) == list(ENGINES)
    for engine in surveyed.values():
        assert bool(engine.lacking) != bool(engine.voices)
        assert engine.speed is None
    assert [info.id for info in surveyed["tones"].voices] == ["tone"]


def test_a_speed_is_measured_where_it_is_asked_for_and_loading_does_not_count(workspace: Workspace) -> None:
    ticks = itertools.accumulate(itertools.cycle([0.0, 50.0, 0.0, 2.0, 0.0, 1.0]))
    measured = {engine.name: engine.speed for engine in survey(workspace.cache, measure=True, clock=ticks.__next__)}
    with ENGINES["tones"].open() as tones:
        said = tones.speak(SENTENCE, "tone", tones.voices()[0].pace or USUAL_WPM)
    assert measured["tones"] == round(len(said.samples) / said.rate, 1)
    assert {engine.speed for engine in survey(workspace.cache)} == {None}


def test_a_voice_that_cant_be_read_is_told_of_its_engine_alone(workspace: Workspace) -> None:
    if ENGINES["piper"].missing():
        pytest.skip('needs pip install "metta-synth[piper]"')
    folder = voice_folder(FETCHABLE["en_US-joe-medium"])
    folder.mkdir(parents=True)
    (folder / "x.onnx").write_bytes(b"no network")
    (folder / "x.onnx.json").write_text("{}")
    surveyed = {engine.name: engine for engine in survey(workspace.cache)}
    assert "x.onnx.json: this describes no Piper voice" in str(surveyed["piper"].lacking)
    assert surveyed["tones"].voices


def test_what_is_here_is_not_offered_again(workspace: Workspace) -> None:
    surveyed = tuple(survey(workspace.cache))
    here = {info.id for engine in surveyed for info in engine.voices}
    offered = {voice.name for voice in to_be_had(surveyed)}
    assert offered == set(FETCHABLE) - here
    assert not to_be_had(()) or set(FETCHABLE) == {voice.name for voice in to_be_had(())}


def test_a_voice_is_fetched_to_where_its_engine_looks(workspace: Workspace) -> None:
    content = b"a network"

    class Keeper(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on standard error."""

    with HTTPServer(("127.0.0.1", 0), Keeper) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/mine.onnx"
        file = RemoteFile(url, len(content), sha256(content).hexdigest())
        get_voice(FetchableVoice("mine", "piper", ("en-us",), (file,), "CC0-1.0"))
        thread.join()
    assert (Path("home/data/metta-synth/voices/piper/mine.onnx")).read_bytes() == content


def test_one_text_is_said_by_every_voice_of_a_language(workspace: Workspace) -> None:
    compared = list(
        compare_voices("Möge ich in Frieden sein.", "de", workspace, output="null", folder=Path("new/folder"))
    )
    assert [name.split(":")[0] for name, _ in compared][-1] == "pyttsx3"
    for name, file in compared:
        assert Path(file).parent == Path("new/folder")
        embedded = read_timeline(Path(file))
        assert embedded
        assert [cue.text for cue in embedded.timeline.speech] == ["Möge ich in Frieden sein."]
        assert embedded.timeline.language == "de", name


def test_a_language_that_nobody_speaks_is_told(workspace: Workspace) -> None:
    with pytest.raises(RequestError, match="no voice here speaks 'tlh'"):
        list(compare_voices("nuqneH", "tlh", workspace, output="null"))

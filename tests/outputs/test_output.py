"""Where a session sounds: every output gets the same samples, and Ctrl-C ends it gently."""

import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
from helpers.clocks import Clock
from helpers.sound import METTA
from helpers.terminals import PATIENCE_S

from synth.audio.ffmpeg import decode
from synth.audio.pcm import FRAME_BYTES, AudioSegment, Samples, from_raw
from synth.content_cache import Cache
from synth.outputs.loudspeaker import SpeakerSink
from synth.outputs.memory import MemorySink
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import Track, compose, prepare, send
from synth.script.parse import parse
from synth.sounds.collection import Sounds
from synth.source import Source

SCRIPT = """---
title: Short
bed: {sound: rain}
---
[bell chime]

Here we are. [pause 2s] And goodbye.
"""


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Track:
    cache = Cache(tmp_path_factory.mktemp("cache"))
    sounds = Sounds(cache, [])
    session = prepare(parse(Source("short.md", SCRIPT), {}), Profile(), SessionOptions(voice="tones"), sounds)
    return compose(session, sounds, cache)


def test_a_loudspeaker_gets_sample_for_sample_what_is_mixed(track: Track) -> None:
    memory = MemorySink()
    send(track, memory)

    class Collecting(SpeakerSink):
        """A loudspeaker whose device asks at once for whatever has been queued."""

        def __enter__(self) -> "Collecting":
            self.heard = bytearray()
            self.stream = self._feed.stream()
            next(self.stream)
            return self

        def write(self, block: AudioSegment) -> None:
            super().write(block)
            for frames in (1_000, 17, len(block.raw_data) // FRAME_BYTES - 1_017):
                self.heard += self.stream.send(frames)

        def __exit__(self, *exception: object) -> None:
            pass

    speaker = Collecting(clock=Clock())
    send(track, speaker)
    assert bytes(speaker.heard) == bytes(memory.raw)
    assert speaker.underruns == 0


@pytest.mark.realtime
def test_ctrl_c_ends_a_session_gently(tmp_path: Path) -> None:
    script = tmp_path / "long.md"
    script.write_text("---\ntitle: Long\n---\nStay. [pause 10m] Go.\n", encoding="utf-8")
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    command = [str(METTA), "play", str(script), "--voice", "tones", "--output", "null", "--plain"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert any("Stay." in line for line in process.stdout), "it plays"
        process.send_signal(signal.SIGINT)
        said, told = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert told == "Long; Ctrl-C ends it gently\ninterrupted\n"
    assert "Go." not in said


def test_an_output_that_is_a_file_is_the_same_track(track: Track, tmp_path: Path) -> None:
    script = tmp_path / "short.md"
    script.write_text(SCRIPT, encoding="utf-8")
    target = tmp_path / "short.wav"
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    command = [str(METTA), "play", str(script), "--voice", "tones", "--output", str(target)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    memory = MemorySink()
    send(track, memory)
    assert heard(target).shape == memory.samples.shape
    assert np.abs(heard(target) - memory.samples).max() < 2**-22


def heard(path: Path) -> Samples:
    """A sound file, decoded."""
    return np.concatenate([from_raw(chunk) for chunk in decode(path)])

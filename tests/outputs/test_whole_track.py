"""Live sound: what a loudspeaker gets is what a file gets, in time, and Ctrl-C fades it out."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from synth.audio.ffmpeg import decode
from synth.audio.pcm import FRAME_BYTES, AudioSegment, Samples, from_raw, to_segment
from synth.content_cache import Cache
from synth.errors import DeviceError
from synth.outputs.loudspeaker import PERIOD_MS, PERIODS, Feed, SpeakerSink
from synth.outputs.memory import MemorySink
from synth.outputs.output import open_output
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import Track, compose, prepare, send
from synth.script.parse import parse
from synth.sounds.collection import Sounds
from synth.source import Source
from synth.units import RATE

METTA = Path(sys.executable).with_name("metta")
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


def tone(ms: int) -> AudioSegment:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(ms * RATE // 1000) / RATE)
    return to_segment(np.column_stack([wave, wave]))


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

    speaker = Collecting()
    send(track, speaker)
    assert bytes(speaker.heard) == bytes(memory.raw)
    assert speaker.underruns == 0


def test_the_null_output_keeps_time() -> None:
    begun = time.monotonic()
    with SpeakerSink(silent=True) as sink:
        for _ in range(4):
            sink.write(tone(300))
    took = time.monotonic() - begun
    assert 1.2 <= took < 3.0
    assert sink.underruns == 0


def test_a_device_that_waits_in_vain_hears_silence_and_it_is_counted() -> None:
    feed = Feed()
    stream = feed.stream()
    next(stream)
    assert stream.send(100) == bytes(100 * FRAME_BYTES)
    assert feed.underruns == 0, "nothing had begun"
    feed.put(tone(10).raw_data)
    assert len(stream.send(480)) == 480 * FRAME_BYTES
    assert stream.send(480) == bytes(480 * FRAME_BYTES)
    assert feed.underruns == 1


def test_leaving_by_an_exception_fades_out_within_300_ms() -> None:
    feed = Feed()
    feed.put(tone(1_000).raw_data)
    stream = feed.stream()
    next(stream)
    before = from_raw(stream.send(PERIOD_MS * 48))
    feed.fading.set()
    fading = from_raw(stream.send(PERIOD_MS * 48))
    after = from_raw(stream.send(PERIOD_MS * 48))
    assert np.abs(before).max() > 0.49
    assert np.abs(fading[-48:]).max() < 0.005
    assert not after.any()
    steps = np.abs(np.diff(np.concatenate([before, fading, after])[:, 0]))
    assert steps.max() <= np.abs(np.diff(before[:, 0])).max() * 1.01, "no click"
    assert PERIOD_MS * (2 + PERIODS + 1) <= 300


def test_an_exception_leaves_the_loudspeaker_at_once() -> None:
    begun = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt), SpeakerSink(silent=True) as sink:
        sink.write(tone(5_000))
        raise KeyboardInterrupt
    assert time.monotonic() - begun < 2


def test_ctrl_c_ends_a_session_gently(tmp_path: Path) -> None:
    script = tmp_path / "long.md"
    script.write_text("---\ntitle: Long\n---\nStay. [pause 10m] Go.\n", encoding="utf-8")
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    command = [str(METTA), "play", str(script), "--voice", "tones", "--output", "null"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert "Ctrl-C" in process.stderr.readline()
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
    assert process.returncode == 130
    assert rest == "interrupted\n"


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


def test_simpleaudio_that_is_missing_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simpleaudio", None)
    with pytest.raises(DeviceError, match=r"metta-synth\[simpleaudio\]"):
        open_output("simpleaudio")


def heard(path: Path) -> Samples:
    """A sound file, decoded."""
    return np.concatenate([from_raw(chunk) for chunk in decode(path)])

"""Live sound: what a loudspeaker gets is what a file gets, in time, and Ctrl-C fades it out."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers.clocks import Clock

from synth.audio.ffmpeg import decode
from synth.audio.pcm import FRAME_BYTES, AudioSegment, Samples, from_raw, to_segment
from synth.content_cache import Cache
from synth.errors import DeviceError
from synth.outputs.loudspeaker import PERIOD_MS, PERIODS, Feed, SpeakerSink
from synth.outputs.memory import MemorySink
from synth.outputs.output import open_output
from synth.outputs.whole_track import WholeTrackSink
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

    speaker = Collecting(clock=Clock())
    send(track, speaker)
    assert bytes(speaker.heard) == bytes(memory.raw)
    assert speaker.underruns == 0


def test_a_device_that_waits_in_vain_hears_silence_and_it_is_counted() -> None:
    feed = Feed(Clock(), late_s=0)
    stream = feed.stream()
    next(stream)
    assert stream.send(100) == bytes(100 * FRAME_BYTES)
    assert feed.underruns == 0, "nothing had begun"
    feed.put(tone(10).raw_data)
    assert len(stream.send(480)) == 480 * FRAME_BYTES
    assert stream.send(480) == bytes(480 * FRAME_BYTES)
    assert feed.underruns == 1


def test_leaving_by_an_exception_fades_out_within_300_ms() -> None:
    feed = Feed(Clock())
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
        said, told = process.communicate(timeout=60)
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


def test_simpleaudio_that_is_missing_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "simpleaudio", None)
    with pytest.raises(DeviceError, match=r"metta-synth\[simpleaudio\]"):
        open_output("simpleaudio")


class Device:
    """What simpleaudio plays by: it takes as long as its pages do, by the test's clock, or stops at ``stops_s``."""

    class SimpleaudioError(Exception):
        pass

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.stops_s = float("inf")
        self.hangs = False
        self.stopped = False
        self.pages: Any = b""

    def play_buffer(self, pages: Any, channels: int, width: int, rate: int) -> "Device":
        self.pages = pages
        self.begun_s = self.clock()
        self.length_s = len(pages) / (channels * width * rate)
        return self

    def is_playing(self) -> bool:
        return not self.stopped and (self.hangs or self.clock() - self.begun_s < min(self.length_s, self.stops_s))

    def stop(self) -> None:
        self.stopped = True


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Device:
    device = Device(Clock())
    module = SimpleNamespace(play_buffer=device.play_buffer, _simpleaudio=Device)
    monkeypatch.setitem(sys.modules, "simpleaudio", module)
    return device


def play_minutes(device: Device, minutes: int, sleep: Callable[[float], None] | None = None) -> None:
    with WholeTrackSink(device.clock, sleep or device.clock.sleep) as sink:
        for _ in range(minutes):
            sink.write(tone(60_000))


class TestSimpleaudio:
    def test_plays_the_whole_track_once_it_is_mixed(self, device: Device) -> None:
        begun_s = device.clock()
        play_minutes(device, 3)
        assert device.clock() - begun_s == pytest.approx(180, abs=0.1)
        played = np.frombuffer(device.pages, "<i2").reshape(-1, 2) / 2**15
        assert np.abs(played - np.tile(from_raw(tone(60_000).raw_data), (3, 1))).max() < 2**-14

    def test_a_loudspeaker_that_stops_before_the_end_is_told(self, device: Device) -> None:
        device.stops_s = 100
        with pytest.raises(DeviceError, match="the loudspeaker has stopped before the end"):
            play_minutes(device, 3)

    def test_a_loudspeaker_that_is_held_up_is_told(self, device: Device) -> None:
        device.hangs = True
        begun_s = device.clock()
        with pytest.raises(DeviceError, match="the loudspeaker has stopped before the end"):
            play_minutes(device, 1)
        assert 60 < device.clock() - begun_s < 70
        assert device.stopped

    def test_ctrl_c_fades_out_where_it_is_and_stops(self, device: Device) -> None:
        def interrupted(seconds: float) -> None:
            device.clock.sleep(seconds)
            if 30 < device.clock() - device.begun_s < 30.06:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            play_minutes(device, 1, interrupted)
        assert device.stopped
        played = np.frombuffer(device.pages, "<i2").reshape(-1, 2)[: 31 * RATE] / 2**15
        assert np.abs(played[30 * RATE : round(30.1 * RATE)]).max() > 0.49
        assert not played[round(30.4 * RATE) :].any()
        steps = np.abs(np.diff(played[:, 0]))
        assert steps.max() <= steps[:RATE].max() * 1.01, "no click"


def heard(path: Path) -> Samples:
    """A sound file, decoded."""
    return np.concatenate([from_raw(chunk) for chunk in decode(path)])

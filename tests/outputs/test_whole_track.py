"""simpleaudio: the whole track at once, missed when its loudspeaker stops, faded out by Ctrl-C."""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from helpers.clocks import Clock

from synth.audio.pcm import AudioSegment, from_raw, to_segment
from synth.errors import DeviceError
from synth.outputs.opening import open_output
from synth.outputs.whole_track import WholeTrackSink
from synth.units import RATE


def tone(ms: int) -> AudioSegment:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(ms * RATE // 1000) / RATE)
    return to_segment(np.column_stack([wave, wave]))


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

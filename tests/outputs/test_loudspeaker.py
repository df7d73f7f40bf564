"""Loudspeakers: found by name, heard soon, missed when they go. On a device that only keeps time, as everywhere."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import miniaudio
import numpy as np
import pytest
from helpers.sound import run_metta

from synth.app.diagnostics import examine
from synth.audio.pcm import AudioSegment, to_segment
from synth.errors import DeviceError
from synth.outputs import loudspeaker as speaker
from synth.outputs.loudspeaker import BLOCKS_AHEAD, PERIOD_MS, PERIODS, Feed, Loudspeaker, SpeakerSink, find_loudspeaker
from synth.outputs.output import OUTPUTS, Sink, open_output
from synth.units import RATE

PERIOD_FRAMES = PERIOD_MS * RATE // 1000
BLOCK: AudioSegment = to_segment(np.full((PERIOD_FRAMES, 2), 0.25))
ONLY_NULL = "NULL Playback Device"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four loudspeakers to be found."""
    names = ("Room", "HDMI", "HDMI 2", "Großer Saal")
    there = tuple(Loudspeaker(name, name == "HDMI", None) for name in names)
    monkeypatch.setattr(speaker, "loudspeakers", lambda: there)


@pytest.fixture
def keeping_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only loudspeaker there is, and the default one, is the device that only keeps time."""
    monkeypatch.setattr(speaker, "_HEARD", [miniaudio.Backend.NULL])


@pytest.mark.usefixtures("house")
class TestAName:
    @pytest.mark.parametrize(
        ("part", "name"), [("room", "Room"), ("hdmi", "HDMI"), ("HDMI 2", "HDMI 2"), ("GROSSER", "Großer Saal")]
    )
    def test_is_known_by_a_part_in_any_case_and_whole_before_in_part(self, part: str, name: str) -> None:
        assert find_loudspeaker(part).name == name

    def test_that_is_unknown_is_told_with_those_there_are(self) -> None:
        with pytest.raises(DeviceError) as raised:
            open_output("miniaudio", "kitchen")
        told = "there is no loudspeaker 'kitchen'; there are 'Room', 'HDMI', 'HDMI 2', 'Großer Saal'"
        assert str(raised.value) == told

    def test_that_fits_several_is_told_with_them(self) -> None:
        with pytest.raises(DeviceError, match=r"more than one .*: 'HDMI', 'HDMI 2'; give more of it"):
            SpeakerSink(device="HDM")

    def test_is_unknown_where_there_is_no_loudspeaker(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(speaker, "loudspeakers", tuple)
        with pytest.raises(DeviceError, match="'Room'; there is none at all"):
            find_loudspeaker("Room")

    @pytest.mark.parametrize("output", OUTPUTS[1:])
    def test_is_for_miniaudio_alone(self, output: str) -> None:
        with pytest.raises(DeviceError, match=f"leave out --device, or --output {output}"):
            open_output(output, "Room")

    def test_is_in_the_doctors_list_with_the_default_marked(self, tmp_path: Path) -> None:
        (found,) = (finding for finding in examine(tmp_path) if finding.part == "loudspeaker")
        assert (found.state, found.found) == ("good", "Room, HDMI (the default), HDMI 2, Großer Saal")


@pytest.mark.usefixtures("keeping_time")
class TestASink:
    def test_plays_on_the_device_named(self) -> None:
        with SpeakerSink(device="null play") as sink:
            assert sink.name == ONLY_NULL
            sink.write(BLOCK)

    def test_tells_on_which_device_it_plays_where_none_is_named(self) -> None:
        with SpeakerSink() as sink:
            assert sink.name == ONLY_NULL

    def test_takes_the_default_device_where_the_one_named_has_gone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as before:
            before.setattr(speaker, "loudspeakers", lambda: (Loudspeaker("Headphones", False, None),))
            sink = SpeakerSink(device="headphones")
        assert sink.name == "Headphones"
        with sink:
            assert sink.name == ONLY_NULL
            sink.write(BLOCK)

    def test_takes_the_default_device_where_the_one_named_does_not_play(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(speaker, "_STARTING_S", 0.5)
        real, opened = miniaudio.PlaybackDevice, []

        def mute_at_first(**options: object) -> miniaudio.PlaybackDevice:
            opened.append(real(**options))
            if len(opened) == 1:
                opened[0].start = lambda stream: None
            return opened[-1]

        monkeypatch.setattr(miniaudio, "PlaybackDevice", mute_at_first)
        default = Loudspeaker("Elsewhere", True, None)
        monkeypatch.setattr(speaker, "loudspeakers", lambda: (Loudspeaker("Headphones", False, None), default))
        with SpeakerSink(device="headphones") as sink:
            assert sink.name == "Elsewhere"
            sink.write(BLOCK)
        assert len(opened) == 2

    def test_misses_a_device_that_stops_within_about_a_second(self) -> None:
        sink = SpeakerSink()
        assert lost_after(lambda: stop(sink), sink) < 2

    def test_misses_it_also_while_it_plays_to_the_end(self) -> None:
        sink = SpeakerSink()
        assert lost_after(lambda: stop(sink), sink, going_on_for=0) < 2

    def test_notices_that_the_machine_slept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = speaker._clock
        assert lost_after(lambda: monkeypatch.setattr(speaker, "_clock", lambda: clock() + 3600), SpeakerSink()) < 1

    def test_can_be_entered_again_and_counts_anew(self) -> None:
        sink = SpeakerSink(device="null")

        def dawdle() -> None:
            time.sleep(0.5)
            assert sink.underruns > 0
            stop(sink)

        lost_after(dawdle, sink)
        with sink:
            assert sink.underruns == 0
            write_for(sink, 0.5)

    def test_leaves_a_device_that_never_closes_to_itself(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answered = threading.Event()
        begun = time.monotonic()
        with SpeakerSink() as sink:
            closes = sink._device.close
            monkeypatch.setattr(sink._device, "close", lambda: answered.wait() and closes())
        assert time.monotonic() - begun < 3
        answered.set()


class TestTime:
    def test_from_a_block_to_its_sound_is_at_most_250_ms(self) -> None:
        feed = Feed()
        for _ in range(BLOCKS_AHEAD):
            feed.put(BLOCK.raw_data)
        writing = threading.Thread(target=feed.put, args=(BLOCK.raw_data,))
        writing.start()
        writing.join(0.2)
        assert writing.is_alive(), "no more is queued"
        stream = feed.stream()
        next(stream)
        assert stream.send(PERIOD_FRAMES) == BLOCK.raw_data
        writing.join(5)
        assert not writing.is_alive()
        before_it, on_its_way = BLOCKS_AHEAD - 1, 1
        assert (before_it + on_its_way + PERIODS) * PERIOD_MS <= 250

    def test_a_block_that_is_a_little_late_is_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(speaker, "_LATE_S", 10)
        feed = Feed()
        stream = feed.stream()
        next(stream)
        feed.put(BLOCK.raw_data)
        assert stream.send(PERIOD_FRAMES) == BLOCK.raw_data
        threading.Timer(0.1, feed.put, [BLOCK.raw_data]).start()
        assert stream.send(PERIOD_FRAMES) == BLOCK.raw_data
        assert feed.underruns == 0

    def test_a_gap_longer_than_the_device_holds_is_an_underrun_and_a_far_longer_one_a_loss(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1_000.0
        monkeypatch.setattr(speaker, "_clock", lambda: now)
        feed = Feed()
        stream = feed.stream()
        next(stream)
        for gap, underruns, lost in [(2.5, 0, False), *[(0.05, 0, False)] * 5, (0.15, 0, False), (0.3, 1, False),
                                     (0.05, 1, False), (1.2, 1, True), (0.05, 1, True)]:  # fmt: skip
            if not feed.lost:
                feed.put(BLOCK.raw_data)
            now += gap
            stream.send(PERIOD_FRAMES)
            assert (feed.underruns, feed.lost) == (underruns, lost), f"after {gap} s"

    def test_nothing_is_missed_beside_a_busy_core(self) -> None:
        with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as burner:
            try:
                assert any(underruns_in(3) == 0 for _ in range(3)), "a fault of ours would come back every time"
                assert burner.poll() is None
            finally:
                burner.kill()


class TestTheDoctorsBell:
    def test_rings_and_says_where(self, tmp_path: Path) -> None:
        run = run_metta("doctor", "--bell", "--output", "null", folder=tmp_path)
        assert run.stdout.splitlines()[-1] == "a bell rang on null"
        assert (run.returncode, run.stderr) == (0, "")

    def test_is_not_mixed_with_json(self, tmp_path: Path) -> None:
        run = run_metta("doctor", "--bell", "--json", folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert "--bell is for ears and --json for programs" in run.stderr

    def test_on_a_device_that_is_not_there_ends_with_3(self, tmp_path: Path) -> None:
        run = run_metta("doctor", "--bell", "--device", "a device nobody has", folder=tmp_path)
        assert run.returncode == 3
        assert run.stderr.startswith("error: there is no loudspeaker 'a device nobody has'; there ")


def lost_after(happening: Callable[[], object], sink: Sink, going_on_for: float = 30) -> float:
    """Plays, lets something happen, and plays on; how many seconds later the sink was left, as it told of its loss."""
    begun = 0.0

    def play() -> None:
        nonlocal begun
        with sink:
            write_for(sink, 0.5)
            happening()
            begun = time.monotonic()
            write_for(sink, going_on_for)

    with pytest.raises(DeviceError, match="the loudspeaker has stopped"):
        play()
    return time.monotonic() - begun


def write_for(sink: Sink, seconds: float) -> None:
    for _ in range(round(seconds * 1000 / PERIOD_MS)):
        sink.write(BLOCK)


def stop(sink: SpeakerSink) -> None:
    """What a device does that goes: it asks no more."""
    miniaudio.lib.ma_device_stop(sink._device._device)


def underruns_in(seconds: float) -> int:
    with SpeakerSink(silent=True) as sink:
        write_for(sink, seconds)
    return sink.underruns

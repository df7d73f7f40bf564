"""Loudspeakers: found by name, heard soon, missed when they go. On a device that only keeps time, as everywhere."""

import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import miniaudio
import numpy as np
import pytest
from helpers.clocks import Clock
from helpers.sound import run_metta
from helpers.terminals import PATIENCE_S, wait_until

from synth.app.diagnostics import examine
from synth.audio.pcm import FRAME_BYTES, AudioSegment, from_raw, to_segment
from synth.errors import DeviceError
from synth.outputs import loudspeaker as speaker
from synth.outputs.loudspeaker import (
    BLOCKS_AHEAD,
    PERIOD_MS,
    PERIODS,
    STALLED_S,
    STARTING_S,
    Feed,
    Loudspeaker,
    SpeakerSink,
    find_loudspeaker,
)
from synth.outputs.opening import open_output
from synth.units import RATE

PERIOD_FRAMES = PERIOD_MS * RATE // 1000
BLOCK: AudioSegment = to_segment(np.full((PERIOD_FRAMES, 2), 0.25))
ONLY_NULL = "NULL Playback Device"


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
            SpeakerSink("HDM")

    def test_is_unknown_where_there_is_no_loudspeaker(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(speaker, "loudspeakers", tuple)
        with pytest.raises(DeviceError, match="'Room'; there is none at all"):
            find_loudspeaker("Room")

    def test_is_in_the_doctors_list_with_the_default_marked(self, tmp_path: Path) -> None:
        (found,) = (finding for finding in examine(tmp_path) if finding.part == "loudspeaker")
        assert (found.state, found.found) == ("good", "Room, HDMI (the default), HDMI 2, Großer Saal")


@pytest.mark.realtime
@pytest.mark.usefixtures("keeping_time")
class TestASink:
    def test_plays_on_the_device_named(self, clock: Clock) -> None:
        with SpeakerSink("null play", clock=clock, sleep=clock.sleep) as sink:
            assert sink.name == ONLY_NULL
            sink.write(BLOCK)

    def test_tells_on_which_device_it_plays_where_none_is_named(self, clock: Clock) -> None:
        with SpeakerSink(clock=clock, sleep=clock.sleep) as sink:
            assert sink.name == ONLY_NULL

    def test_takes_the_default_device_where_the_one_named_has_gone(
        self, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as before:
            before.setattr(speaker, "loudspeakers", lambda: (Loudspeaker("Headphones", False, None),))
            sink = SpeakerSink("headphones", clock=clock, sleep=clock.sleep)
        assert sink.name == "Headphones"
        with sink:
            assert sink.name == ONLY_NULL
            sink.write(BLOCK)

    def test_takes_the_default_device_where_the_one_named_does_not_play(
        self, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(speaker, "STARTING_S", 0.5)
        real, opened = miniaudio.PlaybackDevice, []

        def mute_at_first(**options: object) -> miniaudio.PlaybackDevice:
            opened.append(real(**options))
            if len(opened) == 1:
                opened[0].start = lambda stream: None
            return opened[-1]

        monkeypatch.setattr(miniaudio, "PlaybackDevice", mute_at_first)
        default = Loudspeaker("Elsewhere", True, None)
        monkeypatch.setattr(speaker, "loudspeakers", lambda: (Loudspeaker("Headphones", False, None), default))
        with SpeakerSink("headphones", clock=clock, sleep=clock.sleep) as sink:
            assert sink.name == "Elsewhere"
            sink.write(BLOCK)
        assert len(opened) == 2

    def test_misses_a_device_that_stops(self, clock: Clock) -> None:
        def happening(sink: SpeakerSink) -> None:
            stop(sink)
            clock.now_s += STALLED_S
            sink.write(BLOCK)
            clock.now_s += 0.1

        assert lost_by(happening, clock, going_on_for=1) == 0

    def test_misses_it_also_while_it_plays_to_the_end(self, clock: Clock) -> None:
        def happening(sink: SpeakerSink) -> None:
            stop(sink)
            clock.now_s += STALLED_S + 0.1

        lost_by(happening, clock)

    def test_notices_that_the_machine_slept(self, clock: Clock) -> None:
        def happening(sink: SpeakerSink) -> None:
            clock.now_s += 3_600

        assert lost_by(happening, clock, going_on_for=100) < 100

    def test_can_be_entered_again_and_counts_anew(self, clock: Clock) -> None:
        sink = SpeakerSink("null", clock=clock, sleep=clock.sleep)

        def happening(sink: SpeakerSink) -> None:
            wait_until(lambda: sink.underruns > 0)
            stop(sink)
            clock.now_s += STALLED_S + 0.1

        lost_by(happening, clock, sink, going_on_for=1)
        assert sink.underruns > 0
        with sink:
            assert sink.underruns == 0
            sink.write(BLOCK)

    def test_leaves_a_device_that_never_closes_to_itself(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(speaker, "STALLED_S", 0.1)
        may, closed = threading.Event(), threading.Event()
        with SpeakerSink(clock=clock, sleep=clock.sleep) as sink:
            close = sink._device.close

            def close_late() -> None:
                may.wait(PATIENCE_S)
                close()
                closed.set()

            monkeypatch.setattr(sink._device, "close", close_late)
        assert not closed.is_set()
        may.set()
        assert closed.wait(PATIENCE_S)


class TestTime:
    def test_from_a_block_to_its_sound_is_at_most_250_ms(self) -> None:
        later = count()
        feed = Feed(lambda: float(next(later)))
        for _ in range(BLOCKS_AHEAD):
            feed.put(BLOCK.raw_data)
        with pytest.raises(DeviceError):  # there is no room, and after a while no hope
            feed.put(BLOCK.raw_data)
        before_it, on_its_way = BLOCKS_AHEAD - 1, 1
        assert (before_it + on_its_way + PERIODS) * PERIOD_MS <= 250

    def test_a_block_is_put_as_soon_as_there_is_room(self, clock: Clock) -> None:
        feed = Feed(clock)
        for _ in range(BLOCKS_AHEAD):
            feed.put(BLOCK.raw_data)
        writing = threading.Thread(target=feed.put, args=(BLOCK.raw_data,))
        writing.start()
        stream = feed.stream()
        next(stream)
        assert stream.send(PERIOD_FRAMES) == BLOCK.raw_data
        writing.join(PATIENCE_S)
        assert not writing.is_alive()

    def test_a_block_that_is_a_little_late_is_waited_for(self, clock: Clock) -> None:
        feed = Feed(clock, late_s=PATIENCE_S)
        stream = feed.stream()
        next(stream)
        feed.put(BLOCK.raw_data)
        assert stream.send(PERIOD_FRAMES) == BLOCK.raw_data
        heard: list[bytes] = []
        asking = threading.Thread(target=lambda: heard.append(stream.send(PERIOD_FRAMES)))
        asking.start()
        feed.put(BLOCK.raw_data)
        asking.join(PATIENCE_S)
        assert heard == [BLOCK.raw_data]
        assert feed.underruns == 0

    def test_before_the_first_block_nothing_is_waited_for(self, clock: Clock) -> None:
        feed = Feed(clock, late_s=PATIENCE_S)
        stream = feed.stream()
        next(stream)
        asking = threading.Thread(target=stream.send, args=(PERIOD_FRAMES,))
        asking.start()
        asking.join(PATIENCE_S / 2)
        assert not asking.is_alive()
        assert feed.underruns == 0

    def test_a_gap_longer_than_the_device_holds_is_an_underrun_and_a_far_longer_one_a_loss(self, clock: Clock) -> None:
        feed = Feed(clock)
        stream = feed.stream()
        next(stream)
        for gap, underruns, lost in [(2.5, 0, False), *[(0.05, 0, False)] * 5, (0.15, 0, False), (0.3, 1, False),
                                     (0.05, 1, False), (1.2, 1, True), (0.05, 1, True)]:  # fmt: skip
            if not feed.lost:
                feed.put(BLOCK.raw_data)
            clock.now_s += gap
            stream.send(PERIOD_FRAMES)
            assert (feed.underruns, feed.lost) == (underruns, lost), f"after {gap} s"

    def test_one_that_never_asks_is_lost(self, clock: Clock) -> None:
        feed = Feed(clock)
        clock.now_s += STARTING_S
        feed.check()
        clock.now_s += 0.1
        with pytest.raises(DeviceError, match="the loudspeaker has stopped"):
            feed.check()


class TestAFeed:
    def test_a_device_that_waits_in_vain_hears_silence_and_it_is_counted(self, clock: Clock) -> None:
        feed = Feed(clock, late_s=0)
        stream = feed.stream()
        next(stream)
        assert stream.send(100) == bytes(100 * FRAME_BYTES)
        assert feed.underruns == 0, "nothing had begun"
        feed.put(tone(10).raw_data)
        assert len(stream.send(480)) == 480 * FRAME_BYTES
        assert stream.send(480) == bytes(480 * FRAME_BYTES)
        assert feed.underruns == 1

    def test_leaving_by_an_exception_fades_out_within_300_ms(self, clock: Clock) -> None:
        feed = Feed(clock)
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


def tone(ms: int) -> AudioSegment:
    wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(ms * RATE // 1000) / RATE)
    return to_segment(np.column_stack([wave, wave]))


def lost_by(
    happening: Callable[[SpeakerSink], None], clock: Clock, sink: SpeakerSink | None = None, *, going_on_for: int = 0
) -> int:
    """Plays, lets something happen, and goes on for so many blocks: the sink tells its loss. How many it still took."""
    played = sink or SpeakerSink(clock=clock, sleep=clock.sleep)
    taken = 0

    def play() -> None:
        nonlocal taken
        with played:
            played.write(BLOCK)
            assert played._feed.going.wait(PATIENCE_S)
            happening(played)
            for _ in range(going_on_for):
                played.write(BLOCK)
                taken += 1

    with pytest.raises(DeviceError, match="the loudspeaker has stopped"):
        play()
    return taken


def stop(sink: SpeakerSink) -> None:
    """What a device does that goes: it asks no more."""
    miniaudio.lib.ma_device_stop(sink._device._device)

"""What is heard in the room, by a real way to loudspeakers that aren't there: PulseAudio's null sinks, recorded."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from helpers.sound import METTA, largest_step, part
from helpers.terminals import PATIENCE_S, wait_until

from synth.audio.ffmpeg import decode
from synth.audio.pcm import Samples, from_raw, to_segment
from synth.errors import DeviceError
from synth.outputs.loudspeaker import BLOCKS_AHEAD, PERIOD_MS
from synth.outputs.opening import open_output
from synth.outputs.output import Sink
from synth.units import RATE

pytestmark = pytest.mark.realtime
PROGRAMS = ("pulseaudio", "pactl", "parecord")
HEARD_WITHIN = 2**-13
"""PulseAudio plays 16 bits."""

TRIES = 5
"""A sound server on a busy machine may drop something; a fault of ours would come back every time."""


@dataclass(slots=True)
class SoundServer:
    """A sound server of its own: its environment, and its loudspeakers' modules by name."""

    environment: dict[str, str]
    server: subprocess.Popen[bytes]
    modules: dict[str, str]

    def pactl(self, *arguments: str) -> str:
        return subprocess.run(
            ["pactl", *arguments], env=self.environment, capture_output=True, check=True, text=True, timeout=PATIENCE_S
        ).stdout

    def put_up(self, name: str) -> None:
        """A loudspeaker of that name; the first is the default one."""
        options = f"sink_name={name.lower()}", f"sink_properties=device.description={name}", f"rate={RATE}"
        self.modules[name] = self.pactl("load-module", "module-null-sink", *options).strip()

    def take_away(self, name: str) -> None:
        self.pactl("unload-module", self.modules.pop(name))

    @contextlib.contextmanager
    def recording(self, name: str, path: Path) -> Iterator[Path]:
        """Records what sounds on a loudspeaker meanwhile."""
        source = f"{name.lower()}.monitor"
        command = ["parecord", "-d", source, "--file-format=wav", f"--rate={RATE}", "--channels=2", str(path)]
        with subprocess.Popen(command, env=self.environment) as recorder:
            try:
                wait_until(path.exists)
                wait_for_more(path)
                yield path
                wait_for_more(path)
            finally:
                recorder.send_signal(signal.SIGINT)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A room and a kitchen with a loudspeaker each; the room's is the default one."""
    if missing := [program for program in PROGRAMS if not shutil.which(program)]:
        pytest.skip(f"{', '.join(missing)} isn't installed: no sound server to play to")
    home = tmp_path / "house"
    home.mkdir(mode=0o700)
    for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home))
    for name in ("PULSE_SERVER", "PULSE_SINK", "PULSE_LATENCY_MSEC", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    found = SoundServer(dict(os.environ), serve(), {})
    try:
        wait_for(found)
        found.put_up("Room")
        found.put_up("Kitchen")
        yield found
    finally:
        found.server.terminate()
        found.server.wait()


def serve() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "-L", "module-native-protocol-unix"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_for(house: SoundServer) -> None:
    """Waits until the server answers."""

    def answers() -> bool:
        with contextlib.suppress(subprocess.SubprocessError):
            house.pactl("info")
            return True
        return False

    wait_until(lambda: answers() or house.server.poll() is not None)
    if house.server.poll() is not None:
        pytest.skip("the sound server doesn't start here")


def wait_for_more(recorded: Path) -> None:
    """Waits until another half a second, of two bytes a sample, is in the file."""
    enough = recorded.stat().st_size + RATE // 2 * 4
    wait_until(lambda: recorded.stat().st_size >= enough)


NOISE = np.random.RandomState(1).uniform(-0.3, 0.3, (3 * RATE, 2))


class TestTheWholeTrack:
    SCRIPT = "---\ntitle: Short\n---\n[bell block] Here we are. [pause 1s] And goodbye.\n"

    @pytest.mark.parametrize("output", ["miniaudio", "simpleaudio"])
    def test_is_heard_without_a_gap(self, output: str, house: SoundServer, tmp_path: Path) -> None:
        if output == "simpleaudio":
            pytest.importorskip("simpleaudio", reason="simpleaudio, an extra, isn't installed")
        script, rendered = tmp_path / "short.md", tmp_path / "short.wav"
        script.write_text(self.SCRIPT, encoding="utf-8")
        play = [str(METTA), "play", str(script), "--voice", "tones", "--output"]
        subprocess.run([*play, str(rendered)], env=house.environment, check=True, capture_output=True)
        differences = []
        for attempt in range(TRIES):
            with house.recording("Room", tmp_path / f"room{attempt}.wav") as room:
                subprocess.run([*play, output], env=house.environment, check=True, capture_output=True)
            differences.append(difference_where_it_fits(heard(room), heard(rendered)))
            if differences[-1] < HEARD_WITHIN:
                return
        pytest.fail(f"none of {TRIES} recordings is the track: they differ by {differences}")

    @pytest.mark.parametrize("gone", ["taken away", "suspended"])
    def test_that_is_cut_off_is_told(self, gone: str, house: SoundServer) -> None:
        pytest.importorskip("simpleaudio", reason="simpleaudio, an extra, isn't installed")
        house.take_away("Kitchen")
        command = [str(METTA), "doctor", "--bell", "--output", "simpleaudio"]
        with subprocess.Popen(command, env=house.environment, stderr=subprocess.PIPE, text=True) as playing:
            wait_until(lambda: "RUNNING" in house.pactl("list", "short", "sinks"))
            house.take_away("Room") if gone == "taken away" else house.pactl("suspend-sink", "room", "1")
            _, told = playing.communicate(timeout=PATIENCE_S)
        assert playing.returncode == 3
        assert told.endswith("error: the loudspeaker has stopped before the end; is it still there?\n")


class TestBlocks:
    def test_are_heard_one_after_another_on_the_device_named_alone(self, house: SoundServer, tmp_path: Path) -> None:
        differences = []
        for attempt in range(TRIES):
            with (
                house.recording("Kitchen", tmp_path / f"kitchen{attempt}.wav") as kitchen,
                house.recording("Room", tmp_path / f"room{attempt}.wav") as room,
                open_output("miniaudio", "kitchen") as sink,
            ):
                assert sink.name == "Kitchen"
                write(sink, NOISE)
            assert not heard(room).any()
            differences.append(difference_where_it_fits(heard(kitchen), NOISE))
            if differences[-1] < HEARD_WITHIN:
                loud = np.flatnonzero(heard(kitchen).any(axis=1))
                assert loud[-1] - loud[0] < len(NOISE), "nothing before it, and nothing behind it"
                return
        pytest.fail(f"none of {TRIES} recordings is what was sent: they differ by {differences}")

    def test_are_heard_within_250_ms(self, house: SoundServer) -> None:
        with open_output("miniaudio", "kitchen") as sink:
            held = []
            for _ in range(20):
                write(sink, NOISE[: 3 * PERIOD_MS * RATE // 1000])
                held.append(sum(map(int, re.findall(r"Latency: (\d+) usec", house.pactl("list", "sink-inputs")))))
        before_it, on_its_way = (BLOCKS_AHEAD - 1) * PERIOD_MS, PERIOD_MS
        assert 0 < max(held) / 1000 + before_it + on_its_way <= 250

    def test_fade_out_without_a_click_when_left_by_an_exception(self, house: SoundServer, tmp_path: Path) -> None:
        wave = 0.5 * np.sin(2 * np.pi * 440 * np.arange(10 * RATE) / RATE)
        tone = np.column_stack([wave, wave])
        with (
            house.recording("Room", tmp_path / "room.wav") as room,
            contextlib.suppress(KeyboardInterrupt),
            open_output("miniaudio") as sink,
        ):
            write(sink, tone[: 2 * RATE])
            raise KeyboardInterrupt
        loud = np.flatnonzero(heard(room).any(axis=1))
        end = part(heard(room), loud[-1] * 1000 // RATE - 200, loud[-1] * 1000 // RATE + 200)
        assert np.abs(end).max() > 0.4
        assert largest_step(end) <= largest_step(tone) * 1.05


class TestALoudspeakerThatGoes:
    @pytest.mark.parametrize("gone", ["taken away", "suspended"])
    def test_is_noticed_told_and_stood_in_for_until_it_is_back(
        self, gone: str, house: SoundServer, tmp_path: Path
    ) -> None:
        sink = open_output("miniaudio", "kitchen")

        def go() -> None:
            house.take_away("Kitchen") if gone == "taken away" else house.pactl("suspend-sink", "kitchen", "1")

        lost_by(go, sink)

        def difference(attempt: int) -> float:
            with house.recording("Room", tmp_path / f"room{attempt}.wav") as room, sink:
                assert sink.name == "Room"
                write(sink, NOISE)
            return difference_where_it_fits(heard(room), NOISE)

        assert any(difference(attempt) < HEARD_WITHIN for attempt in range(TRIES))
        house.put_up("Kitchen") if gone == "taken away" else house.pactl("suspend-sink", "kitchen", "0")
        with sink:
            assert sink.name == "Kitchen"

    def test_with_its_whole_server_is_told_until_there_is_one_again(self, house: SoundServer) -> None:
        sink = open_output("miniaudio")
        lost_by(house.server.kill, sink)
        house.server.wait()
        with pytest.raises(DeviceError, match="no loudspeaker can be opened"), sink:
            pass
        house.server = serve()
        wait_for(house)
        house.put_up("Room")
        with sink:
            assert sink.name == "Room"
            write(sink, NOISE)


class TestTheDoctor:
    def test_lists_the_loudspeakers_and_rings_on_the_one_asked_for(self, house: SoundServer, tmp_path: Path) -> None:
        run = subprocess.run([METTA, "doctor", "--json"], env=house.environment, capture_output=True, check=True)
        found = {row["part"]: row["found"] for row in json.loads(run.stdout)}
        assert found["loudspeaker"] == "Room (the default), Kitchen"
        bell = [str(METTA), "doctor", "--bell", "--device", "kit"]
        with (
            house.recording("Room", tmp_path / "room.wav") as room,
            house.recording("Kitchen", tmp_path / "kitchen.wav") as kitchen,
        ):
            run = subprocess.run(bell, env=house.environment, capture_output=True, check=True)
        assert run.stdout.decode().splitlines()[-1] == "a bell rang on Kitchen"
        assert np.abs(heard(kitchen)).max() > 0.5
        assert not heard(room).any()


def lost_by(happening: Callable[[], object], sink: Sink) -> None:
    """Plays, lets something happen, and plays on: the sink tells its loss, and is left."""

    def play() -> None:
        with sink:
            write(sink, NOISE)
            happening()
            for _ in range(10):
                write(sink, NOISE)

    with pytest.raises(DeviceError, match="the loudspeaker has stopped"):
        play()


def write(sink: Sink, samples: Samples) -> None:
    """Writes samples in blocks of a period."""
    frames = PERIOD_MS * RATE // 1000
    for start in range(0, len(samples), frames):
        sink.write(to_segment(samples[start : start + frames]))


def heard(path: Path) -> Samples:
    """A sound file, decoded."""
    return np.concatenate([from_raw(chunk) for chunk in decode(path)])


def difference_where_it_fits(heard: Samples, played: Samples) -> float:
    """The largest difference between a recording and a track, the one slid along the other until they fit."""
    probe = played[: 2 * RATE, 0]
    length = 1 << (len(heard) + len(probe)).bit_length()
    spectrum = np.fft.rfft(heard[:, 0], length) * np.conj(np.fft.rfft(probe, length))
    start = int(np.argmax(np.fft.irfft(spectrum, length)[: len(heard)]))
    found = heard[start : start + len(played)]
    if len(found) < len(played):
        return float("inf")
    return float(np.abs(found - played).max())


def test_the_difference_would_show_a_gap() -> None:
    quiet = np.zeros((RATE, 2))
    whole = np.concatenate([quiet, NOISE, quiet])
    gap = np.concatenate([quiet, NOISE[: 2 * RATE], np.zeros((480, 2)), NOISE[2 * RATE :], quiet])
    assert difference_where_it_fits(whole, NOISE) == 0
    assert difference_where_it_fits(gap, NOISE) > 0.1

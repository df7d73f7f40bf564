"""Live sound: what a loudspeaker gets is what a file gets, in time, and Ctrl-C fades it out."""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from synth.audio import FRAME_BYTES, AudioSegment, Samples, decode, from_raw, to_segment
from synth.cache import Cache
from synth.errors import DeviceError
from synth.personalise import Profile, Wishes
from synth.pipeline import Track, compose, prepare, send
from synth.script import Source, parse
from synth.sinks import open_output
from synth.sinks.memory import MemorySink
from synth.sinks.speaker import PERIOD_MS, PERIODS, SpeakerSink
from synth.sound import Sounds
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
    session = prepare(parse(Source("short.md", SCRIPT), {}), Profile(), Wishes(voice="tones"), sounds)
    return compose(session, sounds, cache)


def asked_by_device(sink: SpeakerSink, frames: int) -> bytes:
    """What the device's thread is given when it asks for so many frames, without a device."""
    stream = sink._stream()
    next(stream)
    return stream.send(frames)


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
            self.stream = self._stream()
            next(self.stream)
            return self

        def write(self, block: AudioSegment) -> None:
            self._blocks.put(block.raw_data)
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
    sink = SpeakerSink(silent=True)
    stream = sink._stream()
    next(stream)
    assert stream.send(100) == bytes(100 * FRAME_BYTES)
    assert sink.underruns == 0, "nothing had begun"
    sink._blocks.put(tone(10).raw_data)
    assert len(stream.send(480)) == 480 * FRAME_BYTES
    assert stream.send(480) == bytes(480 * FRAME_BYTES)
    assert sink.underruns == 1


def test_leaving_by_an_exception_fades_out_within_300_ms() -> None:
    sink = SpeakerSink(silent=True)
    sink._blocks.put(tone(1_000).raw_data)
    stream = sink._stream()
    next(stream)
    before = from_raw(stream.send(PERIOD_MS * 48))
    sink._fading.set()
    fading = from_raw(stream.send(PERIOD_MS * 48))
    after = from_raw(stream.send(PERIOD_MS * 48))
    assert np.abs(before).max() > 0.49
    assert np.abs(fading[-48:]).max() < 0.005
    assert not after.any()
    steps = np.abs(np.diff(np.concatenate([before, fading, after])[:, 0]))
    assert steps.max() <= np.abs(np.diff(before[:, 0])).max() * 1.01, "no click"
    assert PERIOD_MS * (PERIODS + 1) <= 300


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


def test_simpleaudio_that_is_missing_is_told_in_a_line() -> None:
    if importlib.util.find_spec("simpleaudio"):
        pytest.skip("simpleaudio is installed")
    with pytest.raises(DeviceError, match=r"metta-synth\[simpleaudio\]"):
        open_output("simpleaudio")


# A real way to a loudspeaker that isn't there: PulseAudio's null sink, recorded from its monitor.

PULSE = ("pulseaudio", "pactl", "parecord")


@pytest.fixture(scope="module")
def pulse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    missing = [program for program in PULSE if not shutil.which(program)]
    if missing:
        pytest.skip(f"{', '.join(missing)} isn't installed: no sound server to play to")
    home = tmp_path_factory.mktemp("pulse")
    home.chmod(0o700)
    environment = os.environ | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    server = subprocess.Popen(
        [
            *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1"),
            *("-L", "module-native-protocol-unix", "-L", f"module-null-sink sink_name=room rate={RATE}"),
        ],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(50):
        if subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False).returncode == 0:
            break
        time.sleep(0.1)
    else:
        server.kill()
        pytest.skip("the sound server doesn't start here")
    yield environment
    server.terminate()
    server.wait()


ROOM_SCRIPT = "---\ntitle: Short\n---\n[bell block] Here we are. [pause 1s] And goodbye.\n"
TRIES = 3
"""A sound server on a busy machine may drop something; a fault of ours would come back every time."""


@pytest.mark.parametrize("output", ["miniaudio", "simpleaudio"])
def test_what_is_heard_in_the_room_is_the_track_without_a_gap(
    output: str, pulse: dict[str, str], tmp_path: Path
) -> None:
    if output == "simpleaudio":
        pytest.importorskip("simpleaudio", reason="simpleaudio, an extra, isn't installed")
    script, rendered = tmp_path / "short.md", tmp_path / "short.wav"
    script.write_text(ROOM_SCRIPT, encoding="utf-8")
    play = [str(METTA), "play", str(script), "--voice", "tones", "--output"]
    subprocess.run([*play, str(rendered)], env=pulse, check=True, capture_output=True)
    differences = []
    for attempt in range(TRIES):
        with recording(pulse, tmp_path / f"room{attempt}.wav") as room:
            subprocess.run([*play, output], env=pulse, check=True, capture_output=True)
        differences.append(difference_where_it_fits(heard(room), heard(rendered)))
        if differences[-1] < 2**-13:
            return
    pytest.fail(f"none of {TRIES} recordings is the track: they differ by {differences}")


@contextlib.contextmanager
def recording(pulse: dict[str, str], path: Path) -> Iterator[Path]:
    """Records what the sound server plays meanwhile."""
    command = ["parecord", "-d", "room.monitor", "--file-format=wav", f"--rate={RATE}", "--channels=2", str(path)]
    with subprocess.Popen(command, env=pulse) as recorder:
        listing = ["pactl", "list", "short", "source-outputs"]
        while not subprocess.run(listing, env=pulse, capture_output=True, check=True).stdout:
            time.sleep(0.1)
        time.sleep(1)  # it is listed a while before it records
        yield path
        time.sleep(0.5)
        recorder.send_signal(signal.SIGINT)


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
    noise = np.random.RandomState(1).uniform(-0.5, 0.5, (3 * RATE, 2))
    quiet = np.zeros((RATE, 2))
    whole = np.concatenate([quiet, noise, quiet])
    gap = np.concatenate([quiet, noise[: 2 * RATE], np.zeros((480, 2)), noise[2 * RATE :], quiet])
    assert difference_where_it_fits(whole, noise) == 0
    assert difference_where_it_fits(gap, noise) > 0.1

"""The loudspeaker, by miniaudio: a queue filled ahead, and a device thread that only copies from it."""

import queue
import threading
import time
from collections.abc import Generator
from types import TracebackType
from typing import Self

import miniaudio
import numpy as np

from synth.audio import CHANNELS, FRAME_BYTES, AudioSegment
from synth.errors import DeviceError
from synth.sinks import quiet_libraries
from synth.units import RATE

PERIOD_MS = 48
PERIODS = 5
"""What the device holds, 240 ms: as much as leaves room, within 300 ms, for a fade of one more period."""

BLOCKS_AHEAD = 4
_PATIENCE_S = 0.1
_STALLED_S = 3.0


class SpeakerSink:
    """Plays blocks as they come. ``silent`` plays on a device that only keeps time.

    Leaving it plainly plays to the end; leaving it by an exception fades out within the next period, so that all is
    still within 300 ms.
    ``underruns`` counts how often nothing was ready, or the device was served too late.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent
        self._blocks: queue.Queue[bytes | None] = queue.Queue(BLOCKS_AHEAD)
        self._rest = memoryview(b"")
        self._begun = False
        self._fading = threading.Event()
        self._ended = threading.Event()
        self._asked = threading.Event()
        self.underruns = 0

    def __enter__(self) -> Self:
        backends = [miniaudio.Backend.NULL] if self._silent else [b for b in miniaudio.Backend if b not in _NOT_HEARD]
        try:
            with quiet_libraries():
                self._device = miniaudio.PlaybackDevice(
                    output_format=miniaudio.SampleFormat.SIGNED32,
                    nchannels=CHANNELS,
                    sample_rate=RATE,
                    buffersize_msec=PERIOD_MS,
                    callback_periods=PERIODS,
                    backends=backends,
                    app_name="metta",
                )
                stream = self._stream()
                next(stream)
                self._device.start(stream)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(
                f"no loudspeaker can be opened ({error.args[0]}); plug one in, or use --output FILE.wav"
            ) from None
        return self

    def write(self, block: AudioSegment) -> None:
        """Queues a block; waits while enough is queued. Raises DeviceError where the device has stopped asking."""
        self._put(block.raw_data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._put(None)
                while not self._ended.wait(_PATIENCE_S):
                    self._check_alive()
            else:
                self._fading.set()
                self._ended.wait(PERIOD_MS / 1000)
            time.sleep(PERIODS * PERIOD_MS / 1000)  # the device sounds what it holds
        finally:
            self._device.close()

    def _put(self, raw: bytes | None) -> None:
        while True:
            try:
                return self._blocks.put(raw, timeout=_PATIENCE_S)
            except queue.Full:
                self._check_alive()

    def _check_alive(self) -> None:
        if not self._asked.wait(_STALLED_S) or self._device.callback_generator is None:
            raise DeviceError("the loudspeaker has stopped; is it still there?")
        self._asked.clear()

    def _stream(self) -> Generator[bytes, int, None]:
        """What the device thread asks of: exactly as many frames as it wants, silence where there are none."""
        frames = yield b""
        asked_at = None
        while True:
            now = time.monotonic()
            late = asked_at is not None and now - asked_at > PERIODS * PERIOD_MS / 1000
            asked_at = now
            self._asked.set()
            wanted = frames * FRAME_BYTES
            got = self._take(wanted)
            if self._fading.is_set() and not self._ended.is_set():
                got = _faded(got)
                self._ended.set()
            elif self._begun and not self._ended.is_set() and (late or len(got) < wanted):
                self.underruns += 1
            self._begun = self._begun or bool(got)
            frames = yield bytes(got.ljust(wanted, b"\0"))

    def _take(self, wanted: int) -> bytearray:
        """Up to so many queued bytes; none once the end has come."""
        got = bytearray()
        while len(got) < wanted and not self._ended.is_set():
            if not self._rest:
                try:
                    block = self._blocks.get_nowait()
                except queue.Empty:
                    break
                if block is None:
                    self._ended.set()
                    break
                self._rest = memoryview(block)
            piece = self._rest[: wanted - len(got)]
            self._rest = self._rest[len(piece) :]
            got += piece
        return got


_NOT_HEARD = (miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM)


def _faded(raw: bytearray) -> bytearray:
    """Bytes in the project format, faded out from their first frame to their last."""
    samples = np.frombuffer(raw, "<i4").reshape(-1, CHANNELS)
    ramp = np.cos(np.pi / 2 * (np.arange(len(samples)) + 1) / max(1, len(samples))) ** 2
    return bytearray((samples * ramp[:, None]).astype("<i4").tobytes())


def playback_devices() -> tuple[str, ...]:
    """The loudspeakers that miniaudio sees, by name."""
    try:
        with quiet_libraries():
            return tuple(device["name"] for device in miniaudio.Devices().get_playbacks())
    except miniaudio.MiniaudioError:
        return ()

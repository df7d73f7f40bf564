"""The loudspeaker, by miniaudio: a queue filled ahead, and a device thread that only copies from it."""

import queue
import threading
import time
from collections.abc import Generator, Iterator
from types import TracebackType
from typing import Self

import miniaudio
import numpy as np

from synth.audio import CHANNELS, FRAME_BYTES, AudioSegment
from synth.errors import DeviceError
from synth.sinks import quiet_libraries
from synth.units import RATE

PERIOD_MS = 60
PERIODS = 3
"""What the device holds: what is heard now left the queue at most ``PERIODS × PERIOD_MS`` ago."""

BLOCKS_AHEAD = 4
_PATIENCE_S = 0.1
_STALLED_S = 3.0


class SpeakerSink:
    """Plays blocks as they come. ``silent`` plays on a device that only keeps time.

    Leaving it plainly plays to the end; leaving it by an exception fades out within the next period, so that all is
    still within 300 ms.
    ``underruns`` counts the periods for which nothing was ready.
    """

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent
        self._blocks: queue.Queue[bytes | None] = queue.Queue(BLOCKS_AHEAD)
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
        pieces = self._pieces()
        rest = memoryview(b"")
        frames = yield b""
        begun = False
        while True:
            self._asked.set()
            wanted = frames * FRAME_BYTES
            got = bytearray()
            while len(got) < wanted:
                if not rest:
                    piece = next(pieces)
                    if piece is None:
                        break
                    rest = memoryview(piece)
                taken = rest[: wanted - len(got)]
                got += taken
                rest = rest[len(taken) :]
            begun = begun or bool(got)
            if self._fading.is_set() and not self._ended.is_set():
                got = _faded(got)
                rest = memoryview(b"")
                self._ended.set()
            elif begun and len(got) < wanted and not self._ended.is_set():
                self.underruns += 1
            frames = yield bytes(got.ljust(wanted, b"\0"))

    def _pieces(self) -> Iterator[bytes | None]:
        """Queued blocks; None while there is nothing, and for ever once the end has come."""
        while not self._ended.is_set():
            try:
                block = self._blocks.get_nowait()
            except queue.Empty:
                yield None
                continue
            if block is None:
                self._ended.set()
            yield block
        while True:
            yield None


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

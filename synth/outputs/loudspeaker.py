"""The loudspeaker, by miniaudio: a short queue, and a device's thread that only copies from it.

A device that has gone says so on some systems only, and some say so of one that has just begun. All of them stop
asking, so that is what is watched: a device that was going and asks no more, or asks again after far longer than it
can hold, has gone, or has slept with its machine.
"""

import os
import queue
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import miniaudio
import numpy as np

from synth.audio.pcm import CHANNELS, FRAME_BYTES, AudioSegment
from synth.errors import DeviceError
from synth.outputs.output import DEFAULT_SPEAKER, quiet_libraries
from synth.units import RATE

PERIOD_MS = 48
PERIODS = 3
BLOCKS_AHEAD = 2
"""A block of one period is heard at most 240 ms after it was written: behind the one before it in the queue (48 ms),
what is on its way to the device (48 ms), and what the device holds (144 ms).
"""

_PULSE_MS = 120
"""What PulseAudio holds: it is asked for one period, whatever their number, but heeds a variable of its own. As it
fetches in its own rhythm, now none and now two periods at once, it is given less, so that a key is heard in time.
"""

HELD_S = (PERIODS + 1) * PERIOD_MS / 1000
"""What a device and its driver hold: it asks again before that is over, or there is a gap."""

STALLED_S = 1.0
"""A device that was going and didn't ask for so long has gone, or has slept with its machine."""

STARTING_S = 3.0
"""How long a device may take until it asks for the first time."""

_LATE_S = PERIOD_MS / 1000
"""How long the device's thread waits for a block that is late: a period, as the device still holds some."""

_POLL_S = 0.1
"""How often it is looked whether the device is lost while it is waited for."""

_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))


def boot_clock() -> float:
    """Seconds, those that the machine sleeps included."""
    return time.monotonic() if _CLOCK is None else time.clock_gettime(_CLOCK)


@dataclass(frozen=True, slots=True)
class Loudspeaker:
    """A loudspeaker that is there; ``id`` is miniaudio's."""

    name: str
    default: bool
    id: Any


class SpeakerSink:
    """Plays blocks as they come, on the loudspeaker whose name ``device`` is, or is a part of, else on the default one.

    An unknown ``device`` raises DeviceError, and so does ``write`` within about a second of the device's going, or
    after the machine slept. The sink can then be entered again: if the device named isn't there any more, the default
    one takes its place; ``name`` tells on which it plays.

    Leaving it plainly plays to the end; leaving it by an exception fades out within the next period, so that nothing is
    heard after 300 ms. ``underruns`` counts how often, since it was entered, nothing was ready, or the device was
    served too late. ``clock`` tells seconds, those that the machine sleeps included; ``sleep`` waits them.
    """

    def __init__(
        self,
        device: str | None = None,
        *,
        clock: Callable[[], float] = boot_clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._wanted = None if device is None else find_loudspeaker(device).name
        self._feed = Feed(clock)
        self.name = self._wanted or DEFAULT_SPEAKER

    @property
    def underruns(self) -> int:
        """How often since the sink was entered a silence was heard that nobody asked for."""
        return self._feed.underruns

    def __enter__(self) -> Self:
        there = loudspeakers()
        named = next((speaker for speaker in there if speaker.name == self._wanted), None)
        if named is None or not self._opened(named):
            self._open(None)
            self.name = next((speaker.name for speaker in there if speaker.default), DEFAULT_SPEAKER)
        return self

    def write(self, block: AudioSegment) -> None:
        """Queues a block; waits while enough is queued. Raises DeviceError where the device has gone."""
        self._feed.put(block.raw_data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        feed = self._feed
        try:
            if kind is None:
                feed.put(None)
                while not feed.ended.wait(_POLL_S):
                    feed.check()
            elif not feed.lost:
                feed.fading.set()
                feed.ended.wait(2 * PERIOD_MS / 1000)
            if not feed.lost:
                self._sleep(HELD_S)  # the device sounds what it holds
        finally:
            self._close()

    def _opened(self, speaker: Loudspeaker) -> bool:
        """Opens a loudspeaker, and waits until it really plays; another can take its place if it does not."""
        try:
            self._open(speaker)
        except DeviceError:
            return False
        self.name = speaker.name
        if self._feed.going.wait(STARTING_S):
            return True
        self._close()
        return False

    def _open(self, speaker: Loudspeaker | None) -> None:
        os.environ.setdefault("PULSE_LATENCY_MSEC", str(_PULSE_MS))
        try:
            with quiet_libraries():
                self._device = miniaudio.PlaybackDevice(
                    output_format=miniaudio.SampleFormat.SIGNED32,
                    nchannels=CHANNELS,
                    sample_rate=RATE,
                    buffersize_msec=PERIOD_MS,
                    callback_periods=PERIODS,
                    device_id=speaker and speaker.id,
                    backends=_HEARD,
                    app_name="metta",
                )
                self._feed = Feed(self._clock)
                stream = self._feed.stream()
                next(stream)
                self._device.start(stream)
        except miniaudio.MiniaudioError as error:
            raise DeviceError(
                f"no loudspeaker can be opened ({error.args[0]}); plug one in, or use --output FILE.wav"
            ) from None

    def _close(self) -> None:
        """Closes the device; one that has gone may never answer, and is left to itself."""
        closing = threading.Thread(target=self._device.close, daemon=True)
        closing.start()
        closing.join(STALLED_S)


class Feed:
    """What one opened device is fed from: one side puts blocks in, the device's thread takes what it asks for.

    ``going``: the device has asked for more than it can hold, so it plays. ``fading``: what it asks for next shall be
    faded out. ``ended``: it was given the last. A block that is late is waited for ``late_s``.
    """

    def __init__(self, clock: Callable[[], float] = boot_clock, late_s: float = _LATE_S) -> None:
        self._clock = clock
        self._late_s = late_s
        self.going = threading.Event()
        self.fading = threading.Event()
        self.ended = threading.Event()
        self.underruns = 0
        self._blocks: queue.Queue[bytes | None] = queue.Queue(BLOCKS_AHEAD)
        self._rest = memoryview(b"")
        self._begun = False
        self._slept = False
        self._asked = 0
        self._asked_at = clock()

    @property
    def lost(self) -> bool:
        """The device asks no more, or did not for so long that the machine must have slept."""
        allowed_s = STALLED_S if self.going.is_set() else STARTING_S
        return self._slept or self._clock() - self._asked_at > allowed_s

    def check(self) -> None:
        """Raises DeviceError where the device is lost."""
        if self.lost:
            raise DeviceError("the loudspeaker has stopped; is it still there?")

    def put(self, raw: bytes | None) -> None:
        """Queues a block, or None for the end; waits for room. Raises DeviceError where the device is lost."""
        while True:
            self.check()
            try:
                return self._blocks.put(raw, timeout=_POLL_S)
            except queue.Full:
                pass

    def stream(self) -> Generator[bytes, int, None]:
        """What the device's thread asks of: exactly as many frames as it wants, silence where there are none."""
        frames = yield b""
        while True:
            now = self._clock()
            gap, self._asked_at = now - self._asked_at, now
            if self.going.is_set():
                self._slept = self._slept or gap > STALLED_S
            wanted = frames * FRAME_BYTES
            got = self._take(wanted)
            if self.fading.is_set() and not self.ended.is_set():
                got = _faded(got)
                self.ended.set()
            elif self._begun and not (self.ended.is_set() or self._slept):
                self.underruns += gap > HELD_S or len(got) < wanted
            self._begun = self._begun or bool(got)
            self._asked += frames
            if self._asked > HELD_S * RATE:
                self.going.set()
            frames = yield bytes(got.ljust(wanted, b"\0"))

    def _take(self, wanted: int) -> bytearray:
        """Up to so many queued bytes; none once the end has come.

        A block that is late is waited for, but not before the first one.
        """
        got = bytearray()
        while len(got) < wanted and not self.ended.is_set():
            if not self._rest:
                try:
                    block = self._blocks.get(timeout=self._late_s if self._begun else 0)
                except queue.Empty:
                    break
                if block is None:
                    self.ended.set()
                    break
                self._rest = memoryview(block)
            piece = self._rest[: wanted - len(got)]
            self._rest = self._rest[len(piece) :]
            got += piece
        return got


_HEARD = [b for b in miniaudio.Backend if b not in (miniaudio.Backend.NULL, miniaudio.Backend.CUSTOM)]


def _faded(raw: bytearray) -> bytearray:
    """Bytes in the project format, faded out from their first frame to their last."""
    samples = np.frombuffer(raw, "<i4").reshape(-1, CHANNELS)
    ramp = np.cos(np.pi / 2 * (np.arange(len(samples)) + 1) / max(1, len(samples))) ** 2
    return bytearray((samples * ramp[:, None]).astype("<i4").tobytes())


def loudspeakers() -> tuple[Loudspeaker, ...]:
    """The loudspeakers that miniaudio sees and can describe."""
    lib, ffi = miniaudio.lib, miniaudio.ffi
    infos, count = ffi.new("ma_device_info **"), ffi.new("ma_uint32 *")
    with quiet_libraries():
        try:
            devices = miniaudio.Devices(_HEARD)
        except miniaudio.MiniaudioError:
            return ()
        if lib.ma_context_get_devices(devices._context, infos, count, ffi.NULL, ffi.NULL) != lib.MA_SUCCESS:
            return ()
        there = [
            Loudspeaker(
                ffi.string(info.name).decode(errors="replace"),
                bool(info.isDefault),
                ffi.new("ma_device_id *", info.id),
            )
            for info in infos[0][0 : count[0]]
        ]
        return tuple(speaker for speaker in there if _is_heard(devices, speaker))


def _is_heard(devices: miniaudio.Devices, speaker: Loudspeaker) -> bool:
    """Whether it is more than an entry in a list: ALSA names many plugins that don't open, and one that is silent."""
    lib, ffi = miniaudio.lib, miniaudio.ffi
    described: int = lib.ma_context_get_device_info(
        devices._context, lib.ma_device_type_playback, speaker.id, ffi.new("ma_device_info *")
    )
    silent: bool = ffi.string(ffi.cast("char *", speaker.id)) == b"null"
    return described == lib.MA_SUCCESS and not silent


def find_loudspeaker(part: str) -> Loudspeaker:
    """The loudspeaker of that name, or the only one with that part in its name; case doesn't matter.

    Raises DeviceError, with the names there are, where there is none or more than one.
    """
    there = loudspeakers()
    wanted = part.casefold()
    found = [speaker for speaker in there if speaker.name.casefold() == wanted]
    found = found or [speaker for speaker in there if wanted in speaker.name.casefold()]
    names = ", ".join(f"'{name}'" for name in dict.fromkeys(speaker.name for speaker in found or there))
    if len({speaker.name for speaker in found}) > 1:
        raise DeviceError(f"'{part}' is a part of more than one loudspeaker's name: {names}; give more of it")
    if not found:
        raise DeviceError(
            f"there is no loudspeaker '{part}'; " + (f"there are {names}" if names else "there is none at all")
        )
    return found[0]

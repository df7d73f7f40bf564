"""The loudspeaker, by simpleaudio: a backend for whole tracks.

simpleaudio plays one buffer and cannot be fed while it plays, so the track is mixed first, into a file that is then
played from memory-mapped pages; that takes no more memory than any other sink, but the sound begins only when the
mix is done.
"""

import mmap
import tempfile
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import numpy as np

from synth.audio.pcm import CHANNELS, AudioSegment
from synth.errors import DeviceError
from synth.outputs.output import DEFAULT_SPEAKER, quiet_libraries
from synth.units import RATE

_BYTES = 2
_FRAME_BYTES = CHANNELS * _BYTES
_AHEAD_S = 0.1
"""How far ahead of what is heard a fade-out begins: what comes sooner may have been taken already."""

_FADE_S = 0.15
_STALLED_S, _EARLY_S = 5.0, 0.5
"""How much later or earlier than the track's length the end may come; else the loudspeaker has stopped."""

_DRIFT = 0.01
"""A loudspeaker's clock against the machine's, as a share of the track's length."""

_STOPPING_S = 1.0
"""How long a loudspeaker may take to stop."""

_POLL_S = 0.05


class WholeTrackSink:
    """Collects a track as 16-bit PCM and plays it when it is left; Ctrl-C fades it out where it is.

    Leaving it raises DeviceError where the loudspeaker stops before the end. ``clock`` tells seconds, ``sleep`` waits
    them.
    """

    name = DEFAULT_SPEAKER
    underruns = 0

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        try:
            import simpleaudio
        except ImportError:
            raise DeviceError(
                "simpleaudio isn't installed; pip install 'metta-synth[simpleaudio]' brings it, or leave out --output"
            ) from None
        self._simpleaudio: Any = simpleaudio
        self._clock = clock
        self._sleep = sleep

    def __enter__(self) -> Self:
        self._file = tempfile.TemporaryFile()
        return self

    def write(self, block: AudioSegment) -> None:
        """Adds a block to what will be played."""
        self._file.write(block.set_sample_width(_BYTES).raw_data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file:
            if kind is None and self._file.tell():
                self._file.flush()
                self._play(mmap.mmap(self._file.fileno(), 0))

    def _play(self, pages: mmap.mmap) -> None:
        try:
            with quiet_libraries():
                playing = self._simpleaudio.play_buffer(pages, CHANNELS, _BYTES, RATE)
        except self._simpleaudio._simpleaudio.SimpleaudioError as error:
            raise DeviceError(f"simpleaudio can't open a loudspeaker ({error})") from None
        begun = self._clock()
        length_s = len(pages) / _FRAME_BYTES / RATE
        try:
            ended = self._ended(playing, length_s * (1 + _DRIFT) + _STALLED_S)
            if not ended or self._clock() - begun < length_s * (1 - _DRIFT) - _EARLY_S:
                raise DeviceError("the loudspeaker has stopped before the end; is it still there?")
        except BaseException:
            _fade_out(pages, self._clock() - begun)
            self._sleep(_AHEAD_S + _FADE_S)
            playing.stop()
            self._ended(playing, _STOPPING_S)
            raise

    def _ended(self, playing: Any, within_s: float) -> bool:
        """Waits for the end; whether it came in time. A device that is held up has none, and simpleaudio no limit."""
        latest = self._clock() + within_s
        while playing.is_playing() and self._clock() < latest:
            self._sleep(_POLL_S)
        return not playing.is_playing()


def _fade_out(pages: mmap.mmap, now_s: float) -> None:
    """Fades the pages that are just about to be played, and silences a second behind them."""
    first = round((now_s + _AHEAD_S) * RATE)
    frames = min(round((_FADE_S + 1) * RATE), len(pages) // _FRAME_BYTES - first)
    if frames <= 0:
        return
    start, end = first * _FRAME_BYTES, (first + frames) * _FRAME_BYTES
    samples = np.frombuffer(pages[start:end], "<i2").reshape(-1, CHANNELS)
    ramp = np.clip(1 - np.arange(frames) / (_FADE_S * RATE), 0, 1)
    pages[start:end] = (samples * ramp[:, None]).astype("<i2").tobytes()

"""Effects that make a recorded voice pleasant to hear, by name; scripts and the command call them treatments.

An effect is an ffmpeg filter graph that takes a mono voice brought to one level and gives it back in stereo, in the
same place, with a reverb tail behind it. None of the filters looks ahead, so nothing is late.
"""

import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.audio.ffmpeg import ffmpeg
from synth.audio.process import last_line
from synth.errors import MachineError, RequestError
from synth.units import db_to_gain

_LEVEL_DB = -15.0
"""What a voice is brought to, in dB under full scale, before anything that depends on how loud it is.

It leaves a voice with its effect some 8 dB of headroom.
"""

_RINGING_S = 0.1
"""How much silence the filters are given to ring out in; in longer silence they slow down on denormal numbers."""

_FADE_DB = 100
"""How far ffmpeg's exponential fade goes down in its whole length, in dB: below the last of 16 bits."""

_WARMTH = (
    "highpass=f=75,"
    "lowshelf=f=180:t=q:w=0.6:g=2.5,"
    "equalizer=f=4000:t=q:w=0.8:g=-4,"
    "highshelf=f=6500:t=q:w=0.6:g=-2,"
    "acompressor=threshold=-28dB:ratio=2:attack=3:release=100:knee=8:detection=rms,"
    "acompressor=threshold=-24dB:ratio=2.5:attack=0.5:release=40:knee=6:detection=peak:makeup=4,"
    "deesser=i={intensity:.3f}"
)
"""High-passes rumble, lifts the low end, lowers 3 to 8 kHz; compresses syllables, then their peaks; softens the
sibilants, which that has raised."""


@dataclass(frozen=True, slots=True)
class Reverb:
    """A diffuse reverb: noise that decays by 60 dB in ``decay_ms``, different in each channel.

    ``delay_ms`` is the time before it begins, ``level_db`` its power beside the voice's, ``low_hz`` to ``high_hz`` the
    band it passes.
    """

    decay_ms: int
    delay_ms: int
    level_db: float
    low_hz: int
    high_hz: int

    @property
    def response_ms(self) -> int:
        """The length of its impulse response, until it is below 16 bits."""
        return self.decay_ms * _FADE_DB // 60

    def graph(self, rate: int) -> str:
        """The filters from a stereo voice to the same with its reverb.

        ffmpeg's ``afir`` takes the response as it is (``irnorm=-1``, ``gtype=none``). Uniform noise up to 1 has a power
        of 1/3, and under the fade, which is 10^(−10·t/response) as a power, an energy of response/(10·ln 10): its root
        is the gain that the reverb has before ``level_db``.
        """
        seconds = self.response_ms / 1000
        energy = rate * seconds / (_FADE_DB / 10 * np.log(10)) / 3
        gain = db_to_gain(self.level_db) / np.sqrt(energy)
        noise = ";".join(f"anoisesrc=r={rate}:d={seconds}:seed={seed}[noise{seed}]" for seed in (1, 2))
        return (
            f"asplit[direct][sent];{noise};[noise1][noise2]join=inputs=2:channel_layout=stereo,"
            f"highpass=f={self.low_hz},lowpass=f={self.high_hz},afade=t=out:d={seconds}:curve=exp[response];"
            f"[sent]adelay={self.delay_ms}:all=1[late];[late][response]afir=gtype=none:irnorm=-1:wet={gain:.6f}[room];"
            "[direct][room]amix=inputs=2:duration=first:normalize=0"
        )


@dataclass(frozen=True, slots=True)
class VoiceEffect:
    """Filters of ffmpeg's, and a reverb of what comes of them; ``about`` tells a user what it is for."""

    about: str
    filters: str = ""
    reverb: Reverb | None = None

    @property
    def closing_tail_ms(self) -> int:
        """How long the reverb goes on after the last sound."""
        return self.reverb.delay_ms + self.reverb.response_ms if self.reverb else 0

    def parameters(self) -> dict[str, Any]:
        """All that decides its sound, as JSON has it."""
        return {"level_db": _LEVEL_DB, "filters": self.filters, "reverb": self.reverb and asdict(self.reverb)}


EFFECTS: Mapping[str, VoiceEffect] = MappingProxyType({
    "plain": VoiceEffect("as the engine made it"),
    "warm": VoiceEffect(
        "fuller and less sharp, its sibilants softened, in a small dark room",
        _WARMTH,
        Reverb(decay_ms=160, delay_ms=5, level_db=-28, low_hz=150, high_hz=3_000),
    ),
    "hall": VoiceEffect(
        "as warm, softer still, in a large hall that rings for a while",
        _WARMTH + ",highshelf=f=5000:t=q:w=0.6:g=-2",
        Reverb(decay_ms=1_600, delay_ms=28, level_db=-19, low_hz=200, high_hz=3_000),
    ),
})  # fmt: skip
"""Every effect by its name, the least of them first."""


def apply_effect(dry: NDArray[np.int16], rate: int, name: str) -> NDArray[np.int16]:
    """A recorded voice with its effect: mono 16-bit samples ``(frames,)`` become stereo ones ``(frames + tail, 2)``.

    ``rate`` is that of both, from 16,000 frames a second; the voice is where it was, to the frame. The same samples
    give the same bytes as long as ffmpeg is the same. Raises RequestError where there is no effect of that name, and
    MachineError where ffmpeg fails.
    """
    if name not in EFFECTS:
        raise RequestError(f"there is no treatment '{name}'; there are {', '.join(EFFECTS)}")
    effect = EFFECTS[name]
    tail = effect.closing_tail_ms * rate // 1000
    if effect.reverb is None or not dry.any():
        return np.pad(np.column_stack([dry, dry]), ((0, tail), (0, 0)))
    graph = (
        f"volume={db_to_gain(_LEVEL_DB) / _level(dry):.6f},apad=pad_dur={_RINGING_S},"
        f"{effect.filters.format(intensity=_intensity(rate))},"
        f"apad=whole_len={len(dry) + tail},pan=stereo|c0=c0|c1=c0,{effect.reverb.graph(rate)}"
    )
    raw = ("-f", "s16le", "-ar", str(rate))
    command = [
        ffmpeg(), "-nostdin", "-v", "error", "-filter_threads", "1",
        *raw, "-ac", "1", "-i", "pipe:0", "-filter_complex", graph, *raw, "-ac", "2", "pipe:1",
    ]  # fmt: skip
    try:
        process = subprocess.run(command, input=dry.astype("<i2").tobytes(), capture_output=True, check=False)
    except OSError as error:
        raise MachineError(f"ffmpeg could not treat a voice ({error.strerror})") from None
    wet = np.frombuffer(process.stdout, "<i2")
    if process.returncode or len(wet) != 2 * (len(dry) + tail):
        raise MachineError(f"ffmpeg could not treat a voice ({last_line(process.stderr) or 'it gave no reason'})")
    return wet.reshape(-1, 2)


def _level(dry: NDArray[np.int16]) -> float:
    """The root of a voice's power, full scale at 1, each sample weighted by its own power: pauses do not count."""
    power = np.square(dry / 32768)
    return float(np.sqrt(np.square(power).sum() / power.sum()))


def _intensity(rate: int) -> float:
    """What ffmpeg's ``deesser`` needs at a rate.

    Below 44,100 Hz it weighs the intensity's tenth power, times the rate's square, against the square of a first times
    a second difference of the samples, which is inverse to the rate's sixth power (libavfilter/af_deesser.c). To act
    alike at every rate, the intensity grows with the rate's power of 4/10. Its value was found at 22,050 Hz.
    """
    return float(0.44 * (rate / 22_050) ** 0.4)

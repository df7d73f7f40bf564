"""Units and their conversions: written durations and sizes, milliseconds, frames, decibels. All rounding lives here.

Times are whole milliseconds. At the project's rate a millisecond is exactly ``FRAMES_PER_MS`` frames,
so nothing is lost between the two.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

RATE = 48_000
"""Frames a second of everything that is mixed."""

FRAMES_PER_MS = RATE // 1000

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

_PART = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?|\.\d+)\s*(ms|s|sec|m|min|h)(?![a-z])")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(KB|MB|GB)")
_BYTES = {"KB": 10**3, "MB": 10**6, "GB": 10**9}
_SCALE = {"ms": 1, "s": SECOND, "sec": SECOND, "m": MINUTE, "min": MINUTE, "h": HOUR}


def parse_duration(text: str, *, max_ms: int = 24 * HOUR) -> int:
    """Milliseconds in a written duration: ``1m30s``, ``500ms``, ``2.5s``, ``1h``; a bare number is seconds.

    Raises ValueError, with a sentence for the writer, on anything else, on a negative duration and on
    one longer than ``max_ms``.
    """
    written = text.strip()
    compact = written.lower()
    if compact.startswith(("-", "−")):
        raise ValueError(f"a duration can't be negative: {written}")
    if _NUMBER.fullmatch(compact):
        total = Decimal(compact) * SECOND
    else:
        parts = _PART.findall(compact)
        if not parts or _PART.sub("", compact).strip():
            raise ValueError(f"'{written}' is not a duration; write it like 5s, 1m30s or 500ms")
        total = sum((Decimal(number) * _SCALE[unit] for number, unit in parts), Decimal())
    milliseconds = int(total.to_integral_value(ROUND_HALF_UP))
    if milliseconds > max_ms:
        raise ValueError(f"{written} is too long; the most is {format_duration(max_ms)}")
    return milliseconds


def format_duration(ms: int) -> str:
    """A duration as one would write it: ``500ms``, ``6m12s``, ``1h05m``; the inverse of ``parse_duration``."""
    if ms < SECOND:
        return f"{ms}ms" if ms else "0s"
    hours, rest = divmod(ms, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = f"{rest / SECOND:.3f}".rstrip("0").rstrip(".")
    if hours:
        return f"{hours}h" + (f"{minutes:02d}m" if minutes or rest else "") + (f"{seconds}s" if rest else "")
    if minutes:
        return f"{minutes}m" + (f"{seconds.zfill(2) if '.' not in seconds else seconds}s" if rest else "")
    return f"{seconds}s"


def parse_size(text: str) -> int:
    """Bytes in a written size: ``500MB``, ``2 GB``, ``1.5GB``. Raises ValueError, with a sentence for the writer."""
    found = _SIZE.fullmatch(text.strip().upper())
    if not found:
        raise ValueError(f"'{text.strip()}' is not a size; write it like 500MB or 2GB")
    return int(Decimal(found[1]) * _BYTES[found[2]])


def format_size(size: int) -> str:
    """A size in bytes as one would write it, to two or three figures: ``430 MB``, ``1.5 GB``."""
    unit = next(unit for unit in ("GB", "MB", "KB") if size >= _BYTES[unit] or unit == "KB")
    number = size / _BYTES[unit]
    return f"{number:.1f} {unit}" if unit == "GB" else f"{number:.0f} {unit}"


def format_clock(ms: int) -> str:
    """A position for a reader's eye, to the second: ``12:05``, ``1:02:05``."""
    minutes, seconds = divmod(ms // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def format_timestamp(ms: int, mark: str = ".") -> str:
    """A position for a program, to the millisecond, as WebVTT has it: ``00:12:05.250``."""
    minutes, rest = divmod(ms, MINUTE)
    seconds, milliseconds = divmod(rest, SECOND)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{mark}{milliseconds:03d}"


def whole_seconds_up(ms: int) -> int:
    """The next whole second, in milliseconds: what to print of a shortest length, so that it can be reached."""
    return -(-ms // SECOND) * SECOND


def whole_seconds_down(ms: int) -> int:
    """The whole second before, in milliseconds: what to print of a longest length, so that it can be reached."""
    return ms // SECOND * SECOND


def ms_to_frames(ms: int) -> int:
    """Frames in so many milliseconds; exact."""
    return ms * FRAMES_PER_MS


def frames_to_ms(frames: int) -> int:
    """The milliseconds that hold so many frames, the last begun one counted whole."""
    return -(-frames // FRAMES_PER_MS)


def db_to_gain(db: float) -> float:
    """Amplitude ratio of a level in decibels: 10^(dB/20)."""
    return float(10.0 ** (db / 20.0))

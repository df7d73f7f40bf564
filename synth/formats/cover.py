"""The cover of a track: a picture of the user's, or one that is drawn from the title (a moon over water)."""

import colorsys
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import resvg_py

from synth.audio.ffmpeg import ffmpeg
from synth.audio.process import finished
from synth.errors import RequestError

SIZE = 800
PNG, JPEG = "image/png", "image/jpeg"
MAX_BYTES = 10_000_000
"""The most a cover may have; a FLAC's picture block holds 16 MB."""

_KINDS = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture file's bytes, and its kind: ``PNG`` or ``JPEG``."""

    mime: str
    data: bytes


HORIZON = SIZE * 62 // 100
_TONES = (
    (0.00, 0.30, 0.45),
    (0.06, 0.62, 0.45),
    (0.12, 0.93, 0.70),
    (0.05, 0.52, 0.30),
    (0.02, 0.36, 0.35),
    (0.00, 0.16, 0.45),
)
"""Colours from the top of the sky to the bottom of the water: hue relative to the title's, lightness, saturation."""


def cover_svg(title: str) -> str:
    """The picture as SVG; the same title gives the same picture. It has no text: a bare machine has no fonts."""
    hue, place, height, *slopes = (byte / 255 for byte in hashlib.sha256(title.encode()).digest())
    top, sky, glow, far, near, deep = (_colour(hue + shift, light, warmth) for shift, light, warmth in _TONES)
    x, y, radius = SIZE * (0.30 + 0.40 * place), SIZE * (0.20 + 0.12 * height), SIZE * 0.105
    hills = "".join(
        f'<path d="{_ridge(slopes[n : n + 7], HORIZON - rise)}" fill="{colour}"/>'
        for n, rise, colour in ((0, 90, far), (8, 35, near))
    )
    rings = "".join(
        f'<ellipse cx="{x:.0f}" cy="{SIZE * 0.80:.0f}" rx="{reach:.0f}" ry="{reach * 0.20:.0f}" '
        f'stroke-opacity="{0.7 * (1 - reach / SIZE) ** 1.5:.2f}" stroke-width="{4 - reach / 240:.1f}"/>'
        for reach in (26 * 1.55**n for n in range(8))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}"><defs>'
        + _gradient("sky", (top, 1), (sky, 1), (glow, 1))
        + _gradient("water", (sky, 1), (near, 1), (deep, 1))
        + _gradient("path", (glow, 0.75), (glow, 0))
        + f'<radialGradient id="halo"><stop offset="0.3" stop-color="{glow}" stop-opacity="0.40"/>'
        f'<stop offset="0.6" stop-color="{glow}" stop-opacity="0.12"/>'
        f'<stop offset="1" stop-color="{glow}" stop-opacity="0"/></radialGradient></defs>'
        f'<rect width="{SIZE}" height="{HORIZON}" fill="url(#sky)"/>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius * 3:.0f}" fill="url(#halo)"/>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}" fill="{glow}"/>{hills}'
        f'<rect y="{HORIZON}" width="{SIZE}" height="{SIZE - HORIZON}" fill="url(#water)"/>'
        f'<path d="M{x - radius:.0f} {HORIZON}A{radius:.0f} {SIZE * 0.24:.0f} 0 0 0 {x + radius:.0f} {HORIZON}Z" '
        f'fill="url(#path)"/>'
        f'<g fill="none" stroke="{glow}">{rings}</g></svg>'
    )


@lru_cache(maxsize=4)
def draw_cover(title: str) -> Cover:
    """The picture for a title, as a PNG."""
    return Cover(PNG, bytes(resvg_py.svg_to_bytes(svg_string=cover_svg(title))))


def read_cover(path: Path) -> Cover:
    """A picture file of the user's. Raises RequestError where it is no whole PNG or JPEG of ``MAX_BYTES`` or less."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise RequestError(f"{path}: the cover can't be read ({error.strerror})") from None
    kind = next((mime for start, mime in _KINDS.items() if data.startswith(start)), None)
    if kind is None:
        raise RequestError(f"{path}: a cover is a PNG or a JPEG, and this is neither")
    if len(data) > MAX_BYTES:
        raise RequestError(
            f"{path}: this picture is larger than {MAX_BYTES // 10**6} MB, the most a cover may be; make it smaller"
        )
    command = [
        ffmpeg(), "-xerror", "-err_detect", "explode", "-f", f"{kind.removeprefix('image/')}_pipe", "-i", "pipe:0",
        "-f", "null", "-",
    ]  # fmt: skip
    try:
        broken = finished(command, data).returncode != 0
    except TimeoutError:
        broken = True
    if broken:
        raise RequestError(f"{path}: this picture is broken; save it again as a PNG or a JPEG")
    return Cover(kind, data)


def _gradient(name: str, *stops: tuple[str, float]) -> str:
    written = "".join(
        f'<stop offset="{n / (len(stops) - 1):.2f}" stop-color="{colour}" stop-opacity="{opacity}"/>'
        for n, (colour, opacity) in enumerate(stops)
    )
    return f'<linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{written}</linearGradient>'


def _ridge(heights: list[float], middle: float) -> str:
    """The path of hills around the height ``middle``, closed at the horizon."""
    step = SIZE / (len(heights) - 1)
    points = [(n * step, middle + 70 * (0.5 - height)) for n, height in enumerate(heights)]
    path = f"M0 {HORIZON}L0 {points[0][1]:.0f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        path += f"C{x + step / 2:.0f} {y:.0f} {to_x - step / 2:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}"
    return f"{path}L{SIZE} {HORIZON}Z"


def _colour(hue: float, light: float, warmth: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, light, warmth)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"

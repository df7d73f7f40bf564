"""A cover picture for a track: one's own, or a moon over still water, drawn as SVG from the title, rendered to PNG."""

import colorsys
import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

import resvg_py

from synth.audio import ffmpeg
from synth.errors import RequestError

SIZE = 800
PNG, JPEG = "image/png", "image/jpeg"
MOST_BYTES = 10_000_000
"""What a cover may weigh; a FLAC's picture block holds 16 MB."""

_KINDS = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}


@dataclass(frozen=True, slots=True)
class Cover:
    """A picture file's bytes, and its kind: ``PNG`` or ``JPEG``."""

    mime: str
    data: bytes


def cover_svg(title: str) -> str:
    """The picture as SVG; the same title gives the same picture."""
    digest = hashlib.sha256(title.encode()).digest()
    hue = digest[0] / 255
    sky, water, ring = (_colour(hue + shift, light, warmth) for shift, light, warmth in _TONES)
    centre = SIZE * (0.42 + 0.16 * digest[1] / 255)
    level = SIZE * (0.60 + 0.10 * digest[2] / 255)
    rings = "".join(
        f'<ellipse cx="{centre:.0f}" cy="{level:.0f}" rx="{radius:.0f}" ry="{radius * 0.34:.0f}" '
        f'stroke="{ring}" stroke-opacity="{0.75 * (1 - radius / SIZE):.2f}" stroke-width="{6 - radius / 160:.1f}"/>'
        for radius in (40 * 1.42**n for n in range(9))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}">'
        f'<defs><linearGradient id="g" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{sky}"/><stop offset="1" stop-color="{water}"/></linearGradient></defs>'
        f'<rect width="{SIZE}" height="{SIZE}" fill="url(#g)"/><g fill="none">{rings}</g></svg>'
    )


def draw_cover(title: str) -> Cover:
    """The picture of that title, as a PNG."""
    return Cover(PNG, bytes(resvg_py.svg_to_bytes(svg_string=cover_svg(title))))


def read_cover(path: Path) -> Cover:
    """A picture of the user's own. Raises RequestError where it is no whole PNG or JPEG, or a very large one."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise RequestError(f"{path}: the cover can't be read ({error.strerror})") from None
    kind = next((mime for start, mime in _KINDS.items() if data.startswith(start)), None)
    if kind is None:
        raise RequestError(f"{path}: a cover is a PNG or a JPEG, and this is neither")
    if len(data) > MOST_BYTES:
        raise RequestError(
            f"{path}: this picture is larger than {MOST_BYTES // 10**6} MB, the most a cover may be; make it smaller"
        )
    command = [ffmpeg(), "-v", "error", "-xerror", "-f", f"{kind.removeprefix('image/')}_pipe", "-i", "pipe:0"]
    seen = subprocess.run([*command, "-f", "null", "-"], input=data, capture_output=True, check=False)
    if seen.returncode or seen.stderr:
        raise RequestError(f"{path}: this picture is broken; save it again as a PNG or a JPEG")
    return Cover(kind, data)


_TONES = ((0.0, 0.80, 0.35), (0.08, 0.30, 0.40), (0.04, 0.95, 0.30))


def _colour(hue: float, light: float, warmth: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, light, warmth)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"

"""A cover picture for a track: rings on still water, drawn as SVG from the title, rendered to PNG."""

import colorsys
import hashlib

import resvg_py

SIZE = 800


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


def cover_png(title: str) -> bytes:
    """The picture as a PNG file's bytes."""
    return bytes(resvg_py.svg_to_bytes(svg_string=cover_svg(title)))


_TONES = ((0.0, 0.80, 0.35), (0.08, 0.30, 0.40), (0.04, 0.95, 0.30))


def _colour(hue: float, light: float, warmth: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, light, warmth)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"

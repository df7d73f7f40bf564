"""A proof as a page of HTML: the track drawn in lines like a score, a player, and all that was asked and found."""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from synth.export.html_page import page_template
from synth.units import SECOND, format_clock
from synth.verify.proof import Proof, format_place

WIDTH, HEIGHT = 1000.0, 92.0
"""A line's size, in the units that it is drawn in; it is stretched to the page's width."""

_MOST_LINES = 12
_LINE_LENGTHS_MS = tuple(s * SECOND for s in (10, 20, 30, 60, 120, 300, 600, 1_800, 3_600))
_STEP_MS = 100
_MIDDLE, _REACH = 50.0, 26.0
_LABEL_WIDTH = 26.0


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a line, from ``x`` on, ``width`` wide: its class, a label where there is room, what it says."""

    x: float
    width: float
    kind: str
    label: str
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of the track as wide as the page; ``wave`` is an outline as SVG writes a path."""

    start_ms: int
    width: float
    wave: str
    spans: tuple[Span, ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table of all that sounds."""

    at_ms: int
    kind: str
    what: str
    found: str
    good: bool


def write_html(proof: Proof, page: Path) -> str:
    """The proof as one page, to be kept at ``page``, from where it finds the track that it plays."""
    total = max(proof.asked_ms, proof.found_ms)
    length = line_length(total)
    return page_template(Path(__file__).with_name("proof_page.html")).render(
        proof=proof,
        lines=[_line(proof, start, length) for start in range(0, max(1, total - SECOND), length)],
        line_ms=length,
        rows=_rows(proof),
        track=_address(Path(proof.file), page),
        width=WIDTH,
        height=HEIGHT,
        middle=_MIDDLE,
        place=format_place,
    )


def line_length(track_ms: int) -> int:
    """The shortest of the lengths, in milliseconds, of which ``_MOST_LINES`` hold the track."""
    return next((ms for ms in _LINE_LENGTHS_MS if ms * _MOST_LINES >= track_ms), _LINE_LENGTHS_MS[-1])


def _address(track: Path, page: Path) -> str:
    try:
        return quote(Path(os.path.relpath(track.resolve(), page.resolve().parent)).as_posix())
    except ValueError:  # another drive
        return track.resolve().as_uri()


def _line(proof: Proof, start_ms: int, length_ms: int) -> Line:
    end_ms = min(start_ms + length_ms, max(proof.asked_ms, proof.found_ms))
    scale = WIDTH / length_ms

    def span(at: float, to: float, kind: str, label: str, says: str) -> list[Span]:
        first, last = max(at, start_ms), min(to, end_ms)
        if last <= first and not start_ms <= at < end_ms:
            return []
        width = (last - first) * scale
        return [Span((first - start_ms) * scale, width, kind, label if width > _LABEL_WIDTH else "", says)]

    spans: list[Span] = []
    for section in proof.sections:
        if start_ms <= section.start_ms < end_ms:
            spans += [Span((section.start_ms - start_ms) * scale, 0, "section", section.title, section.title)]
    for cue in proof.speech:
        found = cue.found_start_ms is not None and cue.found_end_ms is not None
        at, to = (cue.found_start_ms, cue.found_end_ms) if found else (cue.start_ms, cue.end_ms)
        spans += span(at or 0, to or 0, "speech wrong" if cue.fault else "speech", "", cue.fault or cue.text)
    for pause in proof.pauses:
        lasts = pause.asked_ms if pause.found_ms is None else pause.found_ms
        wrong = abs(pause.off_ms) > pause.within_ms
        says = f"asked {pause.asked_ms} ms, found {'nothing' if pause.found_ms is None else f'{lasts:.0f} ms'}"
        start = pause.start_ms if pause.found_start_ms is None else pause.found_start_ms
        spans += span(start, start + lasts, "pause wrong" if wrong else "pause", f"{lasts / SECOND:.1f} s", says)
    for bell in proof.bells:
        at = bell.start_ms if bell.found_ms is None else bell.found_ms
        spans += span(at, at, "bell wrong" if bell.fault else "bell", "", bell.fault or bell.sound)
    for at in proof.clicks_ms:
        spans += span(at, at, "click", "", "a click")
    wave, ticks = _wave(proof, start_ms, end_ms, scale), _ticks(start_ms, end_ms, length_ms, scale)
    return Line(start_ms, (end_ms - start_ms) * scale, wave, tuple(spans), ticks)


def _wave(proof: Proof, start_ms: int, end_ms: int, scale: float) -> str:
    """The outline above and below the middle, as the square root of its amplitude, so that a bed is seen, too."""
    peaks = proof.outline[start_ms // _STEP_MS : end_ms // _STEP_MS + 1]
    tops = [(n * _STEP_MS * scale, _REACH * min(1.0, peak) ** 0.5) for n, peak in enumerate(peaks)]
    upper = [f"{x:.1f},{_MIDDLE - y:.1f}" for x, y in tops]
    lower = [f"{x:.1f},{_MIDDLE + y:.1f}" for x, y in reversed(tops)]
    return f"M{' '.join(upper + lower)}Z" if tops else ""


def _ticks(start_ms: int, end_ms: int, length_ms: int, scale: float) -> tuple[tuple[float, str], ...]:
    apart = max(SECOND, length_ms // 6)
    return tuple(((at - start_ms) * scale, format_clock(at)) for at in range(start_ms, end_ms, apart))


def _rows(proof: Proof) -> list[Row]:
    """Everything that sounds, in its order."""
    rows = []
    for cue in proof.speech:
        off = "" if cue.found_start_ms is None else f"{cue.found_start_ms - cue.start_ms:+.0f} ms"
        rows.append(Row(cue.start_ms, "speech", cue.text, cue.fault or off, not cue.fault))
    for bell in proof.bells:
        off = "" if bell.found_ms is None else f"{bell.found_ms - bell.start_ms:+.0f} ms, {bell.off_db:+.1f} dB"
        rows.append(Row(bell.start_ms, "bell", bell.sound, bell.fault or off, not bell.fault))
    for pause in proof.pauses:
        found = "" if pause.found_ms is None else f"{pause.found_ms / SECOND:.3f} s"
        good = abs(pause.off_ms) <= pause.within_ms
        rows.append(Row(pause.start_ms, "pause", f"{pause.asked_ms / SECOND:.3f} s", found, good))
    return sorted(rows, key=lambda row: row.at_ms)

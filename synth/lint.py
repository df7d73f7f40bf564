"""What a careful reader would remark in a sound Document: warnings, each with its place and its mend. Pure."""

from synth.errors import Place, Problem
from synth.script import Document, Pause
from synth.units import SECOND, format_duration

LONG_BARE_MS = 300 * SECOND


def lint(document: Document) -> tuple[Problem, ...]:
    """Every warning, in the order of its place."""
    pauses = [item for item in document.walk() if isinstance(item, Pause)]
    warnings = {
        _warning(
            pause.place,
            f"a pause of {format_duration(pause.least_ms)}: a bare number is seconds; write its unit, such as "
            f"{pause.least_ms // SECOND}s or {pause.least_ms // SECOND}ms",
        )
        for pause in pauses
        if pause.bare and pause.least_ms > LONG_BARE_MS
    }
    if document.meta.length and not any(pause.elastic for pause in pauses):
        where = document.sections[0].place
        warnings.add(
            _warning(
                where,
                "the header's length changes nothing: no pause is elastic; write one like [pause 10s..40s]",
            )
        )
    return tuple(sorted(warnings))


def _warning(place: Place, message: str) -> Problem:
    return Problem(place, message, "warning")

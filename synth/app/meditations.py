"""The meditations that ship, and what one should know of each before choosing."""

from dataclasses import dataclass

from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.script.header import Meta
from synth.scripts import load_document, meditation_names, phrases
from synth.sounds.catalogue import shipped_ring
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import LengthRange, length_range
from synth.timeline.model import BellDuration


@dataclass(frozen=True, slots=True)
class Meditation:
    """A shipped script; ``lengths`` are estimated, for a listener who asks for nothing."""

    name: str
    meta: Meta
    lengths: LengthRange


def list_meditations() -> tuple[Meditation, ...]:
    """Every shipped meditation, by name."""
    return tuple(_look_at(name) for name in meditation_names())


def _look_at(name: str) -> Meditation:
    document = load_document(name)
    session = personalise(document, Profile(), SessionOptions(), phrases(document.meta.language))
    lengths = length_range(session, estimate_speech, lambda bell: shipped_ring(bell) or BellDuration(0, 0))
    return Meditation(name, document.meta, lengths)

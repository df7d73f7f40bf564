"""Every shipped meditation in time, as it was last looked at.

A change of a script or of the layout shows here as a difference to be read. Where it is meant, write the
timelines anew and look at what changed:

    pytest tests/timeline/test_golden.py --rewrite-golden
"""

from pathlib import Path

import pytest

from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Utterance
from synth.scripts import load_document, meditation_names, phrases
from synth.sounds.catalogue import shipped_ring
from synth.timeline.layout import lay_out
from synth.timeline.model import BellDuration, Timeline
from synth.timeline.timeline_json import dump_timeline
from synth.voices.tones import MS_A_CHARACTER

GOLDEN = Path(__file__).parent.parent / "golden"


def tones_length(utterance: Utterance) -> int:
    """Milliseconds that the voice of tones takes: so many a character at 110 words a minute."""
    return round(len(utterance.spoken) * MS_A_CHARACTER * 110 / utterance.style.rate)


def bell_duration(name: str) -> BellDuration:
    found = shipped_ring(name)
    assert found, f"no bell of that name ships: {name}"
    return found


def timeline_of(name: str) -> Timeline:
    """A meditation as it is without a profile or any wish."""
    document = load_document(name)
    session = personalise(document, Profile(), SessionOptions(), phrases(document.meta.language))
    return lay_out(session, tones_length, bell_duration)


@pytest.mark.parametrize("name", meditation_names())
def test_a_shipped_meditation_is_laid_out_as_before(name: str, rewrite_golden: bool) -> None:
    timeline = timeline_of(name)
    file = GOLDEN / f"{name}.json"
    if rewrite_golden:
        file.write_text(dump_timeline(timeline), encoding="utf-8")
    assert dump_timeline(timeline) == file.read_text(encoding="utf-8")


def test_every_golden_timeline_is_of_a_shipped_meditation() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(meditation_names())

"""Every shipped meditation in time, as it was last looked at.

A change of a script or of the layout shows here as a difference to be read. Where it is meant, write the
timelines anew and look at what changed:

    pytest tests/timeline/test_golden.py --rewrite-golden
"""

from pathlib import Path

import pytest
from helpers.timelines import timeline_of

from synth.scripts import meditation_names
from synth.timeline.timeline_json import dump_timeline

GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.mark.parametrize("name", meditation_names())
def test_a_shipped_meditation_is_laid_out_as_before(name: str, rewrite_golden: bool) -> None:
    timeline = timeline_of(name)
    file = GOLDEN / f"{name}.json"
    if rewrite_golden:
        file.write_text(dump_timeline(timeline), encoding="utf-8")
    assert dump_timeline(timeline) == file.read_text(encoding="utf-8")


def test_every_golden_timeline_is_of_a_shipped_meditation() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(meditation_names())

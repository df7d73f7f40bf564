"""The author's guide is true: every example in it becomes a session, and every marker stands in it."""

import re
from pathlib import Path

import pytest

from synth.paths import shipped_folder
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.script.header import Meta
from synth.script.markers import INSIDE_BLOCKS, MARKERS
from synth.scripts import load_document, phrases
from synth.sounds.catalogue import shipped_ring
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import lay_out
from synth.timeline.model import BellDuration

GUIDE = shipped_folder("meditations") / "WRITING.md"
TEXT = GUIDE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```markdown\n(.*?)^```$", TEXT, re.M | re.S)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_becomes_a_session(example: str, tmp_path: Path) -> None:
    script = tmp_path / "example.md"
    script.write_text(example if example.startswith("---") else f"---\ntitle: T\n---\n{example}", encoding="utf-8")
    document = load_document(str(script))
    session = personalise(document, Profile(), SessionOptions(), phrases("en"))
    laid_out = lay_out(session, estimate_speech, lambda bell: shipped_ring(bell) or BellDuration(0, 0))
    assert laid_out.duration_ms > 0
    assert not any("[" in cue.text.replace("[sic]", "") for cue in laid_out.speech)


@pytest.mark.parametrize("marker", sorted({*MARKERS, *INSIDE_BLOCKS}))
def test_every_marker_has_an_example(marker: str) -> None:
    assert any(re.search(rf"\[{marker}\b|<{marker}\b", example) for example in EXAMPLES)


@pytest.mark.parametrize("key", sorted(Meta.model_fields))
def test_every_key_of_the_header_is_told(key: str) -> None:
    assert re.search(rf"^\| .*`{key}`", TEXT, re.M)

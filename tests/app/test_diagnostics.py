"""What this machine has and lacks: each part is really used."""

from pathlib import Path

import pytest

from synth.app import diagnostics
from synth.app.diagnostics import examine, ring
from synth.errors import VoiceError
from synth.outputs.memory import MemorySink


def test_a_machine_that_can_all_is_told_so(tmp_path: Path) -> None:
    found = {diagnosis.part: diagnosis for diagnosis in examine(tmp_path / "cache")}
    for part in ("python", "speech", "encoder", "sounds", "cache"):
        assert (found[part].state, found[part].mend) == ("good", "")
    assert found["loudspeaker"].state in ("good", "optional")
    assert str(tmp_path) in found["cache"].found


def test_what_is_missing_is_told_with_what_mends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_voice() -> str:
        raise VoiceError("there is no speech")

    monkeypatch.setattr(diagnostics, "_speech", no_voice)
    (tmp_path / "file").write_bytes(b"")
    found = {diagnosis.part: diagnosis for diagnosis in examine(tmp_path / "file")}
    assert (found["speech"].state, found["speech"].found) == ("missing", "there is no speech")
    assert found["speech"].mend.startswith("pip install")
    assert found["cache"].state == "missing"
    assert str(tmp_path / "file") in found["cache"].mend


def test_a_bell_is_rung_on_an_output(tmp_path: Path) -> None:
    sink = MemorySink()
    ring(sink, tmp_path)
    assert sink.samples.any()

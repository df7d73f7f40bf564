"""The library of a batch, read back."""

from pathlib import Path

import pytest

from synth.batch.library import read_tracks
from synth.batch.storage import LocalStorage


@pytest.mark.parametrize("told", ["", "{", "[]", '{"tracks": [{"path": 1}]}', '{"tracks": 3}'])
def test_takes_a_library_that_is_none_for_an_empty_one(tmp_path: Path, told: str) -> None:
    (tmp_path / "library.json").write_text(told, encoding="utf-8")
    assert read_tracks(LocalStorage(tmp_path)) == {}

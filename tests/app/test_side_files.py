"""Files beside a track have a folder to stand in."""

from pathlib import Path

import pytest

from synth.app.side_files import check_side_file
from synth.errors import RequestError


def test_a_file_has_a_folder_to_stand_in_and_is_none_itself(tmp_path: Path) -> None:
    check_side_file(None)
    check_side_file(tmp_path / "a.json")
    with pytest.raises(RequestError, match=r"the folder .*none isn't there; make it, or choose another"):
        check_side_file(tmp_path / "none" / "a.json")
    with pytest.raises(RequestError, match=r"this is a folder; choose another name, or move it away"):
        check_side_file(tmp_path)

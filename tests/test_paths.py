"""What ships is found in a checkout and in an installed package."""

from pathlib import Path

import pytest

import synth
from synth import paths
from synth.paths import config_path, shipped_folder


def test_what_ships_lies_beside_the_package_in_a_checkout() -> None:
    assert shipped_folder("meditations") == Path(synth.__file__).parent.parent / "meditations"
    assert (shipped_folder("meditations") / "waking.md").is_file()


def test_what_ships_lies_inside_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "synth"
    (package / "meditations").mkdir(parents=True)
    monkeypatch.setattr(paths, "__file__", str(package / "paths.py"))
    assert shipped_folder("meditations") == package / "meditations"
    assert shipped_folder("audio_assets") == tmp_path / "audio_assets"


def test_the_users_own_settings_have_a_folder_of_their_own() -> None:
    path = config_path("lexicon.yaml")
    assert (path.name, path.parent.name) == ("lexicon.yaml", "metta-synth")

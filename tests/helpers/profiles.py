"""Profiles kept by hand, where the command and the code find them."""

from pathlib import Path


def profiles(folder: Path) -> Path:
    """Where the command keeps profiles, run in a folder."""
    return folder / "home" / "config" / "metta-synth" / "profiles"


def kept(folder: Path, text: str, name: str = "me") -> Path:
    """A profile's file, written by hand."""
    path = profiles(folder) / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path

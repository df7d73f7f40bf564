"""The command with a stand-in for the engine, without a terminal, and what the player was handed."""

import json
import subprocess
from pathlib import Path
from typing import Any

from helpers import warm
from helpers.terminals import PATIENCE_S, STAGED, staged_in


def staged(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command with nothing to read; nothing takes time."""
    return warm.run(arguments, folder, staged_in(folder) | {"AT_ONCE": "1"}, PATIENCE_S, Path(STAGED[-1]))


def handed(folder: Path, *arguments: str) -> dict[str, Any]:
    """What the player was handed by a command that ends well."""
    run = staged(folder, *arguments)
    assert run.returncode == 0, run.stderr
    told: dict[str, Any] = json.loads((folder / "staged.json").read_text(encoding="utf-8"))
    return told

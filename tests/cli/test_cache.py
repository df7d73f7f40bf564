"""``metta cache``."""

import json
from pathlib import Path
from typing import Any

from helpers.sound import run_metta, script


def told(folder: Path, *options: str) -> dict[str, Any]:
    run = run_metta("cache", "--json", *options, folder=folder)
    assert (run.returncode, run.stderr) == (0, "")
    said: dict[str, Any] = json.loads(run.stdout)
    return said


def test_tells_what_is_kept_and_lets_go_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(script("One two three."), encoding="utf-8")
    assert run_metta("render", "a.md", "-o", "a.mp3", "--voice", "tones", folder=tmp_path).returncode == 0
    kept = told(tmp_path)
    assert kept["folder"].startswith(str(tmp_path / "home"))
    assert kept["bytes"]["speech"] > 0
    assert kept["limit_bytes"] == 2_000_000_000
    cleared = told(tmp_path, "--clear")
    assert cleared["freed_bytes"] == sum(kept["bytes"].values())
    assert sum(cleared["bytes"].values()) == 0


def test_a_limit_is_kept_for_every_command_to_come(tmp_path: Path) -> None:
    assert told(tmp_path, "--limit", "500MB")["limit_bytes"] == 500_000_000
    assert told(tmp_path)["limit_bytes"] == 500_000_000


def test_a_limit_that_is_no_size_is_wrong_usage(tmp_path: Path) -> None:
    assert run_metta("cache", "--limit", "much", folder=tmp_path).returncode == 2


def test_a_limit_that_cannot_be_read_is_told_with_what_mends_it(tmp_path: Path) -> None:
    (tmp_path / "home/config/metta-synth").mkdir(parents=True)
    (tmp_path / "home/config/metta-synth/cache-limit").write_text("plenty", encoding="utf-8")
    run = run_metta("cache", folder=tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.endswith("'metta cache --limit 2GB' mends it\n")
    assert told(tmp_path, "--limit", "2GB")["limit_bytes"] == 2_000_000_000

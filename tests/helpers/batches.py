"""A folder to make batches in."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.sound import run_metta
from synth.batch.planning import BatchPlan, BatchSettings, plan_batch
from synth.batch.roster import read_roster
from synth.content_cache import Cache
from synth.formats.track_file import read_timeline
from synth.personalise.listener import SessionOptions


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder with scripts, rosters and a home, and the command run in it."""

    folder: Path

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def batch(
        self, roster: str, *options: str, jobs: int = 1, voice: str = "tones"
    ) -> subprocess.CompletedProcess[str]:
        return run_metta("batch", roster, "--voice", voice, "--jobs", str(jobs), *options, folder=self.folder)

    def library(self, folder: str = "out") -> dict[str, Any]:
        library: dict[str, Any] = json.loads((self.folder / folder / "library.json").read_text(encoding="utf-8"))
        return library

    def statuses(self, folder: str = "out") -> dict[str, str]:
        return {track["path"]: track["status"] for track in self.library(folder)["tracks"]}

    def said(self, track: str, folder: str = "out") -> list[str]:
        return [cue.text for cue in read_timeline(self.folder / folder / track).timeline.speech]

    def files(self, folder: str = "out") -> dict[str, bytes]:
        root = self.folder / folder
        return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.*") if path.is_file()}

    def plan(self, roster: Path, *meditations: str, **options: Any) -> BatchPlan:
        settings = BatchSettings(Cache(self.folder / "cache"), -16.0)
        scripts = [str(self.folder / name) for name in meditations]
        return plan_batch(read_roster(roster), scripts, SessionOptions(voice="tones"), settings, **options)

"""Tracks of a real voice, and their proofs."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from helpers.sound import Studio, script
from synth.audio.ffmpeg import decode
from synth.audio.pcm import Samples, from_raw, to_segment
from synth.content_cache import Cache
from synth.formats.provenance import Provenance
from synth.formats.track_file import write_track
from synth.pipeline import Track
from synth.timeline.timeline_json import to_json
from synth.verify.checks import prove
from synth.verify.proof import Proof

TEXT = """
# Arriving

[bell chime]

Welcome, {name}. [pause 2s]

Let your shoulders drop, and feel the ground below you. [pause 1.5s]

# Wishes

May you be happy. [pause 3s]

May you be safe from harm. [pause 9s]

# Leaving

You can rest for a while, dear {name}, with your eyes closed. [pause 2s]

[bell chime x2]

Go gently. [pause 2s]
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A track, the file it was written to, and what is in that, decoded."""

    track: Track
    file: Path
    samples: Samples
    studio: Studio

    def cues(self, kind: str) -> list[dict[str, Any]]:
        return [cue for cue in to_json(self.track.timeline)["cues"] if cue["kind"] == kind]

    @property
    def provenance(self) -> Provenance:
        assert self.track.metadata.provenance
        return self.track.metadata.provenance

    def damaged(self, samples: Samples, **says: Any) -> Path:
        """A file with this sound in it, that says of itself what the track says, or else."""
        path = self.studio.folder / "damaged.mp3"
        write_track(path, replace(self.track.metadata, **says), [to_segment(samples)])
        return path

    def proof(self, path: Path | None = None, cache: Cache | None = None) -> Proof:
        return prove(path or self.file, cache or self.studio.cache, self.studio.sounds)

    def falls_short(self, samples: Samples) -> dict[str, list[str]]:
        """What a track with this sound in it falls short in, and why."""
        return short_of(self.proof(self.damaged(samples)))


def short_of(proof: Proof) -> dict[str, list[str]]:
    return {check.what: [fault.says for fault in check.faults] for check in proof.checks if check.passed is False}


def listen(path: Path) -> Samples:
    return from_raw(b"".join(decode(path)))


def spoken(studio: Studio, name: str, bed: str) -> Track:
    return studio.compose(script(TEXT.replace("{name}", name)), voice="pyttsx3", bed=bed)


def written(studio: Studio, bed: str) -> Made:
    track = spoken(studio, "Ana", bed)
    path = studio.folder / f"{bed}.mp3"
    write_track(path, track.metadata, track.mix.blocks())
    return Made(track, path, listen(path), studio)

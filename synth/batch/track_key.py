"""What a track of a batch is made of, as one digest: equal keys are equal tracks, and need not be made twice."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from synth import __version__
from synth.personalise.session import Session, Utterance
from synth.script.document import Bed, Bell
from synth.sounds.collection import Sounds
from synth.source import Place
from synth.timeline.model import Timeline
from synth.timeline.timeline_json import to_json

ClipKeyOf = Callable[[Utterance], str]
"""What decides the clip of an utterance, its voice and that one's version among it. Raises VoiceError."""


def track_key(session: Session, sounds: Sounds, clip_key: ClipKeyOf, loudness_lufs: float, quality: str | None) -> str:
    """The SHA-256 of all that decides a track's sound and tags, in hexadecimal.

    Where something stands in a file, and what a header says beside that, is no part of it. Raises VoiceError where no
    voice speaks an utterance, RequestError where a sound can't be read.
    """
    items = [session.bed, *(item for section in session.sections for item in section.items)]
    bells = {item.sound for item in items if isinstance(item, Bell)} | (
        {session.bells.sound} if session.bells else set()
    )
    beds = {item.sound for item in items if isinstance(item, Bed) and item.sound}
    meta = session.meta
    return _digest({
        "version": __version__,
        "title": meta.title,
        "language": meta.language,
        "author": meta.author,
        "programme": meta.programme,
        "length_ms": session.length_ms,
        "bed": _parameters(session.bed, clip_key),
        "bed_after_ms": session.bed_after_ms,
        "sitting_bells": _parameters(session.bells, clip_key),
        "sections": _parameters(session.sections, clip_key),
        "bells": {name: sounds.bell(name).content for name in bells},
        "beds": {name: sounds.bed(name).content for name in beds},
        "loudness_lufs": loudness_lufs,
        "quality": quality,
    })  # fmt: skip


def synced_key(key: str, common: Timeline, utterances: Iterable[Utterance]) -> str:
    """The key of a track in step: the ``key`` it has alone, and what decides the layout and levels that all share.

    ``utterances`` are those of ``common``, the longest version of each sentence.
    """
    document = to_json(common)
    cues = [{name: value for name, value in cue.items() if name not in ("text", "line")} for cue in document["cues"]]
    spoken = [[u.spoken, asdict(u.style), *map(asdict, u.hints)] for u in utterances]
    return _digest([key, document["length_ms"], cues, spoken])


def _parameters(value: Any, clip_key: ClipKeyOf) -> Any:
    """A value of a session as JSON has it, without its places; an utterance by its text and its clip's key."""
    match value:
        case Utterance():
            return {"text": value.text, "personal": value.personal, "clip": clip_key(value)}
        case tuple():
            return [_parameters(item, clip_key) for item in value]
        case _ if is_dataclass(value):
            named = {field.name: getattr(value, field.name) for field in fields(value)}
            return {"kind": type(value).__name__} | {
                name: _parameters(item, clip_key) for name, item in named.items() if not isinstance(item, Place)
            }
        case _:
            return value


def _digest(document: Any) -> str:
    canonical = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

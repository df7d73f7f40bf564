"""Timeline version 1, the JSON that others rely on, both ways: ``from_json(to_json(timeline)) == timeline``."""

import json
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from synth.timeline.model import MAX_TRACK_MS, BedSpan, Chapter, Cue, Silence, Speech, Strike, Timeline

VERSION = 1


def to_json(timeline: Timeline) -> dict[str, Any]:
    """The JSON document of a timeline; times in whole milliseconds from the track's start."""
    return {
        "version": VERSION,
        "title": timeline.title,
        "language": timeline.language,
        "length_ms": timeline.duration_ms,
        "sections": [{"title": c.title, "start_ms": c.start_ms, "end_ms": c.end_ms} for c in timeline.chapters],
        "cues": [_cue_to_json(cue) for cue in timeline.cues],
    } | ({"marks": [{"name": name, "at_ms": at} for name, at in timeline.marks]} if timeline.marks else {})


def dump_timeline(timeline: Timeline) -> str:
    """The timeline's JSON as text, ended by a line's end."""
    return json.dumps(to_json(timeline), ensure_ascii=False, indent=1) + "\n"


def from_json(document: object) -> Timeline:
    """The timeline that a JSON document tells.

    Strict: no key is unknown, no number a text, no time outside the track, no cue in a section that isn't there.
    Raises ValueError, with one line for the user, for anything else.
    """
    version = document.get("version") if isinstance(document, dict) else None
    if type(version) is not int or version != VERSION:
        raise ValueError(f"it is no timeline of version {VERSION}")
    try:
        model = _TimelineModel.model_validate(document)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in fault["loc"] if step not in _KINDS) or "timeline"
        says = fault["msg"].removeprefix("Value error, ")
        raise ValueError(" ".join(f"{where}: {says}".split())) from None
    timeline = model.timeline()
    if problem := _problem(timeline):
        raise ValueError(problem)
    return timeline


def _problem(timeline: Timeline) -> str | None:
    """The first thing that does not fit together; None where all does."""
    for kind, spans in (("cues", timeline.cues), ("sections", timeline.chapters)):
        for number, span in enumerate(spans):
            if not span.start_ms <= span.end_ms <= timeline.duration_ms:
                return f"{kind}.{number}: from {span.start_ms} to {span.end_ms} ms is no span of this track"
        for number, (before, after) in enumerate(pairwise(spans), 1):
            if after.start_ms < before.start_ms:
                return f"{kind}.{number}: it begins before the one above it"
    for number, cue in enumerate(timeline.cues):
        if not isinstance(cue, BedSpan) and cue.section >= len(timeline.chapters):
            return f"cues.{number}.section: there is no section {cue.section}"
    for number, (_, at_ms) in enumerate(timeline.marks):
        if at_ms > timeline.duration_ms:
            return f"marks.{number}: {at_ms} ms is behind the track's end"
    return None


def _cue_to_json(cue: Cue) -> dict[str, Any]:
    times = {"start_ms": cue.start_ms, "end_ms": cue.end_ms}
    match cue:
        case BedSpan():
            return {
                "kind": "bed", **times, "sound": cue.sound, "level_lu": cue.level_lu,
                "fade_in_ms": cue.fade_in_ms, "fade_out_ms": cue.fade_out_ms,
            }  # fmt: skip
        case Strike():
            return {
                "kind": "bell", **times, "sound": cue.sound, "level_db": cue.level_db,
                "section": cue.section, "line": cue.line,
            }  # fmt: skip
        case Speech():
            return {
                "kind": "speech", **times, "text": cue.text, "personal": cue.personal,
                "section": cue.section, "line": cue.line,
            } | ({"level_db": cue.level_db} if cue.level_db else {})  # fmt: skip
        case Silence():
            return {
                "kind": "silence", **times, "asked_ms": cue.end_ms - cue.start_ms, "elastic": cue.elastic,
                "section": cue.section, "line": cue.line,
            } | _purpose_to_json(cue)  # fmt: skip


def _purpose_to_json(cue: Silence) -> dict[str, Any]:
    match cue.purpose:
        case "breath":
            return {"breath": {"in_ms": cue.in_ms, "out_ms": cue.out_ms}}
        case "wait":
            return {"wait": True}
        case _:
            return {}


def _utf8(text: str) -> str:
    text.encode()  # a lone surrogate, which JSON may escape, raises a ValueError
    return text


Text = Annotated[str, AfterValidator(_utf8)]
Milliseconds = Annotated[int, Field(ge=0, le=MAX_TRACK_MS)]
Level = Annotated[float, Field(ge=-120, le=60, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
_KINDS = ("bed", "bell", "speech", "silence")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _BedModel(_Model):
    kind: Literal["bed"]
    start_ms: Milliseconds
    end_ms: Milliseconds
    sound: Text
    level_lu: Level
    fade_in_ms: Milliseconds = 0
    fade_out_ms: Milliseconds = 0

    def cue(self) -> Cue:
        return BedSpan(self.start_ms, self.end_ms, self.sound, self.level_lu, self.fade_in_ms, self.fade_out_ms)


class _BellModel(_Model):
    kind: Literal["bell"]
    start_ms: Milliseconds
    end_ms: Milliseconds
    sound: Text
    level_db: Level = 0.0
    section: Count
    line: Count

    def cue(self) -> Cue:
        return Strike(self.start_ms, self.end_ms, self.sound, self.level_db, self.section, self.line)


class _SpeechModel(_Model):
    kind: Literal["speech"]
    start_ms: Milliseconds
    end_ms: Milliseconds
    text: Text
    personal: bool
    section: Count
    line: Count
    level_db: Level = 0.0

    def cue(self) -> Cue:
        return Speech(
            self.start_ms, self.end_ms, self.text, self.personal, self.section, self.line, self.level_db
        )  # fmt: skip


class _BreathModel(_Model):
    in_ms: Milliseconds
    out_ms: Milliseconds


class _SilenceModel(_Model):
    kind: Literal["silence"]
    start_ms: Milliseconds
    end_ms: Milliseconds
    asked_ms: Milliseconds
    elastic: bool
    section: Count
    line: Count
    breath: _BreathModel | None = None
    wait: bool = False

    @model_validator(mode="after")
    def _agrees(self) -> "_SilenceModel":
        if self.asked_ms != self.end_ms - self.start_ms:
            raise ValueError("asked_ms is not the time from start_ms to end_ms")
        if self.breath and self.wait:
            raise ValueError("a silence is for breath or a wait, not for both")
        return self

    def cue(self) -> Cue:
        span = self.start_ms, self.end_ms, self.elastic, self.section, self.line
        if self.breath:
            return Silence(*span, "breath", self.breath.in_ms, self.breath.out_ms)
        return Silence(*span, "wait" if self.wait else "rest")


class _SectionModel(_Model):
    title: Text
    start_ms: Milliseconds
    end_ms: Milliseconds


class _MarkModel(_Model):
    name: Text
    at_ms: Milliseconds


_CueModel = Annotated[_BedModel | _BellModel | _SpeechModel | _SilenceModel, Field(discriminator="kind")]


class _TimelineModel(_Model):
    version: Literal[1]
    title: Text
    language: Text
    length_ms: Milliseconds
    sections: list[_SectionModel]
    cues: list[_CueModel]
    marks: list[_MarkModel] = []

    def timeline(self) -> Timeline:
        return Timeline(
            self.title,
            self.language,
            self.length_ms,
            tuple(Chapter(section.title, section.start_ms, section.end_ms) for section in self.sections),
            tuple(cue.cue() for cue in self.cues),
            tuple((mark.name, mark.at_ms) for mark in self.marks),
        )

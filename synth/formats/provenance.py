"""How a track was made, kept inside it: what a proof, and a render over it, must know beside its timeline.

It is packed, not readable text: what a voice was given to say (``shi vawn``) has no place among the words of a track.
"""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from synth.mix.levels import Levels
from synth.personalise.session import PronunciationHint, Style, Utterance
from synth.script.limits import MAX_PAUSE_MS, MAX_WPM, MIN_WPM, EffectName
from synth.source import Place
from synth.timeline.model import Timeline
from synth.timeline.timeline_json import Text, from_json, to_json

KEY = "provenance"
"""Where it stands in an embedded timeline, beside the keys of version 1."""

_EARLIER_KEY = "recipe"
"""Where tracks of version 0.1 have something of the kind, which is not read any more."""

_MAX_BYTES = 1 << 24
"""Unpacked; what says more is no provenance: a day without a pause takes a fifth of it."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """``loudness_lufs`` is what was asked of the programme, ``planned_lufs`` what it has; None where it is not told.

    ``bells`` and ``beds`` are the SHA-256 of each sound's file, by name; ``utterances`` and ``takes``, the digests of
    their clips, are those of the speech cues, in their order.
    """

    loudness_lufs: float
    levels: Levels
    bells: Mapping[str, str]
    beds: Mapping[str, str]
    utterances: tuple[Utterance, ...]
    takes: tuple[str, ...]
    planned_lufs: float | None = None


@dataclass(frozen=True, slots=True)
class EmbeddedTimeline:
    """The timeline inside a track; ``provenance`` is None where the track doesn't say how it was made."""

    timeline: Timeline
    provenance: Provenance | None


def embed(timeline: Timeline, provenance: Provenance | None) -> str:
    """The text that a track carries: timeline version 1, and the provenance under a key of its own."""
    packed = {KEY: _packed(_to_json(provenance))} if provenance else {}
    return json.dumps(to_json(timeline) | packed, ensure_ascii=False, separators=(",", ":"))


def extract(text: str) -> EmbeddedTimeline:
    """What ``embed`` wrote. Raises ValueError, with one line for the user, for any other text."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(document, dict):
        raise ValueError("it is no JSON object")
    packed = document.pop(KEY, None)
    document.pop(_EARLIER_KEY, None)
    timeline = from_json(document)
    return EmbeddedTimeline(timeline, None if packed is None else _from_json(_unpacked(packed), timeline))


def _packed(document: Mapping[str, Any]) -> str:
    return base64.b64encode(zlib.compress(json.dumps(document).encode(), 9)).decode()


def _unpacked(packed: object) -> Any:
    try:
        compressed = base64.b64decode(packed, validate=True) if isinstance(packed, str) else b""
        decompressor = zlib.decompressobj()
        content = decompressor.decompress(compressed, _MAX_BYTES)
        return json.loads(content if decompressor.eof else b"")
    except (ValueError, zlib.error, RecursionError):
        raise ValueError(f"{KEY}: it is damaged") from None


def _to_json(provenance: Provenance) -> dict[str, Any]:
    styles = list(dict.fromkeys(utterance.style for utterance in provenance.utterances))
    return {
        "loudness_lufs": provenance.loudness_lufs,
        "planned_lufs": provenance.planned_lufs,
        "voice_lufs": provenance.levels.voice_lufs,
        "voice_peak": provenance.levels.voice_peak,
        "bells": dict(provenance.bells),
        "beds": dict(provenance.beds),
        "styles": [asdict(style) for style in styles],
        "speech": [
            {"style": styles.index(utterance.style), "take": take}
            | ({"spoken": utterance.spoken} if utterance.spoken != utterance.text else {})
            | ({"hints": [asdict(hint) for hint in utterance.hints]} if utterance.hints else {})
            for utterance, take in zip(provenance.utterances, provenance.takes, strict=True)
        ],
    }


def _from_json(document: object, timeline: Timeline) -> Provenance:
    try:
        model = _ProvenanceModel.model_validate(document)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, (KEY, *fault["loc"])))
        raise ValueError(" ".join(f"{where}: {fault['msg']}".split())) from None
    if len(model.speech) != len(timeline.speech):
        raise ValueError(f"{KEY}.speech: {len(model.speech)} for {len(timeline.speech)} sentences")
    if any(said.style >= len(model.styles) for said in model.speech):
        raise ValueError(f"{KEY}.speech: there is no such style")
    for cue, said in zip(timeline.speech, model.speech, strict=True):
        if any(hint.end > len(said.spoken or cue.text) for hint in said.hints):
            raise ValueError(f"{KEY}.speech: a hint stands beyond what is spoken")
    styles = [Style(**style.model_dump()) for style in model.styles]
    utterances = (
        Utterance(
            cue.text,
            cue.text if said.spoken is None else said.spoken,
            cue.personal,
            styles[said.style],
            Place(timeline.title, cue.line, 1),
            hints=tuple(PronunciationHint(**hint.model_dump()) for hint in said.hints),
        )
        for cue, said in zip(timeline.speech, model.speech, strict=True)
    )
    return Provenance(
        model.loudness_lufs,
        Levels(model.voice_lufs, model.voice_peak),
        model.bells,
        model.beds,
        tuple(utterances),
        tuple(said.take for said in model.speech),
        model.planned_lufs,
    )


Loudness = Annotated[float, Field(ge=-200, le=50, allow_inf_nan=False)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _StyleModel(_Model):
    voice: Text | None
    language: Text
    rate: Annotated[int, Field(ge=MIN_WPM, le=MAX_WPM)]
    effect: EffectName | None
    sentence_rest_ms: Annotated[int, Field(ge=0, le=MAX_PAUSE_MS)] | None = None
    comma_rest_ms: Annotated[int, Field(ge=0, le=MAX_PAUSE_MS)] | None = None


class _HintModel(_Model):
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=0)]
    ipa: Text | None
    language: Text | None
    guessed: bool


class _SaidModel(_Model):
    style: Annotated[int, Field(ge=0)]
    take: Text
    spoken: Text | None = None
    hints: list[_HintModel] = []


class _ProvenanceModel(_Model):
    loudness_lufs: Loudness
    planned_lufs: Loudness | None = None
    voice_lufs: Loudness
    voice_peak: Annotated[float, Field(gt=0, le=1)]
    bells: dict[Text, Text]
    beds: dict[Text, Text]
    styles: list[_StyleModel]
    speech: list[_SaidModel]

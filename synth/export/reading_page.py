"""A timeline in the order of a page: sections, their paragraphs, and what sounds or is silent in them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from synth.personalise.session import Session, Utterance
from synth.script.document import Breath, Document, Paragraph, Rating, Say
from synth.source import Place
from synth.timeline.model import BedSpan, Silence, Speech, Strike, Timeline
from synth.units import MINUTE, SECOND


@dataclass(frozen=True, slots=True)
class Said:
    """An utterance."""

    utterance: Utterance


@dataclass(frozen=True, slots=True)
class Rest:
    """Silence of ``ms`` milliseconds; of purpose ``breath``, for breaths of ``in_ms`` and ``out_ms``."""

    ms: int
    purpose: Literal["rest", "breath", "wait"] = "rest"
    in_ms: int = 0
    out_ms: int = 0


@dataclass(frozen=True, slots=True)
class BellStrokes:
    """Strokes of one bell that follow each other; speech waits for ``ms`` milliseconds in all."""

    sound: str
    strokes: int
    ms: int


@dataclass(frozen=True, slots=True)
class BedTurned:
    """The bed changes to ``sound``, at ``level_lu`` from the voice; None: no bed from here on."""

    sound: str | None
    level_lu: float


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark of the script."""

    name: str


Part = Said | Rest | BellStrokes | BedTurned | Marked


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph from its first utterance to its last, or (``spoken`` False) what is between two paragraphs."""

    spoken: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A section of the page."""

    title: str
    start_ms: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole page; ``rest_ms`` is the silence between paragraphs where the script says nothing else."""

    title: str
    language: str
    duration_ms: int
    rest_ms: int
    passages: tuple[Passage, ...]


def make_sheet(document: Document, session: Session, timeline: Timeline) -> Sheet:
    """The page of a session and its timeline; the document says where paragraphs begin."""
    openers = _Openers(document)
    starts = [chapter.start_ms for chapter in timeline.chapters]
    parts: list[list[Part]] = [[] for _ in starts]
    for at_ms, part in _in_order(session, timeline):
        parts[bisect_right(starts, at_ms) - 1].append(part)
    passages = tuple(
        Passage(chapter.title, chapter.start_ms, tuple(_blocks(own, openers)))
        for chapter, own in zip(timeline.chapters, parts, strict=True)
    )
    rest_ms = document.meta.pauses["paragraph"]
    return Sheet(timeline.title, timeline.language, timeline.duration_ms, rest_ms, passages)


def format_rest(ms: int) -> str:
    """A silence's length for a person to read: ``1.5 s``, ``12 s``, ``1 min 30 s``."""
    tenths = round(ms / 100)
    if tenths < 100:
        return f"{tenths / 10:g} s"
    minutes, seconds = divmod(round(ms / SECOND), MINUTE // SECOND)
    return " ".join([f"{minutes} min"] * bool(minutes) + [f"{seconds} s"] * bool(seconds))


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line: what is said, a silence's length, or (``told``) a remark for the reader."""

    kind: Literal["said", "rest", "told"]
    text: str


def spans(block: Block) -> tuple[Span, ...]:
    """A block as text, a span for every part."""
    return tuple(_span(part) for part in block.parts)


def _span(part: Part) -> Span:
    match part:
        case Said():
            return Span("said", part.utterance.text)
        case Rest(purpose="breath"):
            count = part.ms // max(1, part.in_ms + part.out_ms)
            pace = f"in {format_rest(part.in_ms)}, out {format_rest(part.out_ms)}"
            return Span("told", f"{count} breath{'s' * (count != 1)}, {pace}: {format_rest(part.ms)}")
        case Rest(purpose="wait"):
            return Span("told", f"in the listener's own time, up to {format_rest(part.ms)}")
        case Rest():
            return Span("rest", format_rest(part.ms))
        case BellStrokes():
            strokes = f"{part.strokes} stroke{'s' * (part.strokes != 1)}"
            return Span("told", f"bell: {part.sound}, {strokes}, {format_rest(part.ms)}")
        case BedTurned():
            return Span("told", f"bed: {part.sound}" if part.sound else "the bed fades out")
        case Marked():
            return Span("told", f"mark: {part.name}")


def _in_order(session: Session, timeline: Timeline) -> Iterator[tuple[int, Part]]:
    """Every part with its start in milliseconds; beds and marks come before what begins at the same time."""
    told: list[tuple[int, Part]] = [*_bed_turns(timeline), *((at, Marked(name)) for name, at in timeline.marks)]
    told.sort(key=lambda turn: turn[0])
    cuts = sorted({*(at for at, _ in told), *(chapter.start_ms for chapter in timeline.chapters)})
    heard: list[tuple[int, Part]] = []
    before: Strike | None = None
    strikes = sorted(timeline.strikes, key=lambda strike: strike.start_ms)
    utterances = iter(session.utterances)
    for cue in timeline.cues:
        match cue:
            case Speech():
                heard.append((cue.start_ms, Said(next(utterances))))
            case Silence():
                heard.extend(_cut(cue, cuts, strikes))
            case Strike() if before and _rings_on(before, cue) and not _between(cuts, cue.start_ms, cue.start_ms):
                at_ms, rung = heard[-1]
                assert isinstance(rung, BellStrokes)
                heard[-1] = at_ms, BellStrokes(cue.sound, rung.strokes + 1, rung.ms + cue.end_ms - cue.start_ms)
            case Strike():
                heard.append((cue.start_ms, BellStrokes(cue.sound, 1, cue.end_ms - cue.start_ms)))
            case BedSpan():
                continue
        before = cue if isinstance(cue, Strike) else None
    yield from sorted([*told, *heard], key=lambda timed: timed[0])


def _bed_turns(timeline: Timeline) -> Iterator[tuple[int, BedTurned]]:
    starts = {bed.start_ms for bed in timeline.beds}
    for bed in timeline.beds:
        yield bed.start_ms, BedTurned(bed.sound, bed.level_lu)
        faded_ms = bed.end_ms - bed.fade_out_ms
        if bed.end_ms < timeline.duration_ms and faded_ms not in starts:
            yield faded_ms, BedTurned(None, 0)


def _between(times: Sequence[int], start_ms: int, end_ms: int) -> Sequence[int]:
    """Those of sorted times that are neither before the one nor behind the other."""
    return times[bisect_left(times, start_ms) : bisect_right(times, end_ms)]


def _cut(silence: Silence, cuts: list[int], strikes: list[Strike]) -> Iterator[tuple[int, Rest]]:
    """A silence in pieces: cut at ``cuts`` and where a bell rings in it, without the time that the bell takes."""
    rung: list[Strike] = []
    edges: set[int] = set()
    if silence.purpose == "rest":
        first = bisect_right(strikes, silence.start_ms, key=lambda strike: strike.start_ms)
        rung = strikes[first : bisect_left(strikes, silence.end_ms, first, key=lambda strike: strike.start_ms)]
        edges = {*_between(cuts, silence.start_ms, silence.end_ms)}
        edges |= {*(s.start_ms for s in rung), *(s.end_ms for s in rung)}
    within = sorted(at for at in edges if silence.start_ms < at < silence.end_ms)
    for start, end in pairwise([silence.start_ms, *within, silence.end_ms]):
        if not any(s.start_ms <= start < s.end_ms for s in rung):
            yield start, Rest(end - start, silence.purpose, silence.in_ms, silence.out_ms)


def _rings_on(before: Strike, strike: Strike) -> bool:
    """Whether a stroke follows the one before at once, on the same bell and as loud."""
    return before.end_ms == strike.start_ms and replace(before, start_ms=0, end_ms=0) == replace(
        strike, start_ms=0, end_ms=0
    )


class _Openers:
    """The utterances that begin a paragraph, by their places in the script."""

    def __init__(self, document: Document) -> None:
        self.places: set[Place] = set()
        self.breaths: set[Place] = set()
        fresh = True
        for item in document.walk():
            match item:
                case Paragraph():
                    fresh = True
                case Say() | Rating() | Breath():
                    if isinstance(item, Breath):
                        self.breaths.add(item.place)
                        fresh = fresh and item.cued
                    if fresh:
                        self.places.add(item.place)
                    fresh = False

    def open(self, utterance: Utterance, before: Utterance | None) -> bool:
        """Whether an utterance begins a paragraph after the one before; the words of one cued breath stay together."""
        place = utterance.place
        if before is None:
            return True
        return place in self.places and not (place == before.place and place in self.breaths)


def _blocks(parts: list[Part], openers: _Openers) -> Iterator[Block]:
    paragraph: list[Part] = []
    between: list[Part] = []
    before: Utterance | None = None
    for part in parts:
        if not isinstance(part, Said):
            between.append(part)
            continue
        if openers.open(part.utterance, before):
            yield from _block(True, paragraph)
            yield from _block(False, between)
            paragraph = [part]
        else:
            paragraph += [*between, part]
        before, between = part.utterance, []
    yield from _block(True, paragraph)
    yield from _block(False, between)


def _block(spoken: bool, parts: list[Part]) -> Iterator[Block]:
    if parts:
        yield Block(spoken, tuple(parts))

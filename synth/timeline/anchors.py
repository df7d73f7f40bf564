"""Keeping to an earlier layout: what can begin where it began before, does. Pure.

Where one sentence of a meditation is changed, or said with another name, elastic pauses take up the difference near
it, and everything behind stays in its place. A track made again is then the same sound but for what was changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from synth.timeline.model import BedSpan, Silence, Speech, Strike, Timeline
from synth.units import SECOND

SLACK_MS, SLACK_SHARE = 1 * SECOND, 10
"""How far a pause may go from its own share: a second, or a tenth of it where that is more."""

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class LayoutAnchors:
    """What begins behind the elastic pauses of a layout, by name, and at which millisecond."""

    names: tuple[str, ...]
    starts_ms: tuple[int, ...]

    def places(self, names: Sequence[str]) -> list[int | None]:
        """Where each of a sequence of names began; None for what is new.

        What stands between two that are the same is taken for a changed one where there are as many.
        """
        places: list[int | None] = [None] * len(names)
        if max(len(names), len(self.names)) > _MOST:
            return places
        matcher = SequenceMatcher(None, self.names, names, autojunk=False)
        for _, first, last, here, there in matcher.get_opcodes():
            if last - first == there - here:
                places[here:there] = self.starts_ms[first:last]
        return places


def anchors_of(timeline: Timeline) -> LayoutAnchors:
    """What a new layout may keep to in this timeline."""
    names, starts = [], []
    elastic, silent_until = False, 0
    for cue in timeline.cues:
        match cue:
            case Silence(purpose="rest"):
                elastic, silent_until = elastic or cue.elastic, cue.end_ms
            case BedSpan():
                pass
            case _ if cue.start_ms >= silent_until:  # a bell through the sitting rings in a silence
                if elastic:
                    names.append(anchor_name(cue))
                    starts.append(cue.start_ms)
                elastic = False
    return LayoutAnchors(tuple(names), tuple(starts))


def anchor_name(cue: Speech | Strike | Silence) -> str:
    """What tells a cue from others in a layout: its words, or that it is a bell or a silence."""
    match cue:
        case Speech():
            return cue.text
        case Strike():
            return "bell"
        case Silence():
            return "silence"


@dataclass(frozen=True, slots=True)
class Elastic:
    """An elastic pause: which of the lengths it is, its bounds, and which length it decides the beginning of."""

    index: int
    min_ms: int
    max_ms: int | None
    decides: int
    name: str


def align_to(anchors: LayoutAnchors, lengths: list[int], elastics: Sequence[Elastic]) -> list[int]:
    """Lengths of the same sum, their elastic ones changed so that what follows begins where the plan has it.

    No pause leaves its bounds, nor goes farther from its length than ``SLACK_MS`` or a ``SLACK_SHARE``th; the next ones
    then make up for it. Where the sum can't be kept, the lengths stay as they are.
    """
    kept = list(lengths)
    starts = [0]
    for length in lengths:
        starts.append(starts[-1] + length)
    later = 0
    for elastic, place in zip(elastics, anchors.places([elastic.name for elastic in elastics]), strict=True):
        if place is not None:
            length = lengths[elastic.index]
            slack = max(SLACK_MS, length // SLACK_SHARE)
            wanted = length + place - starts[elastic.decides] - later
            kept[elastic.index] = _within(elastic, min(max(wanted, length - slack), length + slack))
            later += kept[elastic.index] - length
    for elastic in reversed(elastics):
        before = kept[elastic.index]
        kept[elastic.index] = _within(elastic, before - later)
        later -= before - kept[elastic.index]
    return kept if later == 0 else lengths


def _within(elastic: Elastic, length: int) -> int:
    longer = max(length, elastic.min_ms)
    return longer if elastic.max_ms is None else min(longer, elastic.max_ms)

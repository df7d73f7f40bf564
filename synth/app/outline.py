"""What a session will be, before any sound: its words, its times, its silence. Times of speech are estimates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from synth.app.checking import pronunciation_problems
from synth.app.session_problems import session_problems, within_reach
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.personalise.session import FilledSlot, Session
from synth.pipeline import in_time, prepare
from synth.script.document import Document, Each, Fill, Item, Say, inner_items
from synth.script.limits import ANSWERS
from synth.scripts import load_document
from synth.source import Place, Problem
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import LengthRange, length_range
from synth.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Outline:
    """A session laid out in estimated time; ``lengths`` are those that it could have.

    ``slots`` are the values that fill its script's slots, and where each came from; ``own`` the sentences with the
    listener's words in them, each once, and when it is first said, in milliseconds; ``problems`` is what its voice
    would leave out or spell, and what else is seen to go another way than asked.
    """

    document: Document
    session: Session
    timeline: Timeline
    lengths: LengthRange
    slots: tuple[FilledSlot, ...]
    own: tuple[tuple[int, str], ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def share_of_silence(self) -> float:
        """How much of the whole is neither speech nor bell, from 0 to 1."""
        timeline = self.timeline
        spoken_ms = sum(cue.end_ms - cue.start_ms for cue in timeline.speech)
        ringing_ms = sum(cue.end_ms - cue.start_ms for cue in timeline.strikes)
        return 1 - (spoken_ms + ringing_ms) / timeline.duration_ms if timeline.duration_ms else 0.0


def outline(meditation: str, request: SessionRequest, workspace: Workspace) -> Outline:
    """A meditation as this listener would have it, at the nearest length it can have.

    Raises RequestError, ScriptError or OptionError.
    """
    sounds = workspace.sounds_for(meditation)
    document = load_document(meditation)
    session = prepare(document, request.profile(), request.options(), sounds)
    lengths = length_range(session, estimate_speech, sounds.bell_duration)
    timeline = in_time(within_reach(session, lengths), estimate_speech, sounds)
    slots = (replace(s, origin="asked") if _by_hand(s.name, request) else s for s in session.slots)
    problems = (
        *pronunciation_problems(session.utterances, workspace),
        *session_problems(document, session, lengths),
    )
    return Outline(document, session, timeline, lengths, tuple(slots), _own(document, session, timeline), problems)


def _own(document: Document, session: Session, timeline: Timeline) -> tuple[tuple[int, str], ...]:
    """The sentences in which a slot's value is not the script's own."""
    brought = {slot.name for slot in session.slots if slot.origin != "default"}
    places = {
        place
        for section in document.sections
        for place, slots in _filled_places(section.items, {})
        if not brought.isdisjoint(slots)
    }
    first: dict[str, int] = {}
    for cue, utterance in zip(timeline.speech, session.utterances, strict=True):
        if utterance.place in places:
            first.setdefault(cue.text, cue.start_ms)
    return tuple((start_ms, text) for text, start_ms in first.items())


def _filled_places(items: tuple[Item, ...], sources: Mapping[str, str]) -> Iterator[tuple[Place, set[str]]]:
    """Every utterance's place, and the slots it is filled from; ``sources`` are those of the open ``[each]``."""
    for item in items:
        if isinstance(item, Say):
            words = [word for part in item.parts if isinstance(part, Fill) for word in (part.slot, part.person)]
            yield item.place, {sources.get(word, word) for word in words}
        inside = {**sources, item.variable: item.source} if isinstance(item, Each) else sources
        for inner in inner_items(item):
            yield from _filled_places(inner, inside)


def _by_hand(slot: str, request: SessionRequest) -> bool:
    """Whether a slot's value was asked for, though it is filled by way of the profile."""
    return (slot == "name" and request.name is not None) or (slot in ANSWERS and getattr(request, slot) is not None)

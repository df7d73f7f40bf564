"""What a session will be, before any sound: its words, its times, its silence. Times of speech are estimates."""

from dataclasses import dataclass, replace

from synth.app.checking import pronunciation_problems
from synth.app.session_request import SessionRequest
from synth.app.workspace import Workspace
from synth.personalise.session import FilledSlot, Session
from synth.pipeline import in_time, prepare
from synth.script.document import Document
from synth.script.limits import ANSWERS
from synth.scripts import load_document
from synth.source import Problem
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import LengthRange, length_range
from synth.timeline.model import Timeline


@dataclass(frozen=True, slots=True)
class Outline:
    """A session laid out in estimated time; ``lengths`` are those that it could have.

    ``slots`` are the values that fill its script's slots, and where each came from; ``problems`` is what its voice
    would leave out or spell.
    """

    document: Document
    session: Session
    timeline: Timeline
    lengths: LengthRange
    slots: tuple[FilledSlot, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def share_of_silence(self) -> float:
        """How much of the whole is neither speech nor bell, from 0 to 1."""
        timeline = self.timeline
        spoken_ms = sum(cue.end_ms - cue.start_ms for cue in timeline.speech)
        ringing_ms = sum(cue.end_ms - cue.start_ms for cue in timeline.strikes)
        return 1 - (spoken_ms + ringing_ms) / timeline.duration_ms if timeline.duration_ms else 0.0


def outline(meditation: str, request: SessionRequest, workspace: Workspace) -> Outline:
    """A meditation as this listener would have it. Raises RequestError, ScriptError or OptionError."""
    sounds = workspace.sounds_for(meditation)
    document = load_document(meditation)
    session = prepare(document, request.profile(), request.options(), sounds)
    timeline = in_time(session, estimate_speech, sounds)
    lengths = length_range(session, estimate_speech, sounds.bell_duration)
    slots = (replace(s, origin="asked") if _by_hand(s.name, request) else s for s in session.slots)
    problems = pronunciation_problems(session.utterances, workspace)
    return Outline(document, session, timeline, lengths, tuple(slots), problems)


def _by_hand(slot: str, request: SessionRequest) -> bool:
    """Whether a slot's value was asked for, though it is filled by way of the profile."""
    return (slot == "name" and request.name is not None) or (slot in ANSWERS and getattr(request, slot) is not None)

"""Tracks in step: the sessions of several listeners laid out as one, so that one bell rings for all. Pure.

Every sentence is given the time that its longest version takes. All versions begin at the same instant; where one is
shorter, or somebody has nothing to hear, the quiet lasts until the common plan goes on. Bells, silences and beds
therefore begin and end at the same instant for everybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from synth.errors import RequestError
from synth.personalise.session import Session, SessionItem, TimedCue, Utterance
from synth.script.document import Bed, Bell
from synth.timeline.estimate import SpeechLength
from synth.timeline.model import Cue, Speech, Timeline
from synth.units import format_duration


@dataclass(slots=True)
class _Slot:
    """A place in the common plan: what makes it the same for all, and what each listener, by number, has there."""

    key: object
    items: dict[int, SessionItem]


class SyncedSessions:
    """The sessions of several listeners, side by side. They are of one script, as long as each other, and ring alike.

    Raises RequestError where they are not.
    """

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._first = sessions[0]
        self._sections = [[_Slot(_key(item), {0: item}) for item in section.items] for section in self._first.sections]
        for number, session in enumerate(sessions[1:], 1):
            check_in_step(self._first, session)
            for slots, section in zip(self._sections, session.sections, strict=True):
                _align(slots, section.items, number)

    def common(self, speech_ms: SpeechLength) -> Session:
        """The session that has time for everybody: everything that anybody hears, and the longest of each sentence."""
        sections = (
            replace(section, items=tuple(_longest(slot.items.values(), speech_ms) for slot in slots))
            for section, slots in zip(self._first.sections, self._sections, strict=True)
        )
        return replace(self._first, sections=tuple(sections))

    def utterances_of(self, number: int) -> tuple[Utterance | None, ...]:
        """What a listener hears in the place of each utterance of the common session; None for nothing."""
        spoken = [slot for slots in self._sections for slot in slots if isinstance(slot.key, tuple)]
        return tuple(_utterance(slot.items[number]) if number in slot.items else None for slot in spoken)


def check_in_step(first: Session, other: Session) -> None:
    """Raises RequestError where a session can't go in step with another: another length, or other bells or beds."""
    if first.length_ms != other.length_ms:
        theirs, ours = (format_duration(each.length_ms) if each.length_ms else "none" for each in (first, other))
        raise RequestError(f"in step, all tracks have one length: the first asks for {theirs}, this one for {ours}")
    for here, there in zip(_sounding(first), _sounding(other), strict=False):
        if here != there:
            raise RequestError(f"in step, the same bells and beds sound for all: {there.place} differs from the first")
    if len(_sounding(first)) != len(_sounding(other)):
        raise RequestError("in step, the same bells and beds sound for all: the first has more, or fewer, than this")


def timeline_for(
    common: Timeline, title: str, utterances: Sequence[Utterance | None], speech_ms: SpeechLength
) -> Timeline:
    """The common timeline as one listener hears it: their own sentences, each beginning where the common one does."""
    coming = iter(utterances)
    cues: list[Cue] = []
    for cue in common.cues:
        if not isinstance(cue, Speech):
            cues.append(cue)
        elif utterance := next(coming):
            cues.append(
                Speech(
                    cue.start_ms,
                    cue.start_ms + speech_ms(utterance),
                    utterance.text,
                    utterance.personal,
                    cue.section,
                    utterance.place.line,
                    cue.level_db,
                )
            )
    return replace(common, title=title, cues=tuple(cues))


def _sounding(session: Session) -> list[Bell | Bed]:
    return [item for section in session.sections for item in section.items if isinstance(item, Bell | Bed)]


def _utterance(item: SessionItem) -> Utterance | None:
    match item:
        case Utterance():
            return item
        case TimedCue():
            return item.utterance
        case _:
            return None


def _key(item: SessionItem) -> object:
    """What is the same for all listeners of a script: the place of a sentence, and everything else as it is."""
    match item:
        case Utterance():
            return ("said", item.place)
        case TimedCue():
            return ("beat", item.utterance.place, item.length_ms)
        case _:
            return item


def _align(slots: list[_Slot], items: Sequence[SessionItem], number: int) -> None:
    """Puts a listener's items where the others have the same, and makes room for what nobody else has.

    Sentences that stand in each other's place, such as two branches of a choice, share it.
    """
    there, here = [slot.key for slot in slots], [_key(item) for item in items]
    grown: list[_Slot] = []
    for _, first, last, start, end in SequenceMatcher(None, there, here, autojunk=False).get_opcodes():
        if _kinds(there[first:last]) == _kinds(here[start:end]):
            for slot, item in zip(slots[first:last], items[start:end], strict=True):
                slot.items[number] = item
            grown += slots[first:last]
        else:
            grown += slots[first:last]
            grown += [_Slot(_key(item), {number: item}) for item in items[start:end]]
    slots[:] = grown


def _kinds(keys: Sequence[object]) -> list[object]:
    """Sentences all alike, wherever they stand; everything else as it is."""
    return [key[0] if isinstance(key, tuple) else key for key in keys]


def _longest(items: Iterable[SessionItem], speech_ms: SpeechLength) -> SessionItem:
    def length(item: SessionItem) -> int:
        said = _utterance(item)
        return speech_ms(said) if said else 0

    return max(items, key=length)

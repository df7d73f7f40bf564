"""What can be seen of a session before any sound: a length out of reach, bells that won't ring, another language."""

from collections.abc import Iterator
from dataclasses import replace

from synth.personalise.announcements import unrung
from synth.personalise.session import Session
from synth.script.document import Document, Pause
from synth.script.written_language import NAMES, written_language
from synth.source import Place, Problem
from synth.timeline.layout import LengthRange
from synth.units import format_duration


def within_reach(session: Session, lengths: LengthRange) -> Session:
    """The session at the length it asks for, or the nearest that it can have."""
    asked_ms = session.length_ms
    if asked_ms is None:
        return session
    longest_ms = asked_ms if lengths.max_ms is None else lengths.max_ms
    return replace(session, length_ms=max(lengths.min_ms, min(asked_ms, longest_ms)))


def session_problems(document: Document, session: Session, lengths: LengthRange) -> tuple[Problem, ...]:
    """Everything that is seen, in its order; ``lengths`` are those that the session could have, as estimated."""
    return (*_length(document, session, lengths), *_bells(session), *_languages(session))


def _length(document: Document, session: Session, lengths: LengthRange) -> Iterator[Problem]:
    asked_ms = within_reach(session, lengths).length_ms
    if session.length_ms == asked_ms or session.length_ms is None or lengths.min_ms == lengths.max_ms:
        return
    what = f"{format_duration(session.length_ms)} is out of reach: this script runs {lengths} (estimated)"
    mend = "choose a length between"
    pauses = [item for item in document.walk() if isinstance(item, Pause) and item.max_ms is not None]
    if session.length_ms > lengths.min_ms and pauses:
        longest = max(pauses, key=lambda pause: pause.max_ms or 0)
        least, most = format_duration(longest.min_ms), format_duration(longest.max_ms or 0)
        written = f"{least}..{most}" if longest.elastic else least
        mend = f"{mend}, or let a pause stretch, such as that of {longest.place}: [pause {written}] → [pause {least}..]"
    yield Problem(Place(document.sections[0].place.file, 1, 1), f"{what}; {mend}")


def _bells(session: Session) -> Iterator[Problem]:
    if session.bells:
        for said in unrung(session.sections, session.bells, session.meta.language):
            mend = "put a [bell] there, or take the sentence out"
            yield Problem(said.place, f"'{said.text}' announces a bell, and none rings behind it; {mend}", "warning")


def _languages(session: Session) -> Iterator[Problem]:
    language = session.meta.language
    for place, text in {said.place: said.text for said in session.utterances}.items():
        written = written_language(text)
        if written and written != language.split("-")[0]:
            what = f"'{text}' reads as {NAMES[written]}, and the script is in '{language}'"
            yield Problem(place, f"{what}; say it in that language, or change the header's", "warning")

"""The name reel: every name of a roster in one short track, to be listened to before the batch."""

from contextlib import closing
from dataclasses import replace

from synth.batch.roster import Roster, Row
from synth.content_cache import Cache
from synth.errors import RequestError, ScriptError, VoiceError
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.session import Session
from synth.pipeline import prepare
from synth.script.document import Document, Fill, Item, Pause, Say, Section, VoiceChange
from synth.script.header import Meta, Slot, VoiceStyle
from synth.sounds.collection import Sounds
from synth.source import Place, Problem
from synth.speech.clip_source import SourceChooser

PAUSE_MS = 1_200
"""Between two names."""


def name_reel(roster: Roster, language: str, options: SessionOptions, sounds: Sounds, cache: Cache) -> Session:
    """A session that says every person's number in the roster, and their name as it will be said in their tracks.

    Raises RequestError where nobody has a name, ScriptError with every row that has faults or whose voice isn't there,
    and VoiceError where the voice for all isn't.
    """
    named = {number: row for number, row in enumerate(roster.rows, 1) if row.name}
    if not named:
        raise RequestError(f"{roster.file}: nobody in this roster has a name")
    faults = [
        Problem(Place(roster.file, row.line, 1), f"{row.name}: {fault}")
        for row in named.values()
        for fault in row.faults
    ]
    if faults:
        raise ScriptError(tuple(faults))
    meta = Meta(
        title="The names",
        language=language,
        voice=VoiceStyle(name=options.voice),
        slots={_slot(number): Slot() for number in named},
    )
    items = tuple(item for number, row in named.items() for item in _items(number, row, roster.file))
    document = Document(meta, (Section("", items, Place(roster.file, 1, 1)),))
    people = {_slot(number): Person(name=row.name, say_as=row.say_as) for number, row in named.items()}
    session = prepare(document, Profile(people=people), replace(options, voice=None), sounds)
    _check_voices(session, [*named.values()], cache)
    return session


def _slot(number: int) -> str:
    return f"n{number}"


def _items(number: int, row: Row, file: str) -> tuple[Item, ...]:
    place = Place(file, row.line, 1)
    return (
        VoiceChange(row.cells.get("voice"), None, place),
        Say((f"{number}: ", Fill(_slot(number), "i", place), "."), place),
        Pause(PAUSE_MS, PAUSE_MS, 1, place),
    )


def _check_voices(session: Session, rows: list[Row], cache: Cache) -> None:
    """Raises ScriptError with every row whose own voice isn't there; ``rows`` are those of the utterances."""
    problems = []
    with closing(SourceChooser(cache)) as sources:
        for utterance, row in zip(session.utterances, rows, strict=True):
            try:
                sources.source_for(utterance)
            except VoiceError as error:
                if "voice" not in row.cells:
                    raise
                problems.append(Problem(utterance.place, f"{row.name}: {error}"))
    if problems:
        raise ScriptError(tuple(problems))

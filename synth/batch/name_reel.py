"""The name reel: every name of a roster in one short track, to be listened to before the batch."""

from dataclasses import replace

from synth.batch.roster import Roster, Row
from synth.content_cache import Cache
from synth.errors import PronunciationError, RequestError, ScriptError, VoiceError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.session import Session
from synth.pipeline import prepare
from synth.script.document import Document, Fill, Item, Pause, Say, Section
from synth.script.header import Meta, Slot, VoiceStyle
from synth.sounds.collection import Sounds
from synth.source import Place, Problem
from synth.speech.synthesis import SpeechSynthesizer

PAUSE_MS = 1_200
"""Between two names."""


def name_reel(roster: Roster, language: str, options: SessionOptions, sounds: Sounds, cache: Cache) -> Session:
    """A session with a section for every person: their number in the roster, and their name as their tracks say it.

    Each is said by the row's own voice and in its own language, or else in ``language``. Raises RequestError where
    nobody has a name, ScriptError with every row that has faults or whose voice isn't there, and VoiceError where the
    voice for all isn't.
    """
    named = {number: row for number, row in enumerate(roster.rows, 1) if row.name}
    if not named:
        raise RequestError(f"{roster.file}: nobody in this roster has a name")
    places = {number: Place(roster.file, row.line, 1) for number, row in named.items()}
    faults = [Problem(places[number], f"{row.name}: {fault}") for number, row in named.items() for fault in row.faults]
    if faults:
        raise ScriptError(tuple(faults))
    spoken = [
        name_session(row, places[number], language, options, sounds, number=number) for number, row in named.items()
    ]
    first = spoken[0]
    session = replace(
        first,
        meta=first.meta.model_copy(update={"language": language}),
        sections=tuple(section for one in spoken for section in one.sections),
        slots=(),
    )
    _check_voices(session, [*named.values()], cache)
    return session


def name_session(
    row: Row, place: Place, language: str, options: SessionOptions, sounds: Sounds, *, number: int | None = None
) -> Session:
    """A session that says a person's name by their own voice and in their own language, behind their number if given.

    Raises as ``prepare`` does.
    """
    meta = Meta(
        title="The names",
        language=row.cells.get("language", language).lower(),
        voice=VoiceStyle(name=row.cells.get("voice", options.voice)),
        slots={"name": Slot()},
    )
    name = Fill("name", "i", place)
    items: tuple[Item, ...] = (Say((name,) if number is None else (f"{number}: ", name, "."), place),)
    if number is not None:
        items += (Pause(PAUSE_MS, PAUSE_MS, 1, place),)
    document = Document(meta, (Section(row.name, items, place),))
    return prepare(document, Profile(name=row.name, say_as=row.say_as), replace(options, voice=None), sounds)


def _check_voices(session: Session, rows: list[Row], cache: Cache) -> None:
    """Raises ScriptError with every row whose voice isn't there or can't say it; ``rows`` are the utterances'."""
    problems = []
    with SpeechSynthesizer(cache) as synthesizer:
        for utterance, row in zip(session.utterances, rows, strict=True):
            try:
                synthesizer.check(utterance)
            except PronunciationError as error:
                problems.append(Problem(error.place, f"{row.name}: {error.message}"))
            except VoiceError as error:
                if "voice" not in row.cells:
                    raise
                problems.append(Problem(utterance.place, f"{row.name}: {error}"))
    if problems:
        raise ScriptError(tuple(problems))

"""Plans the tracks that a roster asks for, row by row, before any sound is made."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from synth.batch.library import LIBRARY, Failure
from synth.batch.roster import COLUMNS, PHRASE, Roster, Row, check_columns
from synth.batch.safe_names import distinct_names
from synth.batch.track_key import track_key
from synth.content_cache import Cache
from synth.errors import MettaError, RequestError, ScriptError, VoiceError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.session import Session, SessionItem, Style, Utterance
from synth.pipeline import check_options, prepare
from synth.script.document import Document
from synth.script.limits import ANSWERS
from synth.scripts import find_script, load_document
from synth.sounds.collection import Sounds
from synth.speech.clip_source import SourceChooser
from synth.speech.synthesis import clip_key
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import length_range
from synth.timeline.sync import SyncedSessions, check_in_step
from synth.units import format_duration, parse_duration

EXTENSION = ".mp3"
_DOUBT = 0.1
"""The share of all speech by which estimates may err before a length is called out of reach."""


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """What all tracks of a batch have in common, whoever they are for.

    ``loudness`` in LUFS; ``quality`` as ``--quality`` has it, None for the format's own.
    """

    cache: Cache
    loudness: float
    quality: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A track to be made, with all that makes it: it can be sent to another process.

    ``path`` is its place in the library; ``key`` is its ``track_key``, or in step its ``synced_key``.
    """

    row: Row
    person: str
    meditation: str
    path: str
    key: str
    session: Session
    sounds: Sounds
    settings: BatchSettings

    def failure(self, error: MettaError) -> Failure:
        """The failure of this track."""
        return Failure(self.row.line, self.row.name, self.person, self.meditation, _in_a_line(error))


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The tracks that can be made, and what can't be, in the roster's order.

    ``together``: all tracks of a meditation run in step.
    """

    jobs: tuple[Job, ...]
    failures: tuple[Failure, ...]
    together: bool = False

    @property
    def groups(self) -> Iterator[tuple[Job, ...]]:
        """The jobs of each meditation."""
        for name in dict.fromkeys(job.meditation for job in self.jobs):
            yield tuple(job for job in self.jobs if job.meditation == name)


@dataclass(frozen=True, slots=True)
class _Meditation:
    """A meditation asked for: its first name, the stem of its tracks' files, and the sounds that it may name."""

    name: str
    stem: str
    document: Document
    sounds: Sounds


def plan_batch(
    roster: Roster,
    meditations: Sequence[str],
    options: SessionOptions,
    settings: BatchSettings,
    *,
    anonymous: bool = False,
    together: bool = False,
) -> BatchPlan:
    """Everything that a roster asks for; ``meditations`` are for those who name none themselves.

    Raises ScriptError or RequestError where nobody's track could be as asked: a meditation of ``meditations`` has
    faults, a column is unknown, or what is asked for all isn't there. Raises VoiceError where no engine has the voice,
    or it can't be started.
    """
    names = [row.name for row in roster.rows]
    persons = [f"{n:03d}" for n in range(1, len(names) + 1)] if anonymous else [*distinct_names(names, [LIBRARY])]
    jobs: list[Job] = []
    failures: list[Failure] = []
    with closing(SourceChooser(settings.cache)) as sources:
        planner = _Planner(roster, meditations, options, settings, sources)
        for row, person in zip(roster.rows, persons, strict=True):
            planner.plan_row(row, person, jobs, failures)
    plan = BatchPlan(tuple(jobs), tuple(failures), together)
    return _in_step(plan) if together else plan


def _in_step(plan: BatchPlan) -> BatchPlan:
    """The same without those that can't go in step with the first of their meditation."""
    failures = [*plan.failures]
    kept: set[str] = set()
    for first, *others in plan.groups:
        group = [first]
        for job in others:
            try:
                check_in_step(first.session, job.session)
                group.append(job)
            except RequestError as error:
                failures.append(job.failure(error))
        try:
            _check_length(SyncedSessions([job.session for job in group]).common(estimate_speech), first.sounds)
            kept |= {job.path for job in group}
        except RequestError as error:
            failures += [job.failure(error) for job in group]
    return BatchPlan(tuple(job for job in plan.jobs if job.path in kept), tuple(failures), plan.together)


class _Planner:
    """Reads every meditation, and asks every engine, once; ``options`` are those for everybody."""

    def __init__(
        self,
        roster: Roster,
        meditations: Sequence[str],
        options: SessionOptions,
        settings: BatchSettings,
        sources: SourceChooser,
    ) -> None:
        self._names = tuple(dict.fromkeys(meditations))
        self._options = options
        self._settings = settings
        self._sources = sources
        self._items: dict[SessionItem, SessionItem] = {}
        self._first_names = _first_names([*self._names, *(name for row in roster.rows for name in row.meditations)])
        distinct = dict.fromkeys(self._first_names.values())
        stems = distinct_names(Path(name).stem for name in distinct)
        self._meditations = {name: self._read(name, stem) for name, stem in zip(distinct, stems, strict=True)}
        self._readable = [one for one in self._meditations.values() if isinstance(one, _Meditation)]
        slots = {slot for meditation in self._readable for slot in _slots(meditation)}
        check_columns(roster, sorted(slots))
        self._check_options()

    def _read(self, name: str, stem: str) -> _Meditation | MettaError:
        try:
            sounds = Sounds(self._settings.cache, (find_script(name).parent, Path()))
            return _Meditation(name, stem, load_document(name), sounds)
        except (RequestError, ScriptError) as error:
            if name in self._names:
                raise
            return error

    def _check_options(self) -> None:
        """Raises RequestError or VoiceError where what is asked for all is there for no meditation."""
        if self._options.voice:
            for meditation in self._readable:
                self._sources.voice_for(Style(self._options.voice, meditation.document.meta.language, rate=0))
        faults = []
        for meditation in self._readable:
            try:
                check_options(self._options, meditation.sounds)
            except RequestError as error:
                faults.append(error)
        if faults and len(faults) == len(self._readable):
            raise faults[0]

    def plan_row(self, row: Row, person: str, jobs: list[Job], failures: list[Failure]) -> None:
        """Adds the jobs of a row, and everything that is wrong with it."""
        options, faults = self._options_of(row)
        failures += [Failure(row.line, row.name, person, None, fault) for fault in faults]
        for name in self._asked_by(row):
            meditation = self._meditations[name]
            try:
                if isinstance(meditation, MettaError):
                    raise meditation
                job = self._job(row, person, meditation, options)
            except (RequestError, ScriptError, VoiceError) as error:
                if isinstance(error, VoiceError) and "voice" not in row.cells:
                    raise
                failures.append(Failure(row.line, row.name, person, name, _in_a_line(error)))
            else:
                jobs += [job] if not faults else []

    def _options_of(self, row: Row) -> tuple[SessionOptions, list[str]]:
        """What a row asks of every meditation, as far as it can be understood, and what is wrong with it."""
        faults = row.faults
        if not (row.meditations or self._names):
            faults.append("no meditation: name one with --meditation, or in a column 'meditations'")
        faults += self._unheard(row)
        options = self._options
        if voice := row.cells.get("voice"):
            options = replace(options, voice=voice)
        if length := row.cells.get("length"):
            try:
                options = replace(options, length_ms=parse_duration(length))
            except ValueError as error:
                faults.append(f"length: {error}")
        return options, faults

    def _asked_by(self, row: Row) -> tuple[str, ...]:
        """The first names of the meditations that a row asks for."""
        return tuple(dict.fromkeys(self._first_names[name] for name in row.meditations or self._names))

    def _unheard(self, row: Row) -> Iterator[str]:
        """The cells that none of the row's meditations would say, where all of them can be read."""
        readable = [one for name in self._asked_by(row) if isinstance(one := self._meditations[name], _Meditation)]
        if not readable or len(readable) < len(self._asked_by(row)):
            return
        slots = {slot: kept for each in readable for slot, kept in each.document.meta.slots.items()}
        for column, cell in row.cells.items():
            if PHRASE.fullmatch(column):
                heard = any(slot.type == "phrases" for slot in slots.values())
            else:
                heard = column in slots or column in COLUMNS
            if not heard:
                yield f"{column}: '{cell}' is said in none of the meditations asked for here; leave it empty"

    def _job(self, row: Row, person: str, meditation: _Meditation, options: SessionOptions) -> Job:
        document = meditation.document
        language, spoken = row.cells.get("language", document.meta.language).lower(), document.meta.language
        if language.split("-")[0] != spoken.split("-")[0]:
            raise RequestError(
                f"'{document.meta.title}' is spoken in '{spoken}', and this row asks for '{language}'; "
                f"choose a meditation that is in '{language}', or leave the language out"
            )
        # A row without a name is at fault already; what else it lacks is told, too.
        profile = Profile(name=row.name or "somebody", say_as=row.say_as)
        slots = {slot: row.cells[slot] for slot in (*_slots(meditation), *ANSWERS) if slot in row.cells}
        says_phrases = any(slot.type == "phrases" for slot in document.meta.slots.values())
        options = replace(options, slots=slots, phrases=row.phrases if says_phrases else ())
        session = self._shared(prepare(document, profile, options, meditation.sounds))
        _check_length(session, meditation.sounds)
        return Job(
            row,
            person,
            meditation.name,
            f"{person}/{meditation.stem}{EXTENSION}",
            self._key(session, meditation.sounds),
            session,
            meditation.sounds,
            self._settings,
        )

    def _shared(self, session: Session) -> Session:
        """The same session, with items that equal those of other sessions held once for all."""
        sections = (
            replace(section, items=tuple(self._items.setdefault(item, item) for item in section.items))
            for section in session.sections
        )
        return replace(session, sections=tuple(sections))

    def _key(self, session: Session, sounds: Sounds) -> str:
        return track_key(session, sounds, self._clip_key, self._settings.loudness, self._settings.quality)

    def _clip_key(self, utterance: Utterance) -> str:
        source = self._sources.source_for(utterance)
        source.check(utterance)
        return clip_key(utterance, source)


def _first_names(names: Iterable[str]) -> dict[str, str]:
    """For each name of a meditation, the first one that leads to the same file; itself where it leads to none."""
    first_names: dict[str, str] = {}
    first: dict[Path | str, str] = {}
    for name in names:
        try:
            file: Path | str = find_script(name).resolve()
        except RequestError:
            file = name
        first.setdefault(file, name)
        first_names[name] = first[file]
    return first_names


def _slots(meditation: _Meditation) -> tuple[str, ...]:
    """The slots that a column can fill; what the listener is called is said by the column 'name'."""
    return tuple(slot for slot in meditation.document.meta.slots if slot != "name")


def _check_length(session: Session, sounds: Sounds) -> None:
    """Raises RequestError where the length asked is out of reach, whatever the estimates' doubt."""
    possible = length_range(session, estimate_speech, sounds.bell_duration)
    asked_ms = session.length_ms
    if asked_ms is None or possible.max_ms == possible.min_ms:
        return
    doubt_ms = round(_DOUBT * sum(map(estimate_speech, session.utterances)))
    too_long = possible.max_ms is not None and asked_ms > possible.max_ms + doubt_ms
    if too_long or asked_ms < possible.min_ms - doubt_ms:
        raise RequestError(f"{format_duration(asked_ms)} is out of reach: this script runs about {possible}")


def _in_a_line(error: MettaError) -> str:
    """What an error says, in the words of a roster, whose columns fill what a command's --set would."""
    return "; ".join(str(error).splitlines()).replace("--set ", "")

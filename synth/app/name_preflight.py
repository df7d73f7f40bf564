"""Every name before the first track: how it will be said, and a warning where it won't be."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from synth.app.whole_playback import check_output, play_track
from synth.app.workspace import Workspace
from synth.batch.name_reel import name_session
from synth.batch.roster import Row, read_roster
from synth.errors import MettaError, PronunciationError, RequestError
from synth.personalise.listener import SessionOptions
from synth.personalise.session import Session, Utterance
from synth.pipeline import compose
from synth.scripts import load_document
from synth.source import Place
from synth.speech.pronounce import pronounced
from synth.speech.synthesis import SpeechSynthesizer
from synth.units import SECOND
from synth.voices.engines import ENGINES, choose_voice
from synth.voices.voice import EngineFault, Voice

ROSTERS = (".csv", ".yaml", ".yml")

Origin = Literal["say_as", "lexicon", "guessed", "voice"]
"""What decides how a name is said: its say_as, the lexicon, its letters, or the voice alone."""


@dataclass(frozen=True, slots=True)
class AskedName:
    """A row of a roster, or a name by itself, and where it stands."""

    row: Row
    place: Place


@dataclass(frozen=True, slots=True)
class SpokenName:
    """How a name is said: ``language`` of its sounds, ``phonemes`` as the voice has them, ``length_ms`` of its sound.

    ``warning`` says why it can't be said; it then has no sound.
    """

    number: int
    name: str
    say_as: str | None
    language: str
    origin: Origin
    phonemes: str
    length_ms: int | None
    warning: str | None

    @property
    def seconds(self) -> float | None:
        """How long it sounds, to a hundredth of a second."""
        return None if self.length_ms is None else round(self.length_ms / SECOND, 2)


def asked_names(arguments: Sequence[str]) -> tuple[AskedName, ...]:
    """Those of rosters, which end in one of ``ROSTERS`` or are there as files, and names by themselves.

    Raises as ``read_roster`` does.
    """
    asked: list[AskedName] = []
    for argument in arguments:
        path = Path(argument)
        if path.suffix.lower() in ROSTERS or path.is_file():
            asked += (AskedName(row, Place(argument, row.line, 1)) for row in read_roster(path).rows)
        else:
            asked.append(AskedName(Row(1, {"name": argument}), Place("metta", 1, 1)))
    return tuple(asked)


class NamesPreflight:
    """Says names by ``voice``, where they have none of their own; entered, it holds the engines."""

    def __init__(self, workspace: Workspace, voice: str | None = None) -> None:
        self._workspace = workspace
        self._options = SessionOptions(voice=voice)
        self._engines = ExitStack()
        self._opened: dict[str, Voice] = {}

    def __enter__(self) -> Self:
        self._synthesizer = self._engines.enter_context(SpeechSynthesizer(self._workspace.cache))
        return self

    def __exit__(self, *exception: object) -> None:
        self._engines.close()

    def say(self, names: Sequence[AskedName]) -> Iterator[SpokenName]:
        """How each is said, spoken now where it is not kept. What is wrong with a name is its warning."""
        for number, asked in enumerate(names, 1):
            try:
                yield self._say(number, asked)
            except PronunciationError as error:
                yield _unspoken(number, asked.row, error.message)
            except (MettaError, EngineFault) as error:
                yield _unspoken(number, asked.row, " ".join(str(error).removeprefix(f"{asked.place}: ").split()))

    def play(self, asked: AskedName, output: str) -> None:
        """Plays a name. Raises as ``check_output``, ``compose`` and ``play_track`` do."""
        check_output(output)
        play_track(compose(self._session(asked), self._workspace.sounds(), self._workspace.cache), output)

    def _say(self, number: int, asked: AskedName) -> SpokenName:
        if asked.row.faults:
            raise RequestError("; ".join(asked.row.faults))
        session = self._session(asked)
        (utterance,) = session.utterances
        phonemes = self._phonemes(utterance)
        hints = utterance.hints
        languages = list(dict.fromkeys(hint.language for hint in hints if hint.language))
        return SpokenName(
            number,
            asked.row.name,
            asked.row.say_as,
            ", ".join(languages) or utterance.style.language,
            _origin(asked.row, utterance),
            phonemes,
            self._synthesizer.clip(utterance).length_ms,
            None,
        )

    def _session(self, asked: AskedName) -> Session:
        meditations = asked.row.meditations
        language = load_document(meditations[0]).meta.language if meditations else "en"
        return name_session(asked.row, asked.place, language, self._options, self._workspace.sounds())

    def _phonemes(self, utterance: Utterance) -> str:
        """How its voice reads an utterance. Raises as ``pronounced`` does."""
        language = utterance.style.language
        chosen = choose_voice(utterance.style.voice, language, self._workspace.cache, self._engine)
        words = pronounced(utterance, chosen.voice, chosen.info.id, language)
        return " ".join(word.phonemes for word in chosen.voice.read(words, chosen.info.id))

    def _engine(self, name: str) -> Voice:
        if name not in self._opened:
            self._opened[name] = self._engines.enter_context(ENGINES[name].open())
        return self._opened[name]


def _origin(row: Row, utterance: Utterance) -> Origin:
    if row.say_as:
        return "say_as"
    if any(hint.guessed for hint in utterance.hints):
        return "guessed"
    return "lexicon" if utterance.hints or utterance.spoken != utterance.text else "voice"


def _unspoken(number: int, row: Row, warning: str) -> SpokenName:
    return SpokenName(number, row.name, row.say_as, row.cells.get("language", ""), "voice", "", None, warning)

"""A script looked through: what stops it, what a careful teacher would remark, and how long it would take."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from synth.app.session_problems import session_problems
from synth.app.workspace import Workspace
from synth.errors import PronunciationError, RequestError, ScriptError, VoiceError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.session import Session, Utterance
from synth.pipeline import in_time, prepare
from synth.script.answer_branches import without_branch
from synth.script.care import EstimatedTimeline, Remark, SpokenSentence, lint
from synth.script.document import Document, If
from synth.script.header import ANSWER_BRANCHES
from synth.scripts import load_document
from synth.sounds.collection import Sounds
from synth.source import Place, Problem
from synth.speech.synthesis import SpeechSynthesizer
from synth.timeline.estimate import estimate_speech
from synth.timeline.layout import length_range

_STAND_INS = {"number": "3", "phrases": "May {I} be well."}
"""What fills a slot of a type where nobody does; any other slot says its own name."""


@dataclass(frozen=True, slots=True)
class ScriptReport:
    """What is to be said of a script; ``length_ms`` is estimated, None where it can't be laid out in time.

    ``language`` is the script's, as a tag; None where it could not be read.
    """

    problems: tuple[Problem | Remark, ...]
    length_ms: int | None = None
    language: str | None = None


def check_script(meditation: str, workspace: Workspace, *, strict: bool = False) -> ScriptReport:
    """The errors that stop a script, or the remarks on a sound one; ``strict``: its warnings are errors."""
    try:
        sounds = workspace.sounds_for(meditation)
        document = load_document(meditation)
        session = stand_in_session(document, sounds)
        estimated = estimate_timeline(session, sounds)
        lengths = length_range(session, estimate_speech, sounds.bell_duration)
        found: tuple[Problem | Remark, ...] = (
            *pronunciation_problems(session.utterances, workspace),
            *session_problems(document, session, lengths),
            *lint(document, estimated),
            *_answer_branches(document),
        )
    except ScriptError as error:
        return ScriptReport(error.problems)
    except RequestError as error:
        return ScriptReport((Problem(Place(meditation, 1, 1), str(error)),))
    problems = tuple(_as_error(problem) if strict else problem for problem in found)
    return ScriptReport(problems, estimated.length_ms or None, document.meta.language)


def _answer_branches(document: Document) -> Iterator[Remark]:
    """A remark for every answer that this script would go against."""
    answer = document.meta.care.allow.get(ANSWER_BRANCHES)
    for place, what in without_branch(document):
        if answer is None:
            yield Remark(place, what, ANSWER_BRANCHES)
        else:
            yield Remark(place, f"{what}; the header's answer: {answer}", ANSWER_BRANCHES, "note")


def _as_error(problem: Problem | Remark) -> Problem | Remark:
    return problem.strict() if isinstance(problem, Remark) else replace(problem, severity="error")


def pronunciation_problems(utterances: Iterable[Utterance], workspace: Workspace) -> tuple[Problem, ...]:
    """What the voices of these utterances would leave out or spell, and languages that none speaks; nothing is said."""
    problems = []
    with SpeechSynthesizer(workspace.cache) as synthesizer:
        for utterance in utterances:
            try:
                synthesizer.check(utterance)
            except PronunciationError as error:
                problems.append(Problem(error.place, error.message))
            except VoiceError as error:
                asked = f"{utterance.style.voice}: " if utterance.style.voice else ""
                problems.append(Problem(utterance.place, f"{asked}{error}"))
                break
    return tuple(dict.fromkeys(problems))


def stand_in_session(document: Document, sounds: Sounds) -> Session:
    """A script for a listener who asks for nothing; a slot without a default is filled by a stand-in.

    Raises RequestError and ScriptError as ``prepare`` does.
    """
    return prepare(document, Profile(), SessionOptions(slots=_stand_ins(document)), sounds)


def estimate_timeline(session: Session, sounds: Sounds) -> EstimatedTimeline:
    """A session in time; a length out of reach counts as none, and of what can't be laid out at all it is empty."""
    bells = session.bells and replace(session.bells, in_long_silences=False)
    for length_ms in (session.length_ms, None):
        try:
            timeline = in_time(replace(session, length_ms=length_ms, bells=bells), estimate_speech, sounds)
            break
        except RequestError:
            continue
    else:
        return EstimatedTimeline()
    speech = (
        SpokenSentence(cue.start_ms, cue.end_ms, utterance.place, cue.text)
        for cue, utterance in zip(timeline.speech, session.utterances, strict=True)
    )
    strikes = tuple((cue.start_ms, cue.end_ms) for cue in timeline.strikes)
    return EstimatedTimeline(tuple(speech), strikes, timeline.duration_ms)


def _stand_ins(document: Document) -> dict[str, str]:
    """Values of the slots that a listener would have to fill."""
    asked_for = {item.slot for item in document.walk() if isinstance(item, If) and item.value is None}
    return {
        name: _STAND_INS.get(slot.type, name)
        for name, slot in document.meta.slots.items()
        if slot.default is None and slot.type != "choice" and name not in asked_for
    }

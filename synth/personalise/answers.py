"""What a listener has answered once for all scripts, and what it comes to in one of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from synth.errors import RequestError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.session import Utterance
from synth.script.document import Document, Fill, Rating, Say
from synth.script.header import ANSWER_SLOTS
from synth.script.subjects import LANGUAGES, goes_against, is_read
from synth.source import Place

_EARLIER = {"heart": "yes", "none": "no", "either": ""}
"""What earlier profiles have, under ``slots``, for an answer."""

_MEANING = {
    ("touch", "no"): "touch unwelcome",
    ("touch", "yes"): "touch welcome",
    ("eyes", "open"): "eyes open",
    ("eyes", "closed"): "eyes closed",
    ("secular", "yes"): "secular words",
    ("secular", "no"): "words of faith welcome",
}
_NOTHING = {("touch", "no"): "no line here asks for touch", ("secular", "yes"): "no line here speaks of faith"}
_CONTRARY = {"touch": "asks for touch", "eyes": "asks the contrary of the eyes", "secular": "speaks of faith"}


def answers_of(profile: Profile, options: SessionOptions) -> dict[str, str]:
    """The answers that were given, by slot: asked for this session, or the profile's, those under ``slots`` last."""
    answers = {}
    for name, slot in ANSWER_SLOTS.items():
        given = options.slots.get(name) or getattr(profile, name) or profile.slots.get(name, "")
        answer = _EARLIER.get(given, given)
        if answer in slot.of:
            answers[name] = answer
    return answers


def without_answer(slot: str, profile: Profile, options: SessionOptions) -> tuple[Profile, SessionOptions]:
    """The same listener and wishes, had this answer not been given."""
    kept = {name: value for name, value in profile.slots.items() if name != slot}
    asked = {name: value for name, value in options.slots.items() if name != slot}
    return profile.model_copy(update={slot: None, "slots": kept}), replace(options, slots=asked)


def fitting(answer: str, values: Collection[str]) -> str | None:
    """Which of a script's own values an answer stands for; None where it is none of them."""
    alike = (answer, *(earlier for earlier, meant in _EARLIER.items() if meant == answer))
    return next((value for value in alike if answer and value in values), None)


def check_answers(
    document: Document, utterances: Iterable[Utterance], answers: Mapping[str, str], own_words: Mapping[str, str]
) -> None:
    """Raises RequestError with the first line that this listener would hear against an answer of theirs.

    The script's words are looked at, with its slots' own values in place (``own_words``), and not the listener's.
    """
    written: dict[Place, str] = {}
    for item in document.walk():
        if isinstance(item, Say):
            written[item.place] = "".join(_written(part, own_words) for part in item.parts)
        elif isinstance(item, Rating):
            written[item.place] = item.question
    for utterance in utterances:
        text = written.get(utterance.place, "")
        for slot in goes_against(text, answers, document.meta.language):
            shown = text if len(text) <= 60 else f"{text[:57].rstrip()}…"
            answer = answers[slot]
            raise RequestError(
                f"{utterance.place}: '{shown}' {_CONTRARY[slot]}, and the answer is {slot}: {answer}; choose another "
                f"meditation, or say it otherwise: [if {slot} == {answer}] … [else] … [end]"
            )


def _written(part: str | Fill, own_words: Mapping[str, str]) -> str:
    return part if isinstance(part, str) else own_words.get(part.slot, f"{{{part.slot}}}")


def told_of_answer(slot: str, answer: str, heard: Iterable[str], unanswered: Iterable[str], language: str) -> str:
    """What an answer changed, in a line: ``heard`` are a session's texts, ``unanswered`` those without this answer."""
    with_it, without_it = Counter(heard), Counter(unanswered)
    others, left_out = sum((with_it - without_it).values()), sum((without_it - with_it).values())
    if others:
        did = f"{others} line{' says' if others == 1 else 's say'} something else"
    elif left_out:
        did = f"{left_out} line{'s' * (left_out != 1)} left out"
    elif is_read(language):
        did = _NOTHING.get((slot, answer), "no line here depends on it")
    else:
        did = f"no line here has another for it; lines in '{language}' are not read for it, only {', '.join(LANGUAGES)}"
    return f"{_MEANING[slot, answer]}: {did}"

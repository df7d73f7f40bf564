"""What was given for a session, and what of it is said there: nothing that was asked for is lost without a word."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from synth.errors import RequestError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.phrases import Phrase, phrase_text
from synth.script.header import ANSWER_SLOTS, ROSTER, Meta
from synth.wording import did_you_mean


@dataclass(frozen=True, slots=True)
class Usage:
    """What was said, or decided something: slots by name, phrases by their text, people by their name.

    ``kept_back`` are the phrases that were not said to others, as they are no wishes.
    """

    slots: set[str] = field(default_factory=set)
    phrases: set[str] = field(default_factory=set)
    kept_back: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)


def check_asked(meta: Meta, options: SessionOptions) -> None:
    """Raises RequestError where something is asked for that this script has no place for."""
    for name, value in options.slots.items():
        if name not in meta.slots and name not in ANSWER_SLOTS:
            known = ", ".join(meta.slots) or "none"
            raise RequestError(
                f"'{meta.title}' has no slot '{name}'{did_you_mean(name, meta.slots)} (its slots: {known})"
            )
        if name not in meta.slots and value not in ANSWER_SLOTS[name].of:
            raise RequestError(f"the answer '{name}' is one of {', '.join(ANSWER_SLOTS[name].of)}, not '{value}'")
    if options.phrases and not _of_type(meta, "phrases"):
        raise RequestError(
            f"'{meta.title}' says no wishes, so '{options.phrases[0]}' would not be heard; leave it out, or choose a "
            "meditation that asks for phrases"
        )
    roles = [name for name, slot in meta.slots.items() if slot.type == "text" and name != "name"]
    for role, person in options.people.items():
        if role not in meta.slots and not _of_type(meta, "people"):
            who = f"{did_you_mean(role, roles)} (its slots: {', '.join(roles)})" if roles else "; leave it out"
            raise RequestError(f"'{meta.title}' asks for no '{role}', so {person.name} would not be named{who}")


def not_said(options: SessionOptions, shipped: Mapping[str, Phrase], usage: Usage) -> Iterator[str]:
    """What was asked for, has a place in the script, and is not said all the same: a line each."""
    if options.name and "name" not in usage.slots:
        yield f"'{options.name}' is not said: this script calls nobody by name"
    for name, value in options.slots.items():
        if name not in usage.slots and name not in ANSWER_SLOTS:
            yield f"'{name}' is not said ({value}): it belongs to a part that is left out here"
    for given in options.phrases:
        if phrase_text(shipped.get(given, given)) not in usage.phrases:
            yield f"the wish '{given}' is not said: its part is left out here, or other wishes were asked for"
    for role, person in options.people.items():
        if role not in usage.slots and person.name not in usage.people:
            yield f"{person.name} ({role}) is not named: it belongs to a part that is left out here"


def unused_of_profile(profile: Profile, options: SessionOptions, usage: Usage) -> tuple[str, ...]:
    """What a profile has and this session has no use for."""
    unused = ["name"] if profile.name and not options.name and "name" not in usage.slots else []
    if profile.phrases and not options.phrases and not usage.phrases:
        unused.append("phrases")
    unused += [
        f"{role} ({person.name})"
        for role, person in profile.people.items()
        if role not in usage.slots and role not in options.people and person.name not in usage.people
    ]
    return (*unused, *(slot for slot in profile.slots if slot not in usage.slots and slot not in ANSWER_SLOTS))


def _of_type(meta: Meta, kind: str) -> Iterable[str]:
    return [name for name, slot in meta.slots.items() if slot.type == kind and name != ROSTER]

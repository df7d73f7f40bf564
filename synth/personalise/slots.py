"""What fills the slots of a script: an option of this session, then the profile, then the header's default."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from synth.errors import RequestError
from synth.personalise import phrases
from synth.personalise.answers import answers_of, fitting
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.phrases import Phrase
from synth.personalise.say_as import SayAs, read_say_as
from synth.personalise.session import FilledSlot, SlotOrigin
from synth.script.header import ANSWER_SLOTS, ROSTER, Meta, Slot
from synth.wording import one_line

_GIVEN_NOTHING = "the slot '{}' is given nothing; leave it out to have the script's own word"


@dataclass(frozen=True, slots=True)
class SpokenPiece:
    """A part of what is spoken: a name where ``is_name``, and ``say_as`` where somebody said how."""

    text: str
    is_name: bool = False
    say_as: SayAs | None = None


@dataclass(frozen=True, slots=True)
class SlotValue:
    """A filled slot as it is written and as it is spoken: a name in it is spelled as its say_as respells it.

    ``name`` is the name in it as it was given, ``say_as`` how that is said.
    """

    text: str
    spoken: str
    name: str | None = None
    say_as: SayAs | None = None

    def pieces(self) -> Iterator[SpokenPiece]:
        """What is spoken, piece by piece."""
        called = spoken_name(one_line(self.name or ""), self.say_as)
        if not called:
            yield SpokenPiece(self.spoken)
            return
        for number, piece in enumerate(re.split(rf"(?<!\w)({re.escape(called)})(?!\w)", self.spoken, flags=re.I)):
            yield SpokenPiece(piece, True, self.say_as) if number % 2 == 1 else SpokenPiece(piece)


def spoken_name(name: str, say_as: SayAs | None) -> str:
    """A name as it stands in what is spoken: respelled, or as it is written."""
    return say_as.respelling if say_as and say_as.respelling else name


def say_as_of(written: str | None) -> SayAs | None:
    """What a say_as asks, known to be sound; None where nothing is written."""
    return read_say_as(line) if (line := one_line(written or "")) else None


def person_value(person: Person) -> SlotValue:
    """A person's name as a value."""
    say_as = say_as_of(person.say_as)
    return SlotValue(person.name, spoken_name(one_line(person.name), say_as), person.name, say_as)


@dataclass(frozen=True, slots=True)
class FilledSlots:
    """What the slots hold: one value, or several phrases or people; and where each came from.

    ``wishes`` are the phrases that can be said to others: those that are wishes, or where none is, the script's own.
    """

    values: dict[str, SlotValue]
    phrases: dict[str, tuple[Phrase, ...]]
    wishes: dict[str, tuple[Phrase, ...]]
    people: dict[str, tuple[Person, ...]]
    origins: dict[str, SlotOrigin]

    def told(self) -> tuple[FilledSlot, ...]:
        """Every filled slot as it is written, in the script's order."""
        return tuple(FilledSlot(name, " | ".join(self._written(name)), origin) for name, origin in self.origins.items())

    def _written(self, name: str) -> Iterator[str]:
        if name in self.values:
            yield self.values[name].text
        yield from map(phrases.phrase_text, self.phrases.get(name, ()))
        yield from (person.name for person in self.people.get(name, ()))


def fill_slots(
    meta: Meta, profile: Profile, options: SessionOptions, shipped: Mapping[str, Phrase], optional: set[str]
) -> FilledSlots:
    """Every slot's value; one that has none is missing, unless the script asks itself whether it is filled."""
    filled = FilledSlots({}, {}, {}, {}, {})
    people = {**profile.people, **options.people}
    for name, slot in meta.slots.items():
        several = tuple(filter(None, map(one_line, options.slots.get(name, "").split("|"))))
        if slot.type in ("phrases", "people") and name in options.slots and not several:
            raise RequestError(_GIVEN_NOTHING.format(name))
        default = slot.default if isinstance(slot.default, tuple) else ()
        if slot.type == "phrases":
            asked = several or options.phrases
            chosen = [phrases.look_up(phrase, shipped) for phrase in asked or profile.phrases or default]
            if chosen:
                filled.phrases[name] = tuple(one_line(p) if isinstance(p, str) else p for p in chosen)
                wishes = tuple(phrase for phrase in filled.phrases[name] if phrases.is_wish(phrase, meta.language))
                filled.wishes[name] = wishes or tuple(phrases.look_up(phrase, shipped) for phrase in default)
                filled.origins[name] = "asked" if asked else "profile" if profile.phrases else "default"
        elif slot.type == "people":
            given = tuple(people.get(who, Person(name=who)) for who in several or default)
            brought = options.roster if name == ROSTER else tuple(people.values())
            chosen_people = given if several else brought or given
            if chosen_people:
                filled.people[name] = chosen_people
                is_asked = several or (brought and (name == ROSTER or options.people))
                filled.origins[name] = "asked" if is_asked else "profile" if brought else "default"
        elif found := _one_value(name, slot, profile, options):
            filled.values[name], filled.origins[name] = found
    for name, answer in answers_of(profile, options).items():
        if name not in meta.slots:
            filled.values[name] = SlotValue(answer, answer)
    known = {*filled.values, *filled.phrases, *filled.people, *optional}
    known |= {name for name, slot in ANSWER_SLOTS.items() if meta.slots.get(name) == slot}
    missing = [name for name in meta.slots if name not in known]
    if missing:
        asks = "; ".join(f"--set {name}=… ({meta.slots[name].question or 'its value'})" for name in missing)
        raise RequestError(f"'{meta.title}' needs {asks}")
    return filled


def _one_value(name: str, slot: Slot, profile: Profile, options: SessionOptions) -> tuple[SlotValue, SlotOrigin] | None:
    asked_for = options.people.get(name)
    somebody = asked_for or profile.people.get(name)
    kept = profile.slots.get(name)
    answer = fitting(answers_of(profile, options).get(name, ""), slot.of) if name in ANSWER_SLOTS else None
    say_as = None
    is_name = False
    origin: SlotOrigin = "profile"
    if name in options.slots:
        text, origin = options.slots[name], "asked"
        text = answer if answer is not None and text not in slot.of else text
        is_name = name == "name"
        if is_name and text == profile.name:
            say_as = profile.say_as
    elif name == "name" and profile.name:
        text, say_as, is_name = profile.name, profile.say_as, True
    elif somebody:
        text, say_as, is_name = somebody.name, somebody.say_as, True
        origin = "asked" if asked_for else "profile"
    elif kept is not None and (slot.type != "choice" or kept in slot.of):
        text = kept
    elif answer is not None:
        text = answer
    elif name in ANSWER_SLOTS and slot == ANSWER_SLOTS[name]:
        return None
    elif slot.default is not None:
        text, origin = str(slot.default), "default"
    elif slot.type == "choice":
        text, origin = slot.of[0], "default"
    else:
        return None
    text = one_line(text)
    if not text:
        raise RequestError(_GIVEN_NOTHING.format(name))
    if slot.type == "number" and not re.fullmatch(r"[-+]?\d+([.,]\d+)?", text):
        raise RequestError(f"the slot '{name}' wants a number, not '{text}'")
    if slot.type == "choice" and text not in slot.of:
        raise RequestError(f"the slot '{name}' is one of {', '.join(slot.of)}, not '{text}'")
    said = say_as_of(say_as)
    return SlotValue(text, spoken_name(text, said), text if is_name else None, said), origin

"""Second stage: a Document and its listener become a Session with nothing left to decide. Pure.

Strength of what fills a slot: a wish of this session, then the profile, then the header's default. A filled
value is text: brackets and braces in it are spoken words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from synth.checked import did_you_mean
from synth.errors import RequestError
from synth.personalise import phrases
from synth.personalise.listener import Profile, Somebody, Wishes, one_line, read_profile
from synth.personalise.session import Session, SessionItem, SessionSection, Style, Utterance
from synth.script import (
    Bed,
    Bell,
    Document,
    Each,
    Fill,
    Include,
    Item,
    Meta,
    Paragraph,
    Pause,
    Repeat,
    Say,
    Slot,
)
from synth.script.markers import BED_OPENING_MS, MOST_UTTERANCES
from synth.script.parse import MOST_IN_UTTERANCE

__all__ = [
    "Profile",
    "Session",
    "SessionItem",
    "SessionSection",
    "Somebody",
    "Style",
    "Utterance",
    "Wishes",
    "personalise",
    "read_profile",
]

MOST_ITEMS = 10 * MOST_UTTERANCES
_GIVEN_NOTHING = "the slot '{}' is given nothing; leave it out to have the script's own word"


@dataclass(frozen=True, slots=True)
class _Value:
    """A filled slot as it is written and as it is spoken."""

    text: str
    spoken: str


def personalise(document: Document, profile: Profile, wishes: Wishes, shipped: Mapping[str, str]) -> Session:
    """The session that this listener will hear; ``shipped`` are the phrases that have a short name.

    Raises RequestError where a slot has no value, a value does not fit, or there would be too many utterances.
    """
    meta = document.meta
    unknown = [name for name in wishes.slots if name not in meta.slots]
    if unknown:
        known = ", ".join(meta.slots) or "none"
        raise RequestError(
            f"'{meta.title}' has no slot '{unknown[0]}'{did_you_mean(unknown[0], meta.slots)} (its slots: {known})"
        )
    lists, values = _fill_slots(meta, profile, wishes, shipped)
    style = Style(wishes.voice or meta.voice.name, meta.language, wishes.rate or meta.voice.rate)
    maker = _Maker(values, lists, style, wishes)
    sections = tuple(
        SessionSection(section.title or meta.title, tuple(maker.resolve(section.items)))
        for section in document.sections
    )
    if not any(section.items for section in sections):
        raise RequestError(f"nothing is left to hear of '{meta.title}'")
    sound = wishes.bed or meta.bed.sound
    level = meta.bed.level if wishes.bed_level is None else wishes.bed_level
    return Session(
        meta=meta,
        bed=None if sound == "none" else Bed(sound, level, BED_OPENING_MS, document.sections[0].place),
        length_ms=meta.length if wishes.length_ms is None else wishes.length_ms,
        sections=tuple(section for section in sections if section.items),
    )


def _fill_slots(
    meta: Meta, profile: Profile, wishes: Wishes, shipped: Mapping[str, str]
) -> tuple[dict[str, tuple[str, ...]], dict[str, _Value]]:
    """The slots that are lists (of phrases), and those that are one value."""
    lists: dict[str, tuple[str, ...]] = {}
    values: dict[str, _Value] = {}
    missing = []
    for name, slot in meta.slots.items():
        if slot.type == "phrases":
            default = slot.default if isinstance(slot.default, tuple) else ()
            wished = tuple(filter(None, map(one_line, wishes.slots.get(name, "").split("|"))))
            if name in wishes.slots and not wished:
                raise RequestError(_GIVEN_NOTHING.format(name))
            found = wished or profile.phrases or default
            if not found:
                missing.append(name)
            lists[name] = tuple(one_line(phrases.look_up(phrase, shipped)) for phrase in found)
        else:
            value = _one_value(name, slot, profile, wishes)
            if value is None:
                missing.append(name)
            else:
                values[name] = value
    if missing:
        asks = "; ".join(f"--set {name}=… ({meta.slots[name].ask or 'its value'})" for name in missing)
        raise RequestError(f"'{meta.title}' needs {asks}")
    return lists, values


def _one_value(name: str, slot: Slot, profile: Profile, wishes: Wishes) -> _Value | None:
    somebody = profile.people.get(name)
    if name in wishes.slots:
        text = spoken = wishes.slots[name]
        if name == "name" and profile.say_as and text == profile.name:
            spoken = profile.say_as
    elif name == "name" and profile.name:
        text, spoken = profile.name, profile.say_as or profile.name
    elif somebody:
        text, spoken = somebody.name, somebody.say_as or somebody.name
    elif name in profile.slots:
        text = spoken = profile.slots[name]
    elif slot.default is not None:
        text = spoken = str(slot.default)
    else:
        return None
    text, spoken = one_line(text), one_line(spoken)
    if not text:
        raise RequestError(_GIVEN_NOTHING.format(name))
    if slot.type == "number" and not re.fullmatch(r"[-+]?\d+([.,]\d+)?", text):
        raise RequestError(f"the slot '{name}' wants a number, not '{text}'")
    if slot.type == "choice" and text not in slot.of:
        raise RequestError(f"the slot '{name}' is one of {', '.join(slot.of)}, not '{text}'")
    return _Value(text, spoken)


class _Maker:
    """Unrolls blocks, fills utterances, and settles what silence stands between them."""

    def __init__(
        self,
        values: Mapping[str, _Value],
        lists: Mapping[str, tuple[str, ...]],
        style: Style,
        wishes: Wishes,
    ) -> None:
        self.values = values
        self.lists = lists
        self.style = style
        self.wishes = wishes
        self.utterances = 0
        self.items = 0
        self.rest: Pause | None = None
        """The paragraph's pause that is due if neither a pause marker nor the end comes next."""
        self.resting = True
        """Whether the voice has been silent since the last pause, bell or beginning."""

    def resolve(self, items: tuple[Item, ...]) -> Iterator[SessionItem]:
        for item in self._unrolled(items, {}):
            match item:
                case Paragraph():
                    if not self.resting:
                        self.rest = Pause(item.rest_ms, item.rest_ms, 1, item.place)
                case Bed():
                    if bed := self._bed(item):
                        yield bed
                case Pause():
                    self.rest, self.resting = None, True
                    yield item
                case Bell() if self.wishes.bell == "none":
                    pass
                case Bell():
                    yield from self._due()
                    self.resting = True
                    yield replace(item, sound=self.wishes.bell or item.sound)
                case Utterance():
                    yield from self._due()
                    self.resting = False
                    yield item

    def _due(self) -> Iterator[Pause]:
        if self.rest:
            yield self.rest
        self.rest = None

    def _bed(self, bed: Bed) -> Bed | None:
        """A change of bed as this listener wishes it: their sound in the place of the script's, or none at all."""
        if self.wishes.bed == "none":
            return None
        level = bed.level_lu if self.wishes.bed_level is None else self.wishes.bed_level
        return replace(bed, sound=bed.sound and (self.wishes.bed or bed.sound), level_lu=level)

    def _unrolled(
        self, items: tuple[Item, ...], chosen: dict[str, str]
    ) -> Iterator[Utterance | Paragraph | Pause | Bell | Bed]:
        for item in items:
            self.items += 1
            if self.items > MOST_ITEMS:
                raise RequestError(
                    f"{item.place}: this script would go on for more than {MOST_ITEMS} steps; repeat less"
                )
            match item:
                case Repeat():
                    for _ in range(item.times):
                        yield from self._unrolled(item.items, chosen)
                case Each():
                    for phrase in self.lists[item.source]:
                        yield from self._unrolled(item.items, chosen | {item.variable: phrase})
                case Include():
                    yield from self._unrolled(item.items, chosen)
                case Say():
                    yield self._utterance(item, chosen)
                case _:
                    yield item

    def _utterance(self, say: Say, chosen: dict[str, str]) -> Utterance:
        self.utterances += 1
        if self.utterances > MOST_UTTERANCES:
            raise RequestError(
                f"{say.place}: this script would say more than {MOST_UTTERANCES} utterances; repeat less"
            )
        filled = [self._filled(part, chosen) for part in say.parts]
        text = "".join(value.text for value in filled)
        spoken = "".join(value.spoken for value in filled)
        if len(spoken) > MOST_IN_UTTERANCE:
            raise RequestError(
                f"{say.place}: more than {MOST_IN_UTTERANCE} characters in one utterance; shorten the value"
            )
        if not any(map(str.isalnum, spoken)):
            raise RequestError(f"{say.place}: there is nothing to say in '{spoken}'")
        personal = any(isinstance(part, Fill) for part in say.parts)
        return Utterance(text, spoken, personal, self.style, say.place)

    def _filled(self, part: str | Fill, chosen: dict[str, str]) -> _Value:
        if isinstance(part, str):
            return _Value(part, part)
        if part.slot in chosen:
            said = phrases.say_to(chosen[part.slot], part.person)
            return _Value(said, said)
        return self.values[part.slot]

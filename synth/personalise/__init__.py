"""Second stage: a Document and its listener become a Session with nothing left to decide. Pure.

Strength of what fills a slot: a wish of this session, then the profile, then the header's default. A filled
value is text: brackets and braces in it are spoken words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from synth.checked import did_you_mean, one_line
from synth.errors import Place, RequestError
from synth.library import Phrase
from synth.personalise import phrases
from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Profile, Somebody, Wishes, chosen_profile, read_profile
from synth.personalise.session import Beat, Session, SessionItem, SessionSection, SittingBells, Style, Utterance
from synth.script import (
    Bed,
    Bell,
    Breath,
    Choose,
    Document,
    Each,
    Fill,
    If,
    Include,
    Item,
    Mark,
    Meta,
    Paragraph,
    Pause,
    Rating,
    Repeat,
    Say,
    Slot,
    VoiceChange,
    Wait,
)
from synth.script.header import ROSTER
from synth.script.markers import BED_OPENING_MS, MOST_UTTERANCES
from synth.script.parse import MOST_IN_UTTERANCE
from synth.units import MINUTE

__all__ = [
    "Beat",
    "Lexicon",
    "Profile",
    "Session",
    "SessionItem",
    "SessionSection",
    "SittingBells",
    "Somebody",
    "Style",
    "Utterance",
    "Wishes",
    "chosen_profile",
    "personalise",
    "read_profile",
]

MOST_ITEMS = 10 * MOST_UTTERANCES
BED_AFTER_MS = 10 * MINUTE
SOFTER_DB = -6.0
"""A bell through the sitting, relative to the opening's."""

RATING_MS = 10_000
"""How long a track waits where the player would ask for a number."""

BREATH_CUES = {
    "en": ("Breathing in.", "Breathing out."),
    "de": ("Einatmen.", "Ausatmen."),
    "es": ("Inspirar.", "Espirar."),
}
_GIVEN_NOTHING = "the slot '{}' is given nothing; leave it out to have the script's own word"


@dataclass(frozen=True, slots=True)
class _Value:
    """A filled slot as it is written and as it is spoken; ``by_hand`` is what of it somebody's say_as spells."""

    text: str
    spoken: str
    by_hand: str | None = None

    def pieces(self) -> Iterator[tuple[bool, str]]:
        """What is spoken, in turn, and whether it is spelled by hand."""
        if self.by_hand is None:
            yield False, self.spoken
            return
        for number, piece in enumerate(re.split(rf"(?<!\w)({re.escape(self.by_hand)})(?!\w)", self.spoken, flags=re.I)):
            yield number % 2 == 1, piece


def _named(name: str, say_as: str | None) -> _Value:
    return _Value(name, say_as or name, say_as)


_NOTHING_SPELLED = Lexicon({})


def personalise(
    document: Document,
    profile: Profile,
    wishes: Wishes,
    shipped: Mapping[str, Phrase],
    lexicon: Lexicon = _NOTHING_SPELLED,
) -> Session:
    """The session that this listener will hear; ``shipped`` are the phrases that have a short name.

    ``lexicon`` spells what is spoken for the voice, but not what a say_as spells by hand.
    Raises RequestError where a slot has no value, a value does not fit, or there would be too many utterances.
    """
    meta = document.meta
    unknown = [name for name in wishes.slots if name not in meta.slots]
    if unknown:
        known = ", ".join(meta.slots) or "none"
        raise RequestError(
            f"'{meta.title}' has no slot '{unknown[0]}'{did_you_mean(unknown[0], meta.slots)} (its slots: {known})"
        )
    optional = {item.slot for item in document.walk() if isinstance(item, If) and item.value is None}
    filled = _fill_slots(meta, profile, wishes, shipped, optional)
    maker = _Maker(filled, meta, profile, wishes, lexicon)
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
        bells=_sitting_bells(meta, wishes),
        bed_after_ms=_bed_after(wishes, sections, sound) if wishes.sleep else None,
    )


def _sitting_bells(meta: Meta, wishes: Wishes) -> SittingBells | None:
    asked = wishes.interval_bell_ms or wishes.bells_at_ms or wishes.settle_ms
    if wishes.sleep or wishes.bell == "none":
        if asked:
            raise RequestError("bells through the sitting were asked for, and none at all; leave one of the two out")
        return None
    style = meta.bell
    return SittingBells(
        wishes.bell or style.sound,
        style.level + SOFTER_DB,
        style.interval if wishes.interval_bell_ms is None else wishes.interval_bell_ms,
        wishes.bells_at_ms or style.at,
        style.settle if wishes.settle_ms is None else wishes.settle_ms,
        "long-silence" not in meta.care.allow,
    )


def _bed_after(wishes: Wishes, sections: Iterable[SessionSection], opening: str) -> int:
    """How long the bed goes on, where there is one at the end."""
    beds = [item.sound for section in sections for item in section.items if isinstance(item, Bed)]
    if [None if opening == "none" else opening, *beds][-1]:
        return BED_AFTER_MS if wishes.bed_after_ms is None else wishes.bed_after_ms
    if wishes.bed_after_ms:
        raise RequestError("there is no bed that could go on at the end; choose one with --bed")
    return 0


@dataclass(frozen=True, slots=True)
class _Filled:
    """What the slots hold: one value, or several phrases or people."""

    values: dict[str, _Value]
    phrases: dict[str, tuple[Phrase, ...]]
    people: dict[str, tuple[Somebody, ...]]


def _fill_slots(
    meta: Meta, profile: Profile, wishes: Wishes, shipped: Mapping[str, Phrase], optional: set[str]
) -> _Filled:
    """Every slot's value; one that has none is missing, unless the script asks itself whether it is filled."""
    filled = _Filled({}, {}, {})
    for name, slot in meta.slots.items():
        several = tuple(filter(None, map(one_line, wishes.slots.get(name, "").split("|"))))
        if slot.type in ("phrases", "people") and name in wishes.slots and not several:
            raise RequestError(_GIVEN_NOTHING.format(name))
        default = slot.default if isinstance(slot.default, tuple) else ()
        if slot.type == "phrases":
            chosen = [phrases.look_up(phrase, shipped) for phrase in several or profile.phrases or default]
            if chosen:
                filled.phrases[name] = tuple(one_line(p) if isinstance(p, str) else p for p in chosen)
        elif slot.type == "people":
            given = tuple(profile.people.get(who, Somebody(name=who)) for who in several or default)
            brought = wishes.roster if name == ROSTER else tuple(profile.people.values())
            people = given if several else brought or given
            if people:
                filled.people[name] = people
        elif value := _one_value(name, slot, profile, wishes):
            filled.values[name] = value
    known = {*filled.values, *filled.phrases, *filled.people, *optional}
    missing = [name for name in meta.slots if name not in known]
    if missing:
        asks = "; ".join(f"--set {name}=… ({meta.slots[name].ask or 'its value'})" for name in missing)
        raise RequestError(f"'{meta.title}' needs {asks}")
    return filled


def _one_value(name: str, slot: Slot, profile: Profile, wishes: Wishes) -> _Value | None:
    somebody = profile.people.get(name)
    kept = profile.slots.get(name)
    say_as = None
    if name in wishes.slots:
        text = wishes.slots[name]
        if name == "name" and text == profile.name:
            say_as = profile.say_as
    elif name == "name" and profile.name:
        text, say_as = profile.name, profile.say_as
    elif somebody:
        text, say_as = somebody.name, somebody.say_as
    elif kept is not None and (slot.type != "choice" or kept in slot.of):
        text = kept
    elif slot.default is not None:
        text = str(slot.default)
    elif slot.type == "choice":
        text = slot.of[0]
    else:
        return None
    text = one_line(text)
    if not text:
        raise RequestError(_GIVEN_NOTHING.format(name))
    if slot.type == "number" and not re.fullmatch(r"[-+]?\d+([.,]\d+)?", text):
        raise RequestError(f"the slot '{name}' wants a number, not '{text}'")
    if slot.type == "choice" and text not in slot.of:
        raise RequestError(f"the slot '{name}' is one of {', '.join(slot.of)}, not '{text}'")
    return _named(text, one_line(say_as or "") or None)


class _Maker:
    """Unrolls blocks, fills utterances, and settles what silence stands between them."""

    def __init__(self, filled: _Filled, meta: Meta, profile: Profile, wishes: Wishes, lexicon: Lexicon) -> None:
        self.filled = filled
        self.meta = meta
        self.profile = profile
        self.wishes = wishes
        self.lexicon = lexicon
        self.listener = phrases.read_pronouns(profile.pronouns)
        self.header_style = Style(
            wishes.voice or meta.voice.name,
            meta.language,
            wishes.rate or meta.voice.rate,
            wishes.treatment or meta.voice.treatment,
        )
        self.style = self.header_style
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
                case Mark():
                    yield item
                case Pause() | Breath() | Wait():
                    self.rest, self.resting = None, True
                    yield item
                case Bell() if self.wishes.bell == "none" or self.wishes.sleep:
                    pass
                case Bell():
                    yield from self._due()
                    self.resting = True
                    yield replace(item, sound=self.wishes.bell or item.sound)
                case Beat():
                    yield from self._due()
                    self.resting = True
                    yield item
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
        self, items: tuple[Item, ...], said: dict[str, Phrase | Somebody]
    ) -> Iterator[SessionItem | Paragraph]:
        """The items one after the other, every block opened; ``said`` is what each ``[each]`` stands at."""
        for item in items:
            self.items += 1
            if self.items > MOST_ITEMS:
                raise RequestError(
                    f"{item.place}: this script would go on for more than {MOST_ITEMS} steps; repeat less"
                )
            match item:
                case Repeat():
                    for _ in range(item.times):
                        yield from self._unrolled(item.items, said)
                case Each():
                    for one in (*self.filled.phrases.get(item.source, ()), *self.filled.people.get(item.source, ())):
                        yield from self._unrolled(item.items, said | {item.variable: one})
                case Choose():
                    chosen = self.filled.values[item.slot].text
                    option = next(option for option in item.options if option.name == chosen)
                    yield from self._unrolled(option.items, said)
                case If():
                    yield from self._unrolled(item.items if self._holds(item) else item.otherwise, said)
                case Include():
                    yield from self._unrolled(item.items, said)
                case VoiceChange():
                    self.style = replace(
                        self.header_style,
                        voice=self.wishes.voice or item.name or self.header_style.voice,
                        rate=self.wishes.rate or item.rate or self.header_style.rate,
                    )
                case Say():
                    yield self._utterance(item, said)
                case Rating():
                    yield self._spoken(item.question, [(False, item.question)], False, item.place)
                    yield Pause(RATING_MS, RATING_MS, 1, item.place, asks=item)
                case Breath():
                    yield from self._breaths(item)
                case _:
                    yield item

    def _holds(self, condition: If) -> bool:
        filled = self.filled
        if condition.value is None:
            return (
                condition.slot in filled.values or condition.slot in filled.phrases or condition.slot in filled.people
            )
        return condition.slot in filled.values and filled.values[condition.slot].text == condition.value

    def _breaths(self, breath: Breath) -> Iterator[Breath | Beat]:
        into = breath.in_ms or self.profile.breath.into
        out = breath.out_ms or self.profile.breath.out
        if not breath.cued:
            yield replace(breath, in_ms=into, out_ms=out)
            return
        cues = BREATH_CUES.get(self.meta.language.split("-")[0])
        if cues is None:
            raise RequestError(
                f"{breath.place}: there are no words for a cued breath in '{self.meta.language}'; "
                "leave 'cued' out, or write the words with pauses"
            )
        for _ in range(breath.count):
            for words, length in zip(cues, (into, out), strict=True):
                yield Beat(self._spoken(words, [(False, words)], False, breath.place), length)

    def _utterance(self, say: Say, said: dict[str, Phrase | Somebody]) -> Utterance:
        filled = [self._filled(part, said) for part in say.parts]
        personal = any(isinstance(part, Fill) for part in say.parts)
        pieces = [piece for value in filled for piece in value.pieces()]
        return self._spoken("".join(value.text for value in filled), pieces, personal, say.place)

    def _spoken(self, text: str, pieces: Iterable[tuple[bool, str]], personal: bool, place: Place) -> Utterance:
        """An utterance; what is not spelled by hand is spelled by the lexicon, over the borders of slots."""
        spoken = ""
        for by_hand, run in groupby(pieces, key=lambda piece: piece[0]):
            said = "".join(piece for _, piece in run)
            spoken += said if by_hand else self.lexicon.spoken(said)
        self.utterances += 1
        if self.utterances > MOST_UTTERANCES:
            raise RequestError(f"{place}: this script would say more than {MOST_UTTERANCES} utterances; repeat less")
        if len(spoken) > MOST_IN_UTTERANCE:
            raise RequestError(f"{place}: more than {MOST_IN_UTTERANCE} characters in one utterance; shorten the value")
        if not any(map(str.isalnum, spoken)):
            raise RequestError(f"{place}: there is nothing to say in '{spoken}'")
        return Utterance(text, spoken, personal, self.style, place)

    def _filled(self, part: str | Fill, said: dict[str, Phrase | Somebody]) -> _Value:
        if isinstance(part, str):
            return _Value(part, part)
        one = said.get(part.slot)
        if isinstance(one, Somebody):
            return _named(one.name, one.say_as)
        if one is not None:
            return self._phrase(one, part, said)
        if part.slot not in self.filled.values:
            raise RequestError(
                f"{part.place}: the slot '{part.slot}' has no value here; put this in [if {part.slot}] … [end]"
            )
        return self.filled.values[part.slot]

    def _phrase(self, phrase: Phrase, part: Fill, said: dict[str, Phrase | Somebody]) -> _Value:
        somebody = said.get(part.person)
        language = self.meta.language
        if not isinstance(somebody, Somebody):
            text = phrases.say_to(phrase, phrases.address(part.person, self.listener), language)
            return _Value(text, text)
        pronouns = phrases.read_pronouns(somebody.pronouns)
        written, spoken = (
            phrases.say_to(phrase, phrases.address_by_name(one_line(name), pronouns), language)
            for name in (somebody.name, somebody.say_as or somebody.name)
        )
        return _Value(written, spoken, one_line(somebody.say_as or "") or None)

"""Second stage: a Document and its listener become a Session with nothing left to decide. Pure.

Strength of what fills a slot: a wish of this session, then the profile, then the header's default. A filled
value is text: brackets and braces in it are spoken words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from synth.errors import RequestError
from synth.personalise import phrases
from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.phrases import Phrase
from synth.personalise.session import Session, SessionItem, SessionSection, SittingBells, Style, TimedCue, Utterance
from synth.personalise.slots import FilledSlots, SlotValue, fill_slots, named_value
from synth.script.document import (
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
    Paragraph,
    Pause,
    Rating,
    Repeat,
    Say,
    VoiceChange,
    Wait,
)
from synth.script.header import Meta
from synth.script.markers import BED_OPENING_MS, MAX_UTTERANCES
from synth.script.parse import MAX_IN_UTTERANCE
from synth.source import Place
from synth.units import MINUTE
from synth.wording import did_you_mean, one_line

MAX_ITEMS = 10 * MAX_UTTERANCES
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
_NOTHING_SPELLED = Lexicon({})


def personalise(
    document: Document,
    profile: Profile,
    options: SessionOptions,
    shipped_folder: Mapping[str, Phrase],
    lexicon: Lexicon = _NOTHING_SPELLED,
) -> Session:
    """The session that this listener will hear; ``shipped_folder`` are the phrases that have a short name.

    ``lexicon`` spells what is spoken for the voice, but not what a say_as spells by hand.
    Raises RequestError where a slot has no value, a value does not fit, or there would be too many utterances.
    """
    meta = document.meta
    unknown = [name for name in options.slots if name not in meta.slots]
    if unknown:
        known = ", ".join(meta.slots) or "none"
        raise RequestError(
            f"'{meta.title}' has no slot '{unknown[0]}'{did_you_mean(unknown[0], meta.slots)} (its slots: {known})"
        )
    optional = {item.slot for item in document.walk() if isinstance(item, If) and item.value is None}
    filled = fill_slots(meta, profile, options, shipped_folder, optional)
    maker = _Maker(filled, meta, profile, options, lexicon)
    sections = tuple(
        SessionSection(section.title or meta.title, tuple(maker.resolve(section.items)))
        for section in document.sections
    )
    if not any(section.items for section in sections):
        raise RequestError(f"nothing is left to hear of '{meta.title}'")
    sound = options.bed or meta.bed.sound
    level = meta.bed.level if options.bed_level is None else options.bed_level
    return Session(
        meta=meta,
        bed=None if sound == "none" else Bed(sound, level, BED_OPENING_MS, document.sections[0].place),
        length_ms=meta.length if options.length_ms is None else options.length_ms,
        sections=tuple(section for section in sections if section.items),
        bells=_sitting_bells(meta, options),
        bed_after_ms=_bed_after(options, sections, sound) if options.sleep else None,
    )


def _sitting_bells(meta: Meta, options: SessionOptions) -> SittingBells | None:
    asked = options.interval_bell_ms or options.bells_at_ms or options.settle_ms
    if options.sleep or options.bell == "none":
        if asked:
            raise RequestError("bells through the sitting were asked for, and none at all; leave one of the two out")
        return None
    style = meta.bell
    return SittingBells(
        options.bell or style.sound,
        style.level + SOFTER_DB,
        style.interval if options.interval_bell_ms is None else options.interval_bell_ms,
        options.bells_at_ms or style.at,
        style.settle if options.settle_ms is None else options.settle_ms,
        "long-silence" not in meta.care.allow,
    )


def _bed_after(options: SessionOptions, sections: Iterable[SessionSection], opening: str) -> int:
    """How long the bed goes on, where there is one at the end."""
    beds = [item.sound for section in sections for item in section.items if isinstance(item, Bed)]
    if [None if opening == "none" else opening, *beds][-1]:
        return BED_AFTER_MS if options.bed_after_ms is None else options.bed_after_ms
    if options.bed_after_ms:
        raise RequestError("there is no bed that could go on at the end; choose one with --bed")
    return 0


class _Maker:
    """Unrolls blocks, fills utterances, and settles what silence stands between them."""

    def __init__(
        self, filled: FilledSlots, meta: Meta, profile: Profile, options: SessionOptions, lexicon: Lexicon
    ) -> None:
        self.filled = filled
        self.meta = meta
        self.profile = profile
        self.options = options
        self.lexicon = lexicon
        self.listener = phrases.read_pronouns(profile.pronouns)
        self.header_style = Style(
            options.voice or meta.voice.name,
            meta.language,
            options.rate or meta.voice.rate,
            options.effect or meta.voice.effect,
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
                case Bell() if self.options.bell == "none" or self.options.sleep:
                    pass
                case Bell():
                    yield from self._due()
                    self.resting = True
                    yield replace(item, sound=self.options.bell or item.sound)
                case TimedCue():
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
        if self.options.bed == "none":
            return None
        level = bed.level_lu if self.options.bed_level is None else self.options.bed_level
        return replace(bed, sound=bed.sound and (self.options.bed or bed.sound), level_lu=level)

    def _unrolled(self, items: tuple[Item, ...], said: dict[str, Phrase | Person]) -> Iterator[SessionItem | Paragraph]:
        """The items one after the other, every block opened; ``said`` is what each ``[each]`` stands at."""
        for item in items:
            self.items += 1
            if self.items > MAX_ITEMS:
                raise RequestError(
                    f"{item.place}: this script would go on for more than {MAX_ITEMS} steps; repeat less"
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
                        voice=self.options.voice or item.name or self.header_style.voice,
                        rate=self.options.rate or item.rate or self.header_style.rate,
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

    def _breaths(self, breath: Breath) -> Iterator[Breath | TimedCue]:
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
        into_words, out_words = (self._spoken(words, [(False, words)], False, breath.place) for words in cues)
        for _ in range(breath.count):
            yield TimedCue(into_words, into, "in")
            yield TimedCue(out_words, out, "out")

    def _utterance(self, say: Say, said: dict[str, Phrase | Person]) -> Utterance:
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
        if self.utterances > MAX_UTTERANCES:
            raise RequestError(f"{place}: this script would say more than {MAX_UTTERANCES} utterances; repeat less")
        if len(spoken) > MAX_IN_UTTERANCE:
            raise RequestError(f"{place}: more than {MAX_IN_UTTERANCE} characters in one utterance; shorten the value")
        if not any(map(str.isalnum, spoken)):
            raise RequestError(f"{place}: there is nothing to say in '{spoken}'")
        return Utterance(text, spoken, personal, self.style, place)

    def _filled(self, part: str | Fill, said: dict[str, Phrase | Person]) -> SlotValue:
        if isinstance(part, str):
            return SlotValue(part, part)
        one = said.get(part.slot)
        if isinstance(one, Person):
            return named_value(one.name, one.say_as)
        if one is not None:
            return self._phrase(one, part, said)
        if part.slot not in self.filled.values:
            raise RequestError(
                f"{part.place}: the slot '{part.slot}' has no value here; put this in [if {part.slot}] … [end]"
            )
        return self.filled.values[part.slot]

    def _phrase(self, phrase: Phrase, part: Fill, said: dict[str, Phrase | Person]) -> SlotValue:
        somebody = said.get(part.person)
        language = self.meta.language
        if not isinstance(somebody, Person):
            text = phrases.say_to(phrase, phrases.address(part.person, self.listener), language)
            return SlotValue(text, text)
        pronouns = phrases.read_pronouns(somebody.pronouns)
        written, spoken = (
            phrases.say_to(phrase, phrases.address_by_name(one_line(name), pronouns), language)
            for name in (somebody.name, somebody.say_as or somebody.name)
        )
        return SlotValue(written, spoken, one_line(somebody.say_as or "") or None)

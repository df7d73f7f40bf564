"""Second stage: a Document and its listener become a Session with nothing left to decide. Pure.

A slot is filled by an option of this session, else by the profile, else by the header's default. What fills it is text:
brackets and braces in it are spoken words.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from synth.errors import RequestError
from synth.personalise import phrases
from synth.personalise.announcements import unrung
from synth.personalise.answers import answers_of, check_answers, told_of_answer, without_answer
from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.phrases import Phrase
from synth.personalise.session import (
    Session,
    SessionItem,
    SessionSection,
    SittingBells,
    Style,
    TimedCue,
    Utterance,
    utterances_of,
)
from synth.personalise.slot_fit import misfit
from synth.personalise.slots import FilledSlots, fill_slots
from synth.personalise.usage import Usage, check_asked, not_said, unused_of_profile
from synth.personalise.utterances import UtteranceBuilder, Variables
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
    walk,
)
from synth.script.header import Meta
from synth.script.markers import BED_OPENING_MS, MAX_UTTERANCES
from synth.units import MINUTE, format_duration

MAX_ITEMS = 10 * MAX_UTTERANCES
BED_AFTER_MS = 10 * MINUTE
SOFTER_DB = -6.0
"""A bell through the sitting, relative to the opening's."""

RATING_MS = 10_000
"""How long a track waits where the player would ask for a number."""

_PHASES: tuple[Literal["in", "out"], ...] = ("in", "out")
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
    shipped: Mapping[str, Phrase],
    lexicon: Lexicon = _NOTHING_SPELLED,
) -> Session:
    """The session that this listener will hear; ``shipped`` are the phrases that have a short name.

    ``lexicon`` spells what is spoken for the voice, but not what a say_as spells by hand.
    Raises RequestError where a slot has no value, a value does not fit, or there would be too many utterances.
    """
    meta = document.meta
    check_asked(meta, options)
    filled, sections, usage = _resolved(document, profile, options, shipped, lexicon)
    if not any(section.items for section in sections):
        raise RequestError(f"nothing is left to hear of '{meta.title}'")
    answers = answers_of(profile, options)
    defaults = {slot.name: slot.value for slot in filled.told() if slot.origin == "default"}
    check_answers(document, utterances_of(sections), answers, defaults)
    told = []
    for slot, answer in answers.items():
        unanswered = _resolved(document, *without_answer(slot, profile, options), shipped, lexicon)[1]
        heard, otherwise = ([said.text for said in utterances_of(each)] for each in (sections, unanswered))
        told.append(told_of_answer(slot, answer, heard, otherwise, meta.language))
    bells = _sitting_bells(meta, options)
    sound = options.bed or meta.bed.sound
    level = meta.bed.level if options.bed_level is None else options.bed_level
    return Session(
        meta=meta,
        bed=None if sound == "none" else Bed(sound, level, BED_OPENING_MS, document.sections[0].place),
        length_ms=meta.length if options.length_ms is None else options.length_ms,
        sections=tuple(section for section in sections if section.items),
        bells=bells,
        bed_after_ms=_bed_after(options, sections, sound) if options.sleep else None,
        slots=filled.told(),
        told=tuple(told),
        remarks=(
            *not_said(options, shipped, usage),
            *_kept_back(filled, usage),
            *_misfits(meta, filled, usage),
            *_without_effect(meta, profile, options, sections, filled),
            *(
                f"'{said.text}' announces a bell, and bells are left out here"
                for said in (unrung(sections, bells, meta.language) if _bells_left_out(options) else ())
            ),
        ),
        unused=unused_of_profile(profile, options, usage),
    )


def _resolved(
    document: Document, profile: Profile, options: SessionOptions, shipped: Mapping[str, Phrase], lexicon: Lexicon
) -> tuple[FilledSlots, tuple[SessionSection, ...], Usage]:
    """What fills the slots, the sections of the session, and what of it all they say."""
    meta = document.meta
    optional = {item.slot for item in document.walk() if isinstance(item, If) and item.value is None}
    filled = fill_slots(meta, profile, options, shipped, optional)
    resolver = _Resolver(filled, meta, profile, options, lexicon)
    sections = tuple(
        SessionSection(section.title or meta.title, tuple(resolver.resolve(section.items)))
        for section in document.sections
    )
    return filled, sections, resolver.utterances.usage


def _kept_back(filled: FilledSlots, usage: Usage) -> Iterator[str]:
    for name, chosen in filled.phrases.items():
        own = "" if any(wish in chosen for wish in filled.wishes[name]) else "; others get the script's own wishes"
        for text in map(phrases.phrase_text, chosen):
            if text in usage.kept_back:
                yield f"'{text}' is no wish, so it is said to oneself only{own}; 'May I …' can be said to others"


def _misfits(meta: Meta, filled: FilledSlots, usage: Usage) -> Iterator[str]:
    for name, value in filled.values.items():
        if name in usage.slots and filled.origins.get(name, "default") != "default":
            told = misfit(name, value.text, meta.slots[name], meta.language)
            yield from (told,) if told else ()


def _without_effect(
    meta: Meta, profile: Profile, options: SessionOptions, sections: Iterable[SessionSection], filled: FilledSlots
) -> Iterator[str]:
    """A length that nothing can stretch to, and a kept answer that is none of a choice's."""
    items = [item for section in sections for item in section.items]
    if options.length_ms is not None and not any(isinstance(item, Pause) and item.elastic for item in items):
        asked = format_duration(options.length_ms)
        yield f"{asked} changes nothing: no pause here is elastic, such as [pause 20s..]; '{meta.title}' takes its time"
    for name, slot in meta.slots.items():
        kept = profile.slots.get(name)
        if slot.type == "choice" and kept and kept not in slot.of and filled.origins.get(name) == "default":
            taken = filled.values[name].text
            yield f"the profile's '{name}: {kept}' is none of {', '.join(slot.of)}; '{taken}' is taken"


def _bells_left_out(options: SessionOptions) -> bool:
    return options.sleep or options.bell == "none"


def _sitting_bells(meta: Meta, options: SessionOptions) -> SittingBells | None:
    asked = options.interval_bell_ms or options.bells_at_ms or options.settle_ms
    if _bells_left_out(options):
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


class _Resolver:
    """Opens blocks, and settles what silence stands between their items; one for all sections of a script."""

    def __init__(
        self, slots: FilledSlots, meta: Meta, profile: Profile, options: SessionOptions, lexicon: Lexicon
    ) -> None:
        self.slots = slots
        self.meta = meta
        self.profile = profile
        self.options = options
        self.utterances = UtteranceBuilder(slots, meta.language, phrases.read_pronouns(profile.pronouns), lexicon)
        self.header_style = Style(
            options.voice or meta.voice.name,
            meta.language,
            options.rate or meta.voice.rate,
            options.effect or meta.voice.effect,
            meta.pauses.get("sentence"),
            meta.pauses.get("comma"),
        )
        self.style = self.header_style
        self.items = 0
        self.rest: Pause | None = None
        """The paragraph's pause that is due if neither a pause marker nor the end comes next."""
        self.resting = True
        """Whether the voice has been silent since the last pause, bell or beginning."""

    def resolve(self, items: tuple[Item, ...]) -> Iterator[SessionItem]:
        """The items of one section, in the order they sound."""
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
        """A change of bed with the options' sound and level in the place of the script's; None for no bed."""
        if self.options.bed == "none":
            return None
        level = bed.level_lu if self.options.bed_level is None else self.options.bed_level
        return replace(bed, sound=bed.sound and (self.options.bed or bed.sound), level_lu=level)

    def _unrolled(self, items: tuple[Item, ...], variables: Variables) -> Iterator[SessionItem | Paragraph]:
        """The items one after the other, every block opened."""
        for item in items:
            self.items += 1
            if self.items > MAX_ITEMS:
                raise RequestError(
                    f"{item.place}: this script would go on for more than {MAX_ITEMS} steps; repeat less"
                )
            match item:
                case Repeat():
                    for _ in range(item.times):
                        yield from self._unrolled(item.items, variables)
                case Each():
                    self.utterances.usage.slots.add(item.source)
                    for one in self._gone_through(item):
                        yield from self._unrolled(item.items, {**variables, item.variable: one})
                case Choose():
                    self.utterances.usage.slots.add(item.slot)
                    value = self.slots.values.get(item.slot)
                    option = next((o for o in item.options if value and o.name == value.text), item.options[0])
                    yield from self._unrolled(option.items, variables)
                case If():
                    yield from self._unrolled(item.items if self._holds(item) else item.otherwise, variables)
                case Include():
                    yield from self._unrolled(item.items, variables)
                case VoiceChange():
                    self.style = replace(
                        self.header_style,
                        voice=self.options.voice or item.name or self.header_style.voice,
                        rate=self.options.rate or item.rate or self.header_style.rate,
                    )
                case Say() if self._keeps_back(item, variables):
                    pass
                case Say():
                    yield self.utterances.say(item, variables, self.style)
                case Rating():
                    yield self.utterances.own(item.question, self.style, item.place)
                    yield Pause(RATING_MS, RATING_MS, 1, item.place, asks=item)
                case Breath():
                    yield from self._breaths(item)
                case _:
                    yield item

    def _gone_through(self, each: Each) -> Iterable[Phrase | Person]:
        """What an ``[each]`` goes through: of phrases that it says to others alone, those that can be."""
        said_to = {
            part.person
            for item in walk(each.items)
            if isinstance(item, Say)
            for part in item.parts
            if isinstance(part, Fill) and part.slot == each.variable
        }
        chosen = self.slots.phrases.get(each.source, ())
        if not said_to or "i" in said_to or each.source not in self.slots.phrases:
            return (*chosen, *self.slots.people.get(each.source, ()))
        wishes = self.slots.wishes[each.source]
        self.utterances.usage.kept_back.update(phrases.phrase_text(phrase) for phrase in chosen if phrase not in wishes)
        return wishes

    def _keeps_back(self, say: Say, variables: Variables) -> bool:
        """Whether an utterance would say to others what is no wish."""
        for part in say.parts:
            phrase = variables.get(part.slot) if isinstance(part, Fill) and part.person != "i" else None
            if phrase is None or isinstance(phrase, Person) or phrases.is_wish(phrase, self.meta.language):
                continue
            self.utterances.usage.kept_back.add(phrases.phrase_text(phrase))
            return True
        return False

    def _holds(self, condition: If) -> bool:
        slots = self.slots
        self.utterances.usage.slots.add(condition.slot)
        if condition.value is None:
            return condition.slot in slots.values or condition.slot in slots.phrases or condition.slot in slots.people
        return condition.slot in slots.values and slots.values[condition.slot].text == condition.value

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
        for _ in range(breath.count):
            for phase, words, length_ms in zip(_PHASES, cues, (into, out), strict=True):
                yield TimedCue(self.utterances.own(words, self.style, breath.place), length_ms, phase)

"""What a careful teacher would remark in a sound Document: warnings, each with its place, reason and mend. Pure.

``RULES`` is the whole of it: each rule is a small function and a row of that table, by whose name a header may answer
it (``care: {allow: {bell-at-close: bedtime}}``). Some read the script as it is written, some the
``EstimatedTimeline`` of a listener who asks for nothing else.

The rules that look for words are word lists and no more (``WORDS``): they can miss what is said in other words, and
take a word for what it does not mean. A language without a list has only the rules that need none.

Choices of eyes, posture and anchor, and leave to stop, are what trauma-sensitive teaching asks for (D. Treleaven,
"Trauma-Sensitive Mindfulness", 2018); that kindness can stir up old pain, and that touch is offered and never asked,
is what self-compassion teaching knows (C. Germer and K. Neff, "Teaching the Mindful Self-Compassion Program", 2019).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from synth.script.care_words import WORDS, Words
from synth.script.document import Breath, Choose, Document, Include, Item, Pause, Say, inner_items
from synth.script.limits import LONGEST_SILENCE_MS
from synth.source import Place
from synth.units import MINUTE, SECOND, format_duration

LONG_BARE_MS = 300 * SECOND
OPENING_MS = GROUNDING_MS = MINUTE
CLOSING_MS = 3 * MINUTE
NEAR = 2
"""How many utterances before or behind another are near it."""


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """An utterance of the estimated timeline."""

    start_ms: int
    end_ms: int
    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class EstimatedTimeline:
    """What is said, when strokes of bells begin and end, and the length of the whole, before it is spoken."""

    speech: tuple[SpokenSentence, ...] = ()
    bells: tuple[tuple[int, int], ...] = ()
    length_ms: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """What a rule has to say about a place; a note where the header has answered it."""

    place: Place
    message: str
    rule: str
    severity: Literal["error", "warning", "note"] = "warning"

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message} ({self.rule})"

    def strict(self) -> "Remark":
        """The same, a warning taken for an error."""
        return replace(self, severity="error") if self.severity == "warning" else self


@dataclass(frozen=True, slots=True)
class Reading:
    """A script as the rules see it; its timeline is empty where it could not be laid out in time."""

    document: Document
    timeline: EstimatedTimeline

    @property
    def words(self) -> Words:
        """The words of its language; only for the rules that ask for them."""
        return WORDS[_language(self.document)]

    @property
    def top(self) -> Place:
        """Where the script's file begins."""
        return Place(self.document.sections[0].place.file, 1, 1)

    @property
    def says(self) -> list[tuple[Place, str]]:
        """Every utterance as it is written, those of branches not taken too."""
        return [(item.place, _text(item)) for item in self.document.walk() if isinstance(item, Say)]

    @property
    def opening(self) -> list[SpokenSentence]:
        """What is begun in the first minute; bells are not counted."""
        return list(takewhile(lambda said: self._unrung_ms(said.start_ms) < OPENING_MS, self.timeline.speech))

    def _unrung_ms(self, at_ms: int) -> int:
        return at_ms - sum(end_ms - start_ms for start_ms, end_ms in self.timeline.bells if end_ms <= at_ms)

    @property
    def stirring(self) -> bool:
        """Whether it is moderate or strong, and says anything."""
        return self.document.meta.care.intensity != "gentle" and bool(self.timeline.speech)


Finding = tuple[Place, str]
"""Where something is found, and what."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``find`` says where a script lacks something, and what; ``worded`` where it needs the words of a language."""

    name: str
    find: Callable[[Reading], Iterable[Finding]]
    because: str
    mend: str
    worded: bool = True


def lint(document: Document, timeline: EstimatedTimeline) -> tuple[Remark, ...]:
    """Every remark, in the order of its place: a warning, or a note where the header's ``care.allow`` answers it."""
    reading = Reading(document, timeline)
    known = _language(document) in WORDS
    return tuple(
        sorted({
            _remark(rule, place, what, document.meta.care.allow.get(rule.name))
            for rule in RULES
            if known or not rule.worded
            for place, what in rule.find(reading)
        })
    )  # fmt: skip


def _remark(rule: Rule, place: Place, what: str, answer: str | None) -> Remark:
    if answer is not None:
        return Remark(place, f"{what}; the header's answer: {answer}", rule.name, "note")
    return Remark(place, f"{what}: {rule.because}; {rule.mend}", rule.name)


def eyes_choice(reading: Reading) -> Iterator[Finding]:
    """In the first minute, a sentence about the eyes leaves them a choice."""
    if not _offered(reading.opening, reading.words.eyes, reading.words.eyes_choice):
        yield from _at_first(reading.timeline.speech, "no choice about the eyes in the first minute")


def posture_choice(reading: Reading) -> Iterator[Finding]:
    """In the first minute, a sentence about sitting, lying or moving leaves a choice."""
    if not _offered(reading.opening, reading.words.posture, reading.words.choice):
        yield from _at_first(reading.timeline.speech, "no choice about posture in the first minute")


def leave_to_stop(reading: Reading) -> Iterator[Finding]:
    """In the first minute, a sentence gives leave to stop."""
    if not _offered(reading.opening, reading.words.stop, reading.words.leave):
        yield from _at_first(reading.timeline.speech, "no leave to stop in the first minute")


def again_before_hardest(reading: Reading) -> Iterator[Finding]:
    """A moderate or strong script gives leave to stop again, after its first minute and before its last third.

    Nobody but its writer knows which part is the hardest; it is taken to end no sooner than the last third begins.
    """
    if not reading.stirring:
        return
    last_third_ms = reading.timeline.length_ms * 2 // 3
    after_opening = reading.timeline.speech[len(reading.opening) :]
    middle = [said for said in after_opening if said.start_ms < last_third_ms]
    if not _offered(middle, reading.words.stop, reading.words.leave):
        late = [said for said in reading.timeline.speech if said.start_ms >= last_third_ms]
        yield from _at_first(late or reading.timeline.speech[-1:], "no leave to stop again before the hardest part")


def grounding(reading: Reading) -> Iterator[Finding]:
    """A moderate or strong script comes back to body and surroundings for a minute before its close.

    It includes the fragment ``ground``, or the sentences about these, with the silence behind each, take a minute
    together; in the last third of the script, or its last three minutes where they are longer.
    """
    if not reading.stirring:
        return
    last_part_ms = min(reading.timeline.length_ms * 2 // 3, reading.timeline.length_ms - CLOSING_MS)
    fragment = {
        item.place
        for include in reading.document.walk()
        if isinstance(include, Include) and include.fragment == "ground"
        for item in _inside(include)
    }
    grounded_ms = 0
    ends = [*(said.start_ms for said in reading.timeline.speech[1:]), reading.timeline.length_ms]
    for said, end_ms in zip(reading.timeline.speech, ends, strict=True):
        if said.start_ms < last_part_ms:
            continue
        if said.place in fragment:
            return
        if reading.words.ground.search(said.text):
            grounded_ms += end_ms - said.start_ms
    if grounded_ms < GROUNDING_MS:
        what = f"{format_duration(grounded_ms // SECOND * SECOND)} of grounding before the close"
        yield reading.timeline.speech[-1].place, what if grounded_ms >= SECOND else "no grounding before the close"


def touch_another_way(reading: Reading) -> Iterator[Finding]:
    """Touch has another way near it: an "or" in the same utterance, or words of the kind within two utterances.

    An option of a ``[choose]`` that has another option without touch is one way of several.
    """
    words, says = reading.words, reading.says
    chosen: set[Place] = set()
    for item in reading.document.walk():
        if isinstance(item, Choose):
            options = [[inner for inner in _flat(option.items) if isinstance(inner, Say)] for option in item.options]
            if any(not any(words.touch.search(_text(say)) for say in option) for option in options):
                chosen |= {say.place for option in options for say in option}
    for number, (place, text) in enumerate(says):
        if words.touch.search(text) and not words.either.search(text) and place not in chosen:
            near = " ".join(said for _, said in says[max(0, number - NEAR) : number + NEAR + 1])
            if not words.otherwise.search(near):
                yield place, "touch without another way"


def breath_another_anchor(reading: Reading) -> Iterator[Finding]:
    """The breath comes after another anchor (body, surroundings, sounds), or no more than two utterances before one.

    A sentence about posture ("Sit with both feet on the floor") is not taken for one.
    """
    words = reading.words
    said_since = 0
    first: Place | None = None
    for item in reading.document.walk():
        if isinstance(item, Say):
            said_since += first is not None
            if said_since > NEAR:
                break
            if any(words.ground.search(s) and not words.posture.search(s) for s in _sentences(_text(item))):
                return
        if first is None and (isinstance(item, Breath) or (isinstance(item, Say) and words.breath.search(_text(item)))):
            first = item.place
    if first:
        yield first, "the breath is the only anchor here"


def long_silence(reading: Reading) -> Iterator[Finding]:
    """No more than ten minutes pass without a word or a bell; elastic pauses are as the header's length has them.

    An ambient bed tells nothing of the time, and does not count. The place is that of the last words before it, or
    else of the first behind it.
    """
    timeline = reading.timeline
    sounding = sorted([*((said.start_ms, said.end_ms) for said in timeline.speech), *timeline.bells])
    starts_ms = [0, *(end for _, end in sounding)]
    ends_ms = [*(start for start, _ in sounding), timeline.length_ms]
    for start_ms, end_ms in zip(starts_ms, ends_ms, strict=True):
        if end_ms - start_ms > LONGEST_SILENCE_MS:
            before = [said.place for said in timeline.speech if said.end_ms <= start_ms]
            behind = [said.place for said in timeline.speech if said.start_ms >= end_ms]
            length = format_duration((end_ms - start_ms) // SECOND * SECOND)
            yield [*before[-1:], *behind, reading.top][0], f"a silence of {length} without a bell"


def no_cure(reading: Reading) -> Iterator[Finding]:
    """Neither text, title, summary nor a slot's default promises a cure; a wish ("May you be healed") is none."""
    meta = reading.document.meta
    defaults = [slot.default for slot in meta.slots.values() if isinstance(slot.default, str)]
    for place, text in [*((reading.top, text) for text in (meta.title, meta.summary, *defaults)), *reading.says]:
        said = " ".join(s for s in _sentences(text) if not reading.words.wish.match(s))
        if found := reading.words.cure.search(said):
            yield place, f"'{found[0]}' sounds like the promise of a cure"


def bell_at_close(reading: Reading) -> Iterator[Finding]:
    """A bell is struck after the last word."""
    speech, bells = reading.timeline.speech, reading.timeline.bells
    if speech and not (bells and bells[-1][0] >= speech[-1].end_ms):
        yield speech[-1].place, "the script ends without a bell"


def bare_number(reading: Reading) -> Iterator[Finding]:
    """A long pause says its unit."""
    for item in reading.document.walk():
        if isinstance(item, Pause) and item.bare and item.min_ms > LONG_BARE_MS:
            number = item.min_ms // SECOND
            written = f"written without unit ({number}s or {number}ms?)"
            yield item.place, f"a pause of {format_duration(item.min_ms)}, {written}"


def idle_length(reading: Reading) -> Iterator[Finding]:
    """A header's length has an elastic pause to change."""
    document = reading.document
    if document.meta.length and not any(isinstance(item, Pause) and item.elastic for item in document.walk()):
        yield document.sections[0].place, "the header's length changes nothing"


RULES = (
    Rule(
        "eyes-choice", eyes_choice, "some people feel unsafe with their eyes closed",
        "say such as 'Your eyes can be closed, or open and resting on one place'",
    ),
    Rule(
        "posture-choice", posture_choice, "what is comfortable for one body hurts another",
        "say such as 'You might sit, or lie down, and move whenever you like'",
    ),
    Rule(
        "leave-to-stop", leave_to_stop, "nobody should feel held to what is too much for them",
        "say such as 'You can stop at any time'",
    ),
    Rule(
        "again-before-hardest", again_before_hardest, "what was said at the beginning is forgotten when it is needed",
        "say it again before the last third, or [include may-stop]",
    ),
    Rule(
        "grounding", grounding, "whoever was stirred up should be back on solid ground before they are left alone",
        "take a minute for the feet, the hands, the room and its sounds, or [include ground]",
    ),
    Rule(
        "touch-another-way", touch_another_way, "touch is not welcome to everybody, nor every day",
        "offer another place, or none, such as 'or hold a cushion instead'",
    ),
    Rule(
        "breath-another-anchor", breath_another_anchor, "some people find no ease in their breath",
        "offer the floor, the hands or the sounds beside it",
    ),
    Rule(
        "long-silence", long_silence, "in more than ten minutes a listener can get lost, or think that it is over",
        "put a [bell] into it", worded=False,
    ),
    Rule(
        "no-cure", no_cure, "nobody can promise it, and whoever is not helped blames themselves",
        "say what one may notice",
    ),
    Rule(
        "bell-at-close", bell_at_close, "with closed eyes one cannot tell the end from another silence",
        "put a [bell] there, or say why not: care: {allow: {bell-at-close: bedtime}}", worded=False,
    ),
    Rule("bare-number", bare_number, "a bare number is seconds", "write its unit", worded=False),
    Rule(
        "idle-length", idle_length, "no pause is elastic", "write one like [pause 10s..40s]", worded=False,
    ),
)  # fmt: skip


def _language(document: Document) -> str:
    return document.meta.language.split("-")[0]


def _text(say: Say) -> str:
    return "".join(part if isinstance(part, str) else f"{{{part.slot}}}" for part in say.parts)


def _inside(item: Item) -> Iterator[Item]:
    for items in inner_items(item):
        yield from _flat(items)


def _flat(items: Iterable[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from _inside(item)


def _offered(said: Iterable[SpokenSentence], about: re.Pattern[str], offer: re.Pattern[str]) -> bool:
    """Whether one sentence says something about this and offers it."""
    return any(about.search(s) and offer.search(s) for one in said for s in _sentences(one.text))


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", text)


def _at_first(said: Sequence[SpokenSentence], what: str) -> Iterator[Finding]:
    if said:
        yield said[0].place, what

"""What a careful teacher would remark in a sound Document: warnings, each with its place, reason and mend. Pure.

``RULES`` is the whole of it: each rule is a small function and a row of that table, by whose name a header may answer
it (``care: {allow: {bell-at-close: bedtime}}``). Some read the script as it is written, some the
``EstimatedTimeline`` of a listener who asks for nothing else.

The rules that look for words read clause by clause for what each affirms or denies (``care_clauses``), by patterns
of the script's language (``WORDS``). They can miss what is said in other words, and take irony for what it says. In a
language without patterns only the rules that need none are read, and a note tells which were not.

Choices of eyes, posture and anchor, and leave to stop, are what trauma-sensitive teaching asks for (D. Treleaven,
"Trauma-Sensitive Mindfulness", 2018); that kindness can stir up old pain, and that touch is offered and never asked,
is what self-compassion teaching knows (C. Germer and K. Neff, "Teaching the Mindful Self-Compassion Program", 2019).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, takewhile
from typing import Literal

from synth.script.care_clauses import Clause, Sense, sentences
from synth.script.care_english import ENGLISH
from synth.script.care_german import GERMAN
from synth.script.care_spanish import SPANISH
from synth.script.care_words import Words
from synth.script.document import Breath, Choose, Document, Include, Item, Pause, Say, inner_items
from synth.script.limits import LONGEST_SILENCE_MS
from synth.source import Place
from synth.units import MINUTE, SECOND, format_duration

WORDS = {"en": ENGLISH, "es": SPANISH, "de": GERMAN}
LANGUAGES = "English, Spanish and German"
LONG_BARE_MS = 300 * SECOND
OPENING_MS = GROUNDING_MS = MINUTE
CLOSING_MS = 3 * MINUTE
SHORTEST_BREATH_MS, LONGEST_BREATH_MS = 3 * SECOND, 20 * SECOND
"""A breath in and out: at rest an adult takes some 12 to 20 a minute, and slow breathing is taught at five or six."""
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
    def texts(self) -> list[tuple[Place, str]]:
        """Every utterance as it is written, those of branches not taken too."""
        return [(item.place, _text(item)) for item in self.document.walk() if isinstance(item, Say)]

    @property
    def opening(self) -> list[SpokenSentence]:
        """What is begun in the first minute; bells are not counted."""
        return list(takewhile(lambda said: self._unrung_ms(said.start_ms) < OPENING_MS, self.timeline.speech))

    def _unrung_ms(self, at_ms: int) -> int:
        return at_ms - sum(end_ms - start_ms for start_ms, end_ms in self.timeline.bells if end_ms <= at_ms)

    def clauses(self, text: str) -> list[list[Clause]]:
        """The clauses of each sentence of a text."""
        return [self.words.grammar.clauses(sentence) for sentence in sentences(text)]

    def mentions(self, sense: Sense, clauses: Iterable[Clause]) -> bool:
        """Whether one of the clauses names this, be it affirmed or denied."""
        return any(self.words.grammar.mentions(sense, clause) for clause in clauses)

    def says(self, sense: Sense, clauses: Iterable[Clause]) -> str:
        """The words by which the first of the clauses that does so means this; empty where none does."""
        return next(filter(None, (self.words.grammar.says(sense, clause) for clause in clauses)), "")

    def text_says(self, sense: Sense, text: str) -> str:
        """The same of a whole text."""
        return self.says(sense, chain.from_iterable(self.clauses(text)))

    def text_mentions(self, sense: Sense, text: str) -> bool:
        """Whether a whole text names this."""
        return self.mentions(sense, chain.from_iterable(self.clauses(text)))

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
    """Every remark, in the order of its place: a warning, or a note where the header's ``care.allow`` answers it.

    A note at the top names the rules that can't read the script's language.
    """
    reading = Reading(document, timeline)
    known = _language(document) in WORDS
    remarks = {
        _remark(rule, place, what, document.meta.care.allow.get(rule.name))
        for rule in RULES
        if known or not rule.worded
        for place, what in rule.find(reading)
    }
    if not known:
        unread = ", ".join(rule.name for rule in RULES if rule.worded)
        message = f"care is read in {LANGUAGES}; in '{document.meta.language}' these rules were not read: {unread}"
        remarks.add(Remark(reading.top, message, "language", "note"))
    return tuple(sorted(remarks))


def _remark(rule: Rule, place: Place, what: str, answer: str | None) -> Remark:
    if answer is not None:
        return Remark(place, f"{what}; the header's answer: {answer}", rule.name, "note")
    return Remark(place, f"{what}: {rule.because}; {rule.mend}", rule.name)


def eyes_choice(reading: Reading) -> Iterator[Finding]:
    """In the first minute, a sentence about the eyes leaves them a choice; none takes it back."""
    words = reading.words
    if not _offered(reading, reading.opening, words.eyes, words.eyes_choice):
        yield from _at_first(reading.timeline.speech, "no choice about the eyes in the first minute")
    yield from _taken_back(reading, words.eyes, words.eyes_choice, words.eyes_taken)


def posture_choice(reading: Reading) -> Iterator[Finding]:
    """In the first minute, a sentence about sitting, lying or moving leaves a choice; none takes it back."""
    words = reading.words
    if not _offered(reading, reading.opening, words.posture, words.posture_choice):
        yield from _at_first(reading.timeline.speech, "no choice about posture in the first minute")
    yield from _taken_back(reading, words.posture, words.posture_choice, words.posture_taken)


def leave_to_stop(reading: Reading) -> Iterator[Finding]:
    """In the first minute, a sentence gives leave to stop; none takes it back."""
    words = reading.words
    if not _offered(reading, reading.opening, words.stop, words.stop_choice):
        yield from _at_first(reading.timeline.speech, "no leave to stop in the first minute")
    yield from _taken_back(reading, words.stop, words.stop_choice, words.stop_taken)


def again_before_hardest(reading: Reading) -> Iterator[Finding]:
    """A moderate or strong script gives leave to stop again, after its first minute and before its last third.

    Nobody but its writer knows which part is the hardest; it is taken to end no sooner than the last third begins.
    """
    if not reading.stirring:
        return
    last_third_ms = reading.timeline.length_ms * 2 // 3
    after_opening = reading.timeline.speech[len(reading.opening) :]
    middle = [said for said in after_opening if said.start_ms < last_third_ms]
    if not _offered(reading, middle, reading.words.stop, reading.words.stop_choice):
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
        if reading.text_says(reading.words.ground, said.text):
            grounded_ms += end_ms - said.start_ms
    if grounded_ms < GROUNDING_MS:
        what = f"{format_duration(grounded_ms // SECOND * SECOND)} of grounding before the close"
        yield reading.timeline.speech[-1].place, what if grounded_ms >= SECOND else "no grounding before the close"


def touch_another_way(reading: Reading) -> Iterator[Finding]:
    """Touch has another way near it: an "or" in the same utterance, or words of the kind within two utterances.

    An option of a ``[choose]`` that has another option without touch is one way of several.
    """
    texts, touch = reading.texts, reading.words.touch
    chosen: set[Place] = set()
    for item in reading.document.walk():
        if isinstance(item, Choose):
            options = [[inner for inner in _flat(option.items) if isinstance(inner, Say)] for option in item.options]
            if any(not any(reading.text_says(touch, _text(say)) for say in option) for option in options):
                chosen |= {say.place for option in options for say in option}
    for number, (place, text) in enumerate(texts):
        if place in chosen or not reading.text_says(touch, text) or reading.text_mentions(reading.words.either, text):
            continue
        near = " ".join(said for _, said in texts[max(0, number - NEAR) : number + NEAR + 1])
        if not reading.text_mentions(reading.words.otherwise, near):
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
            for clauses in reading.clauses(_text(item)):
                if reading.says(words.ground, clauses) and not reading.mentions(words.posture, clauses):
                    return
        spoken = isinstance(item, Say) and reading.text_says(words.breath, _text(item))
        if first is None and (isinstance(item, Breath) or spoken):
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
    for place, found in _stated(reading, reading.words.cure):
        yield place, f"'{found}' sounds like the promise of a cure"


def no_medical_advice(reading: Reading) -> Iterator[Finding]:
    """Nobody is told to stop, skip, change or do without a treatment."""
    for place, found in _stated(reading, reading.words.medical_advice):
        yield place, f"'{found}' sounds like advice about treatment"


def no_forced_breath(reading: Reading) -> Iterator[Finding]:
    """Nobody is told to hold their breath, or to force it."""
    for place, found in _stated(reading, reading.words.forced_breath):
        yield place, f"'{found}' holds or forces the breath"


def breath_pace(reading: Reading) -> Iterator[Finding]:
    """A ``[breath]`` of its own pace is neither panting nor holding out."""
    for item in reading.document.walk():
        if isinstance(item, Breath) and item.in_ms is not None and item.out_ms is not None:
            breath_ms = item.in_ms + item.out_ms
            if not SHORTEST_BREATH_MS <= breath_ms <= LONGEST_BREATH_MS:
                pace = "fast" if breath_ms < SHORTEST_BREATH_MS else "slow"
                yield item.place, f"{format_duration(breath_ms)} for a breath in and out is very {pace}"


def no_reliving(reading: Reading) -> Iterator[Finding]:
    """Nobody is sent back to the worst that happened to them, but in a strong script, which says what it needs."""
    if reading.document.meta.care.intensity != "strong":
        for place, found in _stated(reading, reading.words.reliving):
            yield place, f"'{found}' leads back to the worst"


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
        "no-medical-advice", no_medical_advice, "to change a treatment unadvised can be dangerous",
        "leave it to the listener and whoever treats them",
    ),
    Rule(
        "no-forced-breath", no_forced_breath, "a held or forced breath can bring dizziness, or panic",
        "let the breath come and go as it does",
    ),
    Rule(
        "breath-pace", breath_pace, "it can bring dizziness, or panic",
        "write one like [breath 4 in 4s out 6s], or [breath 4] for the listener's own pace", worded=False,
    ),
    Rule(
        "no-reliving", no_reliving, "whoever is thrown back into it unprepared can be hurt by it again",
        "ask for something mild, about a three of ten",
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


def _offered(reading: Reading, said: Iterable[SpokenSentence], about: Sense, choice: Sense) -> bool:
    """Whether one sentence names this and leaves a choice."""
    return any(
        reading.mentions(about, clauses) and reading.says(choice, clauses)
        for one in said
        for clauses in reading.clauses(one.text)
    )


def _taken_back(reading: Reading, about: Sense, choice: Sense, taken: Sense) -> Iterator[Finding]:
    """Sentences that take a choice back, where they or the sentence before them name what it is about."""
    named_before = False
    for place, text in reading.texts:
        for clauses in reading.clauses(text):
            named = reading.mentions(about, clauses)
            found = reading.says(taken, (clause for clause in clauses if clause.stands))
            if found and (named or named_before) and not reading.says(choice, clauses):
                yield place, f"'{found}' takes the choice back"
            named_before = named


def _stated(reading: Reading, sense: Sense) -> Iterator[Finding]:
    """Where text, title, summary or a slot's default states this itself, and in which words."""
    meta = reading.document.meta
    defaults = [slot.default for slot in meta.slots.values() if isinstance(slot.default, str)]
    for place, text in [*((reading.top, text) for text in (meta.title, meta.summary, *defaults)), *reading.texts]:
        standing = (clause for clause in chain.from_iterable(reading.clauses(text)) if clause.stands)
        if found := reading.says(sense, standing):
            yield place, found


def _at_first(said: Sequence[SpokenSentence], what: str) -> Iterator[Finding]:
    if said:
        yield said[0].place, what

"""The sentences of a session: a script's own with its slots filled, as they are written and as they are spoken."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby

from synth.errors import RequestError
from synth.personalise import phrases
from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Person
from synth.personalise.name_language import guess_language
from synth.personalise.phrases import Phrase
from synth.personalise.say_as import SayAs, SayAsSpan
from synth.personalise.session import PronunciationHint, Style, Utterance
from synth.personalise.slots import (
    FilledSlots,
    SlotValue,
    SpokenPiece,
    person_value,
    say_as_of,
    spoken_name,
)
from synth.personalise.usage import Usage
from synth.script.document import Fill, Say
from synth.script.markers import MAX_UTTERANCES
from synth.script.parse import MAX_IN_UTTERANCE
from synth.source import Place
from synth.wording import one_line

_NAME_WORD = re.compile(r"[^\s.,;:!?()\"“”„«»/-]+")

Variables = Mapping[str, Phrase | Person]
"""What the variable of each open ``[each]`` stands for."""


class UtteranceBuilder:
    """Builds the utterances of one session, in ``language``; ``listener`` are the listener's pronouns.

    ``usage`` tells what was said. Its methods raise RequestError where a value does not fit, and beyond
    ``MAX_UTTERANCES`` utterances.
    """

    def __init__(self, slots: FilledSlots, language: str, listener: phrases.Pronouns, lexicon: Lexicon) -> None:
        secular = slots.values.get("secular")
        self._secular = secular is not None and secular.text == "yes"
        self._slots = slots
        self._language = language
        self._listener = listener
        self._lexicon = lexicon
        self.usage = Usage()
        self._count = 0

    def say(self, say: Say, variables: Variables, style: Style) -> Utterance:
        """The utterance of a ``Say``; personal where there is a ``Fill`` in it."""
        values = [self._value(part, variables) for part in say.parts]
        return self._built(values, any(isinstance(part, Fill) for part in say.parts), style, say.place)

    def own(self, words: str, style: Style, place: Place) -> Utterance:
        """An utterance of words without slots."""
        return self._built([SlotValue(words, words)], False, style, place)

    def _built(self, values: Iterable[SlotValue], personal: bool, style: Style, place: Place) -> Utterance:
        values = tuple(values)
        spoken, hints = self._spoken(values)
        self._count += 1
        if self._count > MAX_UTTERANCES:
            raise RequestError(f"{place}: this script would say more than {MAX_UTTERANCES} utterances; repeat less")
        if len(spoken) > MAX_IN_UTTERANCE:
            raise RequestError(f"{place}: more than {MAX_IN_UTTERANCE} characters in one utterance; shorten the value")
        if not any(map(str.isalnum, spoken)):
            raise RequestError(f"{place}: there is nothing to say in '{spoken}'")
        names = tuple(dict.fromkeys(value.name for value in values if value.name is not None))
        return Utterance("".join(value.text for value in values), spoken, personal, style, place, names, hints)

    def _spoken(self, values: Iterable[SlotValue]) -> tuple[str, tuple[PronunciationHint, ...]]:
        """What a say_as says as it does, all else as the lexicon does, over the borders of slots; then guesses."""
        pieces = (piece for value in values for piece in value.pieces())
        spoken = _HintedText(self._language)
        for by_hand, run in groupby(pieces, key=lambda piece: piece.say_as is not None):
            if by_hand:
                for piece in run:
                    spoken.add(piece.text, piece.say_as)
            else:
                self._add_by_lexicon(tuple(run), spoken)
        return spoken.text, tuple(spoken.hints)

    def _add_by_lexicon(self, pieces: tuple[SpokenPiece, ...], spoken: "_HintedText") -> None:
        """Adds what no say_as says: words of the lexicon, names whose letters tell their language, and the rest."""
        composed = tuple(replace(piece, text=unicodedata.normalize("NFC", piece.text)) for piece in pieces)
        matches = self._lexicon.find("".join(piece.text for piece in composed))
        if matches:
            pieces = composed
        text = "".join(piece.text for piece in pieces)
        guesses = (guess for guess in self._guesses(pieces) if not any(_overlap(guess, match) for match in matches))
        end = 0
        for found in sorted((*matches, *guesses), key=lambda span: span.start):
            spoken.add(text[end : found.start])
            spoken.add(text[found.start : found.end], found.say_as, guessed=found.guessed)
            end = found.end
        spoken.add(text[end:])

    def _guesses(self, pieces: Iterable[SpokenPiece]) -> Iterator[SayAsSpan]:
        start = 0
        for piece in pieces:
            for word in _NAME_WORD.finditer(piece.text) if piece.is_name else ():
                if language := guess_language(word[0], piece.text):
                    yield SayAsSpan(start + word.start(), start + word.end(), SayAs(language=language), guessed=True)
            start += len(piece.text)

    def _value(self, part: str | Fill, variables: Variables) -> SlotValue:
        if isinstance(part, str):
            return SlotValue(part, part)
        one = variables.get(part.slot)
        if isinstance(one, Person):
            self.usage.people.add(one.name)
            return person_value(one)
        if one is not None:
            self.usage.phrases.add(phrases.phrase_text(one))
            return self._phrase(one, variables.get(part.person), part.person)
        if part.slot not in self._slots.values:
            raise RequestError(
                f"{part.place}: the slot '{part.slot}' has no value here; put this in [if {part.slot}] … [end]"
            )
        self.usage.slots.add(part.slot)
        return self._slots.values[part.slot]

    def _phrase(self, phrase: Phrase, somebody: Phrase | Person | None, person: str) -> SlotValue:
        """A phrase said to ``somebody`` by name, or else to ``person``, one of ``PERSONS``."""
        if not isinstance(somebody, Person):
            to = phrases.address(person, self._listener, secular=self._secular)
            text = phrases.say_to(phrase, to, self._language)
            return SlotValue(text, text)
        self.usage.people.add(somebody.name)
        pronouns = phrases.read_pronouns(somebody.pronouns)
        say_as = say_as_of(somebody.say_as)
        written, spoken = (
            phrases.say_to(phrase, phrases.address_by_name(one_line(name), pronouns), self._language)
            for name in (somebody.name, spoken_name(somebody.name, say_as))
        )
        is_said = one_line(somebody.name).casefold() in written.casefold()
        return SlotValue(written, spoken, somebody.name, say_as) if is_said else SlotValue(written, spoken)


class _HintedText:
    """What is spoken, as it grows; a language that is the script's own is no hint."""

    def __init__(self, language: str) -> None:
        self._language = language.split("-")[0]
        self.text = ""
        self.hints: list[PronunciationHint] = []

    def add(self, text: str, say_as: SayAs | None = None, *, guessed: bool = False) -> None:
        start = len(self.text)
        self.text += text if say_as is None else spoken_name(text, say_as)
        if say_as is None or say_as.respelling or (say_as.language or "").split("-")[0] == self._language:
            return
        self.hints.append(PronunciationHint(start, len(self.text), say_as.ipa, say_as.language, guessed))


def _overlap(one: SayAsSpan, other: SayAsSpan) -> bool:
    return one.start < other.end and other.start < one.end

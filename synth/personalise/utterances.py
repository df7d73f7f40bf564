"""The sentences of a session: a script's own with its slots filled, as they are written and as they are spoken."""

from collections.abc import Iterable, Mapping
from itertools import groupby

from synth.errors import RequestError
from synth.personalise import phrases
from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Person
from synth.personalise.phrases import Phrase
from synth.personalise.session import Style, Utterance
from synth.personalise.slots import FilledSlots, SlotValue, person_value
from synth.script.document import Fill, Say
from synth.script.markers import MAX_UTTERANCES
from synth.script.parse import MAX_IN_UTTERANCE
from synth.source import Place
from synth.wording import one_line

Variables = Mapping[str, Phrase | Person]
"""What the variable of each open ``[each]`` stands for."""


class UtteranceBuilder:
    """Builds the utterances of one session, in ``language``; ``listener`` are the listener's pronouns.

    Its methods raise RequestError where a value does not fit, and beyond ``MAX_UTTERANCES`` utterances.
    """

    def __init__(self, slots: FilledSlots, language: str, listener: phrases.Pronouns, lexicon: Lexicon) -> None:
        self._slots = slots
        self._language = language
        self._listener = listener
        self._lexicon = lexicon
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
        spoken = self._spoken(values)
        self._count += 1
        if self._count > MAX_UTTERANCES:
            raise RequestError(f"{place}: this script would say more than {MAX_UTTERANCES} utterances; repeat less")
        if len(spoken) > MAX_IN_UTTERANCE:
            raise RequestError(f"{place}: more than {MAX_IN_UTTERANCE} characters in one utterance; shorten the value")
        if not any(map(str.isalnum, spoken)):
            raise RequestError(f"{place}: there is nothing to say in '{spoken}'")
        names = tuple(dict.fromkeys(name for value in values for name in value.names))
        return Utterance("".join(value.text for value in values), spoken, personal, style, place, names)

    def _spoken(self, values: Iterable[SlotValue]) -> str:
        """What is spelled by hand as it is, all else spelled by the lexicon, over the borders of slots."""
        pieces = (piece for value in values for piece in value.pieces())
        spoken = ""
        for by_hand, run in groupby(pieces, key=lambda piece: piece[0]):
            words = "".join(piece for _, piece in run)
            spoken += words if by_hand else self._lexicon.spoken(words)
        return spoken

    def _value(self, part: str | Fill, variables: Variables) -> SlotValue:
        if isinstance(part, str):
            return SlotValue(part, part)
        one = variables.get(part.slot)
        if isinstance(one, Person):
            return person_value(one)
        if one is not None:
            return self._phrase(one, variables.get(part.person), part.person)
        if part.slot not in self._slots.values:
            raise RequestError(
                f"{part.place}: the slot '{part.slot}' has no value here; put this in [if {part.slot}] … [end]"
            )
        return self._slots.values[part.slot]

    def _phrase(self, phrase: Phrase, somebody: Phrase | Person | None, person: str) -> SlotValue:
        """A phrase said to ``somebody`` by name, or else to ``person``, one of ``PERSONS``."""
        if not isinstance(somebody, Person):
            text = phrases.say_to(phrase, phrases.address(person, self._listener), self._language)
            return SlotValue(text, text)
        pronouns = phrases.read_pronouns(somebody.pronouns)
        written, spoken = (
            phrases.say_to(phrase, phrases.address_by_name(one_line(name), pronouns), self._language)
            for name in (somebody.name, somebody.say_as or somebody.name)
        )
        is_said = one_line(somebody.name).casefold() in written.casefold()
        return SlotValue(written, spoken, one_line(somebody.say_as or "") or None, (somebody.name,) if is_said else ())

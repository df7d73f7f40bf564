"""What will be played, and how it bends. Pure, in whole milliseconds.

A Program is a way in legs: those behind took the time they took, those ahead take the time they were given. Every move
makes another Program of it, from a moment on; what was heard before that moment stays as it was. Laid out by the same
hand as a track, and with nothing moved, it is the track's timeline.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from synth.bells import ring_through
from synth.errors import Place
from synth.library import Ring
from synth.live.view import Question
from synth.personalise import Beat, Session, Utterance
from synth.script import Bed, Bell, Breath, Mark, Pause, Wait
from synth.timeline import (
    Speech,
    SpeechLength,
    Step,
    Strike,
    Timeline,
    lengths_of,
    place,
    share_out,
    steps_of,
    tail_ms,
)
from synth.units import MINUTE

CROSSFADE_MS = 300
"""In which the sound before a move gives way to the sound after it; nothing begins meanwhile that the move brings."""

RETURN_MS = 1_000
"""In which the sound comes back; a sentence that was held begins again behind it."""

STAY_MS = 1 * MINUTE
ANSWER_MS = 1 * MINUTE
"""How long a number is waited for."""

BED_BACK_MS = 4_000
HOME = "home"
GO_ON_OR_CLOSE = Question("Go on, or close?")


@dataclass(frozen=True, slots=True)
class Leg:
    """A step on the way: how long it takes, which of the score's it is (None: a rest that a move put in), and what the
    listener is asked in it.
    """

    step: Step
    length_ms: int
    number: int | None = None
    asks: Question | None = None

    @property
    def utterance(self) -> Utterance | None:
        """What is said in it."""
        match self.step.item:
            case Utterance() as utterance:
                return utterance
            case Beat(utterance=utterance):
                return utterance
            case _:
                return None

    @property
    def silent(self) -> bool:
        """Whether it is a silence all through."""
        return isinstance(self.step.item, Pause | Breath | Wait)

    @property
    def cut(self) -> bool:
        """Whether a move ended it within its sentence."""
        return self.utterance is not None and self.length_ms < self.step.said_ms

    def taking(self, length_ms: int) -> "Leg":
        """The same, of just this length."""
        return replace(self, step=replace(self.step, least_ms=length_ms, most_ms=length_ms), length_ms=length_ms)

    def resting_from(self) -> int:
        """When, from its beginning, nothing is said or struck in it any more."""
        match self.step.item:
            case Bell() as bell:
                return (bell.strikes - 1) * self.step.said_ms + 1
            case Utterance() | Beat():
                return self.step.said_ms
            case _:
                return 0


Moved = tuple["Program", str]
"""What comes of a move, the same Program where it can't be made; and a few words on it."""


@dataclass(frozen=True)
class Program:
    """A session as it is played: ``legs`` are the way, behind and ahead.

    ``score`` is every step of the session and, from number ``ground_from`` on, what grounds. ``asked_ms`` is how long
    the way shall be, ``opening`` the bed it begins with, ``strikes`` the bells beside it.
    """

    session: Session
    ring: Callable[[str], Ring]
    score: tuple[Leg, ...]
    ground_from: int
    legs: tuple[Leg, ...]
    asked_ms: int
    opening: Bed | None
    strikes: tuple[Strike, ...] = ()

    @classmethod
    def begin(
        cls,
        session: Session,
        speech_ms: SpeechLength,
        ring: Callable[[str], Ring],
        *,
        room_ms: int = 0,
        start_at: int = 0,
        ground: Session | None = None,
    ) -> "Program":
        """A session from its item number ``start_at`` on; ``ground`` is what there is to ground with.

        ``room_ms`` is how long the room rings on behind the voice. Raises RequestError where the length asked is out of
        reach, or a bell can't ring where it should.
        """
        steps = steps_of(session, speech_ms, ring, room_ms)
        score = [
            Leg(step, length, number, _asked(step))
            for number, (step, length) in enumerate(zip(steps, lengths_of(session, steps), strict=True))
        ]
        grounding = list(_grounding(ground, speech_ms, ring, len(score))) if ground else []
        first = min(start_at, len(score) - 1)
        legs = tuple(score[first:])
        opening = _bed_before(score[:first], session.bed)
        program = cls(session, ring, (*score, *grounding), len(score), legs, 0, opening)
        program = replace(program, asked_ms=program.way_ms)
        return program._rung(0 if start_at else None)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """When each leg begins, and when the last one ends."""
        return tuple(accumulate((leg.length_ms for leg in self.legs), initial=0))

    @cached_property
    def timeline(self) -> Timeline:
        """All that was and will be heard."""
        placed = place(self._opened, [leg.step for leg in self.legs], [leg.length_ms for leg in self.legs])
        return _with_strikes(placed, self.strikes)

    @property
    def cut(self) -> frozenset[int]:
        """When the sentences began that a move ended."""
        return frozenset(start for leg, start in zip(self.legs, self.starts, strict=False) if leg.cut)

    @property
    def way_ms(self) -> int:
        """The time of all legs and of what comes behind the last."""
        return self.starts[-1] + tail_ms(self._opened, [leg.step for leg in self.legs])

    @property
    def _opened(self) -> Session:
        return replace(self.session, bed=self.opening)

    def under_way(self, now_ms: int) -> int:
        """Which leg is under way; behind the last one, how many there are."""
        return bisect_right(self.starts, now_ms) - 1 if now_ms < self.starts[-1] else len(self.legs)

    def leg_at(self, now_ms: int) -> Leg | None:
        """The leg that is under way; None behind the last one."""
        return next(iter(self.legs[self.under_way(now_ms) :]), None)

    def number_at(self, now_ms: int) -> int:
        """Which of the session's items is under way, or was last."""
        numbers = (leg.number for leg in reversed(self.legs[: self.under_way(now_ms) + 1]))
        return next((n for n in numbers if n is not None and n < self.ground_from), 0)

    def section_at(self, now_ms: int) -> int:
        """The number of the section."""
        return self.legs[min(self.under_way(now_ms), len(self.legs) - 1)].step.section

    def speaking(self, now_ms: int) -> bool:
        """Whether a sentence is being said."""
        leg, into_ms = self._standing(now_ms)
        return leg is not None and leg.utterance is not None and into_ms < leg.step.said_ms

    def question(self, now_ms: int) -> Question | None:
        """What the listener is asked: in its silence, and a number while it is being asked for, too."""
        here = self.under_way(now_ms)
        for leg in self.legs[here : here + 2]:
            if leg.asks and (leg is self.legs[here] or (leg.asks.most is not None and self.speaking(now_ms))):
                return leg.asks
        return None

    def sentences_at(self, now_ms: int) -> tuple[str, str, tuple[str, ...]]:
        """What was said last, what is being said (nothing in a silence), and the next three."""
        speech, starts = self._speech
        begun = bisect_right(starts, now_ms)
        texts = [cue.utterance.text for cue in speech[max(0, begun - 2) : begun + 3]]
        before, coming = texts[: min(begun, 2)], tuple(texts[min(begun, 2) :])
        if begun and now_ms < speech[begun - 1].end_ms:
            return (before[-2] if begun > 1 else ""), before[-1], coming
        return (before[-1] if begun else ""), "", coming

    @cached_property
    def _speech(self) -> tuple[tuple[Speech, ...], list[int]]:
        speech = self.timeline.speech
        return speech, [cue.start_ms for cue in speech]

    def to_say(self, now_ms: int) -> Iterable[Utterance]:
        """Every sentence that may still be said, those that come next first."""
        ahead = self.legs[self.under_way(now_ms) :]
        return (leg.utterance for leg in (*ahead, *self.score[self.ground_from :], *self.score) if leg.utterance)

    # --- moves ------------------------------------------------------------------------------------------------------

    def stay(self, now_ms: int) -> Moved:
        """A minute more in the silence under way, or in the one behind what is being said."""
        legs = list(self.legs)
        here = self.under_way(now_ms)
        leg, into_ms = self._standing(now_ms)
        if leg is None:
            legs.append(_rest(now_ms - self.starts[-1] + STAY_MS, legs[-1]))
        elif leg.silent or (isinstance(leg.step.item, Beat) and into_ms >= leg.step.said_ms):
            legs[here] = leg.taking(leg.length_ms + STAY_MS)
        else:
            behind = here + 1
            while behind < len(legs) and isinstance(legs[behind].step.item, Bed | Mark):
                behind += 1
            if behind < len(legs) and legs[behind].silent:
                legs[behind] = legs[behind].taking(legs[behind].length_ms + STAY_MS)
            else:
                legs.insert(here + 1, _rest(STAY_MS, leg))
        return self._bent(now_ms, legs), "staying a minute longer"

    def on(self, now_ms: int) -> Moved:
        """What is heard next, now; it is for silences."""
        leg, into_ms = self._standing(now_ms)
        if leg is None:
            return self, "this is the end"
        if into_ms < leg.resting_from():
            return self, "this is for silences"
        future = list(self.legs[self.under_way(now_ms) + 1 :])
        heard = next(
            (n for n, leg in enumerate(future) if leg.utterance or isinstance(leg.step.item, Bell)), len(future)
        )
        kept = [leg for leg in future[:heard] if not leg.silent]
        return self._going_on(now_ms, [*kept, *future[heard:]]), "going on"

    def again(self, now_ms: int) -> Moved:
        """The sentence that is or was last being said, once more."""
        here = self.under_way(now_ms)
        spoken = [n for n, leg in enumerate(self.legs[: here + 1]) if leg.utterance]
        if not spoken:
            return self, "nothing has been said yet"
        repeated = [
            _in_section(self.score[leg.number], leg.step.section)
            for leg in self.legs[spoken[-1] : here + 1]
            if leg.number is not None
        ]
        return self._going_on(now_ms, [*repeated, *self.legs[here + 1 :]]), "once more"

    def back(self, now_ms: int) -> Moved:
        """The step before this one: a sentence, a breath, a wait or a bell; and on from there."""
        here = self._number(now_ms)
        first = self.ground_from if here >= self.ground_from else 0
        stops = [n for n in range(first, here + 1) if self._is_stop(n)]
        if len(stops) < 2:
            return self, "this is the first step"
        return self._going_on(now_ms, self._from(stops[-2], now_ms)), "one step back"

    def next(self, now_ms: int) -> Moved:
        """The next section."""
        here = self.section_at(now_ms)
        later = [leg.number for leg in self.score[: self.ground_from] if leg.step.section > here]
        if not later:
            return self, "this is the last section"
        return self._going_on(now_ms, self._from(later[0] or 0, now_ms)), "the next section"

    def home(self, now_ms: int) -> Moved:
        """The last ``[mark home]`` that was passed; and on from there."""
        marks = [
            n for n, leg in enumerate(self.score) if isinstance(leg.step.item, Mark) and leg.step.item.name == HOME
        ]
        passed = [n for n in marks if n <= self.number_at(now_ms)]
        if not passed:
            return self, "there is no place to return to" + (" yet" if marks else "")
        return self._going_on(now_ms, self._from(passed[-1], now_ms)), "back to what felt safe"

    def ground(self, now_ms: int) -> Moved:
        """What grounds, and then the question whether to go on."""
        grounding = self.score[self.ground_from :]
        if not grounding:
            return self, "there is nothing here to ground with"
        if self._number(now_ms) >= self.ground_from:
            return self, "this is to ground you"
        section = self.section_at(now_ms)
        future = [_in_section(leg, section) for leg in grounding]
        return self._going_on(now_ms, [*future, *self.legs[self.under_way(now_ms) + 1 :]]), "grounding"

    def close(self, now_ms: int) -> Moved:
        """The last section; where there is only one, the last bell."""
        own = self.score[: self.ground_from]
        here = self.number_at(now_ms)
        first = next(n for n, leg in enumerate(own) if leg.step.section == own[-1].step.section)
        if first == 0:
            first = next((n for n in reversed(range(len(own))) if isinstance(own[n].step.item, Bell)), len(own))
        if here < first:
            return self._going_on(now_ms, own[first:]), "closing gently"
        if self._number(now_ms) >= self.ground_from:
            return self.go_on(now_ms), "closing gently"
        return self, "this is the close already"

    def strike(self, now_ms: int) -> Moved:
        """A stroke of the session's bell, beside all else."""
        style, bells = self.session.meta.bell, self.session.bells
        sound = bells.sound if bells else style.sound
        stroke = Strike(now_ms, now_ms + self.ring(sound).ring_ms, sound, style.level, self.section_at(now_ms), line=1)
        return replace(self, strikes=(*self.strikes, stroke))._rung_out(), "a bell"

    # --- what is no key's ---------------------------------------------------------------------------------------------

    def restarted(self, now_ms: int) -> "Program":
        """The sentence under way from its beginning, once the sound has come back; in a silence, nothing changes."""
        leg, _ = self._standing(now_ms)
        if leg is None or not self.speaking(now_ms):
            return self
        return self._going_on(now_ms, self.legs[self.under_way(now_ms) :], RETURN_MS)

    def go_on(self, now_ms: int) -> "Program":
        """The answer was given: what comes behind its silence, or behind what grounds."""
        here = self.under_way(now_ms)
        future = list(self.legs[here + 1 :])
        if self._number(now_ms) >= self.ground_from:
            future = [leg for leg in future if leg.number is None or leg.number < self.ground_from]
        elif future and future[0].asks and not self.legs[here].asks:
            legs = [*self.legs[: here + 1], _rest(RETURN_MS, future[0]), *future[1:]]
            return self._bent(now_ms, legs)
        return self._going_on(now_ms, future)

    def waited(self, now_ms: int, more_ms: int) -> "Program":
        """The answer is waited for so much longer; a number no longer than ``ANSWER_MS`` in all."""
        here = self.under_way(now_ms)
        leg = self.legs[here]
        length = leg.length_ms + more_ms
        if leg.asks and leg.asks.most is not None:
            length = max(leg.length_ms, min(length, ANSWER_MS))
        if length == leg.length_ms:
            return self
        return self._bent(now_ms, [*self.legs[:here], leg.taking(length), *self.legs[here + 1 :]])

    def later(self, now_ms: int, index: int, more_ms: int) -> "Program":
        """A leg that isn't ready so much later; pauses behind it make up for that as soon as it is."""
        legs = list(self.legs)
        before = legs[index - 1] if index else None
        if before and before.number is None and before.silent:
            legs[index - 1] = before.taking(before.length_ms + more_ms)
        else:
            legs.insert(index, _rest(more_ms, legs[index]))
        return replace(self, legs=tuple(legs))._rung(now_ms)

    def learned(self, now_ms: int, speech_ms: SpeechLength, room_ms: int = 0) -> "Program":
        """The way with lengths of speech that are known better; elastic pauses ahead keep it as long as it shall be.

        Nothing changes within ``CROSSFADE_MS``.
        """
        here = self.under_way(now_ms)
        ahead = here if here == len(self.legs) or self.starts[here] == now_ms else here + 1
        score = [_known(leg, speech_ms, room_ms) for leg in self.score]
        legs = [*self.legs[:ahead], *(_known(leg, speech_ms, room_ms) for leg in self.legs[ahead:])]
        least = [leg.length_ms for leg in legs[:ahead]] + [leg.step.least_ms for leg in legs[ahead:]]
        most = [leg.length_ms for leg in legs[:ahead]] + [leg.step.most_ms for leg in legs[ahead:]]
        if here < ahead:
            leg, soonest = legs[here], now_ms - self.starts[here] + CROSSFADE_MS
            if leg.length_ms > soonest and leg.step.least_ms != leg.step.most_ms:
                least[here], most[here] = max(leg.step.least_ms, soonest), leg.step.most_ms
        wanted = max(sum(least), self.asked_ms - tail_ms(self._opened, [leg.step for leg in legs]))
        if None not in most:
            wanted = min(wanted, sum(high for high in most if high is not None))
        lengths = share_out(wanted, least, most, [leg.step.weight for leg in legs])
        legs = [replace(leg, length_ms=length) for leg, length in zip(legs, lengths, strict=True)]
        for leg in legs[ahead:]:
            if leg.number is not None and leg.step == score[leg.number].step:
                score[leg.number] = replace(score[leg.number], length_ms=leg.length_ms)
        return replace(self, score=tuple(score), legs=tuple(legs))._rung(now_ms)

    # --- how it is done -----------------------------------------------------------------------------------------------

    def _standing(self, now_ms: int) -> tuple[Leg | None, int]:
        """The leg that is under way, and how much of it is behind."""
        here = self.under_way(now_ms)
        return (self.legs[here] if here < len(self.legs) else None), now_ms - self.starts[here]

    def _number(self, now_ms: int) -> int:
        """Which step of the score, what grounds included, is under way or was last."""
        numbers = (leg.number for leg in reversed(self.legs[: self.under_way(now_ms) + 1]))
        return next((n for n in numbers if n is not None), 0)

    def _is_stop(self, number: int) -> bool:
        """Whether 'back' comes to this step; cued breaths are one."""
        match self.score[number].step.item:
            case Utterance() | Bell() | Breath() | Wait():
                return True
            case Beat():
                return number == 0 or not isinstance(self.score[number - 1].step.item, Beat)
            case _:
                return False

    def _from(self, number: int, now_ms: int) -> list[Leg]:
        """The score from a number on; from one that grounds, with what was to come behind it."""
        if number < self.ground_from:
            return list(self.score[number : self.ground_from])
        section = self.section_at(now_ms)
        ahead = self.legs[self.under_way(now_ms) + 1 :]
        resumed = [leg for leg in ahead if leg.number is None or leg.number < self.ground_from]
        return [*(_in_section(leg, section) for leg in self.score[number:]), *resumed]

    def _going_on(self, now_ms: int, future: Sequence[Leg], rest_ms: int = CROSSFADE_MS) -> "Program":
        """The way with another future, which begins when what was heard has given way; its bed comes back with it."""
        here = self.under_way(now_ms)
        behind = list(self.legs[:here])
        if now_ms > self.starts[here]:
            begun = self.legs[here] if here < len(self.legs) else _rest(0, self.legs[-1])
            behind.append(begun.taking(now_ms - self.starts[here]))
        near = self.legs[min(here, len(self.legs) - 1)]
        return self._bent(now_ms, [*behind, *self._bed_back(behind, future), _rest(rest_ms, near), *future])

    def _bed_back(self, behind: Sequence[Leg], future: Sequence[Leg]) -> list[Leg]:
        """The change to the bed that sounds where the future begins, where another one does now."""
        number = next((leg.number for leg in future if leg.number is not None and leg.number < self.ground_from), None)
        if number is None:
            return []
        wanted = _bed_before(self.score[:number], self.session.bed)
        heard = _bed_before(behind, self.opening)
        if _sounding(wanted) == _sounding(heard):
            return []
        at = _place_of(self.score[number])
        change = replace(wanted, fade_ms=BED_BACK_MS) if wanted else Bed(None, 0, BED_BACK_MS, at)
        return [Leg(Step(change, self.score[number].step.section, 0, 0, after_ms=BED_BACK_MS), 0)]

    def _bent(self, now_ms: int, legs: Sequence[Leg]) -> "Program":
        """The way of other legs; it shall be as much longer or shorter as they are."""
        bent = replace(self, legs=tuple(legs))
        return replace(bent, asked_ms=self.asked_ms + bent.way_ms - self.way_ms)._rung(now_ms)

    def _rung(self, now_ms: int | None) -> "Program":
        """With the bells through the sitting that are still to come; from the beginning where ``now_ms`` is None."""
        bells = self.session.bells
        begun = tuple(strike for strike in self.strikes if now_ms is not None and strike.start_ms <= now_ms)
        silent = replace(self, strikes=begun)
        if not bells:
            return silent._rung_out()
        rung = ring_through(silent.timeline, bells, self.ring, now_ms)
        added = [strike for strike in rung.strikes if strike not in silent.timeline.strikes]
        return replace(self, strikes=(*begun, *added))._rung_out()

    def _rung_out(self) -> "Program":
        """As long as bells still ring that the way does not wait for itself."""
        end = max((s.start_ms + self.ring(s.sound).sound_ms for s in self.timeline.strikes), default=0)
        if end <= self.timeline.duration_ms:
            return self
        longer = replace(self, legs=(*self.legs, _rest(end - self.starts[-1], self.legs[-1])))
        return replace(longer, asked_ms=self.asked_ms + longer.way_ms - self.way_ms)


def _asked(step: Step) -> Question | None:
    rating = step.item.asks if isinstance(step.item, Pause) else None
    return Question(rating.question, rating.least, rating.most) if rating else None


def _grounding(ground: Session, speech_ms: SpeechLength, ring: Callable[[str], Ring], first: int) -> Iterable[Leg]:
    """What grounds, as long as it is, and a silence in which it is asked whether to go on."""
    steps = steps_of(ground, speech_ms, ring)
    heard = [
        Leg(step, length)
        for step, length in zip(steps, lengths_of(ground, steps), strict=True)
        if not isinstance(step.item, Bed | Mark)
    ]
    asking = Step(Wait(RETURN_MS, _place_of(heard[-1])), 0, RETURN_MS, RETURN_MS)
    for number, leg in enumerate([*heard, Leg(asking, RETURN_MS, asks=GO_ON_OR_CLOSE)], first):
        yield replace(leg.taking(leg.length_ms), number=number)


def _known(leg: Leg, speech_ms: SpeechLength, room_ms: int) -> Leg:
    """A leg by what is known of its sentence now; a beat that is too short for it grows."""
    utterance = leg.utterance
    if utterance is None:
        return leg
    said = speech_ms(utterance)
    length = max(said, leg.step.item.length_ms) if isinstance(leg.step.item, Beat) else said
    step = replace(leg.step, least_ms=length, most_ms=length, said_ms=said, after_ms=room_ms)
    return replace(leg, step=step, length_ms=length)


def _rest(length_ms: int, near: Leg) -> Leg:
    """A silence that no script asked for."""
    pause = Pause(length_ms, length_ms, 1, _place_of(near))
    return Leg(Step(pause, near.step.section, length_ms, length_ms), length_ms)


def _place_of(leg: Leg) -> Place:
    item = leg.step.item
    return item.utterance.place if isinstance(item, Beat) else item.place


def _in_section(leg: Leg, section: int) -> Leg:
    return replace(leg, step=replace(leg.step, section=section))


def _bed_before(legs: Sequence[Leg], opening: Bed | None) -> Bed | None:
    """The bed that sounds behind these legs."""
    return next((leg.step.item for leg in reversed(legs) if isinstance(leg.step.item, Bed)), opening)


def _sounding(bed: Bed | None) -> tuple[str, float] | None:
    return (bed.sound, bed.level_lu) if bed and bed.sound else None


def _with_strikes(timeline: Timeline, strikes: Sequence[Strike]) -> Timeline:
    if not strikes:
        return timeline
    return replace(timeline, cues=tuple(sorted((*timeline.cues, *strikes), key=lambda cue: cue.start_ms)))

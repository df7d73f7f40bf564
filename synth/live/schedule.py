"""What is played, and what a listener's commands make of it. Pure, in whole milliseconds.

A Schedule is a playlist: the items behind took the time they took, those ahead take the time they were given. Every
command makes another Schedule of it, which is the same before its moment. Without any, it is the track's timeline.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from synth.live.view import BreathView, Question
from synth.personalise.session import Session, SessionItem, TimedCue, Utterance
from synth.script.document import Bed, Bell, Breath, Mark, Pause, Wait
from synth.source import Place
from synth.timeline.estimate import SpeechLength
from synth.timeline.interval_bells import add_interval_bells
from synth.timeline.layout import Step, closing_tail_ms, distribute, lengths_of, place_steps, steps_of
from synth.timeline.model import BellDuration, Speech, Strike, Timeline
from synth.units import MINUTE

CROSSFADE_MS = 300
"""How long the sound before a command fades into the sound after it; nothing that is new begins meanwhile."""

RETURN_MS = 1_000
"""How long the sound fades in after a hold; a sentence that was under way begins again behind it."""

STAY_MS = 1 * MINUTE
ANSWER_MS = 1 * MINUTE
"""How long a number is waited for."""

BED_BACK_MS = 4_000
HOME = "home"
GO_ON_OR_CLOSE = Question("Go on, or close?")


@dataclass(frozen=True, slots=True)
class PlaylistItem:
    """A step of the session, and the ``length_ms`` it takes.

    ``number`` is its index in ``Schedule.items``, None for a silence or a bed that a command put in; ``asks`` is what
    the listener is asked in it.
    """

    step: Step
    length_ms: int
    number: int | None = None
    asks: Question | None = None

    @property
    def content(self) -> SessionItem:
        """What is heard in it."""
        return self.step.item

    @property
    def utterance(self) -> Utterance | None:
        """The sentence that is said in it."""
        match self.content:
            case Utterance() as utterance:
                return utterance
            case TimedCue(utterance=utterance):
                return utterance
            case _:
                return None

    @property
    def silent(self) -> bool:
        """Whether it is a silence: a pause, a breath or a wait."""
        return isinstance(self.content, Pause | Breath | Wait)

    @property
    def cut(self) -> bool:
        """Whether a command ended it within its sentence."""
        return self.utterance is not None and self.length_ms < self.step.said_ms

    def taking(self, length_ms: int) -> "PlaylistItem":
        """The same item, this long."""
        return replace(self, step=replace(self.step, min_ms=length_ms, max_ms=length_ms), length_ms=length_ms)

    def resting_from(self) -> int:
        """How many milliseconds from its beginning nothing more is said or struck in it."""
        match self.content:
            case Bell() as bell:
                return (bell.strikes - 1) * self.step.said_ms + 1
            case Utterance() | TimedCue():
                return self.step.said_ms
            case _:
                return 0


Change = tuple["Schedule", str]
"""What a command makes of a Schedule, the same one where it can't be met; and a note for the listener."""


@dataclass(frozen=True)
class Schedule:
    """A session as it is played: ``playlist`` is what was and will be heard, in that order.

    ``items`` is every item of the session and, from index ``ground_from`` on, what is said to ground the listener.
    ``asked_ms`` is how long the whole shall be, ``opening`` the bed it begins with, ``strikes`` the bells that sound
    beside the playlist.
    """

    session: Session
    bell_duration: Callable[[str], BellDuration]
    items: tuple[PlaylistItem, ...]
    ground_from: int
    playlist: tuple[PlaylistItem, ...]
    asked_ms: int
    opening: Bed | None
    strikes: tuple[Strike, ...] = ()

    @classmethod
    def begin(
        cls,
        session: Session,
        speech_ms: SpeechLength,
        bell_duration: Callable[[str], BellDuration],
        *,
        tail_ms: int = 0,
        start_at: int = 0,
        ground: Session | None = None,
    ) -> "Schedule":
        """A session from its item number ``start_at`` on; ``ground`` is what is said to ground the listener.

        ``tail_ms`` is how long the reverb sounds on behind the voice. Raises RequestError where the length asked is out
        of reach, or a bell can't ring where it should.
        """
        steps = steps_of(session, speech_ms, bell_duration, tail_ms)
        items = [
            PlaylistItem(step, length, number, _question_of(step))
            for number, (step, length) in enumerate(zip(steps, lengths_of(session, steps), strict=True))
        ]
        grounding = list(_grounding_items(ground, speech_ms, bell_duration, len(items))) if ground else []
        first = min(start_at, len(items) - 1)
        playlist = tuple(items[first:])
        opening = _bed_before(items[:first], session.bed)
        schedule = cls(session, bell_duration, (*items, *grounding), len(items), playlist, 0, opening)
        schedule = replace(schedule, asked_ms=schedule.length_ms)
        return schedule._with_bells(0 if start_at else None)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """When each item of the playlist begins, and when the last one ends."""
        return tuple(accumulate((item.length_ms for item in self.playlist), initial=0))

    @cached_property
    def timeline(self) -> Timeline:
        """All that was and will be heard, as a timeline."""
        placed = place_steps(
            self._opened, [item.step for item in self.playlist], [item.length_ms for item in self.playlist]
        )
        return _with_strikes(placed, self.strikes)

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """Those of the timeline's speech cues, in their order."""
        return tuple(item.utterance for item in self.playlist if item.utterance)

    @property
    def cut(self) -> frozenset[int]:
        """When the sentences began that a command ended."""
        return frozenset(start for item, start in zip(self.playlist, self.starts, strict=False) if item.cut)

    @property
    def length_ms(self) -> int:
        """How long the playlist takes, with the bells and beds that sound on behind it."""
        return self.starts[-1] + closing_tail_ms(self._opened, [item.step for item in self.playlist])

    @property
    def _opened(self) -> Session:
        return replace(self.session, bed=self.opening)

    def under_way(self, now_ms: int) -> int:
        """The index in the playlist of what is under way; behind the last item, how many there are."""
        return bisect_right(self.starts, now_ms) - 1 if now_ms < self.starts[-1] else len(self.playlist)

    def item_at(self, now_ms: int) -> PlaylistItem | None:
        """The item that is under way; None behind the last one."""
        return next(iter(self.playlist[self.under_way(now_ms) :]), None)

    def number_at(self, now_ms: int) -> int:
        """The number of the session's item that is under way, or was last."""
        numbers = (item.number for item in reversed(self.playlist[: self.under_way(now_ms) + 1]))
        return next((n for n in numbers if n is not None and n < self.ground_from), 0)

    def section_at(self, now_ms: int) -> int:
        """The number of the section that is under way."""
        return self.playlist[min(self.under_way(now_ms), len(self.playlist) - 1)].step.section

    def speaking(self, now_ms: int) -> bool:
        """Whether a sentence is being said."""
        item, into_ms = self._current(now_ms)
        return item is not None and item.utterance is not None and into_ms < item.step.said_ms

    def question(self, now_ms: int) -> Question | None:
        """What the listener is asked: in its silence, and a number while it is being asked for, too."""
        here = self.under_way(now_ms)
        for item in self.playlist[here : here + 2]:
            if item.asks and (item is self.playlist[here] or (item.asks.most is not None and self.speaking(now_ms))):
                return item.asks
        return None

    def sentences_at(self, now_ms: int) -> tuple[str, str, tuple[str, ...]]:
        """What was said last, what is being said (nothing in a silence), and the next three."""
        speech, starts = self._speech
        begun = bisect_right(starts, now_ms)
        texts = [cue.text for cue in speech[max(0, begun - 2) : begun + 3]]
        before, coming = texts[: min(begun, 2)], tuple(texts[min(begun, 2) :])
        if begun and now_ms < speech[begun - 1].end_ms:
            return (before[-2] if begun > 1 else ""), before[-1], coming
        return (before[-1] if begun else ""), "", coming

    def breath(self, now_ms: int) -> BreathView | None:
        """The breath that is under way."""
        item, into_ms = self._current(now_ms)
        if item is None:
            return None
        match item.content:
            case Breath(in_ms=int(into), out_ms=int(out)):
                at = into_ms % (into + out)
                return BreathView("in", at / into) if at < into else BreathView("out", (at - into) / out)
            case TimedCue(phase=phase):
                return BreathView(phase, into_ms / item.length_ms)
            case _:
                return None

    @cached_property
    def _speech(self) -> tuple[tuple[Speech, ...], list[int]]:
        speech = self.timeline.speech
        return speech, [cue.start_ms for cue in speech]

    def to_say(self, now_ms: int) -> Iterable[Utterance]:
        """Every sentence that may still be said, those that come next first."""
        ahead = self.playlist[self.under_way(now_ms) :]
        return (item.utterance for item in (*ahead, *self.items[self.ground_from :], *self.items) if item.utterance)

    # --- commands ---------------------------------------------------------------------------------------------------

    def stay(self, now_ms: int) -> Change:
        """``STAY_MS`` more in the silence under way, or in the one behind what is being said."""
        playlist = list(self.playlist)
        here = self.under_way(now_ms)
        item, into_ms = self._current(now_ms)
        if item is None:
            playlist.append(_silence(now_ms - self.starts[-1] + STAY_MS, playlist[-1]))
        elif item.silent or (isinstance(item.content, TimedCue) and into_ms >= item.step.said_ms):
            playlist[here] = item.taking(item.length_ms + STAY_MS)
        else:
            behind = here + 1
            while behind < len(playlist) and isinstance(playlist[behind].content, Bed | Mark):
                behind += 1
            if behind < len(playlist) and playlist[behind].silent:
                playlist[behind] = playlist[behind].taking(playlist[behind].length_ms + STAY_MS)
            else:
                playlist.insert(here + 1, _silence(STAY_MS, item))
        return self._changed(now_ms, playlist), "staying a minute longer"

    def on(self, now_ms: int) -> Change:
        """Ends the silence under way: what is heard next is heard now."""
        item, into_ms = self._current(now_ms)
        if item is None:
            return self, "this is the end"
        if into_ms < item.resting_from():
            return self, "this is for silences"
        future = list(self.playlist[self.under_way(now_ms) + 1 :])
        heard = next(
            (n for n, item in enumerate(future) if item.utterance or isinstance(item.content, Bell)), len(future)
        )
        kept = [item for item in future[:heard] if not item.silent]
        return self._continued(now_ms, [*kept, *future[heard:]]), "going on"

    def again(self, now_ms: int) -> Change:
        """Says the sentence that is being said, or was said last, once more."""
        here = self.under_way(now_ms)
        spoken = [n for n, item in enumerate(self.playlist[: here + 1]) if item.utterance]
        if not spoken:
            return self, "nothing has been said yet"
        repeated = [
            _in_section(self.items[item.number], item.step.section)
            for item in self.playlist[spoken[-1] : here + 1]
            if item.number is not None
        ]
        return self._continued(now_ms, [*repeated, *self.playlist[here + 1 :]]), "once more"

    def back(self, now_ms: int) -> Change:
        """Goes back to the sentence, breath, wait or bell before this one."""
        here = self._number(now_ms)
        first = self.ground_from if here >= self.ground_from else 0
        stops = [n for n in range(first, here + 1) if self._is_stop(n)]
        if len(stops) < 2:
            return self, "this is the first step"
        return self._continued(now_ms, self._from(stops[-2], now_ms)), "one step back"

    def next(self, now_ms: int) -> Change:
        """Goes to the next section."""
        here = self.section_at(now_ms)
        later = [item.number for item in self.items[: self.ground_from] if item.step.section > here]
        if not later:
            return self, "this is the last section"
        return self._continued(now_ms, self._from(later[0] or 0, now_ms)), "the next section"

    def home(self, now_ms: int) -> Change:
        """Goes back to the last ``[mark home]`` that was passed."""
        marks = [n for n, item in enumerate(self.items) if isinstance(item.content, Mark) and item.content.name == HOME]
        passed = [n for n in marks if n <= self.number_at(now_ms)]
        if not passed:
            return self, "there is no place to return to" + (" yet" if marks else "")
        return self._continued(now_ms, self._from(passed[-1], now_ms)), "back to what felt safe"

    def ground(self, now_ms: int) -> Change:
        """Says what grounds, and then asks whether to go on."""
        grounding = self.items[self.ground_from :]
        if not grounding:
            return self, "there is nothing here to ground with"
        if self._number(now_ms) >= self.ground_from:
            return self, "this is to ground you"
        section = self.section_at(now_ms)
        future = [_in_section(item, section) for item in grounding]
        return self._continued(now_ms, [*future, *self.playlist[self.under_way(now_ms) + 1 :]]), "grounding"

    def close(self, now_ms: int) -> Change:
        """Goes to the last section; where there is only one, to the last bell."""
        own = self.items[: self.ground_from]
        here = self.number_at(now_ms)
        first = next(n for n, item in enumerate(own) if item.step.section == own[-1].step.section)
        if first == 0:
            first = next((n for n in reversed(range(len(own))) if isinstance(own[n].content, Bell)), len(own))
        if here < first:
            return self._continued(now_ms, own[first:]), "closing gently"
        if self._number(now_ms) >= self.ground_from:
            return self.go_on(now_ms), "closing gently"
        return self, "this is the close already"

    def strike(self, now_ms: int) -> Change:
        """Strikes the session's bell; nothing else changes."""
        style, bells = self.session.meta.bell, self.session.bells
        sound = bells.sound if bells else style.sound
        stroke = Strike(
            now_ms, now_ms + self.bell_duration(sound).wait_ms, sound, style.level, self.section_at(now_ms), line=1
        )
        return replace(self, strikes=(*self.strikes, stroke))._until_bells_end(), "a bell"

    # --- without a command ------------------------------------------------------------------------------------------

    def restarted(self, now_ms: int) -> "Schedule":
        """The sentence under way from its beginning, ``RETURN_MS`` later; in a silence, nothing changes."""
        item, _ = self._current(now_ms)
        if item is None or not self.speaking(now_ms):
            return self
        return self._continued(now_ms, self.playlist[self.under_way(now_ms) :], RETURN_MS)

    def go_on(self, now_ms: int) -> "Schedule":
        """An answer was given: goes on behind its silence, or behind what grounds."""
        here = self.under_way(now_ms)
        future = list(self.playlist[here + 1 :])
        if self._number(now_ms) >= self.ground_from:
            future = [item for item in future if item.number is None or item.number < self.ground_from]
        elif future and future[0].asks and not self.playlist[here].asks:
            playlist = [*self.playlist[: here + 1], _silence(RETURN_MS, future[0]), *future[1:]]
            return self._changed(now_ms, playlist)
        return self._continued(now_ms, future)

    def waited(self, now_ms: int, more_ms: int) -> "Schedule":
        """Waits ``more_ms`` longer for an answer; for a number no longer than ``ANSWER_MS`` in all."""
        here = self.under_way(now_ms)
        item = self.playlist[here]
        length = item.length_ms + more_ms
        if item.asks and item.asks.most is not None:
            length = max(item.length_ms, min(length, ANSWER_MS))
        if length == item.length_ms:
            return self
        return self._changed(now_ms, [*self.playlist[:here], item.taking(length), *self.playlist[here + 1 :]])

    def later(self, now_ms: int, index: int, more_ms: int) -> "Schedule":
        """Moves the item at this index of the playlist ``more_ms`` back; ``learned`` makes up for that later on."""
        playlist = list(self.playlist)
        before = playlist[index - 1] if index else None
        if before and before.number is None and before.silent:
            playlist[index - 1] = before.taking(before.length_ms + more_ms)
        else:
            playlist.insert(index, _silence(more_ms, playlist[index]))
        return replace(self, playlist=tuple(playlist))._with_bells(now_ms)

    def learned(self, now_ms: int, speech_ms: SpeechLength, tail_ms: int = 0) -> "Schedule":
        """With lengths of speech that are known better; elastic pauses ahead keep the whole as long as asked.

        Nothing changes within ``CROSSFADE_MS``.
        """
        here = self.under_way(now_ms)
        ahead = here if here == len(self.playlist) or self.starts[here] == now_ms else here + 1
        items = [_measured(item, speech_ms, tail_ms) for item in self.items]
        playlist = [*self.playlist[:ahead], *(_measured(item, speech_ms, tail_ms) for item in self.playlist[ahead:])]
        least = [item.length_ms for item in playlist[:ahead]] + [item.step.min_ms for item in playlist[ahead:]]
        most = [item.length_ms for item in playlist[:ahead]] + [item.step.max_ms for item in playlist[ahead:]]
        if here < ahead:
            item, soonest = playlist[here], now_ms - self.starts[here] + CROSSFADE_MS
            if item.length_ms > soonest and item.step.min_ms != item.step.max_ms:
                least[here], most[here] = max(item.step.min_ms, soonest), item.step.max_ms
        wanted = max(sum(least), self.asked_ms - closing_tail_ms(self._opened, [item.step for item in playlist]))
        if None not in most:
            wanted = min(wanted, sum(high for high in most if high is not None))
        lengths = distribute(wanted, least, most, [item.step.weight for item in playlist])
        playlist = [replace(item, length_ms=length) for item, length in zip(playlist, lengths, strict=True)]
        for item in playlist[ahead:]:
            if item.number is not None and item.step == items[item.number].step:
                items[item.number] = replace(items[item.number], length_ms=item.length_ms)
        return replace(self, items=tuple(items), playlist=tuple(playlist))._with_bells(now_ms)

    # --- helpers -----------------------------------------------------------------------------------------------

    def _current(self, now_ms: int) -> tuple[PlaylistItem | None, int]:
        """The item that is under way, and how much of it is behind."""
        here = self.under_way(now_ms)
        return (self.playlist[here] if here < len(self.playlist) else None), now_ms - self.starts[here]

    def _number(self, now_ms: int) -> int:
        """The number of the item, what grounds included, that is under way or was last."""
        numbers = (item.number for item in reversed(self.playlist[: self.under_way(now_ms) + 1]))
        return next((n for n in numbers if n is not None), 0)

    def _is_stop(self, number: int) -> bool:
        """Whether ``back`` stops at this item; the cues of a breath are one stop."""
        match self.items[number].content:
            case Utterance() | Bell() | Breath() | Wait():
                return True
            case TimedCue():
                return number == 0 or not isinstance(self.items[number - 1].content, TimedCue)
            case _:
                return False

    def _from(self, number: int, now_ms: int) -> list[PlaylistItem]:
        """The session from an item on; from one that grounds, with what was to come behind it."""
        if number < self.ground_from:
            return list(self.items[number : self.ground_from])
        section = self.section_at(now_ms)
        ahead = self.playlist[self.under_way(now_ms) + 1 :]
        resumed = [item for item in ahead if item.number is None or item.number < self.ground_from]
        return [*(_in_section(item, section) for item in self.items[number:]), *resumed]

    def _continued(self, now_ms: int, future: Sequence[PlaylistItem], rest_ms: int = CROSSFADE_MS) -> "Schedule":
        """With another future, which begins ``rest_ms`` from now, and with the bed that belongs to it."""
        here = self.under_way(now_ms)
        behind = list(self.playlist[:here])
        if now_ms > self.starts[here]:
            begun = self.playlist[here] if here < len(self.playlist) else _silence(0, self.playlist[-1])
            behind.append(begun.taking(now_ms - self.starts[here]))
        near = self.playlist[min(here, len(self.playlist) - 1)]
        return self._changed(now_ms, [*behind, *self._bed_change(behind, future), _silence(rest_ms, near), *future])

    def _bed_change(self, behind: Sequence[PlaylistItem], future: Sequence[PlaylistItem]) -> list[PlaylistItem]:
        """A change to the bed that the future begins with, where another one sounds now."""
        number = next(
            (item.number for item in future if item.number is not None and item.number < self.ground_from), None
        )
        if number is None:
            return []
        wanted = _bed_before(self.items[:number], self.session.bed)
        heard = _bed_before(behind, self.opening)
        if _sounding(wanted) == _sounding(heard):
            return []
        at = _place_of(self.items[number])
        change = replace(wanted, fade_ms=BED_BACK_MS) if wanted else Bed(None, 0, BED_BACK_MS, at)
        return [PlaylistItem(Step(change, self.items[number].step.section, 0, 0, after_ms=BED_BACK_MS), 0)]

    def _changed(self, now_ms: int, playlist: Sequence[PlaylistItem]) -> "Schedule":
        """With another playlist; the length asked changes by as much as its length does."""
        bent = replace(self, playlist=tuple(playlist))
        return replace(bent, asked_ms=self.asked_ms + bent.length_ms - self.length_ms)._with_bells(now_ms)

    def _with_bells(self, now_ms: int | None) -> "Schedule":
        """With the interval bells that are still to come; with all of them where ``now_ms`` is None."""
        bells = self.session.bells
        begun = tuple(strike for strike in self.strikes if now_ms is not None and strike.start_ms <= now_ms)
        silent = replace(self, strikes=begun)
        if not bells:
            return silent._until_bells_end()
        rung = add_interval_bells(silent.timeline, bells, self.bell_duration, now_ms)
        added = [strike for strike in rung.strikes if strike not in silent.timeline.strikes]
        return replace(self, strikes=(*begun, *added))._until_bells_end()

    def _until_bells_end(self) -> "Schedule":
        """Made longer where a bell beside the playlist would sound on behind its end."""
        end = max((s.start_ms + self.bell_duration(s.sound).sound_ms for s in self.timeline.strikes), default=0)
        if end <= self.timeline.duration_ms:
            return self
        longer = replace(self, playlist=(*self.playlist, _silence(end - self.starts[-1], self.playlist[-1])))
        return replace(longer, asked_ms=self.asked_ms + longer.length_ms - self.length_ms)


def _question_of(step: Step) -> Question | None:
    rating = step.item.asks if isinstance(step.item, Pause) else None
    return Question(rating.question, rating.least, rating.most) if rating else None


def _grounding_items(
    ground: Session, speech_ms: SpeechLength, bell_duration: Callable[[str], BellDuration], first: int
) -> Iterable[PlaylistItem]:
    """What is said to ground, and a silence in which is asked whether to go on; numbered from ``first``."""
    steps = steps_of(ground, speech_ms, bell_duration)
    heard = [
        PlaylistItem(step, length)
        for step, length in zip(steps, lengths_of(ground, steps), strict=True)
        if not isinstance(step.item, Bed | Mark)
    ]
    asking = Step(Wait(RETURN_MS, _place_of(heard[-1])), 0, RETURN_MS, RETURN_MS)
    for number, item in enumerate([*heard, PlaylistItem(asking, RETURN_MS, asks=GO_ON_OR_CLOSE)], first):
        yield replace(item.taking(item.length_ms), number=number)


def _measured(item: PlaylistItem, speech_ms: SpeechLength, tail_ms: int) -> PlaylistItem:
    """An item with the length its sentence is known to have; a beat that is too short for it grows."""
    utterance = item.utterance
    if utterance is None:
        return item
    said = speech_ms(utterance)
    length = max(said, item.content.length_ms) if isinstance(item.content, TimedCue) else said
    step = replace(item.step, min_ms=length, max_ms=length, said_ms=said, after_ms=tail_ms)
    return replace(item, step=step, length_ms=length)


def _silence(length_ms: int, near: PlaylistItem) -> PlaylistItem:
    """A silence that no script asked for, in the section of another item."""
    pause = Pause(length_ms, length_ms, 1, _place_of(near))
    return PlaylistItem(Step(pause, near.step.section, length_ms, length_ms), length_ms)


def _place_of(item: PlaylistItem) -> Place:
    return item.content.utterance.place if isinstance(item.content, TimedCue) else item.content.place


def _in_section(item: PlaylistItem, section: int) -> PlaylistItem:
    return replace(item, step=replace(item.step, section=section))


def _bed_before(playlist: Sequence[PlaylistItem], opening: Bed | None) -> Bed | None:
    """The bed that sounds behind these items."""
    return next((item.content for item in reversed(playlist) if isinstance(item.content, Bed)), opening)


def _sounding(bed: Bed | None) -> tuple[str, float] | None:
    return (bed.sound, bed.level_lu) if bed and bed.sound else None


def _with_strikes(timeline: Timeline, strikes: Sequence[Strike]) -> Timeline:
    if not strikes:
        return timeline
    return replace(timeline, cues=tuple(sorted((*timeline.cues, *strikes), key=lambda cue: cue.start_ms)))

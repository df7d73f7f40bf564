"""A session played: keys bend the program, the desk mixes it from moment to moment, a sink takes the sound.

The sink is the clock: it takes a block when there is time for it. A loudspeaker does so in real time, a file or a
memory at once.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Literal, Protocol

from synth.content_cache import Cache
from synth.errors import DeviceError, RequestError
from synth.history import RatingAnswer, SessionRecord
from synth.live.commands import Command
from synth.live.live_mixer import BLOCK_MS, LiveMixer
from synth.live.prefetch import SpeechPrefetcher, unspoken
from synth.live.schedule import GO_ON_OR_CLOSE, RETURN_MS, Change, Schedule
from synth.live.view import BreathView, Question, View
from synth.mix.levels import TARGET_LUFS, plan_levels
from synth.outputs.output import Sink
from synth.personalise.resolve import BREATH_CUES
from synth.personalise.session import Session, TimedCue, Utterance
from synth.script.document import Breath
from synth.sounds.collection import Sounds
from synth.speech.clip import Clip, Clips, key_of
from synth.speech.synthesis import SpeechSynthesizer
from synth.timeline.estimate import estimate_speech
from synth.timeline.model import Timeline

END_MS = 960
"""In which the sound goes when the listener ends it."""

STEP_DB, MAX_DB = 1.5, 12.0
"""How much louder or softer at a press, and in all."""

NOTE_MS = 5_000
LEAD_MS = 400
"""How long before it begins a sentence must be there: the bed gives way for it within 250 ms."""

LATE_MS = 5 * BLOCK_MS
"""By how much a silence grows at a time while its sentence isn't there."""

LEARN_MS = 1_000
"""How often, at most, the program is laid out anew for sentences that are far ahead."""

SHOWN_MS = 2 * BLOCK_MS
RETRY_S, RETRIES = 1.0, 60
"""How often a loudspeaker that went away is tried again, and how many times."""

_PATIENCE_S = 0.05
_BREATHING_IN = {cues[0] for cues in BREATH_CUES.values()}
_BENDING: dict[Command, Callable[[Schedule, int], Change]] = {
    Command.STAY: Schedule.stay,
    Command.ON: Schedule.on,
    Command.AGAIN: Schedule.again,
    Command.BACK: Schedule.back,
    Command.NEXT: Schedule.next,
    Command.HOME: Schedule.home,
    Command.GROUND: Schedule.ground,
    Command.CLOSE: Schedule.close,
}


class Keys(Protocol):
    """The listener's hand."""

    def pressed(self, played_ms: int) -> Sequence[str]:
        """The characters pressed since it was last asked; ``played_ms`` were sent, what was held included."""


def no_view(view: View) -> None:
    """Shows nothing."""


class Player:
    """Plays a session once.

    ``loudness`` is the programme's, in LUFS; ``ground`` is what there is to ground with; ``start_at`` the number of the
    session's item to begin with; ``meditation`` its name, for the record. ``sleep`` waits so many seconds for a
    loudspeaker that went away. ``underruns`` counts how often the sound was interrupted.
    """

    def __init__(
        self,
        session: Session,
        sounds: Sounds,
        cache: Cache,
        *,
        loudness: float = TARGET_LUFS,
        ground: Session | None = None,
        start_at: int = 0,
        meditation: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._sounds = sounds
        self._cache = cache
        self._loudness = loudness
        self._ground = ground
        self._start_at = start_at
        self._meditation = meditation
        self._sleep = sleep
        self.underruns = 0

        self._schedule: Schedule
        self._desk: LiveMixer
        self._prompter: SpeechPrefetcher
        self._clips: Clips = {}
        self._fresh: Clips = {}
        self._planned_ms = 0
        self._now_ms = 0
        self._sent_ms = 0
        self._learned_ms = 0
        self._unready: tuple[int, int] | None = None
        self._held = False
        self._lost = False
        self._ends_ms: int | None = None
        self._closed_at: int | None = None
        self._typed = ""
        self._ratings: list[RatingAnswer] = []
        self._note, self._noted_ms = "", 0
        self._begun = datetime.now().astimezone()

    def play(self, open_sink: Callable[[], Sink], keys: Keys, show: Callable[[View], None] = no_view) -> SessionRecord:
        """Plays into sinks that ``open_sink`` gives: one, and another wherever one raises DeviceError later on.

        The sound begins while most is still to be spoken. Raises RequestError where the length asked is out of reach,
        VoiceError where a sentence can't be spoken, DeviceError where there is no loudspeaker, or none any more.
        """
        self._begun = datetime.now().astimezone()
        with SpeechSynthesizer(self._cache) as speaker, SpeechPrefetcher(speaker) as self._prompter:
            self._prepare(speaker)
            with self._desk:
                self._play(open_sink, keys, show)
        return self.sitting

    @property
    def timeline(self) -> Timeline:
        """What was heard so far, and what is to come."""
        return self._schedule.timeline

    @property
    def sitting(self) -> SessionRecord:
        """What remains of it, so far."""
        ended: Literal["to the end", "closed", "left"] = "left"
        stopped_at = self._schedule.number_at(self._now_ms) if self._closed_at is None else self._closed_at
        if self._now_ms >= self._schedule.timeline.duration_ms:
            ended = "to the end" if self._closed_at is None else "closed"
        return SessionRecord(
            self._begun,
            self._meditation,
            self._planned_ms,
            self._now_ms,
            ended,
            tuple(self._ratings),
            None if ended == "to the end" else stopped_at,
        )

    # --- sound --------------------------------------------------------------------------------------------------------

    def _prepare(self, speaker: SpeechSynthesizer) -> None:
        utterances = [*self._session.utterances, *(self._ground.utterances if self._ground else ())]
        for key, utterance in {key_of(utterance): utterance for utterance in utterances}.items():
            if clip := speaker.known(utterance):
                self._clips[key] = clip
        begin = partial(
            Schedule.begin,
            self._session,
            self._speech_ms,
            self._sounds.bell_duration,
            start_at=self._start_at,
            ground=self._ground,
        )
        try:
            self._schedule = begin(tail_ms=self._tail_ms)
        except RequestError:
            # An estimate may be wrong: what can be is known when all is spoken.
            self._clips |= {key_of(u): speaker.clip(u) for u in utterances if key_of(u) not in self._clips}
            self._schedule = begin(tail_ms=self._tail_ms)
        self._planned_ms = self._schedule.timeline.duration_ms
        levels = plan_levels(
            self._schedule.timeline,
            tuple(map(self._clip_of, self._schedule.utterances)),
            self._sounds,
            self._loudness,
        )
        self._desk = LiveMixer(self._sounds, levels, self._clip_of)
        self._desk.crossfade_to(self._schedule, 0, 0)
        self._ask_for_speech()
        self._look_for_unready()

    def _play(self, open_sink: Callable[[], Sink], keys: Keys, show: Callable[[View], None]) -> None:
        tries = lost_ms = 0
        while not self._over:
            try:
                with open_sink() as sink:
                    if self._lost:
                        self._find(getattr(sink, "name", ""))
                    try:
                        self._send(sink, keys, show)
                    finally:
                        self.underruns += getattr(sink, "underruns", 0)
            except DeviceError:
                tries = 1 if self._sent_ms - lost_ms > RETURN_MS else tries + 1
                lost_ms = self._sent_ms
                if not self._sent_ms or tries > RETRIES:
                    raise
                self._lose(keys, show)

    def _send(self, sink: Sink, keys: Keys, show: Callable[[View], None]) -> None:
        shown_ms: int | None = None
        while not self._over:
            for key in keys.pressed(self._sent_ms):
                self._press(key)
            if self._over:
                break
            if not self._still and self._ends_ms is None:
                self._look_ahead()
            if shown_ms is None or self._sent_ms - shown_ms >= SHOWN_MS:
                shown_ms = self._sent_ms
                show(self.view)
            block = self._desk.read()
            sink.write(block)
            self._sent_ms += len(block)
            if not self._still:
                self._now_ms += len(block)

    @property
    def _over(self) -> bool:
        if self._ends_ms is not None and self._sent_ms >= self._ends_ms:
            return True
        return self._now_ms >= self._schedule.timeline.duration_ms

    def _lose(self, keys: Keys, show: Callable[[View], None]) -> None:
        """The loudspeaker is gone: nothing goes on until there is one again, or the listener ends it."""
        self._lost = True
        self._desk.fade_out(self._now_ms, 0)
        self._note_down("the loudspeaker went away; trying again")
        for _ in range(round(RETRY_S / _PATIENCE_S)):
            if self._ends_ms is not None:
                self._ends_ms = self._sent_ms
            if self._over:
                break
            for key in keys.pressed(self._sent_ms):
                self._press(key)
            show(self.view)
            self._sleep(_PATIENCE_S)

    def _find(self, name: str) -> None:
        """There is a loudspeaker again."""
        self._lost = False
        self._note_down(f"going on with {name}" if name else "going on")
        if not self._held:
            self._come_back()

    @property
    def _still(self) -> bool:
        """Whether nothing goes on."""
        return self._held or self._lost

    def _come_back(self) -> None:
        """Comes out of silence; a sentence that was under way begins again."""
        self._schedule = self._schedule.restarted(self._now_ms)
        ahead = [cue.start_ms for cue in self._schedule.timeline.cues if cue.start_ms > self._now_ms]
        fade_ms = min(RETURN_MS, min(ahead, default=RETURN_MS + self._now_ms) - self._now_ms)
        self._desk.crossfade_to(self._schedule, self._now_ms, fade_ms)
        self._look_for_unready()

    # --- speech -------------------------------------------------------------------------------------------------------

    def _clip_of(self, utterance: Utterance) -> Clip:
        return self._clips.get(key_of(utterance)) or unspoken(utterance)

    def _speech_ms(self, utterance: Utterance) -> int:
        clip = self._clips.get(key_of(utterance))
        return clip.length_ms if clip else estimate_speech(utterance)

    @property
    def _tail_ms(self) -> int:
        return max((clip.tail_ms for clip in self._clips.values()), default=0)

    def _ask_for_speech(self) -> None:
        self._prompter.ask(u for u in self._schedule.to_say(self._now_ms) if key_of(u) not in self._clips)

    def _look_for_unready(self) -> None:
        """Finds the next sentence that isn't there: which leg it is in, and when it begins."""
        first = self._schedule.under_way(self._now_ms)
        self._unready = next(
            (
                (n, self._schedule.starts[n])
                for n, item in enumerate(self._schedule.playlist[first:], first)
                if item.utterance and key_of(item.utterance) not in self._clips
            ),
            None,
        )

    def _look_ahead(self) -> None:
        """Takes what was spoken meanwhile, and lets a silence grow whose end isn't there yet."""
        self._fresh |= self._prompter.take()
        if self._fresh and (self._near or self._sent_ms - self._learned_ms >= LEARN_MS):
            self._clips |= self._fresh
            self._fresh = {}
            self._learned_ms = self._sent_ms
            self._bend(self._schedule.learned(self._now_ms, self._speech_ms, self._tail_ms))
        if self._unready and self._near:
            index, _ = self._unready
            utterance = self._schedule.playlist[index].utterance
            if utterance and (failure := self._prompter.failure(utterance)):
                raise failure
            self._bend(self._schedule.later(self._now_ms, index, LATE_MS))
        here = self._schedule.under_way(self._now_ms)
        item = self._schedule.item_at(self._now_ms)
        if item and item.asks and self._schedule.starts[here + 1] - self._now_ms < LEAD_MS:
            self._bend(self._schedule.waited(self._now_ms, RETURN_MS))

    @property
    def _near(self) -> bool:
        """Whether a sentence that isn't there is about to begin."""
        return self._unready is not None and self._unready[1] - self._now_ms < LEAD_MS

    def _bend(self, schedule: Schedule) -> None:
        if schedule is self._schedule:
            return
        self._schedule = schedule
        if not self._still:
            self._desk.crossfade_to(schedule, self._now_ms)
        self._look_for_unready()

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _press(self, key: str) -> None:
        if self._ends_ms is not None or self._answer(key):
            return
        command = next((command for command in Command if command.key == key), None)
        match command:
            case None:
                pass
            case Command.HOLD:
                self._hold()
            case Command.END:
                self._note_down("ending")
                self._ends_ms = self._sent_ms if self._still else self._sent_ms + END_MS
                self._desk.fade_out(self._now_ms, END_MS)
            case Command.LOUDER | Command.SOFTER | Command.BED_UP | Command.BED_DOWN | Command.MUTE:
                self._turn(command)
            case Command.BELL if self._still:
                self._note_down("not while it is held")
            case Command.BELL:
                self._schedule, note = self._schedule.strike(self._now_ms)
                self._note_down(note)
                self._desk.add(self._schedule, self._now_ms)
            case _:
                self._move(command)

    def _move(self, command: Command) -> None:
        number = self._schedule.number_at(self._now_ms)
        schedule, note = _BENDING[command](self._schedule, self._now_ms)
        if command is Command.CLOSE and schedule is not self._schedule and self._closed_at is None:
            self._closed_at = number
        self._note_down(note)
        self._bend(schedule)
        self._ask_for_speech()

    def _hold(self) -> None:
        if self._held:
            self._held = False
            self._note_down("going on")
            if not self._lost:
                self._come_back()
        else:
            self._held = True
            self._note_down("held")
            self._desk.fade_out(self._now_ms)

    def _turn(self, command: Command) -> None:
        desk = self._desk
        match command:
            case Command.MUTE:
                desk.muted = not desk.muted
                self._note_down("the voice is off" if desk.muted else "the voice is on")
            case Command.LOUDER | Command.SOFTER:
                desk.voice_db = _turned(desk.voice_db, STEP_DB if command is Command.LOUDER else -STEP_DB)
                self._note_down(f"voice {desk.voice_db:+g} dB")
            case _:
                desk.bed_db = _turned(desk.bed_db, STEP_DB if command is Command.BED_UP else -STEP_DB)
                self._note_down(f"bed {desk.bed_db:+g} dB")
        if not self._still:
            desk.crossfade_to(self._schedule, self._now_ms)

    def _answer(self, key: str) -> bool:
        """Whether a key was an answer to what is being asked."""
        question = self._schedule.question(self._now_ms)
        if question is None or self._still:
            self._typed = ""
            return False
        if question == GO_ON_OR_CLOSE:
            if key not in (Command.ON.key, Command.HOLD.key):
                return False
            self._note_down("going on")
            self._bend(self._schedule.go_on(self._now_ms))
            return True
        if key in "0123456789" and key:
            self._type(self._typed + key, question)
        elif key in ("\x7f", "\b"):
            self._note_down(self._typed[:-1])
            self._typed = self._typed[:-1]
        elif key in ("\n", "\r"):
            self._take(question)
        else:
            return False
        return True

    def _type(self, typed: str, question: Question) -> None:
        least, most = question.least or 0, question.most or 0
        if int(typed) > most:
            self._note_down(f"a number from {least} to {most}")
            return
        self._typed = typed
        self._note_down(typed)
        if int(typed) == 0 or 10 * int(typed) > most:
            self._take(question)

    def _take(self, question: Question) -> None:
        """The number that was typed is the answer."""
        least, most = question.least or 0, question.most or 0
        typed, self._typed = self._typed, ""
        if not typed or int(typed) < least:
            self._note_down(f"a number from {least} to {most}")
            return
        self._ratings.append(RatingAnswer(question.text, int(typed), least, most, self._now_ms))
        self._bend(self._schedule.go_on(self._now_ms))

    # --- what is seen -------------------------------------------------------------------------------------------------

    def _note_down(self, note: str) -> None:
        self._note, self._noted_ms = note, self._sent_ms

    @property
    def view(self) -> View:
        """What there is to see now."""
        schedule, now = self._schedule, self._now_ms
        said, saying, coming = schedule.sentences_at(now)
        return View(
            title=self._session.meta.title,
            section=self._session.sections[schedule.section_at(now)].title,
            saying=saying,
            said=said,
            coming=coming,
            breath=self._breath(),
            played_ms=now,
            left_ms=max(0, schedule.timeline.duration_ms - now),
            voice_db=self._desk.voice_db,
            bed_db=self._desk.bed_db,
            muted=self._desk.muted,
            held=self._still,
            note=self._note if self._sent_ms - self._noted_ms < NOTE_MS else "",
            question=schedule.question(now),
        )

    def _breath(self) -> BreathView | None:
        item = self._schedule.item_at(self._now_ms)
        if item is None:
            return None
        into_ms = self._now_ms - self._schedule.starts[self._schedule.under_way(self._now_ms)]
        match item.step.item:
            case Breath(in_ms=int(into), out_ms=int(out)):
                at = into_ms % (into + out)
                return BreathView("in", at / into) if at < into else BreathView("out", (at - into) / out)
            case TimedCue(utterance=cue):
                return BreathView("in" if cue.text in _BREATHING_IN else "out", into_ms / item.length_ms)
            case _:
                return None


def _turned(level_db: float, by_db: float) -> float:
    return max(-MAX_DB, min(MAX_DB, level_db + by_db))

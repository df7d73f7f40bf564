"""A session played: the transport gives block after block to an output, and the listener's keys change what comes.

The output is the clock: it takes a block when there is time for it, a loudspeaker in real time, a file at once.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Literal, Protocol

from synth.content_cache import Cache
from synth.errors import DeviceError, RequestError
from synth.history import SessionRecord
from synth.live.commands import Command
from synth.live.live_mixer import BLOCK_MS, LiveMixer
from synth.live.questions import Questions
from synth.live.schedule import RETURN_MS, Schedule
from synth.live.speech_ahead import LEAD_MS, SpeechAhead
from synth.live.transport import Transport
from synth.live.view import View
from synth.mix.levels import TARGET_LUFS, plan_levels
from synth.outputs.output import Output
from synth.personalise.session import Session
from synth.sounds.collection import Sounds
from synth.speech.synthesis import SpeechSynthesizer
from synth.timeline.model import Timeline

STEP_DB, MAX_DB = 1.5, 12.0
"""How much louder or softer at a press, and in all."""

NOTE_MS = 5_000
"""How long a note is shown."""

SHOWN_MS = 2 * BLOCK_MS
"""How often a moment is shown."""

RETRY_S, RETRIES = 1.0, 60
"""How often a loudspeaker that went away is tried again, and how many times."""

_POLL_S = 0.05
"""How often keys are read while there is no loudspeaker."""


class Keys(Protocol):
    """Where the listener's keys come from."""

    def pressed(self, played_ms: int) -> Sequence[str]:
        """The characters pressed since it was last asked; ``played_ms`` were played, what was held included."""


def no_view(view: View) -> None:
    """Shows nothing."""


def _local_time() -> datetime:
    return datetime.now().astimezone()


class Player:
    """Plays a session once.

    ``loudness`` is the programme's, in LUFS; ``ground`` is what is said to ground the listener; ``start_at`` the number
    of the session's item to begin with; ``meditation`` its name, for the record. ``clock`` tells the time with its
    zone; ``sleep`` waits so many seconds for a loudspeaker that went away. ``underruns`` counts how often the sound was
    interrupted.
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
        clock: Callable[[], datetime] = _local_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._sounds = sounds
        self._cache = cache
        self._loudness = loudness
        self._ground = ground
        self._start_at = start_at
        self._meditation = meditation
        self._clock = clock
        self._sleep = sleep
        self.underruns = 0

        self._transport: Transport
        self._speech: SpeechAhead
        self._questions = Questions()
        self._note, self._noted_ms = "", 0

    def play(
        self, open_output: Callable[[], Output], keys: Keys, show: Callable[[View], None] = no_view
    ) -> SessionRecord:
        """Plays into what ``open_output`` gives: one output, and another wherever one raises DeviceError later on.

        The sound begins while most is still to be spoken. Raises RequestError where the length asked is out of reach,
        VoiceError where a sentence can't be spoken, DeviceError where there is no loudspeaker, or none any more.
        """
        begun = self._clock()
        utterances = [*self._session.utterances, *(self._ground.utterances if self._ground else ())]
        with SpeechSynthesizer(self._cache) as synthesizer, SpeechAhead(synthesizer, utterances) as self._speech:
            schedule = self._begin()
            clips = tuple(map(self._speech.clip_of, schedule.utterances))
            levels = plan_levels(schedule.timeline, clips, self._sounds, self._loudness)
            with LiveMixer(self._sounds, levels, self._speech.clip_of) as mixer:
                self._transport = Transport(schedule, mixer)
                self._speech.ask(schedule, 0)
                self._play(open_output, keys, show)
        return self._record(begun, schedule.timeline.duration_ms)

    @property
    def timeline(self) -> Timeline:
        """What was heard so far, and what is to come."""
        return self._transport.schedule.timeline

    def _begin(self) -> Schedule:
        """The schedule as it is planned. Raises RequestError, VoiceError."""
        begin = partial(
            Schedule.begin,
            self._session,
            self._speech.length_ms,
            self._sounds.bell_duration,
            start_at=self._start_at,
            ground=self._ground,
        )
        try:
            return begin(tail_ms=self._speech.tail_ms)
        except RequestError:
            # An estimate may be wrong: what can be is known when all is spoken.
            self._speech.speak_all()
            return begin(tail_ms=self._speech.tail_ms)

    def _record(self, begun: datetime, planned_ms: int) -> SessionRecord:
        transport = self._transport
        ended: Literal["to the end", "closed", "left"] = "left"
        if transport.finished:
            ended = "to the end" if transport.closed_at is None else "closed"
        here = transport.schedule.number_at(transport.now_ms) if transport.closed_at is None else transport.closed_at
        stopped_at = None if ended == "to the end" else here
        ratings = tuple(self._questions.ratings)
        return SessionRecord(begun, self._meditation, planned_ms, transport.now_ms, ended, ratings, stopped_at)

    # --- sound --------------------------------------------------------------------------------------------------------

    def _play(self, open_output: Callable[[], Output], keys: Keys, show: Callable[[View], None]) -> None:
        transport = self._transport
        tries = lost_ms = 0
        while not transport.over:
            try:
                with open_output() as output:
                    if transport.lost:
                        transport.find()
                        self._note_down(f"going on with {output.name}")
                    try:
                        self._send(output, keys, show)
                    finally:
                        self.underruns += output.underruns
            except DeviceError:
                tries = 1 if transport.sent_ms - lost_ms > RETURN_MS else tries + 1
                lost_ms = transport.sent_ms
                if not transport.sent_ms or tries > RETRIES:
                    raise
                self._lose(keys, show)

    def _send(self, output: Output, keys: Keys, show: Callable[[View], None]) -> None:
        transport = self._transport
        shown_ms: int | None = None
        while not transport.over:
            self._read(keys)
            if transport.over:
                break
            if not transport.still and not transport.ending:
                self._look_ahead()
            if shown_ms is None or transport.sent_ms - shown_ms >= SHOWN_MS:
                shown_ms = transport.sent_ms
                show(self.view)
            block = transport.read()
            output.write(block)
            transport.advance(len(block))

    def _lose(self, keys: Keys, show: Callable[[View], None]) -> None:
        """The loudspeaker is gone: waits until it may be tried again, or the listener ends it."""
        self._transport.lose()
        self._note_down("the loudspeaker went away; trying again")
        for _ in range(round(RETRY_S / _POLL_S)):
            if self._transport.over:
                break
            self._read(keys)
            show(self.view)
            self._sleep(_POLL_S)

    def _look_ahead(self) -> None:
        """Waits for a sentence that isn't there yet, and for an answer, by a longer silence."""
        transport, now = self._transport, self._transport.now_ms
        transport.change(self._speech.adjusted(transport.schedule, now, transport.sent_ms))
        schedule = transport.schedule
        item = schedule.item_at(now)
        if item and item.asks and schedule.starts[schedule.under_way(now) + 1] - now < LEAD_MS:
            transport.change(schedule.waited(now, RETURN_MS))

    # --- keys ---------------------------------------------------------------------------------------------------------

    def _read(self, keys: Keys) -> None:
        for key in keys.pressed(self._transport.sent_ms):
            if not self._transport.ending and not self._is_answer(key):
                self._press(key)

    def _press(self, key: str) -> None:
        command = next((command for command in Command if command.key == key), None)
        match command:
            case None:
                pass
            case Command.HOLD:
                self._note_down(self._transport.hold())
            case Command.END:
                self._transport.end()
                self._note_down("ending")
            case Command.LOUDER | Command.SOFTER | Command.BED_UP | Command.BED_DOWN | Command.MUTE:
                self._note_down(self._turn(command))
                self._transport.refresh()
            case Command.BELL:
                self._note_down(self._transport.strike())
            case _:
                self._note_down(self._transport.move(command))
                self._speech.ask(self._transport.schedule, self._transport.now_ms)

    def _turn(self, command: Command) -> str:
        """Turns the voice or the bed up or down, or the voice off or on; a note on it."""
        mixer = self._transport.mixer
        match command:
            case Command.MUTE:
                mixer.muted = not mixer.muted
                return "the voice is off" if mixer.muted else "the voice is on"
            case Command.LOUDER | Command.SOFTER:
                mixer.voice_db = _turned(mixer.voice_db, STEP_DB if command is Command.LOUDER else -STEP_DB)
                return f"voice {mixer.voice_db:+g} dB"
            case _:
                mixer.bed_db = _turned(mixer.bed_db, STEP_DB if command is Command.BED_UP else -STEP_DB)
                return f"bed {mixer.bed_db:+g} dB"

    def _is_answer(self, key: str) -> bool:
        """Whether a key answers what is being asked; goes on where the question is answered by it."""
        transport, now = self._transport, self._transport.now_ms
        question = None if transport.still else transport.schedule.question(now)
        answer = self._questions.answer(key, question, now)
        if answer is None:
            return False
        answered, note = answer
        self._note_down(note)
        if answered:
            transport.change(transport.schedule.go_on(now))
        return True

    # --- what is seen -------------------------------------------------------------------------------------------------

    def _note_down(self, note: str) -> None:
        self._note, self._noted_ms = note, self._transport.sent_ms

    @property
    def view(self) -> View:
        """What there is to see now."""
        transport, mixer = self._transport, self._transport.mixer
        schedule, now = transport.schedule, transport.now_ms
        said, saying, coming = schedule.sentences_at(now)
        return View(
            title=self._session.meta.title,
            section=self._session.sections[schedule.section_at(now)].title,
            saying=saying,
            said=said,
            coming=coming,
            breath=schedule.breath(now),
            played_ms=now,
            left_ms=max(0, schedule.timeline.duration_ms - now),
            voice_db=mixer.voice_db,
            bed_db=mixer.bed_db,
            muted=mixer.muted,
            held=transport.still,
            note=self._note if transport.sent_ms - self._noted_ms < NOTE_MS else "",
            question=schedule.question(now),
        )


def _turned(level_db: float, by_db: float) -> float:
    return max(-MAX_DB, min(MAX_DB, level_db + by_db))

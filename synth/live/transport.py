"""Where a session is and what sounds: its schedule, played on, changed, held, or ended by fades."""

from synth.audio.pcm import AudioSegment
from synth.live.commands import Command
from synth.live.live_mixer import LiveMixer
from synth.live.schedule import RETURN_MS, Schedule

END_MS = 960
"""How long the sound fades out when the listener ends it."""

_CHANGES = {
    Command.STAY: Schedule.stay,
    Command.ON: Schedule.on,
    Command.AGAIN: Schedule.again,
    Command.BACK: Schedule.back,
    Command.NEXT: Schedule.next,
    Command.HOME: Schedule.home,
    Command.GROUND: Schedule.ground,
    Command.CLOSE: Schedule.close,
}


class Transport:
    """A schedule under way, and the mixer that sounds as it says.

    ``now_ms`` is how far it is; ``sent_ms`` how much was played in all, silence while it stood still included.
    ``held``: by the listener; ``lost``: for want of a loudspeaker. ``closed_at`` is the number of the session's item
    that was under way when the listener had it close; None where they never did.
    """

    def __init__(self, schedule: Schedule, mixer: LiveMixer) -> None:
        self.schedule = schedule
        self.mixer = mixer
        self.now_ms = 0
        self.sent_ms = 0
        self.held = False
        self.lost = False
        self.closed_at: int | None = None
        self._ends_ms: int | None = None
        mixer.crossfade_to(schedule, 0, 0)

    @property
    def still(self) -> bool:
        """Whether it stands where it is, in silence."""
        return self.held or self.lost

    @property
    def ending(self) -> bool:
        """Whether it was ended, and at most fades out."""
        return self._ends_ms is not None

    @property
    def finished(self) -> bool:
        """Whether the schedule was played to its end."""
        return self.now_ms >= self.schedule.timeline.duration_ms

    @property
    def over(self) -> bool:
        """Whether nothing more is to be played."""
        return self.finished or (self._ends_ms is not None and self.sent_ms >= self._ends_ms)

    def read(self) -> AudioSegment:
        """The next block; ``advance`` tells that it was played."""
        return self.mixer.read()

    def advance(self, block_ms: int) -> None:
        """Goes on by a block that was played."""
        self.sent_ms += block_ms
        if not self.still:
            self.now_ms += block_ms

    def change(self, schedule: Schedule) -> None:
        """Goes on with another schedule, by a crossfade unless it stands still."""
        if schedule is not self.schedule:
            self.schedule = schedule
            self.refresh()

    def refresh(self) -> None:
        """Crossfades to the mixer's levels as they are now."""
        if not self.still:
            self.mixer.crossfade_to(self.schedule, self.now_ms)

    def move(self, command: Command) -> str:
        """Goes where a command wants; a note on it."""
        number = self.schedule.number_at(self.now_ms)
        schedule, note = _CHANGES[command](self.schedule, self.now_ms)
        if command is Command.CLOSE and schedule is not self.schedule and self.closed_at is None:
            self.closed_at = number
        self.change(schedule)
        return note

    def strike(self) -> str:
        """Strikes the bell, without a fade; a note on it."""
        if self.still:
            return "not while it is held"
        self.schedule, note = self.schedule.strike(self.now_ms)
        self.mixer.add(self.schedule, self.now_ms)
        return note

    def hold(self) -> str:
        """Holds it, or goes on where it was held; a note on it."""
        self.held = not self.held
        if self.held:
            self.mixer.fade_out(self.now_ms)
            return "held"
        self._come_back()
        return "going on"

    def lose(self) -> None:
        """Stands still at once: there is no loudspeaker. What was ending has ended."""
        self.lost = True
        self.mixer.fade_out(self.now_ms, 0)
        if self.ending:
            self._ends_ms = self.sent_ms

    def find(self) -> None:
        """Goes on, unless it is held: there is a loudspeaker again."""
        self.lost = False
        self._come_back()

    def end(self) -> None:
        """Fades out within ``END_MS`` and ends; where it stands still, at once."""
        self._ends_ms = self.sent_ms if self.still else self.sent_ms + END_MS
        self.mixer.fade_out(self.now_ms, END_MS)

    def _come_back(self) -> None:
        """Fades in, within ``RETURN_MS`` and before the next cue; a sentence that was under way begins again."""
        if self.still:
            return
        self.schedule = self.schedule.restarted(self.now_ms)
        ahead = [cue.start_ms for cue in self.schedule.timeline.cues if cue.start_ms > self.now_ms]
        fade_ms = min(RETURN_MS, min(ahead, default=RETURN_MS + self.now_ms) - self.now_ms)
        self.mixer.crossfade_to(self.schedule, self.now_ms, fade_ms)

"""Which clips of a session are there, and what is played while one isn't: its silence grows."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from synth.audio.loudness import STEP_MS, lufs
from synth.content_cache import CacheEntry
from synth.live.prefetch import SpeechPrefetcher
from synth.live.schedule import Schedule
from synth.personalise.session import Utterance
from synth.speech.clip import Clip, Clips, key_of
from synth.speech.synthesis import SpeechSynthesizer
from synth.timeline.estimate import estimate_speech

LEAD_MS = 400
"""How long before it begins a sentence must be there: the bed gives way for it within 250 ms."""

LATE_MS = 240
"""By how much a silence grows at a time while its sentence isn't there: five blocks."""

LEARN_MS = 1_000
"""How often, at most, the schedule is laid out anew for sentences that are far ahead."""

_USUAL_ENERGY, _USUAL_PEAK = 0.0147, 0.43
"""What a sentence that isn't spoken yet is taken for: −19 LUFS, as espeak-ng's are with their usual effect."""


@dataclass(frozen=True, slots=True)
class Unspoken(Clip):
    """Stands for a clip that isn't there yet, so that levels can be planned; it is never opened."""


def unspoken(utterance: Utterance) -> Clip:
    """A stand-in of the length and level that a sentence will probably have."""
    length = estimate_speech(utterance)
    energies = (_USUAL_ENERGY,) * -(-length // STEP_MS)
    return Unspoken(CacheEntry(Path(), {}, 0), "", "", 0, length, 0, lufs(_USUAL_ENERGY), _USUAL_PEAK, energies, "")


class SpeechAhead:
    """The clips of a session's sentences: those said before are there at once, others come while it plays.

    A thread has them spoken between entering and leaving it.
    """

    def __init__(self, synthesizer: SpeechSynthesizer, utterances: Iterable[Utterance]) -> None:
        self._synthesizer = synthesizer
        self._utterances = {key_of(utterance): utterance for utterance in utterances}
        known = {key: synthesizer.known(utterance) for key, utterance in self._utterances.items()}
        self._clips: Clips = {key: clip for key, clip in known.items() if clip}
        self._prefetcher = SpeechPrefetcher(synthesizer)
        self._fresh: Clips = {}
        self._learned_ms = 0
        self._searched: Schedule | None = None
        self._unready: tuple[int, Utterance] | None = None

    def __enter__(self) -> Self:
        self._prefetcher.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._prefetcher.__exit__(*exception)

    def clip_of(self, utterance: Utterance) -> Clip:
        """The clip of an utterance, or what stands for it."""
        return self._clips.get(key_of(utterance)) or unspoken(utterance)

    def length_ms(self, utterance: Utterance) -> int:
        """How long an utterance is, or probably will be."""
        clip = self._clips.get(key_of(utterance))
        return clip.length_ms if clip else estimate_speech(utterance)

    @property
    def tail_ms(self) -> int:
        """The longest reverb tail of the clips that are there."""
        return max((clip.tail_ms for clip in self._clips.values()), default=0)

    def speak_all(self) -> None:
        """Has every sentence spoken now. Raises VoiceError."""
        for key, utterance in self._utterances.items():
            if key not in self._clips:
                self._clips[key] = self._synthesizer.clip(utterance)

    def ask(self, schedule: Schedule, now_ms: int) -> None:
        """Has what a schedule may still say spoken, those sentences first that come first."""
        self._prefetcher.ask(u for u in schedule.to_say(now_ms) if key_of(u) not in self._clips)

    def adjusted(self, schedule: Schedule, now_ms: int, sent_ms: int) -> Schedule:
        """The schedule with the lengths of what was spoken meanwhile; with a longer silence before what isn't there.

        ``sent_ms`` is what was played in all. Raises what went wrong when the sentence was spoken that is needed now.
        """
        self._fresh |= self._prefetcher.take()
        if self._fresh and (self._missing(schedule, now_ms) or sent_ms - self._learned_ms >= LEARN_MS):
            self._clips |= self._fresh
            self._fresh = {}
            self._learned_ms = sent_ms
            schedule = schedule.learned(now_ms, self.length_ms, self.tail_ms)
        if missing := self._missing(schedule, now_ms):
            index, utterance = missing
            self._prefetcher.check(utterance)
            schedule = schedule.later(now_ms, index, LATE_MS)
        return schedule

    def _missing(self, schedule: Schedule, now_ms: int) -> tuple[int, Utterance] | None:
        """The sentence that isn't there and is about to begin, with its index in the playlist."""
        if schedule is not self._searched:
            first = schedule.under_way(now_ms)
            ahead = ((n, item.utterance) for n, item in enumerate(schedule.playlist[first:], first))
            self._unready = next(((n, u) for n, u in ahead if u and key_of(u) not in self._clips), None)
            self._searched = schedule
        near = self._unready and schedule.starts[self._unready[0]] - now_ms < LEAD_MS
        return self._unready if near else None

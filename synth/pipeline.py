"""The stages, one after the other: what every command, batch and player goes through.

``prepare`` decides everything and makes no sound, ``compose`` speaks and lays out, ``send`` mixes into a sink.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from synth.content_cache import Cache
from synth.errors import RequestError, ScriptError
from synth.formats.provenance import EmbeddedTimeline, Provenance
from synth.formats.track_metadata import TrackMetadata
from synth.mix.levels import MAX_LIMITING_DB, TARGET_LUFS, Levels, plan_levels, planned_loudness
from synth.mix.mixer import BLOCK_MS, Mix
from synth.outputs.output import Sink
from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Session, Utterance
from synth.script.document import Bed, Bell, Document
from synth.scripts import lexicon, phrases
from synth.sounds.collection import Sounds
from synth.source import Problem
from synth.speech.clip import Clip, Clips, key_of
from synth.speech.synthesis import speak
from synth.timeline.anchors import LayoutAnchors, anchors_of
from synth.timeline.estimate import SpeechLength
from synth.timeline.interval_bells import add_interval_bells
from synth.timeline.layout import lay_out
from synth.timeline.model import Timeline

Progress = Callable[[int, int], None]
"""Told how much of how much is done."""

Bar = Callable[[str], AbstractContextManager[Progress]]
"""Opens the progress of a stage, by its name."""

KEPT_WITHIN_LU = 0.2
"""How near an earlier track's levels must bring a programme to where its own would for them to be kept."""

_TOLD_FROM_LU = 0.5
"""How much softer than asked a programme is told to be."""


def no_progress(done: int, of: int) -> None:
    """Progress that nobody watches."""


def no_bar(stage: str) -> AbstractContextManager[Progress]:
    """A stage that nobody watches."""
    return nullcontext(no_progress)


@dataclass(frozen=True, slots=True)
class Track:
    """A session composed: all that a mix needs; ``clips`` are those of the timeline's sentences, in their order.

    ``loudness`` is what it will have in LUFS, as planned; −inf where all is silent.
    """

    session: Session
    timeline: Timeline
    clips: tuple[Clip, ...]
    sounds: Sounds
    levels: Levels
    loudness: float
    metadata: TrackMetadata

    @property
    def voices(self) -> tuple[str, ...]:
        """What speaks it, as it is asked for: ENGINE:ID."""
        return tuple(dict.fromkeys(clip.source for clip in self.clips))

    def loudness_note(self, asked: float) -> str | None:
        """That it is softer than ``asked``, in LUFS, and why; None where it is not."""
        if not self.clips or self.loudness >= asked - _TOLD_FROM_LU:
            return None
        voice = self.levels.voice_lufs
        why = (
            "few words stand in a long silence"
            if voice > asked
            else f"louder, the voice's peaks would be limited by more than {MAX_LIMITING_DB:g} dB"
        )
        return f"softer than the {asked:g} LUFS asked, as {why}; the words are at {voice:.1f} LUFS"

    @property
    def mix(self) -> Mix:
        """What is heard."""
        return Mix(self.timeline, self.clips, self.sounds, self.levels)


def prepare(document: Document, profile: Profile, options: SessionOptions, sounds: Sounds) -> Session:
    """The session that this listener will hear, its sounds known to be there.

    Raises RequestError where an option can't be met, and ScriptError where the script names a sound that isn't there.
    """
    check_sounds(document, sounds)
    check_options(options, sounds)
    language = document.meta.language
    session = personalise(document, profile, options, phrases(language), Lexicon(lexicon(language)))
    if session.bells and (session.bells.interval_ms or session.bells.at_ms):
        sounds.find(session.bells.sound, "bell")
    return session


def in_time(
    session: Session, speech_ms: SpeechLength, sounds: Sounds, tail_ms: int = 0, anchors: LayoutAnchors | None = None
) -> Timeline:
    """The whole timeline of a session: laid out, near ``anchors`` where there are any, its bells rung through it.

    Raises RequestError where its length is out of reach, or a bell can't ring where it should.
    """
    timeline = lay_out(session, speech_ms, sounds.bell_duration, tail_ms, anchors)
    return add_interval_bells(timeline, session.bells, sounds.bell_duration) if session.bells else timeline


def check_options(options: SessionOptions, sounds: Sounds) -> None:
    """Raises RequestError where a bell or a bed that is asked for isn't there."""
    if options.bell and options.bell != "none":
        sounds.find(options.bell, "bell")
    if options.bed and options.bed != "none":
        sounds.find(options.bed, "bed")


def check_sounds(document: Document, sounds: Sounds) -> None:
    """Raises ScriptError with the place of every bell or bed that isn't there."""
    problems = []
    opening = Bed(document.meta.bed.sound, 0, 0, replace(document.sections[0].place, line=1, column=1))
    for item in (opening, *document.walk()):
        try:
            if isinstance(item, Bell):
                sounds.find(item.sound, "bell")
            elif isinstance(item, Bed) and item.sound not in (None, "none"):
                sounds.find(item.sound, "bed")
        except RequestError as error:
            problems.append(Problem(item.place, str(error)))
    if problems:
        raise ScriptError(tuple(sorted(set(problems))))


def compose(
    session: Session,
    sounds: Sounds,
    cache: Cache,
    *,
    loudness: float = TARGET_LUFS,
    earlier: EmbeddedTimeline | None = None,
    progress: Progress = no_progress,
) -> Track:
    """Speaks a session and lays it out; ``loudness`` is the programme's, in LUFS.

    ``earlier`` is what a track to keep to carries: what can stay in its place and at its level does. Raises VoiceError
    where it can't be spoken, RequestError where its length is out of reach.
    """
    clips = speak(session.utterances, cache, progress=progress)
    tail_ms = max((clip.tail_ms for clip in clips.values()), default=0)
    anchors = anchors_of(earlier.timeline) if earlier else None
    timeline = in_time(session, clip_lengths(clips), sounds, tail_ms, anchors)
    heard = tuple(clips[key_of(utterance)] for utterance in session.utterances)
    levels = plan_levels(timeline, heard, sounds, loudness)
    if earlier and earlier.provenance:
        kept = earlier.provenance.levels
        planned, own = (planned_loudness(timeline, heard, sounds, each) for each in (kept, levels))
        if abs(planned - own) <= KEPT_WITHIN_LU:
            levels = kept
    return track_of(session, timeline, session.utterances, heard, sounds, levels, loudness)


def clip_lengths(clips: Clips) -> SpeechLength:
    """How long each utterance is, as spoken."""
    return lambda utterance: clips[key_of(utterance)].length_ms


def track_of(
    session: Session,
    timeline: Timeline,
    utterances: Sequence[Utterance],
    clips: tuple[Clip, ...],
    sounds: Sounds,
    levels: Levels,
    asked: float,
) -> Track:
    """The track of a timeline whose sentences are these utterances, said by these clips, all in their order.

    It stands at ``levels``; ``asked`` is the loudness, in LUFS, that the programme should have.
    """
    planned = planned_loudness(timeline, clips, sounds, levels)
    provenance = Provenance(
        asked,
        levels,
        {strike.sound: sounds.bell(strike.sound).content for strike in timeline.strikes},
        {span.sound: sounds.bed(span.sound).content for span in timeline.beds},
        tuple(_said_by(utterance, clip) for utterance, clip in zip(utterances, clips, strict=True)),
        tuple(clip.take for clip in clips),
        round(planned, 2) if math.isfinite(planned) else None,
    )
    artist = session.meta.author or next((clip.voice for clip in clips), "metta")
    metadata = TrackMetadata(timeline, artist, session.meta.programme or "Meditations", provenance=provenance)
    return Track(session, timeline, clips, sounds, levels, planned, metadata)


def _said_by(utterance: Utterance, clip: Clip) -> Utterance:
    """The utterance, asked for by the voice that said it, whatever voice would be chosen another day."""
    return replace(utterance, style=replace(utterance.style, voice=clip.source))


def send(track: Track, sink: Sink, *, progress: Progress = no_progress) -> None:
    """Mixes a track into a sink, block by block; the sink is entered and left here."""
    with sink:
        for number, block in enumerate(track.mix.blocks(), 1):
            sink.write(block)
            progress(min(number * BLOCK_MS, track.timeline.duration_ms), track.timeline.duration_ms)

"""The stages, one after the other: what every command, batch and player goes through.

``prepare`` decides everything and makes no sound, ``compose`` speaks and lays out, ``send`` mixes into a sink.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from synth.bells import ring_through
from synth.cache import Cache
from synth.errors import Problem, RequestError, ScriptError
from synth.levels import TARGET_LUFS, ClipOf, Levels, plan_levels, planned_loudness
from synth.library import lexicon, phrases
from synth.mix import BLOCK_MS, Mix
from synth.personalise import Lexicon, Profile, Session, Utterance, Wishes, personalise
from synth.plan import Plan, plan_of
from synth.script import Bed, Bell, Document
from synth.sinks import Sink
from synth.sinks.tags import TrackInfo
from synth.sound import Sounds
from synth.speech import Clip, Clips, key_of, speak
from synth.timeline import SpeechLength, Timeline, lay_out

Progress = Callable[[int, int], None]
"""Told how much of how much is done."""


KEPT_WITHIN_LU = 0.2
"""How near to the loudness asked an earlier track's levels must bring a programme to be kept."""


def untold(done: int, of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Track:
    """A session composed: all that a mix needs."""

    timeline: Timeline
    clips: Clips
    sounds: Sounds
    levels: Levels
    info: TrackInfo

    def clip_of(self, utterance: Utterance) -> Clip:
        """The clip of an utterance."""
        return self.clips[key_of(utterance)]

    @property
    def loudness(self) -> float:
        """What it will have in LUFS, as planned."""
        return planned_loudness(self.timeline, self.clip_of, self.sounds, self.levels)

    @property
    def mix(self) -> Mix:
        """What is heard."""
        return Mix(self.timeline, self.clip_of, self.sounds, self.levels)


def prepare(document: Document, profile: Profile, wishes: Wishes, sounds: Sounds) -> Session:
    """The session that this listener will hear, its sounds known to be there.

    Raises RequestError where a wish can't be met, and ScriptError where the script names a sound that isn't there.
    """
    check_sounds(document, sounds)
    check_wishes(wishes, sounds)
    language = document.meta.language
    session = personalise(document, profile, wishes, phrases(language), Lexicon(lexicon(language)))
    if session.bells and (session.bells.interval_ms or session.bells.at_ms):
        sounds.find(session.bells.sound, "bell")
    return session


def in_time(
    session: Session, speech_ms: SpeechLength, sounds: Sounds, room_ms: int = 0, plan: Plan | None = None
) -> Timeline:
    """The whole timeline of a session: laid out, by an earlier plan where there is one, and the bells rung through it.

    Raises RequestError where its length is out of reach, or a bell can't ring where it should.
    """
    timeline = lay_out(session, speech_ms, sounds.ring, room_ms, plan)
    return ring_through(timeline, session.bells, sounds.ring) if session.bells else timeline


def check_wishes(wishes: Wishes, sounds: Sounds) -> None:
    """Raises RequestError where a bell or a bed that is wished for isn't there."""
    if wishes.bell and wishes.bell != "none":
        sounds.find(wishes.bell, "bell")
    if wishes.bed and wishes.bed != "none":
        sounds.find(wishes.bed, "bed")


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
    earlier: Mapping[str, Any] | None = None,
    progress: Progress = untold,
) -> Track:
    """Speaks a session and lays it out; ``loudness`` is the programme's, in LUFS.

    ``earlier`` is the timeline, with its recipe, of a track to keep to: what can stay in its place and at its level
    does. Raises VoiceError where it can't be spoken, RequestError where its length is out of reach.
    """
    clips = speak(session.utterances, cache, progress=progress)
    room_ms = max((clip.room_ms for clip in clips.values()), default=0)
    plan = plan_of(earlier) if earlier else None
    timeline = in_time(session, clip_lengths(clips), sounds, room_ms, plan)
    return track_of(session, timeline, clips, sounds, loudness, _kept_levels(earlier) if earlier else None)


def clip_lengths(clips: Clips) -> SpeechLength:
    """How long each utterance is, as spoken."""
    return lambda utterance: clips[key_of(utterance)].length_ms


def track_of(
    session: Session,
    timeline: Timeline,
    clips: Clips,
    sounds: Sounds,
    loudness: float = TARGET_LUFS,
    levels: Levels | None = None,
) -> Track:
    """A session's track, laid out and spoken; at ``levels`` where they make it about as loud as asked, in LUFS."""

    def clip_of(utterance: Utterance) -> Clip:
        return clips[key_of(utterance)]

    if not levels or abs(planned_loudness(timeline, clip_of, sounds, levels) - loudness) > KEPT_WITHIN_LU:
        levels = plan_levels(timeline, clip_of, sounds, loudness)
    artist = session.meta.author or next((clip.voice for clip in clips.values()), "metta")
    recipe = _recipe(timeline, clip_of, sounds, levels, loudness)
    info = TrackInfo(timeline, artist, session.meta.programme or "Meditations", recipe=recipe)
    return Track(timeline, clips, sounds, levels, info)


def _kept_levels(earlier: Mapping[str, Any]) -> Levels | None:
    recipe = earlier.get("recipe")
    return Levels(recipe["voice_lufs"], recipe["voice_peak"], recipe["limiting_db"]) if recipe else None


def _recipe(timeline: Timeline, clip_of: ClipOf, sounds: Sounds, levels: Levels, loudness: float) -> dict[str, Any]:
    """What a track's proof needs beside its timeline: loudness asked, levels, sounds' contents, and for each
    utterance in turn the style it is spoken in, the take (known by its loudness, which no two takes share) and, where
    it differs from the text, what the voice was given.
    """
    styles = list(dict.fromkeys(cue.utterance.style for cue in timeline.speech))
    bells = {strike.sound: sounds.bell(strike.sound) for strike in timeline.strikes}
    beds = {span.sound: sounds.bed(span.sound) for span in timeline.beds}
    return {
        "loudness_lufs": loudness,
        "voice_lufs": levels.voice_lufs,
        "voice_peak": levels.voice_peak,
        "limiting_db": levels.limiting_db,
        "bells": {name: sound.content for name, sound in bells.items()},
        "beds": {name: sound.content for name, sound in beds.items()},
        "styles": [asdict(style) for style in styles],
        "speech": [
            {"style": styles.index(u.style), "take": clip_of(u).take}
            | ({"spoken": u.spoken} if u.spoken != u.text else {})
            for u in (cue.utterance for cue in timeline.speech)
        ],
    }


def send(track: Track, sink: Sink, *, progress: Progress = untold) -> None:
    """Mixes a track into a sink, block by block; the sink is entered and left here."""
    with sink:
        for number, block in enumerate(track.mix.blocks(), 1):
            sink.write(block)
            progress(min(number * BLOCK_MS, track.timeline.duration_ms), track.timeline.duration_ms)

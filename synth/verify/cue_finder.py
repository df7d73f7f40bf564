"""What a timeline asks to be heard, looked for in a recording: every sentence, every stroke of a bell."""

from dataclasses import replace

import numpy as np

from synth.content_cache import Cache
from synth.errors import MachineError
from synth.formats.provenance import Provenance
from synth.personalise.session import Style, Utterance
from synth.sounds.sound import Sound
from synth.speech.clip import Clip, ClipKey, key_of
from synth.speech.synthesis import speak
from synth.timeline.model import Speech, Strike
from synth.units import db_to_gain, ms_to_frames
from synth.verify.expected_beds import ExpectedBeds
from synth.verify.match import ALIKE, HOP_MS, Match, Spectra, match_speech, match_stroke, spectra
from synth.verify.measure import BURST_WITHIN_MS, FRAMES_A_MS, DecodedTrack, Mono, at_match_rate, largest_burst
from synth.verify.proof import BellResult, SpeechResult

SENTENCE_MS = 40
"""How much shorter or longer a sentence may be: more than two takes differ by."""

_NEAR_MS, _FAR_MS = 300, 2_000
_SILENT_DB = -12.0
_STROKE_MS = 600
_LOST_DB = -10.0
_ALIKE_STROKE = 0.5
_EXPLAINED = 12
"""So many sentences that aren't where they should be are compared with all others; a track has no more to tell."""


class ExpectedSpeech:
    """What should be said: the clip of every speech cue, or why there is none."""

    def __init__(self, provenance: Provenance, cache: Cache) -> None:
        self.utterances = provenance.utterances
        self._takes = provenance.takes
        self._levels = provenance.levels
        self.lacking: dict[Style, str] = {}
        self._clips: dict[ClipKey, Clip] = {}
        self._spectra: dict[ClipKey, Spectra] = {}
        self._at_hand: tuple[Utterance, Mono] | None = None
        for style in dict.fromkeys(utterance.style for utterance in self.utterances):
            try:
                self._clips |= speak((u for u in self.utterances if u.style == style), cache)
            except MachineError as error:
                self.lacking[style] = str(error)

    def clip_of(self, utterance: Utterance) -> Clip:
        """The clip of an utterance whose style is not lacking."""
        return self._clips[key_of(utterance)]

    def waves(self, utterance: Utterance) -> Mono:
        """A clip as loud as the voice is, without what a room adds behind it; the one at hand is kept."""
        if self._at_hand is None or self._at_hand[0] != utterance:
            clip = self.clip_of(utterance)
            dry = at_match_rate(clip.samples()[: ms_to_frames(clip.length_ms)])
            self._at_hand = utterance, dry * np.float32(self._levels.clip_gain(clip))
        return self._at_hand[1]

    def is_take(self, number: int) -> bool:
        """Whether the clip at hand is the one that was mixed, not the same words said anew."""
        utterance = self.utterances[number]
        return self._takes[number] == self.clip_of(utterance).take

    def burst(self, number: int, into_ms: int, level_db: float) -> float:
        """How large a burst a clip holds about a moment by its nature: a t, a k."""
        utterance = self.utterances[number]
        if utterance.style in self.lacking:
            return 0.0
        clip = self.clip_of(utterance)
        first, last = (max(0, ms_to_frames(into_ms + about)) for about in (-BURST_WITHIN_MS, BURST_WITHIN_MS))
        return largest_burst(clip.samples()[first:last]) * self._levels.clip_gain(clip, level_db)

    def spectra(self, utterance: Utterance) -> Spectra:
        """A clip's spectra, kept: they are small."""
        key = key_of(utterance)
        if key not in self._spectra:
            self._spectra[key] = spectra(self.waves(utterance))
        return self._spectra[key]

    def others(self, utterance: Utterance) -> list[Utterance]:
        """Everything else that is said in this track."""
        known = {u.spoken: u for u in self.utterances if u.style not in self.lacking and u.spoken != utterance.spoken}
        return list(known.values())


class CueFinder:
    """Goes along a recording from cue to cue; what is found early or late moves where the next is looked for."""

    def __init__(self, track: DecodedTrack, voice: ExpectedSpeech, expected_beds: ExpectedBeds) -> None:
        self._recording = track
        self._voice = voice
        self._expected_beds = expected_beds
        self._drift_ms = 0.0
        self._explained = 0
        self._rings: list[tuple[float, Mono]] = []

    def hear(self, number: int, cue: Speech) -> SpeechResult:
        """Looks for a speech cue; ``number``: its place among the track's sentences, from 0."""
        utterance = self._voice.utterances[number]
        asked = SpeechResult(cue.text, cue.section, cue.start_ms, cue.end_ms, cue.level_db)
        if reason := self._voice.lacking.get(utterance.style):
            return replace(asked, fault=f"{quoted(asked.text)} can't be said here, so it was not looked for: {reason}")
        if asked.start_ms + self._drift_ms >= self._recording.length_ms:
            return replace(asked, fault=f"{quoted(asked.text)} is missing: the file ends before it")
        here = self._match(utterance, asked, _NEAR_MS)
        if here.score < ALIKE:
            if other := self._said_instead(utterance, asked):
                return replace(
                    asked, score=here.score, fault=f"{quoted(other.text)} is heard where {quoted(asked.text)} should be"
                )
            elsewhere = self._match(utterance, asked, _FAR_MS)
            if elsewhere.score < ALIKE:
                return replace(asked, score=here.score, fault=self._told(asked, utterance, here))
            here = elsewhere
        start, end = asked.start_ms + self._drift_ms + here.start_ms, asked.end_ms + self._drift_ms + here.end_ms
        longer = (end - start) - (asked.end_ms - asked.start_ms)
        fault = ""
        if abs(longer) > SENTENCE_MS:
            fault = f"{quoted(asked.text)} takes {abs(longer):.0f} ms {'more' if longer > 0 else 'less'} than it should"
        self._drift_ms = end - asked.end_ms
        same_take = here.same_waves and self._voice.is_take(number)
        return replace(
            asked, found_start_ms=start, found_end_ms=end, score=here.score, same_take=same_take, fault=fault
        )

    def _match(self, utterance: Utterance, asked: SpeechResult, reach_ms: int) -> Match:
        gain = db_to_gain(asked.level_db)
        said, waves = self._voice.spectra(utterance) * gain**2, self._voice.waves(utterance) * np.float32(gain)
        start = asked.start_ms + self._drift_ms - reach_ms
        end = start + len(waves) / FRAMES_A_MS + 2 * reach_ms
        heard, beside = self._recording.part(start, end), self._expected_beds.mono(round(start), round(end))
        return match_speech(said, waves, heard, beside, reach_ms)

    def _said_instead(self, utterance: Utterance, asked: SpeechResult) -> Utterance | None:
        """Another sentence of the track that is heard in the place of this one."""
        self._explained += 1
        if self._explained > _EXPLAINED:
            return None
        others = ((self._match(other, asked, _NEAR_MS).score, other) for other in self._voice.others(utterance))
        score, best = max(others, key=lambda pair: pair[0], default=(0.0, None))
        return best if score >= ALIKE else None

    def _told(self, asked: SpeechResult, utterance: Utterance, match: Match) -> str:
        start = asked.start_ms + self._drift_ms
        heard = self._recording.part(start, asked.end_ms + self._drift_ms)
        level = np.sqrt(np.mean(np.square(heard))) / max(
            1e-9, float(np.sqrt(np.mean(np.square(self._voice.waves(utterance)))))
        )
        if level < db_to_gain(_SILENT_DB):
            return f"{quoted(asked.text)} is missing"
        if match.poor_ms is None:
            return f"{quoted(asked.text)} is all there, but parts of it come early or late"
        if match.alike < 0.5:
            return f"something else is said where {quoted(asked.text)} should be"
        words = _words_at(asked.text, self._voice.spectra(utterance), *match.poor_ms)
        return f"other words are heard at {quoted(words)} in {quoted(asked.text)}"

    def ring(self, cue: Strike, bell: Sound, voice_peak: float) -> BellResult:
        """A stroke of a bell, set against the voice's peak; what earlier ones still ring is taken away."""
        asked = BellResult(cue.sound, cue.section, cue.start_ms, cue.end_ms)
        gain = voice_peak / bell.peak * db_to_gain(cue.level_db)
        whole = at_match_rate(bell.samples()) * np.float32(gain)
        stroke = whole[: _STROKE_MS * FRAMES_A_MS]
        for reach_ms in (_NEAR_MS, _FAR_MS):
            start = asked.start_ms + self._drift_ms - reach_ms
            heard = self._recording.part(start, start + 2 * reach_ms + len(stroke) / FRAMES_A_MS)
            for since_ms, ringing in self._rings:
                _take_away(ringing, since_ms - start, heard)
            found = match_stroke(stroke, heard, reach_ms)
            if found.gain > db_to_gain(_LOST_DB) and found.alike > _ALIKE_STROKE:
                self._drift_ms += found.off_ms
                at = asked.start_ms + self._drift_ms
                self._rings.append((at, whole * np.float32(found.gain)))
                return replace(asked, found_ms=at, off_db=20 * float(np.log10(found.gain)))
        return replace(asked, fault=f"the bell '{asked.sound}' is missing")


def quoted(text: str) -> str:
    """A text between quotation marks, shortened where it is long."""
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57].rstrip()}…'"


def _words_at(text: str, said: Spectra, start_ms: int, end_ms: int) -> str:
    """The words of a text that fall between two moments of its clip; letters are taken to be equally long."""
    loud = said.sum(axis=1) > said.sum(axis=1).mean() / 100
    spoken = np.cumsum(loud) / max(1, loud.sum())
    first, last = (float(spoken[min(ms // HOP_MS, len(spoken) - 1)]) for ms in (start_ms, end_ms))
    words = text.split()
    ends = np.cumsum([len(word) for word in words]) / sum(map(len, words))
    touched = [
        word for word, start, end in zip(words, [0.0, *ends], ends, strict=False) if start <= last and end >= first
    ]
    return " ".join(touched)


def _take_away(ringing: Mono, at_ms: float, heard: Mono) -> None:
    """Subtracts a sound that began at ``at_ms`` of what is heard, or before it."""
    at = round(at_ms * FRAMES_A_MS)
    part = ringing[max(0, -at) :]
    start = max(0, at)
    length = max(0, min(len(part), len(heard) - start))
    heard[start : start + length] -= part[:length]

"""A track held against what its timeline asks: everything measured, everything found, a check of every kind."""

import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth.audio.loudness import lufs
from synth.content_cache import Cache
from synth.errors import RequestError
from synth.formats.provenance import Provenance
from synth.formats.track_file import read_tags, read_timeline
from synth.formats.track_metadata import Tags
from synth.mix.bed_envelope import DUCK_DOWN_MS, DUCK_UP_MS
from synth.mix.levels import TARGET_LUFS
from synth.sounds.collection import Sounds
from synth.sounds.sound import Sound
from synth.timeline.model import BedSpan, Speech, Strike, Timeline
from synth.verify.clicks import find_bursts
from synth.verify.cue_finder import CueFinder, ExpectedSpeech, quoted
from synth.verify.expected_beds import ExpectedBeds
from synth.verify.measure import DecodedTrack, Measure, measure, record
from synth.verify.proof import BellResult, Check, Fault, PauseResult, Proof, SectionResult, SpeechResult, format_place

LENGTH_MS = 50
PLACE_MS = 50
LOUDNESS_LU = 0.5
PLANNED_SOFTER_LU = 0.1
"""From where a track that was planned softer than asked is held against what was planned."""

PEAK_DBTP = -1.0
PAUSE_MS = 10
PAUSE_RETOLD_MS = 40
"""For pauses beside a sentence that was said anew for the proof: its ends come a pitch period or two early or late."""

BELL_DB = 1.0
BED_LU = 1.5
NO_PROVENANCE = "the track doesn't say how it was made, as those of an earlier metta; render it again"
_STEP_MS, _BLOCK_STEPS = 100, 4
_GATE_LU = -10.0
_ALONE_MS = 5_000
_STRIKE_MS = 60
_EXPLAINS = 0.5
"""A burst of half the size explains one: a codec adds to it what it takes from its neighbours."""

_LONGEST_RING_MS = 30_000
_SPEECH_EDGE_MS = 30


def prove(path: Path, cache: Cache, sounds: Sounds, loudness: float | None = None) -> Proof:
    """Holds a track against the timeline inside it; ``loudness`` in LUFS, where another was asked than it says.

    What should be said is taken from the cache, or said anew. Raises RequestError where the file holds no timeline, or
    no sound.
    """
    if not os.path.isfile(path):  # a Path raises where a name is too long
        raise RequestError(f"{path}: there is no such file")
    embedded = read_timeline(path)
    timeline, provenance = embedded.timeline, embedded.provenance
    measured, track = measure(path), record(path)
    voice, expected_beds = None, None
    speech, bells, rings = _unheard(timeline)
    if provenance:
        voice = ExpectedSpeech(provenance, cache)
        expected_beds = ExpectedBeds(timeline, provenance, sounds)
        speech, bells, rings = _find_cues(timeline, provenance, CueFinder(track, voice, expected_beds), sounds)
    voice_lufs = _voice_loudness(speech, measured)
    if provenance:
        bells = _levelled(bells, 0.0 if np.isnan(voice_lufs) else voice_lufs - provenance.levels.voice_lufs)
    if provenance and not speech:
        voice_lufs = provenance.levels.voice_lufs
    pauses = _pauses(speech, bells)
    sections = _sections(timeline, speech, bells)
    clicks = _clicks(track, speech, bells, voice, expected_beds)
    checks = (
        _file_check(measured),
        _speech_check(speech, bool(provenance)),
        *_pauses_check(pauses),
        *_bells_check(bells, bool(provenance)),
        _sections_check(sections),
        *(_bed_check(bed, speech, bells, rings, measured, voice_lufs) for bed in timeline.beds),
        _length_check(timeline.duration_ms, track.length_ms),
        _loudness_check(provenance, loudness, measured.loudness, bool(speech)),
        Check("range", "told", f"{measured.range:.1f} LU", True),
        Check("true peak", f"≤ {PEAK_DBTP:g} dBTP", f"{measured.peak:.1f} dBTP", measured.peak <= PEAK_DBTP),
        _clicks_check(clicks),
        _tags_check(read_tags(path), timeline),
    )
    return Proof(
        str(path), timeline.title, timeline.duration_ms, track.length_ms,
        measured.loudness, measured.range, measured.peak,
        checks, sections, speech, bells, pauses, clicks, _outline(track),
    )  # fmt: skip


Results = tuple[tuple[SpeechResult, ...], tuple[BellResult, ...], dict[str, int]]
"""What was found of every sentence and every stroke, and how many milliseconds each bell sounds."""


def _find_cues(timeline: Timeline, provenance: Provenance, finder: CueFinder, sounds: Sounds) -> Results:
    """Every sentence and every stroke, looked for one after the other."""
    known: dict[str, Sound | str] = {}
    for name in {strike.sound for strike in timeline.strikes}:
        try:
            known[name] = sounds.bell_of(name, provenance.bells.get(name, ""))
        except RequestError as error:
            known[name] = str(error)
    speech: list[SpeechResult] = []
    bells: list[BellResult] = []
    for cue in timeline.cues:
        if isinstance(cue, Speech):
            speech.append(finder.hear(len(speech), cue))
        elif isinstance(cue, Strike):
            bell = known[cue.sound]
            if isinstance(bell, Sound):
                bells.append(finder.ring(cue, bell, provenance.levels.voice_peak))
            else:
                bells.append(replace(_bell_result(cue), fault=f"not looked for: {bell}"))
    return tuple(speech), tuple(bells), {n: b.length_ms for n, b in known.items() if isinstance(b, Sound)}


def _unheard(timeline: Timeline) -> Results:
    """What a track asks that does not say how it was made."""
    speech = (SpeechResult(cue.text, cue.section, cue.start_ms, cue.end_ms) for cue in timeline.speech)
    return tuple(speech), tuple(map(_bell_result, timeline.strikes)), {}


def _bell_result(strike: Strike) -> BellResult:
    return BellResult(strike.sound, strike.section, strike.start_ms, strike.end_ms)


def _levelled(bells: tuple[BellResult, ...], voice_off_lu: float) -> tuple[BellResult, ...]:
    """Bells held against the voice as it is: in a track that is too loud as a whole, no bell is."""

    def held(bell: BellResult) -> BellResult:
        if bell.off_db is None:
            return bell
        off = bell.off_db - voice_off_lu
        wrong = f"the bell '{bell.sound}' is {abs(off):.1f} dB {'louder' if off > 0 else 'softer'} than it should be"
        return replace(bell, off_db=off, fault=wrong if abs(off) > BELL_DB else "")

    return tuple(map(held, bells))


def _mean_loudness(momentary: NDArray[np.float64]) -> float:
    """The gated loudness, in LUFS, of 400 ms blocks; as BS.1770 gates a programme."""
    energies = 10 ** ((momentary + 0.691) / 10)
    energies = energies[energies > 0]
    loud = energies[energies > energies.mean() * 10 ** (_GATE_LU / 10)] if len(energies) else energies
    return lufs(float(loud.mean())) if len(loud) else -np.inf


def _blocks(measured: Measure) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Loudness, start and end in milliseconds of all 400 ms blocks."""
    ends = np.arange(1, len(measured.momentary) + 1, dtype=np.float64) * _STEP_MS
    momentary = np.nan_to_num(np.array(measured.momentary, np.float64), nan=-np.inf)
    return momentary, ends - _BLOCK_STEPS * _STEP_MS, ends


def _voice_loudness(speech: tuple[SpeechResult, ...], measured: Measure) -> float:
    """The loudness of the sentences as they are heard, in LUFS: the median; NaN where none was found."""
    momentary, starts, ends = _blocks(measured)
    each = [
        _mean_loudness(momentary[(starts >= cue.found_start_ms) & (ends <= cue.found_end_ms)]) - cue.level_db
        for cue in speech
        if cue.found_start_ms is not None and cue.found_end_ms is not None
    ]
    return float(np.median([loudness for loudness in each if np.isfinite(loudness)] or [np.nan]))


def _pauses(speech: tuple[SpeechResult, ...], bells: tuple[BellResult, ...]) -> tuple[PauseResult, ...]:
    """Every silence between the track's beginning, its sentences and its bells.

    A bell is waited for as long as it was asked, from where it is heard; behind the last sound, the track's length
    says what its silence is.
    """
    sounding = sorted(
        [
            (cue.start_ms, cue.end_ms, cue.found_start_ms, cue.found_end_ms, cue.same_take) for cue in speech
        ] + [
            (b.start_ms, b.end_ms, b.found_ms, None if b.found_ms is None else b.found_ms + b.end_ms - b.start_ms, True)
            for b in bells
        ]
    )  # fmt: skip
    pauses = []
    for before, after in pairwise([(0, 0, 0.0, 0.0, True), *sounding]):
        asked = after[0] - before[1]
        if asked > 0:
            found = None if before[3] is None or after[2] is None else after[2] - before[3]
            within = PAUSE_MS if before[4] and after[4] else PAUSE_RETOLD_MS
            pauses.append(PauseResult(before[1], asked, before[3], found, within))
    return tuple(pauses)


def _sections(
    timeline: Timeline, speech: tuple[SpeechResult, ...], bells: tuple[BellResult, ...]
) -> tuple[SectionResult, ...]:
    """Where every section begins, by the first of its sounds that is found."""
    offs = sorted(
        [(cue.section, cue.start_ms, cue.found_start_ms) for cue in speech if cue.found_start_ms is not None]
        + [(bell.section, bell.start_ms, bell.found_ms) for bell in bells if bell.found_ms is not None]
    )
    first: dict[int, float] = {}
    for section, start, found in offs:
        first.setdefault(section, found - start)
    return tuple(
        SectionResult(c.title, c.start_ms, c.end_ms, c.start_ms + first[number] if number in first else None)
        for number, c in enumerate(timeline.chapters)
    )


def _clicks(
    track: DecodedTrack,
    speech: tuple[SpeechResult, ...],
    bells: tuple[BellResult, ...],
    voice: ExpectedSpeech | None,
    expected_beds: ExpectedBeds | None,
) -> tuple[int, ...]:
    """Every burst that neither a bell's stroke, nor the bed, nor the sentence that is said there explains."""
    bursts = track.bursts
    said, struck = np.full(len(bursts), -1), np.zeros(len(bursts), bool)
    for number, cue in enumerate(speech):
        start = cue.start_ms if cue.found_start_ms is None else cue.found_start_ms
        end = cue.end_ms if cue.found_end_ms is None else cue.found_end_ms
        said[max(0, int(start) - _SPEECH_EDGE_MS) : max(0, int(end) + _SPEECH_EDGE_MS)] = number
    for bell in bells:
        at = int(bell.start_ms if bell.found_ms is None else bell.found_ms)
        struck[max(0, at - _STRIKE_MS) : max(0, at + _STRIKE_MS)] = True

    def natural(at: int) -> float:
        largest = expected_beds.burst(at) if expected_beds else 0.0
        number = int(said[at])
        if voice and number >= 0:
            cue = speech[number]
            into_ms = at - round(cue.start_ms if cue.found_start_ms is None else cue.found_start_ms)
            largest = max(largest, voice.burst(number, into_ms, cue.level_db))
        return largest

    return tuple(at for at in find_bursts(bursts, said >= 0, struck) if natural(at) < _EXPLAINS * float(bursts[at]))


def _outline(track: DecodedTrack) -> tuple[float, ...]:
    padded = np.pad(track.peaks, (0, -len(track.peaks) % _STEP_MS))
    return tuple(float(peak) for peak in padded.reshape(-1, _STEP_MS).max(axis=1))


def _file_check(measured: Measure) -> Check:
    found = f"{measured.complaints} places that can't be decoded" if measured.complaints else "decodes"
    return Check("file", "decodes", found, not measured.complaints)


def _length_check(asked_ms: int, found_ms: int) -> Check:
    off = found_ms - asked_ms
    fault = (
        f"the file is cut off: it ends {format_place(-off)} before it should"
        if off < -1_000
        else f"it is {abs(off)} ms {'longer' if off > 0 else 'shorter'} than it should be"
    )
    passed = abs(off) <= LENGTH_MS
    return Check(
        "length", f"{format_place(asked_ms)} ± {LENGTH_MS} ms", f"{off:+d} ms", passed,
        () if passed else (Fault(min(asked_ms, found_ms), fault),),
    )  # fmt: skip


def _tags_check(tags: Tags, timeline: Timeline) -> Check:
    """Title, artist, language, length, chapters, transcript and cover; a long chapter title may end in "…"."""
    said = [" ".join(cue.text.split()) for cue in timeline.speech]
    transcript = [" ".join(line.split()) for line in tags.transcript.splitlines() if line.strip()]
    chapters = timeline.chapters
    wrong = [
        name
        for name, right in {
            "title": tags.title == timeline.title,
            "artist": bool(tags.artist),
            "language": bool(tags.language),
            "length": tags.length_ms in (None, timeline.duration_ms),
            "chapters": len(tags.chapters) == len(chapters)
            and all(
                start == chapter.start_ms and chapter.title.startswith(title.removesuffix("…"))
                for (title, start), chapter in zip(tags.chapters, chapters, strict=True)
            ),
            "transcript": transcript == said,
            "cover": tags.cover,
        }.items()
        if not right
    ]
    faults = tuple(Fault(None, f"the {name} is not the timeline's, or not there") for name in wrong)
    return Check("tags", "as the timeline", ", ".join(wrong) or "complete", not wrong, faults)


def _sections_check(sections: tuple[SectionResult, ...]) -> Check:
    offs = {section: section.found_ms - section.start_ms for section in sections if section.found_ms is not None}
    faults = tuple(
        Fault(section.start_ms, f"'{section.title}' begins {abs(off):.0f} ms {'late' if off > 0 else 'early'}")
        for section, off in offs.items()
        if abs(off) > PLACE_MS
    )
    worst = max(offs.values(), key=abs, default=0.0)
    found = f"{len(offs)} of {len(sections)}, the worst {worst:+.0f} ms" if offs else "not judged: nothing was found"
    return Check("sections", f"each ± {PLACE_MS} ms", found, None if not offs else not faults, faults)


def _speech_check(speech: tuple[SpeechResult, ...], told: bool) -> Check:
    asked = f"{len(speech)} in their places"
    if not told and speech:
        return Check("speech", asked, NO_PROVENANCE, False)
    faults = [Fault(cue.start_ms, cue.fault) for cue in speech if cue.fault]
    drift = 0.0
    for cue in speech:
        if cue.found_start_ms is not None:
            off = cue.found_start_ms - cue.start_ms
            if abs(off) > PLACE_MS and abs(off - drift) > PLACE_MS:
                faults.append(
                    Fault(cue.start_ms, f"{quoted(cue.text)} comes {abs(off):.0f} ms {'late' if off > 0 else 'early'}")
                )
            drift = off
    heard = [cue for cue in speech if cue.score is not None and not cue.fault]
    said_anew = sum(not cue.same_take for cue in heard)
    found = f"{len(heard)} of {len(speech)}"
    if heard:
        found += f", alike by {min(cue.score or 0 for cue in heard):.2f} and more"
    if said_anew:
        found += f", {said_anew} held against words said anew"
    return Check("speech", asked, found, not faults, tuple(sorted(faults, key=lambda fault: fault.at_ms or 0)))


def _pauses_check(pauses: tuple[PauseResult, ...]) -> list[Check]:
    if not pauses:
        return []
    measured = [pause for pause in pauses if pause.found_ms is not None]
    faults = tuple(
        Fault(pause.start_ms, f"a pause of {pause.asked_ms} ms lasts {pause.found_ms:.0f} ms")
        for pause in measured
        if abs(pause.off_ms) > pause.within_ms
    )
    asked = f"{len(pauses)}, each ± {max(pause.within_ms for pause in pauses)} ms"
    if not measured:
        return [Check("pauses", asked, "not judged: nothing was found beside them", None)]
    worst = max(measured, key=lambda pause: abs(pause.off_ms))
    found = f"{len(measured)} of {len(pauses)}, the worst {worst.off_ms:+.1f} ms at {format_place(worst.start_ms)}"
    return [Check("pauses", asked, found, not faults, faults)]


def _bells_check(bells: tuple[BellResult, ...], told: bool) -> list[Check]:
    if not bells:
        return []
    asked = f"{len(bells)}, each ± {BELL_DB:g} dB"
    if not told:
        return [Check("bells", asked, NO_PROVENANCE, False)]
    faults = tuple(Fault(bell.start_ms, bell.fault) for bell in bells if bell.fault)
    offs = [bell.off_db for bell in bells if bell.off_db is not None]
    found = f"{len(offs)} of {len(bells)}" + (f", the worst {max(offs, key=abs):+.1f} dB" if offs else "")
    return [Check("bells", asked, found, not faults, faults)]


def _bed_check(
    bed: BedSpan,
    speech: tuple[SpeechResult, ...],
    bells: tuple[BellResult, ...],
    rings: dict[str, int],
    measured: Measure,
    voice_lufs: float,
) -> Check:
    """How far the bed lies under the voice where it is heard alone: not faded, not giving way, no bell ringing."""
    asked = f"{bed.level_lu:g} LU ± {BED_LU:g}"
    what = f"bed {bed.sound}"
    momentary, starts, ends = _blocks(measured)
    alone = (starts >= bed.start_ms + bed.fade_in_ms) & (ends <= bed.end_ms - bed.fade_out_ms)
    for cue in speech:
        start, end = cue.found_start_ms or cue.start_ms, cue.found_end_ms or cue.end_ms
        alone &= (ends < start - DUCK_DOWN_MS) | (starts > end + DUCK_UP_MS)
    for bell in bells:
        at = bell.found_ms or bell.start_ms
        alone &= (ends < at) | (starts > at + rings.get(bell.sound, _LONGEST_RING_MS))
    if np.isnan(voice_lufs):
        return Check(what, asked, "not judged: no sentence was found", None)
    heard_ms = int(alone.sum()) * _STEP_MS
    if heard_ms < _ALONE_MS:
        return Check(what, asked, f"not judged: heard alone for {heard_ms / 1000:.1f} s only", None)
    found = _mean_loudness(momentary[alone]) - voice_lufs
    passed = abs(found - bed.level_lu) <= BED_LU
    return Check(what, asked, f"{found:.1f} LU, in {heard_ms / 1000:.0f} s alone", passed)


def _loudness_check(provenance: Provenance | None, wished: float | None, found: float, spoken: bool) -> Check:
    """Held against what is wished, or else what was planned, which is softer than asked where few words are said."""
    if not spoken:
        return Check("loudness", "that of the words", f"{found:.1f} LUFS without any", True)
    asked = wished if wished is not None else provenance.loudness_lufs if provenance else TARGET_LUFS
    planned = provenance.planned_lufs if provenance and wished is None else None
    softer = planned is not None and planned < asked - PLANNED_SOFTER_LU
    aim = planned if planned is not None and softer else asked
    told = f"{aim:.4g} LUFS ± {LOUDNESS_LU:g}{f', planned softer than {asked:g}' if softer else ''}"
    return Check("loudness", told, f"{found:.1f} LUFS", abs(found - aim) <= LOUDNESS_LU)


def _clicks_check(clicks: tuple[int, ...]) -> Check:
    faults = tuple(Fault(at, "a click") for at in clicks)
    return Check("clicks", "none", str(len(clicks)) if clicks else "none", not clicks, faults)

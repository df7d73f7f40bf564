"""Finished tracks, spoken by the real voice and decoded again: every pause, every sentence, every stroke.

The pauses are found by a detector of these tests' own, which knows nothing but loud and quiet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
from helpers.sound import (
    FRAMES,
    Studio,
    decibels,
    ebur128,
    heard,
    peaks_per_ms,
    quiet_runs,
    run_metta,
    script,
)
from numpy.typing import NDArray

from synth.audio.ffmpeg import decode
from synth.audio.pcm import Samples, from_raw, to_segment
from synth.content_cache import Cache
from synth.formats.track_file import write_track
from synth.personalise.session import Utterance
from synth.pipeline import Track
from synth.timeline.rests import MIN_SHARE
from synth.timeline.timeline_json import to_json
from synth.verify.checks import prove
from synth.voices.engines import ENGINES, named_voice
from synth.voices.pyttsx3 import PACE
from synth.voices.voice import Words

SPELLINGS: tuple[tuple[str, str, int | None], ...] = (
    ("Let your back be long.", "[pause 2s]", 2_000),
    ("Notice the pillow.", "[pause 2.5s]", 2_500),
    ("Take a deep breath.", "[pause:3]", 3_000),
    ("Give it back.", "[pause = 2s]", 2_000),
    ("Put both feet down.", "[2s]", 2_000),
    ("Begin again at any time.", '[break:"2s"]', 2_000),
    ("This is enough for now.", "[break 2100ms]", 2_100),
    ("Feel the ground below you.", '<break time="2.2s"/>', 2_200),
    ("So be it, said the sea.", "[pause short]", 3_000),
    ("The breath goes in and out.", "[pause breath]", 2_600),
    ("Who is it that hears?", "[pause]", 5_000),
    ("Nothing needs to be done.", "[PAUSE 0.04m]", 2_400),
    ("Be kind to your knees.", "[pause 1s] [pause 1500ms]", 2_500),
    ("Even now, a bird sings.", "[pause 2s..]", None),
    ("Your hands may rest.", "[pause 2s..9s x2]", None),
    ("Good night, dear Zoë.", "[pause 2250 ms]", 2_250),
    ("There is no more to say.", "[pause 1s]", 1_000),
)
"""A sentence, the pause behind it as it may be written, and its milliseconds (None where they are elastic)."""

TITLES = ("Ö", "Ankommen – und noch einmal, ganz in Ruhe und ohne Eile, Łukasz; 静かに = #3", "3")
LENGTH_MS = 75_000
FORMATS = ("mp3", "flac", "wav")


@dataclass(frozen=True, slots=True)
class Made:
    """A track, the files it was written to by their endings, and what is in them, decoded."""

    track: Track
    files: Mapping[str, Path]
    decoded: Mapping[str, Samples]

    @property
    def timeline(self) -> dict[str, Any]:
        return to_json(self.track.timeline)

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        assert self.track.metadata.provenance
        return self.track.metadata.provenance.utterances

    def cues(self, kind: str) -> list[dict[str, Any]]:
        return [cue for cue in self.timeline["cues"] if cue["kind"] == kind]


def listen(path: Path) -> Samples:
    return from_raw(b"".join(decode(path)))


def made(track: Track, folder: Path, *endings: str) -> Made:
    files = {ending: folder / f"track.{ending}" for ending in endings}
    for path in files.values():
        write_track(path, track.metadata, track.mix.blocks())
    return Made(track, files, {ending: listen(path) for ending, path in files.items()})


def written_over(source: Made, samples: Samples, path: Path) -> Path:
    """A file with other sound in it, that says of itself what the track says."""
    write_track(path, source.track.metadata, [to_segment(samples)])
    return path


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("tracks")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def spoken(studio: Studio) -> Made:
    """A track of all spellings, without a bell or a bed."""
    lines = [f"{sentence} {pause}" for sentence, pause, _ in SPELLINGS]
    parts = [lines[:3], lines[3:9], lines[9:]]
    body = "\n".join(f"# {title}\n\n" + "\n".join(part) + "\n" for title, part in zip(TITLES, parts, strict=True))
    header = [
        "author: José Ágústsdóttir", "programme: Café Übung", "language: en", "pauses: {breath: 2600ms}",
        f"length: {LENGTH_MS / 1000}s",
    ]  # fmt: skip
    text = script(body, header, title="Jede Pause – 静")
    track = studio.compose(text, voice="pyttsx3", effect="plain", bed="none", bell="none")
    return made(track, studio.folder, *FORMATS)


@pytest.fixture(scope="module")
def rung(studio: Studio) -> Made:
    """Sentences among strokes of a chime, over a bed."""
    text = (
        "[pause 3s] [bell chime]\n\nOne may sit here for a while. [pause 3s] [bell chime x2]\n\nTwo of us may sit here."
        " [pause 4s]\n\nThree would be a crowd. [pause 2s]\n\n[bell chime]"
    )
    track = studio.compose(script(text, ["bed: {sound: brown}"]), voice="pyttsx3")
    return made(track, studio.folder / "cache", "mp3")


def loud(samples: Samples, level_db: float) -> NDArray[np.bool_]:
    """Which milliseconds reach a level."""
    return np.asarray(peaks_per_ms(samples) > 10 ** (level_db / 20))


class TestPauses:
    @pytest.mark.parametrize("level_db", [-42, -46, -50, -55, -60])
    @pytest.mark.parametrize("ending", FORMATS)
    def test_every_pause_is_as_long_as_it_was_asked(self, spoken: Made, ending: str, level_db: float) -> None:
        found = [end - start for start, end in quiet_runs(loud(spoken.decoded[ending], level_db), 1_900)]
        timed = [cue["asked_ms"] for cue in spoken.cues("silence")]
        asked = [written or timed[number] for number, (_, _, written) in enumerate(SPELLINGS)][:-1]
        assert len(found) == len(asked)
        errors = [f - a for f, a in zip(found, asked, strict=True)]
        encoders_noise = 5 if (ending, level_db) == ("mp3", -60) else 0  # MP3 spreads some before a hard onset
        assert max(map(abs, errors)) <= 10 + encoders_noise, errors

    def test_elastic_ones_share_what_the_others_leave(self, spoken: Made) -> None:
        silent = [cue["asked_ms"] for cue in spoken.cues("silence")]
        speaking = sum(cue["end_ms"] - cue["start_ms"] for cue in spoken.cues("speech"))
        assert sum(silent) + speaking == LENGTH_MS
        one, two = (length for length, (_, _, written) in zip(silent, SPELLINGS, strict=True) if written is None)
        assert one >= 2_000
        assert two == pytest.approx(min(9_000, 2 * one), abs=1)

    def test_a_lost_sentence_would_be_noticed(self, spoken: Made) -> None:
        samples = spoken.decoded["mp3"].copy()
        cue = spoken.cues("speech")[6]
        samples[cue["start_ms"] * FRAMES : cue["end_ms"] * FRAMES] = 0
        assert len(quiet_runs(loud(samples, -46), 1_900)) == len(SPELLINGS) - 2


@pytest.mark.parametrize(("level_db", "within_ms"), [(-40, 10), (-50, 10), (-60, 40)])
def test_what_the_room_adds_is_short_and_soft(studio: Studio, level_db: float, within_ms: int) -> None:
    """With the voice's own treatment a pause is as long; the room rings into it, and is gone before one listens."""
    text = script("\n".join(f"{sentence} [pause 2s]" for sentence, _, _ in SPELLINGS))
    found = quiet_runs(loud(heard(studio.compose(text, voice="pyttsx3")), level_db), 1_500)
    assert len(found) == len(SPELLINGS) - 1
    assert all(abs(end - start - 2_000) <= within_ms for start, end in found)


class TestSentences:
    @pytest.mark.parametrize("level_db", [-46, -60])
    @pytest.mark.parametrize("ending", FORMATS)
    def test_each_is_heard_from_its_start_to_its_end(self, spoken: Made, ending: str, level_db: float) -> None:
        moments = np.nonzero(loud(spoken.decoded[ending], level_db))[0]
        cues = spoken.cues("speech")
        assert [cue["text"] for cue in cues] == [sentence for sentence, _, _ in SPELLINGS]
        for cue in cues:
            own = moments[(moments > cue["start_ms"] - 400) & (moments < cue["end_ms"] + 400)]
            assert abs(own[0] - cue["start_ms"]) <= 15, cue["text"]
            assert abs(own[-1] + 1 - cue["end_ms"]) <= 15, cue["text"]

    @pytest.mark.parametrize("number", [0, 7, 11, 14])
    def test_nothing_that_can_be_heard_is_trimmed(self, spoken: Made, number: int) -> None:
        """What the engine gives before and behind the sentence, when it says it again, lies far under it."""
        clip = spoken.track.clips[number]
        utterance = spoken.utterances[number]
        kept = np.frombuffer(clip.entry.read(), "<i2").astype(np.float64)[::2]
        with ENGINES["pyttsx3"].open() as voice:
            info = named_voice(voice.voices(), None, "en")
            given = voice.speak(Words(utterance.spoken), info.id, round(MIN_SHARE * PACE)).samples.astype(np.float64)
        size = 1 << (len(given) + len(kept)).bit_length()
        start = int(np.argmax(np.fft.irfft(np.fft.rfft(given, size) * np.conj(np.fft.rfft(kept, size)))))
        start -= size if start > size // 2 else 0  # it may be heard earlier than in what is said again
        level = np.sqrt(np.mean(np.square(kept)))
        onset = clip.rate // 100  # the engine begins a word up to a glottal pulse earlier or later, as its mood is
        trimmed = np.concatenate([given[: max(0, start - onset)], given[start + len(kept) :]])
        assert len(trimmed) > 50 * clip.rate // 1_000, "the engine rests at the end of a sentence"
        assert decibels(float(np.abs(trimmed).max() / level)) < -22

    def test_a_longer_sentence_takes_longer(self, spoken: Made) -> None:
        """Two that were swapped would not be as long as their texts are."""
        lengths = {cue["text"]: cue["end_ms"] - cue["start_ms"] for cue in spoken.cues("speech")}
        assert lengths["Give it back."] < lengths["Notice the pillow."] < lengths["Feel the ground below you."]

    def test_what_is_heard_is_what_was_said(self, studio: Studio, spoken: Made) -> None:
        """Each sentence's place in the file holds the sound of its own clip, at the very sample."""
        for cue, clip in zip(spoken.track.timeline.speech, spoken.track.clips, strict=True):
            mixed = clip.samples()[: clip.length_ms * FRAMES, 0]
            there = spoken.decoded["mp3"][cue.start_ms * FRAMES : cue.end_ms * FRAMES, 0]
            alike = float(np.dot(mixed, there) / np.sqrt(np.dot(mixed, mixed) * np.dot(there, there)))
            assert alike > 0.98, cue.text


class TestSound:
    @pytest.mark.parametrize("ending", FORMATS)
    def test_is_as_loud_as_it_should_be(self, spoken: Made, ending: str) -> None:
        loudness, peak = ebur128(spoken.files[ending])
        assert -18 < spoken.track.loudness <= -16, "peaks of a voice without its effect are not limited away"
        assert loudness == pytest.approx(spoken.track.loudness, abs=0.5)
        assert peak <= -1

    def test_is_as_loud_with_a_bed_and_bells(self, rung: Made) -> None:
        loudness, peak = ebur128(rung.files["mp3"])
        assert loudness == pytest.approx(-16, abs=0.5)
        assert peak <= -1

    @pytest.mark.parametrize(("ending", "under_db"), [("flac", -120), ("wav", -120), ("mp3", -20)])
    def test_is_that_of_the_mix(self, spoken: Made, ending: str, under_db: float) -> None:
        mixed = heard(spoken.track)
        off = np.sqrt(np.mean(np.square(spoken.decoded[ending] - mixed)))
        assert decibels(float(off / np.sqrt(np.mean(np.square(mixed))))) < under_db

    @pytest.mark.parametrize("ending", FORMATS)
    def test_is_stereo_at_48_khz(self, spoken: Made, ending: str) -> None:
        info: Any = mutagen.File(spoken.files[ending]).info
        assert (info.sample_rate, info.channels) == (48_000, 2)
        assert info.length == pytest.approx(LENGTH_MS / 1000, abs=0.05)
        if ending != "mp3":
            assert info.bits_per_sample == 24


class TestBells:
    def test_every_stroke_is_heard_at_its_cue(self, rung: Made) -> None:
        strokes = [cue["start_ms"] for cue in rung.cues("bell")]
        assert len(strokes) == 4
        found = strokes_in(rung.decoded["mp3"])
        assert len(found) == len(strokes)
        assert np.abs(np.array(found) - strokes).max() <= 60

    def test_a_lost_stroke_would_be_noticed(self, rung: Made) -> None:
        samples = rung.decoded["mp3"].copy()
        lost = rung.cues("bell")[-1]["start_ms"]
        samples[lost * FRAMES :] = samples[: len(samples) - lost * FRAMES] * 0
        assert len(strokes_in(samples)) == len(rung.cues("bell")) - 1


def strokes_in(samples: Samples) -> list[int]:
    """The milliseconds at which the chime's first partial comes up at once and stays."""
    mono = samples[:, 0]
    spectrum = np.fft.fft(mono)
    hertz = np.fft.fftfreq(len(mono), 1 / 48_000)
    spectrum[np.abs(hertz - 1_175) > 15] = 0
    level = 20 * np.log10(np.maximum(np.abs(np.fft.ifft(spectrum))[:: 10 * FRAMES], 1e-6))
    found: list[int] = []
    for at in range(30, len(level) - 60):
        comes = level[at] > level[at - 20 : at - 5].max() + 12
        stays = level[at : at + 60].min() > -50
        if comes and stays and (not found or at * 10 > found[-1] + 1_000):
            found.append(at * 10)
    return found


class TestVerify:
    """``metta verify`` believes no file; what is done to words, pauses and bells, ``verify/test_checks.py`` tells."""

    def test_passes_what_is_as_asked(self, spoken: Made, rung: Made, tmp_path: Path) -> None:
        """By words said anew: this cache is empty."""
        run = run_metta("verify", *spoken.files.values(), rung.files["mp3"], folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, ""), run.stdout
        assert run.stdout.count("as asked") == 4
        assert "✗" not in run.stdout
        assert run.stdout.count("found 16 of 16, the worst") == 3, "every pause is measured"

    def test_tells_a_peak(self, studio: Studio, spoken: Made, tmp_path: Path) -> None:
        samples = spoken.decoded["wav"].copy()
        at = spoken.cues("speech")[7]["end_ms"] + 500
        samples[at * FRAMES : at * FRAMES + 20] = 0.99
        proof = prove(written_over(spoken, samples, tmp_path / "peak.wav"), studio.cache, studio.sounds)
        assert {check.what for check in proof.checks if not check.passed} - {"clicks"} == {"true peak"}, proof.reasons

    @pytest.mark.parametrize("ending", ["flac", "wav"])
    def test_tells_a_truncated_file(self, spoken: Made, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"half.{ending}"
        content = spoken.files[ending].read_bytes()
        path.write_bytes(content[: len(content) * 2 // 3])
        run = run_metta("verify", path, folder=tmp_path)
        assert run.returncode == 1
        assert run.stderr.startswith(f"error: {path}: ")
        assert run.stderr.count("\n") == 1

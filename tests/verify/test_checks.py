"""The proof sheet: tracks of a real voice, whole ones proven, and each damage that is done to them named."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.proven import TEXT, Made, short_of, spoken, written
from helpers.sound import FRAMES, Studio, heard, script
from mutagen.id3 import ID3, TIT2, USLT

from synth.audio.pcm import to_segment
from synth.content_cache import Cache
from synth.formats.track_file import write_track
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import Track, compose, prepare
from synth.scripts import load_document
from synth.speech.clip import Clip
from synth.speech.synthesis import speak
from synth.timeline.model import Strike
from synth.verify.checks import prove
from synth.verify.proof import Proof

HAPPY, SAFE, DEAR = 2, 3, 4
"""Sentences by their number."""


def swapped(clips: tuple[Clip, ...], one: int, other: int) -> tuple[Clip, ...]:
    """Clips, two of them in each other's place."""
    return replaced(replaced(clips, one, clips[other]), other, clips[one])


def replaced(clips: tuple[Clip, ...], number: int, clip: Clip) -> tuple[Clip, ...]:
    """Clips with another in the place of one."""
    return (*clips[:number], clip, *clips[number + 1 :])


def lacking(track: Track, strike: Strike) -> Track:
    """The same track without a stroke of a bell, its levels untouched."""
    cues = tuple(cue for cue in track.timeline.cues if cue is not strike)
    return replace(track, timeline=replace(track.timeline, cues=cues))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("proof")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def dry(studio: Studio) -> Made:
    """The track without a bed."""
    return written(studio, "none")


@pytest.fixture(scope="module")
def bedded(studio: Studio) -> Made:
    """The track over a drone."""
    return written(studio, "drone")


@pytest.fixture(params=["dry", "bedded"])
def made(request: pytest.FixtureRequest) -> Made:
    """The one, and the other."""
    track: Made = request.getfixturevalue(request.param)
    return track


@pytest.fixture(scope="module")
def retold(studio: Studio) -> Cache:
    """A cache in which the same words lie in other takes: the engine said other things before."""
    provenance = spoken(studio, "Ana", "none").metadata.provenance
    assert provenance
    utterances = provenance.utterances
    cache = Cache(studio.folder / "retold")
    before = [replace(utterances[0], spoken=text) for text in ("Something else.", "And a little more of it.")]
    speak([*before, *reversed(utterances)], cache)
    return cache


class TestAWholeTrack:
    def test_is_proven(self, made: Made) -> None:
        proof = made.proof()
        assert proof.passed, proof.reasons
        assert [cue.text for cue in proof.speech] == [cue["text"] for cue in made.cues("speech")]
        assert all(cue.same_take for cue in proof.speech)
        assert all(cue.found_start_ms == pytest.approx(cue.start_ms, abs=1) for cue in proof.speech)
        assert all(cue.found_end_ms == pytest.approx(cue.end_ms, abs=1) for cue in proof.speech)
        assert all(bell.found_ms == pytest.approx(bell.start_ms, abs=1) for bell in proof.bells)
        assert len(proof.pauses) == 5
        assert all(abs(pause.off_ms) <= 1 for pause in proof.pauses)

    def test_is_proven_by_the_same_words_said_anew(self, made: Made, retold: Cache) -> None:
        proof = made.proof(cache=retold)
        assert proof.passed, proof.reasons
        assert sum(not cue.same_take for cue in proof.speech) >= 4, "takes that differ, or this shows nothing"
        assert all(cue.found_start_ms == pytest.approx(cue.start_ms, abs=25) for cue in proof.speech)

    def test_of_a_natural_voice_is_proven_by_the_very_takes_said_anew(self, studio: Studio, tmp_path: Path) -> None:
        track = studio.compose(script(TEXT.replace("{name}", "Ana")), voice="natural", bed="drone")
        write_track(tmp_path / "a.mp3", track.metadata, track.mix.blocks())
        proof = prove(tmp_path / "a.mp3", Cache(tmp_path / "cache"), studio.sounds)
        assert proof.passed, proof.reasons
        assert all(cue.same_take for cue in proof.speech)

    def test_of_a_shipped_meditation_is_proven(self, studio: Studio) -> None:
        session = prepare(load_document("soothing-touch"), Profile(), SessionOptions(), studio.sounds)
        track = compose(session, studio.sounds, studio.cache)
        path = studio.folder / "shipped.mp3"
        write_track(path, track.metadata, track.mix.blocks())
        proof = prove(path, studio.cache, studio.sounds)
        assert proof.passed, proof.reasons
        assert any(check.what.startswith("bed") and "alone" in check.found for check in proof.checks)


class TestEveryDamage:
    def test_of_a_track_without_a_bed_is_named(self, dry: Made) -> None:
        """All at once: swapped words, another's name, a lost bell, a click, and 80 ms of a pause."""
        theirs = spoken(dry.studio, "Ben", "none")
        clips = replaced(swapped(dry.track.clips, HAPPY, SAFE), DEAR, theirs.clips[DEAR])
        samples = heard(lacking(dry.track, dry.track.timeline.strikes[2]), clips=clips)
        click_ms = dry.cues("silence")[SAFE]["start_ms"] + 4_000
        samples[click_ms * FRAMES] += 10 ** (-30 / 20)
        cut = (dry.cues("silence")[0]["start_ms"] + 1_000) * FRAMES
        proof = dry.proof(dry.damaged(np.delete(samples, slice(cut, cut + 80 * FRAMES), axis=0)))
        failing = short_of(proof)
        assert failing.keys() == {"length", "sections", "speech", "pauses", "bells", "clicks"}
        assert failing["speech"][:3] == [
            "'Let your shoulders drop, and feel the ground below you.' comes 80 ms early",
            "'May you be safe from harm.' is heard where 'May you be happy.' should be",
            "'May you be happy.' is heard where 'May you be safe from harm.' should be",
        ]
        assert re.fullmatch(r"other words are heard at '.*\bAna,.*' in 'You can rest for .*'", failing["speech"][3])
        assert failing["bells"] == ["the bell 'chime' is missing"]
        assert failing["pauses"] == ["a pause of 2000 ms lasts 1920 ms"]
        assert proof.clicks_ms == pytest.approx([click_ms - 80], abs=2)


class TestWords:
    def test_that_were_swapped_are_named(self, bedded: Made) -> None:
        path = bedded.damaged(heard(bedded.track, clips=swapped(bedded.track.clips, HAPPY, SAFE)))
        assert short_of(bedded.proof(path))["speech"] == [
            "'May you be safe from harm.' is heard where 'May you be happy.' should be",
            "'May you be happy.' is heard where 'May you be safe from harm.' should be",
        ]

    def test_that_are_missing_are_named(self, bedded: Made) -> None:
        samples = bedded.samples.copy()
        cue, pause = bedded.cues("speech")[SAFE], bedded.cues("silence")[SAFE]
        length = cue["end_ms"] - cue["start_ms"] + 40
        rest = samples[(pause["end_ms"] - length) * FRAMES : pause["end_ms"] * FRAMES]
        samples[(cue["start_ms"] - 20) * FRAMES :][: len(rest)] = rest
        assert bedded.falls_short(samples)["speech"] == ["'May you be safe from harm.' is missing"]

    @pytest.mark.parametrize(("name", "by_other_takes"), [("Ben", False), ("Anton", True)])
    def test_of_another_person_are_named(self, bedded: Made, retold: Cache, name: str, by_other_takes: bool) -> None:
        """The very sentence with another name in it, as a track that was made for somebody else."""
        theirs = spoken(bedded.studio, name, "none")
        sound = heard(bedded.track, clips=replaced(bedded.track.clips, DEAR, theirs.clips[DEAR]))
        proof = bedded.proof(bedded.damaged(sound), retold if by_other_takes else None)
        (fault,) = short_of(proof)["speech"]
        assert re.fullmatch(r"other words are heard at '.*\bAna,.*' in 'You can rest .*'", fault)

    def test_that_cannot_be_said_here_are_not_proven(self, dry: Made) -> None:
        nobody = replace(dry.provenance.utterances[0].style, voice="pyttsx3:nobody")
        utterances = tuple(replace(utterance, style=nobody) for utterance in dry.provenance.utterances)
        path = dry.damaged(dry.samples, provenance=replace(dry.provenance, utterances=utterances))
        faults = short_of(dry.proof(path))["speech"]
        assert len(faults) == len(dry.cues("speech"))
        assert "'Welcome, Ana.' can't be said here, so it was not looked for: there is no voice 'nobody'" in faults[0]


class TestTime:
    def test_that_was_cut_from_a_pause_is_told(self, bedded: Made) -> None:
        pause = bedded.cues("silence")[HAPPY]
        at = (pause["start_ms"] + 1_500) * FRAMES
        failing = bedded.falls_short(np.delete(bedded.samples, slice(at, at + 80 * FRAMES), axis=0))
        assert failing["pauses"] == ["a pause of 3000 ms lasts 2920 ms"]
        assert failing["length"] == ["it is 80 ms shorter than it should be"]
        assert failing["sections"] == ["'Leaving' begins 80 ms early"]

    def test_that_was_cut_is_told_by_words_said_anew(self, bedded: Made, retold: Cache) -> None:
        pause = bedded.cues("silence")[HAPPY]
        at = (pause["start_ms"] + 1_500) * FRAMES
        path = bedded.damaged(np.delete(bedded.samples, slice(at, at + 80 * FRAMES), axis=0))
        (fault,) = short_of(bedded.proof(path, retold))["pauses"]
        found = re.fullmatch(r"a pause of 3000 ms lasts (\d+) ms", fault)
        assert found
        assert int(found[1]) == pytest.approx(2_920, abs=25)

    def test_that_one_pause_took_from_another_is_told(self, bedded: Made) -> None:
        first, second = bedded.cues("silence")[HAPPY], bedded.cues("silence")[SAFE]
        cut, put = (first["start_ms"] + 1_500) * FRAMES, (second["start_ms"] + 4_500) * FRAMES
        samples = np.insert(bedded.samples, put, np.zeros((15 * FRAMES, 2)), axis=0)
        samples = np.delete(samples, slice(cut, cut + 15 * FRAMES), axis=0)
        failing = bedded.falls_short(samples)
        assert failing.keys() - {"clicks"} == {"pauses"}
        assert failing["pauses"] == ["a pause of 3000 ms lasts 2985 ms", "a pause of 9000 ms lasts 9015 ms"]

    def test_that_was_cut_from_a_sentence_is_told(self, bedded: Made) -> None:
        at = (bedded.cues("speech")[DEAR]["start_ms"] + 2_000) * FRAMES
        failing = bedded.falls_short(np.delete(bedded.samples, slice(at, at + 60 * FRAMES), axis=0))
        assert "You can rest" in failing["speech"][0]

    def test_that_is_not_there_any_more_is_told(self, bedded: Made) -> None:
        content = bedded.file.read_bytes()
        path = bedded.studio.folder / "cut.mp3"
        path.write_bytes(content[: len(content) * 2 // 3])
        failing = short_of(bedded.proof(path))
        assert re.fullmatch(r"the file is cut off: it ends \d:\d\d\.\d before it should", failing["length"][0])
        assert failing["speech"][-1] == "'Go gently.' is missing: the file ends before it"


class TestBells:
    @pytest.mark.parametrize("number", [0, 2])
    def test_that_are_missing_are_named(self, bedded: Made, number: int) -> None:
        """The last one sounds into the ring of an equal one."""
        strike = bedded.track.timeline.strikes[number]
        assert bedded.falls_short(heard(lacking(bedded.track, strike))) == {"bells": ["the bell 'chime' is missing"]}

    def test_that_are_too_soft_are_named(self, bedded: Made) -> None:
        strike = bedded.track.timeline.strikes[0]
        soft = replace(strike, level_db=strike.level_db - 2)
        cues = tuple(soft if cue is strike else cue for cue in bedded.track.timeline.cues)
        failing = bedded.falls_short(heard(replace(bedded.track, timeline=replace(bedded.track.timeline, cues=cues))))
        assert failing.keys() == {"bells"}
        assert re.fullmatch(r"the bell 'chime' is (1\.[5-9]|2\.[0-5]) dB softer than it should be", failing["bells"][0])


class TestSound:
    def test_that_is_3_db_too_loud_is_told_as_a_whole(self, bedded: Made) -> None:
        failing = bedded.falls_short(bedded.samples * 10 ** (3 / 20))
        assert failing.keys() - {"true peak"} == {"loudness"}

    def test_with_another_bed_level_is_told(self, studio: Studio) -> None:
        track = spoken(studio, "Ana", "drone")
        (bed,) = track.timeline.beds
        cues = tuple(replace(bed, level_lu=bed.level_lu + 3) if cue is bed else cue for cue in track.timeline.cues)
        louder = replace(track, timeline=replace(track.timeline, cues=cues))
        path = studio.folder / "loud bed.mp3"
        write_track(path, track.metadata, [to_segment(heard(louder))])
        proof = prove(path, studio.cache, studio.sounds)
        (check,) = (check for check in proof.checks if check.what == "bed drone")
        assert not check.passed
        assert check.found.startswith(("-14", "-15")), check

    def test_with_clicks_is_told(self, bedded: Made) -> None:
        """A lost sample at −30 dB, and a step of −36 dB as where two stretches are put together badly."""
        samples = bedded.samples.copy()
        start_ms = bedded.cues("silence")[SAFE]["start_ms"]
        samples[(start_ms + 3_000) * FRAMES + 13] += 10 ** (-30 / 20)
        stepped = samples[(start_ms + 5_000) * FRAMES :][: 2_000 * FRAMES]
        stepped += np.linspace(0.015, 0, len(stepped))[:, None]
        proof = bedded.proof(bedded.damaged(samples))
        assert short_of(proof) == {"clicks": ["a click", "a click"]}
        assert proof.clicks_ms == pytest.approx([start_ms + 3_000, start_ms + 5_000], abs=2)


class TestTags:
    def test_that_say_something_else_are_named(self, dry: Made) -> None:
        path = dry.damaged(dry.samples)
        tags = ID3(path)
        tags.setall("TIT2", [TIT2(encoding=3, text=["Another"])])
        tags.setall("USLT", [USLT(encoding=3, lang="eng", desc="", text="May you be happy.")])
        tags.delall("APIC")
        tags.save(path)
        assert short_of(dry.proof(path)) == {
            "tags": [f"the {name} is not the timeline's, or not there" for name in ("title", "transcript", "cover")]
        }


def test_a_track_that_does_not_say_how_it_was_made_is_judged_as_far_as_it_can_be(dry: Made) -> None:
    path = dry.damaged(dry.samples, provenance=None)
    proof = dry.proof(path)
    judged = {check.what: check.passed for check in proof.checks}
    assert not proof.passed
    assert judged["length"] is judged["loudness"] is judged["tags"] is judged["clicks"] is True
    assert judged["speech"] is judged["bells"] is False
    assert judged["pauses"] is judged["sections"] is None
    assert all("render it again" in reason for reason in proof.reasons)


class TestWithoutWords:
    """What can't be judged there does not fall short, and what can still does."""

    def proof_of(self, track: Track, folder: Path, studio: Studio, gain: float = 1.0) -> Proof:
        path = folder / "wordless.mp3"
        write_track(path, track.metadata, [to_segment(heard(track) * gain)])
        return prove(path, studio.cache, studio.sounds)

    def test_a_pause_and_nothing_else_is_proven(self, studio: Studio, tmp_path: Path) -> None:
        proof = self.proof_of(studio.compose(script("[pause 12s]")), tmp_path, studio)
        assert proof.passed, proof.reasons
        assert [check.what for check in proof.checks if check.passed is None] == ["sections"]
        assert proof.to_json()["passed"] is True

    def test_a_bed_is_held_against_the_voice_that_it_would_stand_under(self, studio: Studio, tmp_path: Path) -> None:
        track = studio.compose(script("[pause 40s]", ["bed: {sound: rain}"]))
        proof = self.proof_of(track, tmp_path, studio)
        assert proof.passed, proof.reasons
        (bed,) = (check for check in proof.checks if check.what == "bed rain")
        assert bed.passed
        assert bed.found.startswith(("-17.", "-18."))

    def test_a_bed_that_is_too_loud_falls_short(self, studio: Studio, tmp_path: Path) -> None:
        track = studio.compose(script("[pause 40s]", ["bed: {sound: rain}"]))
        assert short_of(self.proof_of(track, tmp_path, studio, gain=10 ** (3 / 20))).keys() == {"bed rain"}

    def test_a_bed_that_is_never_alone_is_not_judged(self, studio: Studio, tmp_path: Path) -> None:
        proof = self.proof_of(studio.compose(script("[pause 1s]", ["bed: {sound: rain}"])), tmp_path, studio)
        (bed,) = (check for check in proof.checks if check.what == "bed rain")
        assert bed.passed is None
        assert bed.found.startswith("not judged: heard alone for ")
        assert proof.passed, proof.reasons

    def test_a_track_cut_short_falls_short(self, studio: Studio, tmp_path: Path) -> None:
        track = studio.compose(script("[pause 12s]"))
        path = tmp_path / "cut.mp3"
        write_track(path, track.metadata, [to_segment(heard(track)[: 9_000 * FRAMES])])
        assert short_of(prove(path, studio.cache, studio.sounds)).keys() == {"length"}

"""The proof sheet: tracks of a real voice, whole ones proven, and each damage that is done to them named."""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sound import FRAMES, Studio, heard, run_metta, script
from mutagen.id3 import ID3, TIT2, USLT

from synth.audio.ffmpeg import decode
from synth.audio.pcm import Samples, from_raw, to_segment
from synth.content_cache import Cache
from synth.formats.provenance import Provenance
from synth.formats.track_file import write_track
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import Track, compose, prepare
from synth.scripts import load_document
from synth.speech.clip import Clip
from synth.speech.synthesis import speak
from synth.timeline.model import Strike
from synth.timeline.timeline_json import to_json
from synth.verify.checks import prove
from synth.verify.clicks import find_bursts
from synth.verify.proof import Proof
from synth.verify.proof_page import write_html

TEXT = """
# Arriving

[bell chime]

Welcome, {name}. [pause 2s]

Let your shoulders drop, and feel the ground below you. [pause 1.5s]

# Wishes

May you be happy. [pause 3s]

May you be safe from harm. [pause 9s]

# Leaving

You can rest for a while, dear {name}, with your eyes closed. [pause 2s]

[bell chime x2]

Go gently. [pause 2s]
"""
HAPPY, SAFE, DEAR = 2, 3, 4
"""Sentences by their number."""


@dataclass(frozen=True, slots=True)
class Made:
    """A track, the file it was written to, and what is in that, decoded."""

    track: Track
    file: Path
    samples: Samples
    studio: Studio

    def cues(self, kind: str) -> list[dict[str, Any]]:
        return [cue for cue in to_json(self.track.timeline)["cues"] if cue["kind"] == kind]

    @property
    def provenance(self) -> Provenance:
        assert self.track.metadata.provenance
        return self.track.metadata.provenance

    def damaged(self, samples: Samples, **says: Any) -> Path:
        """A file with this sound in it, that says of itself what the track says, or else."""
        path = self.studio.folder / "damaged.mp3"
        write_track(path, replace(self.track.metadata, **says), [to_segment(samples)])
        return path

    def proof(self, path: Path | None = None, cache: Cache | None = None) -> Proof:
        return prove(path or self.file, cache or self.studio.cache, self.studio.sounds)

    def falls_short(self, samples: Samples) -> dict[str, list[str]]:
        """What a track with this sound in it falls short in, and why."""
        return short_of(self.proof(self.damaged(samples)))


def short_of(proof: Proof) -> dict[str, list[str]]:
    return {check.what: [fault.says for fault in check.faults] for check in proof.checks if check.passed is False}


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


def listen(path: Path) -> Samples:
    return from_raw(b"".join(decode(path)))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("proof")
    return Studio(folder, Cache(folder / "cache"))


def spoken(studio: Studio, name: str, bed: str) -> Track:
    return studio.compose(script(TEXT.replace("{name}", name)), voice=None, bed=bed)


def written(studio: Studio, bed: str) -> Made:
    track = spoken(studio, "Ana", bed)
    path = studio.folder / f"{bed}.mp3"
    write_track(path, track.metadata, track.mix.blocks())
    return Made(track, path, listen(path), studio)


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

    def test_that_is_not_there_any_more_is_told(self, made: Made) -> None:
        content = made.file.read_bytes()
        path = made.studio.folder / "cut.mp3"
        path.write_bytes(content[: len(content) * 2 // 3])
        failing = short_of(made.proof(path))
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
    def test_that_is_3_db_too_loud_is_told_as_a_whole(self, made: Made) -> None:
        failing = made.falls_short(made.samples * 10 ** (3 / 20))
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
        """A lost sample at −30 dB, and a step of −40 dB as where two stretches are put together badly."""
        samples = bedded.samples.copy()
        start_ms = bedded.cues("silence")[SAFE]["start_ms"]
        samples[(start_ms + 3_000) * FRAMES + 13] += 10 ** (-30 / 20)
        samples[(start_ms + 5_000) * FRAMES :] += 0.01
        proof = bedded.proof(bedded.damaged(samples))
        assert short_of(proof) == {"clicks": ["a click", "a click"]}
        assert proof.clicks_ms == pytest.approx([start_ms + 3_000, start_ms + 5_000], abs=2)

    def test_clicks_are_not_what_goes_on(self) -> None:
        noise = np.full(1_000, 0.01, np.float32)
        nowhere = np.zeros(1_000, bool)
        assert find_bursts(noise, nowhere, nowhere) == []
        noise[[400, 402, 700]] = 0.1
        assert find_bursts(noise, nowhere, nowhere) == [400, 700]
        assert find_bursts(noise, nowhere, ~nowhere) == []
        noise[500] = 0.04
        assert find_bursts(noise, nowhere, nowhere) == [400, 500, 700]
        assert find_bursts(noise, ~nowhere, nowhere) == [400, 700]


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

    @pytest.mark.parametrize(("body", "header"), [("[pause 12s]", []), ("[pause 30s]", ["bed: {sound: rain}"])])
    def test_the_commands_say_the_same(self, body: str, header: list[str], tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(script(body, header), encoding="utf-8")
        run = run_metta("render", "a.md", "-o", "a.mp3", "--proof", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, ""), run.stdout
        assert "a.mp3: as asked\n" in run.stdout
        assert "  – sections" in run.stdout
        run = run_metta("verify", "a.mp3", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, ""), run.stdout


class TestThePage:
    def test_holds_all_it_needs_but_the_track(self, bedded: Made, tmp_path: Path) -> None:
        page = write_html(bedded.proof(), tmp_path / "proof.html")
        assert re.findall(r'(?:src|href)="([^"]*)"', page) == [f"../{bedded.studio.folder.name}/{bedded.file.name}"]
        assert "http" not in page
        assert page.count("<svg ") == len(re.findall(r'class="wave" d="M[^"]+Z"', page))
        assert len(re.findall(r'<tr data-ms="\d+"><td class="num">', page)) == 6 + 3 + 5
        assert page.count('class="bell"') == 3
        assert "wrong" not in page.partition("<body>")[2]

    def test_shows_what_falls_short_and_takes_texts_for_text(self, dry: Made, tmp_path: Path) -> None:
        proof = dry.proof()
        first, *others = proof.speech
        wrong = replace(first, text="<b>&", fault="'<b>&' is missing")
        page = write_html(replace(proof, speech=(wrong, *others)), tmp_path / "proof.html")
        assert "<b>&" not in page
        assert 'class="speech wrong"><title>&#39;&lt;b&gt;&amp;&#39; is missing</title>' in page


class TestTheCommand:
    def test_tells_faults_in_words_as_json_and_as_a_page(self, studio: Studio, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(script("One two three. [pause 2s]\n\nFour five."), encoding="utf-8")
        assert run_metta("render", "a.md", "-o", "a.mp3", "--voice", "tones", folder=tmp_path).returncode == 0
        run = run_metta("verify", "a.mp3", "--page", "a.html", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, ""), run.stdout
        assert run.stdout.startswith("a.mp3: as asked\n")
        assert 'src="a.mp3"' in (tmp_path / "a.html").read_text(encoding="utf-8")
        say_otherwise(tmp_path / "a.mp3", "Four five.", "Six.")
        run = run_metta("verify", "a.mp3", folder=tmp_path)
        assert run.returncode == 1
        assert re.search(r"^  ✗ speech  +0:0\d\.\d  .*'Six\.'", run.stdout, re.M), run.stdout
        assert re.fullmatch(r"error: a\.mp3: .+, and \d more\n", run.stderr)
        (proof,) = json.loads(run_metta("verify", "a.mp3", "--json", folder=tmp_path).stdout)
        assert not proof["passed"]
        assert [cue["text"] for cue in proof["speech"]] == ["One two three.", "Six."]
        assert {"asked_ms", "found_ms"} <= proof["pauses"][0].keys()

    def test_a_name_that_no_file_can_have_is_told(self, tmp_path: Path) -> None:
        run = run_metta("verify", "a" * 300 + ".mp3", folder=tmp_path)
        assert (run.returncode, run.stderr) == (1, f"error: {'a' * 300}.mp3: there is no such file\n")

    def test_draws_a_page_of_one_track(self, tmp_path: Path) -> None:
        assert run_metta("verify", "a.mp3", "b.mp3", "--page", "a.html", folder=tmp_path).returncode == 2


def say_otherwise(path: Path, text: str, other: str) -> None:
    """Changes what a track's timeline says."""
    tags = ID3(path)
    (frame,) = tags.getall("GEOB")
    frame.data = frame.data.replace(text.encode(), other.encode())
    tags.save(path)

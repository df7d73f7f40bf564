"""Sentences and strokes looked for in a recording, one behind the other."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from helpers.sound import FRAMES, Studio, heard, script

from synth.audio.pcm import Samples
from synth.content_cache import Cache
from synth.pipeline import Track
from synth.verify.cue_finder import CueFinder, ExpectedSpeech, quoted
from synth.verify.expected_beds import ExpectedBeds
from synth.verify.measure import record
from synth.verify.proof import BellResult, SpeechResult

Find = Callable[..., tuple[list[SpeechResult], list[BellResult]]]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("cues")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def track(studio: Studio) -> Track:
    body = "One may sit here. [pause 2s]\n\nAll is well with you. [pause 2s]\n\n[bell block]\n\nGo gently. [pause 2s]"
    return studio.compose(script(body), bed="none", effect="plain")


@pytest.fixture
def find(studio: Studio, track: Track) -> Find:
    """All that is found of the track's cues in these samples."""

    def found(samples: Samples, voice: str | None = None) -> tuple[list[SpeechResult], list[BellResult]]:
        provenance = track.metadata.provenance
        assert provenance
        if voice:
            said = tuple(replace(said, style=replace(said.style, voice=voice)) for said in provenance.utterances)
            provenance = replace(provenance, utterances=said)
        beds = ExpectedBeds(track.timeline, provenance, studio.sounds)
        finder = CueFinder(record(studio.keep("a.wav", samples)), ExpectedSpeech(provenance, studio.cache), beds)
        speech = [finder.hear(number, cue) for number, cue in enumerate(track.timeline.speech)]
        peak = provenance.levels.voice_peak
        return speech, [finder.ring(cue, studio.sounds.bell(cue.sound), peak) for cue in track.timeline.strikes]

    return found


def test_all_that_is_there_is_found_in_its_place(find: Find, track: Track) -> None:
    speech, bells = find(heard(track))
    assert [said.fault for said in speech] == ["", "", ""]
    for said in speech:
        assert (said.found_start_ms, said.found_end_ms) == pytest.approx((said.start_ms, said.end_ms), abs=1)
        assert said.same_take
    (bell,) = bells
    assert bell.fault == ""
    assert bell.found_ms == pytest.approx(bell.start_ms, abs=1)
    assert bell.off_db == pytest.approx(0, abs=0.3)


def test_what_comes_late_moves_where_the_next_is_looked_for(find: Find, track: Track) -> None:
    """By 1.1 s in each of two pauses: together more than is looked about a place."""
    samples = heard(track)
    for cue in (track.timeline.speech[1], track.timeline.speech[0]):
        at = (cue.end_ms + 1_000) * FRAMES
        samples = np.insert(samples, at, np.zeros((1_100 * FRAMES, 2)), axis=0)
    speech, _ = find(samples)
    assert [said.fault for said in speech] == ["", "", ""]
    late = [said.found_start_ms - said.start_ms for said in speech if said.found_start_ms is not None]
    assert late == pytest.approx([0, 1_100, 2_200], abs=1)


def test_words_that_are_others_and_words_that_are_none_are_named(find: Find, track: Track) -> None:
    one, _, three = track.clips
    speech, _ = find(heard(track, clips=(one, three, one)))
    assert [said.fault for said in speech] == [
        "",
        "'Go gently.' is heard where 'All is well with you.' should be",
        "'One may sit here.' is heard where 'Go gently.' should be",
    ]
    samples = heard(track)
    cue = track.timeline.speech[1]
    samples[cue.start_ms * FRAMES : cue.end_ms * FRAMES] = 0
    speech, _ = find(samples)
    assert [said.fault for said in speech] == ["", "'All is well with you.' is missing", ""]
    samples = heard(track)[: (track.timeline.speech[2].start_ms - 50) * FRAMES]
    speech, _ = find(samples)
    assert speech[2].fault == "'Go gently.' is missing: the file ends before it"


def test_a_stroke_that_is_not_there_is_missing_and_a_soft_one_is_off(find: Find, track: Track) -> None:
    silent = replace(track, timeline=replace(track.timeline, cues=track.timeline.speech))
    _, (bell,) = find(heard(silent))
    assert bell.fault == "the bell 'block' is missing"
    assert bell.found_ms is None
    _, (bell,) = find(heard(silent) + 0.5 * (heard(track) - heard(silent)))
    assert bell.off_db == pytest.approx(-6, abs=0.3)


def test_words_that_cannot_be_said_here_are_not_looked_for(find: Find, track: Track) -> None:
    speech, bells = find(heard(track), "tones:nobody")
    assert all("can't be said here, so it was not looked for: there is no voice 'nobody'" in s.fault for s in speech)
    assert bells[0].fault == ""


def test_a_long_text_is_quoted_in_short() -> None:
    assert quoted("May you be well.") == "'May you be well.'"
    assert quoted("x" * 60) == f"'{'x' * 60}'"
    assert quoted(f"{'x' * 56} {'y' * 9}") == f"'{'x' * 56}…'"

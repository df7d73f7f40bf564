"""From a document to a track: sounds that are not there, an earlier track's levels, and a sink that is sent all."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from helpers.scripts import script as document
from helpers.sound import Studio, as_read, heard, script

from synth.content_cache import Cache
from synth.errors import RequestError, ScriptError
from synth.mix.levels import TARGET_LUFS
from synth.outputs.memory import MemorySink
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import KEPT_WITHIN_LU, Track, check_options, check_sounds, prepare, send

BODY = "One may sit here. [pause 2s] [bell chime]"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("pipeline")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def track(studio: Studio) -> Track:
    return studio.compose(script(BODY))


class TestSounds:
    def test_that_are_not_there_are_all_told_with_their_places(self, studio: Studio) -> None:
        body = "[bell gnog]\n\nOne. [repeat 2]\n[bed rian]\n[bell chime] [bed none]\n[end]\n"
        with pytest.raises(ScriptError) as raised:
            check_sounds(document(body, bed={"sound": "ocaen"}), studio.sounds)
        lines = str(raised.value).splitlines()
        assert [line.split(" error:")[0] for line in lines] == ["script.md:1:1:", "script.md:4:1:", "script.md:7:1:"]
        assert ["ocaen" in lines[0], "gnog" in lines[1], "rian" in lines[2]] == [True] * 3

    @pytest.mark.parametrize("asked", [{"bell": "gnog"}, {"bed": "rian"}, {"bell": "rain"}, {"bed": "chime"}])
    def test_that_are_asked_for_and_not_there_are_refused(self, studio: Studio, asked: Any) -> None:
        with pytest.raises(RequestError, match=next(iter(asked.values()))):
            check_options(SessionOptions(**asked), studio.sounds)
        check_options(SessionOptions(bell="none", bed="none"), studio.sounds)

    def test_of_interval_bells_are_looked_for_before_anything_is_spoken(self, studio: Studio) -> None:
        asked = SessionOptions(bell="gnog", interval_bell_ms=60_000)
        with pytest.raises(RequestError, match="gnog"):
            prepare(document("One. [pause 5m]"), Profile(), asked, studio.sounds)


class TestTrack:
    def test_tells_how_it_was_made(self, track: Track) -> None:
        provenance = track.metadata.provenance
        assert provenance
        assert provenance.levels == track.levels
        assert provenance.bells == {"chime": track.sounds.bell("chime").content}
        assert provenance.beds == {}
        assert [said.text for said in provenance.utterances] == [cue.text for cue in track.timeline.speech]
        assert provenance.takes == tuple(clip.take for clip in track.clips)
        assert (provenance.loudness_lufs, provenance.planned_lufs) == (TARGET_LUFS, round(track.loudness, 2))

    def test_is_by_its_author_or_else_by_the_voice(self, studio: Studio, track: Track) -> None:
        assert (track.metadata.artist, track.metadata.album) == ("Tone", "Meditations")
        named = studio.compose(script(BODY, ["author: Ana", "programme: Evenings"])).metadata
        assert (named.artist, named.album) == ("Ana", "Evenings")
        assert studio.compose(script("[pause 1s]")).metadata.artist == "metta"

    @pytest.mark.parametrize(("off_lu", "kept"), [(0.9, True), (-0.9, True), (1.1, False), (-1.1, False)])
    def test_stands_at_an_earlier_ones_levels_where_it_is_about_as_loud(
        self, studio: Studio, off_lu: float, kept: bool
    ) -> None:
        text = script("One may sit here. [pause 2s]")
        track = studio.compose(text, bed="none", bell="none")
        earlier = as_read(track)
        assert earlier.provenance
        levels = replace(track.levels, voice_lufs=track.levels.voice_lufs + off_lu * KEPT_WITHIN_LU)
        earlier = replace(earlier, provenance=replace(earlier.provenance, levels=levels))
        again = studio.compose(text, bed="none", bell="none", earlier=earlier)
        assert again.levels == (levels if kept else track.levels)


def test_a_sink_is_sent_every_block_and_told_how_far_it_is(track: Track) -> None:
    sink, told = MemorySink(), list[tuple[int, int]]()
    send(track, sink, progress=lambda done, of: told.append((done, of)))
    assert np.array_equal(sink.samples, heard(track))
    length_ms = track.timeline.duration_ms
    assert told[-1] == (length_ms, length_ms)
    assert told == sorted(set(told))

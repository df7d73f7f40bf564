"""Tracks in each of the five formats, held to one measure."""

import contextlib
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
from helpers.sound import (
    FRAMES,
    Studio,
    ebur128,
    part,
    peaks_per_ms,
    pitch,
    quiet_runs,
    run_ffmpeg,
    script,
)
from helpers.written_tracks import ENDINGS, HEADER, SENTENCES, Made, lines, listen, made

from synth.content_cache import Cache
from synth.errors import RequestError
from synth.verify.checks import prove
from synth.voices.tones import pitch_of

LOSSY = ("mp3", "m4a", "opus")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder)


@pytest.fixture(scope="module")
def spoken(studio: Studio) -> Made:
    """The same by the real voice, in the formats that lose something."""
    track = studio.compose(
        script(lines(SENTENCES), HEADER, title="Spoken"), voice="pyttsx3", effect="plain", bed="none", bell="none"
    )
    folder = studio.folder / "spoken"
    folder.mkdir()
    return made(track, folder, LOSSY)


class TestSound:
    @pytest.mark.parametrize("ending", ENDINGS)
    def test_is_as_long_as_the_timeline_to_the_sample(self, toned: Made, ending: str) -> None:
        assert len(listen(toned.files[ending])) == toned.timeline["length_ms"] * FRAMES

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_holds_every_sentence_at_its_time(self, toned: Made, ending: str) -> None:
        samples = listen(toned.files[ending])
        moments = np.nonzero(peaks_per_ms(samples) > 10 ** (-46 / 20))[0]
        assert len(toned.track.timeline.speech) == len(SENTENCES)
        for cue in toned.track.timeline.speech:
            own = moments[(moments > cue.start_ms - 900) & (moments < cue.end_ms + 900)]
            assert abs(own[0] - cue.start_ms) <= 20, cue.text
            assert abs(own[-1] + 1 - cue.end_ms) <= 20, cue.text
            tone = pitch(part(samples, cue.start_ms + 50, cue.end_ms - 50))
            assert tone == pytest.approx(pitch_of(cue.text), rel=0.005), cue.text

    @pytest.mark.parametrize("ending", LOSSY)
    def test_holds_every_pause_of_a_real_voice(self, spoken: Made, ending: str) -> None:
        loud = peaks_per_ms(listen(spoken.files[ending])) > 10 ** (-48 / 20)
        asked = [2_000 + 90 * n for n in range(len(SENTENCES))][:-1]
        found = [end - start for start, end in quiet_runs(loud, 1_900)]
        assert len(found) == len(asked)
        assert max(abs(f - a) for f, a in zip(found, asked, strict=True)) <= 10

    @pytest.mark.parametrize("ending", LOSSY)
    def test_is_as_loud_as_it_should_be(self, spoken: Made, ending: str) -> None:
        loudness, peak = ebur128(spoken.files[ending])
        assert -17 < spoken.track.loudness <= -16, "peaks of a voice without its effect are not limited away"
        assert loudness == pytest.approx(spoken.track.loudness, abs=0.5)
        assert peak <= -1

    @pytest.mark.parametrize("ending", LOSSY)
    def test_passes_its_proof(self, studio: Studio, spoken: Made, ending: str) -> None:
        proof = prove(spoken.files[ending], studio.cache, studio.sounds)
        assert [check for check in proof.checks if not check.passed] == []
        assert "pauses" in {check.what for check in proof.checks}

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_can_be_sought(self, toned: Made, ending: str, tmp_path: Path) -> None:
        cue = toned.track.timeline.speech[5]
        run_ffmpeg("-ss", f"{cue.start_ms - 1_000}ms", "-i", toned.files[ending], "-t", "3", tmp_path / "late.wav")
        first = np.nonzero(peaks_per_ms(listen(tmp_path / "late.wav")) > 10 ** (-46 / 20))[0][0]
        assert first == pytest.approx(1_000, abs=30)

    @pytest.mark.parametrize("ending", LOSSY)
    def test_a_track_cut_short_fails(self, studio: Studio, toned: Made, ending: str, tmp_path: Path) -> None:
        content = toned.files[ending].read_bytes()
        cut = tmp_path / f"cut.{ending}"
        cut.write_bytes(content[: len(content) * 3 // 4])
        with contextlib.suppress(RequestError):  # an end that is missing may be all it takes
            assert not prove(cut, studio.cache, studio.sounds).passed


class TestQuality:
    @pytest.mark.parametrize(
        ("ending", "best", "least"), [("mp3", "v0", "V9"), ("mp3", "320k", "48k"), ("m4a", "320K", "64k"),
        ("opus", "256k", "48k")],
    )  # fmt: skip
    def test_is_what_was_asked(self, spoken: Made, tmp_path: Path, ending: str, best: str, least: str) -> None:
        sizes = {}
        for quality in (best, least):
            path = made(spoken.track, tmp_path, (ending,), quality).files[ending]
            assert len(listen(path)) == spoken.timeline["length_ms"] * FRAMES
            if ending == "mp3" and quality.endswith("k"):
                info: Any = mutagen.File(path).info
                assert info.bitrate == int(quality[:-1]) * 1_000
            sizes[quality] = path.stat().st_size
        assert sizes[best] > 1.5 * sizes[least]

    @pytest.mark.parametrize("ending", LOSSY)
    def test_is_the_usual_one_unless_asked(self, toned: Made, tmp_path: Path, ending: str) -> None:
        usual = {"mp3": "V4", "m4a": "128k", "opus": "96k"}[ending]
        path = made(toned.track, tmp_path, (ending,), usual).files[ending]
        assert path.stat().st_size == pytest.approx(toned.files[ending].stat().st_size, rel=1e-4)

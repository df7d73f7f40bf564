"""``metta sit``: bells and silence, as long as asked."""

import json
from pathlib import Path

import pytest
from helpers.sound import METTA, run_metta
from helpers.staging import handed
from helpers.terminals import Terminal

from synth.formats.provenance import EmbeddedTimeline
from synth.formats.track_file import read_timeline
from synth.timeline.model import BedSpan, Silence, Strike


class TestSit:
    def sat(self, folder: Path, *options: str) -> EmbeddedTimeline:
        """What the track of a sitting says of itself."""
        run = run_metta("sit", *options, "--output", "a.wav", folder=folder)
        assert run.returncode == 0, run.stderr
        embedded = read_timeline(folder / "a.wav")
        assert embedded is not None
        return embedded

    def test_is_a_bell_silence_and_three_bells_exactly_as_long_as_asked(self, tmp_path: Path) -> None:
        timeline = self.sat(tmp_path, "12m").timeline
        assert timeline.duration_ms == 12 * 60_000
        assert [bell.sound for bell in timeline.strikes] == ["bowl"] * 4, "no bells that nobody asked for"
        first, *last = (bell.start_ms for bell in timeline.strikes)
        assert first == 0
        assert last == [last[0], last[0] + 9_000, last[0] + 18_000]
        assert {type(cue) for cue in timeline.cues} == {Strike, Silence}
        assert [chapter.title for chapter in timeline.chapters] == ["Beginning", "Silence", "Closing"]

    def test_rings_softer_bells_on_the_way_over_a_bed(self, tmp_path: Path) -> None:
        options = ["3m", "--bell", "chime", "--interval-bell", "1m", "--bed", "rain"]
        timeline = self.sat(tmp_path, *options).timeline
        assert {bell.sound for bell in timeline.strikes} == {"chime"}
        assert [bell.start_ms for bell in timeline.strikes[1:3]] == [60_000, 120_000]
        (bed,) = [cue for cue in timeline.cues if isinstance(cue, BedSpan)]
        assert (bed.sound, bed.start_ms, bed.end_ms) == ("rain", 0, 180_000)
        levels = {bell.start_ms: bell.level_db for bell in timeline.strikes}
        assert levels[60_000] < levels[0]

    def test_has_its_bed_as_soft_as_it_is_under_a_voice(self, tmp_path: Path) -> None:
        provenance = self.sat(tmp_path, "1m", "--bed", "rain").provenance
        assert provenance
        assert provenance.levels.voice_lufs == -16
        (proof,) = json.loads(run_metta("verify", "a.wav", "--json", folder=tmp_path).stdout)
        assert {check["what"]: check["passed"] for check in proof["checks"]}["loudness"], (
            "there is no voice to be as loud"
        )

    def test_may_have_no_bell_at_all(self, tmp_path: Path) -> None:
        timeline = self.sat(tmp_path, "1m", "--bell", "none", "--bed", "rain").timeline
        assert (timeline.strikes, timeline.duration_ms) == ((), 60_000)

    def test_is_there_in_a_sitting_without_words(self, tmp_path: Path) -> None:
        told = handed(tmp_path, "sit", "1m", "--output", "null")
        assert told["says"] == []
        assert told["ground"]
        assert told["meditation"] == "sit"

    @pytest.mark.realtime
    def test_a_sitting_without_words_is_seen_and_ended(self, tmp_path: Path) -> None:
        with Terminal([METTA, "sit", "5m", "--bed", "rain", "--output", "null"], tmp_path) as terminal:
            terminal.wait_for("4:5")
            terminal.press("c")
            terminal.wait_for("Closing")
            terminal.press("\x03")
            assert terminal.ended() == 130
            assert terminal.given_back

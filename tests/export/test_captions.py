"""What is said in a track, written beside it."""

import html
import re
from dataclasses import replace
from pathlib import Path

import click
import numpy as np
import pytest
from helpers.sound import (
    Studio,
    run_ffmpeg,
    script,
)
from helpers.written_tracks import HEADER, SENTENCES, Made, clock_ms, cues_in, lines, made

from synth.cli.render import render
from synth.content_cache import Cache
from synth.export.captions import TRANSCRIPTS
from synth.units import HOUR


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
def expected(toned: Made) -> list[tuple[int, int, str]]:
    """Start, end and text of every sentence."""
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in toned.track.timeline.speech]


class TestTranscript:
    def test_as_vtt(self, toned: Made, expected: list[tuple[int, int, str]]) -> None:
        text = TRANSCRIPTS["vtt"](toned.track.metadata)
        head, note, body = text.split("\n\n", 2)
        assert head == "WEBVTT"
        assert note == "NOTE\nA &amp; B – 静\nLanguage: en"
        found = cues_in(body, ".")
        assert not any(sign in text for *_, text in found for sign in ("<", "-->"))
        assert [(start, end, html.unescape(text)) for start, end, text in found] == expected

    def test_as_srt(self, toned: Made, expected: list[tuple[int, int, str]]) -> None:
        assert cues_in(TRANSCRIPTS["srt"](toned.track.metadata), ",") == expected

    @pytest.mark.parametrize("form", ["srt", "vtt"])
    def test_is_read_by_ffmpeg(self, toned: Made, tmp_path: Path, form: str) -> None:
        path = tmp_path / f"a.{form}"
        path.write_text(TRANSCRIPTS[form](toned.track.metadata), encoding="utf-8")
        run_ffmpeg("-i", path, tmp_path / "again.srt")
        found = cues_in((tmp_path / "again.srt").read_text(encoding="utf-8"), ",")
        assert [(start, end) for start, end, _ in found] == [
            (cue.start_ms, cue.end_ms) for cue in toned.track.timeline.speech
        ]

    def test_as_lrc(self, toned: Made, expected: list[tuple[int, int, str]]) -> None:
        text = TRANSCRIPTS["lrc"](toned.track.metadata)
        seconds = toned.timeline["length_ms"] // 1_000
        assert text.splitlines()[:4] == [
            "[ti:A & B – 静]", "[ar:José Ágústsdóttir]", "[al:Café Übung]",
            f"[length:{seconds // 60:02d}:{seconds % 60:02d}]",
        ]  # fmt: skip
        found = re.findall(r"^\[(\d+):(\d\d)\.(\d\d)\]([^\[\]\n]*)$", text, re.M)
        assert len(found) == len(text.splitlines()) - 4
        moments = [
            (clock_ms("", minutes, seconds, hundredths + "0"), line) for minutes, seconds, hundredths, line in found
        ]
        assert moments == sorted(moments)
        assert [line for _, line in moments][::2] == [text.translate(ROUND) for *_, text in expected]
        assert {line for _, line in moments[1::2]} == {""}
        told = [(start, end) for (start, _), (end, _) in zip(moments[::2], moments[1::2], strict=True)]
        assert np.abs(np.array(told) - [(start, end) for start, end, _ in expected]).max() <= 5

    def test_as_lrc_of_hours(self, toned: Made) -> None:
        """Minutes go on beyond an hour, and a second that rounds up is a second."""
        first = toned.track.timeline.speech[0]
        late = replace(first, start_ms=2 * HOUR + 59_996, end_ms=2 * HOUR + 62_000)
        timeline = replace(toned.track.timeline, cues=(late,), duration_ms=3 * HOUR)
        text = TRANSCRIPTS["lrc"](replace(toned.track.metadata, timeline=timeline))
        assert "[length:180:00]" in text
        assert text.endswith(f"[121:00.00]{first.text}\n[121:02.00]\n")

    def test_as_text(self, toned: Made) -> None:
        assert (
            TRANSCRIPTS["txt"](toned.track.metadata)
            == "\n\n".join("\n".join(part) for part in (SENTENCES[:3], SENTENCES[3:6], SENTENCES[6:])) + "\n"
        )

    @pytest.mark.parametrize("form", TRANSCRIPTS)
    def test_of_a_track_without_words(self, studio: Studio, form: str) -> None:
        track = studio.compose(script("[bell chime] [pause 2s]"))
        assert TRANSCRIPTS[form](track.metadata).endswith("\n")

    def test_can_be_chosen(self) -> None:
        option = next(each for each in render.params if each.name == "transcripts")
        assert isinstance(option.type, click.Choice)
        assert list(option.type.choices) == list(TRANSCRIPTS)


ROUND = str.maketrans("[]", "()")

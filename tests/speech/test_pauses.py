"""Pauses as a stranger measures them: in a finished WAV, by ffmpeg, with the effect that a voice has by itself."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from helpers.sound import Studio, run_ffmpeg, script

from synth.content_cache import Cache
from synth.formats.track_file import write_track

SENTENCES: Mapping[str, int] = {
    "May you be at peace.": 2_000,
    "Follow your breath.": 1_500,
    "This is enough.": 3_000,
    "Open your heart.": 1_000,
    "Rest.": 2_500,
    "May all of us be at ease in this body.": 1_200,
    "Feel the warmth.": 700,
    "Let it be soft.": 4_000,
    "Breathe all the way out.": 900,
    "Sit back.": 2_000,
    "Thank your own hands.": 1_000,
}
"""What is said, with ends that are soft and without a rest inside, and the milliseconds of pause behind it."""

VOICES = ["natural", "pyttsx3:gmw/en-us"]


def pauses_ms(path: Path) -> list[float]:
    """The stretches under −50 dB that ffmpeg finds between the first sound and the last."""
    said = run_ffmpeg("-i", path, "-map", "0:a", "-af", "silencedetect=noise=-50dB:d=0.3", "-f", "null", "-")
    starts, ends = (
        [float(at) * 1_000 for at in re.findall(rf"silence_{edge}: (-?[\d.]+)", said)] for edge in ("start", "end")
    )
    return [end - start for start, end in zip(starts, ends, strict=True) if start > 0]


@pytest.mark.parametrize("voice", VOICES)
def test_each_is_as_long_as_it_was_asked(voice: str, tmp_path: Path) -> None:
    text = script(
        "\n".join(f"{sentence} [pause {ms}ms]" for sentence, ms in SENTENCES.items()) + "\nGo gently.",
        ["language: en"],
    )
    track = Studio(tmp_path, Cache(tmp_path / "cache")).compose(text, voice=voice, bed="none", bell="none")
    write_track(tmp_path / "track.wav", track.metadata, track.mix.blocks())
    assert pauses_ms(tmp_path / "track.wav") == pytest.approx(list(SENTENCES.values()), abs=10)

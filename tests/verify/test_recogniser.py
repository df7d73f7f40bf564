"""An ear that knows nothing of the script hears the words of a voice, and those of another sentence in its place."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.recogniser import recogniser, words_misread
from helpers.sound import FRAMES, Studio, part, script
from numpy.typing import NDArray

from synth.audio.ffmpeg import decode
from synth.audio.pcm import Samples, from_raw, to_segment
from synth.content_cache import Cache
from synth.errors import MachineError
from synth.formats.track_file import write_track
from synth.pipeline import Track
from synth.verify.recogniser import Recogniser, hear_track
from synth.voices.pyttsx3 import Pyttsx3Voice
from synth.voices.voice import Words

VOICE = "pyttsx3:gmw/en-us"
FIRST = "If you would like to, you could rest a hand on your heart."
SECOND = "You can stop or change these whenever you like."
"""Of 13 words, and of 9; two or three are misread, as the voice is never twice the same."""


def test_a_sentence_that_is_spoken_is_read_and_no_other_in_it() -> None:
    with Pyttsx3Voice() as voice:
        raw = voice.speak(Words(FIRST), "gmw/en-us", 160)
    samples = raw.samples / 32768
    misread, words = words_misread(samples, raw.rate, FIRST)
    assert words == 13
    assert misread <= 6
    assert words_misread(samples, raw.rate, SECOND)[0] >= 7


def test_the_same_samples_are_heard_alike_whatever_was_heard_before() -> None:
    with Pyttsx3Voice() as voice:
        raw = voice.speak(Words("Welcome home."), "gmw/en-us", 160)
    noise = np.random.default_rng(1).normal(scale=0.1, size=8_000)
    heard = [recogniser().hear(samples, raw.rate) for samples in (raw.samples / 32768, noise, raw.samples / 32768)]
    assert heard[0] == heard[2] != ""


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(16_000)])
def test_nothing_is_heard_in_silence(samples: Samples) -> None:
    assert recogniser().hear(samples, 16_000) == ""


def test_a_recogniser_that_is_missing_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(MachineError, match=r"^pocketsphinx isn't installed.*pip install 'metta-synth\[words\]'"):
        Recogniser()


def written(tmp_path: Path, change: Callable[[Track], Samples], language: str = "en") -> Path:
    """A track of both sentences, the sound of which is changed on its way into the file."""
    studio = Studio(tmp_path, Cache(tmp_path / "cache"))
    body = f"---\ntitle: A test\nlanguage: {language}\nvoice: {{rate: 160}}\n---\n{FIRST} [pause 12s]\n\n{SECOND}\n"
    track = studio.compose(body, voice=VOICE)
    path = tmp_path / "a.mp3"
    write_track(path, track.metadata, [to_segment(change(track))])
    return path


def whole(track: Track) -> Samples:
    return from_raw(b"".join(block.raw_data for block in track.mix.blocks()))


def damaged(track: Track) -> Samples:
    """The second sentence in the place of the first, and the end cut off."""
    samples = whole(track)
    first, second = track.timeline.speech
    other = part(samples, second.start_ms, second.end_ms)
    start, end = first.start_ms * FRAMES, first.end_ms * FRAMES
    samples[start:end] = 0
    samples[start : start + len(other)] = other
    return samples[: (second.start_ms - 1_000) * FRAMES]


def test_a_track_is_heard_sentence_by_sentence(tmp_path: Path) -> None:
    heard = hear_track(written(tmp_path, whole), recogniser())
    first, second = heard.sentences
    assert (first.text, first.words, second.text, second.words) == (FIRST, 13, SECOND, 9)
    assert first.misread <= 6
    assert second.misread <= 5
    assert (heard.words, heard.misread, heard.not_judged) == (22, first.misread + second.misread, None)


def test_a_sentence_that_is_another_or_is_not_there_is_misread(tmp_path: Path) -> None:
    first, second = hear_track(written(tmp_path, damaged), recogniser()).sentences
    assert first.misread >= 9
    assert (second.heard, second.misread) == ("", 9)


def test_another_language_is_not_judged(tmp_path: Path) -> None:
    heard = hear_track(written(tmp_path, whole, "es"), recogniser())
    assert (heard.sentences, heard.share) == ((), None)
    assert heard.not_judged == "the recogniser knows English only, and this track is in 'es'"


class Noting(Recogniser):
    """Hears nothing, and notes what it was given."""

    def __init__(self) -> None:
        self.given: list[NDArray[np.floating[Any]]] = []

    def hear(self, samples: NDArray[np.floating[Any]], rate: int) -> str:
        self.given.append(samples)
        return ""


def test_each_sentence_is_cut_whole_wherever_the_decoder_parts_its_sound(tmp_path: Path) -> None:
    studio = Studio(tmp_path, Cache(tmp_path / "cache"))
    track = studio.compose(script("One. [pause 9s]\n\nTwo three four five six seven. [pause 25s]\n\nEight."))
    write_track(tmp_path / "a.wav", track.metadata, track.mix.blocks())
    decoded = from_raw(b"".join(decode(tmp_path / "a.wav"))).mean(axis=1)
    cues = track.timeline.speech
    assert any(cue.start_ms < 10_000 < cue.end_ms for cue in cues)
    noting = Noting()
    hear_track(tmp_path / "a.wav", noting)
    assert len(noting.given) == 3
    for cue, given in zip(cues, noting.given, strict=True):
        assert np.array_equal(given, decoded[cue.start_ms * FRAMES : cue.end_ms * FRAMES])

"""An ear that knows nothing of the script: pocketsphinx writes down the words of a track, to be held against it.

It is a ruler, not a judge: of a natural voice it misreads some 15 % of the words, and always a name that its dictionary
lacks.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from synth.audio.ffmpeg import decode
from synth.audio.pcm import Samples, from_raw
from synth.errors import MachineError
from synth.formats.track_file import read_timeline
from synth.timeline.model import Speech
from synth.units import RATE, ms_to_frames
from synth.verify.proof import HeardSentence, HeardWords
from synth.verify.word_errors import count_misread, normalised_words

LANGUAGE = "en"
_MODEL_RATE = 16_000
_MARGIN_MS = 250
_REST_MS = 400
_FLOOR_DBFS = -55.0
"""The noise of a quiet room: the model was trained in rooms; beside digital silence it misreads up to twice as much."""


class Recogniser:
    """pocketsphinx with the US-English model that its wheel brings; loading it takes a second.

    Raises MachineError where it isn't installed.
    """

    def __init__(self) -> None:
        try:
            from pocketsphinx import Decoder
        except ImportError:
            raise MachineError(
                "pocketsphinx isn't installed, which hears the words; pip install 'metta-synth[words]' brings it, or "
                "leave out --words"
            ) from None
        self._decoder: Any = Decoder(samprate=_MODEL_RATE, loglevel="FATAL")

    def hear(self, samples: NDArray[np.floating[Any]], rate: int) -> str:
        """The words in mono samples, full scale at ±1; the same samples give the same words."""
        margin = np.zeros(_MARGIN_MS * _MODEL_RATE // 1000)
        speech = np.concatenate([margin, _without_long_rests(soxr.resample(samples, rate, _MODEL_RATE)), margin])
        speech += np.random.default_rng(0).normal(scale=10 ** (_FLOOR_DBFS / 20), size=len(speech))
        self._decoder.start_utt()
        self._decoder.process_raw((np.clip(speech, -1, 1) * 32767).astype("<i2").tobytes(), full_utt=True)
        self._decoder.end_utt()
        hypothesis = self._decoder.hyp()
        return str(hypothesis.hypstr) if hypothesis else ""


def _without_long_rests(speech: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """Speech whose rests take ``_REST_MS`` at most: into longer silence the recogniser reads words."""
    window = _MODEL_RATE // 100
    loudest = np.abs(speech[: len(speech) // window * window]).reshape(-1, window).max(axis=1, initial=0)
    edges = np.flatnonzero(np.diff(np.pad((loudest < 10 ** (_FLOOR_DBFS / 20)).astype(np.int8), 1))).reshape(-1, 2)
    kept = np.ones(len(speech), bool)
    for start, end in edges * window:
        kept[start + _REST_MS * _MODEL_RATE // 1000 : end] = False
    return speech[kept]


def hear_track(path: Path, recogniser: Recogniser) -> HeardWords:
    """The words of a finished track, sentence by sentence; no more than a sentence of its sound is held.

    Raises RequestError where the file holds no timeline, or no sound.
    """
    timeline = read_timeline(path).timeline
    if timeline.language.split("-")[0].lower() != LANGUAGE:
        return HeardWords((), f"the recogniser knows English only, and this track is in '{timeline.language}'")
    sentences = []
    for cue, samples in _cut(path, timeline.speech):
        heard = recogniser.hear(samples, RATE)
        said = normalised_words(cue.text)
        misread = count_misread(said, normalised_words(heard))
        sentences.append(HeardSentence(cue.start_ms, cue.text, cue.personal, heard, len(said), misread))
    return HeardWords(tuple(sentences))


def _cut(path: Path, cues: tuple[Speech, ...]) -> Iterator[tuple[Speech, Samples]]:
    """The mono sound of every cue, one after the other; shorter, or empty, where the track ends before."""
    chunks = (from_raw(chunk).mean(axis=1) for chunk in decode(path))
    held, first = np.zeros(0), 0
    for cue in cues:
        start, end = ms_to_frames(cue.start_ms), ms_to_frames(cue.end_ms)
        while first + len(held) < end and (chunk := next(chunks, None)) is not None:
            passed = min(max(0, start - first), len(held))
            held, first = np.concatenate([held[passed:], chunk]), first + passed
        yield cue, held[max(0, start - first) : max(0, end - first)]

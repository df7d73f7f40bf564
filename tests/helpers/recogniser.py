"""An independent ear for speech: pocketsphinx, loaded once for all tests of a process."""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.verify.recogniser import Recogniser
from synth.verify.word_errors import count_misread, normalised_words


@cache
def recogniser() -> Recogniser:
    return Recogniser()


def words_misread(samples: NDArray[np.floating[Any]], rate: int, text: str) -> tuple[int, int]:
    """Of mono samples, full scale at ±1, how many words of an English text are misread, and how many it has."""
    said = normalised_words(text)
    return count_misread(said, normalised_words(recogniser().hear(samples, rate))), len(said)

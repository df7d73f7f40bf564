"""Whether a more natural voice could speak than the one that is here, and how to get it."""

from collections.abc import Iterable

from synth.content_cache import Cache
from synth.personalise.session import Utterance
from synth.voices.engines import AUTO, advice, choose_voice


def voice_advice(utterances: Iterable[Utterance], cache: Cache) -> tuple[str, ...]:
    """A line for each language whose voice nobody has asked for, and for which a plain one was taken.

    Raises VoiceError where no voice speaks one.
    """
    lines = []
    for language in dict.fromkeys(said.style.language for said in utterances if said.style.voice in (None, AUTO)):
        chosen = choose_voice(AUTO, language, cache)
        with chosen.voice:
            lines.append(advice(chosen, language))
    return tuple(filter(None, lines))

"""In which of a few languages a sentence is written, by the small words that each has to itself. Pure."""

import re

NAMES = {"en": "English", "es": "Spanish", "de": "German", "fr": "French"}
"""The languages that are told apart, and what they are called."""

_SMALL_WORDS = {
    "en": "the and of to is are be you your may might can could it with this that for not if or as what let there i my",
    "es": "el la los las y de del que es son está puedes tu tus te con para por si una un lo se más mi sea al en",
    "de": "der die das und ist sind du dein deine dich dir kannst mit für nicht wenn oder ein eine den dem im zu ich",
    "fr": "le la les et de des du est sont tu ton ta tes vous votre avec pour pas si une un que qui dans se ce je au",
}
_WORDS = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


def written_language(text: str) -> str | None:
    """The language that a text is evidently written in; None where that can't be told, as of a few words or a name."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {language: sum(word in small for word in words) for language, small in _WORDS.items()}
    best, second = sorted(counts, key=lambda language: -counts[language])[:2]
    return best if counts[best] >= 3 and counts[best] >= 2 * counts[second] + 1 else None

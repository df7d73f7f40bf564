"""Bells that a session's words announce, and that don't ring in it. Pure."""

import re
from collections.abc import Iterable, Iterator

from synth.personalise.session import SessionSection, SittingBells, Utterance
from synth.script.document import Bell

_BELLS = {"en": "bells?", "es": "(?:campanas?|cuencos?)", "de": "(?:Glocken?|Gong|Klangschale)"}
_RING = {
    "en": (r"(?:will|rings?|sounds?)", r"(?:hear|listen (?:to|for)|ring|sound|strike)"),
    "es": (r"(?:sonará|sonarán|suenan?)", r"(?:o[íi]r\w*|oig\w+|oyes|escuch\w*|sonará|sonarán)"),
    "de": (r"(?:läuten?t?|erklinge?n?t?|ertöne?n?t?|schlägt)", r"(?:hör\w*|ertönt|erklingt)"),
}
"""What a bell does, behind its word and before it."""

_NONE = r"\b(?:no|without|ningun[ao]?|sin|kein\w*|ohne) (?:\w+ )?"


def unrung(sections: Iterable[SessionSection], bells: SittingBells | None, language: str) -> Iterator[Utterance]:
    """The utterances that announce a bell, where none is struck behind them; bells through the sitting count."""
    base = language.split("-")[0]
    if base not in _BELLS or (bells and (bells.interval_ms or bells.at_ms)):
        return
    waiting: list[Utterance] = []
    for section in sections:
        for item in section.items:
            if isinstance(item, Bell):
                waiting.clear()
            elif isinstance(item, Utterance) and _announces(item.text, base):
                waiting.append(item)
    yield from waiting


def _announces(text: str, language: str) -> bool:
    """Whether a sentence of a text announces a bell, and does not say that there is none."""
    bell, (behind, before) = _BELLS[language], _RING[language]
    announced = rf"\b{bell}\b[^.!?]{{0,40}}\b{behind}\b|\b{before}\b[^.!?]{{0,30}}\b{bell}\b"
    return any(
        re.search(announced, sentence, re.I) and not re.search(rf"{_NONE}{bell}\b", sentence, re.I)
        for sentence in re.split(r"(?<=[.!?])\s+", text)
    )

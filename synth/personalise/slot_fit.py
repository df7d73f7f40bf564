"""Whether a listener's words fit the sentence that a slot stands in, as far as that can be seen. Pure."""

import re

from synth.script.header import Slot

_ARTICLES = {
    "en": ("a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "that", "these", "those"),
    "es": ("el", "la", "los", "las", "un", "una", "unos", "unas", "mi", "tu", "su", "mis", "tus", "sus", "nuestra"),
}
_WITHOUT_ARTICLE = {
    "en": (
        "some", "any", "each", "every", "both", "all", "one", "two", "no", "another", "either", "someone", "somebody",
        "something", "anyone", "anything", "everyone", "everything", "whoever", "whatever", "what", "who", "how",
        "where", "being", "to", "mum", "mom", "dad", "mama", "papa", "grandma", "grandpa", "granny", "auntie",
        "me", "myself",
    ),
    "es": (
        "alguien", "algo", "algún", "alguna", "ambos", "ambas", "cada", "todo", "toda", "todos", "todas", "quien", "lo",
        "mamá", "papá", "uno", "dos", "otro", "otra", "cualquier", "mí",
    ),
}  # fmt: skip
_STATEMENT = {
    "en": r"(?:I|you|he|she|it|we|they|there|this|that)(?:['’](?:m|s|re|ve|d|ll)\b| (?:am|is|are|was|were|have|has|had"
    r"|do|does|did|can|could|will|would|feel|felt|think|want|need|made|said|know)\b)",
    "es": r"(?:yo|tú|él|ella|esto|eso|fue|era|estoy|soy|tengo|hay)\b",
    "de": r"(?:ich|du|er|sie|es|wir|das)\s+(?:bin|ist|war|sind|habe|hat|hatte|kann|will|muss)\b",
}


def misfit(name: str, value: str, slot: Slot, language: str) -> str | None:
    """Why a slot's value can't well be said in its sentence, in a line; None where nothing is seen to be wrong.

    What it is held against is the example in the slot's ``as``, or else its default.
    """
    example = slot.example or (slot.default if isinstance(slot.default, str) else "")
    if not example or slot.type != "text" or re.search(r"[.!?…][\"”'’]?$", example):
        return None
    base = language.split("-")[0]
    what = f"'{name}' is '{value}'"
    sentence = f": '{slot.sentence(value)}'" if slot.example else ""
    if re.search(r"[.!?…]\s+\w|[.!?…]$", value) or re.match(_STATEMENT.get(base, r"(?!)"), value, re.I):
        return f"{what}, a whole sentence where a few words are said, such as '{example}'{sentence}"
    words, wanted = value.split(), example.split()
    if base == "en" and wanted[0] == "to" and words[0].lower() != "to":
        return f"{what}; it should begin with 'to', such as '{example}'{sentence}"
    articles = _ARTICLES.get(base, ())
    named = value[0].isupper() or not value[0].isalpha() or re.search(r"['’]s?\b", words[0])
    if wanted[0].lower() in articles and not named and words[0].lower() not in (*articles, *_WITHOUT_ARTICLE[base]):
        return f"{what}, without such a word as '{wanted[0]}' before it{sentence}; perhaps '{wanted[0]} {value}'?"
    return None

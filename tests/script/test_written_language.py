"""The language of a sentence, by its small words."""

import pytest

from synth.script.written_language import written_language


@pytest.mark.parametrize(("text", "language"), [
    ("You can rest here for as long as you like, and let it be.", "en"),
    ("May I be at ease, and may my days be kind to me.", "en"),
    ("Puedes tener los ojos abiertos o cerrados, y parar si lo necesitas.", "es"),
    ("Du kannst die Augen offen lassen, wenn dir das lieber ist.", "de"),
    ("Vous pouvez garder les yeux ouverts, et vous arrêter si vous le voulez.", "fr"),
    ("Ana.", None), ("Rest well, Siobhán.", None), ("", None), ("Que sea feliz.", None), ("123", None),
])  # fmt: skip
def test_a_sentence_tells_its_language_or_nothing(text: str, language: str | None) -> None:
    assert written_language(text) == language

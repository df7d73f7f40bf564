"""How sentences are parted into clauses, and what a clause affirms or denies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.script.care import WORDS
from synth.script.care_clauses import Sense, sentences

ENGLISH, SPANISH, GERMAN = (WORDS[language].grammar for language in ("en", "es", "de"))
HEALS = Sense("heals you", "hurts you")


class TestClauses:
    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("Sit, and rest.", ["sit", "and rest"]),
            ("Sit, or rest.", ["sit or rest"]),
            ("Don’t stop; you'll see.", ["do not stop", "you will see"]),
            ("If it hurts, stop.", ["stop"]),
            ("Stop if it hurts.", ["stop"]),
            ("May you be well, and be free.", []),
            ("Is this it, or that?", []),
            ("Would you sit down?", ["would you sit down"]),
            ("It says “you must”, and you smile.", ["it says", "and you smile"]),
            ("{name}, rest.", ["{name}", "rest"]),
            ("...", []),
        ],
    )
    def test_stand_where_the_writer_means_them(self, sentence: str, expected: list[str]) -> None:
        assert [clause.words.strip() for clause in ENGLISH.clauses(sentence) if clause.stands] == expected

    @given(st.text(max_size=200), st.sampled_from(sorted(WORDS)))
    def test_come_of_any_text(self, text: str, language: str) -> None:
        words = WORDS[language]
        for sentence in sentences(text):
            for clause in words.grammar.clauses(sentence):
                assert clause.words == f" {' '.join(clause.words.split(' ')[1:-1])} "
                assert clause.words.strip()
                words.grammar.says(words.cure, clause)


class TestNegation:
    @pytest.mark.parametrize(
        ("sentence", "found"),
        [
            ("This heals you.", "heals you"),
            ("Nothing heals you.", ""),
            ("Nothing here hurts you.", "nothing here hurts you"),
            ("This hurts you.", ""),
            ("There is nothing that never heals you.", "heals you"),
            ("This not only heals you.", "heals you"),
            ("No doubt, this heals you.", "heals you"),
            ("This heals you with no effort.", "heals you"),
        ],
    )
    def test_acts_on_what_stands_behind_it(self, sentence: str, found: str) -> None:
        assert "".join(ENGLISH.says(HEALS, clause) for clause in ENGLISH.clauses(sentence)) == found

    @pytest.mark.parametrize(("sentence", "found"), [("Das heilt dich nicht.", ""), ("Das heilt dich.", "heilt dich")])
    def test_acts_on_the_whole_clause_in_german(self, sentence: str, found: str) -> None:
        (clause,) = GERMAN.clauses(sentence)
        assert GERMAN.says(Sense("heilt dich"), clause) == found

    def test_twice_is_once_in_spanish(self) -> None:
        (clause,) = SPANISH.clauses("Nunca nadie te cura.")
        assert SPANISH.says(Sense(denied="te cura"), clause) == "nunca nadie te cura"


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "text", "matches"),
        [
            ("heal* you|your", "it healed your", True),
            ("heal* you|your", "it healed yours", False),
            ("heal you", "steal you", False),
            ("your pain ... gone", "your pain gone", True),
            ("your pain ... gone", "your pain is nearly all gone", True),
            ("your pain ... gone", "your pain a b c d e f g h i gone", False),
            ("go_back|return now", "go back now", True),
            ("the? end", "end", True),
            ("^ end", "the end", False),
            ("end $", "end it", False),
            ("<breath> goes", "the breath goes", True),
            ("on your {*", "on your {place}", True),
            ("one\n two", "two", True),
        ],
    )
    def test_are_read_against_words(self, pattern: str, text: str, matches: bool) -> None:
        (clause,) = ENGLISH.clauses(text)
        assert ENGLISH.mentions(Sense(pattern), clause) is matches

    def test_that_are_left_out_find_nothing(self) -> None:
        (clause,) = ENGLISH.clauses("anything")
        assert not ENGLISH.mentions(Sense(), clause)

    @pytest.mark.parametrize("language", WORDS)
    def test_are_spelled_as_the_text_is_when_they_are_read(self, language: str) -> None:
        words = WORDS[language]
        senses = [sense for name in words.__slots__ if isinstance(sense := getattr(words, name), Sense)]
        patterns = "\n".join(pattern for sense in senses for pattern in (sense.said, sense.denied, sense.unless))
        assert patterns == patterns.lower()
        assert not [written for written in words.grammar.spelled if written in patterns]

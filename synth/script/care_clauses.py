"""A text's clauses, and what each of them affirms or denies. Pure.

What the rules of care look for is a ``Sense``: patterns, one a line, that are read against a clause in small letters
and without punctuation.

    heal* you|your       "*": any ending; "|": one or the other; "?" behind a word: there or not
    your pain ... gone   "...": up to eight words between
    bring_to_mind|think  "_" joins several words into one
    <trouble> will go    a list of the language's words, by its name
    ^ hold               "^": the clause begins here; "$": it ends here
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_QUOTED = re.compile(r"[“„«\"][^“”„«»\"]*[”“»\"]")
_STOPS = r"[,;:.!?¿¡…()\[\]—–]"
_WORD = re.compile(r"[\w'{}-]+")
_GAP = "(?:[^ ]+ ){0,8}?"


@dataclass(frozen=True, slots=True)
class Sense:
    """What a clause can mean: a ``said`` pattern that it affirms, or a ``denied`` one that it negates.

    A clause in which ``unless`` is found means something else.
    """

    said: str = ""
    denied: str = ""
    unless: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence with a statement or request of its own.

    ``words``: in small letters, a space before and behind each. ``stands``: the writer states it or asks for it
    themselves; it is neither supposed ("if …"), wished ("may …"), asked nor quoted.
    """

    words: str
    stands: bool


@dataclass(frozen=True, eq=False)
class Grammar:
    """How a language parts its clauses and negates them.

    begins: words that begin a clause
    goes_on: a regular expression of what goes on with the clause behind a comma
    supposes: how a clause begins that supposes something ("if …"), or reports it
    wishes: how a wish begins, which lasts to the end of its sentence
    requests: how a question begins that is a request
    negates: words that negate what stands behind them, and the word before them
    seems_to: where such words negate nothing
    negates_all: they negate the whole clause instead, as in German
    cancels: two of them cancel each other
    spelled: what is read as something else, such as "can't" as "can not"
    lists: the words of ``<name>`` in a pattern
    """

    begins: str
    goes_on: str
    supposes: str
    wishes: str
    requests: str
    negates: str
    seems_to: str
    negates_all: bool = False
    cancels: bool = True
    spelled: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)

    def clauses(self, sentence: str) -> list[Clause]:
        """The clauses of one sentence, those of its quotations last."""
        quotations = _QUOTED.findall(sentence)
        own = self._clauses(_QUOTED.sub(" ", sentence))
        return own + [Clause(clause.words, False) for text in quotations for clause in self._clauses(text)]

    def _clauses(self, text: str) -> list[Clause]:
        asks = text.rstrip(" \"'”»").endswith("?")
        text = text.lower().replace("’", "'")
        for written, meant in self.spelled.items():
            text = text.replace(written, meant)
        text = re.sub(rf",\s*(?={self.goes_on})", " ", text)
        begins = "|".join(self.begins.split())
        parts = re.split(rf"{_STOPS}|\b(?=(?:{begins})\b)", text)
        clauses = []
        wished = False
        for part in parts:
            if found := _WORD.findall(part):
                words = f" {' '.join(found)} "
                wished = wished or bool(self._search(self.wishes, words))
                asked = asks and not self._search(self.requests, words)
                clauses.append(Clause(words, not (wished or asked or self._search(self.supposes, words))))
        return clauses

    def mentions(self, sense: Sense, clause: Clause) -> bool:
        """Whether a clause names this, be it affirmed or denied."""
        return bool(self._search(sense.said, clause.words)) and not self._search(sense.unless, clause.words)

    def says(self, sense: Sense, clause: Clause) -> str:
        """The words by which a clause means this, all of them where it denies something; empty where it doesn't."""
        words = clause.words
        if not self._search(sense.unless, words):
            for patterns, negated in ((sense.said, False), (sense.denied, True)):
                for found in _compiled(patterns, self).finditer(words):
                    if self._is_negated(words, found.end()) == negated:
                        return (words if negated else found[0]).strip()
        return ""

    def _is_negated(self, words: str, end: int) -> bool:
        before, behind = words[:end], words[end:].split(" ", 1)[0]
        scope = words if self.negates_all else f"{before}{behind} "
        negations = len(_compiled(self.negates, self).findall(_compiled(self.seems_to, self).sub("", scope)))
        return negations % 2 == 1 if self.cancels else negations > 0

    def _search(self, patterns: str, words: str) -> re.Match[str] | None:
        return _compiled(patterns, self).search(words)


def sentences(text: str) -> list[str]:
    """The sentences of a text, their marks with them."""
    return _SENTENCE_END.split(text)


@cache
def _compiled(patterns: str, grammar: Grammar) -> re.Pattern[str]:
    lines = [" ".join(line.split()) for line in patterns.splitlines() if line.strip()]
    return re.compile("|".join(_expression(line, grammar) for line in lines) or r"(?!)")


def _expression(pattern: str, grammar: Grammar) -> str:
    tokens = re.sub(r"<(\w+)>", lambda name: "|".join(grammar.lists[name[1]].split()), pattern).split()
    return "(?<= )" + "".join(map(_token, tokens))


def _token(token: str) -> str:
    if token in ("...", "^", "$"):
        return {"...": _GAP, "^": "(?<=^ )", "$": "$"}[token]
    words = token.removesuffix("?")
    either = re.escape(words).replace(r"\|", "|").replace("_", " ").replace(r"\*", "[^ ]*").replace(r"\{", "{")
    return f"(?:(?:{either}) )" + "?" * (words != token)

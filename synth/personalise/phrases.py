"""Loving-kindness phrases: written once in the first person, said to whoever the script points them at.

A phrase marks its person in braces, ``May {I} be at ease. May {my} mind be healed.`` One that marks nobody,
as listeners write them, has its own I, me, my … taken as marks.
"""

import re
from collections.abc import Mapping

from synth.checked import did_you_mean
from synth.errors import RequestError
from synth.script import Person

FORMS: dict[str, dict[Person, str]] = {
    "i": {"i": "I", "you": "you", "we": "we", "all": "all beings"},
    "me": {"i": "me", "you": "you", "we": "us", "all": "them"},
    "my": {"i": "my", "you": "your", "we": "our", "all": "their"},
    "mine": {"i": "mine", "you": "yours", "we": "ours", "all": "theirs"},
    "myself": {"i": "myself", "you": "yourself", "we": "ourselves", "all": "themselves"},
    "am": {"i": "am", "you": "are", "we": "are", "all": "are"},
    "'m": {"i": "'m", "you": "'re", "we": "'re", "all": " are"},
    "’m": {"i": "’m", "you": "’re", "we": "’re", "all": " are"},
}

_MARK = re.compile(r"\{(I|me|my|mine|myself|am|['’]m)\}", re.I)
_UNMARKED = re.compile(r"(?<![\w'’])(I|me|my|mine|myself|am)(?!\w)|(?<=\bI)(['’]m)\b", re.I)


def look_up(value: str, shipped: Mapping[str, str]) -> str:
    """The phrase that a short name stands for, or the phrase itself.

    Raises RequestError where ``value`` looks like a short name and is none.
    """
    if value in shipped:
        return shipped[value]
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        raise RequestError(
            f"there is no phrase '{value}'{did_you_mean(value, shipped) or '.'} The phrases are {', '.join(shipped)}; "
            "or write one out, such as 'May I be at ease.'"
        )
    return value


def say_to(phrase: str, person: Person) -> str:
    """The phrase said to ``person``, capitals kept where a sentence begins."""
    if not _MARK.search(phrase):
        if person == "i":
            return phrase
        phrase = _UNMARKED.sub(lambda found: f"{{{found[0]}}}", phrase)

    def form(found: re.Match[str]) -> str:
        word = FORMS[found[1].lower()][person]
        if word == "them" and not re.search(r"\{I\}", phrase[: found.start()], re.I):
            word = "all beings"  # whom nobody has named yet
        begins = re.search(r"(^|[.!?…]\s+)[\"“‘']?$", phrase[: found.start()])
        return word[0].upper() + word[1:] if begins else word

    return _MARK.sub(form, phrase)

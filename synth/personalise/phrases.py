"""Loving-kindness phrases: written once in the first person, said to whoever the script points them at.

A phrase marks its person in braces, ``May {I} be at ease. May {my} mind be healed.``, and English bends it: to you, to
us, to all, or to somebody by name and then by their own pronouns. One that marks nobody, as listeners write them, has
its own I, me, my … taken as marks. Where a language or a sentence does not bend that way, a phrase lists its forms:
``{i: …, you: …, they: …}``, any of which may be given by pronoun again, ``{i: {she: …, he: …, they: …}}``; in the third
person ``{name}`` is who is meant.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from synth.errors import RequestError
from synth.wording import did_you_mean, one_line

Phrase = str | Mapping[str, str | Mapping[str, str]]
"""A phrase with its person marked, or its forms by person, each again by pronoun where it must be."""


@dataclass(frozen=True, slots=True)
class Pronouns:
    """She, her, her, hers, herself; ``plural`` where the verb is: they are."""

    subject: str
    object: str
    possessive: str
    absolute: str
    reflexive: str
    plural: bool = False


SHE = Pronouns("she", "her", "her", "hers", "herself")
HE = Pronouns("he", "him", "his", "his", "himself")
THEY = Pronouns("they", "them", "their", "theirs", "themself", plural=True)
IT = Pronouns("it", "it", "its", "its", "itself")
_KNOWN = {pronouns.subject: pronouns for pronouns in (SHE, HE, THEY, IT)}
_FIRST = Pronouns("I", "me", "my", "mine", "myself")
_SECOND = Pronouns("you", "you", "your", "yours", "yourself", plural=True)
_WE = Pronouns("we", "us", "our", "ours", "ourselves", plural=True)
_ALL = Pronouns("they", "them", "their", "theirs", "themselves", plural=True)


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a phrase is said: ``person`` is a form's key (i, you, we, all, they), ``gender`` the pronoun that a
    gendered form is chosen by, ``name`` who is meant in the third person."""

    person: str
    pronouns: Pronouns
    gender: str
    name: str | None = None


def read_pronouns(written: str | None) -> Pronouns:
    """``she``, ``he/him``, or a set of one's own with all five: ``xe/xem/xyr/xyrs/xemself``; nobody's are they.

    Raises RequestError where a set of one's own is not whole.
    """
    if written is None:
        return THEY
    written = one_line(written)
    parts = [part.strip().lower() for part in written.split("/")]
    if len(parts) == 5 and all(parts):
        subject, object_, possessive, absolute, reflexive = parts
        return Pronouns(subject, object_, possessive, absolute, reflexive, plural=subject == "they")
    if parts[0] in _KNOWN:
        return _KNOWN[parts[0]]
    raise RequestError(
        f"the pronouns '{written}' are not known here; write she, he, they, or all five of one's own, "
        "such as xe/xem/xyr/xyrs/xemself"
    )


def address(person: str, listener: Pronouns, *, secular: bool = False) -> Addressee:
    """The addressee of ``{phrase for you}`` and its like; English calls all "all beings", or in a ``secular`` word."""
    pronouns = {"i": _FIRST, "you": _SECOND, "we": _WE, "all": _ALL}[person]
    called = ("all living things" if secular else "all beings") if person == "all" else None
    return Addressee(person, pronouns, listener.subject, called)


def address_by_name(name: str, pronouns: Pronouns) -> Addressee:
    """The addressee of ``{phrase for person}``."""
    return Addressee("they", pronouns, pronouns.subject, name)


_MARK = re.compile(r"\{(I|me|my|mine|myself|am|was|['’]m|['’]ve)\}", re.I)
_UNMARKED = re.compile(
    r"(?<![\w-])(?<!\w['’])(I|me|my|mine|myself|(?<!\d )am)(?![\w-])|(?<=\bI )was\b|(?<=\bI)['’](m|ve)\b", re.I
)
_BEGINNING = re.compile(r"(^|[.!?…][\"”'’]?\s+)[\"“'‘¿¡]*$")
_VERBS = {
    "am": ("am", "are", "are", "is"),
    "was": ("was", "were", "were", "was"),
    "’m": ("’m", "’re", " are", " is"),
    "’ve": ("’ve", "’ve", " have", " has"),
}
"""A mark that is a verb: after I, after you or we, after they, and after she, he or a name."""


def look_up(value: Phrase, shipped: Mapping[str, Phrase]) -> Phrase:
    """The phrase that a short name stands for, or the phrase itself.

    Raises RequestError where ``value`` looks like a short name and is none.
    """
    if not isinstance(value, str):
        return value
    if value in shipped:
        return shipped[value]
    if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value):
        known = f"The phrases are {', '.join(shipped)}; or" if shipped else "None ship in this language;"
        raise RequestError(
            f"there is no phrase '{value}'{did_you_mean(value, shipped) or '.'} {known} "
            "write one out, such as 'May I be at ease.'"
        )
    return value


def is_wish(phrase: Phrase, language: str) -> bool:
    """Whether a phrase can be said to others: in English, what begins with "May" or has its person marked.

    ``It was one bad day`` and ``I forgive myself`` are for oneself alone. What lists its forms says itself who they are
    for, and other languages do not bend.
    """
    if not isinstance(phrase, str) or language.split("-")[0] != "en":
        return True
    return bool(_MARK.search(phrase) or re.match(r"\W*may\b", phrase, re.I))


def say_to(phrase: Phrase, to: Addressee, language: str) -> str:
    """The phrase said to somebody. Raises RequestError where it has no form for them."""
    if not isinstance(phrase, str):
        return _listed(phrase, to)
    marked = _MARK.search(phrase)
    if to.person == "i" and not marked:
        return phrase
    if to.person != "i" and language.split("-")[0] != "en":
        raise RequestError(
            f"the phrase '{phrase}' is written in the first person only, and only English bends; "
            f"list its forms: {{i: …, {to.person}: …}}"
        )
    return _bent(phrase if marked else _UNMARKED.sub(lambda found: f"{{{found[0]}}}", phrase), to)


def _listed(forms: Mapping[str, str | Mapping[str, str]], to: Addressee) -> str:
    """The form of that person and gender. A gender of one's own takes the form of they; no other stands in for it."""
    key = to.gender if to.person == "they" and to.gender in ("she", "he") and to.gender in forms else to.person
    form = forms.get(key)
    if form is None:
        raise RequestError(f"the phrase '{phrase_text(forms)}' has no form for '{key}'; add one: {{{key}: …}}")
    if not isinstance(form, str):
        gender = to.gender if to.gender in form else "they"
        if gender not in form:
            raise RequestError(
                f"the phrase '{phrase_text(forms)}' has no form for '{key}' by the pronoun '{to.gender}'; "
                f"add one: {{{key}: {{{gender}: …}}}}"
            )
        form = form[gender]
    form = one_line(form)
    if "{name}" in form and to.person != "they":
        raise RequestError(
            f"the phrase '{phrase_text(forms)}' has a {{name}} in '{key}'; only 'they', 'she' and 'he' may"
        )
    said, *rest = form.split("{name}")
    for piece in rest:
        said += _capital(to.name or "", said) + piece
    return said


def phrase_text(phrase: Phrase) -> str:
    """A phrase as it is written; of a listed one, its first form."""
    while not isinstance(phrase, str):
        phrase = next(iter(phrase.values()), "")
    return one_line(phrase)


def _capital(word: str, before: str) -> str:
    """The word as it stands after ``before``: with a capital where a sentence begins."""
    return word[:1].upper() + word[1:] if _BEGINNING.search(before) else word


def _bent(phrase: str, to: Addressee) -> str:
    """English: each mark in its turn, whoever has a name called by it first; capitals where a sentence begins."""
    said = ""
    name = to.name
    by_name = name is not None
    end = 0
    for found in _MARK.finditer(phrase):
        mark = found[1].lower().replace("'", "’")
        said += phrase[end : found.start()]
        end = found.end()
        if mark in _VERBS:
            said += _capital(_verb(mark, to, by_name).replace("’", found[1][0]), said)
            continue
        said += _capital(_called(name, mark) if name else _pronoun(mark, to.pronouns), said)
        if mark == "i":
            by_name = name is not None
        name = None
    return said + phrase[end:]


def _verb(mark: str, to: Addressee, by_name: bool) -> str:
    """The verb as it agrees; ``by_name`` where its subject was called by name: Kim is, and then they are."""
    first, second, plural, singular = _VERBS[mark]
    if to.person == "i":
        return first
    if to.person in ("you", "we"):
        return second
    return singular if to.person == "they" and (by_name or not to.pronouns.plural) else plural


def _called(name: str, mark: str) -> str:
    """The first mention, by name."""
    if mark in ("my", "mine"):
        return f"{name}’" if name.endswith("s") else f"{name}’s"
    return name


def _pronoun(mark: str, pronouns: Pronouns) -> str:
    match mark:
        case "i":
            return pronouns.subject
        case "me":
            return pronouns.object
        case "my":
            return pronouns.possessive
        case "mine":
            return pronouns.absolute
        case _:
            return pronouns.reflexive

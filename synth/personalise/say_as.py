"""How a name or a word is to be said, as people write it: respelled, in IPA, or as a language has it."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator

from synth.phonetics import bad_ipa_character
from synth.yaml_source import Text

_IN_LANGUAGE = re.compile(r"\{\s*language\s*:\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)\s*\}")


@dataclass(frozen=True, slots=True)
class SayAs:
    """One of three is given: a ``respelling`` that the voice reads, ``ipa``, or a ``language``, as a lower-case tag."""

    respelling: str | None = None
    ipa: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SayAsSpan:
    """How the characters ``start`` to ``end`` of a text are to be said; ``guessed`` where nobody has asked for it."""

    start: int
    end: int
    say_as: SayAs
    guessed: bool = False


def read_say_as(written: str) -> SayAs:
    """What ``shi vawn``, ``/ʃɪˈvɔːn/`` or ``{language: es}`` asks. Raises ValueError where it is none of these."""
    if found := _IN_LANGUAGE.fullmatch(written):
        return SayAs(language=found[1].lower())
    if written.startswith("{"):
        raise ValueError(f"a language is given as {{language: es}}, not as {written}")
    if not written.startswith("/"):
        return SayAs(respelling=written)
    written = unicodedata.normalize("NFC", written)
    ipa = written[1:-1].strip()
    if not written.endswith("/") or not ipa:
        raise ValueError(f"IPA stands between two slashes, as in /ʃɪˈvɔːn/; here is '{written}'")
    if bad := bad_ipa_character(ipa):
        place = written.find(bad) + 1
        raise ValueError(f"'{bad}', character {place} of {written}, is no sign of the phonetic alphabet")
    return SayAs(ipa=ipa)


def _as_text(value: object) -> object:
    """A YAML mapping ``language: es`` as the text that stands for it everywhere else."""
    if isinstance(value, dict) and list(value) == ["language"]:
        return f"{{language: {value['language']}}}"
    return value


def _checked(written: str) -> str:
    read_say_as(written)
    return written


SayAsText = Annotated[Text, BeforeValidator(_as_text), AfterValidator(_checked)]
"""A say_as as text, known to be sound; in YAML a mapping with the one key ``language`` is one, too."""

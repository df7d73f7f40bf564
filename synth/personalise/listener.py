"""Who is listening (a Profile, kept) and what they wish of this session (Wishes, given with the command)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import Field, field_validator

from synth.checked import Checked, Text, read_checked
from synth.errors import RequestError


class Somebody(Checked):
    """A person of the listener's."""

    name: Text
    say_as: Text | None = None
    pronouns: Text | None = None


class Profile(Checked):
    """A listener: every key is optional, and any further slot's value stands under ``slots``."""

    name: Text | None = None
    say_as: Text | None = None
    pronouns: Text | None = None
    phrases: tuple[Text, ...] = ()
    people: dict[str, Somebody] = Field(default_factory=dict)
    slots: dict[str, Text] = Field(default_factory=dict)

    @field_validator("name", "say_as")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        return None if text is None else one_line(text)


def read_profile(path: Path) -> Profile:
    """The profile in a YAML file. Raises RequestError where there is none, ScriptError where it has faults."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RequestError(f"{path}: the profile can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise RequestError(f"{path}: the profile is not UTF-8 text") from None
    return read_checked(Profile, text, str(path))


def one_line(text: str) -> str:
    """A listener's own text as one printable line, otherwise untouched."""
    folded = re.sub(r"\s+", " ", text).strip()
    return "".join(c for c in folded if c.isprintable() or c in "\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is asked of this one session, stronger than profile and script. None: as the script says.

    ``length_ms`` in milliseconds, ``bed_level`` in LU under the voice (negative), ``rate`` in words a minute,
    ``loudness`` in LUFS; ``bed`` and ``bell`` are a sound's name, a file, or ``none``.
    """

    slots: Mapping[str, str] = field(default_factory=dict)
    length_ms: int | None = None
    bed: str | None = None
    bed_level: float | None = None
    bell: str | None = None
    voice: str | None = None
    rate: int | None = None

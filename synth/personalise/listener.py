"""Who is listening (a Profile, kept) and what is asked of one session (SessionOptions, given with the command)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field, field_validator

from synth.personalise.say_as import SayAsText
from synth.script.markers import MAX_BREATH_MS
from synth.wording import one_line
from synth.yaml_source import Duration, StrictModel, Text


class Person(StrictModel):
    """A person of the listener's, or of a roster."""

    name: Text
    say_as: SayAsText | None = None
    pronouns: Text | None = None


class Breathing(StrictModel):
    """A pace of breathing: the time of an in-breath and of an out-breath, in milliseconds."""

    into: Annotated[Duration, Field(alias="in", ge=500, le=MAX_BREATH_MS)] = 4_000
    out: Annotated[Duration, Field(ge=500, le=MAX_BREATH_MS)] = 6_000


class Profile(StrictModel):
    """A listener, as their file has it: every key is optional, and any further slot's value stands under ``slots``.

    ``touch`` (is it welcome?), ``eyes`` and ``secular`` (in secular words only?) are answers for every script.
    """

    name: Text | None = None
    say_as: SayAsText | None = None
    pronouns: Text | None = None
    phrases: tuple[Text | dict[str, Text | dict[str, Text]], ...] = ()
    breath: Breathing = Breathing()
    touch: Literal["yes", "no"] | None = None
    eyes: Literal["open", "closed"] | None = None
    secular: Literal["yes", "no"] | None = None
    people: dict[str, Person] = Field(default_factory=dict)
    slots: dict[str, Text] = Field(default_factory=dict)

    @field_validator("name", "say_as")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        return None if text is None else one_line(text)


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What is asked of one session, before profile and script. None: as those say.

    ``slots``, ``phrases`` and ``people`` (by role) are what shall be said, and stronger than the profile's; ``name`` is
    given where the profile's name was asked for, and shall be said too.
    ``length_ms`` in milliseconds, ``bed_level`` in LU under the voice (negative), ``rate`` in words a minute,
    ``bed`` and ``bell`` are a sound's name, a file, or ``none``. Bells through the sitting strike every
    ``interval_bell_ms`` from ``settle_ms`` on, and at ``bells_at_ms``. To ``sleep``: no bells, the voice falls
    towards the end, the bed goes on for ``bed_after_ms``. ``roster`` are the people in the room.
    """

    slots: Mapping[str, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    people: Mapping[str, Person] = field(default_factory=dict)
    name: str | None = None
    length_ms: int | None = None
    bed: str | None = None
    bed_level: float | None = None
    bell: str | None = None
    voice: str | None = None
    rate: int | None = None
    effect: str | None = None
    interval_bell_ms: int | None = None
    bells_at_ms: tuple[int, ...] = ()
    settle_ms: int | None = None
    sleep: bool = False
    bed_after_ms: int | None = None
    roster: tuple[Person, ...] = ()

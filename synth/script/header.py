"""The YAML header of a script: its keys, their types and their defaults."""

import re
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from synth.script.limits import (
    ANSWERS,
    BED_LEVEL_LU,
    BELL_LEVEL_DB,
    MAX_PAUSE_MS,
    MAX_WPM,
    MIN_INTERVAL_MS,
    MIN_LEVEL,
    MIN_WPM,
    NAMED_PAUSES,
    USUAL_WPM,
    EffectName,
)
from synth.units import format_duration
from synth.wording import did_you_mean
from synth.yaml_source import Duration, StrictModel, Text, written_duration


def _pause_length(value: object) -> int:
    return written_duration(value, MAX_PAUSE_MS)


def _interval(value: object) -> int:
    length_ms = written_duration(value)
    if length_ms < MIN_INTERVAL_MS:
        shortest = format_duration(MIN_INTERVAL_MS)
        raise ValueError(f"bells through a sitting are at least {shortest} apart, or they are heard as one")
    return length_ms


PauseLength = Annotated[int, BeforeValidator(_pause_length)]
"""Milliseconds of a pause, written as ``10s``."""


class VoiceStyle(StrictModel):
    """How the script is spoken: ``name`` is ENGINE or ENGINE:ID, ``rate`` is in words a minute.

    ``effect``, in a script ``treatment``, names what is done to the voice; None is what suits its source.
    """

    name: Text | None = None
    rate: Annotated[int, Field(ge=MIN_WPM, le=MAX_WPM)] = USUAL_WPM
    effect: Annotated[EffectName | None, Field(alias="treatment")] = None


class BedStyle(StrictModel):
    """The ambient track the session begins with: a sound's name, a file or ``none``; LU relative to the voice."""

    sound: Text = "none"
    level: Annotated[float, Field(ge=MIN_LEVEL, le=0)] = BED_LEVEL_LU


class BellStyle(StrictModel):
    """The bell that ``[bell]`` means; dB relative to the voice's peak.

    Softer ones ring through the sitting, every ``interval`` once ``settle`` has gone by, and ``at`` given times.
    """

    sound: Text = "bowl"
    level: Annotated[float, Field(ge=MIN_LEVEL, le=0)] = BELL_LEVEL_DB
    interval: Annotated[int, BeforeValidator(_interval)] | None = None
    at: tuple[Duration, ...] = ()
    settle: Duration = 0


ANSWER_BRANCHES = "answer-branches"
"""The rule about lines that go against somebody's answer."""


class Care(StrictModel):
    """What a listener should know before they begin."""

    intensity: Literal["gentle", "moderate", "strong"] = "gentle"
    needs: tuple[Text, ...] = ()
    audience: Annotated[Literal["anyone", "clinicians"], Field(alias="for")] = "anyone"
    notes: tuple[Text, ...] = ()
    allow: dict[str, Text] = Field(default_factory=dict)

    RULES: ClassVar[tuple[str, ...]] = (
        "eyes-choice", "posture-choice", "leave-to-stop", "again-before-hardest", "grounding", "touch-another-way",
        "breath-another-anchor", "long-silence", "no-cure", "no-medical-advice", "no-forced-breath",
        "breath-pace", "no-reliving", "bell-at-close", "bare-number", "idle-length",
    )  # fmt: skip
    """The rules of care of ``metta check``; a script may answer each under ``allow``, with its reason."""

    ANSWERABLE: ClassVar[tuple[str, ...]] = (*RULES, ANSWER_BRANCHES)
    """These, and the one about lines that go against somebody's answer."""

    @field_validator("allow")
    @classmethod
    def _of_known_rules(cls, allow: dict[str, str]) -> dict[str, str]:
        for name in allow:
            if name not in cls.ANSWERABLE:
                near = did_you_mean(name, cls.ANSWERABLE) or f"; the rules are {', '.join(cls.ANSWERABLE)}"
                raise ValueError(f"there is no rule '{name}'{near}")
        return allow

    @model_validator(mode="after")
    def _strong_is_prepared(self) -> "Care":
        if self.intensity == "strong" and not self.needs:
            raise ValueError("a strong script says what to have practised first, such as needs: [loving-kindness]")
        return self


def _value(value: object) -> object:
    """Text, a number, or several texts; what YAML makes of dates and of yes and no is none of these."""
    several = value if isinstance(value, list) else [value]
    if any(isinstance(item, bool) or not isinstance(item, str | int | float | None) for item in several):
        raise ValueError("should be text; put it in quotes")
    if isinstance(value, list) and not all(isinstance(item, str) and item.strip() for item in value):
        raise ValueError("should be a list of texts; put each in quotes")
    return value


class Slot(StrictModel):
    """A value that the listener brings; ``default`` is spoken where they bring none.

    ``spoken``, in a script ``as``, is the sentence it stands in, an example in braces: ``rest a hand on {your cheek}``.
    """

    ask: str = ""
    spoken: Annotated[Text | None, Field(alias="as")] = None
    type: Literal["text", "number", "phrases", "people", "choice"] = "text"
    of: tuple[Text, ...] = ()
    default: Annotated[str | int | float | tuple[str, ...] | None, BeforeValidator(_value)] = None

    @property
    def example(self) -> str:
        """The example that stands in its sentence; empty where it has none."""
        return self._parts[1].strip()

    def sentence(self, value: str) -> str:
        """The sentence with a value in the place of the example; the value alone where there is none."""
        before, _, behind = self._parts
        return f"{before}{value}{behind}"

    @property
    def question(self) -> str:
        """What is asked, and how the answer is said."""
        as_in = f"as in: {self.sentence(self.example)}" if self.spoken else ""
        return " ".join(filter(None, (self.ask, f"({as_in})" if self.ask and as_in else as_in)))

    @property
    def _parts(self) -> tuple[str, str, str]:
        before, _, rest = (self.spoken or "{}").partition("{")
        example, _, behind = rest.partition("}")
        return before, example, behind

    @field_validator("spoken")
    @classmethod
    def _has_an_example(cls, spoken: str | None) -> str | None:
        if spoken is not None and not re.fullmatch(r"[^{}]*\{[^{}]*\w[^{}]*\}[^{}]*", spoken):
            raise ValueError("should be a sentence with one example in braces, such as 'rest a hand on {your cheek}'")
        return spoken

    @model_validator(mode="after")
    def _agrees(self) -> "Slot":
        if (self.type == "choice") != bool(self.of):
            raise ValueError("a choice needs its values, 'of: [a, b]', and only a choice has them")
        if self.default is None:
            return self
        if (self.type in ("phrases", "people")) != isinstance(self.default, tuple):
            raise ValueError(f"the default of a slot of type {self.type} can't be {self.default!r}")
        if self.type == "number" and not isinstance(self.default, int | float):
            raise ValueError("the default of a number is a number")
        if self.type == "choice" and self.default not in self.of:
            raise ValueError(f"the default is one of {', '.join(self.of)}")
        return self


ROSTER = "roster"
"""The slot of who is in the room: it need not stand in the header, and no profile fills it."""

ANSWER_SLOTS = {name: Slot(ask=ask, type="choice", of=of) for name, (ask, of) in ANSWERS.items()}
"""The slots of the answers that every script may ask about."""

IMPLIED_SLOTS = {
    ROSTER: Slot(ask="Who is in the room? Names with | between them; 'play' takes --roster FILE, too", type="people"),
    **ANSWER_SLOTS,
}
"""The slots that a text may use without a line in its header, which may have one of the name all the same."""


class Meta(StrictModel):
    """The header: everything but ``title`` has a default."""

    title: Text
    summary: str = ""
    author: str = ""
    programme: str = ""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    length: Duration | None = None
    voice: VoiceStyle = VoiceStyle()
    bed: BedStyle = BedStyle()
    bell: BellStyle = BellStyle()
    pauses: dict[str, PauseLength] = NAMED_PAUSES
    care: Care = Care()
    slots: dict[str, Slot] = Field(default_factory=dict)

    @field_validator("pauses")
    @classmethod
    def _with_defaults(cls, pauses: dict[str, int]) -> dict[str, int]:
        return NAMED_PAUSES | pauses

    @field_validator("slots")
    @classmethod
    def _plain_names(cls, slots: dict[str, Slot]) -> dict[str, Slot]:
        for name in slots:
            if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
                raise ValueError(f"the slot's name '{name}' should be lower-case letters, digits and hyphens")
        return slots

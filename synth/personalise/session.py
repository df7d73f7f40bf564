"""The types of a session: a script with nothing left to decide for one listener."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from synth.script.document import Bed, Bell, Breath, Mark, Pause, Wait
from synth.script.header import Meta
from synth.source import Place


@dataclass(frozen=True, slots=True)
class Style:
    """How an utterance is spoken: by which ``voice``, ENGINE[:ID] or None for any of the language, at which ``rate``.

    ``rate`` is in words a minute; ``effect`` names what is done to the voice, None what suits its source. The rests at
    a sentence's end and at a comma, in milliseconds, are None where the rate decides.
    """

    voice: str | None
    language: str
    rate: int
    effect: str | None = None
    sentence_rest_ms: int | None = None
    comma_rest_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PronunciationHint:
    """How the characters ``start`` to ``end`` of what is spoken are to be said: in ``ipa``, or as a ``language`` does.

    One of the two is given; ``guessed`` where the language was guessed from the letters of a name.
    """

    start: int
    end: int
    ipa: str | None = None
    language: str | None = None
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Utterance:
    """A final sentence: ``text`` as it is written in a transcript, ``spoken`` as the voice is given it.

    ``personal`` where a slot was filled in it: another listener may hear something else. ``names`` are those of the
    listener, their people and the roster that are said in it, as they were given. ``hints``, in order and none over
    another, are of ``spoken``.
    """

    text: str
    spoken: str
    personal: bool
    style: Style
    place: Place
    names: tuple[str, ...] = ()
    hints: tuple[PronunciationHint, ...] = ()


@dataclass(frozen=True, slots=True)
class TimedCue:
    """An utterance at the beginning of ``length_ms``, in which it must fit: that of a breath's ``phase``."""

    utterance: Utterance
    length_ms: int
    phase: Literal["in", "out"]


SessionItem = Utterance | TimedCue | Pause | Breath | Wait | Bell | Bed | Mark
"""A ``Breath`` in a session has its pace, and is not cued: a cued one is a ``TimedCue`` each way."""


@dataclass(frozen=True, slots=True)
class SessionSection:
    """A titled run of items, in the order they sound."""

    title: str
    items: tuple[SessionItem, ...]


@dataclass(frozen=True, slots=True)
class SittingBells:
    """Bells through the sitting: every ``interval_ms`` once ``settle_ms`` have gone by, and ``at_ms``.

    ``level_db`` is beside the voice's peak. Where ``in_long_silences``, long silences get them unasked.
    """

    sound: str
    level_db: float
    interval_ms: int | None = None
    at_ms: tuple[int, ...] = ()
    settle_ms: int = 0
    in_long_silences: bool = True


SlotOrigin = Literal["asked", "profile", "default"]
"""Where a slot's value came from: asked for this session, the listener's profile, or the script's own default."""


@dataclass(frozen=True, slots=True)
class FilledSlot:
    """A slot's value as it is written, several of them joined by ``|``, and where it came from."""

    name: str
    value: str
    origin: SlotOrigin


@dataclass(frozen=True, slots=True)
class Session:
    """What one listener will hear; ``bed`` is what sounds from the first moment.

    ``bells`` is None where there shall be none. ``bed_after_ms`` is None but in a session to fall asleep with: how
    long the bed goes on behind its end. ``slots`` tells what fills the script's slots; ``told`` what came of each
    answer, a line each; ``remarks`` what was asked for and is not said, or reads badly; ``unused`` what the profile has
    and nothing here needs.
    """

    meta: Meta
    bed: Bed | None
    length_ms: int | None
    sections: tuple[SessionSection, ...]
    bells: SittingBells | None = None
    bed_after_ms: int | None = None
    slots: tuple[FilledSlot, ...] = ()
    told: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """Every utterance, in order."""
        return utterances_of(self.sections)


def utterances_of(sections: Iterable[SessionSection]) -> tuple[Utterance, ...]:
    """Every utterance of these sections, in order."""
    items = [item for section in sections for item in section.items]
    spoken = [item.utterance if isinstance(item, TimedCue) else item for item in items]
    return tuple(item for item in spoken if isinstance(item, Utterance))

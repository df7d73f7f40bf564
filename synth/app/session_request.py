"""Who listens and how, as it was asked for: what a command's options or a form's fields say, before any script."""

from dataclasses import dataclass

from synth.errors import OptionError, RequestError
from synth.mix.levels import TARGET_LUFS
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.say_as import read_say_as
from synth.profiles import chosen_profile
from synth.script.header import ANSWER_SLOTS
from synth.script.limits import MIN_INTERVAL_MS
from synth.units import format_duration


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """Everything that can be asked of a session; None and () where nothing is asked.

    ``profile_name`` is a kept profile, a YAML file or ``none``; None is the user's own. The other fields are those of
    ``Profile`` and ``SessionOptions``; ``loudness`` is the programme's, in LUFS.
    """

    name: str | None = None
    say_as: str | None = None
    slots: tuple[tuple[str, str], ...] = ()
    phrases: tuple[str, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    touch: str | None = None
    eyes: str | None = None
    secular: str | None = None
    profile_name: str | None = None
    length_ms: int | None = None
    bed: str | None = None
    bed_level: float | None = None
    bell: str | None = None
    interval_bell_ms: int | None = None
    bells_at_ms: tuple[int, ...] = ()
    settle_ms: int | None = None
    sleep: bool = False
    bed_after_ms: int | None = None
    voice: str | None = None
    rate: int | None = None
    effect: str | None = None
    loudness: float = TARGET_LUFS

    def profile(self) -> Profile:
        """The chosen profile, with what was asked for on top of it.

        With another name than the profile's, its ``say_as`` is left out, and so is the whole of the user's own
        profile where it was not asked for by its name. The slot ``name`` is a name like ``name``, and stronger.
        Raises OptionError where ``say_as`` is not sound, RequestError where the profile isn't there or the name is
        empty, ScriptError where the profile is faulty.
        """
        if self.say_as is not None:
            try:
                read_say_as(self.say_as)
            except ValueError as error:
                raise OptionError("say_as", str(error)) from None
        kept = chosen_profile(self.profile_name)
        if self.name is not None and not self.name.strip():
            raise RequestError("--name is empty; leave it out to have the script's own word")
        name = dict(self.slots).get("name", self.name)
        known = name in (None, kept.name)
        if not known and self.profile_name is None:
            kept = Profile()
        answers = {name: getattr(self, name) for name in ANSWER_SLOTS if getattr(self, name)}
        return kept.model_copy(
            update={
                "name": name or kept.name,
                "say_as": self.say_as or (kept.say_as if known else None),
                **answers,
            }
        )

    def options(self) -> SessionOptions:
        """What is asked of this one session. Raises OptionError where that can't be met by any script."""
        if self.interval_bell_ms is not None and self.interval_bell_ms < MIN_INTERVAL_MS:
            shortest = format_duration(MIN_INTERVAL_MS)
            raise OptionError("interval_bell_ms", f"bells through a sitting are at least {shortest} apart")
        if self.bed_after_ms is not None and not self.sleep:
            raise OptionError("bed_after_ms", "this belongs to --sleep")
        return SessionOptions(
            slots=dict(self.slots),
            phrases=self.phrases,
            name=self.name,
            people={role: Person(name=person) for role, person in self.people},
            length_ms=self.length_ms,
            bed=self.bed,
            bed_level=self.bed_level,
            bell=self.bell,
            voice=self.voice,
            rate=self.rate,
            effect=self.effect,
            interval_bell_ms=self.interval_bell_ms,
            bells_at_ms=self.bells_at_ms,
            settle_ms=self.settle_ms,
            sleep=self.sleep,
            bed_after_ms=self.bed_after_ms,
        )

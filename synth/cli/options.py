"""The options that say who listens and how, and the two steps that use them: prepare, and compose."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, get_args

import click

from synth.cli.console import Function, progress_bar
from synth.errors import RequestError
from synth.script.limits import (
    MAX_LOUDNESS_LUFS,
    MAX_WPM,
    MIN_LEVEL,
    MIN_LOUDNESS_LUFS,
    MIN_WPM,
    EffectName,
)
from synth.units import format_duration, parse_duration

if TYPE_CHECKING:
    from synth.content_cache import Cache
    from synth.formats.provenance import EmbeddedTimeline
    from synth.personalise.listener import Profile, SessionOptions
    from synth.personalise.session import Session
    from synth.pipeline import Track
    from synth.sounds.collection import Sounds


def duration(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """``15m`` as milliseconds: a callback for options and arguments."""
    try:
        return None if value is None else parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _durations(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...]:
    """``3m,10m`` as milliseconds."""
    lengths = [duration(ctx, param, each) for each in value.split(",")] if value else []
    return tuple(length for length in lengths if length is not None)


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Several ``NAME=VALUE`` as pairs."""
    pairs = [value.partition("=") for value in values]
    for name, equals, _ in pairs:
        if not equals or not name.strip():
            raise click.BadParameter(f"'{name}' should be a name, an equals sign and a value", ctx, param)
    return tuple((name.strip(), text) for name, _, text in pairs)


_PERSON = (
    click.option("--name", metavar="TEXT", help="What the listener is called."),
    click.option("--say-as", metavar="TEXT", help="How the name is pronounced, spelled as it sounds."),
    click.option(
        "--set", "slots", callback=_pairs, multiple=True, metavar="SLOT=VALUE", help="Fill any slot of the script."
    ),
    click.option(
        "--phrase", "phrases", multiple=True, metavar="TEXT", help="A wish: a short name or a sentence; again for more."
    ),
    click.option(
        "--person",
        "people",
        callback=_pairs,
        multiple=True,
        metavar="ROLE=NAME",
        help="Who somebody is, such as friend=Tom.",
    ),
    click.option(
        "--profile",
        "profile_name",
        metavar="NAME|FILE",
        help="Who listens: a kept profile or a YAML file; your own, 'me', where there is one, unless you say 'none'.",
    ),
)
_SETTING = (
    click.option("--bed", metavar="NAME|FILE|none", help="The ambient track, in the place of the script's."),
    click.option(
        "--bed-level",
        type=click.FloatRange(MIN_LEVEL, 0),
        metavar="LU",
        help="The bed's level relative to the voice, such as -18.",
    ),
    click.option("--bell", metavar="NAME|FILE|none", help="The bell, in the place of the script's."),
    click.option(
        "--interval-bell",
        "interval_bell_ms",
        callback=duration,
        metavar="5m",
        help="A softer bell through the sitting, again and again; never on words.",
    ),
    click.option(
        "--bells-at", "bells_at_ms", callback=_durations, metavar="3m,10m", help="Softer bells at these times."
    ),
    click.option(
        "--settle",
        "settle_ms",
        callback=duration,
        metavar="2m",
        help="Time to settle in, before --interval-bell counts.",
    ),
)
_MANNER = (
    click.option("--length", "length_ms", callback=duration, metavar="15m", help="How long it should last."),
    *_SETTING,
    click.option(
        "--sleep", is_flag=True, help="To fall asleep with: no bells, a voice that grows softer, a bed that goes on."
    ),
    click.option(
        "--bed-after",
        "bed_after_ms",
        callback=duration,
        metavar="10m",
        help="With --sleep: how long the bed goes on behind the end.",
    ),
    click.option("--voice", metavar="ENGINE[:ID]", help="The voice; 'metta voices' lists them."),
    click.option("--rate", type=click.IntRange(MIN_WPM, MAX_WPM), metavar="WPM", help="Words a minute while speaking."),
    click.option(
        "--treatment",
        "effect",
        type=click.Choice(get_args(EffectName)),
        help="The voice's tone and room: as the engine made it, close and warm, or in a hall.",
    ),
    click.option(
        "--loudness",
        type=click.FloatRange(MIN_LOUDNESS_LUFS, MAX_LOUDNESS_LUFS),
        default=-16.0,
        show_default=True,
        metavar="LUFS",
        help="The loudness of the whole.",
    ),
)


@dataclass(frozen=True, slots=True)
class SoundOptions:
    """What is heard beside words: the options of ``_SETTING``."""

    bed: str | None
    bed_level: float | None
    bell: str | None
    interval_bell_ms: int | None
    bells_at_ms: tuple[int, ...]
    settle_ms: int | None

    def wishes(self) -> "SessionOptions":
        """What is asked of a session's bed and bells."""
        from synth.personalise.listener import SessionOptions
        from synth.script.limits import MIN_INTERVAL_MS

        if self.interval_bell_ms is not None and self.interval_bell_ms < MIN_INTERVAL_MS:
            raise click.UsageError(f"--interval-bell is at least {format_duration(MIN_INTERVAL_MS)}")
        return SessionOptions(
            bed=self.bed,
            bed_level=self.bed_level,
            bell=self.bell,
            interval_bell_ms=self.interval_bell_ms,
            bells_at_ms=self.bells_at_ms,
            settle_ms=self.settle_ms,
        )


@dataclass(frozen=True, slots=True)
class DeliveryOptions(SoundOptions):
    """How a session shall be, whoever listens: the options of ``_MANNER``."""

    length_ms: int | None
    sleep: bool
    bed_after_ms: int | None
    voice: str | None
    rate: int | None
    effect: str | None
    loudness: float

    def wishes(self) -> "SessionOptions":
        """What is asked of a session, but for what fills its slots."""
        if self.bed_after_ms is not None and not self.sleep:
            raise click.UsageError("--bed-after belongs to --sleep")
        return replace(
            SoundOptions.wishes(self),
            length_ms=self.length_ms,
            voice=self.voice,
            rate=self.rate,
            effect=self.effect,
            sleep=self.sleep,
            bed_after_ms=self.bed_after_ms,
        )


@dataclass(frozen=True, slots=True)
class ListenerOptions(DeliveryOptions):
    """Who listens and how: the options of ``_PERSON`` and ``_MANNER``."""

    name: str | None
    say_as: str | None
    slots: tuple[tuple[str, str], ...]
    phrases: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    profile_name: str | None

    def profile(self) -> "Profile":
        """The profile, with what was given by hand on top; another's name never keeps its pronunciation.

        One's own profile, which goes without saying, is nobody else's: with another name it is left out.
        """
        from synth.personalise.listener import Person, Profile
        from synth.profiles import chosen_profile

        kept = chosen_profile(self.profile_name)
        if self.name is not None and not self.name.strip():
            raise RequestError("--name is empty; leave it out to have the script's own word")
        known = self.name in (None, kept.name)
        if not known and self.profile_name is None:
            kept = Profile()
        people = {role: Person(name=name) for role, name in self.people}
        return kept.model_copy(
            update={
                "name": self.name or kept.name,
                "say_as": self.say_as or (kept.say_as if known else None),
                "phrases": self.phrases or kept.phrases,
                "people": kept.people | people,
            }
        )

    def wishes(self) -> "SessionOptions":
        """What is asked of this one session."""
        return replace(DeliveryOptions.wishes(self), slots=dict(self.slots))


def for_listener(command: Function) -> Function:
    """Adds the options that say who listens and how; they arrive together, as ``listener``."""
    return together(command, "listener", ListenerOptions, (*_PERSON, *_MANNER))


def for_everybody(command: Function) -> Function:
    """Adds the options that say how a session shall be, whoever listens; they arrive together, as ``manner``."""
    return together(command, "manner", DeliveryOptions, _MANNER)


def for_setting(command: Function) -> Function:
    """Adds the options that say what is heard beside words; they arrive together, as ``setting``."""
    return together(command, "setting", SoundOptions, _SETTING)


def together(command: Function, name: str, kind: type[Any], options: Sequence[Callable[[Any], Any]]) -> Function:
    """Adds options that belong together; they arrive as one ``kind``, a dataclass with a field for each of them."""

    @functools.wraps(command)
    def wrapped(**values: Any) -> Any:
        given = {each.name: values.pop(each.name) for each in fields(kind)}
        return command(**{name: kind(**given)}, **values)

    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


def prepare_session(meditation: str, listener: ListenerOptions, sounds: "Sounds") -> "Session":
    """The session of a meditation for this listener."""
    from synth.pipeline import prepare
    from synth.scripts import load_document

    return prepare(load_document(meditation), listener.profile(), listener.wishes(), sounds)


def compose_track(
    session: "Session",
    listener: ListenerOptions,
    sounds: "Sounds",
    cache: "Cache",
    earlier: "EmbeddedTimeline | None" = None,
) -> "Track":
    """A session spoken and laid out, with a bar on a terminal while it is spoken; ``earlier`` as in ``compose``."""
    from synth.pipeline import compose

    with progress_bar("speaking") as progress:
        return compose(session, sounds, cache, loudness=listener.loudness, earlier=earlier, progress=progress)

"""The options that say who listens and how, and their values read: a ``SessionRequest``."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, get_args

import click

from synth.cli.console import Function
from synth.script.limits import (
    ANSWERS,
    MAX_LOUDNESS_LUFS,
    MAX_WPM,
    MIN_LEVEL,
    MIN_LOUDNESS_LUFS,
    MIN_WPM,
    EffectName,
)
from synth.units import parse_duration

if TYPE_CHECKING:
    from synth.app.session_request import SessionRequest


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
    click.option(
        "--say-as", metavar="TEXT", help="How the name is said: as it sounds (shi vawn), or in IPA (/ʃɪˈvɔːn/)."
    ),
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
    *(
        click.option(f"--{name}", type=click.Choice(of), help=f"{ask} It counts before the profile's answer.")
        for name, (ask, of) in ANSWERS.items()
    ),
    click.option(
        "--profile",
        "profile_name",
        metavar="NAME|FILE",
        help="Who listens: a kept profile or a YAML file; your own, 'me', where there is one, unless you say 'none'.",
    ),
)
_BELLS_AND_BED = (
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
_DELIVERY = (
    click.option("--length", "length_ms", callback=duration, metavar="15m", help="How long it should last."),
    *_BELLS_AND_BED,
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
        help="The voice's tone and room: as the engine made it, lightly evened out, close and warm, or in a hall.",
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


def for_listener(command: Function) -> Function:
    """Adds the options that say who listens and how; they arrive together, as ``request``."""
    return _as_request(command, (*_PERSON, *_DELIVERY))


def for_everybody(command: Function) -> Function:
    """Adds the options that say how a session shall be, whoever listens; they arrive together, as ``request``."""
    return _as_request(command, _DELIVERY)


def for_sitting(command: Function) -> Function:
    """Adds ``LENGTH`` and the options of bells and bed; they arrive together, as ``request``."""
    length = click.argument("length_ms", callback=duration, metavar="LENGTH")
    return _as_request(command, (length, *_BELLS_AND_BED))


def _as_request(command: Function, parameters: Sequence[Callable[[Any], Any]]) -> Function:
    def load() -> "type[SessionRequest]":
        from synth.app.session_request import SessionRequest

        return SessionRequest

    return together(command, "request", load, parameters)


def together(
    command: Function, name: str, load: Callable[[], type[Any]], parameters: Sequence[Callable[[Any], Any]]
) -> Function:
    """Adds parameters that arrive together, as one argument: the dataclass of ``load``, by its fields' names."""

    @functools.wraps(command)
    def wrapped(**values: Any) -> Any:
        kind = load()
        given = {each.name: values.pop(each.name) for each in fields(kind) if each.name in values}
        return command(**{name: kind(**given)}, **values)

    for parameter in reversed(parameters):
        wrapped = parameter(wrapped)
    return wrapped  # type: ignore[return-value]

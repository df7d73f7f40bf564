"""``metta log``."""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import json_option, print_json
from synth.cli.group import cli
from synth.units import MINUTE

if TYPE_CHECKING:
    from synth.history import ForgetSummary, RatingAnswer, SessionRecord


_WIDTH = 60
_WEEKS = 8
_COURSE = 36
"""So many sittings fit into a row of ratings."""

_HEIGHTS = "▁▂▃▄▅▆▇█"
_MINUTES = {10: "▂", 20: "▄", 40: "▆"}
_MORE = "█"
_NONE = "·"


@cli.group(invoke_without_command=True)
@json_option
@click.pass_context
def log(ctx: click.Context, as_json: bool) -> None:
    """Nothing is kept unless you say so ('metta log on'). A sitting is then a line in a file on this machine, which you
    alone can read, and which goes nowhere.
    """
    if ctx.invoked_subcommand:
        if as_json:
            raise click.UsageError(f"--json is for 'metta log' alone, not for 'metta log {ctx.invoked_subcommand}'")
        return
    from synth import history

    kept, wanted, today = _read(), history.wanted(), date.today()
    if as_json:
        print_json({
            "file": str(history.log_path()), "wanted": wanted,
            "this_week": _counts(_of_week(kept, today)), "in_all": _counts(kept),
            "sittings": [history.to_json(sitting) for sitting in kept],
        })  # fmt: skip
    elif kept:
        click.echo("\n".join([*summary(kept, today), "", *calendar(kept, today), *courses(kept)]))
        if not wanted:
            click.echo("\nThe log is off; 'metta log on' has sittings kept again.")
    elif wanted:
        click.echo("There is nothing here yet. Whenever you sit next, it will be kept; there is no hurry.")
    else:
        click.echo(
            "There is nothing here, and nothing needs to be. 'metta log on' has your sittings kept, for you alone."
        )


@log.command()
def on() -> None:
    """Has every sitting kept from now on, on this machine alone."""
    from synth import history

    history.decide(True)
    click.echo(f"The log is on: each sitting is a line in {history.log_path()}, and nothing leaves this machine.")


@log.command()
def off() -> None:
    """Has no sitting kept from now on; what was kept stays."""
    from synth import history

    history.decide(False)
    click.echo("The log is off. What was kept stays; 'metta log forget' takes it away.")


@log.command()
@click.option(
    "--csv",
    "as_csv",
    is_flag=True,
    help="A table in CSV (UTF-8), safe to open in a spreadsheet: the one form there is.",
)
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False), metavar="[FILE]")
def export(as_csv: bool, file: Path | None) -> None:
    """The sittings as a table, a row each: to FILE, which you alone can read then, or to standard output."""
    from synth import history
    from synth.app.side_files import check_side_file

    if not as_csv:
        raise click.UsageError("say in which form: 'metta log export --csv'")
    check_side_file(file)
    table = history.to_csv(_read())
    if file:
        history.write_for_owner(file, table)
        click.echo(str(file))
    else:
        click.echo(table, nl=False)


@log.command()
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only what is of the days before this one, such as 2026-03-01.",
)
@click.option("--yes", is_flag=True, help="Do it without asking.")
def forget(before: datetime | None, yes: bool) -> None:
    """Takes away the sittings that were kept, and the places where sessions were stopped. It can't be undone."""
    from synth import history

    until = before.date() if before else None
    of_days = f" from before {until}" if until else ""
    leaving = history.forgettable(until)
    if not leaving:
        click.echo(f"There is nothing to forget{of_days}.")
        return
    if not yes:
        if not sys.stdin.isatty():
            click.echo("error: 'metta log forget' asks, and needs a terminal; or give it --yes", err=True)
            raise click.exceptions.Exit(2)
        try:
            if not click.confirm(f"{_in_words(leaving)}{of_days}: shall this be taken away, for good?"):
                click.echo("It stays.")
                return
        except click.Abort:
            click.echo(err=True)
            raise KeyboardInterrupt from None
    click.echo(f"taken away{of_days}: {_in_words(history.forget(until))}")


def _read() -> "tuple[SessionRecord, ...]":
    """The log's sittings; damaged lines are told."""
    from synth import history

    kept = history.read()
    for number in kept.damaged:
        click.echo(f"{history.log_path()}:{number}: warning: this line is damaged; it is left out, and stays", err=True)
    return kept.sittings


def _in_words(leaving: "ForgetSummary") -> str:
    parts = {"sitting": leaving.sittings, "damaged line": leaving.damaged, "stopping place": leaving.places}
    return ", ".join(f"{count} {what}{'s' * (count != 1)}" for what, count in parts.items() if count)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _of_week(sittings: "Sequence[SessionRecord]", day: date) -> "list[SessionRecord]":
    """The sittings of the week, from Monday on, that a day is in."""
    return [sitting for sitting in sittings if _monday(sitting.begun.date()) == _monday(day)]


def _counts(sittings: "Sequence[SessionRecord]") -> dict[str, int]:
    return {
        "sittings": len(sittings),
        "days": len({sitting.begun.date() for sitting in sittings}),
        "sat_ms": sum(sitting.sat_ms for sitting in sittings),
    }


def summary(sittings: "Sequence[SessionRecord]", today: date) -> Iterator[str]:
    """Days, minutes and sittings of today's week and in all, a line each, and when the first was."""
    first = sittings[0].begun.date()
    yield f"{'':<12}{'days':>8}{'minutes':>10}{'sittings':>11}"
    for what, counts in (("this week", _counts(_of_week(sittings, today))), ("in all", _counts(sittings))):
        yield f"{what:<12}{counts['days']:>8,}{counts['sat_ms'] // MINUTE:>10,}{counts['sittings']:>11,}"
    yield f"The first of them was on {first.day} {first:%B %Y}."


def calendar(sittings: "Sequence[SessionRecord]", today: date) -> Iterator[str]:
    """The last weeks, one a line, to today; where it is tomorrow already for who sat last, to tomorrow."""
    last = max(sitting.begun.date() for sitting in sittings)
    until = last if last - today == timedelta(days=1) else today
    weeks = min(_WEEKS, 1 + max(0, (_monday(until) - _monday(sittings[0].begun.date())).days // 7))
    sat_ms: dict[date, int] = {}
    for sitting in sittings:
        day = sitting.begun.date()
        sat_ms[day] = sat_ms.get(day, 0) + sitting.sat_ms
    yield f"{'week of':<12}{' Mo Tu We Th Fr Sa Su':<22}{'minutes':>9}"
    for monday in (_monday(until) - timedelta(weeks=ago) for ago in reversed(range(weeks))):
        days = [day for day in (monday + timedelta(days=number) for number in range(7)) if day <= until]
        cells = "".join(f"{_block(sat_ms.get(day)):>3}" for day in days)
        minutes = sum(sat_ms.get(day, 0) for day in days) // MINUTE
        yield f"{monday.day:>2} {monday:%b}{'':<6}{cells:<22}{minutes:>9,}"
    steps = (f"{block} to {most} min" for most, block in _MINUTES.items())
    yield "  ".join([f"{_NONE} none", *steps, f"{_MORE} more"])


def _block(sat_ms: int | None) -> str:
    """The sign of a day; None where nobody sat."""
    if sat_ms is None:
        return _NONE
    return next((block for most, block in _MINUTES.items() if sat_ms // MINUTE <= most), _MORE)


def courses(sittings: "Sequence[SessionRecord]") -> Iterator[str]:
    """For every meditation that asks for numbers: those before and after its last sittings, each a block."""
    from synth.history import before_and_after

    rated = [(sitting.meditation, before_and_after(sitting)) for sitting in sittings if sitting.ratings]
    for meditation, group in groupby(sorted(rated, key=lambda each: each[0]), key=lambda each: each[0]):
        pairs = [pair for _, pair in group][-_COURSE:]
        (asked,) = [rating for rating in pairs[-1] if rating][:1]
        title = f"{meditation}: {asked.question} ({asked.least} to {asked.most})"
        yield ""
        yield from textwrap.wrap(title, _WIDTH)
        for when, course in (("before", [before for before, _ in pairs]), ("after", [after for _, after in pairs])):
            given = [str(rating.value) for rating in course if rating]
            ends = " … ".join([given[0], given[-1]] if len(given) > 1 else given)
            yield f"  {when:<8}{''.join(map(_height, course))}  {ends or 'none given'}".rstrip()


def _height(rating: "RatingAnswer | None") -> str:
    """A block as high as a number stands between its least and most."""
    if rating is None:
        return _NONE
    return _HEIGHTS[(rating.value - rating.least) * (len(_HEIGHTS) - 1) // (rating.most - rating.least)]

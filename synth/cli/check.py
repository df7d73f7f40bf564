"""``metta check``: once, or at every save."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import json_option, open_workspace, print_json, tell_problem
from synth.cli.group import cli
from synth.errors import RequestError
from synth.units import format_clock

if TYPE_CHECKING:
    from synth.app.checking import ScriptReport

WATCH_S = 0.3


@cli.command()
@click.argument("meditations", nargs=-1, metavar="[MEDITATION]…")
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved, and tell how long it would take.")
@json_option
def check(meditations: tuple[str, ...], strict: bool, watch: bool, as_json: bool) -> None:
    """A note is a warning that the script's header answers: 'care: {allow: {RULE: the reason}}'."""
    from synth.app.checking import check_script
    from synth.script.care import Remark
    from synth.scripts import meditation_names

    if watch and as_json:
        raise click.UsageError("--watch speaks to a reader; leave --json out")
    names = meditations or meditation_names()
    workspace = open_workspace()

    def check_all() -> "dict[str, ScriptReport]":
        return {name: check_script(name, workspace, strict=strict) for name in names}

    if watch:
        _watch(names, check_all)
        return
    reports = check_all()
    problems = [problem for report in reports.values() for problem in report.problems]
    if as_json:
        print_json([
            asdict(problem.place) | {"severity": problem.severity, "message": problem.message}
            | ({"rule": problem.rule} if isinstance(problem, Remark) else {})
            for problem in problems
        ])  # fmt: skip
    else:
        _tell_problems(reports)
    if any(problem.severity == "error" for problem in problems):
        raise click.exceptions.Exit(1)


def _tell_problems(reports: "Mapping[str, ScriptReport]") -> None:
    """A line a problem; on a terminal, with the writer's own line and a caret under the place."""
    problems = [problem for report in reports.values() for problem in report.problems]
    for problem in problems:
        tell_problem(problem, tuple(reports))
    if all(problem.severity == "note" for problem in problems):
        click.echo(f"{len(reports)} script{'s' * (len(reports) != 1)}, nothing to mend")
    for line in _what_was_read(reports.values()):
        click.echo(line)


def _what_was_read(reports: "Collection[ScriptReport]") -> Iterator[str]:
    """What was looked at in the scripts that could be read, and what was not."""
    from synth.script.care import WORDS, Remark
    from synth.script.written_language import NAMES

    languages = sorted({report.language.split("-")[0] for report in reports if report.language})
    if not languages:
        return
    read = [NAMES.get(language, language) for language in languages if language in WORDS]
    unread = [NAMES.get(language, language) for language in languages if language not in WORDS]
    found = any(isinstance(problem, Remark) for report in reports for problem in report.problems)
    nothing = "" if found else ", which found nothing of what they look for"
    care = [f"care rules in {', '.join(read)}{nothing}"] if read else []
    looked_at = ["text and marks", "length", "bells", "words that the voice can't say", *care]
    yield f"read: {', '.join(looked_at)}"
    if unread:
        yield f"not read: care rules in {', '.join(unread)}"


def _watch(names: Sequence[str], check_all: "Callable[[], Mapping[str, ScriptReport]]") -> None:
    """Tells the same whenever one of the scripts, or a fragment beside it, is saved; Ctrl-C is how it ends."""
    seen = None
    with suppress(KeyboardInterrupt):
        while True:
            if (saved := _saved(names)) != seen:
                seen = saved
                reports = check_all()
                click.clear()
                _tell_problems(reports)
                for name, report in reports.items():
                    length = "no length yet" if report.length_ms is None else f"about {format_clock(report.length_ms)}"
                    click.echo(f"{name}: {length}")
            time.sleep(WATCH_S)


def _saved(names: Sequence[str]) -> dict[Path, int]:
    """When each script, and each fragment beside it, was saved; an editor may take a file away for a moment."""
    from synth.scripts import find_script

    saved = {}
    for name in names:
        with suppress(RequestError, FileNotFoundError):
            script = find_script(name)
            for path in (script, *script.parent.glob("fragments/*.md")):
                saved[path] = path.stat().st_mtime_ns
    return saved

"""``metta check``: what a script lacks, once or at every save."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from synth.cli.console import json_option, open_workspace, print_json, tell_problem
from synth.cli.group import cli
from synth.errors import RequestError, ScriptError
from synth.source import Place, Problem
from synth.units import format_clock

if TYPE_CHECKING:
    from synth.script.care import EstimatedTimeline, Remark
    from synth.script.document import Document
    from synth.sounds.collection import Sounds


WATCH_S = 0.3


@cli.command()
@click.argument("meditations", nargs=-1, metavar="[MEDITATION]…")
@click.option("--strict", is_flag=True, help="Take warnings for errors.")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved, and tell how long it would take.")
@json_option
def check(meditations: tuple[str, ...], strict: bool, watch: bool, as_json: bool) -> None:
    """Errors and warnings of scripts, 'file:line:col: error: …'; of all that ship if none is named.

    A note is a warning that the script's header answers: 'care: {allow: {RULE: the reason}}'.
    """
    from synth.script.care import Remark
    from synth.scripts import meditation_names

    names = meditations or meditation_names()
    if watch:
        if as_json:
            raise click.UsageError("--watch speaks to a reader; leave --json out")
        _watch(names, strict)
        return
    problems = [problem for name in names for problem in _problems_of(name, strict)]
    if as_json:
        print_json([
            asdict(problem.place) | {"severity": problem.severity, "message": problem.message}
            | ({"rule": problem.rule} if isinstance(problem, Remark) else {})
            for problem in problems
        ])  # fmt: skip
    else:
        _tell_problems(names, problems)
    if any(problem.severity == "error" for problem in problems):
        raise click.exceptions.Exit(1)


def _problems_of(meditation: str, strict: bool) -> "Sequence[Problem | Remark]":
    """What stops a script, or what is to be remarked in a sound one; ``strict``: its warnings are errors."""
    from synth.script.care import lint
    from synth.scripts import load_document

    try:
        document = load_document(meditation)
        remarks = lint(document, _plan_of(document, open_workspace(meditation)[0]))
    except ScriptError as error:
        return error.problems
    except RequestError as error:
        return (Problem(Place(meditation, 1, 1), str(error)),)
    return [remark.strict() for remark in remarks] if strict else remarks


def _tell_problems(names: Sequence[str], problems: "Sequence[Problem | Remark]") -> None:
    """A line a problem; on a terminal, with the writer's own line and a caret under the place."""
    for problem in problems:
        tell_problem(problem, names)
    if all(problem.severity == "note" for problem in problems):
        click.echo(f"{len(names)} script{'s' * (len(names) != 1)}, nothing to mend")


def _watch(names: Sequence[str], strict: bool) -> None:
    """Tells the same whenever one of the scripts, or a piece beside it, is saved; Ctrl-C is how it ends."""
    seen = None
    with suppress(KeyboardInterrupt):
        while True:
            saved = _saved(names)
            if saved != seen:
                seen = saved
                click.clear()
                _tell_problems(names, [problem for name in names for problem in _problems_of(name, strict)])
                for name in names:
                    click.echo(_length_of(name))
            time.sleep(WATCH_S)


def _saved(names: Sequence[str]) -> dict[Path, int]:
    """When each script, and each piece beside it, was saved; an editor may take a file away for a moment."""
    from synth.scripts import find_script

    saved = {}
    for name in names:
        with suppress(RequestError, FileNotFoundError):
            script = find_script(name)
            for path in (script, *script.parent.glob("fragments/*.md")):
                saved[path] = path.stat().st_mtime_ns
    return saved


def _length_of(meditation: str) -> str:
    """How long a script would take, in words; nothing where it can't be laid out yet."""
    from synth.scripts import load_document

    try:
        length_ms = _plan_of(load_document(meditation), open_workspace(meditation)[0]).length_ms
    except (ScriptError, RequestError):
        return f"{meditation}: no length yet"
    return f"{meditation}: about {format_clock(length_ms)}"


def _plan_of(document: "Document", sounds: "Sounds") -> "EstimatedTimeline":
    """A script in time for a listener without wishes, its speech estimated; a slot without a default says its name.

    Raises RequestError and ScriptError as ``prepare`` does. A length out of reach counts as none, and a script that
    can't be laid out at all has an empty plan.
    """
    from synth.personalise.listener import Profile, SessionOptions
    from synth.pipeline import in_time, prepare
    from synth.script.care import EstimatedTimeline, SpokenSentence
    from synth.script.document import If
    from synth.timeline.estimate import estimate_speech

    slots = document.meta.slots
    asked_for = {item.slot for item in document.walk() if isinstance(item, If) and item.value is None}
    empty = [n for n, s in slots.items() if s.default is None and s.type != "choice" and n not in asked_for]
    stand_ins = {name: {"number": "3", "phrases": "May {I} be well."}.get(slots[name].type, name) for name in empty}
    session = prepare(document, Profile(), SessionOptions(slots=stand_ins), sounds)
    bells = session.bells and replace(session.bells, in_long_silences=False)
    for length_ms in (session.length_ms, None):
        try:
            timeline = in_time(replace(session, length_ms=length_ms, bells=bells), estimate_speech, sounds)
            break
        except RequestError:
            continue
    else:
        return EstimatedTimeline()
    speech = (
        SpokenSentence(cue.start_ms, cue.end_ms, utterance.place, cue.text)
        for cue, utterance in zip(timeline.speech, session.utterances, strict=True)
    )
    return EstimatedTimeline(
        tuple(speech), tuple((c.start_ms, c.end_ms) for c in timeline.strikes), timeline.duration_ms
    )

"""What every command stands on: how errors are told, JSON, the workspace, progress."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from synth.errors import MettaError, ScriptError
from synth.source import Place, Problem
from synth.wording import visible

if TYPE_CHECKING:
    from synth.app.workspace import Workspace
    from synth.content_cache import Cache
    from synth.personalise.session import FilledSlot, Session, Utterance
    from synth.script.care import Remark
    from synth.script.header import Slot

OUTPUT = "miniaudio|simpleaudio|null|FILE.wav"


class CliError(click.ClickException):
    """One of our errors, as click tells it: a line each, and its exit code."""

    def __init__(self, error: MettaError) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_code  # type: ignore[misc]  # click declares it for the class and reads the instance
        self._error = error

    def show(self, file: Any = None) -> None:
        """Tells it on standard error; of a script, with every place."""
        if not isinstance(self._error, ScriptError):
            click.echo(f"error: {visible(str(self._error))}", err=True)
            return
        for problem in self._error.problems:
            tell_problem(problem, err=True)


Function = TypeVar("Function", bound=Callable[..., Any])


def json_option(command: Function) -> Function:
    """Adds ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")(command)


def print_json(document: Any) -> None:
    """Prints the one JSON document of a command."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def tell_advice(utterances: "Iterable[Utterance]", cache: "Cache") -> None:
    """Tells on standard error how a more natural voice could be had, where one could."""
    from synth.app.voice_advice import voice_advice

    for line in voice_advice(utterances, cache):
        click.echo(line, err=True)


def tell_session(session: "Session") -> None:
    """Tells on standard error what came of the listener's answers, and what was asked for and is not said."""
    for line in (*session.told, *session.remarks):
        click.echo(line, err=True)


def slots_json(slots: "Mapping[str, Slot]", filled: "Iterable[FilledSlot]" = ()) -> dict[str, Any]:
    """What a script asks for, as ``--json`` tells it, and what it is given where that is known."""
    values = {slot.name: {"value": slot.value, "from": slot.origin} for slot in filled}
    return {
        name: {"ask": slot.ask, "as": slot.spoken, "type": slot.type, "default": slot.default} | values.get(name, {})
        for name, slot in slots.items()
    }


def tell_problem(problem: "Problem | Remark", names: Sequence[str] = (), *, err: bool = False) -> None:
    """A line; on a terminal, with the writer's own line and a caret under the place."""
    click.echo(visible(str(problem)), err=err)
    stream = sys.stderr if err else sys.stdout
    if stream.isatty() and (line := _line_at(problem.place, names)) is not None:
        before = "".join("\t" if c == "\t" else " " for c in line[: problem.place.column - 1])
        click.echo(f"    {visible(line)}\n    {before}^", err=err)


def _line_at(place: Place, names: Sequence[str]) -> str | None:
    """The line of a script or a fragment that a place is in; None where that file is no text."""
    from synth.paths import shipped_folder
    from synth.scripts import find_script

    beside = [find_script(name).parent for name in names if Path(name).exists()]
    for path in (
        Path(place.file),
        shipped_folder("meditations").parent / place.file,
        *(b / place.file for b in beside),
    ):
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            return lines[place.line - 1] if place.line <= len(lines) else None
    return None


def open_workspace() -> "Workspace":
    """The user's workspace, closed when the command ends; opened once a command."""
    from synth.app.workspace import open_workspace as open_own

    workspace = open_own()
    click.get_current_context().call_on_close(workspace.close)
    return workspace


@contextmanager
def progress_bar(label: str, *, counted: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while something is done; only on a terminal. ``counted``: with how many of how many."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=1, label=f"{label:<9}", show_pos=counted, file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield tell

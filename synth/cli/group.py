"""The group ``metta``: what its commands are, where each is found when it is asked for, and how every one of them ends.

It imports next to nothing, so that help is there at once.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from inspect import cleandoc
from typing import Any

import click

from synth import __version__
from synth.cli import INTERRUPTED, is_interruption

COMMANDS = {
    "batch": "A track for every person of a roster and every meditation: DIR/PERSON/MEDITATION.mp3.",
    "cache": "What is kept of speech and sound, so that nothing is made twice.",
    "check": "Errors and warnings of scripts, 'file:line:col: error: …'; of all that ship if none is named.",
    "doctor": "What this machine has and lacks, and the command that mends it.",
    "list": "The meditations that ship: name, title, shortest and longest length, what they ask.",
    "log": "Your sittings: days, minutes, a calendar of the last weeks, and the course of your ratings.",
    "names": "Every name before the first sound: how it is said, how long, and a warning where it can't be.",
    "play": "A session live, which keys can bend while it plays; Ctrl-C fades out and ends it.",
    "profile": "Who is listening: name, wishes, people, breath.",
    "render": "A finished track: spoken, mixed, encoded, tagged with chapters, transcript, cover, timeline.",
    "show": "The plan before any sound: sections, times, share of silence, slots, transcript.",
    "sit": "A timer without words: a bell, silence, and three bells before LENGTH, such as 25m, is over.",
    "sounds": "The bells and beds there are, or one of them in full; --json tells what they measure.",
    "verify": "The proof sheet: what was asked against what is heard in the decoded audio.",
    "voices": "The voices there are, or how one sounds (--say).",
}
"""Every command, and the first sentence of its help; the file of its name has the command and the rest of its help."""

GREETING = """\
metta makes guided meditations: spoken, with bells, an ambient bed and your own name in them.

  metta list                                        what there is to hear
  metta play loving-kindness --name Ana             hear it now
  metta render loving-kindness --name Ana -o a.mp3  keep it

'metta --help' shows everything else."""


@contextmanager
def _quiet() -> Iterator[None]:
    """Ctrl-C ends it with a word."""
    try:
        yield
    except BaseException as error:
        if not is_interruption(error):
            raise
        click.echo("interrupted", err=True)
        raise click.exceptions.Exit(INTERRUPTED) from None


class _Command(click.Command):
    """Tells of an option that can't be met as click tells of one that it can't read."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from synth.errors import OptionError

            if not isinstance(error, OptionError):
                raise
            given = next(param for param in self.params if param.name == error.option)
            raise click.BadParameter(str(error), ctx, given, given.opts[0]) from None


class _Group(click.Group):
    """Imports a command when it is asked for, and turns what goes wrong into one line and an exit code."""

    command_class = _Command

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """A command that is imported takes its place; its help is its sentence in ``COMMANDS``, then its docstring."""
        cmd.help = f"{COMMANDS[name or str(cmd.name)]}\n\n{cleandoc(cmd.help or '')}"
        super().add_command(cmd, name)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _quiet():
            return super().make_context(*args, **extra)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Imports the command, which then stands in the place of the one that has nothing but a sentence."""
        if args[0] in COMMANDS:
            import_module(f"synth.cli.{args[0]}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _quiet():
                return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            from synth.cli.console import CliError
            from synth.errors import MettaError, RequestError, StorageError
            from synth.wording import shortened

            if isinstance(error, MettaError):
                raise CliError(error) from error
            if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
                name = shortened(str(error.filename))
                told = RequestError(f"{name}: no file can have so long a name; choose a shorter one")
                raise CliError(told) from error
            if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                raise CliError(StorageError("there is no room left where this is written to; make some")) from error
            if os.environ.get("METTA_TRACEBACK"):
                raise
            line = str(error).splitlines()[0] if str(error) else ""
            raise click.ClickException(
                f"metta has a fault of its own ({type(error).__name__}: {line}); METTA_TRACEBACK=1 shows where"
            ) from error


@click.group(
    cls=_Group,
    commands=[click.Command(name, help=sentence) for name, sentence in COMMANDS.items()],
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="metta")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Guided meditations from text: spoken, mixed with bells and an ambient bed, played or written as a track.

    A MEDITATION is a shipped name (see 'metta list') or the path of a script.

    Exit codes: 0 done, 1 what was asked can't be made, 2 wrong usage, 3 the machine lacks something, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        click.echo(GREETING)

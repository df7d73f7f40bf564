"""The command ``metta``: the only code that prints, prompts or exits. One file a command, named as the command.

``group`` knows every command and imports the one that is asked for. ``console`` is how errors, JSON and progress are
told, ``options`` who listens and how; ``screen`` and ``keyboard`` are what a live session has of the terminal. What a
command does beside that is in ``app/``, and imported when the command runs.
"""

import sys

INTERRUPTED = 130


def main() -> None:
    """Runs the command; Ctrl-C is quiet even while its parts are imported."""
    try:
        from synth.cli.group import cli

        cli(prog_name="metta")
    except BaseException as error:
        if not is_interruption(error):
            raise
        print("interrupted", file=sys.stderr)
        sys.exit(INTERRUPTED)


def is_interruption(error: BaseException) -> bool:
    """Whether it is Ctrl-C; that it came while a class was made, Python 3.11 tells as a RuntimeError it has caused."""
    return isinstance(error, KeyboardInterrupt) or isinstance(error.__cause__, KeyboardInterrupt)

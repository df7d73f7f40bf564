"""The command ``metta``: the only code that prints, prompts or exits.

``group`` knows every command and imports the one that is asked for; ``base`` is what they stand on, ``listener`` the
options that say who listens; the commands stand in ``look``, ``check``, ``make``, ``play``, ``batch``, ``prove``,
``profile``, ``cache`` and ``log``. ``screen`` and ``keys`` are what a live session has of the terminal. Each imports
what it needs when it runs.
"""

import sys

INTERRUPTED = 130


def main() -> None:
    """The console script. Nothing is imported before it, so that Ctrl-C is quiet from the first moment."""
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

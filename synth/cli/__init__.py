"""The command ``metta``: the only code that prints, prompts or exits.

``group`` knows every command and imports the one that is asked for; ``base`` is what they stand on, ``listener`` the
options that say who listens; the commands stand in ``look``, ``check``, ``make``, ``batch``, ``prove`` and ``profile``.
Each imports what it needs when it runs.
"""

from typing import NoReturn


def main() -> NoReturn:
    """The console script."""
    from synth.cli.group import cli

    cli(prog_name="metta")
    raise AssertionError("click leaves by itself")

"""The command ``metta``: the only code that prints, prompts or exits.

``base`` is what every command stands on, ``listener`` the options that say who listens; the commands stand in ``look``,
``check``, ``make``, ``play``, ``batch``, ``prove`` and ``profile``. ``screen`` and ``keys`` are what a live session has
of the terminal. Each imports what it needs when it runs, so that help is there at once.
"""

from typing import NoReturn

from synth.cli import batch, check, look, make, play, profile, prove
from synth.cli.base import cli

__all__ = ["batch", "check", "cli", "look", "main", "make", "play", "profile", "prove"]


def main() -> NoReturn:
    """The console script."""
    cli(prog_name="metta")
    raise AssertionError("click leaves by itself")

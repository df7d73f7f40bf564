"""What can go wrong, as a tree. Whoever raises says what, where, and what would mend it.

::

    MettaError                 exit code
    ├── ScriptError                1   a text that can't become a document: every problem, each with its place
    ├── RequestError               1   what was asked can't be made: a slot, a length, a file, a folder
    │   └── PronunciationError         a word that a voice would leave out or spell: a say_as mends it
    ├── ProofError                 1   a finished track that is not what its script asked for
    ├── OptionError                2   an option that nobody could meet as it was given
    └── MachineError               3   the machine lacks something
        ├── VoiceError                 no speech, or no such voice
        ├── DeviceError                no loudspeaker
        └── StorageError               no room, or no right to write

The command line prints an error's text as one line (a ``ScriptError``: a line a problem) and exits with its code.
Every error keeps its constructor's arguments in ``args``, so that it survives a process pool.
"""

from typing import ClassVar

from synth.source import Place, Problem


class MettaError(Exception):
    """Anything this project tells its user; never raised itself."""

    exit_code: ClassVar[int] = 1


class ScriptError(MettaError):
    """A script, profile or catalogue that can't be used; ``problems`` lists every error found in it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


class RequestError(MettaError):
    """What was asked can't be made from this script and this listener."""


class PronunciationError(RequestError):
    """A word that a voice would leave out, or spell; ``message`` says which and what mends it, without its place."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(place, message)
        self.place = place
        self.message = message

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ProofError(MettaError):
    """A track measured and found short of what was asked."""


class OptionError(MettaError):
    """An option that nobody could meet as it was given, whatever the script; ``option`` is its parameter's name."""

    exit_code = 2

    def __init__(self, option: str, message: str) -> None:
        super().__init__(option, message)
        self.option = option
        self.message = message

    def __str__(self) -> str:
        return self.message


class MachineError(MettaError):
    """The machine lacks something."""

    exit_code = 3


class VoiceError(MachineError):
    """The speech engine gave no sound, or does not have the voice."""


class DeviceError(MachineError):
    """Sound can't be played."""


class StorageError(MachineError):
    """A file can't be written or kept."""

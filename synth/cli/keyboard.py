"""The terminal's keys while a session plays, and the signals that end it or lay it aside.

Keys are read one by one and unseen; the terminal is always given back as it was, and so it is while the command is
stopped (Ctrl-Z) or in the background.
"""

import codecs
import contextlib
import os
import re
import select
import signal
import sys
import time
from collections.abc import Callable, Sequence
from types import FrameType, TracebackType
from typing import Any, Self

from synth.cli.screen import Screen
from synth.live.commands import Command

FADE_S = 0.6
"""From a hold to silence, with what the loudspeaker holds: how long Ctrl-Z waits before the command stops."""

_ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_SAME_KEY = str.maketrans({"\r": "\n", "\b": "\x7f"})
_ESCAPED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|[^\[O])", re.S)
_ESCAPE_BEGUN = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|O)?\Z")


class Keyboard:
    """What is pressed while a session plays; entered, it has the terminal, left, the terminal is as it was.

    Ctrl-C, and whatever asks a program to end, fades out as the key for the end does; ``ended_by`` is that signal. A
    second one ends at once. Ctrl-Z holds the session and stops the command when it has faded; it is held still when
    the command is brought back. The screen is put away wherever the terminal isn't ours. ``clock`` gives seconds.
    """

    def __init__(self, screen: Screen, clock: Callable[[], float] = time.monotonic) -> None:
        self.ended_by: int | None = None
        self._screen = screen
        self._clock = clock
        self._terminal = _Terminal()
        self._asked: list[str] = []
        self._stops_at: float | None = None
        self._ours = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        handlers = dict.fromkeys(_ENDING, self._end)
        if self._terminal.stops:
            handlers |= {signal.SIGTSTP: self._lay_aside, signal.SIGCONT: self._take_up}
        for number, handler in handlers.items():
            if signal.getsignal(number) != signal.SIG_IGN:  # such as nohup's hang-up
                self._before[number] = signal.signal(number, handler)
        if self._terminal.in_front:
            self._take()
        elif self._terminal.stops:
            self._screen.put_away()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)  # nothing may keep the terminal from being given back
        try:
            self._leave()
        finally:
            for number, handler in self._before.items():
                signal.signal(number, handler)

    def pressed(self, played_ms: int) -> Sequence[str]:
        """The keys pressed since last asked, in order; the time is of no matter to a person."""
        if self._stops_at is not None and self._clock() >= self._stops_at:
            self._stop()
        if self._terminal.in_front and not self._ours:
            self._take()
        elif self._ours and not self._terminal.in_front:
            self._leave()
        keys, self._asked = self._asked, []
        return [*keys, *(self._terminal.read() if self._ours else "")]

    def _take(self) -> None:
        self._screen.put_away()  # where the shell has written over it meanwhile
        self._terminal.take()
        self._ours = True
        self._screen.bring_back()

    def _leave(self) -> None:
        self._screen.put_away()
        if self._ours and self._terminal.in_front:  # in the background it is the shell's, and set as that likes it
            self._terminal.give_back()
        self._ours = False

    def _stop(self) -> None:
        self._stops_at = None
        self._leave()
        ours = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)  # which does nothing where no shell could bring us back
        signal.signal(signal.SIGTSTP, ours)

    def _end(self, number: int, frame: FrameType | None) -> None:
        if self.ended_by is not None:
            raise KeyboardInterrupt
        self.ended_by = number
        self._asked.append(Command.END.key)

    def _lay_aside(self, number: int, frame: FrameType | None) -> None:
        self._stops_at = self._clock() + FADE_S
        if not self._screen.held:
            self._asked.append(Command.HOLD.key)

    def _take_up(self, number: int, frame: FrameType | None) -> None:
        self._ours = False  # whoever stopped us may have changed the terminal


if sys.platform == "win32":
    import msvcrt

    class _Terminal:
        """The console."""

        stops = False

        def __init__(self) -> None:
            self.reads = self.in_front = sys.stdin.isatty()

        def take(self) -> None:
            """Nothing to do: single characters can be read at any time."""

        def give_back(self) -> None:
            """Nothing to do."""

        def read(self) -> str:
            """The characters pressed since last asked."""
            pressed = ""
            while self.reads and msvcrt.kbhit():
                character = msvcrt.getwch()
                if character in "\x00\xe0":  # an arrow or a function key: a second character tells which
                    msvcrt.getwch()
                else:
                    pressed += character
            return pressed.translate(_SAME_KEY).lower()

else:
    import termios

    class _Terminal:
        """The terminal that we were started from; keys are read where standard input is it."""

        def __init__(self) -> None:
            self.reads = sys.stdin.isatty()
            self._file = next((f.fileno() for f in (sys.stdin, sys.stdout) if f.isatty()), None)
            self._kept: list[Any] | None = None
            self._decoder = codecs.getincrementaldecoder("utf-8")("ignore")
            self._begun = ""

        @property
        def stops(self) -> bool:
            """Whether there is a terminal that Ctrl-Z can be pressed at."""
            return self._file is not None

        @property
        def in_front(self) -> bool:
            """Whether there is a terminal, and we are not in its background."""
            try:
                return self._file is not None and os.tcgetpgrp(self._file) == os.getpgrp()
            except OSError:  # it isn't the one that we were started from: nobody takes it away
                return True

        def take(self) -> None:
            """Single characters from now on, and unseen; what is typed already is kept."""
            if not self.reads:
                return
            with contextlib.suppress(termios.error):  # it has been closed
                self._kept = self._kept or termios.tcgetattr(sys.stdin)
                *flags, local, in_speed, out_speed, characters = self._kept
                characters = [*characters]
                characters[termios.VMIN], characters[termios.VTIME] = 1, 0
                local &= ~(termios.ICANON | termios.ECHO)
                changed = [*flags, local, in_speed, out_speed, characters]
                termios.tcsetattr(sys.stdin, termios.TCSADRAIN, changed)

        def give_back(self) -> None:
            """As it was; what is typed from now on is the shell's."""
            with contextlib.suppress(termios.error):
                if self._kept:
                    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._kept)

        def read(self) -> str:
            """The characters pressed since last asked; arrows and their like, which begin with an escape, are none."""
            try:
                if not self.reads or not select.select([sys.stdin], [], [], 0)[0]:
                    self._begun = ""
                    return ""
                pressed = os.read(sys.stdin.fileno(), 1_024)
            except OSError:
                pressed = b""
            self.reads = bool(pressed)  # nothing, where something was ready, is the terminal's end
            text = self._begun + self._decoder.decode(pressed)
            begun = _ESCAPE_BEGUN.search(text)
            self._begun = begun[0] if begun else ""
            text = text.removesuffix(self._begun)
            return _ESCAPED.sub("", text).translate(_SAME_KEY).lower()

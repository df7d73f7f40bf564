"""What a live session shows: a calm screen, a dot, the next sentences large, or lines for a screen reader.

Whatever is shown is written by a thread of its own: a terminal that makes us wait holds up no sound.
"""

import contextlib
import io
import math
import os
import queue
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, TextIO

from synth.live.commands import Command
from synth.units import format_clock

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from synth.live.view import BreathView, Question, View


ScreenStyle = Literal["full", "quiet", "plain", "facilitator"]
REPAINT_S = 0.1
"""The shortest time from one look at what there is to see to the next."""

WIDEST = 72
"""Cells of a line that is still read with ease."""

_BREATH_CELLS = 31
_FEWEST_LINES = 6
"""What the sentences need; keys are shown where there is room beside it."""

_AIRY_LINES = 12
"""A terminal of fewer does without the title, and without room between its parts."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Screen:
    """Shows nothing, and knows what there would be to see: where there is no terminal to show it."""

    def __init__(self) -> None:
        self.view: View | None = None

    def show(self, view: "View") -> None:
        """Takes what there is to see now; returns at once."""
        self.view = view

    def put_away(self) -> None:
        """Finishes what is being written, and leaves the terminal as it was found until ``bring_back``."""

    def bring_back(self) -> None:
        """Shows again."""

    @property
    def held(self) -> bool:
        """Whether the session is held."""
        return self.view is not None and self.view.held


def open_screen(style: ScreenStyle, stream: TextIO, *, keys: bool) -> Screen:
    """The screen on a stream; ``keys`` where they are read, and so worth telling.

    Lines are written to anything; a terminal that can do nothing else has them, too.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    if style == "plain" or (stream.isatty() and os.environ.get("TERM") in ("dumb", "unknown")):
        return Lines(stream, keys=keys)
    return FullScreen(style, stream, keys=keys) if stream.isatty() else Screen()


def key_name(command: Command) -> str:
    """A key as one would call it."""
    return "space" if command.key == " " else command.key


def short_name(command: Command) -> str:
    """What a key does, in a word or two."""
    return command.name.lower().replace("_", " ")


def how_to_answer(question: "Question") -> str:
    """What to press."""
    if question.least is None or question.most is None:
        return f"{key_name(Command.ON)} goes on, {key_name(Command.CLOSE)} closes"
    return f"a number from {question.least} to {question.most}, then Enter"


class Lines(Screen):
    """A line when a section begins, a sentence is said, a note or a question comes; no control codes."""

    def __init__(self, stream: TextIO, *, keys: bool) -> None:
        super().__init__()
        self._stream = stream
        self._keys = keys
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def show(self, view: "View") -> None:
        """Takes what there is to see now; what is new in it becomes lines."""
        before, self.view = self.view, view
        if self._thread is None:
            self._thread = threading.Thread(target=self._write, daemon=True)
            self._thread.start()
        for line in self._news(before, view):
            self._lines.put(_CONTROL.sub(" ", line))

    def put_away(self) -> None:
        """Waits until the last line is written."""
        if self._thread:
            self._lines.put(None)
            self._thread.join()
            self._thread = None

    def _news(self, before: "View | None", view: "View") -> Iterator[str]:
        if before is None:
            yield f"{view.title}, {format_clock(view.played_ms + view.left_ms)}"
            if self._keys:
                yield "Keys: " + ", ".join(f"{key_name(command)} {short_name(command)}" for command in Command)
        if before is None or view.section != before.section:
            yield f"Section: {view.section}"
        if view.saying and (before is None or view.saying != before.saying):
            yield view.saying
        if view.note and (before is None or view.note != before.note):
            yield f"({view.note})"
        if view.question and (before is None or view.question != before.question):
            yield f"Question: {view.question.text} ({how_to_answer(view.question)})"

    def _write(self) -> None:
        with contextlib.suppress(OSError):  # nobody reads any more
            while (line := self._lines.get()) is not None:
                self._stream.write(line + "\n")
                self._stream.flush()


class FullScreen(Screen):
    """The whole terminal: painted where something has changed, at most ten times a second.

    ``wait`` waits for an event, at most so many seconds.
    """

    def __init__(
        self,
        style: ScreenStyle,
        stream: TextIO,
        *,
        keys: bool,
        wait: Callable[[threading.Event, float], object] = threading.Event.wait,
    ) -> None:
        super().__init__()
        self._style = style
        self._stream = stream
        self._keys = keys
        self._wait = wait
        self._news = threading.Event()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._away = False

    def show(self, view: "View") -> None:
        """Takes what there is to see now; it is painted by and by."""
        self.view = view
        self._news.set()
        if self._thread is None and not self._away:
            self._ended.clear()
            self._thread = threading.Thread(target=self._paint, daemon=True)
            self._thread.start()

    def put_away(self) -> None:
        """Leaves the terminal as it was found, until ``bring_back``."""
        self._away = True
        if self._thread:
            self._ended.set()
            self._news.set()
            self._thread.join()
            self._thread = None

    def bring_back(self) -> None:
        """Paints again, from the next moment on."""
        self._away = False

    def _paint(self) -> None:
        from rich.console import Console, Group
        from rich.live import Live

        console = Console(file=self._stream, highlight=False)
        live = Live(console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False)
        painted: object = None
        with contextlib.suppress(OSError), live:  # the terminal may go away
            while not self._ended.is_set():
                self._news.wait()
                self._news.clear()
                if self.view is None:
                    continue
                size = console.size
                lines = Layout(self.view, console).lines(self._style, keys=self._keys)
                if (size, lines) != painted:
                    live.update(Group(*lines), refresh=True)
                    painted = size, lines
                self._wait(self._ended, REPAINT_S)


class Layout:
    """A moment as lines of a terminal, in a column that is read with ease."""

    def __init__(self, view: "View", console: "Console") -> None:
        self._view = view
        self._console = console
        self._width, self._height = console.size
        self._column = max(1, min(self._width - 4, WIDEST))
        self._margin = max(0, (self._width - self._column) // 2)
        self._between, self._bar, self._dot = (", ", "-", ".") if console.options.ascii_only else (" · ", "━", "·")

    def lines(self, style: ScreenStyle, *, keys: bool) -> "Sequence[Text]":
        """What is painted, from the first line to the last that holds something."""
        if style == "quiet":
            return self._quiet()
        head = self._line(self._view.section, "bold")
        foot = [*self._told(), self._status()]
        if self._height >= _AIRY_LINES:
            head = [*self._line(self._view.title, "dim"), *head, self._blank()]
            foot = [self._blank(), *foot]
        key_lines = [self._blank(), *self._key_lines()] if keys else []
        if self._height - len(head) - len(foot) - len(key_lines) >= _FEWEST_LINES:
            foot += key_lines
        room = max(1, self._height - len(head) - len(foot))
        body = self._next_ones(room) if style == "facilitator" else self._said(room)
        body += [self._blank() for _ in range(room - len(body))]
        return [*head, *body, *foot][: self._height]

    def _quiet(self) -> "Sequence[Text]":
        """A dot; a question mark while something is asked."""
        mark = self._styled("?" if self._view.question else self._dot, "dim")
        mark.pad_left(max(0, (self._width - 1) // 2))
        return [*(self._blank() for _ in range((self._height - 1) // 2)), mark]

    def _said(self, room: int) -> "list[Text]":
        """The sentence before, the one being said, always on the same line, and the breath."""
        view = self._view
        breath = self._breath(view.breath) if view.breath and room > _FEWEST_LINES else []
        room -= len(breath)
        now = self._wrapped(view.saying or (view.question.text if view.question else ""), "bold")
        above = max(0, min(room // 3, room - len(now)))
        before = self._cropped(self._wrapped(view.said, "dim"), above - 1)
        now = self._cropped(now, room - above)
        blanks = [self._blank() for _ in range(above - len(before))]
        rest = [self._blank() for _ in range(room - above - len(now))]
        return [*before, *blanks, *now, *rest, *breath]

    def _next_ones(self, room: int) -> "list[Text]":
        """The sentence being said, and the next three, bold and with room between their lines where there is any.

        While the voice is off somebody speaks in its place, and the sentence of this moment is bold as well.
        """
        view = self._view
        now = self._cropped(self._wrapped(view.saying, "bold" if view.muted else "dim"), room // 4)
        coming = [self._wrapped(sentence, "bold") for sentence in view.coming]
        room -= len(now) + 1
        airy = sum(2 * len(lines) + 1 for lines in coming) <= room
        body = [*now, self._blank()]
        for number, lines in enumerate(coming):
            share = room // (len(coming) - number)
            lines = self._cropped(lines, share - 1)
            spaced = [each for line in lines for each in ((line, self._blank()) if airy else (line,))]
            body += [*spaced, self._blank()]
            room -= len(spaced) + 1
        return body

    def _breath(self, breath: "BreathView") -> "list[Text]":
        """A line that grows on the way in and shrinks on the way out, slow at its ends as breath is."""
        full = (1 - math.cos(math.pi * breath.share)) / 2
        cells = min(_BREATH_CELLS, self._column)
        half = round((full if breath.phase == "in" else 1 - full) * (cells // 2))
        bar = self._styled((self._bar * (2 * half + 1)).center(self._column).rstrip(), "")
        word = self._styled(f"breathe {breath.phase}".center(self._column).rstrip(), "dim")
        bar.pad_left(self._margin)
        word.pad_left(self._margin)
        return [bar, word]

    def _told(self) -> "list[Text]":
        """The quiet note, and how to answer what is asked."""
        view = self._view
        told = self._wrapped(how_to_answer(view.question), "") if view.question else []
        return [*told, *(self._wrapped(view.note, "italic") or [self._blank()])]

    def _status(self) -> "Text":
        """Times and levels."""
        view = self._view
        gone, left = format_clock(view.played_ms), format_clock(view.left_ms)
        times = f"{'held at ' if view.held else ''}{gone}{'' if view.held else ' gone'}, {left} left"
        voice = "voice off" if view.muted else f"voice {_level(view.voice_db)}"
        levels = f"{voice}{self._between}bed {_level(view.bed_db)}"
        gap = " " * max(2, self._column - len(times) - len(levels))
        line = self._styled(times + gap + levels, "dim")
        line.pad_left(self._margin)
        line.truncate(self._width)
        return line

    def _key_lines(self) -> "list[Text]":
        """Every key with its word beside it, as many on a line as fit."""
        lines = [self._blank()]
        for command in Command:
            key = self._styled(key_name(command), "bold").append(f" {short_name(command)}", "not bold dim")
            if lines[-1] and lines[-1].cell_len + len(self._between) + key.cell_len > self._column:
                lines.append(self._blank())
            lines[-1].append_text(self._styled(self._between if lines[-1] else "", "dim")).append_text(key)
        for line in lines:
            line.pad_left(self._margin)
        return lines

    def _line(self, text: str, style: str) -> "list[Text]":
        return self._cropped(self._wrapped(text, style), 1)

    def _wrapped(self, text: str, style: str) -> "list[Text]":
        return self._folded(self._styled(text, style)) if text else []

    def _folded(self, text: "Text") -> "list[Text]":
        """A text as lines of the column, with the margin before them."""
        lines = [*text.wrap(self._console, self._column)]
        for line in lines:
            line.rstrip()
            line.pad_left(self._margin)
        return lines

    def _cropped(self, lines: "list[Text]", most: int) -> "list[Text]":
        """So many lines at most, an ellipsis where something was left out."""
        if len(lines) <= most:
            return lines
        kept = lines[: max(0, most)]
        if kept:
            kept[-1].truncate(self._margin + self._column - 3)
            kept[-1].append("...")
        return kept

    @staticmethod
    def _styled(text: str, style: str) -> "Text":
        from rich.text import Text

        return Text(_CONTROL.sub(" ", text), style)

    def _blank(self) -> "Text":
        return self._styled("", "")


def _level(db: float) -> str:
    return f"{db:+g} dB" if db else "0 dB"

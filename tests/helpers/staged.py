"""The command with a stand-in at the engine's seam: it makes no sound, and notes what it was given.

``python staged.py play …`` is ``metta play …``. While it plays it adds every sentence as a line to the file that
``SAID`` names; at its end it writes the one that ``STAGED`` names. What shall last until it is seen is given an hour
in the script, and is gone on from by the key for that; with ``AT_ONCE`` set, nothing takes time.
"""

import json
import os
import time
import types
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from synth.history import RatingAnswer, SessionRecord
from synth.live.commands import Command
from synth.live.view import BreathView, Question, View
from synth.personalise.session import Session, Utterance
from synth.script.document import Breath, Pause
from synth.units import HOUR

TICK_MS, TICK_S = (HOUR, 0.0) if "AT_ONCE" in os.environ else (50, 0.05)
SAID_MS = 100
FAILS = "Now everything goes wrong."
ASKS = "How is it now?"


class Player:
    """Shows a session; a key is a note, but for those that hold, go on and end."""

    underruns = 0

    def __init__(self, session: Session, sounds: object, cache: object, **given: Any) -> None:
        self.session = session
        self.given = given
        self.keys: list[str] = []
        self.now = 0
        self.held = False
        self.on = False
        self.ended = False
        self.note = ""

    def play(self, open_sink: Callable[[], Any], keys: Any, show: Callable[[View], None]) -> SessionRecord:
        self.sink = open_sink()
        ratings: tuple[RatingAnswer, ...] = ()
        said, number = "", 0
        steps = [(section.title, item) for section in self.session.sections for item in section.items]
        for number, (section, item) in enumerate(steps):
            saying = item.text if isinstance(item, Utterance) else ""
            coming = [item.text for _, item in steps[number + 1 :] if isinstance(item, Utterance)][:3]
            question = Question(ASKS, 0, 10) if saying == ASKS else None
            if saying:
                _add_line("SAID", saying)
            until = self.now + _length(item)
            typed = ""
            rests = isinstance(item, Pause | Breath)
            while not self.ended and ((self.now < until and not (rests and self.on)) or question):
                for key in keys.pressed(self.now):
                    self.keys.append(key)
                    typed += key
                    self.answer(key)
                if question and typed.endswith("\n"):
                    ratings = (RatingAnswer(ASKS, int(typed), 0, 10, self.now),)
                    question = None
                breath = _breath(item, self.now) if isinstance(item, Breath) else None
                show(
                    View(
                        self.session.meta.title, section, saying, said, tuple(coming), breath, self.now,
                        max(0, 600_000 - self.now), 1.5, -3.0, False, self.held, self.note, question,
                    )
                )  # fmt: skip
                time.sleep(TICK_S)
                self.now += 0 if self.held else min(TICK_MS, max(0, until - self.now))
            self.on = self.on and not rests
            if saying == FAILS:
                raise RuntimeError(FAILS)
            said = saying or said
            if self.ended:
                break
        stopped = number if self.ended else None
        ended: Literal["left", "to the end"] = "left" if self.ended else "to the end"
        name = self.given.get("meditation", "")
        return SessionRecord(datetime.now().astimezone(), name, 600_000, self.now, ended, ratings, stopped)

    def answer(self, key: str) -> None:
        if key == Command.END.key:
            self.ended = True
        elif key == Command.ON.key:
            self.on = True
        elif key == Command.HOLD.key:
            self.held = not self.held
            self.note = "held" if self.held else "going on"
        else:
            self.note = next((command.about for command in Command if command.key == key), self.note)

    def report(self) -> dict[str, Any]:
        ground = self.given.get("ground")
        return {
            "says": _sentences(self.session),
            "keys": self.keys,
            "loudness": self.given.get("loudness"),
            "ground": ground and _sentences(ground),
            "ground_style": ground and str(ground.utterances[0].style),
            "start_at": self.given.get("start_at", 0),
            "meditation": self.given.get("meditation"),
            "device": getattr(self.sink, "asked_for", None),
        }


def _add_line(variable: str, line: str) -> None:
    if variable in os.environ:
        with open(os.environ[variable], "a", encoding="utf-8") as file:
            file.write(line + "\n")


def _sentences(session: Session) -> Sequence[str]:
    return [utterance.text for utterance in session.utterances]


def _length(item: object) -> int:
    match item:
        case Utterance():
            return SAID_MS
        case Pause():
            return item.min_ms
        case Breath():
            return item.count * ((item.in_ms or 0) + (item.out_ms or 0))
        case _:
            return 0


def _breath(breath: Breath, now: int) -> BreathView:
    into, out = breath.in_ms or 1, breath.out_ms or 1
    at = now % (into + out)
    return BreathView("in", at / into) if at < into else BreathView("out", (at - into) / out)


def main() -> None:
    """The command, its engine replaced."""
    players: list[Player] = []

    def player(*arguments: Any, **given: Any) -> Player:
        players.append(Player(*arguments, **given))
        return players[-1]

    def open_output(name: str, device: str | None = None) -> object:
        return types.SimpleNamespace(asked_for=[name, device])

    from synth.app import playing
    from synth.outputs import opening

    playing.Player = player  # type: ignore[assignment, attr-defined]
    opening.open_output = open_output  # type: ignore[assignment]

    from synth.cli import main as metta

    try:
        metta()
    finally:
        if players and "STAGED" in os.environ:
            Path(os.environ["STAGED"]).write_text(json.dumps(players[0].report()), encoding="utf-8")


if __name__ == "__main__":
    main()

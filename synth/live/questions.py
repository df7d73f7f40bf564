"""What the listener answers: whether to go on, and numbers, typed digit by digit."""

from synth.history import RatingAnswer
from synth.live.commands import Command
from synth.live.schedule import GO_ON_OR_CLOSE
from synth.live.view import Question

DELETE = ("\x7f", "\b")
ENTER = ("\n", "\r")


class Questions:
    """The numbers that were given, in ``ratings``, and the one that is being typed."""

    def __init__(self) -> None:
        self.ratings: list[RatingAnswer] = []
        self._typed = ""

    def answer(self, key: str, question: Question | None, now_ms: int) -> tuple[bool, str] | None:
        """Takes a key as an answer: whether the question is answered by now, and a note; None where the key is none.

        A number is answered as soon as no further digit fits, else by Enter.
        """
        if question is None:
            self._typed = ""
            return None
        if question == GO_ON_OR_CLOSE:
            return (True, "going on") if key in (Command.ON.key, Command.HOLD.key) else None
        if key in ENTER:
            return self._take(question, now_ms)
        if key in DELETE:
            self._typed = self._typed[:-1]
            return False, self._typed
        if key in tuple("0123456789"):
            return self._type(key, question, now_ms)
        return None

    def _type(self, digit: str, question: Question, now_ms: int) -> tuple[bool, str]:
        least, most = _scale(question)
        number = int(self._typed + digit)
        if number > most:
            return False, f"a number from {least} to {most}"
        self._typed += digit
        if number == 0 or 10 * number > most:
            return self._take(question, now_ms)
        return False, self._typed

    def _take(self, question: Question, now_ms: int) -> tuple[bool, str]:
        """Takes the number that was typed as the answer."""
        least, most = _scale(question)
        typed, self._typed = self._typed, ""
        if not typed or int(typed) < least:
            return False, f"a number from {least} to {most}"
        self.ratings.append(RatingAnswer(question.text, int(typed), least, most, now_ms))
        return True, typed


def _scale(question: Question) -> tuple[int, int]:
    return question.least or 0, question.most or 0

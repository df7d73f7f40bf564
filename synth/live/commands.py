"""What a key asks of a session that is playing."""

from enum import Enum


class Command(Enum):
    """A key, and what it does in a few words."""

    HOLD = " ", "hold, and go on"
    STAY = "s", "stay here a minute longer"
    ON = ".", "go on now"
    AGAIN = "r", "say that again"
    BACK = "b", "back one step"
    NEXT = "n", "next section"
    HOME = "h", "back to what felt safe"
    GROUND = "g", "ground me"
    CLOSE = "c", "close gently now"
    LOUDER = "+", "voice louder"
    SOFTER = "-", "voice softer"
    BED_UP = "]", "bed louder"
    BED_DOWN = "[", "bed softer"
    BELL = "k", "ring the bell"
    MUTE = "m", "voice off and on"
    END = "q", "fade out and end"

    @property
    def key(self) -> str:
        """The key that asks for it."""
        return self.value[0]

    @property
    def about(self) -> str:
        """What it does."""
        return self.value[1]

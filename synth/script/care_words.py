"""The words that the rules of care look for, a set a language."""

import re
from dataclasses import dataclass


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


_BODY = r"heart|chest|belly|stomach|abdomen|cheeks?|face|arms?|shoulders?|neck|throat|head|forehead|legs?|knees?"


@dataclass(frozen=True, slots=True)
class Words:
    """A language's words, by what they are about. ``choice`` and ``leave`` make an offer of what stands beside them."""

    eyes: re.Pattern[str]
    eyes_choice: re.Pattern[str]
    posture: re.Pattern[str]
    choice: re.Pattern[str]
    stop: re.Pattern[str]
    leave: re.Pattern[str]
    touch: re.Pattern[str]
    otherwise: re.Pattern[str]
    either: re.Pattern[str]
    breath: re.Pattern[str]
    ground: re.Pattern[str]
    cure: re.Pattern[str]
    wish: re.Pattern[str]


WORDS = {
    "en": Words(
        eyes=_words("eyes?", "eyelids", "gaze"),
        eyes_choice=_words("open", "or", "if", "whether", "as you like", "prefer"),
        posture=_words(
            "sit", "sitting", "seated", "lie", "lying", "stand", "standing", "kneel", "kneeling", "lean", "leaning",
            "get up", "position", "posture", "shift", "stretch", "comfortable", "comfortably",
            "(?:can|may|might|free to) move", "move (?:when|whenever|if|as)",
        ),
        choice=_words(
            "or", "can", "may", "might", "could", "if", "whether", "whatever", "whichever", "whenever", "however",
            "any", "free", "a way", "prefer", "as you like",
        ),
        stop=_words("stop", "end (?:this|it|here)", "pause (?:this|it)", "(?:switch|turn) (?:this|it|me) off"),
        leave=_words(
            "can", "may", "might", "could", "free", "welcome", "whenever", "any ?time", "any (?:moment|point)",
        ),
        touch=_words(
            rf"(?:hands?|palms?)\b[^.!?]{{0,30}}\b(?:on|onto|over|to|around|across|against) "
            rf"(?:your |the |each |one )?(?:\w+ )?(?:{_BODY}|\{{\w[\w-]*\}})",
            r"(?:hug|embrace|hold|stroke|caress) (?:yourself|your own)",
            r"(?:stroke|caress|massage|cup|cradle|touch) your",
            r"yourself a (?:\w+ )?(?:hug|squeeze|embrace)",
            "soothing touch",
        ),
        otherwise=_words(
            "if you(?:'d| would)? (?:like|want|wish|rather|prefer)", "if you would like to", "if touch", "instead",
            "(?:an)?other place", "somewhere else", "elsewhere", "(?:no|without) (?:any )?touch", "or not",
            "rather not", "prefer", r"(?:isn't|not) (?:\w+ )?(?:welcome|right|comfortable)",
        ),
        either=_words("or"),
        breath=_words("breaths?", "breathe", "breathes", "breathing"),
        ground=_words(
            "feet", "foot", "soles", "toes", "heels", "hands", "floor", "ground", "earth", "chair", "seat", "cushion",
            "mattress", "pillow", "covers", "weight", "solid", "what(?:ever)? is under",
            r"(?:hold|carr|support)\w* you", "(?:under|beneath) you", "sounds?(?! like)", "hear", "listen", "listening",
            "(?:the|your) room", "look(?:ing)? (?:around|at)", "your eyes (?:find|wander)", "you are here",
        ),
        cure=_words(
            "cures?", "cured", "curing", "heals? (?:you|your)", "will (?:heal|fix)", "(?:be|are) healed",
            "will (?:take|make) (?:[^.!?]{0,30} )?away", "takes? away your", "guarantee[sd]?", "proven", "proves",
            "(?:pain|fear|anxiety|stress|sadness|grief|depression) will (?:go|leave|end|disappear|vanish)",
            "clinically", "scientifically", "(?:science|research|studies) (?:show|prove|say)s?", "always works",
            "works for everyone",
        ),
        wish=_words(r"\W*may"),
    ),
}  # fmt: skip

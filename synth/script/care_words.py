"""What the rules of care know of a language."""

from dataclasses import dataclass

from synth.script.care_clauses import Grammar, Sense


@dataclass(frozen=True, slots=True)
class Words:
    """Senses by what they are about.

    A choice is offered where a sentence names its matter (``eyes``, ``posture``, ``stop``) and says its ``…_choice``;
    it is taken back where a sentence near that matter says ``…_taken``.
    """

    grammar: Grammar
    eyes: Sense
    eyes_choice: Sense
    eyes_taken: Sense
    posture: Sense
    posture_choice: Sense
    posture_taken: Sense
    stop: Sense
    stop_choice: Sense
    stop_taken: Sense
    ground: Sense
    touch: Sense
    either: Sense
    otherwise: Sense
    breath: Sense
    cure: Sense
    medical_advice: Sense
    forced_breath: Sense
    reliving: Sense

"""The utterances of a session."""

from helpers.scripts import session

from synth.personalise.session import TimedCue


def test_utterances_are_those_of_all_sections_with_a_breaths_cues_in_their_places() -> None:
    made = session("# A\n\nOne. [breath 1 in 4s out 6s cued] Two.\n\n# B\n\nThree.")
    cues = [item.utterance for item in made.sections[0].items if isinstance(item, TimedCue)]
    assert len(cues) == 2
    assert [said.text for said in made.utterances] == ["One.", *(cue.text for cue in cues), "Two.", "Three."]

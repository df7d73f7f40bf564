"""A timeline's cues by their kinds, and its transcript."""

from synth.timeline.model import BedSpan, Silence, Speech, Strike, Timeline


def said(start_ms: int, text: str, section: int) -> Speech:
    return Speech(start_ms, start_ms + 500, text, False, section, 1)


BED = BedSpan(0, 9_000, "rain", -18.0, 0, 0)
BELL = Strike(0, 1_000, "chime", -3.0, 0, 1)
SPEECH = (said(1_000, "One.", 0), said(3_000, "Two.", 0), said(5_000, "Three.", 2))
TIMELINE = Timeline("T", "en", 9_000, (), (BED, BELL, SPEECH[0], Silence(1_500, 3_000, False, 0, 1), *SPEECH[1:]))


def test_cues_of_each_kind_keep_their_order() -> None:
    assert (TIMELINE.speech, TIMELINE.strikes, TIMELINE.beds) == (SPEECH, (BELL,), (BED,))


def test_the_transcript_is_a_line_a_sentence_and_an_empty_line_between_sections() -> None:
    assert TIMELINE.transcript == "One.\nTwo.\n\nThree."
    assert Timeline("T", "en", 9_000, (), (BED,)).transcript == ""

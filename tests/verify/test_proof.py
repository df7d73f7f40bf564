"""What a proof says: whether a track is as asked, and in what it falls short."""

import json
from dataclasses import replace

import pytest

from synth.verify.proof import Check, Fault, HeardSentence, HeardWords, PauseResult, Proof, format_place

GOOD = Check("length", "0:10.0", "0:10.0", True)
UNJUDGED = Check("sections", "each", "not judged", None)
BAD = Check("loudness", "-16.0 LUFS", "-13.0 LUFS", False)
NAMED = Check("bells", "2", "1", False, (Fault(72_340, "the bell 'chime' is missing"), Fault(None, "more")))


def proof_of(*checks: Check) -> Proof:
    return Proof(
        "a.mp3", "T", 10_000, 10_000, -16.00049, float("nan"), float("-inf"), checks, (), (), (),
        (PauseResult(1_000, 2_000, None, None, 10),), (7,), (0.5, 0.25),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("checks", "passed"),
    [((), True), ((GOOD, UNJUDGED), True), ((GOOD, BAD), False), ((UNJUDGED, NAMED), False)],
)
def test_what_could_not_be_judged_does_not_fall_short(checks: tuple[Check, ...], passed: bool) -> None:
    assert proof_of(*checks).passed is passed


def test_the_reasons_are_a_line_a_fault_and_one_for_a_check_without_any() -> None:
    assert proof_of(GOOD, BAD, UNJUDGED, NAMED).reasons == (
        "loudness: asked -16.0 LUFS, found -13.0 LUFS",
        "bells at 1:12.3: the bell 'chime' is missing",
        "bells: more",
    )


def test_its_json_is_all_but_the_outline_and_has_no_number_that_json_lacks() -> None:
    told = proof_of(GOOD, NAMED).to_json()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["loudness"], told["loudness_range"], told["true_peak"]) == (-16.0, None, None)
    assert told["passed"] is False
    assert told["checks"][1]["faults"][0] == {"at_ms": 72_340, "says": "the bell 'chime' is missing"}
    assert "outline" not in told


@pytest.mark.parametrize(
    ("ms", "place"), [(0, "0:00.0"), (949.9, "0:00.9"), (59_960, "1:00.0"), (72_340, "1:12.3"), (3_600_000, "60:00.0")]
)
def test_a_place_is_as_a_player_shows_it(ms: float, place: str) -> None:
    assert format_place(ms) == place


def test_a_pause_is_off_by_what_it_lasts_beyond_what_was_asked() -> None:
    assert PauseResult(0, 2_000, 10.0, 1_920.0, 10).off_ms == -80
    assert PauseResult(0, 2_000, None, None, 10).off_ms == 0


def sentence(text: str, misread: int, *, personal: bool = False) -> HeardSentence:
    return HeardSentence(0, text, personal, "", 4, misread)


def test_the_words_are_those_of_all_sentences() -> None:
    heard = HeardWords((sentence("a", 1), sentence("b", 0), sentence("c", 5)))
    assert (heard.words, heard.misread, heard.share) == (12, 6, 0.5)
    assert HeardWords(()).share is None


def test_the_worst_are_those_of_which_most_is_misread_and_personal_ones_of_which_much_is() -> None:
    faint, good, bad = sentence("faint", 1), sentence("good", 0), sentence("bad", 4)
    name, clear = sentence("name", 2, personal=True), sentence("clear", 1, personal=True)
    heard = HeardWords((faint, good, sentence("bad", 1), clear, name, bad, sentence("bad", 2), sentence("other", 3)))
    assert [each.text for each in heard.worst(2)] == ["bad", "other", "name"]
    assert [each.text for each in heard.worst(9)] == ["bad", "other", "name", "faint", "clear"]


def test_words_decide_nothing_and_are_in_its_json_where_they_were_asked() -> None:
    proof = replace(proof_of(GOOD), words=HeardWords((sentence("a", 3),)))
    assert proof.passed
    assert proof.to_json()["words"] == {
        "words": 4,
        "misread": 3,
        "share": 0.75,
        "not_judged": None,
        "sentences": [{"start_ms": 0, "text": "a", "personal": False, "heard": "", "words": 4, "misread": 3}],
    }
    assert "words" not in proof_of(GOOD).to_json()

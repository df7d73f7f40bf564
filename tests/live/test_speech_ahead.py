"""Which clips are there, and what a schedule becomes while one isn't."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest
from helpers.scripts import RINGS, session

from synth.errors import VoiceError
from synth.live import speech_ahead
from synth.live.schedule import Schedule
from synth.live.speech_ahead import LATE_MS, LEAD_MS, LEARN_MS, SpeechAhead, Unspoken
from synth.personalise.session import Session, Utterance
from synth.speech.clip import key_of
from synth.timeline.estimate import estimate_speech

SAID = session("Alpha. [pause 5s..] Bravo. [pause 5s..] Charlie. [pause 5s..]", length="1m")
ALPHA, BRAVO, CHARLIE = SAID.utterances
ACTUAL_MS = 2_000


def clip(utterance: Utterance) -> Any:
    return SimpleNamespace(length_ms=ACTUAL_MS, tail_ms=len(utterance.text))


class Synthesizer:
    """Knows some sentences, and can say all."""

    def __init__(self, *known: Utterance) -> None:
        self.kept = {key_of(utterance): clip(utterance) for utterance in known}
        self.said: list[str] = []

    def known(self, utterance: Utterance) -> Any:
        return self.kept.get(key_of(utterance))

    def clip(self, utterance: Utterance) -> Any:
        self.said.append(utterance.text)
        return clip(utterance)


class Prefetcher:
    """Gives what a test puts into ``fresh``, and raises what it puts into ``fails``."""

    def __init__(self, synthesizer: object) -> None:
        self.asked: list[str] = []
        self.fresh: list[Utterance] = []
        self.fails: Exception | None = None

    def ask(self, utterances: Iterable[Utterance]) -> None:
        self.asked = [utterance.text for utterance in utterances]

    def take(self) -> Any:
        fresh, self.fresh = self.fresh, []
        return {key_of(utterance): clip(utterance) for utterance in fresh}

    def check(self, utterance: Utterance) -> None:
        if self.fails:
            raise self.fails


@pytest.fixture
def prefetcher(monkeypatch: pytest.MonkeyPatch) -> Prefetcher:
    made = Prefetcher(None)
    monkeypatch.setattr(speech_ahead, "SpeechPrefetcher", lambda synthesizer: made)
    return made


def ahead(*known: Utterance, said: Session = SAID) -> tuple[SpeechAhead, Schedule, Synthesizer]:
    synthesizer: Any = Synthesizer(*known)
    speech = SpeechAhead(synthesizer, said.utterances)
    return speech, Schedule.begin(said, speech.length_ms, RINGS.__getitem__), synthesizer


@pytest.mark.usefixtures("prefetcher")
class TestClips:
    def test_those_known_are_there_and_others_are_estimated(self) -> None:
        speech, _, _ = ahead(BRAVO)
        assert speech.length_ms(BRAVO) == ACTUAL_MS
        assert speech.length_ms(ALPHA) == estimate_speech(ALPHA)
        assert isinstance(speech.clip_of(ALPHA), Unspoken)
        assert speech.clip_of(ALPHA).length_ms == estimate_speech(ALPHA)
        assert speech.tail_ms == len(BRAVO.text)

    def test_all_can_be_spoken_at_once_each_only_once(self) -> None:
        speech, _, synthesizer = ahead(BRAVO)
        speech.speak_all()
        assert synthesizer.said == ["Alpha.", "Charlie."]
        assert {speech.length_ms(utterance) for utterance in SAID.utterances} == {ACTUAL_MS}


class TestAsking:
    def test_is_for_what_is_not_there_what_comes_next_first(self, prefetcher: Prefetcher) -> None:
        speech, schedule, _ = ahead(BRAVO)
        speech.ask(schedule, schedule.timeline.speech[1].start_ms)
        assert list(dict.fromkeys(prefetcher.asked)) == ["Charlie.", "Alpha."]


class TestAdjusting:
    def test_changes_nothing_while_nothing_is_new_or_near(self, prefetcher: Prefetcher) -> None:
        speech, schedule, _ = ahead(ALPHA)
        assert speech.adjusted(schedule, 5_000, 5_000) is schedule
        prefetcher.fresh = [CHARLIE]
        assert speech.adjusted(schedule, LEARN_MS - 1, LEARN_MS - 1) is schedule

    def test_learns_what_is_far_ahead_at_most_once_in_a_while(self, prefetcher: Prefetcher) -> None:
        speech, schedule, _ = ahead(ALPHA)
        prefetcher.fresh = [CHARLIE]
        learned = speech.adjusted(schedule, LEARN_MS, LEARN_MS)
        lengths = [cue.end_ms - cue.start_ms for cue in learned.timeline.speech]
        assert lengths == [ACTUAL_MS, estimate_speech(BRAVO), ACTUAL_MS]
        assert learned.timeline.duration_ms == schedule.timeline.duration_ms
        prefetcher.fresh = [BRAVO]
        assert speech.adjusted(learned, LEARN_MS + 48, LEARN_MS + 48) is learned

    def test_lengthens_the_silence_before_what_is_near_and_not_there(self, prefetcher: Prefetcher) -> None:
        speech, schedule, _ = ahead(ALPHA)
        near = schedule.timeline.speech[1].start_ms - LEAD_MS
        assert speech.adjusted(schedule, near, near) is schedule
        late = speech.adjusted(schedule, near + 1, near + 1)
        assert late.timeline.speech[1].start_ms == schedule.timeline.speech[1].start_ms + LATE_MS
        prefetcher.fresh = [BRAVO]
        there = speech.adjusted(late, near + LATE_MS + 1, near + LATE_MS + 1)
        assert there.timeline.speech[1].start_ms == late.timeline.speech[1].start_ms
        assert there.timeline.duration_ms == schedule.timeline.duration_ms

    def test_a_failure_is_raised_when_its_sentence_is_near(self, prefetcher: Prefetcher) -> None:
        speech, schedule, _ = ahead(ALPHA)
        prefetcher.fails = VoiceError("did not say it")
        near = schedule.timeline.speech[1].start_ms - LEAD_MS
        assert speech.adjusted(schedule, near, near) is schedule
        with pytest.raises(VoiceError, match="did not say it"):
            speech.adjusted(schedule, near + 1, near + 1)

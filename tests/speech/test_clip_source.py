"""Where a clip comes from: a source of its own for each utterance, and what its clip is known by."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from synth.content_cache import Cache
from synth.personalise.session import Style, Utterance
from synth.source import Place
from synth.speech import synthesis
from synth.speech.clip_source import ClipSource, SourceChooser
from synth.speech.effects import EFFECTS, Reverb, VoiceEffect
from synth.speech.synthesis import SpeechSynthesizer, clip_key
from synth.voices.tones import TonesVoice
from synth.voices.voice import RawSpeech, Words

WARM = EFFECTS["warm"]
WARM_REVERB = WARM.reverb or Reverb(0, 0, 0, 0, 0)


def utterance(spoken: str, *names: str, voice: str = "tones", effect: str | None = None) -> Utterance:
    return Utterance(spoken, spoken, bool(names), Style(voice, "en", 110, effect), Place("script.md", 3, 5), names)


@dataclass(slots=True)
class Takes:
    """A person's takes of sentences that name somebody."""

    id: str = "a person"
    name: str = "Ada's voice"
    effect: str = "plain"
    asked: list[Utterance] = field(default_factory=list)

    def cache_key(self, utterance: Utterance) -> tuple[str | int, ...]:
        return "takes", utterance.style.language, *utterance.names, utterance.spoken

    def check(self, utterance: Utterance) -> None:
        """It can say whatever it has."""

    def speak(self, utterance: Utterance) -> RawSpeech:
        self.asked.append(utterance)
        return TonesVoice().speak(Words(utterance.spoken[::-1]), "tone", 55)


class ByName(SourceChooser):
    """Takes for whatever names somebody, the voice for all else."""

    def __init__(self, cache: Cache, takes: Takes) -> None:
        super().__init__(cache)
        self.takes = takes

    def source_for(self, utterance: Utterance) -> ClipSource:
        return self.takes if utterance.names else super().source_for(utterance)


def test_each_utterance_has_its_own_source(tmp_path: Path) -> None:
    takes = Takes()
    named, plain = utterance("Welcome, Ada.", "Ada"), utterance("Welcome, all.")
    with SpeechSynthesizer(Cache(tmp_path), ByName(Cache(tmp_path), takes)) as synthesizer:
        assert synthesizer.known(named) is None
        clips = [synthesizer.clip(each) for each in (named, plain, named)]
        assert synthesizer.known(named) == clips[0] == clips[2]
    assert [clip.voice for clip in clips] == ["Ada's voice", "Tone", "Ada's voice"]
    assert takes.asked == [named]
    assert clips[0].length_ms == pytest.approx(2 * clips[1].length_ms, abs=5), "both have 13 characters"
    assert not np.array_equal(clips[0].samples(), clips[1].samples())


def changed_help() -> VoiceEffect:
    return replace(WARM, about="another sentence for the user")


def changed_filters() -> VoiceEffect:
    return replace(WARM, filters=(*WARM.filters[:-1], replace(WARM.filters[-1], gain_db=-3)))


def changed_reverb() -> VoiceEffect:
    return replace(WARM, reverb=replace(WARM_REVERB, level_db=-27))


@pytest.mark.parametrize(
    ("changed", "is_same"), [(changed_help, True), (changed_filters, False), (changed_reverb, False)]
)
def test_a_clip_is_known_by_the_parameters_of_its_effect_and_not_by_its_help(
    changed: Callable[[], VoiceEffect], is_same: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = utterance("Welcome.", effect="warm")
    source = SourceChooser(Cache(tmp_path)).source_for(asked)
    before = clip_key(asked, source)
    monkeypatch.setattr(synthesis, "EFFECTS", MappingProxyType({**EFFECTS, "warm": changed()}))
    assert (clip_key(asked, source) == before) == is_same


def test_a_clip_is_known_by_what_is_spoken_how_and_by_whom(tmp_path: Path) -> None:
    asked = utterance("Welcome, Ada.", "Ada")
    faster = replace(asked, style=replace(asked.style, rate=120))
    elsewhere = replace(asked, text="Welcome, Áda.", place=Place("other.md", 9, 1), names=())
    chooser = SourceChooser(Cache(tmp_path))

    def key(utterance: Utterance) -> str:
        return clip_key(utterance, chooser.source_for(utterance))

    assert key(elsewhere) == key(asked)
    others = [faster, replace(asked, spoken="Welcome, Ida."), utterance("Welcome, Ada.", effect="hall")]
    assert len({key(each) for each in (asked, *others)} | {clip_key(asked, Takes())}) == 5

"""What people do with a session, from their words to the decoded track, with real speech."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.sound import peaks_per_ms
from mutagen.id3 import ID3
from numpy.typing import NDArray

from synth.audio.ffmpeg import decode
from synth.audio.pcm import Samples, from_raw
from synth.content_cache import Cache
from synth.formats.track_file import write_track
from synth.outputs.memory import MemorySink
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import Track, compose, prepare, send
from synth.script.parse import parse
from synth.sounds.collection import Sounds
from synth.source import Source
from synth.timeline.model import Silence
from synth.units import MINUTE


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("cache"))


def composed(cache: Cache, text: str, profile: Profile | None = None, **wishes: object) -> Track:
    sounds = Sounds(cache, [])
    document = parse(Source("script.md", text), {})
    asked = SessionOptions(bed="none", bell="none", effect="plain", **wishes)  # type: ignore[arg-type]
    return compose(prepare(document, profile or Profile(), asked, sounds), sounds, cache)


def heard(track: Track) -> Samples:
    sink = MemorySink()
    send(track, sink)
    return sink.samples


def silences(samples: Samples, at_least_ms: int) -> NDArray[np.int64]:
    """Milliseconds of every stretch that is quieter than speech's edge, long enough."""
    loud = np.nonzero(peaks_per_ms(samples) > 10 ** (-50 / 20))[0]
    gaps = np.diff(loud) - 1
    return gaps[gaps >= at_least_ms]


def test_one_script_at_four_lengths_has_the_same_speech_and_the_same_fixed_pauses(cache: Cache) -> None:
    text = (
        "---\ntitle: T\nslots: {name: {default: friend}}\n---\nWelcome, {name}. [pause 6s] Sit as you like.\n\n"
        "[repeat 3]\nAnd rest. [pause 10s.. x2]\nHere you are. [pause 4s]\n[end]\n\nThat is all. [pause 5s..30m]\n"
    )
    made = []
    for minutes in (5, 10, 20, 45):
        track = composed(cache, text, Profile(name="Ana"), length_ms=minutes * MINUTE)
        assert track.timeline.duration_ms == minutes * MINUTE
        fixed = [c.end_ms - c.start_ms for c in track.timeline.cues if isinstance(c, Silence) and not c.elastic]
        said = [(c.text, c.end_ms - c.start_ms) for c in track.timeline.speech]
        made.append((fixed, said, [clip.entry.path for clip in track.clips]))
    assert all(later == sooner for sooner, later in pairwise(made))
    assert made[0][0] == [6_000, 1_500, 4_000, 4_000, 4_000]


@pytest.mark.parametrize(
    ("language", "pronouns", "said"),
    [
        ("en", "she", ["May I be peaceful.", "May I be at ease.", "May I be held kindly, whatever comes."]),
        ("es", "she", ["tranquila", "amada"]),
        ("es", "he", ["tranquilo", "amado"]),
        ("de", "they", ["Möge ich"]),
    ],
)
def test_four_phrases_in_their_language_with_eight_seconds_behind_each(
    language: str, pronouns: str, said: list[str], cache: Cache
) -> None:
    text = (
        f"---\ntitle: T\nlanguage: {language}\nslots:\n"
        "  wishes: {type: phrases, default: [peaceful, at-ease, loved, held]}\n---\n"
        "[each wish in wishes]\n{wish}\n[pause 8s]\n[end]\n"
    )
    track = composed(cache, text, Profile(pronouns=pronouns))
    words = " ".join(cue.text for cue in track.timeline.speech)
    assert len(track.timeline.speech) == 4
    assert all(word in words for word in said)
    voices = {clip.voice for clip in track.clips}
    assert voices == {{"en": "Heart (American, female)", "es": "Spanish (Spain)", "de": "German"}[language]}
    found = silences(heard(track), 2_000)
    assert np.abs(found - 8_000).max() <= 10
    assert len(found) == 3, "the last one has nothing behind it"


def test_twelve_breaths_are_cued_every_ten_seconds_in_the_sound(cache: Cache) -> None:
    track = composed(cache, "---\ntitle: T\n---\n[breath 12 in 4s out 6s cued]\n")
    loud = peaks_per_ms(heard(track)) > 10 ** (-50 / 20)
    starts = [cue.start_ms for cue in track.timeline.speech]
    found = [int(np.nonzero(loud[max(0, start - 200) :])[0][0]) + max(0, start - 200) for start in starts]
    assert np.abs(np.diff(found[::2]) - 10_000).max() <= 50
    assert np.abs(np.diff(found[1::2]) - 10_000).max() <= 50
    assert len(found) == 24


def test_the_branches_that_were_not_chosen_are_nowhere(cache: Cache, tmp_path: Path) -> None:
    text = (
        "---\ntitle: T\nslots: {touch: {type: choice, of: [heart, cushion, none]}}\n---\n"
        "Begin. [pause 2s]\n[choose touch]\n[option heart] Hand on heart. [pause 3s]\n"
        "[option cushion] A soft cushion. [pause 4s]\n[option none] Only listen. [pause 5s]\n[end]\nEnd.\n"
    )
    track = composed(cache, text, slots={"touch": "cushion"})
    target = tmp_path / "t.mp3"
    write_track(target, track.metadata, track.mix.blocks())
    tags = ID3(target)
    everything = " ".join(str(frame) for frame in tags.values()) + tags.getall("GEOB")[0].data.decode()
    assert "A soft cushion." in everything
    assert "Hand on heart." not in everything
    assert "Only listen." not in everything
    decoded = np.concatenate([from_raw(chunk) for chunk in decode(target)])
    assert np.abs(silences(decoded, 1_500) - [2_000, 4_000]).max() <= 10


def test_a_name_full_of_markers_is_spoken_as_text(cache: Cache) -> None:
    text = "---\ntitle: T\nslots: {name: {default: friend}}\n---\nHello, {name}. [pause 2s] Good.\n"
    track = composed(cache, text, Profile(name="[pause 5s]{x}"))
    assert track.metadata.provenance
    assert [said.spoken for said in track.metadata.provenance.utterances] == ["Hello, [pause 5s]{x}.", "Good."]
    assert list(np.round(silences(heard(track), 1_500) / 1_000)) == [2]

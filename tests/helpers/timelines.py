"""Timelines of any kind, drawn for properties, and those of the shipped meditations."""

from hypothesis import strategies as st

from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Utterance
from synth.scripts import load_document, phrases
from synth.sounds.catalogue import shipped_ring
from synth.timeline.layout import lay_out
from synth.timeline.model import BedSpan, BellDuration, Chapter, Cue, Silence, Speech, Strike, Timeline
from synth.voices.tones import MS_A_CHARACTER

texts = st.text(st.characters(codec="utf-8"), max_size=20)
levels = st.floats(-60, 0)


def tones_length(utterance: Utterance) -> int:
    """Milliseconds that the voice of tones takes: so many a character at 110 words a minute."""
    return round(len(utterance.spoken) * MS_A_CHARACTER * 110 / utterance.style.rate)


def bell_duration(name: str) -> BellDuration:
    found = shipped_ring(name)
    assert found, f"no bell of that name ships: {name}"
    return found


def timeline_of(name: str) -> Timeline:
    """A shipped meditation as it is without a profile or any wish, said in tones."""
    document = load_document(name)
    session = personalise(document, Profile(), SessionOptions(), phrases(document.meta.language))
    return lay_out(session, tones_length, bell_duration)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """Cues of every kind, in their order, in a track of up to an hour."""
    duration_ms = draw(st.integers(0, 3_600_000))
    moments = st.integers(0, duration_ms)
    edges = sorted(draw(st.lists(moments, max_size=3)))
    chapters = tuple(
        Chapter(draw(texts), start, end) for start, end in zip([0, *edges], [*edges, duration_ms], strict=True)
    )
    spans = st.tuples(moments, moments).map(lambda pair: (min(pair), max(pair)))
    cues = [_cue(draw, *draw(spans), len(chapters)) for _ in range(draw(st.integers(0, 6)))]
    marks = draw(st.lists(st.tuples(texts, moments), max_size=3))
    ordered = tuple(sorted(cues, key=lambda cue: cue.start_ms))
    return Timeline(draw(texts), draw(texts), duration_ms, chapters, ordered, tuple(marks))


def _cue(draw: st.DrawFn, start_ms: int, end_ms: int, sections: int) -> Cue:
    section, line = draw(st.integers(0, sections - 1)), draw(st.integers(1, 10_000))
    paces = st.integers(0, 20_000)
    match draw(st.sampled_from(["speech", "bell", "bed", "rest", "wait", "breath"])):
        case "speech":
            return Speech(start_ms, end_ms, draw(texts), draw(st.booleans()), section, line, draw(levels))
        case "bell":
            return Strike(start_ms, end_ms, draw(texts), draw(levels), section, line)
        case "bed":
            return BedSpan(start_ms, end_ms, draw(texts), draw(levels), draw(paces), draw(paces))
        case "breath":
            elastic = draw(st.booleans())
            return Silence(start_ms, end_ms, elastic, section, line, "breath", draw(paces), draw(paces))
        case "wait":
            return Silence(start_ms, end_ms, draw(st.booleans()), section, line, "wait")
        case _:
            return Silence(start_ms, end_ms, draw(st.booleans()), section, line)

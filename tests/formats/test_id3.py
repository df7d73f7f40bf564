"""The tags of MP3 and WAV."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from helpers.sound import Studio, run_ffmpeg, script
from helpers.written_tracks import HEADER, SENTENCES, TITLES, Made, lines, made
from mutagen.id3 import ID3
from mutagen.wave import WAVE

from synth.content_cache import Cache
from synth.formats.track_metadata import short_title


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder, ("mp3", "wav"))


def id3_of(path: Path) -> ID3:
    tags = ID3(path) if path.suffix == ".mp3" else WAVE(path).tags
    assert isinstance(tags, ID3)
    return tags


class TestTags:
    @pytest.mark.parametrize("ending", ["mp3", "wav"])
    def test_say_what_it_is(self, toned: Made, ending: str) -> None:
        tags = id3_of(toned.files[ending])
        expected = {
            "TIT2": "A & B – 静", "TPE1": "José Ágústsdóttir", "TALB": "Café Übung", "TCON": "Meditation",
            "TLAN": "eng", "TLEN": str(toned.timeline["length_ms"]),
        }  # fmt: skip
        assert {name: tags[name].text for name in expected} == {name: [text] for name, text in expected.items()}

    @pytest.mark.parametrize("ending", ["mp3", "wav"])
    def test_have_a_chapter_for_every_section(self, toned: Made, ending: str) -> None:
        tags = id3_of(toned.files[ending])
        (contents,) = tags.getall("CTOC")
        chapters = {chapter.element_id: chapter for chapter in tags.getall("CHAP")}
        assert len(chapters) == len(TITLES)
        listed = [chapters[name] for name in contents.child_element_ids]
        assert [chapter.sub_frames["TIT2"].text[0] for chapter in listed] == [
            TITLES[0], short_title(TITLES[1], 125), TITLES[2],
        ]  # fmt: skip
        assert [(chapter.start_time, chapter.end_time) for chapter in listed] == [
            (section["start_ms"], section["end_ms"]) for section in toned.timeline["sections"]
        ]
        assert int(contents.flags) == 3, "ordered, and the topmost"

    @pytest.mark.parametrize("ending", ["mp3", "wav"])
    def test_have_the_transcript(self, toned: Made, ending: str) -> None:
        tags = id3_of(toned.files[ending])
        (plain,) = tags.getall("USLT")
        assert plain.text.split("\n") == [*SENTENCES[:3], "", *SENTENCES[3:6], "", *SENTENCES[6:]]
        (timed,) = tags.getall("SYLT")
        assert timed.text == [(cue.text, cue.start_ms) for cue in toned.track.timeline.speech]
        assert (timed.format, timed.type) == (2, 1), "milliseconds, lyrics"
        assert {plain.lang, timed.lang} == {"eng"}

    @pytest.mark.parametrize("ending", ["mp3", "wav"])
    def test_have_the_timeline(self, toned: Made, ending: str) -> None:
        (timeline,) = id3_of(toned.files[ending]).getall("GEOB")
        assert (timeline.filename, timeline.mime) == ("timeline.json", "application/json")
        assert json.loads(timeline.data).items() >= toned.timeline.items()

    def test_are_chapters_in_order_where_the_titles_differ_much(self, studio: Studio, tmp_path: Path) -> None:
        middling = "A title of a hundred and twenty-five letters is the longest that all players can read".ljust(
            125, "!"
        )
        titles = ["é", middling, "z", "Aa", "10", "9", "1", "Ω" * 62, "long " * 29 + "end", "日本 " * 20 + "終"]
        body = "\n\n".join(f"# {title}\n\nSection {number}. [pause 1s]" for number, title in enumerate(titles))
        track = made(studio.compose(script(body)), tmp_path, ("mp3",))
        chapters = chapters_of(track.files["mp3"])
        assert [title for _, _, title in chapters] == [*titles[:-2], "long " * 24 + "lo…", "日本 " * 17 + "日…"]
        assert [start for start, _, _ in chapters] == [section["start_ms"] for section in track.timeline["sections"]]
        assert all(end == start for (_, end, _), (start, _, _) in pairwise(chapters))


def chapters_of(path: Path) -> list[tuple[int, int, str]]:
    """Start, end (in milliseconds) and title of every chapter, as ffmpeg lists them."""
    said = run_ffmpeg("-i", path, "-t", "0", "-map", "0:a", "-f", "null", "-").partition("Output #0")[0]
    found = re.findall(r"Chapter #0:\d+: start ([\d.]+), end ([\d.]+)\n +Metadata:\n +title +: (.*)\n", said)
    return [(round(float(start) * 1000), round(float(end) * 1000), title) for start, end, title in found]

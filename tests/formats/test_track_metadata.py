"""What a track says of itself, in each of the five formats."""

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from helpers.sound import (
    FRAMES,
    Studio,
    as_read,
    run_ffmpeg,
    script,
)
from helpers.written_tracks import ENDINGS, HEADER, SENTENCES, TITLES, Made, lines, listen, made

from synth.content_cache import Cache
from synth.errors import RequestError
from synth.formats.track_file import read_timeline


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Tags by their names in small letters, and chapters as start, end (in milliseconds) and title."""

    tags: dict[str, str]
    chapters: list[tuple[int, int, str]]


def metadata_of(path: Path) -> Metadata:
    """What ffmpeg reads in a file; in an Ogg, all of it belongs to the stream."""
    found = path.with_suffix(f"{path.suffix}.found")
    run_ffmpeg("-i", path, "-map_metadata:g", "0:s:0" if path.suffix == ".opus" else "0", "-f", "ffmetadata", found)
    plain = re.sub(r"\\(.)", r"\1", found.read_text(encoding="utf-8"), flags=re.S)
    head, *told = re.split(r"^\[CHAPTER\]\n", plain, flags=re.M)
    chapters = []
    for chapter in told:
        keys = dict(line.split("=", 1) for line in chapter.splitlines() if "=" in line)
        over, under = map(int, keys["TIMEBASE"].split("/"))
        start, end = (round(int(keys[edge]) * 1_000 * over / under) for edge in ("START", "END"))
        chapters.append((start, end, keys["title"]))
    return Metadata({name.lower(): value for name, value in re.findall(r"^(\w+)=(.*)$", head, re.M)}, chapters)


class TestTags:
    @pytest.mark.parametrize("ending", ENDINGS)
    def test_have_the_timeline(self, toned: Made, ending: str) -> None:
        assert read_timeline(toned.files[ending]) == as_read(toned.track)

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_are_told_where_there_are_none(self, toned: Made, tmp_path: Path, ending: str) -> None:
        bare = tmp_path / f"bare.{ending}"
        run_ffmpeg("-i", toned.files["wav"], "-map", "0:a", "-map_metadata", "-1", "-t", "1", bare)
        with pytest.raises(RequestError, match="there is no timeline in it"):
            read_timeline(bare)
        bare.write_bytes(b"words" * 99)
        with pytest.raises(RequestError, match=r"can't be read as a track|there is no timeline"):
            read_timeline(bare)

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_are_read_by_ffmpeg(self, toned: Made, ending: str) -> None:
        tags = metadata_of(toned.files[ending]).tags
        expected = {"title": "A & B – 静", "artist": "José Ágústsdóttir", "album": "Café Übung", "genre": "Meditation"}
        assert {name: tags.get(name) for name in expected} == expected

    @pytest.mark.parametrize("ending", ["m4a", "opus", "flac"])
    def test_have_chapters_that_players_read(self, toned: Made, ending: str) -> None:
        chapters = metadata_of(toned.files[ending]).chapters
        sections = toned.timeline["sections"]
        assert [start for start, _, _ in chapters] == [section["start_ms"] for section in sections]
        assert all(end == start for (_, end, _), (start, _, _) in pairwise(chapters))
        assert chapters[-1][1] == pytest.approx(toned.timeline["length_ms"], abs=10)
        for (_, _, title), whole in zip(chapters, TITLES, strict=True):
            assert title == whole or (title.endswith("…") and whole.startswith(title[:-1]) and len(title) > 40)

    def test_of_a_script_without_sections(self, studio: Studio, tmp_path: Path) -> None:
        track = studio.compose(script("One two three. [pause 500ms]"))
        for ending, path in made(track, tmp_path).files.items():
            assert read_timeline(path).timeline.chapters == track.timeline.chapters
            assert len(listen(path)) == track.timeline.duration_ms * FRAMES, ending

"""A track's picture: drawn, or one's own."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.sound import (
    Studio,
    run_ffmpeg,
    run_metta,
    script,
)
from helpers.written_tracks import ENDINGS, HEADER, SENTENCES, Made, lines, made, pictures_of

from synth.content_cache import Cache
from synth.errors import RequestError
from synth.formats.cover import JPEG, MAX_BYTES, PNG, draw_cover, read_cover
from synth.formats.track_file import write_track


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder)


@pytest.fixture(scope="module")
def photograph(studio: Studio) -> Path:
    """A JPEG."""
    drawn, path = studio.folder / "drawn.png", studio.folder / "photograph.jpg"
    drawn.write_bytes(draw_cover("A photograph").data)
    run_ffmpeg("-i", drawn, "-update", "1", path)
    return path


class TestCover:
    def test_is_drawn_from_the_title(self, toned: Made, tmp_path: Path) -> None:
        found = [pictures_of(path) for path in toned.files.values()]
        assert found == [[(PNG, draw_cover("A & B – 静").data)]] * len(ENDINGS)
        assert draw_cover("another").data != found[0][0][1]
        (tmp_path / "cover.png").write_bytes(found[0][0][1])
        assert "800x800" in run_ffmpeg("-i", tmp_path / "cover.png", "-f", "null", "-")

    def test_may_be_ones_own(self, studio: Studio, photograph: Path, tmp_path: Path) -> None:
        track = studio.compose(script("One two three. [pause 500ms]"))
        info = replace(track.metadata, cover=read_cover(photograph))
        for ending in ENDINGS:
            write_track(tmp_path / f"a.{ending}", info, track.mix.blocks())
            assert pictures_of(tmp_path / f"a.{ending}") == [(JPEG, photograph.read_bytes())]

    @pytest.mark.parametrize("kind", ["png", "jpg"])
    @pytest.mark.parametrize("damage", ["half", "middle"])
    def test_that_is_broken_is_told(self, photograph: Path, tmp_path: Path, kind: str, damage: str) -> None:
        source = photograph if kind == "jpg" else photograph.with_name("drawn.png")
        content = source.read_bytes()
        middle = len(content) // 2
        broken = tmp_path / f"a.{kind}"
        broken.write_bytes(
            content[:middle] + (b"\xff\xd8\0\0\xff" + content[middle + 5 :] if damage == "middle" else b"")
        )
        with pytest.raises(RequestError, match=r"a\.(png|jpg): this picture is broken; "):
            read_cover(broken)

    def test_that_is_no_picture_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_bytes(b"GIF89a" + bytes(99))
        with pytest.raises(RequestError, match=r"a\.png: a cover is a PNG or a JPEG"):
            read_cover(tmp_path / "a.png")

    def test_that_is_huge_is_told(self, photograph: Path, tmp_path: Path) -> None:
        (tmp_path / "a.jpg").write_bytes(photograph.read_bytes() + bytes(MAX_BYTES))
        with pytest.raises(RequestError, match=r"a\.jpg: this picture is larger than 10 MB"):
            read_cover(tmp_path / "a.jpg")

    def test_that_is_not_there_is_told_before_anything_is_spoken(self, tmp_path: Path) -> None:
        run = run_metta("render", "waking", "-o", "a.m4a", "--cover", "none.png", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(r"error: none\.png: the cover can't be read \(.*\)\n", run.stderr)

"""Every format by the one table: what is written is read back, and what can't be is told in a line."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.sound import Studio, one_line, run_metta, script
from mutagen.id3 import ID3, TLEN
from mutagen.oggopus import OggOpus

from synth.audio.ffmpeg import decode
from synth.audio.pcm import AudioSegment, from_raw, silence, to_segment
from synth.content_cache import Cache
from synth.errors import RequestError, StorageError
from synth.formats.mp3_frames import lame_name, split_frames
from synth.formats.provenance import extract
from synth.formats.track_file import FORMATS, check_destination, new_track, read_tags, read_timeline, write_track
from synth.formats.track_metadata import Tags
from synth.pipeline import Track

TITLES = ("Ö", "静かに = ; # \\", "3")
BODY = "\n\n".join(f"# {title}\n\nOne may sit, {{name}}. [pause 2s]" for title in TITLES)


@dataclass(frozen=True, slots=True)
class Written:
    track: Track
    files: dict[str, Path]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("track files")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def written(studio: Studio) -> Written:
    """A track in every format."""
    header = ["author: José", "programme: Café", "language: de", "slots: {name: {}}"]
    track = studio.compose(script(BODY, header, title="A & B – 静"), slots={"name": "Łukasz"}, bed="none")
    files = {ending: studio.folder / f"track{ending}" for ending in FORMATS}
    for path in files.values():
        write_track(path, track.metadata, track.mix.blocks())
    return Written(track, files)


@pytest.fixture(params=FORMATS)
def ending(request: pytest.FixtureRequest) -> str:
    return str(request.param)


class TestReadBack:
    def test_is_the_timeline_and_how_it_was_made(self, written: Written, ending: str) -> None:
        found = read_timeline(written.files[ending])
        assert found == extract(written.track.metadata.timeline_json)
        assert found.timeline == written.track.timeline
        assert found.provenance
        assert found.provenance.takes == tuple(clip.take for clip in written.track.clips)

    def test_are_the_tags(self, written: Written, ending: str) -> None:
        timeline = written.track.timeline
        assert read_tags(written.files[ending]) == Tags(
            title="A & B – 静",
            artist="José",
            language="deu",
            transcript=timeline.transcript,
            chapters=tuple((chapter.title, chapter.start_ms) for chapter in timeline.chapters),
            cover=True,
            length_ms=timeline.duration_ms if ending in (".mp3", ".wav") else None,
        )

    def test_is_the_sound(self, written: Written, ending: str) -> None:
        sound = np.concatenate([from_raw(chunk) for chunk in decode(written.files[ending])])
        mixed = np.concatenate([from_raw(block.raw_data) for block in written.track.mix.blocks()])
        assert sound.shape == mixed.shape
        assert np.sqrt(np.square(sound - mixed).mean()) < 0.1 * np.sqrt(np.square(mixed).mean())

    def test_is_told_in_a_line_where_the_file_is_another(self, written: Written, ending: str, tmp_path: Path) -> None:
        other = tmp_path / f"a{ending}"
        other.write_bytes(written.files[".m4a" if ending != ".m4a" else ".flac"].read_bytes()[:5_000])
        for read in (read_timeline, read_tags):
            with pytest.raises(RequestError) as raised:
                read(other)
            assert str(raised.value).startswith(str(other))
            assert one_line(raised.value)

    def test_takes_an_unknown_ending_for_an_mp3(self, written: Written, tmp_path: Path) -> None:
        path = tmp_path / "track.download"
        path.write_bytes(written.files[".mp3"].read_bytes())
        assert read_timeline(path) == read_timeline(written.files[".mp3"])
        assert read_tags(path) == read_tags(written.files[".mp3"])

    def test_tells_of_tags_that_make_no_sense(self, written: Written, tmp_path: Path) -> None:
        mp3, opus = tmp_path / "a.mp3", tmp_path / "a.opus"
        mp3.write_bytes(written.files[".mp3"].read_bytes())
        tags = ID3(mp3)
        tags.setall("TLEN", [TLEN(encoding=3, text=["long"])])
        tags.save(mp3)
        opus.write_bytes(written.files[".opus"].read_bytes())
        comments: Any = OggOpus(opus)
        comments["CHAPTER002"] = "soon"
        comments.save()
        for path in (mp3, opus):
            with pytest.raises(RequestError, match=r"this can't be read as a track \(.+\)\Z"):
                read_tags(path)
            assert run_metta("verify", path, folder=tmp_path).returncode == 1


class TestMp3:
    def test_of_a_preview_is_frames_that_stand_alone_under_our_own_header(self, tmp_path: Path) -> None:
        assert run_metta("sounds", "chime", "--preview", ".", folder=tmp_path).returncode == 0
        content = (tmp_path / "chime.mp3").read_bytes()
        start = ID3(tmp_path / "chime.mp3").size
        header, *frames = split_frames(content[start:])
        assert lame_name() in header
        assert len(frames) == 1 + 10_000 // 24 + 1
        assert all(int.from_bytes(frame[4:6]) >> 7 == 0 for frame in frames), "no reservoir"


class TestWriting:
    def test_that_is_interrupted_leaves_what_was_there(self, written: Written, ending: str, tmp_path: Path) -> None:
        def blocks() -> Iterator[AudioSegment]:
            yield silence(1_000)
            raise KeyboardInterrupt

        path = tmp_path / f"a{ending}"
        path.write_bytes(b"what was there")
        with pytest.raises(KeyboardInterrupt):
            write_track(path, written.track.metadata, blocks())
        assert path.read_bytes() == b"what was there"
        assert [*tmp_path.iterdir()] == [path]

    def test_is_refused_in_a_quality_that_there_is_not(self, written: Written, ending: str, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"quality|qualities"):
            write_track(tmp_path / f"a{ending}", written.track.metadata, [silence(100)], "V11")
        assert [*tmp_path.iterdir()] == []

    def test_whose_tags_fail_is_told(self, written: Written, tmp_path: Path) -> None:
        path = tmp_path / "a.flac"
        with (
            pytest.raises(StorageError, match=r"a\.flac: can't be written"),
            new_track(path, written.track.metadata) as temporary,
        ):
            temporary.write_bytes(b"no FLAC")
        assert [*tmp_path.iterdir()] == []


def test_a_session_that_is_only_heard_needs_no_tags() -> None:
    code = "import sys, synth.pipeline; print('mutagen' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


def test_blocks_of_any_length_are_one_sound(written: Written, ending: str, tmp_path: Path) -> None:
    noise = np.random.default_rng(3).normal(0, 0.05, (48 * 3_000, 2))
    whole, parts = to_segment(noise), [to_segment(noise[at : at + 48 * 7]) for at in range(0, len(noise), 48 * 7)]
    made = []
    for name, blocks in (("a", [whole]), ("b", parts)):
        write_track(tmp_path / f"{name}{ending}", written.track.metadata, blocks)
        made.append(b"".join(decode(tmp_path / f"{name}{ending}")))
    assert made[0] == made[1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_is_no_place_for_a_track(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp3")
    with pytest.raises(RequestError, match=r"a\.mp3: this is a device or a pipe"):
        check_destination(tmp_path / "a.mp3")

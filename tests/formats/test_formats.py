"""Tracks in each of the five formats, held to one measure, and what is written beside them."""

import base64
import contextlib
import html
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import mutagen
import numpy as np
import pytest
from helpers.sound import (
    FRAMES,
    Studio,
    as_read,
    ebur128,
    part,
    peaks_per_ms,
    pitch,
    quiet_runs,
    run_ffmpeg,
    run_metta,
    script,
)
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4, MP4Cover
from mutagen.oggopus import OggOpus
from mutagen.wave import WAVE

from synth.audio.ffmpeg import decode
from synth.audio.pcm import AudioSegment, Samples, from_raw, silence
from synth.cli.render import render
from synth.content_cache import Cache
from synth.errors import RequestError, StorageError
from synth.export.captions import TRANSCRIPTS
from synth.formats.cover import JPEG, MAX_BYTES, PNG, draw_cover, read_cover
from synth.formats.track_file import FORMATS, check_track, read_timeline, write_track
from synth.formats.track_metadata import TrackMetadata
from synth.pipeline import Track
from synth.timeline.timeline_json import to_json
from synth.units import HOUR
from synth.verify.checks import prove
from synth.voices.tones import pitch_of

ENDINGS = ("mp3", "m4a", "opus", "flac", "wav")
LOSSY = ("mp3", "m4a", "opus")
TITLES = ("Ö", "Ankommen = ; # \\ – ganz in Ruhe, " + "静かに" * 40, "3")
SENTENCES = (
    "Let your back be long.", "Notice the pillow & <the> floor.", "Give it --> back.", "Put both feet down.",
    "Begin again at any time.", "This is enough [for now].", "So be it, said the sea.", "Good night, dear Zoë.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Made:
    """A track, and by their endings the files it was written to."""

    track: Track
    files: dict[str, Path]

    @property
    def timeline(self) -> dict[str, Any]:
        return to_json(self.track.timeline)


def made(track: Track, folder: Path, endings: tuple[str, ...] = ENDINGS, quality: str | None = None) -> Made:
    files = {ending: folder / f"track.{ending}" for ending in endings}
    for path in files.values():
        write_track(path, track.metadata, track.mix.blocks(), quality)
    return Made(track, files)


@cache
def listen(path: Path) -> Samples:
    return from_raw(b"".join(decode(path)))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("formats")
    return Studio(folder, Cache(folder / "cache"))


def lines(sentences: tuple[str, ...]) -> str:
    """Three sections of sentences; behind each, a pause of two seconds and more."""
    plain = [re.sub(r"([\[\]<])", r"\\\1", sentence) for sentence in sentences]
    said = [f"{sentence} [pause {2_000 + 90 * n}ms]" for n, sentence in enumerate(plain)]
    parts = [said[:3], said[3:6], said[6:]]
    return "\n\n".join(f"# {title}\n\n" + "\n".join(part) for title, part in zip(TITLES, parts, strict=True))


HEADER = ("author: José Ágústsdóttir", "programme: Café Übung")


@pytest.fixture(scope="module")
def toned(studio: Studio) -> Made:
    """A track in which every sentence is a tone of its own."""
    track = studio.compose(script(lines(SENTENCES), HEADER, title="A & B – 静"), bed="none", bell="none")
    return made(track, studio.folder)


@pytest.fixture(scope="module")
def spoken(studio: Studio) -> Made:
    """The same by the real voice, in the formats that lose something."""
    track = studio.compose(
        script(lines(SENTENCES), HEADER, title="Spoken"), voice=None, effect="plain", bed="none", bell="none"
    )
    folder = studio.folder / "spoken"
    folder.mkdir()
    return made(track, folder, LOSSY)


class TestSound:
    @pytest.mark.parametrize("ending", ENDINGS)
    def test_is_as_long_as_the_timeline_to_the_sample(self, toned: Made, ending: str) -> None:
        assert len(listen(toned.files[ending])) == toned.timeline["length_ms"] * FRAMES

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_holds_every_sentence_at_its_time(self, toned: Made, ending: str) -> None:
        samples = listen(toned.files[ending])
        moments = np.nonzero(peaks_per_ms(samples) > 10 ** (-46 / 20))[0]
        assert len(toned.track.timeline.speech) == len(SENTENCES)
        for cue in toned.track.timeline.speech:
            own = moments[(moments > cue.start_ms - 900) & (moments < cue.end_ms + 900)]
            assert abs(own[0] - cue.start_ms) <= 20, cue.text
            assert abs(own[-1] + 1 - cue.end_ms) <= 20, cue.text
            tone = pitch(part(samples, cue.start_ms + 50, cue.end_ms - 50))
            assert tone == pytest.approx(pitch_of(cue.text), rel=0.005), cue.text

    @pytest.mark.parametrize("ending", LOSSY)
    def test_holds_every_pause_of_a_real_voice(self, spoken: Made, ending: str) -> None:
        loud = peaks_per_ms(listen(spoken.files[ending])) > 10 ** (-48 / 20)
        asked = [2_000 + 90 * n for n in range(len(SENTENCES))][:-1]
        found = [end - start for start, end in quiet_runs(loud, 1_900)]
        assert len(found) == len(asked)
        assert max(abs(f - a) for f, a in zip(found, asked, strict=True)) <= 10

    @pytest.mark.parametrize("ending", LOSSY)
    def test_is_as_loud_as_it_should_be(self, spoken: Made, ending: str) -> None:
        loudness, peak = ebur128(spoken.files[ending])
        assert loudness == pytest.approx(-16, abs=0.5)
        assert peak <= -1

    @pytest.mark.parametrize("ending", LOSSY)
    def test_passes_its_proof(self, studio: Studio, spoken: Made, ending: str) -> None:
        proof = prove(spoken.files[ending], studio.cache, studio.sounds)
        assert [check for check in proof.checks if not check.passed] == []
        assert "pauses" in {check.what for check in proof.checks}

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_can_be_sought(self, toned: Made, ending: str, tmp_path: Path) -> None:
        cue = toned.track.timeline.speech[5]
        run_ffmpeg("-ss", f"{cue.start_ms - 1_000}ms", "-i", toned.files[ending], "-t", "3", tmp_path / "late.wav")
        first = np.nonzero(peaks_per_ms(listen(tmp_path / "late.wav")) > 10 ** (-46 / 20))[0][0]
        assert first == pytest.approx(1_000, abs=30)

    @pytest.mark.parametrize("ending", LOSSY)
    def test_a_track_cut_short_fails(self, studio: Studio, toned: Made, ending: str, tmp_path: Path) -> None:
        content = toned.files[ending].read_bytes()
        cut = tmp_path / f"cut.{ending}"
        cut.write_bytes(content[: len(content) * 3 // 4])
        with contextlib.suppress(RequestError):  # an end that is missing may be all it takes
            assert not prove(cut, studio.cache, studio.sounds).passed


class TestQuality:
    @pytest.mark.parametrize(
        ("ending", "best", "least"), [("mp3", "v0", "V9"), ("mp3", "320k", "48k"), ("m4a", "320K", "64k"),
        ("opus", "256k", "48k")],
    )  # fmt: skip
    def test_is_what_was_asked(self, spoken: Made, tmp_path: Path, ending: str, best: str, least: str) -> None:
        sizes = {}
        for quality in (best, least):
            path = made(spoken.track, tmp_path, (ending,), quality).files[ending]
            assert len(listen(path)) == spoken.timeline["length_ms"] * FRAMES
            if ending == "mp3" and quality.endswith("k"):
                info: Any = mutagen.File(path).info
                assert info.bitrate == int(quality[:-1]) * 1_000
            sizes[quality] = path.stat().st_size
        assert sizes[best] > 1.5 * sizes[least]

    @pytest.mark.parametrize("ending", LOSSY)
    def test_is_the_usual_one_unless_asked(self, toned: Made, tmp_path: Path, ending: str) -> None:
        usual = {"mp3": "V4", "m4a": "128k", "opus": "96k"}[ending]
        path = made(toned.track, tmp_path, (ending,), usual).files[ending]
        assert path.stat().st_size == pytest.approx(toned.files[ending].stat().st_size, rel=1e-4)

    @pytest.mark.parametrize(
        ("ending", "quality"),
        [("flac", "V0"), ("wav", "128k"), ("m4a", "V4"), ("opus", "9999k"), ("mp3", "V10"), ("mp3", "")],
    )
    def test_that_there_is_not_is_wrong_usage(self, tmp_path: Path, ending: str, quality: str) -> None:
        run = run_metta("render", "waking", "-o", f"a.{ending}", "--quality", quality, folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert re.search(rf"^Error: Invalid value for --quality: a\.{ending}: .+\n\Z", run.stderr, re.M)

    def test_of_each_default_is_one_of_its_own(self) -> None:
        assert {ending: form.default_quality for ending, form in FORMATS.items() if form.qualities} == {
            ".mp3": "V4", ".m4a": "128k", ".opus": "96k",
        }  # fmt: skip


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

    def test_of_an_m4a_are_itunes(self, toned: Made) -> None:
        file: Any = MP4(toned.files["m4a"])
        assert {name: file[name] for name in ("©nam", "©ART", "©alb", "©gen")} == {
            "©nam": ["A & B – 静"], "©ART": ["José Ágústsdóttir"], "©alb": ["Café Übung"], "©gen": ["Meditation"],
        }  # fmt: skip
        assert file["©lyr"] == [toned.track.metadata.transcript]
        assert [bytes(name) for name in file["----:com.apple.iTunes:LANGUAGE"]] == [b"eng"]
        assert json.loads(file["----:com.apple.iTunes:TIMELINE"][0]).items() >= toned.timeline.items()
        assert [picture.imageformat for picture in file["covr"]] == [MP4Cover.FORMAT_PNG]

    def test_of_an_m4a_have_both_kinds_of_chapters(self, toned: Made) -> None:
        file: Any = MP4(toned.files["m4a"])
        starts = [section["start_ms"] for section in toned.timeline["sections"]]
        assert [round(chapter.start * 1_000) for chapter in file.chapters] == starts
        assert [chapter.title for chapter in file.chapters][::2] == list(TITLES)[::2]
        said = run_ffmpeg("-i", toned.files["m4a"], "-t", "0", "-map", "0:a", "-f", "null", "-")
        assert re.search(r"Stream #0:0\S+\(eng\): Audio: aac", said)
        assert re.search(r"Stream #0:1\S+: Data: bin_data \(text", said), "QuickTime's"

    def test_of_an_m4a_stand_before_the_sound(self, toned: Made) -> None:
        content = toned.files["m4a"].read_bytes()
        assert content[4:8] == b"ftyp"
        assert 0 < content.index(b"moov") < content.index(b"mdat")

    def test_of_an_opus_are_vorbis_comments(self, toned: Made) -> None:
        opus: Any = OggOpus(toned.files["opus"])
        flac: Any = FLAC(toned.files["flac"])
        alike = {name.upper() for name, _ in opus.tags} - {"METADATA_BLOCK_PICTURE", "ENCODER"}
        assert {"TITLE", "CHAPTER001", "CHAPTER001NAME", "LYRICS", "TIMELINE", "LANGUAGE"} <= alike
        assert {name: opus[name] for name in alike} == {name: flac[name] for name in alike}

    def test_of_a_script_without_sections(self, studio: Studio, tmp_path: Path) -> None:
        track = studio.compose(script("One two three. [pause 500ms]"))
        for ending, path in made(track, tmp_path).files.items():
            assert read_timeline(path).timeline.chapters == track.timeline.chapters
            assert len(listen(path)) == track.timeline.duration_ms * FRAMES, ending


def pictures_of(path: Path) -> list[tuple[str, bytes]]:
    """The pictures in a track: their kinds and bytes."""
    match path.suffix:
        case ".mp3" | ".wav":
            tags: Any = ID3(path) if path.suffix == ".mp3" else WAVE(path).tags
            return [(frame.mime, frame.data) for frame in tags.getall("APIC")]
        case ".m4a":
            atoms: Any = MP4(path)
            kinds = {MP4Cover.FORMAT_PNG: PNG, MP4Cover.FORMAT_JPEG: JPEG}
            return [(kinds[picture.imageformat], bytes(picture)) for picture in atoms["covr"]]
        case ".opus":
            comments: Any = OggOpus(path)
            pictures = [Picture(base64.b64decode(text)) for text in comments["METADATA_BLOCK_PICTURE"]]
        case _:
            pictures = FLAC(path).pictures
    assert all(picture.type == 3 for picture in pictures), "the front"
    return [(picture.mime, picture.data) for picture in pictures]


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


def clock_ms(hours: str, minutes: str, seconds: str, milliseconds: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1_000 + int(milliseconds)


CUE = r"(\d+)\n(\d\d):(\d\d):(\d\d)\{mark}(\d{{3}}) --> (\d\d):(\d\d):(\d\d)\{mark}(\d{{3}})\n(.+)\n"


def cues_in(text: str, mark: str) -> list[tuple[int, int, str]]:
    """Start, end and text of every cue, numbered from 1; nothing else but empty lines stands between them."""
    found = re.findall(CUE.format(mark=mark), text)
    assert [int(cue[0]) for cue in found] == list(range(1, len(found) + 1))
    assert not re.sub(CUE.format(mark=mark), "", text).strip()
    return [(clock_ms(*cue[1:5]), clock_ms(*cue[5:9]), cue[9]) for cue in found]


@pytest.fixture(scope="module")
def expected(toned: Made) -> list[tuple[int, int, str]]:
    """Start, end and text of every sentence."""
    return [(cue.start_ms, cue.end_ms, cue.text) for cue in toned.track.timeline.speech]


class TestTranscript:
    def test_as_vtt(self, toned: Made, expected: list[tuple[int, int, str]]) -> None:
        text = TRANSCRIPTS["vtt"](toned.track.metadata)
        head, note, body = text.split("\n\n", 2)
        assert head == "WEBVTT"
        assert note == "NOTE\nA &amp; B – 静\nLanguage: en"
        found = cues_in(body, ".")
        assert not any(sign in text for *_, text in found for sign in ("<", "-->"))
        assert [(start, end, html.unescape(text)) for start, end, text in found] == expected

    def test_as_srt(self, toned: Made, expected: list[tuple[int, int, str]]) -> None:
        assert cues_in(TRANSCRIPTS["srt"](toned.track.metadata), ",") == expected

    @pytest.mark.parametrize("form", ["srt", "vtt"])
    def test_is_read_by_ffmpeg(self, toned: Made, tmp_path: Path, form: str) -> None:
        path = tmp_path / f"a.{form}"
        path.write_text(TRANSCRIPTS[form](toned.track.metadata), encoding="utf-8")
        run_ffmpeg("-i", path, tmp_path / "again.srt")
        found = cues_in((tmp_path / "again.srt").read_text(encoding="utf-8"), ",")
        assert [(start, end) for start, end, _ in found] == [
            (cue.start_ms, cue.end_ms) for cue in toned.track.timeline.speech
        ]

    def test_as_lrc(self, toned: Made, expected: list[tuple[int, int, str]]) -> None:
        text = TRANSCRIPTS["lrc"](toned.track.metadata)
        seconds = toned.timeline["length_ms"] // 1_000
        assert text.splitlines()[:4] == [
            "[ti:A & B – 静]", "[ar:José Ágústsdóttir]", "[al:Café Übung]",
            f"[length:{seconds // 60:02d}:{seconds % 60:02d}]",
        ]  # fmt: skip
        found = re.findall(r"^\[(\d+):(\d\d)\.(\d\d)\]([^\[\]\n]*)$", text, re.M)
        assert len(found) == len(text.splitlines()) - 4
        moments = [
            (clock_ms("", minutes, seconds, hundredths + "0"), line) for minutes, seconds, hundredths, line in found
        ]
        assert moments == sorted(moments)
        assert [line for _, line in moments][::2] == [text.translate(ROUND) for *_, text in expected]
        assert {line for _, line in moments[1::2]} == {""}
        told = [(start, end) for (start, _), (end, _) in zip(moments[::2], moments[1::2], strict=True)]
        assert np.abs(np.array(told) - [(start, end) for start, end, _ in expected]).max() <= 5

    def test_as_lrc_of_hours(self, toned: Made) -> None:
        """Minutes go on beyond an hour, and a second that rounds up is a second."""
        first = toned.track.timeline.speech[0]
        late = replace(first, start_ms=2 * HOUR + 59_996, end_ms=2 * HOUR + 62_000)
        timeline = replace(toned.track.timeline, cues=(late,), duration_ms=3 * HOUR)
        text = TRANSCRIPTS["lrc"](replace(toned.track.metadata, timeline=timeline))
        assert "[length:180:00]" in text
        assert text.endswith(f"[121:00.00]{first.text}\n[121:02.00]\n")

    def test_as_text(self, toned: Made) -> None:
        assert (
            TRANSCRIPTS["txt"](toned.track.metadata)
            == "\n\n".join("\n".join(part) for part in (SENTENCES[:3], SENTENCES[3:6], SENTENCES[6:])) + "\n"
        )

    @pytest.mark.parametrize("form", TRANSCRIPTS)
    def test_of_a_track_without_words(self, studio: Studio, form: str) -> None:
        track = studio.compose(script("[bell chime] [pause 2s]"))
        assert TRANSCRIPTS[form](track.metadata).endswith("\n")

    def test_can_be_chosen(self) -> None:
        option = next(each for each in render.params if each.name == "transcripts")
        assert isinstance(option.type, click.Choice)
        assert list(option.type.choices) == list(TRANSCRIPTS)


ROUND = str.maketrans("[]", "()")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text(script("One two three. [pause 500ms]\n\nFour five. [pause 500ms]"), encoding="utf-8")
    return tmp_path


def left_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"home", "cache"}


class TestRender:
    @pytest.mark.parametrize("ending", ["m4a", "OPUS"])
    def test_writes_a_track_that_passes_its_proof(self, folder: Path, ending: str) -> None:
        run = run_metta("render", "a.md", "-o", f"b.{ending}", "--voice", "tones", folder=folder)
        assert (run.returncode, run.stderr) == (0, "")
        assert left_in(folder) == {"a.md", f"b.{ending}"}
        assert run_metta("verify", f"b.{ending}", folder=folder).returncode == 0

    def test_writes_everything_that_is_asked(self, folder: Path, photograph: Path) -> None:
        wanted = [word for form in TRANSCRIPTS for word in ("--transcript", form)]
        options = ["--quality", "64k", "--cover", str(photograph), "--timeline", "b.json", "--voice", "tones"]
        run = run_metta("render", "a.md", "-o", "b.c.m4a", *wanted, *options, folder=folder)
        assert (run.returncode, run.stderr) == (0, "")
        assert left_in(folder) == {"a.md", "b.json", "b.c.m4a", *(f"b.c.{form}" for form in TRANSCRIPTS)}
        assert pictures_of(folder / "b.c.m4a") == [(JPEG, photograph.read_bytes())]
        cues = json.loads((folder / "b.json").read_text(encoding="utf-8"))["cues"]
        said = [(cue["start_ms"], cue["end_ms"], cue["text"]) for cue in cues if cue["kind"] == "speech"]
        assert cues_in((folder / "b.c.srt").read_text(encoding="utf-8"), ",") == said

    def test_leaves_everything_as_it_was_where_it_fails(self, folder: Path) -> None:
        (folder / "b.srt").write_text("what was there", encoding="utf-8")
        (folder / "b.vtt").mkdir()
        run = run_metta("render", "a.md", "-o", "b.mp3", "--transcript", "srt", "--transcript", "vtt", folder=folder)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(r"error: b\.vtt: this is a folder; .+\n", run.stderr)
        assert (folder / "b.srt").read_text(encoding="utf-8") == "what was there"
        assert left_in(folder) == {"a.md", "b.srt", "b.vtt"}

    def test_never_writes_over_the_script(self, folder: Path) -> None:
        (folder / "a.md").rename(folder / "a.txt")
        before = (folder / "a.txt").read_bytes()
        run = run_metta("render", "a.txt", "-o", "a.mp3", "--transcript", "txt", folder=folder)
        assert run.returncode == 2
        assert run.stderr.endswith("'a.txt' is the script itself\n")
        assert (folder / "a.txt").read_bytes() == before


FULL_DISK = """
import resource, sys
from pathlib import Path
from helpers.sound import Studio, script
from synth.content_cache import Cache
from synth.errors import StorageError
from synth.formats.track_file import write_track

folder = Path(sys.argv[1])
track = Studio(folder, Cache(folder / "cache")).compose(script("One two three. [pause 5s] [bell chime]"))
track.metadata.picture
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
for ending in sys.argv[2:]:
    try:
        write_track(folder / f"a.{ending}", track.metadata, track.mix.blocks())
    except StorageError as error:
        print(error)
"""


def cut_off(path: Path, info: TrackMetadata, happens: Callable[[], None]) -> None:
    """Writes a track to which something happens after its first second."""

    def blocks() -> Iterator[AudioSegment]:
        yield silence(1_000)
        happens()
        for _ in range(20):
            yield silence(1_000)

    write_track(path, info, blocks())


@pytest.fixture
def encoders(monkeypatch: pytest.MonkeyPatch) -> list["subprocess.Popen[bytes]"]:
    """Every process that is started."""
    started = []
    start = subprocess.Popen

    def starting(*arguments: Any, **more: Any) -> "subprocess.Popen[bytes]":
        started.append(start(*arguments, **more))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", starting)
    return started


class TestMachine:
    @pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")
    def test_that_has_no_room_is_told_and_nothing_is_left(self, tmp_path: Path) -> None:
        """No file may be longer than 30 kB here, a track's cover alone is."""
        command = [sys.executable, "-c", FULL_DISK, str(tmp_path), *ENDINGS]
        run = subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, text=True, check=False)
        assert run.stderr == ""
        told = run.stdout.splitlines()
        assert len(told) == len(ENDINGS)
        for line, ending in zip(told, ENDINGS, strict=True):
            fault = "the sound can't be encoded" if ending == "mp3" else rf"a\.{ending}: can't be written"
            assert re.search(rf"{fault} \(.+\); is there room (on the disk|for temporary files)\?", line)
        assert left_in(tmp_path) == set()

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_whose_encoder_is_killed_is_told_and_nothing_is_left(
        self, toned: Made, tmp_path: Path, ending: str, encoders: list["subprocess.Popen[bytes]"]
    ) -> None:
        path = tmp_path / f"a.{ending}"
        path.write_bytes(b"what was there")
        told = "the sound can't be encoded" if ending == "mp3" else rf"a\.{ending}: can't be written"
        with pytest.raises(StorageError, match=rf"{told} \(.+\); is there room"):
            cut_off(path, toned.track.metadata, lambda: encoders[-1].kill())
        assert path.read_bytes() == b"what was there"
        assert left_in(tmp_path) == {path.name}

    @pytest.mark.parametrize("ending", ENDINGS)
    def test_that_is_interrupted_leaves_nothing(self, toned: Made, tmp_path: Path, ending: str) -> None:
        def interrupt() -> None:
            assert len(left_in(tmp_path)) == 1
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            cut_off(tmp_path / f"a.{ending}", toned.track.metadata, interrupt)
        assert left_in(tmp_path) == set()

    @pytest.mark.parametrize("ending", ENDINGS)
    @pytest.mark.parametrize("place", ["there", "folder"])
    def test_is_told_where_a_track_cannot_be(self, toned: Made, tmp_path: Path, ending: str, place: str) -> None:
        (tmp_path / f"folder.{ending}").mkdir()
        path = tmp_path / "there" / f"a.{ending}" if place == "there" else tmp_path / f"folder.{ending}"
        with pytest.raises(RequestError, match=r"the folder .* isn't there|this is a folder"):
            write_track(path, toned.track.metadata, [])

    def test_has_no_room_in_a_wav_for_a_night(self, toned: Made, tmp_path: Path) -> None:
        night = replace(toned.track.metadata, timeline=replace(toned.track.timeline, duration_ms=8 * HOUR))
        with pytest.raises(RequestError, match=r"a\.wav: a \.wav holds 4h at most, and this is 8h; a \.flac"):
            write_track(tmp_path / "a.wav", night, [])
        check_track(tmp_path / "a.flac", night)

    def test_has_room_in_a_wav_for_four_hours(self) -> None:
        most = FORMATS[".wav"].max_ms
        assert most
        assert most * FRAMES * 2 * 3 < 2**32 - 100_000_000

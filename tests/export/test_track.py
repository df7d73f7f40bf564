"""An MP3 made in chunks: the same bytes however many make it, and nothing encoded that was encoded before."""

from pathlib import Path

import numpy as np
import pytest
from helpers.sound import Studio, heard, script

from synth.content_cache import Cache
from synth.errors import StorageError
from synth.export.track import export
from synth.formats.mp3_frames import CHUNK_MS, Chunk, ChunkRange, chunk_count
from synth.formats.track_file import read_timeline
from synth.pipeline import Track
from synth.verify.checks import prove

SITTING = (
    "[bell chime] One may sit here. [pause 9s]\n\nTwo of us may sit. [pause 12s] [bell chime]\n\n"
    "[bed rain over 4s] Three, under the rain. [pause 20s]\n\nFour, and that is all. [pause 8s]"
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("export")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def track(studio: Studio) -> Track:
    return studio.compose(script(SITTING, ["bed: {sound: drone}"]))


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The chunks that are really encoded, as they are."""
    numbers: list[int] = []
    encode = ChunkRange.encode

    def noted(self: ChunkRange, *arguments: object) -> list[Chunk]:
        numbers.extend(range(self.first, self.end))
        return encode(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ChunkRange, "encode", noted)
    return numbers


def exported(track: Track, path: Path, cache: Path, cores: int = 2, quality: str | None = None) -> bytes:
    export(track.mix, path, track.metadata, Cache(cache), cores=cores, quality=quality)
    return path.read_bytes()


def test_one_core_or_eight_make_the_same_bytes(track: Track, tmp_path: Path) -> None:
    made = {exported(track, tmp_path / f"{cores}.mp3", tmp_path / str(cores), cores) for cores in (1, 2, 3, 8)}
    assert len(made) == 1


def test_the_size_of_a_stretch_changes_no_byte(track: Track, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported(track, tmp_path / "a.mp3", tmp_path / "a", 1)
    monkeypatch.setattr("synth.export.track.MAX_RANGE_CHUNKS", 1)
    assert exported(track, tmp_path / "b.mp3", tmp_path / "b") == whole


def test_what_is_known_is_neither_mixed_nor_encoded_again(
    track: Track, tmp_path: Path, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = exported(track, tmp_path / "a.mp3", tmp_path / "cache")
    assert sorted(encoded) == list(range(chunk_count(track.timeline.duration_ms)))
    encoded.clear()
    monkeypatch.setattr(type(track.mix), "blocks", None)
    assert exported(track, tmp_path / "b.mp3", tmp_path / "cache") == first
    assert encoded == []


def test_a_changed_sentence_is_encoded_and_the_rest_taken_as_it_was(
    studio: Studio, track: Track, tmp_path: Path, encoded: list[int]
) -> None:
    exported(track, tmp_path / "a.mp3", tmp_path / "cache")
    changed = studio.compose(script(SITTING.replace("Four, and", "Done! And"), ["bed: {sound: drone}"]))
    assert changed.timeline.duration_ms == track.timeline.duration_ms, "tones are as long as letters"
    was, now = (t.timeline.speech[-1] for t in (track, changed))
    assert (was.start_ms, was.end_ms) == (now.start_ms, now.end_ms)
    encoded.clear()
    patched = exported(changed, tmp_path / "b.mp3", tmp_path / "cache")
    first, last = now.start_ms // CHUNK_MS, now.end_ms // CHUNK_MS + 1
    assert {first, last - 1} <= set(encoded) <= set(range(first, last + 1)), "one more, for what LAME remembers"
    assert patched == exported(changed, tmp_path / "c.mp3", tmp_path / "another")


def test_over_an_earlier_track_only_what_changed_is_encoded(studio: Studio, tmp_path: Path, encoded: list[int]) -> None:
    """One word more: the next elastic pause takes it up, and nothing behind it moves, nor grows louder or softer."""
    body = " ".join(f"Sentence number {number} is said. [pause 12s..]" for number in range(10, 30))
    header = ["bed: {sound: drone}", "length: 6m"]
    first = studio.compose(script(body, header))
    exported(first, tmp_path / "a.mp3", tmp_path / "cache")
    encoded.clear()
    earlier = read_timeline(tmp_path / "a.mp3")
    again = studio.compose(script(body.replace("number 15 is", "number fifteen is"), header), earlier=earlier)
    exported(again, tmp_path / "a.mp3", tmp_path / "cache")
    assert again.timeline.duration_ms == first.timeline.duration_ms
    assert len(encoded) <= 4
    assert again.levels == first.levels
    assert {n * CHUNK_MS // 10_000 for n in encoded} <= {
        again.timeline.speech[5].start_ms // 10_000, again.timeline.speech[5].start_ms // 10_000 + 1
    }  # fmt: skip


NAMED = script(
    "One may sit here. [pause 9s..]\n\nDear {name}. [pause 12s..]\n\nTwo, {name}. [pause 2s..] Three. [pause 30s]",
    ["bed: {sound: drone}", "slots: {name: {}}", "length: 66s"],
)


def test_of_a_track_with_another_name_only_the_name_is_encoded(
    studio: Studio, tmp_path: Path, encoded: list[int]
) -> None:
    ana = studio.compose(NAMED, slots={"name": "Ana"})
    exported(ana, tmp_path / "a.mp3", tmp_path / "cache")
    eva = studio.compose(NAMED, slots={"name": "Eva"}, earlier=read_timeline(tmp_path / "a.mp3"))
    encoded.clear()
    made = exported(eva, tmp_path / "b.mp3", tmp_path / "cache")
    assert sorted(encoded) == sorted(
        {n for start, end in eva.mix.personal for n in range(start // CHUNK_MS, -(-end // CHUNK_MS))}
    )
    assert made == exported(eva, tmp_path / "c.mp3", tmp_path / "another", 1)


def test_personal_sentences_that_meet_are_encoded_as_one(studio: Studio, tmp_path: Path) -> None:
    text = NAMED.replace("[pause 12s]\n\nTwo", "[pause 300ms]\n\nTwo")
    made = {
        exported(studio.compose(text, slots={"name": "Ana"}), tmp_path / f"{cores}.mp3", tmp_path / str(cores), cores)
        for cores in (1, 2, 3)
    }
    assert len(made) == 1


@pytest.mark.parametrize("quality", ["V0", "V9", "128k"])
def test_every_quality_is_kept_apart(track: Track, tmp_path: Path, quality: str) -> None:
    usual = exported(track, tmp_path / "a.mp3", tmp_path / "cache")
    other = exported(track, tmp_path / "b.mp3", tmp_path / "cache", quality=quality.lower())
    assert other != usual
    assert other == exported(track, tmp_path / "c.mp3", tmp_path / "another", quality=quality)


def test_a_damaged_chunk_is_made_again(track: Track, tmp_path: Path, encoded: list[int]) -> None:
    first = exported(track, tmp_path / "a.mp3", tmp_path / "cache")
    kept = sorted((tmp_path / "cache" / "mp3").glob("??/*"))
    kept[3].write_bytes(kept[3].read_bytes()[:-40])
    kept[7].unlink()
    encoded.clear()
    assert exported(track, tmp_path / "b.mp3", tmp_path / "cache") == first
    assert len(encoded) == 2


def test_an_encoder_that_fails_leaves_nothing(track: Track, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: ChunkRange, *arguments: object) -> list[Chunk]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ChunkRange, "encode", fails)
    with pytest.raises(StorageError, match=r"a\.mp3: can't be written \(.*No space left"):
        exported(track, tmp_path / "a.mp3", tmp_path / "cache")
    assert not (tmp_path / "a.mp3").exists()
    assert not list(tmp_path.glob(".metta-*"))


def test_it_passes_its_proof(studio: Studio, track: Track, tmp_path: Path) -> None:
    exported(track, tmp_path / "a.mp3", tmp_path / "cache")
    assert prove(tmp_path / "a.mp3", studio.cache, studio.sounds).reasons == ()


class TestContents:
    """Equal contents mean equal samples; what is heard differently is told apart."""

    @pytest.mark.parametrize("start_ms", [0, 4_800, 24_000, 36_000])
    def test_tell_of_every_sound_that_is_heard(self, studio: Studio, track: Track, start_ms: int) -> None:
        end_ms = start_ms + 4_800
        other = studio.compose(script(SITTING.replace("rain", "brown"), ["bed: {sound: drone}"]))
        same = track.mix.contents(start_ms, end_ms) == other.mix.contents(start_ms, end_ms)
        one, two = (heard(t)[start_ms * 48 : end_ms * 48] for t in (track, other))
        assert same == np.array_equal(one, two)

    def test_are_the_same_wherever_the_same_is_heard(self, studio: Studio) -> None:
        made = studio.compose(script("One. [pause 20s] Two. [pause 20s] One. [pause 20s]"))
        first, second, third = (cue.start_ms for cue in made.timeline.speech)
        contents = [made.mix.contents(start - 500, start + 3_000) for start in (first + 500, second, third)]
        assert contents[0] != contents[1]
        assert made.mix.contents(second + 5_000, second + 9_000) == made.mix.contents(third + 5_000, third + 9_000)

    def test_know_the_phase_of_a_bed(self, studio: Studio) -> None:
        made = studio.compose(script("[pause 200s]", ["bed: {sound: drone}"]))
        period_ms = studio.sounds.bed("drone").length_ms
        at = made.mix.contents(20_000, 24_800)
        assert at != made.mix.contents(22_400, 27_200)
        assert at == made.mix.contents(20_000 + period_ms, 24_800 + period_ms)

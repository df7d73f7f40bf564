"""The bells and beds that ship: what the catalogue says of them is so, how they are made, how one learns of them."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from helpers.sound import FRAMES, decibels, ebur128, run_metta, shipped_sound

from synth.audio.ffmpeg import decode
from synth.audio.pcm import FRAME_BYTES, from_raw
from synth.content_cache import Cache
from synth.paths import shipped_folder
from synth.sounds.catalogue import SoundInfo, catalogue
from synth.sounds.collection import Sounds

FOLDER = shipped_folder("audio_assets")
BELLS = ("bowl", "temple-bell", "chime", "bell", "gong", "block")
BEDS = ("drone", "tanpura", "pad", "rain", "ocean", "wind", "crickets", "brown", "pink", "stream")
MAX_BYTES = 12_000_000


class TestCatalogue:
    def test_has_what_the_scripts_may_count_on(self) -> None:
        kinds = {name: info.kind for name, info in catalogue().items()}
        assert [name for name in BELLS if kinds.get(name) != "bell"] == []
        assert [name for name in BEDS if kinds.get(name) != "bed"] == []

    def test_its_lengths_are_those_of_the_files(self) -> None:
        for name, info in catalogue().items():
            assert info.length == len(shipped_sound(name)) / FRAMES, name

    @pytest.mark.parametrize("name", [*BELLS, *BEDS])
    def test_its_figures_are_those_of_the_files(self, name: str) -> None:
        figures = catalogue()[name].figures
        loudness, peak = ebur128(FOLDER / catalogue()[name].file)
        assert (figures.loudness_lufs, figures.true_peak_dbtp) == (loudness, peak)
        sound = shipped_sound(name)
        weaker = decibels(float(np.sqrt(np.square(sound).mean() / np.square(sound.mean(axis=1)).mean())))
        assert figures.mono_loss_db == pytest.approx(weaker, abs=0.02)

    def test_tells_of_each_kind_what_makes_it_itself(self) -> None:
        for name, info in catalogue().items():
            assert (info.figures.partials is not None) == (info.kind == "bell"), name
            assert (info.figures.slope_db_per_octave is not None) == (info.kind == "bed"), name
            assert (info.figures.loudness_range_lu is not None) == (info.kind == "bed" and not info.waves), name
        assert [name for name, info in catalogue().items() if info.figures.root_hz] == ["drone", "tanpura", "pad"]

    def test_only_bells_ring_and_none_rings_longer_than_it_sounds(self) -> None:
        for name, info in catalogue().items():
            if info.kind == "bed":
                assert info.ring is None, name
            else:
                assert info.ring is not None
                assert info.ring <= max(1_000, info.length), name

    def test_every_file_is_in_it_and_may_be_given_on(self) -> None:
        known = {info.file for info in catalogue().values()}
        there = {path.name for path in FOLDER.iterdir() if path.suffix in {".flac", ".opus", ".wav", ".mp3", ".ogg"}}
        assert known == there
        assert {info.licence for info in catalogue().values()} == {"CC0-1.0"}

    @pytest.mark.parametrize("name", [*BELLS, *BEDS])
    def test_says_what_one_will_hear_and_how_it_was_made(self, name: str) -> None:
        info: SoundInfo = catalogue()[name]
        assert len(info.about.split()) >= 6
        assert len(info.made.split()) >= 6

    def test_all_of_it_is_small(self) -> None:
        assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < MAX_BYTES


class TestGenerator:
    def test_makes_the_same_sound_again(self, tmp_path: Path) -> None:
        again = tmp_path / "audio_assets"
        shutil.copytree(FOLDER, again)
        (again / "block.flac").unlink()
        entries = yaml.safe_load((FOLDER / "catalogue.yaml").read_text("utf-8"))
        del entries["block"]
        (again / "catalogue.yaml").write_text(yaml.safe_dump(entries, sort_keys=False), encoding="utf-8")
        subprocess.run([sys.executable, again / "generate.py", "block"], check=True, capture_output=True)
        assert {path.name for path in again.iterdir()} == {path.name for path in FOLDER.iterdir() if path.is_file()}
        kept, made = (from_raw(b"".join(decode(folder / "block.flac"))) for folder in (FOLDER, again))
        assert made.shape == kept.shape
        assert np.abs(made - kept).max() <= 1.001 / 32_768
        assert (again / "catalogue.yaml").read_text("utf-8") == (FOLDER / "catalogue.yaml").read_text("utf-8")

    def test_knows_no_other_sounds(self, tmp_path: Path) -> None:
        copy = shutil.copy(FOLDER / "generate.py", tmp_path)
        run = subprocess.run([sys.executable, copy, "blok"], capture_output=True, text=True, check=False)
        assert run.returncode == 2
        assert "no such sound: blok" in run.stderr
        assert not (tmp_path / "catalogue.yaml").exists()

    def test_makes_no_catalogue_with_a_gap_in_it(self, tmp_path: Path) -> None:
        copy = shutil.copy(FOLDER / "generate.py", tmp_path)
        run = subprocess.run([sys.executable, copy, "block"], capture_output=True, text=True, check=False)
        assert run.returncode == 2
        assert "make them first: bowl, temple-bell" in run.stderr
        assert {path.name for path in tmp_path.iterdir()} == {"generate.py"}


@pytest.fixture(scope="module")
def previewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which all sounds were previewed; its user's cache holds them now."""
    folder = tmp_path_factory.mktemp("previewed")
    (folder / "to hear").mkdir()
    run = run_metta("sounds", "--preview", "to hear", folder=folder)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines() == [str(Path("to hear") / f"{name}.mp3") for name in catalogue()]
    return folder


class TestCommand:
    def test_json_tells_the_figures_of_every_sound(self, tmp_path: Path) -> None:
        told = {row["name"]: row for row in json.loads(run_metta("sounds", "--json", folder=tmp_path).stdout)}
        assert list(told) == list(catalogue())
        for name, info in catalogue().items():
            assert told[name]["figures"] == info.figures.model_dump(exclude_none=True, mode="json")
        assert {"hz": 196.0, "level_db": 0.0, "t60_s": 20.5, "beat_hz": 0.42} in told["bowl"]["figures"]["partials"]
        assert told["brown"]["figures"]["slope_db_per_octave"] == pytest.approx(-6, abs=0.3)

    def test_preview_writes_ten_seconds_of_each_as_loud_as_the_others(self, previewed: Path) -> None:
        assert {path.name for path in (previewed / "to hear").iterdir()} == {f"{name}.mp3" for name in catalogue()}
        levels = {}
        for name, info in catalogue().items():
            path = previewed / "to hear" / f"{name}.mp3"
            heard = from_raw(b"".join(decode(path)))
            assert len(heard) == 10_000 * FRAMES, name
            assert decibels(np.abs(heard[-10 * FRAMES :]).max()) < -50, f"{name} fades out"
            if info.kind == "bed":
                assert decibels(np.abs(heard[: 10 * FRAMES]).max()) < -50, f"{name} fades in"
            levels[name], peak = ebur128(path)
            assert peak < -0.5, name
        assert max(levels.values()) - min(levels.values()) < 6, levels

    def test_preview_of_one_is_one_file(self, tmp_path: Path) -> None:
        run = run_metta("sounds", "chime", "--preview", ".", folder=tmp_path)
        assert (run.returncode, run.stdout, run.stderr) == (0, "chime.mp3\n", "")
        assert [path.name for path in tmp_path.glob("*.*")] == ["chime.mp3"]

    def test_preview_into_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        run = run_metta("sounds", "--preview", "gone", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert re.fullmatch(r"error: gone.*: the folder gone isn't there; .+\n", run.stderr)

    @pytest.mark.parametrize("words", ["--play --preview .", "--preview . --json"])
    def test_one_way_to_learn_of_sounds_at_a_time(self, words: str, tmp_path: Path) -> None:
        run = run_metta("sounds", "chime", *words.split(), folder=tmp_path)
        assert (run.returncode, run.stdout) == (2, "")
        assert "choose one" in run.stderr


@pytest.mark.parametrize("name", BEDS)
def test_a_bed_goes_on_for_ever(previewed: Path, name: str) -> None:
    """Where it begins again, it changes no more from one moment to the next than it does anywhere."""
    bed = Sounds(Cache(previewed / "home" / "cache" / "metta-synth"), []).bed(name)
    around = bed.stretch(bed.entry.body_bytes // FRAME_BYTES - 12 * 48_000, 24 * 48_000)
    seam = len(around) // 2
    sharp = np.abs(np.diff(around, n=8, axis=0))  # a click holds the highest tones, of which a bed has little
    assert sharp[seam - 10 : seam + 2].max() <= sharp[: seam - 100].max()
    size = 100 * FRAMES
    spectra = np.abs(np.fft.rfft(around.reshape(-1, size, 2) * np.hanning(size)[:, None], axis=1)) ** 2
    bands = np.add.reduceat(spectra.mean(axis=2), [5, 20, 80, 320], axis=1)
    changes = np.abs(np.diff(10 * np.log10(bands), axis=0))
    at_seam = len(changes) // 2
    elsewhere = np.delete(changes, at_seam, axis=0)
    assert np.all(changes[at_seam] <= np.percentile(elsewhere, 99.5, axis=0))
    halves = np.sqrt(np.square(around).reshape(-1, 24_000, 2).mean(axis=(1, 2)))
    crossing = halves[len(halves) // 2 - 1 : len(halves) // 2 + 9]
    assert halves.min() * 0.7 <= crossing.min()
    assert crossing.max() <= halves.max()
    assert decibels(halves.min()) > -60, "it has no hole"

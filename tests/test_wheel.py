"""What is installed from a wheel works by itself: the meditations, the sounds and the command are in it."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from helpers.sound import homely, run_ffmpeg, script

PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment with the wheel in it, and the wheel."""

    folder: Path
    wheel: Path

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin")

    def run(self, program: str, *arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in homely(folder).items() if not name.startswith("PYTHON")}
        return subprocess.run(
            [self.programs / program, *map(str, arguments)],
            cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment, which finds what it depends on where these tests do, but not this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(PROJECT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder / "venv")}))
    (packages / "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    installed = Installed(folder / "venv", wheel)
    python = installed.programs / "python"
    pip = [str(python), "-m", "pip", "install", "--no-index", "--no-deps", "--ignore-installed", "--quiet", str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    return installed


def test_it_is_not_the_checkout_that_is_tested(installed: Installed, tmp_path: Path) -> None:
    run = installed.run("python", "-c", "import synth; print(synth.__file__)", folder=tmp_path)
    assert Path(run.stdout.strip()).is_relative_to(installed.folder)


def test_it_holds_what_ships_and_nothing_else(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        names = set(wheel.namelist())
    for folder in ("meditations", "audio_assets"):
        for path in (PROJECT / folder).rglob("*"):
            if path.is_file() and path.suffix != ".pyc":
                assert f"synth/{path.relative_to(PROJECT)}" in names
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"synth"}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if "test" in name or "__pycache__" in name]


def test_it_lists_the_meditations(installed: Installed, tmp_path: Path) -> None:
    run = installed.run("metta", "list", "--json", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    shipped = sorted(path.stem for path in (PROJECT / "meditations").glob("*.md") if path.stem.islower())
    assert [row["name"] for row in json.loads(run.stdout)] == shipped


def test_it_renders_and_proves_a_script(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(script("[bell block] One two. [pause 1s]"), encoding="utf-8")
    run = installed.run("metta", "render", "a.md", "-o", "a.mp3", "--voice", "tones", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert "Audio: mp3" in run_ffmpeg("-i", tmp_path / "a.mp3", "-f", "null", "-")
    proof = installed.run("metta", "verify", "a.mp3", folder=tmp_path)
    assert (proof.returncode, proof.stderr) == (0, ""), proof.stdout


def test_it_speaks(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(script("May you be well. [pause 1s]"), encoding="utf-8")
    run = installed.run("metta", "render", "a.md", "-o", "a.wav", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert "-16.0 LUFS" in run.stdout


def test_it_renders_a_shipped_meditation(installed: Installed, tmp_path: Path) -> None:
    shown = installed.run("metta", "show", "waking", "--json", folder=tmp_path)
    least_s = json.loads(shown.stdout)["shortest_ms"] // 1_000 + 1
    run = installed.run(
        "metta", "render", "waking", "-o", "waking.mp3", "--voice", "tones", "--length", f"{least_s}s", folder=tmp_path
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "3 sections, -16.0 LUFS" in run.stdout

"""What ships with the project, and how a meditation is found: scripts, fragments, phrases, the catalogue of sounds."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import RootModel

from synth.checked import Checked, Duration, Text, did_you_mean, read_checked
from synth.errors import Place, Problem, RequestError, ScriptError
from synth.script import Document, Source, parse


def shipped(folder: str) -> Path:
    """A folder of the project's own things: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / folder
    return installed if installed.is_dir() else package.parent / folder


def meditation_names() -> tuple[str, ...]:
    """The shipped meditations, by name."""
    return tuple(sorted(p.stem for p in shipped("meditations").glob("*.md") if p.stem.islower()))


def find_script(name: str) -> Path:
    """The script of a shipped name or of a path. Raises RequestError where there is none."""
    if name in meditation_names():
        return shipped("meditations") / f"{name}.md"
    path = Path(name)
    if path.is_dir():
        raise RequestError(f"{name}: this is a folder; name a script in it")
    if path.exists():
        return path
    if path.suffix or "/" in name:
        raise RequestError(f"{name}: there is no such file")
    raise RequestError(
        f"{name}: there is no such meditation{did_you_mean(name, meditation_names()) or ';'} "
        "'metta list' shows those there are"
    )


def load_document(name: str) -> Document:
    """The document of a shipped name or a path. Raises RequestError or ScriptError."""
    path = find_script(name)
    folders = (shipped("meditations") / "fragments", path.parent / "fragments")
    fragments = {
        fragment.stem: _read(fragment, f"fragments/{fragment.name}")
        for folder in folders
        if folder.is_dir()
        for fragment in sorted(folder.glob("*.md"))
    }
    inside = path.parent == shipped("meditations")
    return parse(_read(path, f"meditations/{path.name}" if inside else name), fragments)


def _read(path: Path, known_as: str) -> Source:
    try:
        return Source(known_as, path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(Place(known_as, line, 1), "this is not UTF-8 text; save the file as UTF-8")
        raise ScriptError((problem,)) from None
    except OSError as error:
        raise RequestError(f"{known_as}: the file can't be read ({error.strerror})") from None


class SoundInfo(Checked):
    """A shipped sound: ``length`` of the file, ``ring``: how long one waits for a bell; milliseconds."""

    kind: Literal["bell", "bed"]
    file: Text
    length: Duration
    ring: Duration | None = None
    about: Text
    made: Text
    licence: Text


@dataclass(frozen=True, slots=True)
class Ring:
    """How long one waits for a bell's stroke, and how long it sounds in all."""

    ring_ms: int
    sound_ms: int


def shipped_ring(name: str) -> Ring | None:
    """The ring of a shipped sound; None where there is none of that name."""
    info = catalogue().get(name)
    return Ring(info.ring or info.length, info.length) if info else None


class _Catalogue(RootModel[dict[str, SoundInfo]]):
    pass


class _Phrases(RootModel[dict[str, dict[str, Text]]]):
    pass


@cache
def catalogue() -> dict[str, SoundInfo]:
    """The shipped sounds, by name, in the catalogue's order."""
    path = shipped("audio_assets") / "catalogue.yaml"
    return read_checked(_Catalogue, path.read_text(encoding="utf-8"), f"audio_assets/{path.name}").root


@cache
def phrases(language: str) -> dict[str, str]:
    """The shipped phrases of a language (its first part decides: ``en-gb`` is ``en``), by short name."""
    path = shipped("meditations") / "phrases.yaml"
    shelves = read_checked(_Phrases, path.read_text(encoding="utf-8"), f"meditations/{path.name}").root
    return shelves.get(language.split("-")[0], {})

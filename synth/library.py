"""What ships with the project, and how a meditation is found: scripts, fragments, phrases, the catalogue of sounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import Field, RootModel

from synth.checked import Checked, Duration, Text, did_you_mean, read_checked
from synth.errors import Place, Problem, RequestError, ScriptError
from synth.interchange import reader_of
from synth.script import Document, Source, parse

Phrase = str | Mapping[str, str | Mapping[str, str]]
"""A phrase with its person marked, or its forms by person, each again by pronoun where it must be."""


def shipped(folder: str) -> Path:
    """A folder of the project's own things: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent
    installed = package / folder
    return installed if installed.is_dir() else package.parent / folder


def settings(name: str) -> Path:
    """A file or folder of the user's own settings, be it there or not."""
    return Path(platformdirs.user_config_dir("metta-synth")) / name


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
    inside = path.parent == shipped("meditations")
    source = read_source(path, f"meditations/{path.name}" if inside else name)
    if read := reader_of(source):
        return read(source)
    return parse(source, fragments_for(path))


def fragments_for(script: Path) -> dict[str, Source]:
    """What a script may include, by name: the shipped fragments, and before them those of its own folder."""
    folders = (shipped("meditations") / "fragments", script.parent / "fragments")
    return {
        fragment.stem: read_source(fragment, f"fragments/{fragment.name}")
        for folder in folders
        if folder.is_dir()
        for fragment in sorted(folder.glob("*.md"))
    }


def read_source(path: Path, known_as: str) -> Source:
    """A file's text, as its writer knows the file. Raises RequestError where it can't be read, ScriptError."""
    try:
        return Source(known_as, path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(Place(known_as, line, 1), "this is not UTF-8 text; save the file as UTF-8")
        raise ScriptError((problem,)) from None
    except OSError as error:
        raise RequestError(f"{known_as}: the file can't be read ({error.strerror})") from None


class Partial(Checked):
    """A partial of a bell: its frequency, its level beside the others, its decay by 60 dB, its beat."""

    hz: float
    level_db: float
    t60_s: float
    beat_hz: float


class Figures(Checked):
    """What a shipped sound's file measures; a bell's partials and a bed's root are what it was made of.

    Loudness (BS.1770), true peak and loudness range (EBU Tech 3342) are those of EBU R 128; ``mono_loss_db``: how much
    weaker the mean of its channels is than they are (0 where they are alike, 3 where unrelated);
    ``slope_db_per_octave``: of a bed's power density between 125 Hz and 4 kHz. Single waves are measured as they stand
    in their file, one after another, and so have no loudness range that one would hear.
    """

    loudness_lufs: float
    true_peak_dbtp: float
    mono_loss_db: float
    partials: tuple[Partial, ...] | None = None
    loudness_range_lu: float | None = None
    slope_db_per_octave: float | None = None
    root_hz: float | None = None


class SoundInfo(Checked):
    """A shipped sound: ``length`` of the file, ``ring``: how long one waits for a bell; milliseconds.

    The file of some beds holds single ``waves``, so many and equally long, to be laid over each other.
    """

    kind: Literal["bell", "bed"]
    file: Text
    length: Duration
    ring: Duration | None = None
    waves: Annotated[int, Field(ge=4, multiple_of=2)] | None = None
    about: Text
    made: Text
    licence: Text
    figures: Figures


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


class _Phrases(RootModel[dict[str, dict[str, Text | dict[str, Text | dict[str, Text]]]]]):
    pass


@cache
def catalogue() -> dict[str, SoundInfo]:
    """The shipped sounds, by name, in the catalogue's order."""
    path = shipped("audio_assets") / "catalogue.yaml"
    return read_checked(_Catalogue, path.read_text(encoding="utf-8"), f"audio_assets/{path.name}").root


@cache
def phrases(language: str) -> Mapping[str, Phrase]:
    """The shipped phrases of a language (its first part decides: ``en-gb`` is ``en``), by short name."""
    path = shipped("meditations") / "phrases.yaml"
    shelves = read_checked(_Phrases, path.read_text(encoding="utf-8"), f"meditations/{path.name}").root
    return shelves.get(language.split("-")[0], {})


class _Lexicon(RootModel[dict[str, dict[Text, Text]]]):
    pass


@cache
def _shipped_lexicon() -> Mapping[str, Mapping[str, str]]:
    path = shipped("meditations") / "lexicon.yaml"
    return read_checked(_Lexicon, path.read_text(encoding="utf-8"), f"meditations/{path.name}").root


def lexicon(language: str) -> Mapping[str, str]:
    """How words of a language are spelled for the voice: the shipped ones, then the user's own.

    Raises ScriptError where the user's file has faults, RequestError where it can't be read.
    """
    path = settings("lexicon.yaml")
    own = read_checked(_Lexicon, read_source(path, str(path)).text, str(path)).root if path.exists() else {}
    shelf = language.split("-")[0]
    return {**_shipped_lexicon().get(shelf, {}), **own.get(shelf, {})}

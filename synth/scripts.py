"""What ships with the project, and how a meditation is found: scripts, fragments, phrases, the catalogue of sounds."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from pydantic import RootModel

from synth.errors import RequestError
from synth.files import read_source
from synth.paths import config_path, shipped_folder
from synth.personalise.phrases import Phrase
from synth.personalise.say_as import SayAsText
from synth.script.document import Document
from synth.script.importers import reader_of
from synth.script.parse import parse
from synth.source import Source
from synth.wording import did_you_mean
from synth.yaml_source import Text, read_yaml


def meditation_names() -> tuple[str, ...]:
    """The shipped meditations, by name."""
    return tuple(sorted(p.stem for p in shipped_folder("meditations").glob("*.md") if p.stem.islower()))


def find_script(name: str) -> Path:
    """The script of a shipped name or of a path. Raises RequestError where there is none."""
    if name in meditation_names():
        return shipped_folder("meditations") / f"{name}.md"
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
    inside = path.parent == shipped_folder("meditations")
    source = read_source(path, f"meditations/{path.name}" if inside else name)
    if read := reader_of(source):
        return read(source)
    return parse(source, fragments_of(path.parent))


class _Fragments(Mapping[str, Source]):
    """Fragments by name, each read when a script includes it: what else lies beside a script is no fault of it."""

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = paths

    def __getitem__(self, name: str) -> Source:
        path = self._paths[name]
        source = read_source(path, f"fragments/{path.name}")
        return replace(source, language="en") if path.parent == _shipped_fragments() and "." not in name else source

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _shipped_fragments() -> Path:
    return shipped_folder("meditations") / "fragments"


def fragments_of(folder: Path) -> Mapping[str, Source]:
    """What a script in this folder may include, by name: the shipped fragments, and before them the folder's own.

    ``ground.es`` is the Spanish one. A shipped one without such an ending is English, the folder's own in any language.
    Getting one raises RequestError where its file can't be read, and ScriptError where it is not UTF-8.
    """
    folders = (_shipped_fragments(), folder / "fragments")
    return _Fragments(
        {fragment.stem: fragment for folder in folders if folder.is_dir() for fragment in sorted(folder.glob("*.md"))}
    )


class _Phrases(RootModel[dict[str, dict[str, Text | dict[str, Text | dict[str, Text]]]]]):
    pass


@cache
def phrases(language: str) -> Mapping[str, Phrase]:
    """The shipped phrases of a language (its first part decides: ``en-gb`` is ``en``), by short name."""
    path = shipped_folder("meditations") / "phrases.yaml"
    by_language = read_yaml(_Phrases, path.read_text(encoding="utf-8"), f"meditations/{path.name}").root
    return by_language.get(language.split("-")[0], {})


class _Lexicon(RootModel[dict[str, dict[Text, SayAsText]]]):
    pass


@cache
def _shipped_lexicon() -> Mapping[str, Mapping[str, str]]:
    path = shipped_folder("meditations") / "lexicon.yaml"
    return read_yaml(_Lexicon, path.read_text(encoding="utf-8"), f"meditations/{path.name}").root


def lexicon(language: str) -> Mapping[str, str]:
    """The say_as of words of a language: the shipped ones, then the user's own.

    Raises ScriptError where the user's file has faults, RequestError where it can't be read.
    """
    path = config_path("lexicon.yaml")
    own = read_yaml(_Lexicon, read_source(path, str(path)).text, str(path)).root if path.exists() else {}
    spoken = language.split("-")[0]
    return {**_shipped_lexicon().get(spoken, {}), **own.get(spoken, {})}

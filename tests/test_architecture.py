"""The house: imports run one way, the pure rooms open no file, one room alone prints, and tests stand as modules do."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import synth
from synth.script.limits import EffectName
from synth.speech.effects import EFFECTS

PACKAGE = Path(synth.__file__).parent
TESTS = Path(__file__).parent

LAYERS = (
    ("units", "source", "wording", "paths", "phonetics"),
    ("errors",),
    ("yaml_source", "files", "audio"),
    ("content_cache",),
    ("script",),
    ("personalise",),
    ("scripts",),
    ("profiles", "history", "timeline", "voices"),
    ("speech", "sounds"),
    ("mix",),
    ("formats", "outputs"),
    ("export",),
    ("pipeline", "verify"),
    ("live", "batch"),
    ("app",),
    ("cli",),
    ("__main__",),
)
"""Each part may import what stands above it here, and its own inside."""

RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}


def part_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports_of(file: Path) -> frozenset[str]:
    """Everything that a file imports, wherever in it: modules, and ``module.name`` for each name taken from one."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{file}: an import that says not where from"
            assert not node.level, f"{file}: an import that says not where from"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(found)


def imported_parts(file: Path) -> set[str]:
    return {name.split(".")[1] for name in imports_of(file) if name.startswith("synth.")} - {"__version__"}


def files_of(module: str) -> list[Path]:
    """The files that importing a module runs, its packages' among them; none where it isn't ours."""
    steps = module.split(".")
    places = [PACKAGE.parent.joinpath(*steps[:length]) for length in range(1, len(steps) + 1)]
    return [file for place in places for file in (place / "__init__.py", place.with_suffix(".py")) if file.is_file()]


FILES = [file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py"]


def test_every_part_has_its_place() -> None:
    assert {part_of(file) for file in FILES} == set(RANK)


def test_imports_run_one_way() -> None:
    back = [
        f"{file.relative_to(PACKAGE)} imports {part}"
        for file in FILES
        for part in imported_parts(file)
        if part != part_of(file) and RANK[part] >= RANK[part_of(file)]
    ]
    assert not back


OPENS_FILES = {
    "os", "io", "pathlib", "subprocess", "tempfile", "shutil", "platformdirs", "socket", "sqlite3", "glob", "fileinput",
    "mmap", "urllib", "http", "ssl", "asyncio", "multiprocessing", "importlib", "zipfile", "tarfile", "gzip",
}  # fmt: skip
PURE_PATHS = {"pathlib.PurePath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath"}


def opening(file: Path) -> set[str]:
    """What a file uses that opens files: modules, or ``open`` itself."""
    uses = {name for name in imports_of(file) if name.split(".")[0] in OPENS_FILES}
    if uses & PURE_PATHS:
        uses -= {"pathlib", *PURE_PATHS}
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return uses | {"open" for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "open"}


def ways_to(file: Path, way: tuple[Path, ...] = (), seen: set[Path] | None = None) -> Iterator[tuple[Path, ...]]:
    """The files that a file needs, itself among them: to each the first way that is found."""
    seen = set() if seen is None else seen
    if file in seen:
        return
    seen.add(file)
    yield (*way, file)
    for module in sorted(imports_of(file)):
        for needed in files_of(module):
            yield from ways_to(needed, (*way, file), seen)


def test_the_pure_rooms_open_no_file_nor_need_what_does() -> None:
    opened = [
        f"{' > '.join(str(step.relative_to(PACKAGE)) for step in way)} uses {', '.join(sorted(used))}"
        for file in FILES
        if part_of(file) in ("script", "personalise", "timeline")
        for way in ways_to(file)
        if (used := opening(way[-1]))
    ]
    assert not opened, "\n".join(opened)


def test_the_use_cases_know_neither_the_command_line_nor_the_web() -> None:
    known = [
        f"{file.relative_to(PACKAGE)} imports {name}"
        for file in FILES
        if part_of(file) == "app"
        for name in imports_of(file)
        if re.match(r"(click|synth\.cli|http|starlette|uvicorn)\b", name)
    ]
    assert not known


def test_the_effects_are_those_that_a_script_may_name_in_their_order() -> None:
    assert tuple(EFFECTS) == get_args(EffectName)


def twice(names: Iterable[str]) -> set[str]:
    """Names that stand more than once."""
    return {name for name, times in Counter(names).items() if times > 1}


def test_no_two_files_have_one_name() -> None:
    assert twice(file.name for file in PACKAGE.rglob("*.py")) <= {"__init__.py", "__main__.py"}
    assert twice(file.name for file in TESTS.rglob("*.py")) <= {"__init__.py", "__main__.py"}


def test_no_test_imports_a_test() -> None:
    tests = {file.stem for file in TESTS.rglob("test_*.py")}
    importing = [
        f"{file.relative_to(TESTS)} imports {name}"
        for file in TESTS.rglob("*.py")
        for name in imports_of(file)
        if tests & set(name.split("."))
    ]
    assert not importing


def test_tests_stand_in_the_rooms_of_what_they_test() -> None:
    folders = {file.parent.relative_to(TESTS) for file in TESTS.rglob("test_*.py")}
    strangers = {str(folder) for folder in folders if not (PACKAGE / folder).is_dir()}
    assert not strangers
    assert {path.name for path in TESTS.iterdir() if path.is_dir() and path.name != "__pycache__"} - {
        folder.parts[0] for folder in folders if folder.parts
    } == {"helpers", "bench", "golden"}


def test_only_the_command_line_prints_prompts_or_exits() -> None:
    speaking = [
        f"{file.relative_to(PACKAGE)}:{node.lineno}"
        for file in FILES
        if part_of(file) not in ("cli", "__main__")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id in ("print", "input"))
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in ("sys.exit", "os._exit"))
        or (isinstance(node, ast.Import | ast.ImportFrom) and re.search(r"\bclick\b", ast.unparse(node)))
    ]
    assert not speaking


def imported_by(*arguments: str) -> set[str]:
    """What a run of the command has imported when it ends."""
    told = "import sys, synth.cli\ntry:\n synth.cli.main()\nfinally:\n print(*sys.modules, file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", told, *arguments], capture_output=True, text=True, check=True)
    return set(run.stderr.split())


HEAVY = {"numpy", "pydub", "mutagen", "miniaudio", "soxr", "jinja2", "rich", "pyttsx3", "multiprocessing"}


def test_help_imports_nothing_it_does_not_need() -> None:
    imported = imported_by("--help")
    assert {name for name in imported if name.startswith("synth")} == {"synth", "synth.cli", "synth.cli.group"}
    assert not imported & {*HEAVY, "pydantic", "yaml", "json", "pathlib", "dataclasses"}


def test_a_list_imports_what_reads_scripts_and_nothing_else() -> None:
    imported = imported_by("list")
    assert {"synth.scripts", "synth.timeline.layout"} <= imported
    assert not imported & {
        *HEAVY,
        "synth.content_cache",
        "synth.sounds.collection",
        "synth.pipeline",
        "synth.voices",
        "synth.script.importers.ssml_reader",
    }

"""The house: imports run one way, and one file alone prints and exits."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import synth

PACKAGE = Path(synth.__file__).parent

LAYERS = (
    ("units", "source", "wording", "paths"),
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


def imported_parts(file: Path) -> set[str]:
    parts = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "synth" else [f"synth.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        parts |= {name.split(".")[1] for name in names if name.startswith("synth.")}
    return parts - {"__version__"}


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

"""A roster: a table of people, as CSV or YAML, read row by row."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth.errors import RequestError, ScriptError
from synth.files import read_source
from synth.personalise.listener import Person
from synth.personalise.say_as import read_say_as
from synth.script.limits import ANSWERS
from synth.source import Place, Problem
from synth.wording import did_you_mean, one_line
from synth.yaml_source import read_yaml_rows

COLUMNS = ("name", "say_as", "length", "voice", "language", "meditations", *ANSWERS)
PHRASE = re.compile(r"phrase_(\d+)")


@dataclass(frozen=True, slots=True)
class Row:
    """A person: the ``line`` where they stand in the file, and the cells that say something, by column.

    ``stray`` are cells that stand in no column.
    """

    line: int
    cells: Mapping[str, str]
    stray: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the person is called; empty where nothing is given."""
        return self.cells.get("name", "")

    @property
    def say_as(self) -> str | None:
        """How the name is said; None where nothing is given, or what is given is one of ``faults``."""
        return None if any(fault.startswith("say_as: ") for fault in self.faults) else self.cells.get("say_as")

    @property
    def meditations(self) -> tuple[str, ...]:
        """The meditations that this person asks for themselves."""
        return tuple(filter(None, map(str.strip, self.cells.get("meditations", "").split("|"))))

    @property
    def faults(self) -> list[str]:
        """What is wrong with the row, whatever is asked of it."""
        faults = [] if self.name else ["the name is empty"]
        try:
            read_say_as(self.cells.get("say_as", ""))
        except ValueError as error:
            faults.append(f"say_as: {error}")
        language = self.cells.get("language", "en")
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
            faults.append(f"language: '{language}' is not the tag of a language, such as en or pt-br")
        return faults + [f"'{text}' stands in no column; is there a separator too many?" for text in self.stray]

    @property
    def phrases(self) -> tuple[str, ...]:
        """The phrases of ``phrase_1`` …, in the order of their numbers."""
        numbered = [(int(found[1]), text) for key, text in self.cells.items() if (found := PHRASE.fullmatch(key))]
        return tuple(text for _, text in sorted(numbered))


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a file, and the place where each column is first named."""

    file: str
    columns: Mapping[str, Place]
    rows: tuple[Row, ...]


def read_roster(path: Path) -> Roster:
    """The roster in a file; ``.yaml`` and ``.yml`` are YAML, all others CSV.

    Raises RequestError where it can't be read or names nobody, ScriptError where it is no table.
    """
    source = read_source(path, str(path))
    yaml = path.suffix.lower() in (".yaml", ".yml")
    roster = _read_yaml(source.text, source.file) if yaml else _read_csv(source.text, source.file)
    if "name" not in roster.columns:
        place = next(iter(roster.columns.values()), Place(roster.file, 1, 1))
        near = did_you_mean("name", roster.columns).replace("did you mean", "is it")
        raise ScriptError((Problem(place, f"there is no column 'name'{near}"),))
    if not roster.rows:
        raise RequestError(f"{path}: nobody stands in this roster")
    return roster


def read_people(path: Path) -> tuple[Person, ...]:
    """Whom a roster names, in its order, and how their names are said; what else stands there is for their tracks.

    Raises RequestError and ScriptError as ``read_roster`` does, and ScriptError with every row that has faults.
    """
    roster = read_roster(path)
    problems = [Problem(Place(roster.file, row.line, 1), fault) for row in roster.rows for fault in row.faults]
    if problems:
        raise ScriptError(tuple(problems))
    return tuple(Person(name=row.name, say_as=row.say_as) for row in roster.rows)


def check_columns(roster: Roster, slots: Iterable[str]) -> None:
    """Raises ScriptError with every column that is none of a roster's own and no slot of the meditations asked."""
    known = [*COLUMNS, "phrase_1", *slots]
    problems = [
        Problem(place, f"unknown column '{name}'{did_you_mean(name, known) or '; known are ' + ', '.join(known)}")
        for name, place in roster.columns.items()
        if name not in known and not PHRASE.fullmatch(name)
    ]
    if problems:
        raise ScriptError(tuple(sorted(problems)))


def _read_yaml(text: str, file: str) -> Roster:
    columns: dict[str, Place] = {}
    rows = []
    problems = []
    for place, keys in read_yaml_rows(text, file, mappings=("say_as",)):
        names = [_column(key) for key in keys]
        problems += [Problem(place, f"'{name}' stands here twice; keep one") for name in _repeated(names)]
        cells = _said(zip(names, keys.values(), strict=True))
        for name in cells:
            columns.setdefault(name, place)
        if cells:
            rows.append(Row(place.line, cells))
    if problems:
        raise ScriptError(tuple(problems))
    return Roster(file, columns, tuple(rows))


def _read_csv(text: str, file: str) -> Roster:
    (line, header), *records = [*_records(text, file)] or [(1, [""])]
    names = [_column(cell) for cell in header]
    if repeated := _repeated(names):
        raise ScriptError(tuple(Problem(Place(file, line, 1), f"two columns are called '{name}'") for name in repeated))
    rows = []
    for line_of, record in records:
        cells = [*zip([*names, *[""] * len(record)], record, strict=False)]
        said = _said((name, text) for name, text in cells if name)
        stray = tuple(text.strip() for name, text in cells if not name and text.strip())
        if said or stray:
            rows.append(Row(line_of, said, stray))
    return Roster(file, {name: Place(file, line, 1) for name in names if name}, tuple(rows))


def _column(heading: str) -> str:
    """A column's name, from its heading in any case."""
    return heading.strip().lower()


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if name and names.count(name) > 1})


def _said(cells: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: one_line(text) for name, text in cells if one_line(text)}


def _records(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Every record that isn't empty, with the line that it begins on; the header's line says what parts the cells."""
    lines = text.splitlines() or [""]
    header = next((line for line in lines if line.strip()), "")
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    line = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        problem = Problem(Place(file, line, 1), f"this row can't be read ({error}); is a quote missing?")
        raise ScriptError((problem,)) from None

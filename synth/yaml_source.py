"""YAML written by people, read without trust: every fault is told with its file, line and key.

``safe_load`` alone still lets a few lines grow into gigabytes and the last of two equal keys win, so every node is
looked at before it is built: no aliases, no tags, bounded size and depth. Plain text is what YAML 1.2 takes it for: a
date, ``yes`` or ``12:30`` stays the text that was written.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from synth.errors import ScriptError
from synth.source import MAX_PROBLEMS, Place, Problem, ProblemList
from synth.units import HOUR, parse_duration
from synth.wording import control_in, did_you_mean

MAX_CHARACTERS = 100_000
MAX_ROWS_CHARACTERS = 1_000_000
MAX_DEPTH = 12


def written_duration(value: object, max_ms: int = 24 * HOUR) -> int:
    """Milliseconds of what YAML made of a written duration. Raises ValueError as ``parse_duration`` does."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a duration is written like 5s, 1m30s or 500ms")
    return parse_duration(str(value), max_ms=max_ms)


Duration = Annotated[int, BeforeValidator(written_duration)]
"""Milliseconds, written as ``1m30s``."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text that says something."""


class StrictModel(BaseModel):
    """A mapping with known keys only, never changed once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def read_yaml(model: type[Model], text: str, file: str, first_line: int = 1) -> Model:
    """``text`` as a ``model``. Raises ScriptError with every fault, each at its line and column in ``file``."""
    sheet = YamlSource(text, file, first_line)
    root, data = sheet.read()
    duplicate_keys = sheet.duplicate_keys(root)
    try:
        read = model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        faults = [
            sheet.problem(_key_at(root, fault["loc"]), _message(model, root, fault)) for fault in errors[:MAX_PROBLEMS]
        ]
        raise ScriptError(_told([*duplicate_keys, *faults], len(errors) - len(faults))) from None
    if duplicate_keys:
        raise ScriptError(_told(duplicate_keys))
    return read


def read_yaml_rows(text: str, file: str, mappings: tuple[str, ...] = ()) -> tuple[tuple[Place, dict[str, str]], ...]:
    """A list of mappings, each with its place; values as they are written, those of a list joined by ``|``.

    The keys of ``mappings`` may have a mapping of texts as their value, which is given as ``{key: value}``. Raises
    ScriptError with the place of whatever is neither text nor a list of texts.
    """
    sheet = YamlSource(text, file, 1, MAX_ROWS_CHARACTERS)
    root = sheet.compose()
    if not isinstance(root, yaml.SequenceNode):
        raise ScriptError((Problem(sheet.place(0), "expected a list, each of it such as '- name: Ana'"),))
    problems = sheet.duplicate_keys(root)
    rows = []
    for row in root.value:
        if not isinstance(row, yaml.MappingNode):
            problems.append(sheet.problem(row, "expected keys and values, such as 'name: Ana'"))
            continue
        cells = {}
        for key, value in row.value:
            if isinstance(value, yaml.MappingNode) and str(key.value).strip().lower() in mappings:
                value = _flow_text(value)
            several = value.value if isinstance(value, yaml.SequenceNode) else [value]
            if not all(isinstance(node, yaml.ScalarNode) for node in (key, *several)):
                problems.append(sheet.problem(key, "should be text, or a list of texts"))
                continue
            cells[key.value] = "|".join(node.value for node in several if not node.tag.endswith(":null"))
        rows.append((sheet.place(row.start_mark.index), cells))
    if problems:
        raise ScriptError(_told(problems))
    return tuple(rows)


def _flow_text(mapping: yaml.MappingNode) -> yaml.ScalarNode:
    """A mapping as the text that would be written for it in one line."""
    pairs = ", ".join(f"{key.value}: {value.value}" for key, value in mapping.value)
    return yaml.ScalarNode("tag:yaml.org,2002:str", f"{{{pairs}}}", mapping.start_mark, mapping.end_mark)


def places_of_keys(text: str, file: str, first_line: int, paths: Iterable[tuple[int | str, ...]]) -> list[Place]:
    """Where the keys that paths lead to stand in a sound text."""
    sheet = YamlSource(text, file, first_line)
    root = sheet.read()[0]
    keys: dict[tuple[int | str, ...], dict[str, yaml.Node]] = {}
    places = []
    for path in paths:
        above = path[:-1]
        if above not in keys:
            within = [value for _, value in _walk(root, above)][-1]
            pairs = within.value if isinstance(within, yaml.MappingNode) else []
            keys[above] = {str(key.value): key for key, _ in pairs}
        places.append(sheet.place((keys[above].get(str(path[-1])) or _key_at(root, path)).start_mark.index))
    return places


def _told(problems: Iterable[Problem], more: int = 0) -> tuple[Problem, ...]:
    told = ProblemList(sorted(problems))
    told.untold += more
    return told.told()


class _Refused(Exception):
    """What is YAML, and is not read here: where it begins, and why."""

    def __init__(self, index: int, message: str) -> None:
        super().__init__(message)
        self.index = index


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader without aliases, tags and depths, with the plain text of YAML 1.2.

    That includes question marks inside braces.

    A writer's ``{ask: What shall we call you?, default: friend}`` is an error to PyYAML: its scanner ends plain
    text at every ``?`` there. It looks at each character through ``peek`` and takes the text itself elsewhere.
    """

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own name, filled below
    _in_plain_text = False
    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        at = event.start_mark.index
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(at, f"write the value out: '*{event.anchor}' (an alias) is not read here")
        if event.tag:
            raise _Refused(at, f"'{event.tag}' (a tag) is not read here; write plain text or a number")
        self._depth += isinstance(event, yaml.CollectionStartEvent)
        if self._depth > MAX_DEPTH:
            raise _Refused(at, f"nested more than {MAX_DEPTH} deep")
        node = super().compose_node(parent, index)
        if isinstance(node, yaml.ScalarNode) and (odd := control_in(node.value)):
            raise _Refused(at, f"the character U+{ord(odd):04X} can't be read; take it out")
        self._depth -= isinstance(event, yaml.CollectionStartEvent)
        return node

    def scan_plain(self) -> Any:
        self._in_plain_text = True
        try:
            return super().scan_plain()
        finally:
            self._in_plain_text = False

    def peek(self, index: int = 0) -> str:
        character: str = super().peek(index)
        return "x" if character == "?" and self._in_plain_text else character


for _kind, _pattern, _firsts in (
    ("null", r"~|null|", ["~", "n", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"[-+]?(0|[1-9][0-9]{0,14})", list("-+0123456789")),
    ("float", r"[-+]?(0|[1-9][0-9]{0,14})\.[0-9]{1,15}", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_kind}", re.compile(rf"^(?:{_pattern})$"), _firsts)


@dataclass(frozen=True)
class YamlSource:
    """A YAML text that begins on ``first_line`` of a file."""

    text: str
    file: str
    first_line: int
    max_characters: int = MAX_CHARACTERS

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, index: int) -> Place:
        """The place of a character; lines are ended by ``\\n`` alone, as editors count them."""
        line = bisect_right(self._starts, index)
        return Place(self.file, self.first_line + line - 1, index - self._starts[line - 1] + 1)

    def problem(self, node: yaml.Node, message: str) -> Problem:
        """A problem at the beginning of a node."""
        return Problem(self.place(node.start_mark.index), message)

    def read(self) -> tuple[yaml.MappingNode, Any]:
        """The tree of a text and what it says. Raises ScriptError where it isn't safe to build, or is no mapping."""
        root = self.compose()
        if not isinstance(root, yaml.MappingNode):
            raise self._stop(0, "expected keys and values, such as 'title: …'")
        try:
            return root, _Loader("").construct_document(root)
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None

    def compose(self) -> yaml.Node | None:
        """The tree of a text; None where it says nothing. Raises ScriptError where it isn't safe to build."""
        if len(self.text) > self.max_characters:
            raise self._stop(0, f"this is longer than {self.max_characters} characters")
        try:
            return yaml.compose(self.text, Loader=_Loader)
        except _Refused as refused:
            raise self._stop(refused.index, str(refused)) from None
        except yaml.reader.ReaderError as error:
            code = error.character if isinstance(error.character, int) else ord(error.character)
            raise self._stop(error.position, f"the character U+{code:04X} can't be read; take it out") from None
        except yaml.MarkedYAMLError as error:
            raise self._not_yaml(error) from None
        except ValueError:  # PyYAML takes any eight digits behind \\U for a character
            raise self._stop(max(0, self.text.find("\\U")), "there is no such character as this \\U… names") from None

    def duplicate_keys(self, root: yaml.Node) -> list[Problem]:
        """Every key that stands twice in its mapping."""
        return [self.problem(key, f"'{key.value}' stands here twice; keep one") for key in _duplicate_keys(root)]

    def _not_yaml(self, error: yaml.MarkedYAMLError) -> ScriptError:
        mark: Any = error.problem_mark or error.context_mark
        message = f"this is not YAML: {error.problem}; a text with ':' or '{{' in it wants quotes"
        return self._stop(mark.index if mark else 0, message)

    def _stop(self, index: int, message: str) -> ScriptError:
        return ScriptError((Problem(self.place(index), message),))


def _duplicate_keys(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield key
                seen.add(key.value)
            yield from _duplicate_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _duplicate_keys(item)


def _walk(root: yaml.Node, path: tuple[int | str, ...]) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Key and value at every step of a pydantic path, as far as it leads; an item of a list is its own key."""
    node = root
    yield node, node
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if str(key.value) == str(step)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            found = [(node.value[step], node.value[step])]
        else:
            found = []
        if not found:
            return
        node = found[-1][1]
        yield found[-1]


def _key_at(root: yaml.Node, path: tuple[int | str, ...]) -> yaml.Node:
    return [key for key, _ in _walk(root, path)][-1]


def _message(model: type[BaseModel], root: yaml.Node, fault: Any) -> str:
    path = fault["loc"]
    key = ".".join(str(step) for step in path)
    match fault["type"]:
        case "extra_forbidden":
            return f"unknown key '{key}'{did_you_mean(str(path[-1]), _known_keys(model, path[:-1]))}"
        case "missing":
            return f"'{key}' is missing"
        case "value_error":
            return f"'{key}': {fault['ctx']['error']}"
        case "string_type":
            written = [value for _, value in _walk(root, path)][-1].value
            return f"'{key}' should be text; put {written if isinstance(written, str) else 'it'} in quotes"
        case _:
            message = fault["msg"]
            return f"'{key}': {message[0].lower()}{message[1:]}"


def _known_keys(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The keys that the mapping at ``path`` may have."""
    kind: Any = model
    for step in path:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            field = kind.model_fields.get(str(step))
            kind = field.annotation if field else None
        else:  # dict[str, Slot]: any key leads to the last argument
            kind = getattr(kind, "__args__", (None,))[-1]
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    return [field.alias or name for name, field in kind.model_fields.items()]

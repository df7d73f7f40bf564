"""YAML written by people, read without trust: every fault is told with its file, line and key.

``safe_load`` alone still lets a few lines grow into gigabytes and the last of two equal keys win, so the
event stream is looked at first: no aliases, no tags, bounded size and depth.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError

from synth.errors import Place, Problem, ScriptError
from synth.units import parse_duration

MOST_CHARACTERS = 100_000
MOST_DEPTH = 12


def _duration(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("a duration is written like 5s, 1m30s or 500ms")
    return parse_duration(str(value))


Duration = Annotated[int, BeforeValidator(_duration)]
"""Milliseconds, written as ``1m30s``."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Text that says something."""


class Checked(BaseModel):
    """A mapping with known keys only, never changed once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


Model = TypeVar("Model", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, which also takes a question mark inside plain text in braces, as YAML 1.2 does.

    A writer's ``{ask: What shall we call you?, default: friend}`` is an error to PyYAML: its scanner ends plain
    text at every ``?`` there. It looks at each character through ``peek`` and takes the text itself elsewhere.
    """

    _in_plain_text = False

    def scan_plain(self) -> Any:
        self._in_plain_text = True
        try:
            return super().scan_plain()
        finally:
            self._in_plain_text = False

    def peek(self, index: int = 0) -> str:
        character: str = super().peek(index)
        return "x" if character == "?" and self._in_plain_text else character


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'title'?"`` where one of the known words is near, else nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else ""


def read_checked(model: type[Model], text: str, file: str, first_line: int = 1) -> Model:
    """``text`` as a ``model``. Raises ScriptError with every fault, each at its line and column in ``file``."""
    shift = first_line - 1
    root = _compose(text, file, shift)
    if not isinstance(root, yaml.MappingNode):
        raise ScriptError((Problem(Place(file, first_line, 1), "expected keys and values, such as 'title: …'"),))
    doubled = [
        Problem(_place(key, file, shift), f"'{key.value}' stands here twice; keep one") for key in _doubled_keys(root)
    ]
    if doubled:
        raise ScriptError(tuple(doubled))
    try:
        data = yaml.load(text, Loader=_Loader)
        return model.model_validate(data)
    except yaml.YAMLError as error:
        raise ScriptError((_yaml_problem(error, file, shift),)) from None
    except ValidationError as error:
        raise ScriptError(
            tuple(
                Problem(_place(_node_at(root, fault["loc"]), file, shift), _message(model, fault))
                for fault in error.errors()
            )
        ) from None
    except ValueError as error:  # a date such as 2026-99-99, refused by PyYAML's constructor
        raise ScriptError((Problem(Place(file, first_line, 1), f"{error}; put the value in quotes"),)) from None


def _compose(text: str, file: str, shift: int) -> yaml.Node | None:
    def stop(mark: Any, message: str) -> ScriptError:
        line, column = (mark.line, mark.column) if mark else (0, 0)
        return ScriptError((Problem(Place(file, line + 1 + shift, column + 1), message),))

    if len(text) > MOST_CHARACTERS:
        raise stop(None, f"this is longer than {MOST_CHARACTERS} characters")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                raise stop(
                    event.start_mark,
                    f"write the value out: '*{event.anchor}' (an alias) is not read here",
                )
            if tag := getattr(event, "tag", None):
                raise stop(
                    event.start_mark,
                    f"'{tag}' (a tag) is not read here; write plain text or a number",
                )
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MOST_DEPTH:
                    raise stop(event.start_mark, f"nested more than {MOST_DEPTH} deep")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
        return yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise ScriptError((_yaml_problem(error, file, shift),)) from None


def _yaml_problem(error: yaml.YAMLError, file: str, shift: int) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    place = Place(file, mark.line + 1 + shift, mark.column + 1) if mark else Place(file, 1 + shift, 1)
    found = getattr(error, "problem", None) or getattr(error, "reason", None) or "not readable"
    return Problem(place, f"this is not YAML: {found}; a text with ':' or '{{' in it wants quotes")


def _doubled_keys(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    yield key
                seen.add(key.value)
            yield from _doubled_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _doubled_keys(item)


def _node_at(root: yaml.Node, path: tuple[int | str, ...]) -> yaml.Node:
    """The node that a pydantic path leads to: the key's own node where it has one."""
    node = found = root
    for step in path:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if str(key.value) == str(step):
                    found, node = key, value
                    break
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = node = node.value[step]
    return found


def _place(node: yaml.Node, file: str, shift: int) -> Place:
    return Place(file, node.start_mark.line + 1 + shift, node.start_mark.column + 1)


def _message(model: type[BaseModel], fault: Any) -> str:
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
            return f"'{key}' should be text; put {fault['input']!r} in quotes"
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

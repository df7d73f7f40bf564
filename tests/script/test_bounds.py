"""What a text costs to read: no more than its size, whatever is in it."""

import tracemalloc
from collections.abc import Callable
from functools import partial

import pytest
from helpers.effort import lines_run_by

from synth.errors import ScriptError
from synth.script.importers import read_speech_markdown, read_ssml
from synth.script.parse import parse
from synth.source import MAX_PROBLEMS, Source

HEADER = "---\ntitle: T\n---\n"
HOSTILE: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: HEADER + "[" * n,
    "braces": lambda n: HEADER + "{" * n,
    "markers": lambda n: HEADER + "[]" * n,
    "blocks": lambda n: HEADER + "[each\n" * n,
    "open blocks": lambda n: HEADER + "[each people]\n" * n,
    "open repeats": lambda n: HEADER + "[repeat 3]\n" * n,
    "ends": lambda n: HEADER + "[end]\n" * n,
    "slots of nowhere": lambda n: HEADER + "{a}" * n,
    "slots unused": lambda n: "---\ntitle: T\nslots:\n" + "".join(f" s{i}: {{}}\n" for i in range(n)) + "---\nA.\n",
    "keys": lambda n: "---\ntitle: T\n" + "".join(f"k{i}: 1\n" for i in range(n)) + "---\nA.\n",
    "equal keys": lambda n: "---\ntitle: T\n" + "k: 1\n" * n + "---\nA.\n",
    "dots": lambda n: HEADER + "." * n,
}


def read(text: str) -> tuple[str, ...]:
    """The problems of a script."""
    with pytest.raises(ScriptError) as raised:
        parse(Source("a.md", text), {})
    return tuple(map(str, raised.value.problems))


@pytest.mark.parametrize("kind", HOSTILE)
def test_of_a_hostile_script_the_work_grows_with_the_size(kind: str) -> None:
    make = HOSTILE[kind]
    little, much = (lines_run_by(partial(read, make(count))) for count in (400, 800))
    assert much < 2.5 * little


@pytest.mark.parametrize("kind", HOSTILE)
def test_of_a_hostile_script_little_is_told(kind: str) -> None:
    problems = read(HOSTILE[kind](3_000))
    assert len(problems) <= MAX_PROBLEMS + 1
    assert max(map(len, problems)) < 300


@pytest.mark.parametrize("text", ["[" * 100_000, '(a)[b:"' * 14_000, "#[" * 50_000])
def test_speech_markdown_takes_little_room(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ScriptError) as raised:
            read_speech_markdown(Source("a.smd", text))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(raised.value.problems) <= MAX_PROBLEMS + 1
    assert peak < 20_000_000


def test_of_ssml_little_is_told() -> None:
    with pytest.raises(ScriptError) as raised:
        read_ssml(Source("a.ssml", f"<speak>{'<foo/>' * 3_000}</speak>"))
    assert len(raised.value.problems) == MAX_PROBLEMS + 1


def test_what_stands_too_deep_is_told_once_and_ends_where_it_ends() -> None:
    deep = 30
    problems = read(HEADER + "[repeat 1]\n" * deep + "A. [option x] [else]\n" + "[end]\n" * deep + "[end]\n")
    assert problems == (
        "a.md:23:1: error: blocks nested more than 20 deep",
        f"a.md:{4 + 2 * deep + 1}:1: error: this [end] closes nothing; take it out",
    )

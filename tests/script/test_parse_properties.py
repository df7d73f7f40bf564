"""Whatever a file holds: it becomes a document, or its problems are told on lines that it has."""

import re
from collections.abc import Iterator

import pytest
from helpers.scripts import FILE, fragments_of, items, written
from hypothesis import example, given, settings
from hypothesis import strategies as st

from synth.errors import ScriptError
from synth.paths import shipped_folder
from synth.script.document import Document, Each, Include, Item, Repeat, Say
from synth.script.parse import parse
from synth.scripts import load_document, meditation_names
from synth.source import Source
from synth.units import HOUR

MEDITATIONS = {name: (shipped_folder("meditations") / f"{name}.md").read_text("utf-8") for name in meditation_names()}
FRAGMENTS = {path.stem: path.read_text("utf-8") for path in (shipped_folder("meditations") / "fragments").glob("*.md")}


def lines_of(text: str) -> list[str]:
    """As an editor counts them."""
    return re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff"))


def says(found: tuple[Item, ...]) -> Iterator[Say]:
    for item in found:
        if isinstance(item, Say):
            yield item
        elif isinstance(item, Repeat | Each | Include):
            yield from says(item.items)


def spoken(document: Document) -> str:
    """All text of a document, one utterance a line."""
    return "\n".join(
        "".join(part for part in say.parts if isinstance(part, str))
        for section in document.sections
        for say in says(section.items)
    )


def read_or_told(text: str, fragments: dict[str, str] | None = None) -> Document | None:
    """The document, or None where every problem lies in a file that was read, at a place that it has."""
    texts = {FILE: text} | {f"fragments/{name}.md": fragment for name, fragment in (fragments or {}).items()}
    try:
        return parse(Source(FILE, text), fragments_of(fragments or {}))
    except ScriptError as error:
        problems = error.problems
    assert problems
    assert list(problems) == sorted(problems)
    for problem in problems:
        lines = lines_of(texts[problem.place.file])
        assert 1 <= problem.place.line <= len(lines)
        assert 1 <= problem.place.column <= len(lines[problem.place.line - 1]) + 1
        assert problem.message
        assert problem.severity == "error"
    return None


PIECES = st.sampled_from(
    [
        *("[", "]", "{", "}", "<", ">", "#", "-", "\\", "\n", "\n\n", "\r", "\r\n", "\t", " ", ":", "?", "!"),
        *("|", "&", "*", "%", "@", "`", "'", '"', ",", "..", "x2", "<!--", "-->", "---", "# One", "\n# Two\n"),
        *("[end]", "[pause", "[bell", "[bed", "[repeat 2]", "[each p in phrases]", "{p}", "{p for you}", "{name}"),
        *("[include f]", "[include g]", "[5s]", "[pause 5s]", "[pause -1]", '<break time="5s"/>', "<break"),
        *("title:", "slots:", "length:", "default:", "true", "1e9", "0x1f", "2026-11-22", "&a", "*a", "!!str", "~"),
        *("\x00", "\x85", "\u2028", "\ufeff", "\ud800", "é", "李", "🙂", "word", "word "),
    ]
)
texts = st.text(max_size=80) | st.lists(PIECES | st.text(max_size=4), max_size=40).map("".join)


@settings(max_examples=400)
@given(texts)
@example("---\n---")
@example("---\ntitle: [\n---")
@example("---\n\x85\x85\x85- a\n---\n")
@example("---\ntitle: T\n\u2028\u2028\u2028\u2028x: 1\n---\nHello.")
@example("---\ntitle: T\n--- x: y\n---\n")
@example("---\n? [a]\n: b\n---\n")
@example("---\n1: a\ntrue: b\nnull: c\n---\n")
@example("---\ntitle: T\nlength: " + "9" * 5_000 + "\n---\nHello.")
@example("---\ntitle: T\nlength: .nan\n---\nHello.")
def test_any_text_is_a_document_or_its_problems(text: str) -> None:
    read_or_told(text)


@settings(max_examples=400)
@given(header=texts, body=texts)
def test_any_header_and_body_are_a_document_or_their_problems(header: str, body: str) -> None:
    read_or_told(f"---\ntitle: Test\n{header}\n---\n{body}", {"f": body, "g": "One.\n[include f]"})


@settings(max_examples=500)
@given(body=texts, fragment=texts)
@example("One [pause 5s\ntwo] three.", "")
def test_any_body_is_a_document_or_its_problems_and_no_bracket_is_ever_said(body: str, fragment: str) -> None:
    slots = {"name": {"default": "friend"}, "phrases": {"type": "phrases", "default": ["happy"]}}
    used = "\n\n{name} [each q in phrases] {q} [end]"
    document = read_or_told(written(body + used, slots=slots), {"f": fragment, "g": "One.\n[include f]"})
    if document and "\\" not in body + fragment:
        assert not re.search(r"[\[\]{}]|<!--|</?[A-Za-z][^<>\n]*>", spoken(document))


@st.composite
def edits(draw: st.DrawFn, text: str) -> str:
    """The text after a few slips: slices lost, doubled, moved, or something typed between."""
    for _ in range(draw(st.integers(1, 4))):
        start, length = draw(st.integers(0, len(text))), draw(st.integers(0, 60))
        slice_, after = text[start : start + length], text[start + length :]
        match draw(st.sampled_from(["delete", "insert", "duplicate", "swap"])):
            case "delete":
                text = text[:start] + after
            case "insert":
                text = text[:start] + draw(PIECES) + text[start:]
            case "duplicate":
                text = text[:start] + slice_ * 2 + after
            case "swap":
                text = text[:start] + after[:length] + slice_ + after[length:]
    return text


@pytest.mark.parametrize("name", MEDITATIONS)
@settings(max_examples=40)
@given(data=st.data())
def test_any_slip_in_a_shipped_script_is_a_document_or_its_problems(name: str, data: st.DataObject) -> None:
    read_or_told(data.draw(edits(MEDITATIONS[name])), FRAGMENTS)


@settings(max_examples=60)
@given(data=st.data())
def test_any_slip_in_a_shipped_fragment_is_a_document_or_its_problems(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FRAGMENTS)))
    fragments = FRAGMENTS | {name: data.draw(edits(FRAGMENTS[name]))}
    read_or_told(written(f"[include {name}]"), fragments)


WORDS = st.lists(st.sampled_from(["one", "two,", "three.", "four?", "Five", "six’s"]), min_size=1, max_size=6).map(
    " ".join
)
TIMES = st.integers(0, 2 * HOUR // 1000)
MARKERS = st.one_of(
    TIMES.map("[pause {}s]".format),
    TIMES.map("[pause:{}]".format),
    TIMES.map("[PAUSE: {}]".format),
    TIMES.map("[{}s]".format),
    TIMES.map('[break:"{}s"]'.format),
    TIMES.map('<break time="{}s"/>'.format),
    TIMES.map("[pause {}s.. x2]".format),
    st.sampled_from(["[pause]", "[pause short]", "[bell]", "[bell zinc x3 -6]", "[bed zinc -20 over 8s]"]),
    st.sampled_from(["[include f]", "<!-- zinc -->", "[repeat 2]\nzero\n[end]", "{name}"]),
)


@given(st.lists(st.tuples(WORDS, MARKERS, st.sampled_from([" ", "\n", "\n\n", ""])), min_size=1, max_size=12))
def test_every_word_is_said_and_nothing_of_a_marker(pieces: list[tuple[str, str, str]]) -> None:
    body = "".join(f"{words}{gap}{marker}{gap}" for words, marker, gap in pieces)
    found = items(body + "{name}", fragments={"f": "zero"}, slots={"name": {"default": "friend"}})
    said = " ".join(part for say in says(found) for part in say.parts if isinstance(part, str))
    expected = re.sub(r"<!--.*?-->", "", body)
    expected = re.sub(r"\[include f\]|\[repeat 2\]\nzero\n\[end\]", " zero ", expected)
    expected = re.sub(r"\[.*?\]|<.*?>|\{.*?\}", " ", expected)
    assert said.split() == expected.split()


@pytest.mark.parametrize("name", MEDITATIONS)
def test_nothing_of_a_marker_is_said_in_what_ships(name: str) -> None:
    text = spoken(load_document(name))
    assert text
    assert not re.search(r"[\[\]{}<>#|]|--|\bpause\b \d|\bx\d", text)

"""Text to Document, in one pass: header, then tokens, then items into their sections and blocks.

Pure: what a script includes is handed in. Every problem is collected and told at once, with its place; an
unknown marker is a problem and never becomes words.
"""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from synth.errors import ScriptError
from synth.script.document import (
    PERSONS,
    Breath,
    Choose,
    Document,
    Each,
    Fill,
    If,
    Include,
    Item,
    Option,
    Paragraph,
    Rating,
    Repeat,
    Say,
    Section,
    inner_items,
)
from synth.script.header import ANSWER_SLOTS, IMPLIED_SLOTS, Meta
from synth.script.markers import (
    BLOCKS,
    INSIDE_BLOCKS,
    MAX_UTTERANCES,
    HeaderFault,
    Marker,
    MarkerFault,
    build_item,
    read_marker,
)
from synth.script.written_language import NAMES
from synth.source import Place, Problem, ProblemList, Source
from synth.wording import did_you_mean, shortened
from synth.yaml_source import places_of_keys, read_yaml

MAX_CHARACTERS = 1_000_000
MAX_NESTING = 20
MAX_INCLUDES = 1_000
MAX_IN_UTTERANCE = 2_000
MAX_SECTIONS = 255
"""What the table of contents of an MP3 can hold."""

_TOKEN = re.compile(
    r"""
      (?P<comment> <!--.*?(?:-->|\Z) )
    | (?P<heading> ^[ ]{0,3}\#{1,6}(?!\#)(?:(?!<!--)[^\n])* )
    | (?P<blank>   \n(?:[ \t]*\n)+ )
    | (?P<escape>  \\[\[\]{}<>\#\\] )
    | (?P<marker>  \[[^\[\]\n]*\] | </?[A-Za-z][^<>\n]*> )
    | (?P<fill>    \{[^{}\n]*\} )
    | (?P<stray>   [\[\]{}] )
    | (?P<text>    [^\\\[\]{}<\n]+ | . | \n )
    """,
    re.X | re.M | re.S,
)
_FILL = re.compile(r"\{\s*([a-z][\w-]*)(?:\s+for\s+(\w+))?\s*\}")
_STRAY = {
    "[": "this bracket is never closed; close it with ], or write \\[ to have it spoken",
    "{": "this brace is never closed; close it with }, or write \\{ to have it spoken",
    "]": "this bracket closes nothing; write \\] to have it spoken",
    "}": "this brace closes nothing; write \\} to have it spoken",
}


def parse(source: Source, fragments: Mapping[str, Source]) -> Document:
    """The document of a script; ``fragments`` are what ``[include]`` may name.

    Raises ScriptError with every problem found, in the script and in what it includes.
    """
    header, body, first_line = _split_header(source)
    try:
        meta = read_yaml(Meta, header, source.file, first_line=2)
        problems: tuple[Problem, ...] = ()
    except ScriptError as error:
        meta, problems = Meta(title="untitled"), error.problems
    builder = _Builder(meta, fragments, problems)
    builder.read_body(Source(source.file, body), first_line)
    unused = sorted(meta.slots.keys() - builder.used)
    places = places_of_keys(header, source.file, 2, [("slots", name) for name in unused]) if unused else []
    for name, place in zip(unused, places, strict=True):
        builder.problem(
            place, f"the header's slot '{name}' is used nowhere; say {{{name}}} in the text, or take it out"
        )
    sections = builder.finish(Place(source.file, 1, 1))
    implied = {name: slot for name, slot in IMPLIED_SLOTS.items() if name in builder.used - meta.slots.keys()}
    return Document(meta.model_copy(update={"slots": {**meta.slots, **implied}}), sections)


def parse_fragment(name: str, fragments: Mapping[str, Source], language: str = "en") -> tuple[Item, ...]:
    """What a fragment says by itself, without a script that has slots. Raises ScriptError with every problem found."""
    return _Builder(Meta(title=name, language=language), fragments, ()).read_fragment(name)


def normalise(text: str) -> str:
    """The text without a byte order mark, its lines ended by ``\\n`` alone."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _split_header(source: Source) -> tuple[str, str, int]:
    """The header's YAML, the text under it, and the line that one begins on."""
    text = normalise(source.text)
    start = Place(source.file, 1, 1)
    if len(text) > MAX_CHARACTERS:
        raise ScriptError((Problem(start, f"a script has at most {MAX_CHARACTERS} characters"),))
    if not text.strip():
        raise ScriptError(
            (
                Problem(
                    start,
                    "the file is empty; a script begins with a header, see 'metta show --help'",
                ),
            )
        )
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise ScriptError((Problem(start, "a script begins with a header: a line '---', 'title: …', a line '---'"),))
    try:
        closing = next(number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
    except StopIteration:
        raise ScriptError((Problem(start, "the header is never closed; put a line '---' under it"),)) from None
    return "\n".join(lines[1:closing]), "\n".join(lines[closing + 1 :]), closing + 2


@dataclass(slots=True)
class _Block:
    """What is being filled: a section, an included fragment, or a block without its ``[end]``.

    ``option`` is the branch of a ``[choose]`` that is being read, ``options`` those read before; ``then`` what stood
    before an ``[else]``.
    """

    opener: Section | Include | Repeat | Each | Choose | If
    items: list[Item] = field(default_factory=list)
    option: Option | None = None
    options: list[Option] = field(default_factory=list)
    then: tuple[Item, ...] | None = None

    @property
    def name(self) -> str:
        """The word of the marker that opened it."""
        return type(self.opener).__name__.lower()


class _Builder:
    def __init__(self, meta: Meta, fragments: Mapping[str, Source], problems: tuple[Problem, ...]) -> None:
        self.meta = meta.model_copy(update={"slots": {**IMPLIED_SLOTS, **meta.slots}})
        self.unspoken = ANSWER_SLOTS.keys() - meta.slots.keys()
        self.header_sound = not problems
        self.fragments = fragments
        self.problems = ProblemList(problems)
        self.sections: list[Section] = []
        self.blocks: list[_Block] = []
        self.too_deep = 0
        """How many blocks stand open beyond ``MAX_NESTING``; nothing is read of them but their ends."""
        self.used: set[str] = set()
        self.includes = 0

    def read_body(self, source: Source, first_line: int) -> None:
        """The script's own text, section by section."""
        self.blocks = [_Block(Section("", (), Place(source.file, first_line, 1)))]
        self.read(source, first_line)
        self._close_section()

    def read_fragment(self, name: str) -> tuple[Item, ...]:
        """A fragment by itself. Raises ScriptError where there was any problem."""
        start = Place(f"fragments/{name}.md", 1, 1)
        self.blocks = [_Block(Section("", (), start))]
        self._include(Include(name, (), start))
        items = tuple(self.blocks[0].items)
        self._close_section()
        self.finish(start)
        return items

    def finish(self, start: Place) -> tuple[Section, ...]:
        """Every section. Raises ScriptError where there was any problem."""
        if len(self.sections) > MAX_SECTIONS:
            self.problem(self.sections[MAX_SECTIONS].place, f"more than {MAX_SECTIONS} sections; join some")
        if not self.problems and not self.sections:
            self.problem(start, "nothing stands under the header; write what is to be said")
        if self.problems:
            raise ScriptError(self.problems.told())
        return tuple(self.sections)

    def problem(self, place: Place, message: str) -> None:
        self.problems.add(Problem(place, message))

    def read(self, source: Source, first_line: int) -> None:
        """One text, the script's own or a fragment's, from its first token to its last."""
        places = _Places(source, first_line)
        utterance = _Utterance()
        too_deep, self.too_deep = self.too_deep, 0
        for token in _TOKEN.finditer(source.text):
            kind, text, place = str(token.lastgroup), token.group(), places.at(token.start())
            match kind:
                case "text" | "escape":
                    utterance.add(text.removeprefix("\\") if kind == "escape" else text, place)
                    self._check_characters(text, place)
                case "fill":
                    if fill := self._fill(text, place):
                        utterance.add(fill, place)
                case "marker" | "blank" | "heading":
                    self._close(utterance)
                    if kind == "marker":
                        self._marker(text, place)
                    elif kind == "blank":
                        self._paragraph(place)
                    else:
                        self._heading(text, place)
                case "stray":
                    self.problem(place, _STRAY[text])
                case "comment" if not text.endswith("-->"):
                    self.problem(place, "this comment is never closed; close it with -->")
        self._close(utterance)
        self._paragraph(places.at(len(source.text)))
        while not isinstance(self.blocks[-1].opener, Section | Include):
            block = self.blocks.pop()
            self.problem(block.opener.place, f"[{block.name}] has no [end]")
        self.too_deep = too_deep

    def _close(self, utterance: "_Utterance") -> None:
        say = utterance.take()
        if say is None:
            return
        words = "".join(part for part in say.parts if isinstance(part, str))
        if len(words) > MAX_IN_UTTERANCE:
            self.problem(
                say.place,
                f"more than {MAX_IN_UTTERANCE} characters without a pause; put a [pause] or a blank line in",
            )
        if any(isinstance(part, Fill) for part in say.parts) or any(map(str.isalnum, words)):
            self.blocks[-1].items.append(say)
        else:
            self.problem(
                say.place,
                f"there is nothing to say in '{shortened(words)}'; put it before the marker, or take it out",
            )

    def _check_characters(self, text: str, place: Place) -> None:
        for offset, character in enumerate(text):
            if not (character.isprintable() or character in " \t\n\u00a0\u00ad\u200b\u200c\u200d\u2060\u3000"):
                where = replace(place, column=place.column + offset)
                self.problem(where, f"the character U+{ord(character):04X} can't be spoken; take it out")

    def _paragraph(self, place: Place) -> None:
        self.blocks[-1].items.append(Paragraph(self.meta.pauses["paragraph"], place))

    def _heading(self, text: str, place: Place) -> None:
        title = re.sub(r"(^|\s)#+\s*$", "", text.strip().lstrip("#")).strip()
        if not title:
            self.problem(place, "a heading without a title; write one behind the #")
        elif re.search(r"[\[\]{}]", title):
            self.problem(place, "a heading is a plain title, without brackets and braces")
        self._check_characters(text, place)
        if self.blocks[-1].items and not isinstance(self.blocks[-1].items[-1], Paragraph):
            self._paragraph(place)
        if any(isinstance(block.opener, Include) for block in self.blocks):
            self.problem(place, "a fragment can't open a section; take the heading out")
        elif len(self.blocks) > 1:
            self.problem(place, f"a section can't begin inside [{self.blocks[-1].name}]; put the [end] before it")
        else:
            self._close_section()
            self.blocks = [_Block(Section(title, (), place))]

    def _close_section(self) -> None:
        block = self.blocks.pop()
        assert isinstance(block.opener, Section)
        if block.opener.title or any(not isinstance(item, Paragraph) for item in block.items):
            self.sections.append(replace(block.opener, items=tuple(block.items)))

    def _marker(self, text: str, place: Place) -> None:
        marker = None
        try:
            marker = read_marker(text, self.meta, place)
            if marker.name in INSIDE_BLOCKS:
                self._inside(marker)
            else:
                self._add(build_item(marker))
        except MarkerFault as fault:
            if self.header_sound or not isinstance(fault, HeaderFault):
                self.problem(place, str(fault))
            if marker and marker.name in BLOCKS:
                self._open_anyway(marker)

    def _add(self, item: Item) -> None:
        match item:
            case Include():
                self._include(item)
            case Repeat() | Each() | Choose() | If():
                self._open(item)
            case _:
                self.blocks[-1].items.append(item)

    def _inside(self, marker: Marker) -> None:
        if self.too_deep:
            self.too_deep -= marker.name == "end"
            return
        match marker.name:
            case "end":
                self._end(marker.place)
            case "else":
                self._else(marker)
            case "option":
                self._option(marker)

    def _open(self, item: Repeat | Each | Choose | If) -> None:
        match item:
            case Each():
                self.used.add(item.source)
                if item.variable in self._variables():
                    self.problem(item.place, f"[each {item.variable} …] inside another one; choose another word")
            case Choose() | If():
                self.used.add(item.slot)
        if not self.too_deep and self._check_depth(item.place):
            self.blocks.append(_Block(item))
        else:
            self.too_deep += 1

    def _else(self, marker: Marker) -> None:
        block = self.blocks[-1]
        if marker.words:
            raise MarkerFault("[else] stands alone; for a further test, put an [if] inside it")
        if not isinstance(block.opener, If) or block.then is not None:
            raise MarkerFault("this [else] belongs to no [if]; take it out")
        block.then, block.items = tuple(block.items), []

    def _option(self, marker: Marker) -> None:
        block = self.blocks[-1]
        if not isinstance(block.opener, Choose):
            raise MarkerFault("this [option] stands in no [choose]; take it out")
        if len(marker.words) != 1:
            raise MarkerFault("[option]: one of the slot's values, such as [option heart]")
        name = marker.words[0]
        self._close_option(block)
        block.option = Option(name, (), marker.place)
        if any(option.name == name for option in block.options):
            raise MarkerFault(f"[option {name}] stands here twice; keep one")
        values = self.meta.slots[block.opener.slot].of if block.opener.slot in self.meta.slots else (name,)
        if name not in values:
            near = did_you_mean(name, values)
            raise HeaderFault(f"[option {name}]: '{block.opener.slot}' is one of {', '.join(values)}{near}")

    def _close_option(self, block: _Block) -> None:
        """Ends the branch that is being read; before the first one, nothing may be said."""
        if block.option:
            block.options.append(replace(block.option, items=tuple(block.items)))
        elif any(not isinstance(item, Paragraph) for item in block.items):
            self.problem(block.opener.place, "[choose]: its first [option] comes before anything else in it")
        block.items = []

    def _check_depth(self, place: Place) -> bool:
        """Whether one more block may be opened here; told once, where it first goes too deep."""
        if len(self.blocks) == MAX_NESTING:
            self.problem(place, f"blocks nested more than {MAX_NESTING} deep")
        return len(self.blocks) < MAX_NESTING

    def _open_anyway(self, marker: Marker) -> None:
        """Opens a block whose marker is wrong, so that what stands in it, and its [end], are no further problems."""
        variable = marker.words[0] if marker.words else ""
        self.used.update(self.meta.slots)
        stand_in: dict[str, Repeat | Each | Choose | If] = {
            "each": Each(variable, "", (), marker.place),
            "choose": Choose("", (), marker.place),
            "if": If("", None, (), (), marker.place),
        }
        self._open(stand_in.get(marker.name, Repeat(1, (), marker.place)))

    def _variables(self) -> dict[str, str]:
        """The words of the ``[each]`` that stand open, and the type of what each goes through."""
        slots = self.meta.slots
        return {
            block.opener.variable: slots[block.opener.source].type if block.opener.source in slots else "phrases"
            for block in self.blocks
            if isinstance(block.opener, Each)
        }

    def _end(self, place: Place) -> None:
        block = self.blocks[-1]
        if isinstance(block.opener, Section | Include):
            raise MarkerFault("this [end] closes nothing; take it out")
        if isinstance(block.opener, Repeat | Each):
            self._paragraph(place)
        self.blocks.pop()
        item = self._closed(block)
        if count_utterances((item,)) > MAX_UTTERANCES:
            self.problem(
                item.place,
                f"this would say more than {MAX_UTTERANCES} utterances; repeat it less often",
            )
            return
        self.blocks[-1].items.append(item)

    def _closed(self, block: _Block) -> Repeat | Each | Choose | If:
        """The item that a block has become."""
        match block.opener:
            case Choose() as choose:
                self._close_option(block)
                slot = self.meta.slots.get(choose.slot)
                missing = [value for value in slot.of if value not in {o.name for o in block.options}] if slot else []
                if missing:
                    self.problem(choose.place, f"[choose {choose.slot}] has no [option {missing[0]}]")
                return replace(choose, options=tuple(block.options))
            case If() as condition if block.then is not None:
                return replace(condition, items=block.then, otherwise=tuple(block.items))
            case Repeat() | Each() | If() as opener:
                return replace(opener, items=tuple(block.items))
            case opener:
                raise AssertionError(f"{opener} is closed by no [end]")

    def _include(self, item: Include) -> None:
        name = item.fragment
        language = self.meta.language.split("-")[0]
        source = self.fragments.get(f"{name}.{language}", self.fragments.get(name))
        if source and self.header_sound and source.language not in (None, language):
            other = NAMES.get(str(source.language), source.language)
            self.problem(
                item.place,
                f"[include {name}]: that fragment is in {other}, and this script in '{language}'; "
                f"write fragments/{name}.{language}.md beside it",
            )
        elif source is None:
            near = did_you_mean(name, self.fragments) or f"; there are {', '.join(sorted(self.fragments)) or 'none'}"
            self.problem(item.place, f"[include {name}]: there is no such fragment{near}")
        elif name in (including := [b.opener.fragment for b in self.blocks if isinstance(b.opener, Include)]):
            self.problem(item.place, f"[include {name}] goes in a circle: {' → '.join([*including, name])}")
        elif self._check_depth(item.place) and self._count_include(item.place):
            self.blocks.append(_Block(item))
            text = normalise(source.text)
            if text.startswith("---\n"):
                self.problem(Place(source.file, 1, 1), "a fragment has no header of its own; take it out")
            self.read(Source(source.file, text), 1)
            items = tuple(self.blocks.pop().items)
            self.blocks[-1].items.append(replace(item, items=items))

    def _count_include(self, place: Place) -> bool:
        """Whether one more fragment may be read; told once, where there are too many."""
        self.includes += 1
        if self.includes == MAX_INCLUDES + 1:
            self.problem(place, f"fragments are included more than {MAX_INCLUDES} times")
        return self.includes <= MAX_INCLUDES

    def _fill(self, text: str, place: Place) -> Fill | None:
        found = _FILL.fullmatch(text)
        if found is None:
            self.problem(
                place,
                f"{text} is not a slot; write {{name}} or {{phrase for you}}, or \\{{ for the brace itself",
            )
            return None
        name, person = found[1], found[2]
        variables = self._variables()
        if variables.get(name) == "people":
            if person is not None:
                self.problem(place, f"{text}: only a phrase is said for somebody; write {{{name}}}")
            return Fill(name, "i", place)
        if name in variables:
            said_to = self._said_to(person)
            if said_to is None:
                people = [word for word, kind in variables.items() if kind == "people"]
                known = f"{', '.join(['I', 'you', 'we', *people])} or all"
                near = did_you_mean(str(person), [*PERSONS, *people])
                self.problem(place, f"{text}: a phrase is said for {known}{near}")
                return None
            return Fill(name, said_to, place)
        if not self.header_sound:
            return Fill(name, "i", place)
        slot = self.meta.slots.get(name)
        if slot is None or name in self.unspoken:
            near = did_you_mean(name, {*self.meta.slots, *self._variables()} - self.unspoken)
            self.problem(place, f"the header has no slot '{name}'{near or '; add it under slots:'}")
            return None
        self.used.add(name)
        if slot.type in ("phrases", "people"):
            one = {"phrases": "phrase", "people": "person"}[slot.type]
            each = f"[each {one} in {name}] … {{{one}}} … [end]"
            self.problem(place, f"'{name}' are several {slot.type}; say them with {each}")
        elif person is not None:
            self.problem(place, f"{text}: only a phrase is said for somebody; write {{{name}}}")
        return Fill(name, "i", place)

    def _said_to(self, person: str | None) -> str | None:
        """One of ``PERSONS``, or the word of an ``[each]`` over people that stands open; None: neither."""
        if person is None or person.lower() in ("i", "me"):
            return "i"
        if person.lower() in PERSONS:
            return person.lower()
        return person if self._variables().get(person) == "people" else None


class _Utterance:
    """The run of text and fills that is being read."""

    def __init__(self) -> None:
        self.parts: list[str | Fill] = []
        self.place: Place | None = None

    def add(self, part: str | Fill, place: Place) -> None:
        """One more piece."""
        if self.place is None:
            if isinstance(part, str):
                stripped = part.lstrip()
                if not stripped:
                    return
                place = replace(place, column=place.column + len(part) - len(stripped))
            self.place = place
        if isinstance(part, str) and self.parts and isinstance(self.parts[-1], str):
            self.parts[-1] += part
        else:
            self.parts.append(part)

    def take(self) -> Say | None:
        """What was read as one utterance, white space folded; None where there was nothing."""
        parts, place = self.parts, self.place
        self.parts, self.place = [], None
        if place is None:
            return None
        folded = [re.sub(r"\s+", " ", part) if isinstance(part, str) else part for part in parts]
        if isinstance(folded[0], str):
            folded[0] = folded[0].lstrip()
        if isinstance(folded[-1], str):
            folded[-1] = folded[-1].rstrip()
        return Say(tuple(part for part in folded if part != ""), place)


class _Places:
    """Line and column of an offset in a text."""

    def __init__(self, source: Source, first_line: int) -> None:
        self.file = source.file
        self.first_line = first_line
        self.starts = [0, *(found.end() for found in re.finditer("\n", source.text))]

    def at(self, offset: int) -> Place:
        line = bisect_right(self.starts, offset) - 1
        return Place(self.file, self.first_line + line, offset - self.starts[line] + 1)


def count_utterances(items: tuple[Item, ...]) -> int:
    """Utterances that these items will say, each ``[each]`` counted once and of branches the longest."""
    return sum(map(_count, items))


def _count(item: Item) -> int:
    match item:
        case Say() | Rating():
            return 1
        case Breath():
            return 2 * item.count if item.cued else 0
        case Repeat():
            return item.times * count_utterances(item.items)
        case _:
            return max(map(count_utterances, inner_items(item)), default=0)

"""Speech Markdown, as much of it as a session can say. Pure.

What is read: text in paragraphs, ``[500ms]``, ``[break:"5s"]`` and ``[break:"strong"]``, ``[mark:"home"]``,
``(Al)[sub:"aluminium"]`` and its short form ``(Al)["aluminium"]`` (the alias is what is said), and the modifiers of
text that a voice reads so by itself, such as ``(7)[number]``. Everything else that Speech Markdown or our own scripts
would take for a sign is an error.
"""

import re
from bisect import bisect_right

from synth.script.document import Document, Mark
from synth.script.importers.builder import SAID_AS_WRITTEN, DocumentBuilder
from synth.script.parse import normalise
from synth.source import Place, Source

_TOKEN = re.compile(
    r"""
      (?P<rule>      ^[ ]{0,3}---+[ \t]*$ )
    | (?P<heading>   ^[ ]{0,3}\#{1,6}[ \t][^\n]* )
    | (?P<section>   \#\[[^\[\]\n]*\] )
    | (?P<audio>     !\[[^\[\]\n]*\] )
    | (?P<blank>     \n(?:[ \t]*\n)+ )
    | (?P<modified>  \((?P<text>[^()\[\]\n]*)\)\[(?P<modifier>[^\[\]\n]*)\] )
    | (?P<marker>    \[[^\[\]\n]*\] )
    | (?P<emphasis>  (?<![\w+~-])(?P<sign>\+\+?|~|-)(?=[^\s+~-])[^\n()\[\]+~]{0,200}?(?<=[^\s+~-])(?P=sign)(?![\w+~-]) )
    | (?P<tag>       <!--|</?[A-Za-z][^<>\n]*> )
    | (?P<slot>      \{[^{}\n]*\} )
    | (?P<stray>     [\[\]{}] )
    | (?P<plain>     [^\n()\[\]{}<\#!+~-]+ | . | \n )
    """,
    re.X | re.M | re.S,
)
_KEY = re.compile(
    r"""
      \s* (?P<key>[a-z][a-z-]*)? \s*
      (?: (?P<colon>:)? \s* (?P<quote>["']) (?P<value>(?:(?!(?P=quote)).)*) (?P=quote) )?
      \s* ;? \s*
    """,
    re.X,
)
"""One ``key``, ``key:"value"`` or ``"value"``."""

_SHORT_BREAK = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(ms|s)\s*")
_REFUSED = {
    "rule": "Speech Markdown has no header and no rules; take this line out, or write a script of our own (.md)",
    "heading": "Speech Markdown has no headings; take the # out, or write a script of our own (.md)",
    "section": "{} changes the voice, which is not read here; the voice is chosen with --voice",
    "audio": "{} is not read here; sounds are struck in a script of our own, with [bell file.wav]",
    "emphasis": "the emphasis in {} is not read here; take its signs out",
    "tag": "{} is no Speech Markdown; a tag is read in a file of SSML (.ssml)",
    "slot": "{} is no Speech Markdown; a slot is filled in a script of our own (.md)",
    "stray": "'{}' has no partner in this line, and can't be said; take it out",
}
"""What is told of each kind of sign that is not read; ``{}`` is what was written."""


def read_speech_markdown(source: Source) -> Document:
    """The document of a Speech Markdown text. Raises ScriptError with every problem in it, each at its place."""
    text = normalise(source.text)
    builder = DocumentBuilder(Source(source.file, text))
    starts = [0, *(found.end() for found in re.finditer("\n", text))]
    for token in _TOKEN.finditer(text):
        line = bisect_right(starts, token.start())
        place = Place(source.file, line, token.start() - starts[line - 1] + 1)
        written = token.group()
        match str(token.lastgroup):
            case "plain":
                builder.text(written, place)
            case "blank":
                builder.paragraph(place)
            case "modified":
                _modified(builder, token["text"], token["modifier"], place)
            case "marker":
                _marker(builder, written, place)
            case kind:
                builder.problem(place, _REFUSED[kind].format(written))
                if kind in ("emphasis", "slot"):
                    builder.text(written, place)  # so that the words beside it are no further problem
    return builder.document()


def _marker(builder: DocumentBuilder, written: str, place: Place) -> None:
    """``[…]`` that belongs to no text before it."""
    inside = written[1:-1]
    if short := _SHORT_BREAK.fullmatch(inside):
        builder.pause(place, time=f"{short[1]}{short[2]}")
        return
    found = _KEY.fullmatch(inside)
    match (found["key"], found["value"]) if found and found["colon"] else (None, None):
        case "break", str(value) if re.match(r"\s*[\d.]", value):
            builder.pause(place, time=value)
        case "break", str(value):
            builder.pause(place, strength=value.strip())
        case "mark", str(value) if name := builder.plain(value, place):
            builder.add(Mark(name, place))
        case _:
            builder.problem(place, f'{written} is not read here; [5s], [break:"5s"] and [mark:"home"] are')


def _modified(builder: DocumentBuilder, text: str, modifier: str, place: Place) -> None:
    """``(text)[…]``: what is said in the place of the text, or how it is said."""
    found = _KEY.fullmatch(modifier)
    key, value = (found["key"], found["value"]) if found else (None, None)
    is_alias = found is not None and (key == "sub") == (found["colon"] is not None)
    if key in ("sub", None) and is_alias and value and value.strip():
        builder.text(value, place)
    elif key in SAID_AS_WRITTEN and text.strip():
        builder.text(text, Place(place.file, place.line, place.column + 1))
    else:
        builder.text(text, place)
        builder.problem(
            place,
            f'({text})[{modifier}] is not read here; (Al)[sub:"aluminium"] and such as (7)[number] are',
        )

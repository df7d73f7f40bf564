"""Speech Markdown is read where it says what the language can, and refused in a line where it does not."""

from typing import Any

import pytest
from helpers.foreign_scripts import grows_evenly, problems_of, said, smd


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("One\n two.\n\nThree.", ["One two.", "¶", "Three."]),
        ("a [500ms] b [2.5s] c", ["a", 500, "b", 2_500, "c"]),
        ("a [break:\"5s\"] b [break: '1s'] c", ["a", 5_000, "b", 1_000, "c"]),
        ('a [break:"strong"] b [break:"none"] c', ["a", 10_000, "b c"]),
        ('a [mark:"home"] b', ["a", "@home", "b"]),
        ('I like (Al)[sub:"aluminium"], not (Mg)["magnesium"].', ["I like aluminium, not magnesium."]),
        ('On (1/5/26)[date:"dmy"], (7)[number].', ["On 1/5/26, 7."]),
        ("Well-being (or so) is -5 to 5 - and a+b, ~ten. Wow! #1 <3", ["Well-being (or so) is -5 to 5 - and a+b, ~ten. "
                                                                        "Wow! #1 <3"]),
    ],
)  # fmt: skip
def test_speech_markdown_is_read(text: str, items: list[Any]) -> None:
    assert said(smd(text)) == items


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('(a)[emphasis:"strong"]', '(a)[emphasis:"strong"] is not read here'),
        ("(a)[characters]", "(a)[characters] is not read here"),
        ("(a)[sub]", "(a)[sub] is not read here"),
        ('(a)[:"b"]', "is not read here"),
        ('(a)[sub:"b";rate:"slow"]', "is not read here"),
        ("a ++b c++ d", "the emphasis in ++b c++ is not read here"),
        ("a +b+ d", "the emphasis in +b+"),
        ("a ~b~ d", "the emphasis in ~b~"),
        ("a -b- d", "the emphasis in -b-"),
        ('!["https://a.mp3"]', "sounds are struck in a script of our own"),
        ('#[voice:"Kendra"]', "the voice is chosen with --voice"),
        ("# Arriving", "Speech Markdown has no headings"),
        ("---", "Speech Markdown has no header"),
        ("[bell]", "[bell] is not read here; [5s]"),
        ("[pause 5s]", "[pause 5s] is not read here"),
        ('[break:"-5s"]', "a break's strength is one of"),
        ('[break:"3h"]', "a break's time is written like"),
        ('[mark:""]', "is not read here"),
        ("Dear {name}", "{name} is no Speech Markdown; a slot is filled in a script of our own"),
        ("a <break time='5s'/>", "a tag is read in a file of SSML"),
        ("a <!-- b -->", "<!-- is no Speech Markdown"),
        ("a ] b", "']' has no partner in this line"),
        ("a [ b", "'[' has no partner in this line"),
    ],
)
def test_what_is_no_speech_markdown_of_ours_is_an_error_with_its_place(text: str, message: str) -> None:
    problem = problems_of(f"Begin.\nAgain.\n\n{text}", "a.smd")[0]
    column = next((number for number, sign in enumerate(text, 1) if sign in "(+~-!#[{<]"), 0)
    assert problem.startswith(f"a.smd:4:{column}: error: ")
    assert message in problem


@pytest.mark.parametrize("piece", [" -a", "(a", "[", "+a ", "\n ", "<a", "#["])
def test_a_large_speech_markdown_takes_no_more_than_its_share(piece: str) -> None:
    assert grows_evenly(smd, lambda size: piece * (size // len(piece)), 80_000)

"""The script language: one example of everything it has, and the exact place of everything that is wrong."""

import dataclasses
import pickle
from typing import Any

import pytest
from helpers.scripts import (
    FILE,
    HEADER_LINES,
    PHRASES,
    at,
    body_problems,
    fragments_of,
    items,
    pause,
    problems_of,
    read,
    rest,
    say,
    script,
    written,
)

from synth.errors import ScriptError
from synth.script.document import Bed, Bell, Document, Each, Fill, Include, Paragraph, Pause, Repeat, Say, Section
from synth.script.header import Meta, Slot
from synth.script.markers import INSIDE_BLOCKS
from synth.script.markers import MARKERS as BUILT
from synth.script.parse import parse
from synth.source import Place, Problem, Source
from synth.units import HOUR

NAME = {"name": {"default": "friend"}}


def fill(line: int, column: int, slot: str, person: str = "i") -> Fill:
    return Fill(slot, person, at(line, column))


# --- a whole script ---------------------------------------------------------------------------------------------

WHOLE = """\
---
title: Loving-kindness for yourself
summary: Three or four wishes, said to yourself, at your own pace.
language: en
length: 12m                     # what elastic pauses stretch to
voice: {rate: 110}
bed:   {sound: drone, level: -18}
care:  {intensity: gentle, notes: [eyes, stop-any-time]}
slots:
  name:    {ask: What shall we call you?, default: friend}
  phrases: {ask: Three or four wishes, type: phrases, default: [peaceful, at-ease, loved]}
---

# Arriving

[bell bowl x3]

Find a way of lying that lets you be comfortable, {name}. Your eyes can be closed, or open and
resting on one place. [pause 6s] There is nothing to get right.

[pause 8s..30s]

# Wishing yourself well

[repeat 3]
[each phrase in phrases]
{phrase}
[pause 6s..20s]
[end]
[end]

# Closing

[include ground]
[bell bowl x2]
"""


def test_a_whole_script_becomes_a_document() -> None:
    def here(line: int, column: int = 1) -> Place:
        return Place(FILE, line, column)

    def ground(line: int, column: int = 1) -> Place:
        return Place("fragments/ground.md", line, column)

    assert read(WHOLE, {"ground": "Come back.\n"}) == Document(
        Meta.model_validate(
            {
                "title": "Loving-kindness for yourself",
                "summary": "Three or four wishes, said to yourself, at your own pace.",
                "language": "en",
                "length": "12m",
                "voice": {"rate": 110},
                "bed": {"sound": "drone", "level": -18},
                "care": {"intensity": "gentle", "notes": ["eyes", "stop-any-time"]},
                "slots": {
                    "name": {"ask": "What shall we call you?", "default": "friend"},
                    "phrases": {
                        "ask": "Three or four wishes",
                        "type": "phrases",
                        "default": ["peaceful", "at-ease", "loved"],
                    },
                },
            }
        ),
        (
            Section(
                "Arriving",
                (
                    Paragraph(1_500, here(14, 11)),
                    Bell("bowl", 3, -3.0, here(16)),
                    Paragraph(1_500, here(16, 15)),
                    Say(
                        (
                            "Find a way of lying that lets you be comfortable, ",
                            Fill("name", "i", here(18, 51)),
                            ". Your eyes can be closed, or open and resting on one place.",
                        ),
                        here(18),
                    ),
                    Pause(6_000, 6_000, 1, here(19, 23)),
                    Say(("There is nothing to get right.",), here(19, 34)),
                    Paragraph(1_500, here(19, 64)),
                    Pause(8_000, 30_000, 1, here(21)),
                    Paragraph(1_500, here(21, 16)),
                ),
                here(14),
            ),
            Section(
                "Wishing yourself well",
                (
                    Paragraph(1_500, here(23, 24)),
                    Repeat(
                        3,
                        (
                            Each(
                                "phrase",
                                "phrases",
                                (
                                    Say((Fill("phrase", "i", here(27)),), here(27)),
                                    Pause(6_000, 20_000, 1, here(28)),
                                    Paragraph(1_500, here(29)),
                                ),
                                here(26),
                            ),
                            Paragraph(1_500, here(30)),
                        ),
                        here(25),
                    ),
                    Paragraph(1_500, here(30, 6)),
                ),
                here(23),
            ),
            Section(
                "Closing",
                (
                    Paragraph(1_500, here(32, 10)),
                    Include(
                        "ground",
                        (Say(("Come back.",), ground(1)), Paragraph(1_500, ground(2))),
                        here(34),
                    ),
                    Bell("bowl", 2, -3.0, here(35)),
                    Paragraph(1_500, here(36)),
                ),
                here(32),
            ),
        ),
    )


def test_a_document_is_hashable_but_for_its_header_and_never_changed() -> None:
    document = script("Hello.")
    assert hash(document.sections) == hash(script("Hello.").sections)
    with pytest.raises(dataclasses.FrozenInstanceError):
        document.sections = ()  # type: ignore[misc]


# --- the header -------------------------------------------------------------------------------------------------


def test_only_a_title_is_required_and_every_other_key_has_a_default() -> None:
    meta = read("---\ntitle: Test\n---\nHello.").meta
    assert meta.model_dump() == {
        "title": "Test",
        "summary": "",
        "author": "",
        "programme": "",
        "language": "en",
        "length": None,
        "voice": {"name": None, "rate": 110, "effect": None},
        "bed": {"sound": "none", "level": -18.0},
        "bell": {"sound": "bowl", "level": -3.0, "interval": None, "at": (), "settle": 0},
        "pauses": {"paragraph": 1_500, "normal": 5_000, "short": 3_000, "long": 10_000},
        "care": {"intensity": "gentle", "needs": (), "audience": "anyone", "notes": (), "allow": {}},
        "slots": {},
    }


def test_every_key_is_read() -> None:
    text = """\
---
title: Test
summary: What it is
author: Somebody
programme: Eight weeks
language: en-gb
length: 1m30s
voice: {name: "pyttsx3:gmw/en", rate: 90, treatment: hall}
bed: {sound: rain, level: -22.5}
bell: {sound: chime, level: -6, interval: 5m, at: [90s, 12m30s], settle: 1m}
pauses: {paragraph: 2s, deep: 1m}
care: {intensity: strong, needs: [loving-kindness], for: clinicians, notes: [eyes]}
slots:
  name: {ask: Who?}
  count: {type: number, default: 3}
  wishes: {type: phrases, default: [happy, May I rest.]}
  touch: {type: choice, of: [heart, none], default: none}
---
{name} {count} {touch}
[each wish in wishes]
{wish}
[end]
"""
    assert read(text).meta.model_dump() == {
        "title": "Test",
        "summary": "What it is",
        "author": "Somebody",
        "programme": "Eight weeks",
        "language": "en-gb",
        "length": 90_000,
        "voice": {"name": "pyttsx3:gmw/en", "rate": 90, "effect": "hall"},
        "bed": {"sound": "rain", "level": -22.5},
        "bell": {"sound": "chime", "level": -6.0, "interval": 300_000, "at": (90_000, 750_000), "settle": 60_000},
        "pauses": {"paragraph": 2_000, "normal": 5_000, "short": 3_000, "long": 10_000, "deep": 60_000},
        "care": {
            "intensity": "strong",
            "needs": ("loving-kindness",),
            "audience": "clinicians",
            "notes": ("eyes",),
            "allow": {},
        },
        "slots": {
            "name": {"ask": "Who?", "type": "text", "of": (), "default": None},
            "count": {"ask": "", "type": "number", "of": (), "default": 3},
            "wishes": {"ask": "", "type": "phrases", "of": (), "default": ("happy", "May I rest.")},
            "touch": {"ask": "", "type": "choice", "of": ("heart", "none"), "default": "none"},
        },
    }


def test_a_question_mark_needs_no_quotes_even_inside_braces() -> None:
    text = "---\ntitle: Test\nslots: {name: {ask: What shall we call you?, default: friend}}\n---\n{name}"
    assert read(text).meta.slots == {"name": Slot(ask="What shall we call you?", default="friend")}


@pytest.mark.parametrize("length", ["720", "12m", "720s", '"12m"', "0.2h"])
def test_a_header_length_is_a_duration(length: str) -> None:
    assert read(f"---\ntitle: Test\nlength: {length}\n---\nHello.").meta.length == 720_000


HEADER_FAULTS = [
    pytest.param("title:", "2:1: error: 'title' should be text", id="nothing as title"),
    pytest.param('title: "  "', "2:1: error: 'title': string should have at least 1 character", id="blank title"),
    pytest.param("title: 12", "2:1: error: 'title' should be text; put 12 in quotes", id="number as title"),
    pytest.param("title: true", "2:1: error: 'title' should be text; put true in quotes", id="bool as title"),
    pytest.param("summary: x", "2:1: error: 'title' is missing", id="no title"),
    pytest.param("title: T\ntitel: T", "3:1: error: unknown key 'titel'; did you mean 'title'?", id="unknown key"),
    pytest.param("title: T\nzzz: T", "3:1: error: unknown key 'zzz'", id="unlike any key"),
    pytest.param(
        "title: T\nvoice:\n  rte: 90", "4:3: error: unknown key 'voice.rte'; did you mean 'rate'?", id="deeper key"
    ),
    pytest.param(
        "title: T\nvoice: {rate: 79}",
        "3:9: error: 'voice.rate': input should be greater than or equal to 80",
        id="too slow",
    ),
    pytest.param(
        "title: T\nbed: {level: 3}", "3:7: error: 'bed.level': input should be less than or equal to 0", id="too loud"
    ),
    pytest.param(
        "title: T\nbell: {interval: 10s}",
        "3:8: error: 'bell.interval': bells through a sitting are at least 30s apart, or they are heard as one",
        id="bells too near",
    ),
    pytest.param(
        "title: T\nvoice: {treatment: cosy}",
        "3:9: error: 'voice.treatment': input should be 'plain', 'warm' or 'hall'",
        id="no such treatment",
    ),
    pytest.param(
        "title: T\nlanguage: English",
        "3:1: error: 'language': string should match pattern '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'",
        id="language",
    ),
    pytest.param(
        "title: T\nlength: soon",
        "3:1: error: 'length': 'soon' is not a duration; write it like 5s, 1m30s or 500ms",
        id="length",
    ),
    pytest.param(
        "title: T\nlength: -5m", "3:1: error: 'length': a duration can't be negative: -5m", id="negative length"
    ),
    pytest.param(
        "title: T\nlength: true",
        "3:1: error: 'length': a duration is written like 5s, 1m30s or 500ms",
        id="bool as length",
    ),
    pytest.param(
        "title: T\nlength: 25h", "3:1: error: 'length': 25h is too long; the most is 24h", id="more than a day"
    ),
    pytest.param(
        "title: T\ncare: {intensity: mild}",
        "3:8: error: 'care.intensity': input should be 'gentle', 'moderate' or 'strong'",
        id="intensity",
    ),
    pytest.param("title: T\ntitle: U", "3:1: error: 'title' stands here twice; keep one", id="the same key twice"),
    pytest.param(
        "title: T\nbed:\n  level: -1\n  level: -2",
        "5:3: error: 'level' stands here twice; keep one",
        id="the same key twice, deeper",
    ),
    pytest.param(
        "title: T\nsummary: *there",
        "3:10: error: write the value out: '*there' (an alias) is not read here",
        id="alias",
    ),
    pytest.param(
        "title: T\nsummary: !!python/name:os.system x",
        "3:10: error: 'tag:yaml.org,2002:python/name:os.system' (a tag) is not read here; write plain text or a number",
        id="tag",
    ),
    pytest.param("title: T\nsummary: " + "[" * 12 + "]" * 12, "3:21: error: nested more than 12 deep", id="too deep"),
    pytest.param("- title", "2:1: error: expected keys and values, such as 'title: …'", id="a list"),
    pytest.param("just words", "2:1: error: expected keys and values, such as 'title: …'", id="words"),
    pytest.param("", "2:1: error: expected keys and values, such as 'title: …'", id="nothing"),
]


@pytest.mark.parametrize(("header", "problem"), HEADER_FAULTS)
def test_a_fault_in_the_header_is_told_with_its_line_and_key(header: str, problem: str) -> None:
    (told,) = problems_of(f"---\n{header}\n---\nHello.")
    assert told.startswith(f"{FILE}:{problem}")


@pytest.mark.parametrize(
    ("slot", "column", "message"),
    [
        ("{default: true}", 10, "'slots.name.default': should be text"),
        ("{default: {a: b}}", 10, "'slots.name.default': should be text"),
        ("{type: crowd}", 10, "'slots.name.type': input should be 'text', 'number', 'phrases', 'people' or 'choice'"),
        (
            "{type: choice}",
            3,
            "'slots.name': a choice needs its values, 'of: [a, b]', and only a choice has them",
        ),
        ("{of: [a]}", 3, "'slots.name': a choice needs its values, 'of: [a, b]', and only a choice has them"),
        ("{type: choice, of: [a, b], default: c}", 3, "'slots.name': the default is one of a, b"),
        ("{type: number, default: three}", 3, "'slots.name': the default of a number is a number"),
        ("{default: [a]}", 3, "'slots.name': the default of a slot of type text can't be ('a',)"),
        ("{type: phrases, default: happy}", 3, "'slots.name': the default of a slot of type phrases can't be 'happy'"),
    ],
)
def test_a_slot_that_can_not_be_is_told_with_its_place(slot: str, column: int, message: str) -> None:
    text = f"---\ntitle: T\nslots:\n  name: {slot}\n---\n{{name}}"
    (problem,) = problems_of(text)
    assert problem.startswith(f"{FILE}:4:{column}: error: {message}")


def test_one_wrong_value_is_one_problem() -> None:
    text = "---\ntitle: T\nslots:\n  wishes: {type: phrases, default: [1, happy]}\n---\n[each w in wishes]\n{w}\n[end]"
    (problem,) = problems_of(text)
    assert problem.startswith(f"{FILE}:4:")


@pytest.mark.parametrize("value", ["2026-11-22", "2026-99-99", "12:30", "yes", "Off", "0x1f", "0123", "1_000", "1e3"])
def test_what_only_looks_like_a_date_a_time_or_a_switch_stays_the_text_that_was_written(value: str) -> None:
    text = f"---\ntitle: {value}\nslots: {{name: {{default: {value}}}}}\n---\n{{name}}"
    assert (read(text).meta.title, read(text).meta.slots["name"].default) == (value, value)


def test_a_header_that_is_no_yaml_is_told_with_its_place() -> None:
    (problem,) = problems_of("---\ntitle: T\nsummary: one: two\n---\nHello.")
    assert problem.startswith(f"{FILE}:3:13: error: this is not YAML: mapping values are not allowed here")


def test_a_character_that_yaml_refuses_is_told_with_its_line() -> None:
    (problem,) = problems_of("---\ntitle: T\nsummary: a\0b\n---\nHello.")
    assert problem.startswith(f"{FILE}:3:")


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_lines_are_counted_as_an_editor_counts_them(character: str) -> None:
    text = f"---\ntitle: T\nsummary: 'a{character}b{character}c'\nzzz: 1\n---\nHello."
    assert f"{FILE}:4:1: error: unknown key 'zzz'" in problems_of(text)


def test_a_yaml_bomb_is_refused_where_it_first_grows() -> None:
    bomb = "title: T\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    assert problems_of(f"---\n{bomb}---\nHello.") == [
        f"{FILE}:4:8: error: write the value out: '*a' (an alias) is not read here"
    ]


def test_a_header_has_an_end_to_its_length() -> None:
    assert problems_of(f"---\ntitle: T\nsummary: {'x' * 100_000}\n---\nHello.") == [
        f"{FILE}:2:1: error: this is longer than 100000 characters"
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: error: the file is empty; a script begins with a header"),
        (" \n\n", "1:1: error: the file is empty; a script begins with a header"),
        ("Hello.", "1:1: error: a script begins with a header: a line '---'"),
        ("---\ntitle: T\nHello.", "1:1: error: the header is never closed; put a line '---' under it"),
        ("---\ntitle: T\n---\n", "1:1: error: nothing stands under the header"),
        ("---\ntitle: T\n---\n\n<!-- all of it -->\n", "1:1: error: nothing stands under the header"),
        ("---\ntitle: T\n---\n" + "a. \n\n" * 200_001, "1:1: error: a script has at most 1000000 characters"),
    ],
    ids=["empty", "blank", "no header", "open header", "no body", "comments only", "too long"],
)
def test_a_file_that_is_no_script_says_what_is_missing(text: str, problem: str) -> None:
    (told,) = problems_of(text)
    assert told.startswith(f"{FILE}:{problem}")


# --- text -------------------------------------------------------------------------------------------------------


def test_text_up_to_a_marker_or_the_paragraphs_end_is_one_utterance() -> None:
    assert items("One,\n  two. [pause 2s] Three.\n\nFour.") == (
        say(1, 1, "One, two."),
        pause(2, 8, 2_000),
        say(2, 19, "Three."),
        rest(2, 25),
        say(4, 1, "Four."),
        rest(4, 6),
    )


def test_white_space_is_folded_and_tells_nothing_apart() -> None:
    spaced = items("  One \t two\n\tthree.  \n \t \n\n  Four.")
    assert [item.parts for item in spaced if isinstance(item, Say)] == [("One two three.",), ("Four.",)]
    assert spaced[0] == say(1, 3, "One two three.")
    assert spaced[2] == say(5, 3, "Four.")


def test_a_paragraphs_rest_is_the_headers() -> None:
    assert items("One.\n\nTwo.", pauses={"paragraph": "2.5s"}) == (
        say(1, 1, "One."),
        rest(1, 5, 2_500),
        say(3, 1, "Two."),
        rest(3, 5, 2_500),
    )


def test_headings_open_sections_and_what_stands_above_the_first_is_one_too() -> None:
    assert script("Hello.\n\n# One\nFirst.\n\n## Two ##\n\nSecond.\n").sections == (
        Section("", (say(1, 1, "Hello."), rest(1, 7)), at(1)),
        Section("One", (say(4, 1, "First."), rest(4, 7)), at(3)),
        Section("Two", (rest(6, 10), say(8, 1, "Second."), rest(9, 1)), at(6)),
    )


def test_a_heading_right_under_text_ends_its_paragraph() -> None:
    above, _ = script("Hello.\n# One\nFirst.").sections
    assert [type(item) for item in above.items] == [Say, Paragraph]


@pytest.mark.parametrize("heading", ["# One", "   ### One", "# One ##", "#  One  ", "###### One"])
def test_a_heading_may_be_of_any_depth(heading: str) -> None:
    (section,) = script(f"{heading}\nFirst.").sections
    assert section.title == "One"


@pytest.mark.parametrize(
    ("heading", "message"),
    [
        ("#", "a heading without a title; write one behind the #"),
        ("# ##", "a heading without a title; write one behind the #"),
        ("# One [pause 5s]", "a heading is a plain title, without brackets and braces"),
        ("# For {name}", "a heading is a plain title, without brackets and braces"),
    ],
)
def test_a_heading_is_a_plain_title(heading: str, message: str) -> None:
    assert body_problems(f"Hello.\n\n{heading}\nFirst.") == [f"{FILE}:6:1: error: {message}"]


@pytest.mark.parametrize("comment", ["<!-- ten minutes -->", "<!-- ten\nminutes -->"])
def test_a_comment_behind_a_heading_is_no_part_of_it(comment: str) -> None:
    (section,) = script(f"# One {comment}\nFirst.").sections
    assert section.title == "One"
    assert [item.parts for item in section.items if isinstance(item, Say)] == [("First.",)]


def test_a_control_character_in_a_heading_is_an_error() -> None:
    (problem,) = body_problems("# One\x07\nFirst.")
    assert problem.startswith(f"{FILE}:4:6: error: the character U+0007 ")


def test_a_section_with_nothing_in_it_is_still_a_section() -> None:
    assert [section.title for section in script("# One\n\n# Two\nHello.").sections] == ["One", "Two"]


def test_there_are_no_more_sections_than_a_table_of_contents_holds() -> None:
    body = "# A section\nHello.\n"
    assert len(script(body * 255).sections) == 255
    assert body_problems(body * 256) == [f"{FILE}:514:1: error: more than 255 sections; join some"]


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (r"One \[pause 5s\] two.", "One [pause 5s] two."),
        (r"One \{name\} two.", "One {name} two."),
        (r"One \<break\> two.", "One <break> two."),
        (r"\# One", "# One"),
        (r"One \\ two.", "One \\ two."),
        (r"One \\\[ two.", "One \\[ two."),
        (r"One \n two.", "One \\n two."),
        ("One < 2 > 1.", "One < 2 > 1."),
        ("One <- two -> three.", "One <- two -> three."),
        ("One #two", "One #two"),
        ("####### One", "####### One"),
    ],
)
def test_escaped_characters_are_spoken_as_themselves(body: str, parts: str) -> None:
    assert items(body) == (say(1, 1, parts), rest(1, len(body) + 1))


@pytest.mark.parametrize(
    "body",
    ["One <!-- not said --> two.", "One <!-- [bogus] {bogus}\n\n# not a heading\n --> two.", "One <!----> two."],
)
def test_a_comment_is_never_said_and_ends_no_utterance(body: str) -> None:
    said, rested = items(body)
    assert said == say(1, 1, "One two.")
    assert isinstance(rested, Paragraph)


def test_a_comment_may_stand_before_between_and_behind_everything() -> None:
    assert items("<!-- a -->One.<!-- b -->\n<!-- c -->\n\n[pause 2s]<!-- d --> Two. <!-- e -->") == (
        say(1, 11, "One."),
        rest(2, 11),
        pause(4, 1, 2_000),
        say(4, 22, "Two."),
        rest(4, 37),
    )


def test_a_comment_that_is_never_closed_is_an_error_where_it_opens() -> None:
    assert body_problems("One.\n\nTwo <!-- three.\n\n[pause 5s]\n") == [
        f"{FILE}:6:5: error: this comment is never closed; close it with -->"
    ]


@pytest.mark.parametrize("text", ["José, Łukasz and O’Brien", "李, Nguyễn", "naïve — “so”…", "x\u00a0y", "🙂 hello"])
def test_every_script_of_the_world_is_spoken_as_written(text: str) -> None:
    assert items(text)[0] == say(1, 1, text.replace("\u00a0", " "))


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\ufeff", "\u2028", "\ud800", "\ue000"])
def test_a_character_that_can_not_be_spoken_is_an_error_at_its_column(character: str) -> None:
    code = f"U+{ord(character):04X}"
    assert body_problems(f"One.\n\nTwo{character} three.") == [
        f"{FILE}:6:4: error: the character {code} can't be spoken; take it out"
    ]


def test_a_long_run_of_text_wants_a_pause() -> None:
    assert items("x" * 2_000)[0] == say(1, 1, "x" * 2_000)
    assert body_problems(f"One.\n\n{'x' * 2_001}") == [
        f"{FILE}:6:1: error: more than 2000 characters without a pause; put a [pause] or a blank line in"
    ]


@pytest.mark.parametrize("body", ["One [pause 5s].", "One [pause 5s] , [pause 5s]", "One.\n\n…\n\nTwo.", "One.\n\n---"])
def test_a_run_without_a_letter_or_digit_is_an_error(body: str) -> None:
    (problem,) = body_problems(body)
    assert "error: there is nothing to say in '" in problem


# --- how a file is saved ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("newline", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_line_ends_of_every_system_are_read_alike(newline: str) -> None:
    assert read(WHOLE.replace("\n", newline), {"ground": f"Come back.{newline}"}) == read(
        WHOLE, {"ground": "Come back.\n"}
    )


def test_a_byte_order_mark_is_not_read() -> None:
    assert read("\ufeff" + WHOLE, {"ground": "\ufeffCome back.\n"}) == read(WHOLE, {"ground": "Come back.\n"})


def test_a_missing_last_newline_loses_nothing() -> None:
    whole, cut = (read(text, {"ground": "Come back.\n"}) for text in (WHOLE, WHOLE.rstrip()))
    assert whole.meta == cut.meta
    assert whole.sections[:-1] == cut.sections[:-1]
    assert whole.sections[-1].items[:-1] == cut.sections[-1].items[:-1]


def test_white_space_behind_the_headers_rules_is_not_read() -> None:
    assert read(written("Hello.").replace("---", "---  ")) == script("Hello.")


# --- pauses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marker", "least", "most", "weight"),
    [
        ("[pause 5s]", 5_000, 5_000, 1),
        ("[pause 0s]", 0, 0, 1),
        ("[pause 2h]", 2 * HOUR, 2 * HOUR, 1),
        ("[pause 1m30s]", 90_000, 90_000, 1),
        ("[pause 1m 30s]", 90_000, 90_000, 1),
        ("[pause 500ms]", 500, 500, 1),
        ("[ pause  5s ]", 5_000, 5_000, 1),
        ("[pause]", 5_000, 5_000, 1),
        ("[pause short]", 3_000, 3_000, 1),
        ("[pause long]", 10_000, 10_000, 1),
        ("[pause 10s..40s]", 10_000, 40_000, 1),
        ("[pause 10s .. 40s]", 10_000, 40_000, 1),
        ("[pause 10s..2h]", 10_000, 2 * HOUR, 1),
        ("[pause 10s..]", 10_000, None, 1),
        ("[pause 0s..]", 0, None, 1),
        ("[pause 10s..40s x2]", 10_000, 40_000, 2),
        ("[pause 10s.. x100]", 10_000, None, 100),
        ("[pause 7s..7s]", 7_000, 7_000, 1),
        ("[5s]", 5_000, 5_000, 1),
        ("[5 s]", 5_000, 5_000, 1),
        ("[0.5s]", 500, 500, 1),
        ("[.5s]", 500, 500, 1),
        ("[500ms]", 500, 500, 1),
        ("[2m]", 120_000, 120_000, 1),
        ('[break:"5s"]', 5_000, 5_000, 1),
        ('[break: "5s"]', 5_000, 5_000, 1),
        ("[break 5s]", 5_000, 5_000, 1),
        ("[pause:5s]", 5_000, 5_000, 1),
        ("[pause=5s]", 5_000, 5_000, 1),
        ("[Pause 5S]", 5_000, 5_000, 1),
        ('<break time="5s"/>', 5_000, 5_000, 1),
        ("<break time='500ms' />", 500, 500, 1),
        ('<BREAK time="5s">', 5_000, 5_000, 1),
        ("<break time=5s/>", 5_000, 5_000, 1),
    ],
)
def test_a_pause_in_every_spelling(marker: str, least: int, most: int | None, weight: int) -> None:
    assert items(f"One. {marker} Two.") == (
        say(1, 1, "One."),
        pause(1, 6, least, most, weight),
        say(1, 7 + len(marker), "Two."),
        rest(1, 11 + len(marker)),
    )


@pytest.mark.parametrize(
    ("marker", "ms"),
    [
        ("[pause 5]", 5_000),
        ("[pause:5]", 5_000),
        ("[PAUSE: 2.5]", 2_500),
        ("[pause 0.5]", 500),
        ("[pause 301]", 301_000),
    ],
)
def test_a_bare_number_is_seconds_and_known_as_bare(marker: str, ms: int) -> None:
    assert items(f"One. {marker}")[1] == pause(1, 6, ms, bare=True)


def test_a_bare_range_is_seconds_too() -> None:
    assert items("One. [pause 10..40]")[1] == pause(1, 6, 10_000, 40_000, bare=True)


def test_named_pauses_are_the_headers() -> None:
    named = {"short": "1s", "normal": "2s", "very-deep": "1m"}
    assert items("One. [pause short][pause][pause very-deep][pause long]", pauses=named) == (
        say(1, 1, "One."),
        pause(1, 6, 1_000),
        pause(1, 19, 2_000),
        pause(1, 26, 60_000),
        pause(1, 43, 10_000),
        rest(1, 55),
    )


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("[pause -5s]", "[pause -5s]: a duration can't be negative: -5s"),
        ("[pause −5s]", "[pause −5s]: a duration can't be negative: −5s"),
        ("[pause 1s..-5s]", "[pause 1s..-5s]: a duration can't be negative: -5s"),
        ("[pause 99999h]", "[pause 99999h]: 99999h is too long; the most is 2h"),
        ("[pause 2h1ms]", "[pause 2h1ms]: 2h1ms is too long; the most is 2h"),
        ("[pause 7201]", "[pause 7201]: 7201 is too long; the most is 2h"),
        ("[pause 10s..3h]", "[pause 10s..3h]: 3h is too long; the most is 2h"),
        ("[7201s]", "[pause 7201s]: 7201s is too long; the most is 2h"),
        ('<break time="3h"/>', "[pause 3h]: 3h is too long; the most is 2h"),
        ("[pause 5x]", "[pause 5x]: '5x' is not a duration; write it like 5s, 1m30s or 500ms"),
        ("[pause 2,5s]", "[pause 2,5s]: '2,5s' is not a duration; write it like 5s, 1m30s or 500ms"),
        ("[pause ..40s]", "[pause ..40s]: '' is not a duration; write it like 5s, 1m30s or 500ms"),
        ("[1.2.3s]", "[pause 1.2.3s]: '1.2.3s' is not a duration; write it like 5s, 1m30s or 500ms"),
        ("[pause lnog]", "[pause lnog]: the header has no pause of that name; did you mean 'long'?"),
        ("[pause zzz]", "[pause zzz]: the header has no pause of that name"),
        (
            "[pause 40s..10s]",
            "[pause 40s..10s]: the longest is shorter than the shortest; turn them round",
        ),
        (
            "[pause 5s x2]",
            "[pause 5s x2]: only an elastic pause has a share, such as [pause 10s..40s x2]",
        ),
        ("[pause 5s..9s x0]", "a pause's share is x1 to x100"),
        ("[pause 5s..9s x101]", "a pause's share is x1 to x100"),
    ],
)
def test_a_pause_that_can_not_be_is_an_error(marker: str, message: str) -> None:
    assert body_problems(f"One. {marker} Two.") == [f"{FILE}:4:6: error: {message}"]


@pytest.mark.parametrize("marker", ["[pause short x2]", "[pause x2]"])
def test_a_named_pause_has_no_share_either(marker: str) -> None:
    (problem,) = body_problems(f"One. {marker} Two.")
    assert "only an elastic pause has a share" in problem


@pytest.mark.parametrize("name", ["long", "paragraph", "deep"])
def test_a_named_pause_is_no_longer_than_any_other(name: str) -> None:
    (problem,) = body_problems("One. [pause] Two.", pauses={name: "3h"})
    assert problem.startswith(f"{FILE}:2:")
    assert problem.endswith("3h is too long; the most is 2h")


@pytest.mark.parametrize("marker", ['<break time=""/>', '[pause ""]', "[pause 0.1s...40s]"])
def test_a_pause_half_written_is_an_error(marker: str) -> None:
    (problem,) = body_problems(f"One. {marker} Two.")
    assert problem.startswith(f"{FILE}:4:6: error: [pause")


@pytest.mark.parametrize(
    "marker", [f"[pause {'1' * 10_000}x]", f'<break time={" " * 1_500}""">'], ids=["digits", "spaces"]
)
def test_a_monstrous_marker_is_refused_like_any_other(marker: str) -> None:
    (problem,) = body_problems(f"One. {marker} Two.")
    assert problem.startswith(f"{FILE}:4:6: error: ")


# --- bells and beds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marker", "sound", "strikes", "level"),
    [
        ("[bell]", "temple-bell", 1, -6.0),
        ("[bell x3]", "temple-bell", 3, -6.0),
        ("[bell bowl]", "bowl", 1, -6.0),
        ("[bell bowl x3]", "bowl", 3, -6.0),
        ("[bell: bowl X3]", "bowl", 3, -6.0),
        ("[bell bowl -12]", "bowl", 1, -12.0),
        ("[bell bowl −2.5 x2]", "bowl", 2, -2.5),
        ("[bell file.wav -6]", "file.wav", 1, -6.0),
        ('[bell "my bell.wav" x2]', "my bell.wav", 2, -6.0),
        ("[bell 0]", "temple-bell", 1, 0.0),
        ("[bell x108]", "temple-bell", 108, -6.0),
    ],
)
def test_a_bell_in_every_spelling(marker: str, sound: str, strikes: int, level: float) -> None:
    header: dict[str, Any] = {"bell": {"sound": "temple-bell", "level": -6}}
    assert items(f"One. {marker}", **header) == (
        say(1, 1, "One."),
        Bell(sound, strikes, level, at(1, 6)),
        rest(1, 6 + len(marker)),
    )


@pytest.mark.parametrize(
    ("marker", "sound", "level", "fade_ms"),
    [
        ("[bed rain]", "rain", -21.0, 8_000),
        ("[bed rain -20]", "rain", -20.0, 8_000),
        ("[bed rain over 3s]", "rain", -21.0, 3_000),
        ("[bed rain -20 over 1m 30s]", "rain", -20.0, 90_000),
        ("[bed none over 0s]", None, -21.0, 0),
        ("[bed none]", None, -21.0, 8_000),
        ('[bed "my rain.ogg"]', "my rain.ogg", -21.0, 8_000),
    ],
)
def test_a_change_of_bed_in_every_spelling(marker: str, sound: str | None, level: float, fade_ms: int) -> None:
    assert items(f"One. {marker}", bed={"level": -21}) == (
        say(1, 1, "One."),
        Bed(sound, level, fade_ms, at(1, 6)),
        rest(1, 6 + len(marker)),
    )


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("[bell x0]", "a bell is struck x1 to x108"),
        ("[bell x109]", "a bell is struck x1 to x108"),
        ("[bell bowl 3]", "[bell … 3]: a bell's level is 0 dB (as loud as the voice) down to -60"),
        ("[bell bowl -61]", "[bell … -61]: a bell's level is 0 dB (as loud as the voice) down to -60"),
        ("[bell bowl twice]", "[bell]: 'twice' is not read here; write it like [bell bowl x3 -6]"),
        ("[bed]", "[bed]: write it like [bed rain], [bed rain -20 over 8s] or [bed none over 8s]"),
        ("[bed rain loud]", "[bed]: write it like [bed rain], [bed rain -20 over 8s] or [bed none over 8s]"),
        ("[bed rain 1]", "[bed … 1]: a bed's level is 0 LU (as loud as the voice) down to -60"),
        (
            "[bed rain over]",
            "[bed … over …]: '' is not a duration; write it like 5s, 1m30s or 500ms",
        ),
        ("[bed rain over -1s]", "[bed … over …]: a duration can't be negative: -1s"),
    ],
)
def test_a_bell_or_bed_that_can_not_be_is_an_error(marker: str, message: str) -> None:
    assert body_problems(f"One. {marker} Two.") == [f"{FILE}:4:6: error: {message}"]


# --- markers that are none --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("[puase 5s]", "unknown marker [puase]; did you mean [pause 5s]?"),
        ("[zzz]", "unknown marker [zzz]; the markers are "),
        ("[pause5s]", "unknown marker [pause5s]; did you mean [pause"),
        ("[5]", "unknown marker [5]; did you mean [pause 5s]?"),
        ("[-5s]", "unknown marker [-5s]; write \\[-5s\\] to have the brackets spoken as text"),
        ("[]", "unknown marker []; write \\[\\] to have the brackets spoken as text"),
        ("[!]", "unknown marker [!]; write \\[!\\] to have the brackets spoken as text"),
        (
            "<pause/>",
            'unknown tag <pause/>; of tags, only <break time="5s"/> and <!-- a comment --> are read',
        ),
        ("<b>", 'unknown tag <b>; of tags, only <break time="5s"/> and <!-- a comment --> are read'),
        ("</b>", 'unknown tag </b>; of tags, only <break time="5s"/> and <!-- a comment --> are read'),
    ],
)
def test_an_unknown_marker_is_an_error_with_its_line_and_column(marker: str, message: str) -> None:
    (problem,) = body_problems(f"One.\n\nTwo {marker} three.")
    assert problem.startswith(f"{FILE}:6:5: error: {message}")


def test_an_unknown_marker_is_told_with_all_there_are() -> None:
    (problem,) = body_problems("One [zzz] two.")
    _, names = problem.split("the markers are ")
    assert set(names.split(", ")) == {*BUILT, *INSIDE_BLOCKS}


def test_two_dots_in_brackets_are_no_pause() -> None:
    (problem,) = body_problems("One [...] two.")
    assert "did you mean" not in problem


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("One [pause 5s two.", {"4:5": "this bracket is never closed"}),
        ("One pause 5s] two.", {"4:13": "this bracket closes nothing"}),
        ("One {name two.", {"4:5": "this brace is never closed"}),
        ("One name} two.", {"4:9": "this brace closes nothing"}),
        ("One [pause\n5s] two.", {"4:5": "this bracket is never closed", "5:3": "this bracket closes nothing"}),
        ("One [[pause 5s]] two.", {"4:5": "this bracket is never closed", "4:16": "this bracket closes nothing"}),
        ("One {{x}} two.", {"4:5": "this brace is never", "4:6": "the header has no slot 'x'", "4:9": "this brace"}),
    ],
)
def test_a_bracket_or_brace_alone_is_an_error_at_its_place(body: str, places: dict[str, str]) -> None:
    problems = body_problems(body)
    assert len(problems) == len(places)
    for problem, (place, message) in zip(problems, places.items(), strict=True):
        assert problem.startswith(f"{FILE}:{place}: error: {message}")


# --- slots and phrases ------------------------------------------------------------------------------------------


def test_a_slot_is_filled_inside_its_utterance() -> None:
    assert items("Hello, {name}. { name }", slots=NAME) == (
        say(1, 1, "Hello, ", fill(1, 8, "name"), ". ", fill(1, 16, "name")),
        rest(1, 24),
    )


@pytest.mark.parametrize(
    ("written_as", "person"),
    [
        ("{wish}", "i"),
        ("{wish for i}", "i"),
        ("{wish for you}", "you"),
        ("{wish for we}", "we"),
        ("{wish for all}", "all"),
    ],
)
def test_a_phrase_is_said_for_somebody(written_as: str, person: str) -> None:
    body = f"[each wish in phrases]\n{written_as}\n[end]"
    assert items(body, slots=PHRASES) == (
        Each("wish", "phrases", (say(2, 1, fill(2, 1, "wish", person)), rest(3, 1)), at(1)),
        rest(3, 6),
    )


def test_everybody_whom_the_error_names_can_be_named() -> None:
    (problem,) = body_problems("[each wish in phrases]\n{wish for dog}\n[end]", slots=PHRASES)
    assert problem == f"{FILE}:5:1: error: {{wish for dog}}: a phrase is said for I, you, we or all"
    for person in ("I", "you", "we", "all"):
        script(f"[each wish in phrases]\n{{wish for {person}}}\n[end]", slots=PHRASES)


@pytest.mark.parametrize(
    ("body", "place", "message"),
    [
        ("Hello {nmae}, {name}.", "4:7", "the header has no slot 'nmae'; did you mean 'name'?"),
        ("Hello {zzz}, {name}.", "4:7", "the header has no slot 'zzz'; add it under slots:"),
        ("Hello {name for you}.", "4:7", "{name for you}: only a phrase is said for somebody; write {name}"),
        (
            "Hello {Name}, {name}.",
            "4:7",
            "{Name} is not a slot; write {name} or {phrase for you}, or \\{ for the brace itself",
        ),
        (
            "Hello {}, {name}.",
            "4:7",
            "{} is not a slot; write {name} or {phrase for you}, or \\{ for the brace itself",
        ),
        (
            "[each w in name]\n{name}\n[end]",
            "4:1",
            "[each … in name]: that slot's type is text; phrases or people are needed",
        ),
    ],
)
def test_a_slot_that_is_none_is_an_error_at_its_place(body: str, place: str, message: str) -> None:
    assert body_problems(body, slots=NAME) == [f"{FILE}:{place}: error: {message}"]


def test_phrases_are_said_one_by_one() -> None:
    assert body_problems("Hello {phrases}.", slots=PHRASES) == [
        f"{FILE}:4:7: error: 'phrases' are several phrases; say them with [each phrase in phrases] … {{phrase}} … [end]"
    ]


def test_a_phrase_is_only_known_inside_its_each() -> None:
    body = "[each wish in phrases]\n{wish}\n[end]\n{wish}"
    assert body_problems(body, slots=PHRASES) == [
        f"{FILE}:7:1: error: the header has no slot 'wish'; add it under slots:"
    ]


def test_a_slot_that_nothing_says_is_an_error_at_its_key() -> None:
    text = "---\ntitle: T\nslots:\n  name: {default: friend}\n  place: {default: home}\n---\nHello {name}."
    assert problems_of(text) == [
        f"{FILE}:5:3: error: the header's slot 'place' is used nowhere; say {{place}} in the text, or take it out"
    ]


# --- blocks -----------------------------------------------------------------------------------------------------


def test_blocks_nest_and_keep_their_items() -> None:
    body = "[repeat 2]\nOne.\n[each wish in phrases]\n{wish}\n[end]\n[end]\nTwo."
    assert items(body, slots=PHRASES) == (
        Repeat(
            2,
            (
                say(2, 1, "One."),
                Each("wish", "phrases", (say(4, 1, fill(4, 1, "wish")), rest(5, 1)), at(3)),
                rest(6, 1),
            ),
            at(1),
        ),
        say(7, 1, "Two."),
        rest(7, 5),
    )


@pytest.mark.parametrize("marker", ["[repeat 3]", "[repeat x3]", "[Repeat: 3]"])
def test_a_repeat_in_every_spelling(marker: str) -> None:
    (block, _) = items(f"{marker}\nOne.\n[end]")
    assert block == Repeat(3, (say(2, 1, "One."), rest(3, 1)), at(1))


def test_two_eaches_over_the_same_phrases_nest() -> None:
    body = "[each one in phrases]\n[each other in phrases]\n{one} {other}\n[end]\n[end]"
    (outer, _) = items(body, slots=PHRASES)
    said = say(3, 1, fill(3, 1, "one"), " ", fill(3, 7, "other"))
    inner = Each("other", "phrases", (said, rest(4, 1)), at(2))
    assert outer == Each("one", "phrases", (inner, rest(5, 1)), at(1))


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ("[repeat 2]\nOne.", ["4:1: error: [repeat] has no [end]"]),
        (
            "[repeat 2]\n[each wish in phrases]\n{wish}",
            ["4:1: error: [repeat] has no [end]", "5:1: error: [each] has no [end]"],
        ),
        ("One.\n[end]", ["5:1: error: this [end] closes nothing; take it out"]),
        ("[repeat 0]\nOne.\n[end]", ["4:1: error: [repeat 0]: once to 10000 times"]),
        ("[repeat 10001]\nOne.\n[end]", ["4:1: error: [repeat 10001]: once to 10000 times"]),
        ("[repeat]\nOne.\n[end]", ["4:1: error: [repeat]: say how many times, such as [repeat 3]"]),
        ("[repeat twice]\nOne.\n[end]", ["4:1: error: [repeat]: say how many times, such as [repeat 3]"]),
        ("[repeat 2.5]\nOne.\n[end]", ["4:1: error: [repeat]: say how many times, such as [repeat 3]"]),
        (
            "[each w in phrases]\n[each w in phrases]\n{w}\n[end]\n[end]",
            ["5:1: error: [each w …] inside another one; choose another word"],
        ),
        (
            "[repeat 2]\n# One\nHello.\n[end]",
            ["5:1: error: a section can't begin inside [repeat]; put the [end] before it"],
        ),
    ],
)
def test_a_block_that_can_not_be_is_one_error_at_its_place(body: str, problems: list[str]) -> None:
    told = body_problems(body, slots=PHRASES if "phrases" in body else {})
    assert told == [f"{FILE}:{problem}" for problem in problems]


@pytest.mark.parametrize(
    "opening", ["[each wish of phrases]", "[each wish in prases]", "[each wish]", "[each name in phrases]"]
)
def test_a_mistaken_each_is_one_problem_not_one_for_every_use(opening: str) -> None:
    variable = "name" if "name" in opening else "wish"
    body = f"Hello {{name}}.\n\n{opening}\n{{{variable}}} and then {{{variable} for you}}\n[end]"
    told = body_problems(body, slots=PHRASES | NAME)
    assert [problem.partition(" error: ")[0] for problem in told] == [f"{FILE}:6:1:"]


def test_blocks_nest_twenty_deep_with_their_text() -> None:
    def nested(depth: int) -> str:
        return "[repeat 1]\n" * depth + "One.\n" + "[end]\n" * depth

    items(nested(19))
    assert body_problems(nested(20)) == [f"{FILE}:23:1: error: blocks nested more than 20 deep"]


def test_a_thousand_blocks_inside_each_other_are_an_error_too() -> None:
    problems = body_problems("[repeat 1]\n" * 1_000 + "One.\n" + "[end]\n" * 1_000)
    assert problems[0] == f"{FILE}:23:1: error: blocks nested more than 20 deep"


def test_ten_thousand_utterances_are_the_most() -> None:
    body = "[repeat 100]\n[repeat {}]\nOne.\n[end]\n[end]"
    assert items(body.format(100))
    assert body_problems(body.format(101)) == [
        f"{FILE}:4:1: error: this would say more than 10000 utterances; repeat it less often"
    ]


# --- fragments --------------------------------------------------------------------------------------------------


def test_a_fragment_is_read_where_it_is_included() -> None:
    fragments = {"settle": "Feel the floor. {name}\n\n[include breath]\n", "breath": "Breathe."}

    def settle(line: int, column: int = 1) -> Place:
        return Place("fragments/settle.md", line, column)

    def breath(line: int, column: int = 1) -> Place:
        return Place("fragments/breath.md", line, column)

    assert items("One. [include settle] Two.", fragments=fragments, slots=NAME) == (
        say(1, 1, "One."),
        Include(
            "settle",
            (
                Say(("Feel the floor. ", Fill("name", "i", settle(1, 17))), settle(1)),
                Paragraph(1_500, settle(1, 23)),
                Include("breath", (Say(("Breathe.",), breath(1)), Paragraph(1_500, breath(1, 9))), settle(3)),
                Paragraph(1_500, settle(4)),
            ),
            at(1, 6),
        ),
        say(1, 23, "Two."),
        rest(1, 27),
    )


def test_a_fragment_inside_an_each_says_its_phrases() -> None:
    (block, _) = items(
        "[each wish in phrases]\n[include said]\n[end]", fragments={"said": "{wish for you}"}, slots=PHRASES
    )
    here = Place("fragments/said.md", 1, 1)
    said = (Say((Fill("wish", "you", here),), here), Paragraph(1_500, Place("fragments/said.md", 1, 15)))
    assert block == Each("wish", "phrases", (Include("said", said, at(2)), rest(3, 1)), at(1))


@pytest.mark.parametrize(
    ("fragment", "problem"),
    [
        ("One.\n\nTwo [bogus] three.", "3:5: error: unknown marker [bogus]; "),
        ("One {nobody}.", "1:5: error: the header has no slot 'nobody'; add it under slots:"),
        ("\r\n\r\nOne [pause 5s", "3:5: error: this bracket is never closed"),
        ("# One\n\nTwo.", "1:1: error: a fragment can't open a section; take the heading out"),
        ("One.\n[end]", "2:1: error: this [end] closes nothing; take it out"),
        ("One.\n[repeat 2]\nTwo.", "2:1: error: [repeat] has no [end]"),
        ("One. <!-- two", "1:6: error: this comment is never closed; close it with -->"),
    ],
)
def test_an_error_in_a_fragment_tells_its_own_file_and_line(fragment: str, problem: str) -> None:
    body = "[repeat 2]\n[include settle]\n[end]\nHello."
    (told,) = body_problems(body, fragments={"settle": fragment})
    assert told.startswith(f"fragments/settle.md:{problem}")


def test_an_error_in_a_fragment_included_twice_is_told_once() -> None:
    (problem,) = body_problems("[include f]\n[include f]", fragments={"f": "One [bogus] two."})
    assert problem.startswith("fragments/f.md:1:5: error: unknown marker [bogus]; ")


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a/b", "..\\secret", "settle.md", "https://x", '""'])
def test_an_include_names_a_fragment_and_no_path(path: str) -> None:
    assert body_problems(f"One.\n\n[include {path}]", fragments={"settle": "Two."}) == [
        f"{FILE}:6:1: error: [include]: name one fragment of the fragments folder, such as [include settle]"
    ]


def test_an_unknown_fragment_is_told_with_the_known_ones() -> None:
    fragments = {"settle": "One.", "ground": "Two."}
    assert body_problems("[include setle]\n[include zzz]", fragments=fragments) == [
        f"{FILE}:4:1: error: [include setle]: there is no such fragment; did you mean 'settle'?",
        f"{FILE}:5:1: error: [include zzz]: there is no such fragment; there are ground, settle",
    ]
    assert body_problems("[include zzz]") == [
        f"{FILE}:4:1: error: [include zzz]: there is no such fragment; there are none"
    ]


def test_a_circle_of_fragments_is_told_with_its_way() -> None:
    fragments = {"one": "Hello. [include two]", "two": "There. [include one]"}
    assert body_problems("[include one]", fragments=fragments) == [
        "fragments/two.md:1:8: error: [include one] goes in a circle: one → two → one"
    ]
    assert body_problems("[include me]", fragments={"me": "[include me]"}) == [
        "fragments/me.md:1:1: error: [include me] goes in a circle: me → me"
    ]


def test_a_fragment_included_twice_is_no_circle() -> None:
    one, two, _ = items("[include f]\n[include f]", fragments={"f": "One."})
    assert isinstance(one, Include)
    assert isinstance(two, Include)
    assert (one.items, one.place, two.place) == (two.items, at(1), at(2))


def test_fragments_nest_no_deeper_than_blocks() -> None:
    chain = {f"f{n}": f"[include f{n + 1}]" for n in range(500)} | {"f500": "One."}
    (problem,) = body_problems("[include f0]", fragments=chain)
    assert "more than" in problem


def test_fragments_that_double_at_every_step_are_an_error() -> None:
    doubling = {f"f{n}": f"[include f{n + 1}]\n[include f{n + 1}]" for n in range(15)} | {"f15": "One."}
    (problem,) = body_problems("[include f0]", fragments=doubling)
    assert "more than" in problem


# --- many errors at once ----------------------------------------------------------------------------------------


def test_every_error_is_told_at_once_in_header_body_and_fragments() -> None:
    text = """\
---
titel: Test
length: soon
voice: {rate: fast}
---
One [puase 5s] two. [pause -5s]

# A [bad] heading

Three ] four. [pause nosuch] {whoever}
[include settle]
[repeat 2]
"""
    assert problems_of(text, {"settle": "Five [6] seven."}) == [
        "fragments/settle.md:1:6: error: unknown marker [6]; did you mean [pause 6s]?",
        f"{FILE}:2:1: error: 'title' is missing",
        f"{FILE}:2:1: error: unknown key 'titel'; did you mean 'title'?",
        f"{FILE}:3:1: error: 'length': 'soon' is not a duration; write it like 5s, 1m30s or 500ms",
        f"{FILE}:4:9: error: 'voice.rate': input should be a valid integer, unable to parse string as an integer",
        f"{FILE}:6:5: error: unknown marker [puase]; did you mean [pause 5s]?",
        f"{FILE}:6:21: error: [pause -5s]: a duration can't be negative: -5s",
        f"{FILE}:8:1: error: a heading is a plain title, without brackets and braces",
        f"{FILE}:10:7: error: this bracket closes nothing; write \\] to have it spoken",
        f"{FILE}:12:1: error: [repeat] has no [end]",
    ]


def test_a_key_that_stands_twice_hides_no_other_fault_of_the_header() -> None:
    problems = problems_of("---\ntitle: T\nbed: {sound: rain, sound: drone}\nzzz: 1\n---\nHello.")
    assert problems == [
        f"{FILE}:3:20: error: 'sound' stands here twice; keep one",
        f"{FILE}:4:1: error: unknown key 'zzz'",
    ]


def test_an_error_keeps_its_problems_through_a_process_pool() -> None:
    with pytest.raises(ScriptError) as raised:
        parse(Source(FILE, written("One [bogus")), fragments_of({}))
    error = pickle.loads(pickle.dumps(raised.value))
    message = "this bracket is never closed; close it with ], or write \\[ to have it spoken"
    assert error.problems == (Problem(Place(FILE, HEADER_LINES + 1, 5), message),)
    assert str(error) == f"{FILE}:4:5: error: {message}"

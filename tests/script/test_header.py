"""A script's header: every key, its default, and the place of every fault."""

import pytest
from helpers.scripts import (
    FILE,
    problems_of,
    read,
)

from synth.script.header import Slot


def test_only_a_title_is_required_and_every_other_key_has_a_default() -> None:
    meta = read("---\ntitle: Test\n---\nHello.").meta
    assert meta.model_dump() == {
        "title": "Test",
        "summary": "",
        "author": "",
        "programme": "",
        "language": "en",
        "length": None,
        "voice": {"name": None, "rate": 125, "effect": None},
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
  name: {ask: Who?, as: "Hello {Ana}."}
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
            "name": {"ask": "Who?", "spoken": "Hello {Ana}.", "type": "text", "of": (), "default": None},
            "count": {"ask": "", "spoken": None, "type": "number", "of": (), "default": 3},
            "wishes": {"ask": "", "spoken": None, "type": "phrases", "of": (), "default": ("happy", "May I rest.")},
            "touch": {"ask": "", "spoken": None, "type": "choice", "of": ("heart", "none"), "default": "none"},
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
        "3:9: error: 'voice.treatment': input should be 'plain', 'light', 'warm' or 'hall'",
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

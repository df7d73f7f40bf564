"""The script language: a whole script, text, blocks and fragments, and the exact place of everything that is wrong."""

import pytest
from helpers.scripts import (
    FILE,
    PHRASES,
    at,
    body_problems,
    items,
    pause,
    problems_of,
    read,
    rest,
    say,
    script,
    written,
)

from synth.script.document import Bell, Document, Each, Fill, Include, Paragraph, Pause, Repeat, Say, Section
from synth.script.header import Meta
from synth.source import Place

NAME = {"name": {"default": "friend"}}


def fill(line: int, column: int, slot: str, person: str = "i") -> Fill:
    return Fill(slot, person, at(line, column))


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

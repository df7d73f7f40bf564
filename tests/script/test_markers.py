"""Markers: pauses, bells and beds in every spelling, and what is none."""

from typing import Any

import pytest
from helpers.scripts import (
    FILE,
    at,
    body_problems,
    items,
    pause,
    rest,
    say,
)

from synth.script.document import Bed, Bell
from synth.script.markers import INSIDE_BLOCKS
from synth.script.markers import MARKERS as BUILT
from synth.units import HOUR


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

"""What a careful teacher would remark: every rule broken and mended, answered, and taken for an error."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from helpers.scripts import HEADER_LINES, body_problems, written

from synth.cli.group import cli
from synth.script.care import RULES, WORDS
from synth.script.header import Care
from synth.scripts import meditation_names

OPENING = "You might sit, or lie down. Your eyes can be closed, or open. You can stop at any time.\n\n"
"""The choices of the first minute, in two lines."""

STIRRING = {"care": {"intensity": "moderate"}}
AGAIN = "[pause 1m]\n\nYou can stop here, too. [pause 10s]\n\n"
GROUNDED = "Feel your feet on the floor, and hear the sounds of the room. [pause 1m]\n\n"

BROKEN: dict[str, tuple[dict[str, Any], str, int, str]] = {
    "eyes-choice": (
        {}, "You might sit, or lie down. You can stop at any time.\n\nClose your eyes.\n[bell]", 1,
        "You might sit, or lie down. You can stop at any time.\n\nClose your eyes, or rest them on the wall.\n[bell]",
    ),
    "posture-choice": (
        {}, "Sit up straight. Your eyes can be closed, or open. You can stop at any time.\n[bell]", 1,
        "Find a way of sitting that suits you. Your eyes can be closed, or open. You can stop at any time.\n[bell]",
    ),
    "leave-to-stop": (
        {}, "You might sit, or lie down. Your eyes can be closed, or open. Now stop for a moment.\n[bell]", 1,
        "You might sit, or lie down. Your eyes can be closed, or open. You're free to stop whenever you like.\n[bell]",
    ),
    "again-before-hardest": (
        STIRRING, f"{OPENING}[pause 3m]\n\nNow think of it.\n\n{GROUNDED}[bell]", 5,
        f"{OPENING}{AGAIN}Now think of it.\n\n{GROUNDED}[bell]",
    ),
    "grounding": (
        STIRRING, f"{OPENING}{AGAIN}Now think of it. [pause 3m]\n\nFeel your feet. [pause 20s]\n\nGoodbye.\n[bell]", 11,
        f"{OPENING}{AGAIN}Now think of it. [pause 3m]\n\n{GROUNDED}Goodbye.\n[bell]",
    ),
    "touch-another-way": (
        {}, f"{OPENING}Place a hand on your heart.\n[bell]", 3,
        f"{OPENING}Place a hand on your heart. [pause 5s]\n\nSomewhere else is fine, too.\n[bell]",
    ),
    "breath-another-anchor": (
        {}, f"{OPENING}Sit with both feet on the floor.\n\nFollow your breath. [pause 20s]\n[bell]", 5,
        f"{OPENING}Follow your breath. [pause 20s]\n\nThe floor under your feet will do just as well.\n[bell]",
    ),
    "long-silence": (
        {"length": "15m"}, f"{OPENING}I will be quiet. [pause 10s..]\n\nGoodbye.\n[bell]", 3,
        f"{OPENING}I will be quiet. [pause 10s..] [bell] [pause 10s..]\n\nGoodbye.\n[bell]",
    ),
    "no-cure": (
        {}, f"{OPENING}This will take all your worries away.\n[bell]", 3,
        f"{OPENING}You may notice something, or nothing at all.\n[bell]",
    ),
    "no-medical-advice": (
        {}, f"{OPENING}Stop taking your medication.\n[bell]", 3,
        f"{OPENING}Do not stop taking your medication.\n[bell]",
    ),
    "no-forced-breath": (
        {}, f"{OPENING}Hear the rain. Hold your breath for as long as you can.\n[bell]", 3,
        f"{OPENING}Hear the rain. There is no need to hold your breath.\n[bell]",
    ),
    "breath-pace": (
        {}, f"{OPENING}Hear the rain.\n\n[breath 10 in 1s out 1s]\n[bell]", 5,
        f"{OPENING}Hear the rain.\n\n[breath 10 in 4s out 6s]\n[bell]",
    ),
    "no-reliving": (
        {}, f"{OPENING}Return to the moment you were hurt the most.\n[bell]", 3,
        f"{OPENING}Return to a moment that was only a little hard.\n[bell]",
    ),
    "bell-at-close": ({}, f"[bell]\n\n{OPENING}Goodbye. [pause 5s]", 5, f"{OPENING}Goodbye. [pause 5s]\n[bell]"),
    "bare-number": ({}, f"{OPENING}[pause 301]\n[bell]", 3, f"{OPENING}[pause 301s]\n[bell]"),
    "idle-length": ({"length": "5m"}, f"{OPENING}[pause 5s]\n[bell]", 1, f"{OPENING}[pause 5s..]\n[bell]"),
}  # fmt: skip
"""For each rule: a header, a body that breaks it, the line where, and the body mended."""


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Check":
    monkeypatch.chdir(tmp_path)
    for variable in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    return Check()


class Run(NamedTuple):
    exit_code: int
    output: str


class Check:
    """The command, for a body under a header; what it tells beside the rules of care is left out."""

    def run(self, body: str, *options: str, **header: Any) -> Run:
        care = header.get("care", {})
        care = {**care, "allow": {**care.get("allow", {}), "answer-branches": "tested elsewhere"}}
        Path("a.md").write_text(written(body, **header | {"care": care}), encoding="utf-8")
        result = CliRunner().invoke(cli, ["check", "a.md", *options])
        told = result.output.splitlines(keepends=True)
        beside = r"(?:not )?read: |.*out of reach|.*\(answer-branches\)$"
        return Run(result.exit_code, "".join(line for line in told if not re.match(beside, line)))

    def lines(self, body: str, *options: str, **header: Any) -> list[str]:
        return self.run(body, *options, **header).output.splitlines()

    def rules(self, body: str, **header: Any) -> list[str]:
        """The rules that a body breaks."""
        return re.findall(r"\((\S+)\)$", self.run(body, **header).output, re.M)


NOTHING = ["1 script, nothing to mend"]


def test_the_header_knows_every_rule() -> None:
    assert tuple(rule.name for rule in RULES) == Care.RULES
    assert set(BROKEN) == set(Care.RULES)


@pytest.mark.parametrize("rule", BROKEN)
class TestEveryRule:
    def test_is_told_in_one_line_at_its_place(self, rule: str, check: Check) -> None:
        header, body, line, _ = BROKEN[rule]
        run = check.run(body, **header)
        assert run.exit_code == 0
        assert re.fullmatch(rf"a\.md:{HEADER_LINES + line}:\d+: warning: .+: .+; .+ \({rule}\)\n", run.output)

    def test_is_silent_where_it_is_mended(self, rule: str, check: Check) -> None:
        header, _, _, mended = BROKEN[rule]
        assert check.lines(mended, **header) == NOTHING

    def test_is_answered_in_the_header(self, rule: str, check: Check) -> None:
        header, body, line, _ = BROKEN[rule]
        answered = {"care": {**header.get("care", {}), "allow": {rule: "we talked about it"}}}
        for strict in ([], ["--strict"]):
            run = check.run(body, *strict, **header | answered)
            assert run.exit_code == 0
            note, *rest = run.output.splitlines()
            assert re.fullmatch(rf"a\.md:{HEADER_LINES + line}:\d+: note: .+ we talked about it \({rule}\)", note)
            assert rest == NOTHING

    def test_is_an_error_where_it_is_taken_strictly(self, rule: str, check: Check) -> None:
        header, body, line, _ = BROKEN[rule]
        run = check.run(body, "--strict", **header)
        assert run.exit_code == 1
        assert re.fullmatch(rf"a\.md:{HEADER_LINES + line}:\d+: error: .+ \({rule}\)\n", run.output)


def test_json_tells_rule_and_severity(check: Check) -> None:
    body = f"{OPENING}This is proven.\n\nGoodbye."
    run = check.run(body, "--json", care={"allow": {"bell-at-close": "bedtime"}})
    assert [(p["line"], p["severity"], p["rule"]) for p in json.loads(run.output)] == [
        (HEADER_LINES + 3, "warning", "no-cure"), (HEADER_LINES + 5, "note", "bell-at-close"),
    ]  # fmt: skip


class TestCareInTheHeader:
    def test_an_unknown_rule_is_an_error(self) -> None:
        (problem,) = body_problems("Hello.", care={"allow": {"bell-at-clos": "bedtime"}})
        assert re.fullmatch(
            r"script\.md:2:\d+: error: 'care\.allow': .*'bell-at-clos'; did you mean 'bell-at-close'\?", problem
        )

    def test_a_rule_is_answered_with_a_reason(self) -> None:
        (problem,) = body_problems("Hello.", care={"allow": {"bell-at-close": " "}})
        assert "error: 'care.allow.bell-at-close'" in problem

    def test_a_strong_script_without_a_need_is_an_error(self) -> None:
        (problem,) = body_problems("Hello.", care={"intensity": "strong", "needs": []})
        assert re.fullmatch(r"script\.md:2:\d+: error: 'care': a strong script .*needs: \[loving-kindness\]", problem)

    def test_a_strong_script_with_a_need_is_read_like_a_moderate_one(self, check: Check) -> None:
        care = {"intensity": "strong", "needs": ["loving-kindness"]}
        broken = check.rules(f"{OPENING}Think of it. [pause 4m]\n[bell]", care=care)
        assert sorted(broken) == ["again-before-hardest", "grounding"]


class TestLanguages:
    FRENCH = "Ferme les yeux.\n\nPose une main sur ton cœur. [pause 11m]\n\nCela te guérit."

    def test_that_are_not_read_have_only_the_rules_that_need_no_words(self, check: Check) -> None:
        assert "fr" not in WORDS
        rules = check.rules(self.FRENCH, language="fr", **STIRRING)
        assert rules == ["language", "long-silence", "bell-at-close"]

    def test_that_are_not_read_are_told_with_every_rule(self, check: Check) -> None:
        (note, *_) = check.lines("Bonjour.\n[bell]", language="fr-ca")
        assert note == (
            "a.md:1:1: note: care is read in English, Spanish and German; in 'fr-ca' these rules were not read: "
            "eyes-choice, posture-choice, leave-to-stop, again-before-hardest, grounding, touch-another-way, "
            "breath-another-anchor, no-cure, no-medical-advice, no-forced-breath, no-reliving (language)"
        )

    @pytest.mark.parametrize("language", ["en-gb", "de", "es-mx"])
    def test_share_the_words_of_their_regions(self, language: str, check: Check) -> None:
        assert "eyes-choice" in check.rules("Hmm.\n[bell]", language=language)


class TestTakingBack:
    @pytest.mark.parametrize(
        ("text", "rules"),
        [
            ("Close your eyes. Do not open them.", ["eyes-choice"]),
            ("Close your eyes. [pause 5s] Do not open them.", ["eyes-choice"]),
            ("Rest your eyes. Look for a box. Do not open it.", []),
            ("Here is a box of letters. Do not open them.", []),
            ("Do not move a muscle.", ["posture-choice"]),
            ("Do not stop, whatever comes.", ["leave-to-stop"]),
            ("You do not have to stop.", []),
        ],
    )
    def test_what_was_offered(self, text: str, rules: list[str], check: Check) -> None:
        assert check.rules(f"{OPENING}{text}\n[bell]") == rules


class TestHeaderIsReadToo:
    def test_for_promises_and_advice(self, check: Check) -> None:
        slots = {"line": {"default": "Stop taking your pills."}}
        assert check.rules(f"{OPENING}{{line}}\n[bell]", slots=slots) == ["no-medical-advice"]

    def test_a_strong_script_may_lead_to_the_worst(self, check: Check) -> None:
        care = {"intensity": "strong", "needs": ["loving-kindness"]}
        body = f"{OPENING}{AGAIN}Return to the moment you were hurt the most.\n\n{GROUNDED}[bell]"
        assert check.lines(body, care=care) == NOTHING


@pytest.mark.parametrize(
    ("pace", "rules"),
    [("in 1s out 1s", 1), ("in 1s out 2s", 0), ("in 10s out 10s", 0), ("in 10s out 11s", 1)],
)
def test_the_pace_of_a_breath_has_bounds(pace: str, rules: int, check: Check) -> None:
    assert check.rules(f"{OPENING}Hear the rain.\n\n[breath 3 {pace}]\n[bell]") == ["breath-pace"] * rules


class TestFirstMinute:
    LATE = "You might sit, or lie down. Your eyes can be closed, or open."

    def test_does_not_count_bells(self, check: Check) -> None:
        rings = "[bell bowl x9]\n\n"
        assert check.lines(f"{rings}{OPENING}[bell]") == NOTHING

    def test_ends(self, check: Check) -> None:
        body = f"{self.LATE} [pause 1m]\n\nYou can stop at any time.\n[bell]"
        assert check.rules(body) == ["leave-to-stop"]

    def test_is_that_of_a_listener_with_the_headers_own_words(self, check: Check) -> None:
        slots = {"name": {"ask": "Who?"}, "wishes": {"type": "phrases"}, "n": {"type": "number"}}
        body = f"Hello, {{name}}, {{n}}.\n\n{OPENING}[each wish in wishes]\n{{wish}}\n[end]\n[bell]"
        assert check.lines(body, slots=slots) == NOTHING


class TestAgain:
    @pytest.mark.parametrize(
        "body",
        [
            f"{OPENING}You can stop whenever you like. [pause 4m]\n\nNow think of it.\n\n{GROUNDED}[bell]",
            f"{OPENING}[pause 4m]\n\nNow think of it. You can stop.\n\n{GROUNDED}[bell]",
        ],
        ids=["in the first minute", "in the last third"],
    )
    def test_is_no_sooner_and_no_later(self, body: str, check: Check) -> None:
        assert check.rules(body, **STIRRING) == ["again-before-hardest"]

    def test_is_not_asked_of_a_gentle_script(self, check: Check) -> None:
        assert check.lines(f"{OPENING}[pause 4m]\n\nGoodbye.\n[bell]") == NOTHING


class TestGrounding:
    def test_may_be_the_shipped_fragment(self, check: Check) -> None:
        assert (
            check.lines(f"{OPENING}{AGAIN}Now think of it. [pause 3m]\n\n[include ground]\n[bell]", **STIRRING)
            == NOTHING
        )

    def test_comes_before_the_close(self, check: Check) -> None:
        body = f"{OPENING}{AGAIN}[include ground]\n\nNow think of it. [pause 9m]\n\nGoodbye.\n[bell]"
        assert check.rules(body, **STIRRING) == ["grounding"]


class TestTouch:
    CHOSEN = "[choose touch]\n[option heart]\nPlace a hand on your heart.\n[option none]\n{}\n[end]\n[bell]"
    SLOTS = {"touch": {"type": "choice", "of": ["heart", "none"]}}  # noqa: RUF012

    @pytest.mark.parametrize(
        "text",
        [
            "Give yourself a hug.", "Rest your palms gently on your belly.", "Lay one hand over {place}.",
            "Hug yourself.", "Stroke your cheek.",
        ],
    )  # fmt: skip
    def test_is_known_by_its_words(self, text: str, check: Check) -> None:
        slots = {"place": {"default": "the heart"}} if "{" in text else {}
        assert check.rules(f"{OPENING}{text}\n[bell]", slots=slots) == ["touch-another-way"]

    def test_is_one_way_of_several_where_it_is_chosen(self, check: Check) -> None:
        assert check.lines(OPENING + self.CHOSEN.format("Look at a tree."), slots=self.SLOTS) == NOTHING

    def test_is_found_in_a_branch_not_taken(self, check: Check) -> None:
        body = OPENING + self.CHOSEN.replace("hand on your heart", "flower there").format("Stroke your cheek.")
        assert check.lines(body, slots=self.SLOTS) == NOTHING, "the first option is the other way"
        body = OPENING + self.CHOSEN.format("Stroke your cheek.")
        assert check.rules(body, slots=self.SLOTS) == ["touch-another-way"] * 2

    def test_is_not_every_hand(self, check: Check) -> None:
        assert check.lines(f"{OPENING}Press your hands on the floor. On the other hand, rest.\n[bell]") == NOTHING


class TestBreath:
    def test_is_a_marker_too(self, check: Check) -> None:
        (line,) = check.lines(f"{OPENING}[breath 4 cued]\n[bell]")
        assert re.fullmatch(rf"a\.md:{HEADER_LINES + 3}:1: warning: .* \(breath-another-anchor\)", line)

    def test_may_come_behind_another_anchor(self, check: Check) -> None:
        assert check.lines(f"{OPENING}There may be sounds.\n\n[breath 4]\n[bell]") == NOTHING


class TestSilence:
    @pytest.mark.parametrize("length", ["9m", "10m"])
    def test_of_ten_minutes_needs_no_bell(self, length: str, check: Check) -> None:
        assert check.lines(f"{OPENING}I will be quiet. [pause {length}]\n\nGoodbye.\n[bell]") == NOTHING

    def test_is_as_long_as_the_header_has_it(self, check: Check) -> None:
        body = f"{OPENING}I will be quiet. [pause 10s..]\n\nGoodbye.\n[bell]"
        assert check.lines(body, length="9m") == NOTHING

    def test_may_be_made_of_several_pauses_and_a_bed(self, check: Check) -> None:
        body = f"{OPENING}I will be quiet.\n[repeat 11]\n[pause 1m]\n[end]\n[bed rain]\n[bell]"
        (line,) = check.lines(body)
        assert re.match(rf"a\.md:{HEADER_LINES + 3}:1: warning: a silence of 11m", line)

    def test_of_a_length_out_of_reach_is_the_shortest(self, check: Check) -> None:
        assert check.lines(f"{OPENING}I will be quiet. [pause 10s..20s]\n\nGoodbye.\n[bell]", length="1h") == []


@pytest.mark.parametrize("header", [{"title": "A cure for worry"}, {"summary": "Guaranteed peace."}])
def test_no_cure_is_promised_in_the_header_either(header: dict[str, str], check: Check) -> None:
    (line,) = check.lines(f"{OPENING}Goodbye.\n[bell]", **header)
    assert re.fullmatch(r"a\.md:1:1: warning: .* \(no-cure\)", line)


def test_what_can_not_be_said_in_a_language_is_an_error(check: Check) -> None:
    run = check.run("[breath 2 cued]", language="fr")
    assert (run.exit_code, len(run.output.splitlines())) == (1, 1)
    assert "error: " in run.output


def test_all_that_ships_is_clean(check: Check) -> None:
    run = CliRunner().invoke(cli, ["check", "--strict"])
    assert run.exit_code == 0
    told, read = run.output.splitlines()
    assert told == f"{len(meditation_names())} scripts, nothing to mend"
    assert read.endswith("care rules in English, which found nothing of what they look for")

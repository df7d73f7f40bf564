"""What a track of a batch is known by: all that decides its sound and its tags, and nothing else."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from helpers.sound import Studio

from synth.batch.planning import BatchPlan, BatchSettings, Job, plan_batch
from synth.batch.roster import read_roster
from synth.batch.run import make_batch
from synth.batch.storage import LocalStorage
from synth.content_cache import Cache
from synth.personalise.listener import SessionOptions
from synth.speech import synthesis
from synth.speech.effects import EFFECTS
from synth.voices.tones import TonesVoice

SCRIPT = """\
---
title: Evening
author: Ada
programme: Nights
language: en
length: 60s
bed: {sound: rain, level: -20}
bell: {sound: own.wav, level: -6, at: [20s]}
slots: {name: {ask: What are you called?, default: friend}}
---
[bell]

# Arriving

Welcome, {name}. [pause 2s..] Rest here. [pause 3s]
[breath 2 in 3s out 4s]
[mark home]
"""
ROSTER = "name,say_as\nAna,ahna\n"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    """One for all, as decoding a bed takes its time."""
    return Cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def studio(tmp_path: Path, cache: Cache) -> Studio:
    studio = Studio(tmp_path, cache)
    studio.keep("own.wav", np.sin(np.arange(9_600) / 20))
    return studio


def planned(studio: Studio, script: str, roster: str, *, together: bool = False, **changed: Any) -> BatchPlan:
    (studio.folder / "evening.md").write_text(script, encoding="utf-8")
    people = studio.folder / "people.csv"
    people.write_text(roster, encoding="utf-8")
    options = SessionOptions(**{"voice": "tones", "effect": "warm"} | changed.get("options", {}))
    settings = BatchSettings(studio.cache, changed.get("loudness", -16.0), changed.get("quality"))
    plan = plan_batch(read_roster(people), [str(studio.folder / "evening.md")], options, settings, together=together)
    assert not plan.failures
    return plan


def made(studio: Studio, script: str, roster: str, *, together: bool) -> int:
    """How many tracks were made that were not there already."""
    plan = planned(studio, script, roster, together=together)
    return make_batch(plan, LocalStorage(studio.folder / "out")).count("made")


def job(studio: Studio, script: str = SCRIPT, roster: str = ROSTER, **changed: Any) -> Job:
    return planned(studio, script, roster, **changed).jobs[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("What are you called?", "Who is listening?"),
        ("default: friend", "default: dear one"),
        ("[bell]\n", "<!-- a comment\nof two lines -->\n\n[bell]\n"),
        ("[pause 2s..] Rest", "[pause 2s..]\nRest"),
        ("Welcome,", "  Welcome,"),
        ("programme: Nights", "programme: Nights\nsummary: A calm end of the day"),
    ],
)
def test_is_not_where_a_thing_stands_nor_what_is_asked(studio: Studio, old: str, new: str) -> None:
    changed = SCRIPT.replace(old, new)
    assert changed != SCRIPT
    assert job(studio, changed).key == job(studio).key
    assert job(studio, changed).session != job(studio, changed.replace("Rest", "Sit")).session


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Rest here", "Sit here"),
        ("Evening", "Night"),
        ("author: Ada", "author: Ida"),
        ("programme: Nights", "programme: Days"),
        ("language: en", "language: en-gb"),
        ("length: 60s", "length: 61s"),
        ("level: -20", "level: -21"),
        ("sound: rain", "sound: ocean"),
        ("level: -6", "level: -7"),
        ("at: [20s]", "at: [21s]"),
        ("# Arriving", "# Coming"),
        ("[pause 3s]", "[pause 4s]"),
        ("[pause 2s..]", "[pause 2s..55s]"),
        ("in 3s out 4s", "in 4s out 3s"),
        ("[mark home]", "[mark base]"),
        ("[bell]", "[bell x2]"),
        ("Rest here", "[voice rate 140] Rest here"),
    ],
)
def test_is_every_word_pause_and_level(studio: Studio, old: str, new: str) -> None:
    changed = SCRIPT.replace(old, new)
    assert changed != SCRIPT
    assert job(studio, changed).key != job(studio).key


@pytest.mark.parametrize("roster", ["name,say_as\nAnna,ahna\n", "name,say_as\nAna,anna\n", "name\nAna\n"])
def test_is_a_name_and_how_it_is_said(studio: Studio, roster: str) -> None:
    assert job(studio, roster=roster).key != job(studio).key


@pytest.mark.parametrize(
    "changed",
    [
        {"loudness": -18.0},
        {"quality": "V2"},
        {"options": {"effect": "hall"}},
        {"options": {"rate": 120}},
        {"options": {"bed_level": -25.0}},
        {"options": {"bed": "none"}},
        {"options": {"sleep": True}},
        {"options": {"sleep": True, "bed_after_ms": 5_000}},
    ],
    ids=str,
)
def test_is_every_option(studio: Studio, changed: dict[str, Any]) -> None:
    assert job(studio, **changed).key != job(studio).key


def test_is_an_options_value_and_not_only_that_there_is_one(studio: Studio) -> None:
    keys = {job(studio, options={"sleep": True, "bed_after_ms": ms}).key for ms in (1_000, 2_000)}
    assert len(keys) == 2


def test_is_what_a_sounds_file_holds_and_not_where_it_lies(studio: Studio, tmp_path: Path) -> None:
    before = job(studio).key
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere = Studio(folder, studio.cache)
    (studio.folder / "own.wav").rename(folder / "own.wav")
    assert job(elsewhere).key == before
    elsewhere.keep("own.wav", np.sin(np.arange(9_600) / 21))
    assert job(elsewhere).key != before


def test_is_what_an_effect_does_and_not_its_help(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    before, warm = job(studio).key, EFFECTS["warm"]
    for effect, is_same in ((replace(warm, about="said otherwise"), True), (replace(warm, reverb=None), False)):
        monkeypatch.setattr(synthesis, "EFFECTS", MappingProxyType({**EFFECTS, "warm": effect}))
        assert (job(studio).key == before) == is_same


def test_is_the_version_of_its_voice(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    before = job(studio).key
    monkeypatch.setattr(TonesVoice, "version", "tones 2")
    assert job(studio).key != before


@pytest.mark.parametrize("together", [False, True])
def test_a_comment_makes_nothing_anew(studio: Studio, together: bool) -> None:
    people = "name\nAna\nBo\n"
    assert made(studio, SCRIPT, people, together=together) == 2
    assert made(studio, SCRIPT.replace("# Arr", "<!-- a line more -->\n\n# Arr"), people, together=together) == 0
    assert made(studio, SCRIPT.replace("[pause 3s]", "[pause 4s]"), people, together=together) == 2


@pytest.mark.parametrize(("together", "anew"), [(False, 1), (True, 2)])
def test_in_step_the_longest_sentence_decides_all_levels(studio: Studio, together: bool, anew: int) -> None:
    assert made(studio, SCRIPT, "name\nAna\nMaximilian\n", together=together) == 2
    assert made(studio, SCRIPT, "name\nAna\nMaximilien\n", together=together) == anew

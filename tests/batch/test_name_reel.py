"""The name reel holds what a roster says, and nothing that its cells would be as a script."""

from pathlib import Path

import pytest

from synth.batch.name_reel import PAUSE_MS, name_reel
from synth.batch.roster import read_roster
from synth.content_cache import Cache
from synth.errors import RequestError, ScriptError, VoiceError
from synth.personalise.listener import SessionOptions
from synth.personalise.session import Session, SessionItem, Utterance
from synth.script.document import Pause
from synth.sounds.collection import Sounds


def reel(folder: Path, roster: str, voice: str = "tones") -> Session:
    (folder / "people.csv").write_text(roster, encoding="utf-8")
    cache = Cache(folder / "cache")
    people = read_roster(folder / "people.csv")
    return name_reel(people, "en", SessionOptions(voice=voice), Sounds(cache, [folder]), cache)


def items(session: Session) -> list[SessionItem]:
    return [item for section in session.sections for item in section.items]


def test_is_a_number_a_name_and_a_pause_for_each(tmp_path: Path) -> None:
    session = reel(tmp_path, "name;say_as;voice\nAna;;\n;;tones\n{x} [bell];ex;tones:tone\n")
    said, silences = items(session)[::2], items(session)[1::2]
    assert [(one.text, one.spoken, one.style.voice, one.names) for one in said if isinstance(one, Utterance)] == [
        ("1: Ana.", "1: Ana.", "tones", ("Ana",)),
        ("3: {x} [bell].", "3: ex.", "tones:tone", ("{x} [bell]",)),
    ]
    assert [one.min_ms for one in silences if isinstance(one, Pause)] == [PAUSE_MS, PAUSE_MS]
    assert (session.meta.title, session.meta.language) == ("The names", "en")


@pytest.mark.parametrize("voice", ["tones] [pause 10s", "tones]Hello[bell", "tones rate 400", "tuba", "tones:nobody"])
def test_a_voice_that_is_not_there_is_told_with_its_row(voice: str, tmp_path: Path) -> None:
    with pytest.raises(ScriptError) as raised:
        reel(tmp_path, f"name,voice\nAna,\nBo,{voice}\nCy,{voice}\n")
    for line, name, told in zip((3, 4), ("Bo", "Cy"), str(raised.value).splitlines(), strict=True):
        assert told.startswith(f"{tmp_path}/people.csv:{line}:1: error: {name}: there is no ")


def test_a_voice_for_all_that_is_not_there_is_no_rows_fault(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"^there is no speech engine 'tuba'"):
        reel(tmp_path, "name,voice\nAna,tones\nBo,\n", voice="tuba")


def test_nobody_is_no_reel(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="nobody in this roster has a name"):
        reel(tmp_path, "name,voice\n,tones\n")


def test_a_say_as_that_is_none_is_told_with_its_row(tmp_path: Path) -> None:
    with pytest.raises(ScriptError) as raised:
        reel(tmp_path, "name,say_as\nAna,\nBo,/bo3/\nCy,{lang: es}\n")
    assert str(raised.value).splitlines() == [
        f"{tmp_path}/people.csv:3:1: error: Bo: say_as: '3', character 4 of /bo3/, is no sign of the phonetic alphabet",
        f"{tmp_path}/people.csv:4:1: error: Cy: say_as: a language is given as {{language: es}}, not as {{lang: es}}",
    ]


def test_each_name_is_said_as_it_is_asked_or_guessed(tmp_path: Path) -> None:
    session = reel(tmp_path, "name;say_as\nSiobhan;/ʃɪˈvɔːn/\nŁukasz;\nJean;{language: fr}\n")
    hints = [one.hints[0] for one in items(session)[::2] if isinstance(one, Utterance)]
    assert [(hint.ipa, hint.language, hint.guessed) for hint in hints] == [
        ("ʃɪˈvɔːn", None, False),
        (None, "pl", True),
        (None, "fr", False),
    ]


def test_each_name_is_a_chapter_in_its_rows_language(tmp_path: Path) -> None:
    session = reel(tmp_path, "name;language\nAna;\nJosé;ES\nJosé;\n")
    assert [section.title for section in session.sections] == ["Ana", "José", "José"]
    said = [one for one in items(session)[::2] if isinstance(one, Utterance)]
    assert [one.style.language for one in said] == ["en", "es", "en"]
    assert [len(one.hints) for one in said] == [0, 0, 1], "a Spanish voice needs no help with a Spanish name"
    with pytest.raises(
        ScriptError, match=r"Bo: language: 'Spanish' is not the tag of a language, such as en or pt-br$"
    ):
        reel(tmp_path, "name;language\nBo;Spanish\n")

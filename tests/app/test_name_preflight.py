"""Every name before the first track."""

import sys
from pathlib import Path

import pytest
from helpers.speaking import ENGINE, Sounding, engine

from synth.app.name_preflight import NamesPreflight, SpokenName, asked_names
from synth.app.workspace import Workspace
from synth.errors import RequestError
from synth.voices.voice import RawSpeech, ReadWord, Words

listens_to_espeak = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="how espeak-ng reads a word")


def said(workspace: Workspace, *names: str, voice: str | None = None) -> list[SpokenName]:
    with NamesPreflight(workspace, voice) as preflight:
        return [*preflight.say(asked_names(names))]


def roster(folder: Path, text: str) -> str:
    path = folder / "people.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_rosters_and_names_stand_in_the_order_they_are_given(tmp_path: Path) -> None:
    people = roster(tmp_path, "name\nAna\n\nBo\n")
    assert [(asked.row.name, str(asked.place)) for asked in asked_names(["Cy", people])] == [
        ("Cy", "metta:1:1"),
        ("Ana", f"{people}:2:1"),
        ("Bo", f"{people}:4:1"),
    ]
    with pytest.raises(RequestError):
        asked_names(["none.csv"])


@listens_to_espeak
def test_each_is_said_in_its_own_way(tmp_path: Path, workspace: Workspace) -> None:
    rows = "Ana;; Nguyễn_Łukasz;; Niamh;; Siobhan;/ʃɪˈvɔːn/; Ada;ay_da; José;;es Jean;{language:fr};"
    text = "name;say_as;language\n" + "\n".join(rows.split()).replace("_", " ")
    told = said(workspace, roster(tmp_path, text), voice="pyttsx3")
    assert [(one.number, one.language, one.origin, one.phonemes, one.warning) for one in told] == [
        (1, "en", "voice", "ˈɑːnə", None),
        (2, "vi, pl", "guessed", "ŋwˈiɛn wˈukaʃ", None),
        (3, "en", "lexicon", "nˈiːv", None),
        (4, "en", "say_as", "ʃɪˈvɔːn", None),
        (5, "en", "say_as", "ˈaɪ dˈɑː", None),
        (6, "es", "voice", "xosˈe", None),
        (7, "fr", "say_as", "ʒˈɑ̃", None),
    ]
    assert all(0.2 < (one.seconds or 0) < 6 for one in told)


@listens_to_espeak
def test_what_cannot_be_said_has_a_warning_and_the_others_are_told(tmp_path: Path, workspace: Workspace) -> None:
    text = "name;say_as;voice\nAna;;\n田中 さくら;;\n;;tones\nBo;/3/;\nCy;;tuba\n"
    told = said(workspace, roster(tmp_path, text), voice="pyttsx3")
    assert [one.warning and one.warning.split(";")[0] for one in told] == [
        None,
        "the voice 'gmw/en-us' can't say '田中' (it would spell it out)",
        "the name is empty",
        "say_as: '3', character 2 of /3/, is no sign of the phonetic alphabet",
        "there is no speech engine 'tuba'",
    ]
    assert [one.length_ms is None for one in told] == [False, True, True, True, True]
    assert [one.seconds is None for one in told] == [False, True, True, True, True]


def test_a_voice_that_drops_a_name_is_told(workspace: Workspace) -> None:
    class Dropping(Sounding):
        def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
            return ()

    voice = Dropping(lambda text: RawSpeech.__new__(RawSpeech))
    with engine(voice):
        (told,) = said(workspace, "Ana", voice=ENGINE)
    assert told.warning
    assert told.warning.startswith("the voice 'first' can't say 'Ana' (it would leave it out); say how with say_as: ")
    assert voice.asked == []
    assert voice.closed


def test_a_name_can_be_heard(workspace: Workspace) -> None:
    (asked,) = asked_names(["Ana"])
    with NamesPreflight(workspace, "tones") as preflight:
        preflight.play(asked, "ana.wav")
    assert Path("ana.wav").stat().st_size > 10_000

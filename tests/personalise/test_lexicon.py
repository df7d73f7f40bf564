"""Words spelled for the voice: which are found in a text, and that only what is spoken changes."""

import json
import unicodedata
from pathlib import Path

import pytest
from helpers.scripts import PHRASES, script
from helpers.sound import run_metta
from helpers.sound import script as script_text
from hypothesis import given
from hypothesis import strategies as st
from mutagen.id3 import ID3

from synth.audio.ffmpeg import decode
from synth.content_cache import Cache
from synth.errors import RequestError, ScriptError
from synth.paths import config_path
from synth.personalise.lexicon import Lexicon
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.pipeline import prepare
from synth.script.document import Document
from synth.scripts import lexicon
from synth.scripts import phrases as shipped_phrases
from synth.sounds.collection import Sounds

NAME = {"name": {"default": "friend"}}
WORDS = {"Niamh": "Neev", "José": "Ho-zay", "Łukasz": "Wookash", "Ana": "Ah-na", "Ana María": "Anna Maria"}


def spoken(text: str, **more: str) -> str:
    return respelled(text, WORDS | more)


def respelled(text: str, words: dict[str, str]) -> str:
    """The text with each word that the lexicon finds as it is respelled."""
    composed = unicodedata.normalize("NFC", text)
    said, end = "", 0
    for found in Lexicon(words).find(composed):
        said += composed[end : found.start] + (found.say_as.respelling or "")
        end = found.end
    return said + composed[end:] if end else text


def said(document: Document, listener: Profile, wishes: SessionOptions | None = None) -> list[tuple[str, str]]:
    """What is written and what is spoken of a session."""
    made = personalise(document, listener, wishes or SessionOptions(), shipped_phrases("en"), Lexicon(WORDS))
    return [(utterance.text, utterance.spoken) for utterance in made.utterances]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the user's own words, which isn't there yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path = config_path("lexicon.yaml")
    path.parent.mkdir(exist_ok=True)
    return path


class TestWords:
    @pytest.mark.parametrize(
        ("text", "heard"),
        [
            ("Hello, Niamh.", "Hello, Neev."),
            ("niamh, NIAMH and Niamh", "Neev, Neev and Neev"),
            ("Niamh's and Niamh’s tea, ‘Niamh’", "Neev's and Neev’s tea, ‘Neev’"),
            ("(Niamh) Niamh-Ann “Niamh”", "(Neev) Neev-Ann “Neev”"),
            ("José and Łukasz", "Ho-zay and Wookash"),
            ("JOSÉ and ŁUKASZ", "Ho-zay and Wookash"),
            ("Jose\u0301", "Ho-zay"),
            ("Ana, and Ana  María", "Ah-na, and Anna Maria"),
        ],
    )  # fmt: skip
    def test_are_found_whole_in_capitals_or_not(self, text: str, heard: str) -> None:
        assert spoken(text) == heard

    @pytest.mark.parametrize(
        "text",
        ["Banana, Anabel, Ana1 and _Ana_", "Jose", "Aná", "Ana\u0301", "O'Ana, d’Ana", "Ana'd, Ana’ll", "Joséphine",
         "Łukaszek", "Niamhe\u0301", "", "🙂"],
    )  # fmt: skip
    def test_inside_others_stay_untouched(self, text: str) -> None:
        assert spoken(text) == text

    def test_are_not_spelled_twice(self) -> None:
        assert respelled("one two", {"one": "two", "two": "one"}) == "two one"

    def test_that_come_later_count(self) -> None:
        assert spoken("Niamh", niamh="Nee-uv") == "Nee-uv"

    def test_with_signs_are_signs(self) -> None:
        assert respelled("D’Arcy D'ARCY aXb a.b", {"D'Arcy": "Darsy", "a.b": r"\1"}) == r"Darsy Darsy aXb \1"

    @given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40))
    def test_that_are_not_there_leave_every_text_as_it_is(self, text: str) -> None:
        assert respelled(text, {}) == text
        assert respelled(text, {"no such words": "x"}) == text


class TestSession:
    def test_keeps_the_written_form(self) -> None:
        document = script("Hello, {name}. Meet Łukasz.", slots=NAME)
        assert said(document, Profile(name="Niamh")) == [("Hello, Niamh. Meet Łukasz.", "Hello, Neev. Meet Wookash.")]
        assert said(document, Profile(), SessionOptions({"name": "José"}))[0][1] == "Hello, Ho-zay. Meet Wookash."

    def test_finds_words_over_the_border_of_a_slot(self) -> None:
        assert said(script("{name} María, {name}bel", slots=NAME), Profile(name="Ana"))[0][1] == "Anna Maria, Anabel"

    @pytest.mark.parametrize("say_as", ["Nee-uv", "Niamh", "José"])
    def test_leaves_a_say_as_alone(self, say_as: str) -> None:
        document = script("Niamh greets {name}, {friend} and José.", slots=NAME | {"friend": {}})
        listener = Profile.model_validate(
            {"name": "Niamh", "say_as": say_as, "people": {"friend": {"name": "Bo", "say_as": "Ana"}}}
        )
        assert said(document, listener) == [
            ("Niamh greets Niamh, Bo and José.", f"Neev greets {say_as}, Ana and Ho-zay.")
        ]

    def test_leaves_a_say_as_alone_in_a_wish_too(self) -> None:
        people = {"people": {"type": "people", "default": ["friend"]}}
        document = script(
            "[each one in people]\n[each wish in phrases]\n{one}. {wish for one}\n[end]\n[end]", slots=PHRASES | people
        )
        listener = Profile.model_validate(
            {"phrases": ["May {I} meet Niamh."], "people": {"friend": {"name": "Niamh", "say_as": "ana"}}}
        )
        assert said(document, listener) == [("Niamh. May Niamh meet Niamh.", "ana. May ana meet Neev.")]

    def test_spells_what_is_asked_and_what_breath_is_counted_with(self) -> None:
        document = script('[rate 0..10 "How near is it?"]\n\n[breath 1 cued]')
        made = personalise(
            document, Profile(), SessionOptions(), {}, Lexicon({"near": "neer", "breathing": "breething"})
        )
        assert [(utterance.text, utterance.spoken) for utterance in made.utterances] == [
            ("How near is it?", "How neer is it?"),
            ("Breathing in.", "breething in."),
            ("Breathing out.", "breething out."),
        ]

    def test_too_long_a_spelling_is_told_with_its_place(self) -> None:
        document = script("Ana is here.")
        with pytest.raises(RequestError, match=r"script\.md:4:1: more than \d+ characters"):
            personalise(document, Profile(), SessionOptions(), {}, Lexicon({"Ana": "a" * 100_000}))


class TestFiles:
    def test_what_ships_is_spelled_otherwise_and_by_language(self, own: Path) -> None:
        words = lexicon("en-gb")
        assert words == lexicon("en")
        assert "Niamh" in words
        assert all(word.casefold() != spelling.casefold() for word, spelling in words.items())
        assert lexicon("xx") == {}

    def test_the_users_own_words_are_stronger(self, own: Path) -> None:
        own.write_text("en: {niamh: Nee-uv, Metta: met-ta}\nde: {Metta: Mätta}\n", encoding="utf-8")
        assert respelled("Niamh, Eoin, metta", dict(lexicon("en"))) == "Nee-uv, Owen, met-ta"
        assert respelled("Niamh, metta", dict(lexicon("de-at"))) == "Niamh, Mätta"

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("en:\n  Niamh: [Neev]\n", "2:3: error: 'en.Niamh'"),
            ("en:\n  Niamh: ''\n", "2:3: error: 'en.Niamh'"),
            ("en:\n  Ana: a\n  Ana: b\n", "3:3: error: 'Ana' stands here twice"),
            ("Niamh: Neev\n", "1:1: error: 'Niamh'"),
            ("", "1:1: error: expected keys and values"),
        ],
    )
    def test_a_fault_of_the_users_is_told_with_its_place(self, text: str, fault: str, own: Path) -> None:
        own.write_text(text, encoding="utf-8")
        with pytest.raises(ScriptError) as raised:
            lexicon("en")
        assert str(raised.value).startswith(f"{own}:{fault}")

    def test_both_reach_a_session(self, own: Path, tmp_path: Path) -> None:
        own.write_text("en: {Łukasz: Wookash}\n", encoding="utf-8")
        sounds = Sounds(Cache(tmp_path / "cache"), [])
        made = prepare(script("{name} and Łukasz.", slots=NAME), Profile(name="Niamh"), SessionOptions(), sounds)
        assert [(u.text, u.spoken) for u in made.utterances] == [("Niamh and Łukasz.", "Neev and Wookash.")]


class TestCommand:
    def test_a_track_speaks_the_spelling_and_keeps_the_word(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(
            script_text("Hello, {name}. [pause 1s]", ["slots: {name: {}}"]), encoding="utf-8"
        )
        words = ["render", "a.md", "--name", "Niamh", "--voice", "tones", "-o"]
        run = run_metta(*words, "a.mp3", "--timeline", "a.json", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, "")
        by_hand = run_metta(*words, "b.mp3", "--timeline", "b.json", "--say-as", "Niamh", folder=tmp_path)
        assert by_hand.returncode == 0
        told = [json.loads((tmp_path / name).read_text(encoding="utf-8")) for name in ("a.json", "b.json")]
        one, other = (next(cue for cue in each["cues"] if cue["kind"] == "speech") for each in told)
        assert one["text"] == other["text"] == "Hello, Niamh."
        assert one["end_ms"] < other["end_ms"], "the spelling is a letter shorter, and tones are as long as letters"
        tags = ID3(tmp_path / "a.mp3")
        assert tags.getall("USLT")[0].text.strip().endswith("Hello, Niamh.")
        assert b"Neev" not in (tmp_path / "a.mp3").read_bytes()

    def test_a_faulty_file_of_the_users_is_told_with_its_place(self, tmp_path: Path) -> None:
        folder = tmp_path / "home" / "config" / "metta-synth"
        folder.mkdir(parents=True)
        (folder / "lexicon.yaml").write_text("en:\n  108: many\n", encoding="utf-8")
        run = run_metta("show", "waking", folder=tmp_path)
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr.startswith(f"{folder / 'lexicon.yaml'}:2:3: error: ")

    def test_a_word_and_its_spelling_are_tried_by_the_voice(self, tmp_path: Path) -> None:
        say = ["voices", "--voice", "tones", "--say"]
        run = run_metta(*say, "Niamh: X = Nee-uv", "--output", "a.wav", folder=tmp_path)
        assert (run.returncode, run.stderr) == (0, "")
        (line,) = run.stdout.splitlines()
        path = tmp_path / "home" / "config" / "metta-synth" / "lexicon.yaml"
        assert line == f"to keep it, write 'Niamh: X': Nee-uv under its language (en:) in {path}"
        assert run_metta(*say, "Nee-uv", "--output", "b.wav", folder=tmp_path).stdout == ""
        one, other = (b"".join(decode(tmp_path / name)) for name in ("a.wav", "b.wav"))
        assert one == other
        assert not path.exists()

    @pytest.mark.parametrize("text", ["2 + 2 =", "= 4"])
    def test_an_equals_sign_alone_is_only_spoken(self, text: str, tmp_path: Path) -> None:
        run = run_metta("voices", "--voice", "tones", "--say", text, "--output", "a.wav", folder=tmp_path)
        assert (run.returncode, run.stdout, run.stderr) == (0, "", "")

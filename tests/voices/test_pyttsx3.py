"""Real speech by the machine's own engine, in its own process.

Where a test listens to espeak-ng's way of saying a name, it runs on Linux only; everything else runs everywhere.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soxr

from synth.audio.loudness import energies, gated_loudness
from synth.content_cache import Cache
from synth.personalise.session import Style, Utterance
from synth.source import Place
from synth.speech.synthesis import speak
from synth.units import RATE
from synth.voices import pyttsx3
from synth.voices.engines import named_voice
from synth.voices.pyttsx3 import WORKER, Pyttsx3Voice
from synth.voices.voice import EngineFault, Pronunciation, RawSpeech, ReadWord, Words

REAL = WORKER
WPM = 110
SENTENCE = "May you be well."
NAMES = ("José", "Łukasz", "O'Brien", "Nguyễn", "李")

ECHO = """
import json, pathlib, sys

for line in sys.stdin:
    pathlib.Path(sys.argv[1]).write_text(line, "utf-8")
    print(json.dumps({"error": "heard"}), flush=True)
"""
"""A worker that notes what it was asked, and says no."""

CONNECTED_WORKER = """
import socket, sys
from synth.voices.pyttsx3_worker import main

held = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
main()
"""
"""The real worker, holding a connection for as long as its process lives."""

PARENT = """
import sys, time
from synth.voices.pyttsx3 import WORKER, Pyttsx3Voice
from synth.voices.voice import Words

voice = Pyttsx3Voice(worker=(sys.executable, "-P", "-c", sys.argv[1], sys.argv[2]))
assert voice.speak(Words("May you be well."), sys.argv[3], 110).samples.any()
print("spoken", flush=True)
time.sleep(600)
"""

SPEAKER = """
import pathlib, sys
from synth.content_cache import Cache
from synth.personalise.session import Style, Utterance
from synth.source import Place
from synth.speech.synthesis import speak

place = Place("script.md", 1, 1)
texts = ("May you be well.", "May you be safe.")
style = Style("pyttsx3", "en", 110)
clips = speak([Utterance(text, text, False, style, place) for text in texts], Cache(pathlib.Path(sys.argv[1])))
sys.exit(len(clips))
"""

listens_to_espeak = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="how espeak-ng says it")


@pytest.fixture(scope="module")
def voice() -> Iterator[Pyttsx3Voice]:
    with Pyttsx3Voice() as voice:
        yield voice


@pytest.fixture(scope="module")
def english(voice: Pyttsx3Voice) -> str:
    return named_voice(voice.voices(), None, "en").id


def loudness(speech: RawSpeech) -> float:
    resampled = soxr.resample(speech.samples / 32768, speech.rate, RATE)
    return gated_loudness(energies(resampled))


def seconds(speech: RawSpeech) -> float:
    return len(speech.samples) / speech.rate


def test_every_fresh_process_speaks(english: str) -> None:
    for _ in range(6):
        with Pyttsx3Voice() as fresh:
            speech = fresh.speak(Words(SENTENCE), english, WPM)
        assert -40 < loudness(speech) < 0
        assert 1 < seconds(speech) < 4


def test_one_process_speaks_again_and_again_and_never_less(voice: Pyttsx3Voice) -> None:
    """With a change of voice before each text, which the engine must have done with before the text comes."""
    ids = [named_voice(voice.voices(), None, language).id for language in ("de", "es")]
    heard: dict[str, list[float]] = {voice_id: [] for voice_id in ids}
    for voice_id in ids * 80:
        heard[voice_id].append(seconds(voice.speak(Words(SENTENCE * 4), voice_id, 150)))
    for lengths in heard.values():
        assert min(lengths) > 0.98 * max(lengths) > 1


def test_a_voice_that_was_closed_speaks_again(english: str) -> None:
    voice = Pyttsx3Voice()
    try:
        before = voice.speak(Words(SENTENCE), english, WPM)
        voice.close()
        assert seconds(voice.speak(Words(SENTENCE), english, WPM)) == pytest.approx(seconds(before), rel=0.02)
    finally:
        voice.close()


def test_more_text_is_longer(voice: Pyttsx3Voice, english: str) -> None:
    texts = ("May", "May you", SENTENCE, SENTENCE + " May you be safe.", SENTENCE + " May you be safe. " * 5)
    lengths = [seconds(voice.speak(Words(text), english, WPM)) for text in texts]
    assert lengths == sorted(set(lengths))
    assert lengths[-1] > 3 * lengths[2]


def test_slower_is_longer(voice: Pyttsx3Voice, english: str) -> None:
    lengths = [seconds(voice.speak(Words(SENTENCE), english, rate)) for rate in (200, 150, 110, 80)]
    assert lengths == sorted(set(lengths))
    assert lengths[-1] > 1.5 * lengths[0]


def test_the_rate_of_one_text_is_not_the_next_ones(voice: Pyttsx3Voice, english: str) -> None:
    before, _, after = (seconds(voice.speak(Words(SENTENCE), english, rate)) for rate in (110, 200, 110))
    assert after == pytest.approx(before, rel=0.02)


def test_the_listed_voices_of_three_languages_speak_each_in_its_own_way(voice: Pyttsx3Voice) -> None:
    ids = [named_voice(voice.voices(), None, language).id for language in ("en", "de", "es")]
    assert len(set(ids)) == 3
    recordings = [voice.speak(Words("Nation, real, total."), voice_id, WPM) for voice_id in ids]
    assert all(loudness(speech) > -40 for speech in recordings)
    assert len({len(speech.samples) // 200 for speech in recordings}) == 3


def test_the_list_says_every_voices_id_once_with_lower_case_languages(voice: Pyttsx3Voice) -> None:
    listed = voice.voices()
    assert len({info.id for info in listed}) == len(listed) > 0
    assert all(info.name for info in listed)
    spoken = {tag for info in listed for tag in info.languages}
    assert any(tag.split("-")[0] == "en" for tag in spoken)
    assert all(tag == tag.lower() and tag.isascii() and "_" not in tag for tag in spoken)


def test_the_version_names_the_engine_and_stays(voice: Pyttsx3Voice) -> None:
    assert voice.version.startswith("pyttsx3 ")
    with Pyttsx3Voice() as another:
        assert another.version == voice.version


@listens_to_espeak
@pytest.mark.parametrize("unknown", ["gmw/nowhere", "nobody", ""])
def test_the_engine_never_speaks_with_its_last_voice_for_one_it_lacks(voice: Pyttsx3Voice, unknown: str) -> None:
    assert voice.speak(Words(SENTENCE), "gmw/de", WPM).samples.any()
    with pytest.raises(EngineFault, match="SetVoiceByName"):
        voice.speak(Words(SENTENCE), unknown, WPM)
    assert voice.speak(Words(SENTENCE), "gmw/de", WPM).samples.any()


@pytest.mark.parametrize("text", [*NAMES, 'a\nb\u2028c\t"d" \\n {"list": true} 🙏 e\u0301'])
def test_a_text_reaches_the_worker_whole(text: str, tmp_path: Path) -> None:
    noted = tmp_path / "asked"
    with (
        Pyttsx3Voice(worker=(sys.executable, "-c", ECHO, str(noted))) as voice,
        pytest.raises(EngineFault, match="heard"),
    ):
        voice.speak(Words(text), "gmw/en", 95)
    asked = json.loads(noted.read_text("utf-8"))
    assert asked.pop("file")
    assert asked == {"text": text, "voice": "gmw/en", "rate": 95}


@listens_to_espeak
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_said_whole(name: str, voice: Pyttsx3Voice) -> None:
    """Said otherwise than with a letter lost, a letter replaced, or its bytes read in another encoding."""
    said = voice.speak(Words(name), "gmw/en", WPM)
    assert loudness(said) > -40
    without_sign = name.replace("'", "")
    mangled = {
        without_sign.encode("ascii", "ignore").decode(),
        without_sign.encode("ascii", "replace").decode(),
        without_sign.encode().decode("latin-1"),
        name.partition("'")[0],
    } - {name, ""}
    assert mangled
    for other in mangled:
        assert abs(seconds(voice.speak(Words(other), "gmw/en", WPM)) - seconds(said)) > 0.03, other


@listens_to_espeak
@pytest.mark.parametrize(
    ("voice_id", "name", "alike"),
    [
        ("roa/fr", "José", "Josée"),
        ("zlw/pl", "Łukasz", "Wukasz"),
        ("aav/vi", "Nguyễn", "Nguyên"),
        ("sit/cmn", "李", "里"),
    ],
)
def test_a_name_is_as_long_as_another_that_sounds_like_it(
    voice_id: str, name: str, alike: str, voice: Pyttsx3Voice
) -> None:
    """Which it is only where every letter is read for what it is; as two or three other letters they differ."""
    said, like = (voice.speak(Words(text), voice_id, WPM) for text in (name, alike))
    assert seconds(said) == pytest.approx(seconds(like), rel=0.05)
    assert loudness(said) > -40


@listens_to_espeak
@pytest.mark.parametrize("voice_id", ["gmw/en", "gmw/en-US", "gmw/de", "roa/es"])
def test_a_pronunciation_is_said_and_not_the_written_word(voice_id: str, voice: Pyttsx3Voice) -> None:
    text = "Hello, Nguyễn, be well."
    name = (7, 13)
    short, long = (
        seconds(voice.speak(Words(text, (Pronunciation(*name, ipa),)), voice_id, WPM))
        for ipa in ("wɪn", "ˌaləksandɹəˈtiːna")
    )
    spelled = seconds(voice.speak(Words(text), voice_id, WPM))
    assert short + 0.4 < long < spelled
    again = seconds(voice.speak(Words("Hello, Winn, be well."), voice_id, WPM))
    assert again == pytest.approx(short, rel=0.12), "and the next text has no phonemes in it"


@listens_to_espeak
@pytest.mark.parametrize("before", ["", "“", "(", "‘", "Hi—", "Hi-", "Hi\u00a0", "¡", "Hi,", "[", "[["])
def test_a_pronunciation_is_said_whatever_stands_before_it(before: str, voice: Pyttsx3Voice) -> None:
    at = len(before)
    short, long = (
        seconds(voice.speak(Words(f"{before}Ana” is here.", (Pronunciation(at, at + 3, ipa),)), "gmw/en", WPM))
        for ipa in ("ˈa", "ˌaləksandɹəˈtiːna")
    )
    assert short + 0.5 < long


@listens_to_espeak
def test_brackets_of_a_text_are_never_phonemes(voice: Pyttsx3Voice) -> None:
    """Which would be one short word each: they are read as they are without a pronunciation beside them."""
    brackets = "[[alEks'andr@tin@]] [[[alEks'andr@tin@]]]"
    ana = Pronunciation(7, 10, "ˈana")
    plain, pronounced, short = (
        seconds(voice.speak(words, "gmw/en", WPM))
        for words in (
            Words(f"Hello, Ana, {brackets}."),
            Words(f"Hello, Ana, {brackets}.", (ana,)),
            Words("Hello, Ana, A B.", (ana, *(Pronunciation(at, at + 1, "alɛksˈandɹətinə") for at in (12, 14)))),
        )
    )
    assert plain > short + 1
    assert pronounced == pytest.approx(plain, rel=0.1)


@listens_to_espeak
def test_each_word_is_read_as_it_will_be_said(voice: Pyttsx3Voice) -> None:
    text = "“Hello”, Nguyễn — don't, José 😀 & 李 5."
    read = voice.read(Words(text, (Pronunciation(25, 29, "xosˈe"),)), "gmw/en-US")
    assert [(text[word.start : word.end], word.phonemes, word.spelled) for word in read] == [
        ("Hello", "həlˈoʊ", False),
        ("Nguyễn", "ˈɛn dʒˈiː jˈuː wˈaɪ lˌɛɾɚwˈʌnˈiːsˈiːfˈaɪv ˈɛn", True),
        ("don't", "dˈoʊnt", False),
        ("José", "xosˈe", False),
        ("😀", "ɡɹˈɪnɪŋ fˈeɪs", True),
        ("李", "tʃˈaɪniːzlˌɛɾɚ", True),
        ("5", "fˈaɪv", False),
    ]


def test_the_systems_voices_of_macos_and_windows_say_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyttsx3, "_ESPEAK", False)
    noted = tmp_path / "asked"
    words = Words("Hello, José.", (Pronunciation(7, 11, "xosˈe"),))
    with Pyttsx3Voice(worker=(sys.executable, "-c", ECHO, str(noted))) as voice:
        with pytest.raises(EngineFault, match="heard"):
            voice.speak(words, "com.apple.Alex", 95)
        assert voice.read(words, "com.apple.Alex") == (ReadWord(0, 5, "Hello"), ReadWord(7, 11, "José"))
    asked = json.loads(noted.read_text("utf-8"))
    assert (asked["text"], "phonemes" in asked) == ("Hello, José.", False)


def test_the_protocol_is_one_line_of_json_for_each_request_and_nothing_else(tmp_path: Path, english: str) -> None:
    file = tmp_path / "speech.wav"
    asked = [
        json.dumps({"text": SENTENCE, "voice": english, "rate": WPM, "file": str(file)}),
        "this is not a request",
        json.dumps({"text": SENTENCE}),
        json.dumps({"list": True}),
    ]
    done = subprocess.run(
        REAL, input="\n".join(asked) + "\n", stdout=subprocess.PIPE, encoding="utf-8", check=True, timeout=60
    )
    spoken, babble, incomplete, listing = map(json.loads, done.stdout.splitlines())
    assert spoken == {"ok": True}
    assert file.stat().st_size > 10_000
    assert set(babble) == set(incomplete) == {"error"}
    assert listing["ok"]
    assert english in [info["id"] for info in listing["voices"]]


def test_a_process_that_speaks_prints_nothing(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", SPEAKER, str(tmp_path)], capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


def test_the_worker_ends_with_a_parent_that_is_killed(english: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        port = str(server.getsockname()[1])
        command = [sys.executable, "-c", PARENT, CONNECTED_WORKER, port, english]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
            try:
                held, _ = server.accept()
                assert parent.stdout
                assert parent.stdout.readline().strip() == b"spoken"
            finally:
                parent.kill()
        with held:
            held.settimeout(30)
            assert ended(held)


def test_a_voice_that_is_closed_has_ended_its_worker(english: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        worker = (sys.executable, "-P", "-c", CONNECTED_WORKER, str(server.getsockname()[1]))
        with Pyttsx3Voice(worker=worker) as voice:
            assert voice.speak(Words(SENTENCE), english, WPM).samples.any()
            held, _ = server.accept()
        with held:
            held.settimeout(30)
            assert ended(held)


def ended(connection: socket.socket) -> bool:
    """Waits for the process at the other end to be gone."""
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_a_session_is_spoken_and_kept(tmp_path: Path) -> None:
    place = Place("script.md", 1, 1)
    texts = (SENTENCE, *NAMES)
    asked = [Utterance(text, text, False, Style("pyttsx3", "en", WPM), place) for text in texts]
    clips = speak(asked, Cache(tmp_path))
    assert [key[0] for key in clips] == list(texts)
    for clip in clips.values():
        assert clip.length_ms > 200
        assert -40 < clip.loudness < 0
        assert np.abs(clip.samples()).max() == pytest.approx(clip.peak, rel=0.1)
    assert set(os.listdir(tmp_path)) == {"speech", "voices"}

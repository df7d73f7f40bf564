"""The speech stage: engines that misbehave, and what is spoken once and kept."""

import contextlib
import json
import os
import queue
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.speaking import ENGINE, Sounding, engine, utterance
from helpers.terminals import LOOK_S, PATIENCE_S, wait_until

from synth.content_cache import Cache
from synth.errors import VoiceError
from synth.speech.clip import key_of
from synth.speech.synthesis import ATTEMPTS, speak
from synth.voices.pyttsx3 import Pyttsx3Voice
from synth.voices.tones import TonesVoice
from synth.voices.voice import EngineFault, RawSpeech, Words

WORKER = """
import json, os, pathlib, signal, sys, time, wave

here = pathlib.Path(sys.argv[1])


def answer(**reply):
    print(json.dumps({{"ok": True}} | reply), flush=True)


def record(samples, channels=1):
    with wave.open(request["file"], "wb") as file:
        file.setparams((channels, 2, 22050, 0, "NONE", None))
        file.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))


def leave_no_core():
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def misbehave():
    {misdeed}


for line in sys.stdin:
    request = json.loads(line)
    if request.get("list"):
        answer(version="worker 1", voices=[{{"id": "gmw/en", "name": "Stub", "languages": ["en"]}}])
        continue
    with (here / "asked").open("a") as log:
        log.write(json.dumps({{"pid": os.getpid(), **request}}) + "\\n")
    if len((here / "asked").read_text().splitlines()) <= {bad}:
        misbehave()
    else:
        record([(-1) ** (n // 50) * 9000 for n in range(22050)] + [0] * 2205)
        answer()
"""
"""A worker that misbehaves the first ``bad`` times it is asked to speak, and then gives a second of sound."""

MISDEEDS = {
    "hangs": ("(here / 'hangs').touch(); time.sleep(600)", "the engine gave no answer for 30 s"),
    "exits": ("sys.exit(1)", "the engine's process ended"),
    "exits with a word": ("sys.exit('first\\nno data folder')", "the engine's process ended (no data folder)"),
    "exits well": ("sys.exit(0)", "the engine's process ended"),
    "aborts": ("leave_no_core(); os.abort()", "the engine's process ended"),
    "is killed": (
        "os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM)); time.sleep(60)",
        "the engine's process ended",
    ),
    "falls silent": ("os.close(1); time.sleep(600)", "the engine's process ended"),
    "writes no file": ("answer()", "the engine wrote no file"),
    "writes a folder": ("os.mkdir(request['file']); answer()", "the engine wrote no file"),
    "writes an empty file": ("open(request['file'], 'w').close(); answer()", "the engine wrote no file"),
    "writes no sound": ("record([]); answer()", "the engine gave an empty file"),
    "writes a broken file": (
        "open(request['file'], 'wb').write(b'RIFF' + bytes(range(200))); answer()",
        "the engine's file can't be read",
    ),
    "writes half a file": (
        "record([9000, -9000] * 9999); os.truncate(request['file'], 20000); answer()",
        "the engine's file can't be read (it is cut short)",
    ),
    "writes half a sample": (
        "record([9000, -9000] * 9999); os.truncate(request['file'], 20001); answer()",
        "the engine's file can't be read (it is cut short)",
    ),
    "writes stereo": ("record([9000, -9000] * 9999, channels=2); answer()", "a format that is not mono 16-bit"),
    "writes silence": ("record([0] * 22050); answer()", "the engine gave silence"),
    "writes next to silence": ("record([1, 0, -1, 0] * 9999); answer()", "the engine gave nothing that can be heard"),
    "babbles": ("print('Audio saved to speech.wav', flush=True)", "the engine answered 'Audio saved to speech.wav'"),
    "babbles in bytes": (
        "sys.stdout.buffer.write(b'\\xff\\xfe{\\n'); sys.stdout.buffer.flush()",
        "the engine answered '\ufffd\ufffd{'",
    ),
    "answers nothing in JSON": ("print('null', flush=True)", "the engine answered 'null'"),
    "answers a list": ("print('[\"error\"]', flush=True)", "the engine answered"),
    "tells an error": (
        "print(json.dumps({'error': 'RuntimeError: out of\\n  voices\\n'}), flush=True)",
        "RuntimeError: out of voices",
    ),
}

HEADERS_OF_WAVE = {"writes a broken file", "writes half a file", "writes half a sample", "writes stereo"}
"""Elsewhere the engine writes AIFF, and ffmpeg reads what it can."""


@contextlib.contextmanager
def worker(folder: Path, misdeed: str, bad: int) -> Iterator[None]:
    """An engine whose process misbehaves the first ``bad`` times."""
    script = folder / "worker.py"
    script.write_text(WORKER.format(misdeed=misdeed, bad=bad), "utf-8")
    command = (sys.executable, str(script), str(folder))

    def wait(replies: "queue.Queue[str]", limit_s: float) -> str:
        """Gives up at once who says of itself that it hangs, and nobody else."""
        come: list[str] = []

        def come_or_hanging() -> bool:
            with contextlib.suppress(queue.Empty):
                come.append(replies.get(timeout=LOOK_S))
            return bool(come) or (folder / "hangs").exists()

        wait_until(come_or_hanging)
        if come:
            return come[0]
        (folder / "hangs").unlink()
        raise queue.Empty

    with engine(Pyttsx3Voice(command, wait=wait)):
        yield


def never(replies: "queue.Queue[str]", limit_s: float) -> str:
    raise queue.Empty


def patiently(replies: "queue.Queue[str]", limit_s: float) -> str:
    return replies.get(timeout=PATIENCE_S)


def asked_of(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "asked").read_text("utf-8").splitlines()]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_an_engine_that_never_speaks_is_tried_again_and_then_told_with_place_and_text(
    misdeed: str, tmp_path: Path
) -> None:
    if misdeed in HEADERS_OF_WAVE and sys.platform == "darwin":
        pytest.skip("the engine writes AIFF here")
    code, reason = MISDEEDS[misdeed]
    cache = tmp_path / "cache"
    with worker(tmp_path, code, bad=99), pytest.raises(VoiceError) as raised:
        speak([utterance("May you be well, José.")], Cache(cache))
    told = str(raised.value)
    assert told.startswith("script.md:3:5: the voice 'engine:gmw/en' did not say 'May you be well, José.' in 3 tries: ")
    assert reason in told
    assert "\n" not in told
    assert raised.value.exit_code == 3
    asked = asked_of(tmp_path)
    assert [(request["text"], request["voice"], request["rate"]) for request in asked] == [
        ("May you be well, José.", "gmw/en", 149)
    ] * ATTEMPTS
    assert files_in(cache) == []
    assert not any(Path(str(request["file"])).parent.exists() for request in asked)
    if sys.platform != "win32":
        assert not any(alive(int(str(request["pid"]))) for request in asked)


@pytest.mark.parametrize("misdeed", MISDEEDS)
def test_an_engine_that_fails_twice_and_then_speaks_has_spoken(misdeed: str, tmp_path: Path) -> None:
    if misdeed in HEADERS_OF_WAVE and sys.platform == "darwin":
        pytest.skip("the engine writes AIFF here")
    code, _ = MISDEEDS[misdeed]
    with worker(tmp_path, code, bad=2):
        (clip,) = speak([utterance("May you be well.")], Cache(tmp_path / "cache")).values()
    assert len(asked_of(tmp_path)) == 3
    assert (clip.voice, clip.length_ms) == ("Stub", 1_000)
    assert files_in(tmp_path / "cache") == [clip.entry.path]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("no-such-program-at-all",), "can't be started"),
        ((sys.executable, "-c", "import sys; sys.exit('no library')"), "ended (no library)"),
        ((sys.executable, "-c", "print('Hello', flush=True); input(); input()"), "answered 'Hello'"),
        ((sys.executable, "-c", "import time; time.sleep(600)"), "gave no answer for 30 s"),
    ],
)
def test_an_engine_that_does_not_start_is_told_with_what_helps(
    command: tuple[str, ...], reason: str, tmp_path: Path
) -> None:
    with (
        engine(Pyttsx3Voice(command, wait=never if "sleep" in command[-1] else patiently)),
        pytest.raises(VoiceError) as raised,
    ):
        speak([utterance("May you be well.")], Cache(tmp_path / "cache"))
    assert re.fullmatch(r"pyttsx3 can't speak here: .*; 'metta doctor' says more", str(raised.value))
    assert reason in str(raised.value)
    assert raised.value.exit_code == 3
    assert files_in(tmp_path) == []


def test_what_was_spoken_before_a_failure_is_not_spoken_again(tmp_path: Path) -> None:
    def say(text: str) -> RawSpeech:
        if text in failing:
            raise EngineFault("not today")
        return TonesVoice().speak(Words(text), "tone", 110)

    texts = ["May you be well.", "May you be safe.", "May you live at ease."]
    failing = {texts[1]}
    voice = Sounding(say)
    cache = tmp_path / "cache"
    with engine(voice):
        with pytest.raises(VoiceError, match=r"script.md:2:5: .*'May you be safe.' in 3 tries: not today"):
            speak([utterance(text, line) for line, text in enumerate(texts, 1)], Cache(cache))
        asked = Counter(text for text, *_ in voice.asked)
        assert asked[texts[1]] == ATTEMPTS
        kept = {text for text in texts if text not in failing and asked[text]}
        assert texts[0] in kept
        assert len(files_in(cache)) == len(kept)
        failing.clear()
        voice.asked.clear()
        clips = speak([utterance(text, line) for line, text in enumerate(texts, 1)], Cache(cache))
    assert sorted(text for text, *_ in voice.asked) == sorted(text for text in texts if text not in kept)
    assert [key[0] for key in clips] == texts
    assert voice.closed == 2


@pytest.mark.parametrize(
    ("voice", "told"),
    [
        ("nothing", "there is no speech engine 'nothing'"),
        ("tones:bass", "there is no voice 'bass'"),
        ("pyttsx3:gmw/nowhere", "there is no voice 'gmw/nowhere'"),
    ],
)
def test_no_other_voice_stands_in_for_one_that_is_not_there(voice: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=told) as raised:
        speak([utterance("May you be well.", voice=voice)], Cache(tmp_path))
    assert raised.value.exit_code == 3
    assert files_in(tmp_path / "speech") == []


def test_equal_utterances_are_spoken_once(tmp_path: Path) -> None:
    voice = Sounding(lambda text: TonesVoice().speak(Words(text), "tone", 110))
    told: list[tuple[int, int]] = []
    asked = [
        utterance("May you be well.", 1),
        utterance("May you be well.", 2),
        utterance("May you be well.", 3, rate=150),
        utterance("May you be safe.", 4),
        utterance("May you be well.", 5, voice=f"{ENGINE}:second"),
        utterance("May you be well.", 6),
    ]
    with engine(voice):
        clips = speak(asked, Cache(tmp_path), progress=lambda done, of: told.append((done, of)))
    assert sorted(voice.asked) == [
        ("May you be safe.", "first", 110),
        ("May you be well.", "first", 110),
        ("May you be well.", "first", 150),
        ("May you be well.", "second", 110),
    ]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert list(clips) == list(dict.fromkeys(map(key_of, asked)))
    assert clips[key_of(asked[4])].voice == "Second"
    assert len(files_in(tmp_path)) == 4


def test_a_clip_is_kept_for_the_next_run_and_for_nothing_but_the_same_engine(tmp_path: Path) -> None:
    asked = [utterance("May you be well."), utterance("May you be safe.")]

    def run(voice: Sounding) -> tuple[int, list[bytes]]:
        with engine(voice):
            clips = speak(asked, Cache(tmp_path))
        return len(voice.asked), [clip.samples().tobytes() for clip in clips.values()]

    first, heard = run(Sounding(lambda text: TonesVoice().speak(Words(text), "tone", 110)))
    again, kept = run(Sounding(lambda text: TonesVoice().speak(Words(text), "tone", 55)))
    newer, other = run(Sounding(lambda text: TonesVoice().speak(Words(text), "tone", 55), version="sounding 2"))
    assert (first, again, newer) == (2, 0, 2)
    assert kept == heard
    assert not set(other) & set(heard)

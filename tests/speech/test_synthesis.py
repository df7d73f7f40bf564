"""The speech stage: engines that misbehave, what a clip is trimmed to, and what is known of its sound."""

import json
import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from numpy.typing import NDArray

from synth.audio.ffmpeg import ffmpeg
from synth.audio.loudness import energies, gated_loudness, true_peak
from synth.audio.pcm import Samples
from synth.content_cache import Cache
from synth.errors import VoiceError
from synth.personalise.session import Style, Utterance
from synth.source import Place
from synth.speech.clip import Clip
from synth.speech.synthesis import ATTEMPTS, speak
from synth.units import FRAMES_PER_MS, RATE
from synth.voices import engines
from synth.voices.pyttsx3 import Pyttsx3Voice
from synth.voices.tones import RATE as TONES_RATE
from synth.voices.tones import TonesVoice
from synth.voices.voice import EngineFault, RawSpeech, Voice, VoiceInfo

ENGINE = "engine"
"""Under this name a test puts its own engine among the others."""

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
        answer(version="worker 1", voices=[{{"id": "stub", "name": "Stub", "languages": []}}])
        continue
    with (here / "asked").open("a") as log:
        log.write(json.dumps({{"pid": os.getpid(), **request}}) + "\\n")
    if len((here / "asked").read_text().splitlines()) <= {bad}:
        misbehave()
    else:
        record([(-1) ** (n // 50) * 9000 for n in range(11025)])
        answer()
"""
"""A worker that misbehaves the first ``bad`` times it is asked to speak, and then gives half a second of sound."""

MISDEEDS = {
    "hangs": ("time.sleep(600)", "the engine gave no answer for"),
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


class Sounding:
    """An engine that gives the recordings it is told to and notes what it was asked."""

    packages = None

    def __init__(self, say: Callable[[str], RawSpeech], version: str = "sounding 1") -> None:
        self._say = say
        self.version = version
        self.asked: list[tuple[str, str, int]] = []
        self.closed = 0

    def voices(self) -> tuple[VoiceInfo, ...]:
        return (VoiceInfo("first", "First", ()), VoiceInfo("second", "Second", ()))

    def speak(self, text: str, voice_id: str, words_a_minute: int) -> RawSpeech:
        self.asked.append((text, voice_id, words_a_minute))
        return self._say(text)

    def close(self) -> None:
        self.closed += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


@contextmanager
def engine(voice: Voice) -> Iterator[None]:
    """The voice among the engines, where a new one is put."""
    engines._ENGINES[ENGINE] = lambda: voice
    try:
        yield
    finally:
        del engines._ENGINES[ENGINE]


@contextmanager
def worker(folder: Path, misdeed: str, bad: int) -> Iterator[None]:
    """An engine whose process misbehaves the first ``bad`` times."""
    script = folder / "worker.py"
    script.write_text(WORKER.format(misdeed=misdeed, bad=bad), "utf-8")
    command = (sys.executable, str(script), str(folder))
    answer_s = 0.4 if "sleep(600)" in misdeed else 20
    with engine(Pyttsx3Voice(command, answer_s, start_s=2.5 if "sleep(600)" in misdeed else 30)):
        yield


def utterance(spoken: str, line: int = 3, voice: str = ENGINE, rate: int = 110) -> Utterance:
    return Utterance(spoken.upper(), spoken, False, Style(voice, "en", rate), Place("script.md", line, 5))


def asked_of(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "asked").read_text("utf-8").splitlines()]


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


def only_clip(cache: Path, voice: Voice, spoken: str = "May you be well.") -> Clip:
    """What the stage makes of one utterance."""
    with engine(voice):
        (clip,) = speak([utterance(spoken)], Cache(cache)).values()
    return clip


def steady(samples: Samples, rate: int = RATE) -> Sounding:
    """An engine that says the same sound, of amplitudes up to 1, whatever it is asked."""
    return Sounding(lambda text: RawSpeech(np.rint(samples * 32767).astype(np.int16), rate))


def faded(samples: Samples, frames: int = 480) -> Samples:
    ramp = np.clip(np.minimum(np.arange(len(samples)), np.arange(len(samples))[::-1]) / frames, 0, 1)
    return np.asarray(samples * ramp)


def sine(hertz: float, amplitude: float, seconds: float, phase: float = 0.0) -> Samples:
    return np.asarray(amplitude * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE + phase))


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
    assert told.startswith("script.md:3:5: the voice 'stub' did not say 'May you be well, José.' in 3 tries: ")
    assert reason in told
    assert "\n" not in told
    assert raised.value.exit_code == 3
    asked = asked_of(tmp_path)
    assert [(request["text"], request["voice"], request["rate"]) for request in asked] == [
        ("May you be well, José.", "stub", 110)
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
    assert (clip.voice, clip.length_ms) == ("Stub", 500)
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
        ((sys.executable, "-c", "import time; time.sleep(600)"), "gave no answer for 1 s"),
    ],
)
def test_an_engine_that_does_not_start_is_told_with_what_helps(
    command: tuple[str, ...], reason: str, tmp_path: Path
) -> None:
    with (
        engine(Pyttsx3Voice(command, answer_s=1, start_s=1 if "sleep" in command[-1] else 30)),
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
        return TonesVoice().speak(text, "tone", 110)

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
    assert [text for text, _ in clips] == texts
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
    voice = Sounding(lambda text: TonesVoice().speak(text, "tone", 110))
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
    assert list(clips) == list(dict.fromkeys((u.spoken, u.style) for u in asked))
    assert clips[asked[4].spoken, asked[4].style].voice == "Second"
    assert len(files_in(tmp_path)) == 4


def test_a_clip_is_kept_for_the_next_run_and_for_nothing_but_the_same_engine(tmp_path: Path) -> None:
    asked = [utterance("May you be well."), utterance("May you be safe.")]

    def run(voice: Sounding) -> tuple[int, list[bytes]]:
        with engine(voice):
            clips = speak(asked, Cache(tmp_path))
        return len(voice.asked), [clip.samples().tobytes() for clip in clips.values()]

    first, heard = run(Sounding(lambda text: TonesVoice().speak(text, "tone", 110)))
    again, kept = run(Sounding(lambda text: TonesVoice().speak(text, "tone", 55)))
    newer, other = run(Sounding(lambda text: TonesVoice().speak(text, "tone", 55), version="sounding 2"))
    assert (first, again, newer) == (2, 0, 2)
    assert kept == heard
    assert not set(other) & set(heard)


@pytest.mark.parametrize(("before_ms", "after_ms"), [(0, 0), (500, 0), (0, 500), (731, 2_003), (60, 8_000)])
@pytest.mark.parametrize("hiss", [0, 8])
@pytest.mark.parametrize("spoken", ["Hm.", "May you be well, and may you be at ease in this body."])
def test_a_clip_is_its_sound_without_the_silence_around_it(
    spoken: str, hiss: int, before_ms: int, after_ms: int, tmp_path: Path
) -> None:
    tone = TonesVoice().speak(spoken, "tone", 110)

    def quiet(ms: int) -> NDArray[np.int16]:
        noise = np.random.default_rng(ms).integers(-hiss, hiss + 1, ms * TONES_RATE // 1000)
        return noise.astype(np.int16)

    padded = np.concatenate([quiet(before_ms), tone.samples, quiet(after_ms)])
    clip = only_clip(tmp_path, Sounding(lambda text: RawSpeech(padded, TONES_RATE)), spoken)
    assert abs(clip.length_ms - len(tone.samples) * 1000 / TONES_RATE) <= 1
    left, right = np.frombuffer(clip.entry.read(), "<i2").reshape(-1, 2).T
    assert np.array_equal(left, right)
    assert left[50:-50].tobytes() in tone.samples.astype("<i2").tobytes(), "all but the ramps at its two edges"
    assert len(clip.samples()) == clip.length_ms * FRAMES_PER_MS
    alone = only_clip(tmp_path / "alone", Sounding(lambda text: tone), spoken)
    assert clip.loudness == pytest.approx(alone.loudness, abs=0.1)


@pytest.mark.parametrize("treatment", ["plain", "warm", "hall"])
def test_a_clip_that_begins_and_ends_at_its_crest_has_no_step_there(treatment: str, tmp_path: Path) -> None:
    tone = 0.4 * np.cos(2 * np.pi * 200 * np.arange(RATE + 1) / RATE)
    style = Style(ENGINE, "en", 110, treatment)
    with engine(steady(tone)):
        clips = speak([Utterance("O", "O", False, style, Place("script.md", 1, 1))], Cache(tmp_path))
    samples = clips["O", style].samples()
    inside = np.abs(np.diff(samples[RATE // 4 : RATE * 3 // 4], axis=0)).max()
    assert inside > 0.001
    steepest = np.abs(np.diff(np.pad(samples, ((1, 1), (0, 0))), axis=0)).max()
    assert steepest <= 3 * inside, "a cut at the crest is a step of 38 times that; a compressor lets an onset through"


def test_a_pause_within_an_utterance_and_a_softer_end_are_kept(tmp_path: Path) -> None:
    loud, soft = faded(sine(440, 0.5, 1)), faded(sine(440, 0.5 * 10 ** (-20 / 20), 0.5))
    clip = only_clip(tmp_path, steady(np.concatenate([np.zeros(RATE), loud, np.zeros(RATE), soft, np.zeros(RATE)])))
    assert clip.length_ms == pytest.approx(2_500, abs=3)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
def test_a_clip_of_any_rate_has_its_length_and_pitch(rate: int, tmp_path: Path) -> None:
    tone = np.sin(2 * np.pi * 440 * np.arange(rate * 2) / rate) / 2
    clip = only_clip(tmp_path, steady(tone, rate))
    samples = clip.samples()[:, 0]
    assert (clip.rate, clip.length_ms) == (rate, 2_000)
    assert len(samples) == 96_000
    assert np.argmax(np.abs(np.fft.rfft(samples))) == 880
    assert np.abs(samples[4_800:-4_800]).max() == pytest.approx(0.5, abs=0.002)


def speechlike() -> Samples:
    """Words of noise between rests, every third one far softer: what a gate leaves out is in it."""
    noise = np.random.default_rng(7).standard_normal(9 * RATE)
    smooth = np.convolve(noise, np.ones(24) / 24, mode="same")
    words = np.repeat([1, 0.001, 0.7, 0, 0.03, 0.9, 0, 0.02, 1], RATE)
    return np.asarray(0.3 * smooth * words / np.abs(smooth).max())


SOUNDS = {
    "words": speechlike(),
    "one tone": faded(sine(997, 0.1, 4)),
    "low tone": faded(sine(80, 0.5, 3)),
    "loud hiss": faded(np.convolve(np.random.default_rng(3).uniform(-0.9, 0.9, 5 * RATE), (0.25, 0.5, 0.25), "same")),
}


@pytest.mark.parametrize("sound", SOUNDS)
def test_loudness_and_peak_of_a_clip_are_what_ffmpeg_measures(sound: str, tmp_path: Path) -> None:
    clip = only_clip(tmp_path, steady(SOUNDS[sound]))
    measured, peak = ebur128(clip.samples())
    assert clip.loudness == pytest.approx(measured, abs=0.3)
    assert 20 * math.log10(clip.peak) == pytest.approx(peak, abs=0.3)


def test_loudness_of_a_spoken_text_is_what_ffmpeg_measures(tmp_path: Path) -> None:
    asked = utterance(
        "May you be well. May you be safe. May you live at ease, and be kind to yourself.", voice="pyttsx3"
    )
    (clip,) = speak([asked], Cache(tmp_path)).values()
    assert clip.length_ms > 3_000
    measured, peak = ebur128(clip.samples())
    assert clip.loudness == pytest.approx(measured, abs=0.3)
    assert 20 * math.log10(clip.peak) == pytest.approx(peak, abs=0.3)


def ebur128(samples: Samples) -> tuple[float, float]:
    """Integrated loudness in LUFS, and true peak in dBFS, of stereo samples, by ffmpeg."""
    command = [
        ffmpeg(), "-nostdin", "-hide_banner", "-f", "f64le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0",
        "-af", "ebur128=peak=true", "-f", "null", "-",
    ]  # fmt: skip
    run = subprocess.run(command, input=samples.astype("<f8").tobytes(), capture_output=True, check=True)
    told = run.stderr.decode()
    summary = told[told.rindex("Summary:") :]
    integrated = re.search(r"I:\s+(-?[\d.]+) LUFS", summary)
    peak = re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)
    assert integrated
    assert peak
    return float(integrated[1]), float(peak[1])


@pytest.mark.parametrize("amplitude", [0.5, 0.1, 0.01])
def test_a_kilohertz_tone_is_as_loud_as_the_standard_says(amplitude: float, tmp_path: Path) -> None:
    """BS.1770: a full-scale sine of 997 Hz in one channel reads −3.01 LUFS; in both, 0."""
    clip = only_clip(tmp_path, steady(faded(sine(997, amplitude, 5))))
    assert clip.loudness == pytest.approx(20 * math.log10(amplitude), abs=0.05)


@pytest.mark.parametrize("sound", SOUNDS)
def test_the_energies_of_a_clip_are_those_of_its_sound_every_100_ms(sound: str, tmp_path: Path) -> None:
    clip = only_clip(tmp_path, steady(SOUNDS[sound]))
    assert len(clip.energies) == math.ceil(clip.length_ms / 100)
    assert gated_loudness(np.array(clip.energies)) == pytest.approx(clip.loudness, abs=0.001)
    assert clip.energies == pytest.approx(tuple(energies(clip.samples())), rel=1e-3)


def test_the_energies_of_a_clip_show_where_it_is_loud(tmp_path: Path) -> None:
    clip = only_clip(tmp_path, steady(np.concatenate([sine(997, 0.1, 1), sine(997, 0.2, 1), sine(997, 0.1, 1)])))
    steps = np.array(clip.energies)
    assert len(steps) == 30
    assert steps[1:9] == pytest.approx(np.full(8, steps[5]), rel=0.02)
    assert steps[11:19] == pytest.approx(np.full(8, 4 * steps[5]), rel=0.02)
    assert steps[21:29] == pytest.approx(np.full(8, steps[5]), rel=0.02)


def test_a_clip_shorter_than_a_gate_has_a_loudness(tmp_path: Path) -> None:
    clip = only_clip(tmp_path, steady(sine(997, 0.1, 0.2)))
    assert clip.length_ms == 200
    assert clip.loudness == pytest.approx(-20, abs=0.5)


def test_the_true_peak_of_a_clip_is_found_between_its_samples(tmp_path: Path) -> None:
    """A sine of a quarter of the rate, met at 45°: every sample is √½ of the amplitude between them."""
    clip = only_clip(tmp_path, steady(faded(sine(RATE / 4, 0.5, 1, phase=np.pi / 4))))
    assert np.abs(clip.samples()).max() == pytest.approx(0.5 / math.sqrt(2), abs=0.001)
    assert clip.peak == pytest.approx(0.5, rel=0.01)


def test_the_true_peak_of_known_sounds() -> None:
    for from_the_top in (np.pi / 4, np.pi / 8):
        met = faded(sine(RATE / 4, 0.5, 0.5, phase=np.pi / 2 - from_the_top))
        assert np.abs(met).max() == pytest.approx(0.5 * math.cos(from_the_top))
        assert true_peak(met) == pytest.approx(0.5, rel=0.01)
    assert true_peak(faded(sine(100, 0.7, 0.5))) == pytest.approx(0.7, rel=0.001)
    assert true_peak(np.zeros(0)) == true_peak(np.zeros(480)) == 0

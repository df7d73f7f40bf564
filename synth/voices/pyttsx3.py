"""Speech by pyttsx3: espeak-ng on Linux, and the system's own voices on macOS and Windows.

The engine lives in a worker process, because it may hang, print, or end its process. The worker is started at the
first use, answers one request at a time, and is replaced whenever it fails to answer.
"""

import importlib.metadata
import json
import queue
import re
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np

from synth.audio.ffmpeg import decode
from synth.audio.pcm import from_raw
from synth.audio.process import last_line
from synth.errors import RequestError, VoiceError
from synth.phonetics import word_spans
from synth.units import RATE
from synth.voices import espeak
from synth.voices.ipa import to_espeak
from synth.voices.voice import EngineFault, RawSpeech, ReadWord, VoiceInfo, Words

START_S = 30.0
ANSWER_S = 20.0
WORKER = (sys.executable, "-P", str(Path(__file__).with_name("pyttsx3_worker.py")))
"""By its file, as it needs nothing of ours: imported as a module, it would be there a quarter of a second later."""

_BRACKETS = re.compile(r"\[+")
"""espeak-ng reads no bracket aloud, and two of them as the beginning of phonemes."""

SUFFIX = ".aiff" if sys.platform == "darwin" else ".wav"

Wait = Callable[["queue.Queue[str]", float], str]
"""Gives the next reply. Raises queue.Empty where none comes within so many seconds."""


def _within(replies: "queue.Queue[str]", limit_s: float) -> str:
    return replies.get(timeout=limit_s)


PACE = 175
"""espeak's own words a minute."""


def missing() -> str | None:
    """Nothing: it comes with this project."""
    return None


class Pyttsx3Voice:
    """The pyttsx3 engine of this machine.

    ``worker`` is the command that answers, ``answer_s`` its time limit, ``start_s`` that of its first answer; ``wait``
    is how its replies are waited for.
    """

    def __init__(
        self,
        worker: tuple[str, ...] = WORKER,
        answer_s: float = ANSWER_S,
        start_s: float = START_S,
        wait: Wait = _within,
    ) -> None:
        self._command = worker
        self._is_espeak = worker == WORKER and sys.platform.startswith("linux")
        self._answer_s = answer_s
        self._start_s = start_s
        self._wait = wait
        self._worker: _Worker | None = None
        self._listing: dict[str, Any] | None = None
        self._one_at_a_time = threading.Lock()

    @property
    def packages(self) -> str | None:
        """On Linux, pyttsx3 and espeak-ng as pip installed them; elsewhere the voices are the system's."""
        if not self._is_espeak:
            return None
        return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pyttsx3", "espeakng-loader"))

    @property
    def version(self) -> str:
        """pyttsx3's version and its engine's."""
        return str(self._list()["version"])

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The engine's voices. Raises VoiceError where it can't be started."""
        effect = "warm" if "espeak" in self.version else "plain"
        return tuple(VoiceInfo(v["id"], v["name"], tuple(v["languages"]), effect, PACE) for v in self._list()["voices"])

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        """As espeak-ng reads each, in IPA; the system's voices of macOS and Windows don't tell: each word as itself.

        Raises VoiceError where espeak-ng lacks the voice or can't be used.
        """
        if not self._is_espeak:
            return tuple(ReadWord(start, end, words.text[start:end]) for start, end in word_spans(words.text))
        said = [ReadWord(given.start, given.end, given.ipa) for given in words.pronunciations]
        for start, end in word_spans(words.text):
            if not any(given.start < end and start < given.end for given in words.pronunciations):
                word = words.text[start:end]
                said.append(ReadWord(start, end, espeak.phonemes(word, voice_id), espeak.spells(word, voice_id)))
        return tuple(sorted(said, key=lambda word: word.start))

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        """The text as pyttsx3 saves it. Raises EngineFault where no readable file came of it in time.

        The system's voices of macOS and Windows take no phonemes: they say what has a pronunciation as it is written.
        """
        request: dict[str, Any] = {"text": words.text, "voice": voice_id, "rate": words_a_minute}
        if words.pronunciations and self._is_espeak:
            request |= {"text": _with_mnemonics(words, voice_id), "phonemes": True}
        with tempfile.TemporaryDirectory(prefix="metta-") as folder:
            file = Path(folder) / f"speech{SUFFIX}"
            with self._one_at_a_time:
                self._ask(request | {"file": str(file)})
            if not file.is_file() or not file.stat().st_size:
                raise EngineFault("the engine wrote no file")
            return _read(file)

    def close(self) -> None:
        """Ends the worker."""
        if self._worker:
            self._worker.end()
        self._worker = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _list(self) -> dict[str, Any]:
        if self._listing is None:
            try:
                self._listing = self._ask({"list": True})
            except EngineFault as fault:
                raise VoiceError(f"pyttsx3 can't speak here: {fault}; 'metta doctor' says more") from None
        return self._listing

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        limit = self._answer_s if self._worker else max(self._start_s, self._answer_s)
        self._worker = self._worker or _Worker(self._command, self._wait)
        try:
            reply = self._worker.ask(request, limit)
        except EngineFault:
            self.close()
            raise
        if "error" in reply:
            self.close()
            raise EngineFault(" ".join(str(reply["error"]).split()))
        return reply


def _with_mnemonics(words: Words, voice_id: str) -> str:
    """The text with espeak-ng's mnemonics in the place of what has a pronunciation.

    A space stands before each: behind a quotation mark or a bracket espeak-ng would leave them out.
    """
    language = voice_id.rsplit("/", 1)[-1].lower()
    written = ""
    end = 0
    for said in words.pronunciations:
        written += _BRACKETS.sub("[", words.text[end : said.start]) + f" [[{to_espeak(said.ipa, language)}]]"
        end = said.end
    return written + _BRACKETS.sub("[", words.text[end:])


class _Worker:
    """The process, and a thread that waits for its replies so that a silent one can be given up.

    Raises EngineFault where the process can't be started.
    """

    def __init__(self, command: tuple[str, ...], wait: Wait) -> None:
        self._wait = wait
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the worker
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            self._complaints.close()
            raise EngineFault(f"the engine's process can't be started ({error.strerror})") from None
        self._replies: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._replies.put(line)
        self._replies.put("")

    def ask(self, request: dict[str, Any], limit_s: float) -> dict[str, Any]:
        """The reply. Raises EngineFault where the worker dies, babbles, or is silent for ``limit_s`` seconds."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            line = self._wait(self._replies, limit_s)
        except OSError:
            line = ""
        except queue.Empty:
            raise EngineFault(f"the engine gave no answer for {limit_s:g} s") from None
        if not line:
            raise EngineFault(f"the engine's process ended{self._last_words()}")
        try:
            reply = json.loads(line)
        except ValueError:
            reply = None
        if not isinstance(reply, dict):
            raise EngineFault(f"the engine answered {line.strip()[:60]!r}")
        return reply

    def _last_words(self) -> str:
        self._complaints.seek(0)
        line = last_line(self._complaints.read())
        return f" ({line})" if line else ""

    def end(self) -> None:
        """Kills the process and waits for it: whatever it was doing is not wanted any more."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout, self._complaints):
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:  # an unsent request has nobody to go to
                    continue


def _read(file: Path) -> RawSpeech:
    """The file's sound. Raises EngineFault where it is damaged or ends before its header says."""
    try:
        return _read_wav(file) if file.suffix == ".wav" else _decoded(file)
    except (wave.Error, EOFError, RuntimeError, ValueError, RequestError) as error:  # all that wave says of bad bytes
        raise EngineFault(f"the engine's file can't be read ({str(error) or 'it is cut short'})") from None


def _decoded(file: Path) -> RawSpeech:
    mono = np.concatenate([from_raw(chunk).mean(axis=1) for chunk in decode(file)])
    return RawSpeech((mono * 32767).astype(np.int16), RATE)


def _read_wav(file: Path) -> RawSpeech:
    with wave.open(str(file)) as sound:
        if sound.getsampwidth() != 2 or sound.getnchannels() != 1:
            raise EngineFault("the engine wrote a format that is not mono 16-bit")
        data = sound.readframes(sound.getnframes())
        if len(data) < 2 * sound.getnframes():
            raise EOFError
        return RawSpeech(np.frombuffer(data, "<i2"), sound.getframerate())

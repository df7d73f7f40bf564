"""Speech by hibari-tts: English voices in our own process, each a small network with a phonemizer of its own.

The voice ``heart`` is in the package; others stand in the user's data folder once they were fetched. The package would
fetch them by itself, so it is always given a model's file.
"""

import importlib.metadata
import importlib.util
import json
import re
import threading
import unicodedata
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np

from synth.errors import VoiceError
from synth.paths import data_path
from synth.voices import espeak
from synth.voices.ipa import to_misaki
from synth.voices.voice import EngineFault, RawSpeech, ReadWord, VoiceInfo, Words

FOLDER = "voices/natural"
"""Where fetched models stand, in the user's data folder."""

PACE = 187
"""Words a minute at speed 1, over the sentences of four shipped scripts."""

PHONEME_MS = (128.0, 58.0)
_SPEED_A_SHARE = 1.27
"""How far the network's speed must go down for its words to go down by one: 0.81 is the slowest that is used."""

MAX_PHONEMES = 400
"""What the network takes at once; longer sentences are cut behind a comma or the like."""

_CLAUSE_END = re.compile(r"(?<=[,;:—])\s+")


def missing() -> str | None:
    """What lacks for this engine and how to get it, in one line; None where it is installed."""
    lacking = [name for name in ("hibari", "onnxruntime") if importlib.util.find_spec(name) is None]
    return (
        f'{" and ".join(lacking)} is not installed; pip install "metta-synth[natural]" brings it' if lacking else None
    )


class NaturalVoice:
    """The voices of hibari-tts; a voice's network is loaded by its first use."""

    packages = None

    def __init__(self) -> None:
        self._models: dict[str, _Model] = {}
        self._phonemizers: dict[bool, _Phonemizer] = {}
        self._loading = threading.Lock()

    @property
    def version(self) -> str:
        """The versions of hibari-tts and onnxruntime."""
        return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("hibari-tts", "onnxruntime"))

    def voices(self) -> tuple[VoiceInfo, ...]:
        """Those whose model is on this machine, ``heart`` first. Raises VoiceError where the package is missing."""
        return tuple(
            VoiceInfo(
                name,
                f"{name.capitalize()} ({voice['accent']}, {voice['gender']})",
                (voice["language"].lower(),),
                effect="light",
                pace=PACE,
                phoneme_ms=PHONEME_MS,
                licence="Apache-2.0",
                size=self._file(name).stat().st_size,
            )
            for name, voice in self._registry.items()
            if self._file(name).is_file()
        )

    def read(self, words: Words, voice_id: str) -> tuple[ReadWord, ...]:
        """Each word between spaces by itself, with the phonemes of misaki's alphabet."""
        return self._phonemizer(voice_id).read(words)

    def speak(self, words: Words, voice_id: str, words_a_minute: int, take: int = 0) -> RawSpeech:
        """The words as the network says them, 24 kHz; the same take gives the same samples.

        Raises VoiceError where the model can't be read, and EngineFault where nothing came of the words.
        """
        model = self._model(voice_id)
        phonemes = self._phonemizer(voice_id).phonemes(words)
        noise = np.random.default_rng(take)
        speed = 1 - (1 - words_a_minute / PACE) * _SPEED_A_SHARE
        parts = [model.say(part, speed, noise) for part in _parts(phonemes)]
        if not any(map(len, parts)):
            raise EngineFault("the engine found nothing to say in it")
        samples = np.concatenate(parts)
        return RawSpeech(np.rint(np.clip(samples, -1, 1) * 32767).astype(np.int16), model.rate)

    def close(self) -> None:
        """Forgets the networks."""
        self._models.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @cached_property
    def _assets(self) -> Path:
        lacking = missing()
        spec = importlib.util.find_spec("hibari")
        if lacking or spec is None or not spec.origin:
            raise VoiceError(f"the natural voice can't speak here: {lacking}")
        return Path(spec.origin).parent / "assets"

    @cached_property
    def _registry(self) -> dict[str, dict[str, Any]]:
        registry: dict[str, dict[str, Any]] = json.loads((self._assets / "voices.json").read_text(encoding="utf-8"))
        return registry

    def _file(self, voice_id: str) -> Path:
        voice = self._registry[voice_id]
        folder = self._assets if voice.get("bundled") else data_path(FOLDER)
        return folder / str(voice["file"])

    def _model(self, voice_id: str) -> "_Model":
        with self._loading:
            if voice_id not in self._models:
                self._models[voice_id] = _Model(voice_id, self._file(voice_id))
            return self._models[voice_id]

    def _phonemizer(self, voice_id: str) -> "_Phonemizer":
        british = bool(self._registry[voice_id]["british"])
        with self._loading:
            if british not in self._phonemizers:
                self._phonemizers[british] = _Phonemizer(british)
            return self._phonemizers[british]


class _Model:
    """A voice's network. Raises VoiceError where its file can't be used."""

    def __init__(self, voice_id: str, file: Path) -> None:
        import hibari

        try:
            self._network = hibari.Hibari(voice_id, model=str(file), g2p=False)
            self.rate = int(self._network.sample_rate)
            self.say("həlˈO.", 1.0, np.random.default_rng(0))
        except Exception as error:  # onnxruntime raises classes of its own, one for each kind of damage
            reason = " ".join(str(error).split())[:120]
            raise VoiceError(
                f"{file}: this can't be used as the voice '{voice_id}' ({reason}); "
                f"take it away and 'metta voices get {voice_id}' again, or reinstall hibari-tts"
            ) from None

    def say(self, phonemes: str, speed: float, noise: np.random.Generator) -> Any:
        """The samples of phonemes, mono float32; called from several threads at once."""
        return self._network.from_ids(self._network.ids(phonemes), speed, noise)


class _Phonemizer:
    """Text to phonemes; one call after the other, as its parts keep state."""

    def __init__(self, british: bool) -> None:
        from hibari.g2p import G2P

        self._g2p = G2P(british=british)
        self._turn = threading.Lock()
        self._read: dict[str, tuple[str, bool]] = {}

    def phonemes(self, words: Words) -> str:
        """Those of a whole sentence, with its punctuation; where a pronunciation is given, that."""
        from hibari.g2p.token import Tok

        tokens: list[Any] = []
        position = 0
        with self._turn:
            for given in words.pronunciations:
                tokens += self._tokens(words.text[position : given.start])
                tokens.append(Tok(words.text[given.start : given.end], "NNP", phonemes=to_misaki(given.ipa), rating=5))
                position = given.end
                if words.text[position : position + 1].isspace():
                    tokens[-1].whitespace = " "
            tokens += self._tokens(words.text[position:])
            said = self._g2p.phonemize_tokens(tokens)
        return "".join((token.phonemes or "") + token.whitespace for token in said).strip()

    def read(self, words: Words) -> tuple[ReadWord, ...]:
        """Each word by itself, without its context: whether and about how it is said does not depend on it."""
        given = {(p.start, p.end): to_misaki(p.ipa) for p in words.pronunciations}
        edges = sorted({0, len(words.text), *(edge for span in given for edge in span)})
        read = []
        for start, end in pairwise(edges):
            if (start, end) in given:
                read.append(ReadWord(start, end, given[start, end]))
                continue
            for word in re.finditer(r"\S+", words.text[start:end]):
                if any(map(str.isalnum, word[0])) or _is_symbol(word[0]):
                    phonemes, spelled = self._word(word[0])
                    read.append(ReadWord(start + word.start(), start + word.end(), phonemes, spelled))
        return tuple(read)

    def _word(self, word: str) -> tuple[str, bool]:
        with self._turn:
            if word not in self._read:
                said = self._g2p.phonemize_tokens(self._tokens(word))
                phonemes = "".join(token.phonemes or "" for token in said)
                self._read[word] = "".join(filter(str.isalpha, phonemes)), self._is_guessed(word)
            return self._read[word]

    def _tokens(self, text: str) -> list[Any]:
        """Tokens of a text; a word that is known without its accents alone is taken without them."""
        from hibari.g2p.normalize import normalize

        tokens: list[Any] = self._g2p.tokenize(normalize(re.sub(r"[^\W\d_]+", self._known, text)))
        if tokens and text[-1:].isspace():
            tokens[-1].whitespace = " "
        return tokens

    def _known(self, word: re.Match[str]) -> str:
        if word[0].isascii() or self._is_known(word[0]):
            return word[0]
        plain = "".join(c for c in unicodedata.normalize("NFD", word[0]) if not unicodedata.combining(c))
        return plain if plain.isascii() and self._is_known(plain) else word[0]

    def _is_known(self, word: str) -> bool:
        lexicon = self._g2p.lexicon
        return any(word in dictionary for dictionary in (lexicon.golds, lexicon.silvers))

    def _is_guessed(self, word: str) -> bool:
        """Whether an unknown word would be spelled, or lose letters.

        The network has learnt espeak-ng's readings, those that spell a word among them, and drops letters of none.
        """
        letters = [c for c in unicodedata.normalize("NFKC", word) if c.isalpha()]
        if any(not unicodedata.name(c, "").startswith("LATIN") for c in letters):
            return True
        plain = re.sub(r"[^\W\d_]+", self._known, word)
        if not plain.isascii():
            return any(c.isalpha() and c not in self._g2p.oov.cin for c in plain)
        unknown = [part for part in re.findall(r"[A-Za-z]+", plain) if not self._is_known(part.lower())]
        return any(espeak.spells(part, "en-us") for part in unknown if not self._is_known(part))


def _is_symbol(word: str) -> bool:
    """Whether a word without letters is meant to be said: an emoji, a sign; not punctuation."""
    return any(unicodedata.category(c) in ("So", "Sm", "Sc") for c in word)


def _parts(phonemes: str) -> list[str]:
    """Phonemes in parts of at most about ``MAX_PHONEMES``, cut behind clauses."""
    if len(phonemes) <= MAX_PHONEMES:
        return [phonemes]
    parts = [""]
    for clause in _CLAUSE_END.split(phonemes):
        if parts[-1] and len(parts[-1]) + len(clause) > MAX_PHONEMES:
            parts.append("")
        parts[-1] = f"{parts[-1]} {clause}".strip()
    return parts

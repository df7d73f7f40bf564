"""Voices that can be fetched: from where, how large, under which licence, and the SHA-256 that each file must have.

The digests are those that were published: hibari's in its package's ``voices.json``, Piper's as several projects pin
them for one revision of ``rhasspy/piper-voices`` (sizes are those of its ``voices.json``), Kokoro's of the release of
kokoro-onnx.
"""

from dataclasses import dataclass

from synth.errors import VoiceError
from synth.wording import did_you_mean


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file by its address: ``size`` in bytes, ``sha256`` in hexadecimal."""

    url: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """What it is called here, too."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class FetchableVoice:
    """A voice, or an engine's network with all its voices: its files go to the engine's folder of the user's data.

    ``doubt`` is what is not settled about its licence.
    """

    name: str
    engine: str
    languages: tuple[str, ...]
    files: tuple[RemoteFile, ...]
    licence: str
    doubt: str = ""

    @property
    def size(self) -> int:
        """In bytes, all files."""
        return sum(file.size for file in self.files)


_HIBARI = "https://huggingface.co/maureesewilliams/hibari/resolve/main/voices"
_KOKORO = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0"
_PIPER = "https://huggingface.co/rhasspy/piper-voices/resolve/1162a9173d0ce503555aed757976b7a9912eae4c"

_LESSAC = (
    "it was grown from the voice 'lessac', whose recordings are licensed for research alone; whether that binds what "
    "is made with it is not settled"
)


def _hibari(name: str, language: str, file: str, size: int, sha256: str) -> FetchableVoice:
    return FetchableVoice(name, "natural", (language,), (RemoteFile(f"{_HIBARI}/{file}", size, sha256),), "Apache-2.0")


def _piper(
    name: str, licence: str, model: tuple[int, str], settings: tuple[int, str], doubt: str = ""
) -> FetchableVoice:
    locale, person, quality = name.split("-")
    url = f"{_PIPER}/{locale[:2]}/{locale}/{person}/{quality}/{name}.onnx"
    files = RemoteFile(url, *model), RemoteFile(f"{url}.json", *settings)
    return FetchableVoice(name, "piper", (locale.replace("_", "-").lower(),), files, licence, doubt)


_VOICES = (
    _hibari(
        "emma", "en-gb", "bf_emma.int8.onnx", 7936868,
        "f709f0488ee63b583a22189a955aaf4257b9806dd330be3490661e53af0a89c1",
    ),
    _hibari(
        "fable", "en-gb", "bm_fable.int8.onnx", 7936868,
        "c28529302f2d27cd12f62625c24425888c4e3c2675583100ec530259136b8bc6",
    ),
    _hibari(
        "fenrir", "en-us", "am_fenrir_v2.int8.onnx", 8031158,
        "f59fbd87908c91f827bc21b1b89443757b9a8580db9eee20aa948deb731321f4",
    ),
    _hibari(
        "kore", "en-us", "af_kore.int8.onnx", 7936868,
        "346885752673e45d42f9864c9e2432094bc4b6385df060d4b83273da764d2fa9",
    ),
    FetchableVoice(
        "kokoro", "kokoro", ("en-us", "en-gb", "es", "fr-fr", "hi", "it", "pt-br"),
        (
            RemoteFile(
                f"{_KOKORO}/kokoro-v1.0.int8.onnx", 92361271,
                "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
            ),
            RemoteFile(
                f"{_KOKORO}/voices-v1.0.bin", 28214398,
                "bca610b8308e8d99f32e6fe4197e7ec01679264efed0cac9140fe9c29f1fbf7d",
            ),
        ),
        "Apache-2.0",
    ),
    _piper(
        "de_DE-thorsten-medium", "CC0-1.0",
        (63201294, "7e64762d8e5118bb578f2eea6207e1a35a8e0c30595010b666f983fc87bb7819"),
        (4819, "974adee790533adb273a1ac88f49027d2a1b8f0f2cf4905954a4791e79264e85"), _LESSAC,
    ),
    _piper(
        "en_GB-alba-medium", "CC-BY-4.0",
        (63201294, "401369c4a81d09fdd86c32c5c864440811dbdcc66466cde2d64f7133a66ad03b"),
        (4888, "aa965a2f02ecced632c2694e1fc72bbff6d65f265fab567ca945918c73dd89f4"), _LESSAC,
    ),
    _piper(
        "en_GB-cori-medium", "public domain",
        (63531379, "1899f98e5fb8310154f3c2973f4b8a929ba7245e722b3d3a85680b833d95f10d"),
        (4966, "e262c16d7f192f69d4edd6b4ef8a5915379e67495fcc402f1ab15eeb33da3d36"),
    ),
    _piper(
        "en_US-joe-medium", "CC0-1.0",
        (63201294, "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06"),
        (4794, "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33"), _LESSAC,
    ),
    _piper(
        "en_US-ljspeech-medium", "public domain",
        (63531379, "6f52a751e2349abe7a76735eb09dc1875298c77ea2342ffd2fef79ff81b87f22"),
        (4972, "141d612cc0a95ed7efc1ca936b845c2364967f2e9217c5dbfcf69fc4d6c65860"),
    ),
    _piper(
        "es_ES-davefx-medium", "CC0-1.0",
        (63201294, "6658b03b1a6c316ee4c265a9896abc1393353c2d9e1bca7d66c2c442e222a917"),
        (4817, "0e0dda87c732f6f38771ff274a6380d9252f327dca77aa2963d5fbdf9ec54842"), _LESSAC,
    ),
    _piper(
        "fr_FR-siwis-medium", "CC-BY-4.0",
        (63201294, "641d1ab097da2b81128c076810edb052b385decc8be3381814802a64a73baf99"),
        (4875, "39479916c2db192b5ac9764daddd0c744d83e023ad890c6976c0633ae4df8959"), _LESSAC,
    ),
    _piper(
        "pt_BR-faber-medium", "CC0-1.0",
        (63201294, "858555e3a064209c57088fe6bd70c4c3dc54d03eaa00c45d5ecaf43a33f95aa7"),
        (4855, "7e694de195ae3fc36dd732c445eb04fb49b649854893cb5506b978f0d50a1d6f"), _LESSAC,
    ),
)  # fmt: skip

FETCHABLE = {voice.name: voice for voice in _VOICES}
"""By the names that they are asked for with."""


def fetchable_voice(name: str) -> FetchableVoice:
    """The voice of that name. Raises VoiceError where there is none."""
    known = {known.lower(): voice for known, voice in FETCHABLE.items()}
    asked = name.rpartition(":")[2].lower()
    if asked not in known:
        near = did_you_mean(name, FETCHABLE) or f"; there are {', '.join(FETCHABLE)}"
        raise VoiceError(f"no voice '{name}' can be fetched{near}")
    return known[asked]

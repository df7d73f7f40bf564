"""Language codes of three letters (ISO 639-2), which tags want, for language tags such as ``en-GB`` (BCP 47)."""

_CODES = {
    "en": "eng", "de": "deu", "es": "spa", "fr": "fra", "it": "ita", "pt": "por", "nl": "nld", "sv": "swe", "da": "dan",
    "nb": "nob", "no": "nor", "fi": "fin", "pl": "pol", "cs": "ces", "sk": "slk", "hu": "hun", "ro": "ron", "el": "ell",
    "tr": "tur", "ru": "rus", "uk": "ukr", "zh": "zho", "ja": "jpn", "ko": "kor", "hi": "hin", "ar": "ara", "he": "heb",
    "fa": "fas", "vi": "vie", "id": "ind", "ca": "cat", "eo": "epo",
}  # fmt: skip


def iso_639_2(tag: str) -> str:
    """The code of a tag's language, regions and scripts left out; ``und`` (undetermined) where it is not known here."""
    language = tag.split("-")[0]
    return language if len(language) == 3 else _CODES.get(language, "und")

"""Guesses the language of a name from its script and its letters; most names without a sign tell nothing."""

import re
import unicodedata

_SCRIPTS = {
    "CJK": "zh", "HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CYRILLIC": "ru", "GREEK": "el", "ARABIC": "ar",
    "HEBREW": "he", "DEVANAGARI": "hi", "BENGALI": "bn", "GUJARATI": "gu", "GURMUKHI": "pa", "TAMIL": "ta",
    "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si", "THAI": "th", "GEORGIAN": "ka",
    "ARMENIAN": "hy", "ETHIOPIC": "am", "MYANMAR": "my",
}  # fmt: skip
"""By the first word of a letter's Unicode name."""

_LETTERS = tuple((re.compile(pattern), language) for pattern, language in (
    # Other scripts, where a letter is of one of their languages only
    ("[іїєґ]", "uk"), ("[ђћџљњј]", "sr"), ("[پچژگ]", "fa"),
    # Letters of one language
    ("[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹơưũ]", "vi"),
    ("^(?=.{1,3}$).*[ăâêôõýàìòùđ]|[ăâêôàý]n[gh]$", "vi"),
    ("[ğşı]|i\u0307|^ç|^(öz|gül|gök|ümi|üna)|yin$", "tr"), ("[ðþ]|[áéíóú].*ur$|^jón$", "is"), ("[øæ]", "nb"),
    ("[șțăţ]", "ro"), ("[őű]", "hu"), ("[ėųį]|ūnas$", "lt"), ("[ķļņģ]|[āēīū].*s$", "lv"), ("[ľĺŕ]", "sk"),
    ("đ|ć$", "hr"),
    ("[řěů]|[čšž].*[áéíóúý]|[áéíóúý].*[čšž]|ová$|[čšž].*[kt]a?$", "cs"),
    ("[łńąęśźżć]|ó[jwz]|ó.*(rz|sz|cz)", "pl"),
    ("[čšž]", "hr"), ("ñ", "es-419"), ("ß", "de"),
    # Letters that several share, told apart by their neighbours
    ("ä([^aou]*ä|i)|öö|yö|rjö|[äö].*nen$", "fi"), ("å|(sjö|ström|gren|qvist|^gör|^björ|^märt)", "sv"), ("[äöü]", "de"),
    ("ã|õ[eo]|ç[oa]$|çal|aú(?!l)|uís$|ês$|é.*io$|â|ô(?!.*e$)", "pt-br"), ("õ", "et"),
    ("[àìòù]$", "it"), ("[èêëîïûœçôàù]|ée$|^é", "fr"),
    ("gy|zs|sz|cs$", "hu"),
    ("bh|mh|dh|gh|^sea|[áéíóú]i|i[áéíóú]?s?ín|éa|eá|iará|aig$|^bríd|^ró.án|aitl", "ga"),
    ("ez$|és$|sé$|[áíóú]", "es-419"), ("é", "fr"),
))  # fmt: skip
"""The first that a name's letters, small and composed, are found by. A lone ë, as in Zoë, tells nothing.

Of Spanish and Portuguese, that of most of their speakers: García with an s.
"""

_ENGLISH_TREMA = re.compile(r"(?<![ao])ë|oë$")


def guess_language(word: str, name: str) -> str | None:
    """The language, as a tag, of a word of a name; None where nothing tells, as of most names in plain letters."""
    letters = unicodedata.normalize("NFC", word).lower()
    scripts = {_script(letter) for letter in letters if letter.isalpha()}
    found = next((language for script, language in _SCRIPTS.items() if script in scripts), None)
    if found == "zh" and any(_script(letter) in ("HIRAGANA", "KATAKANA") for letter in name):
        return "ja"
    if found is None and (letters.isascii() or _ENGLISH_TREMA.search(letters)):
        return None
    if found not in (None, "ru", "ar"):
        return found
    return next((language for pattern, language in _LETTERS if pattern.search(letters)), found)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]

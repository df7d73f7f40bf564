"""What a sentence speaks of, and which answer of a listener's it goes against: by its words, clause by clause. Pure.

Read in the languages of ``LANGUAGES``; of a sentence in any other, nothing is known.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Subject = Literal["touch", "eyes", "breath", "body", "faith"]


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Words:
    """A language's words: of each subject, of eyes that close or open, and what makes a clause ask for nothing."""

    subjects: Mapping[Subject, re.Pattern[str]]
    closing: re.Pattern[str]
    opening: re.Pattern[str]
    unasked: re.Pattern[str]
    """Negations, and conditions that ask for nothing: "no need to", "if your eyes have been closed"."""


_EN_PLACE = r"heart|chest|belly|stomach|abdomen|cheeks?|face|arms?|shoulders?|neck|throat|head|forehead"
_ES_PLACE = r"coraz[oó]n|pecho|vientre|barriga|est[oó]mago|mejillas?|cara|rostro|brazos?|hombros?|cuello|cabeza|frente"
_DE_PLACE = r"Herz\w*|Brust|Bauch|Wangen?|Gesicht|Arme?|Schultern?|Hals|Nacken|Kopf|Stirn"

_WORDS = {
    "en": _Words(
        {
            "touch": _words(
                rf"(?:hands?|palms?|fingers?)\b[^.!?;]{{0,30}}\b(?:on|onto|over|to|around|across|against) "
                rf"(?:your |the |each |one |that )?(?:\w+ )?(?:{_EN_PLACE}|\{{[\w-]*\}})",
                r"(?:one|a) hand in the other", r"palms? together",
                r"(?:hug|embrace|hold|stroke|caress|massage) (?:yourself|your own)",
                rf"(?:stroke|caress|massage|cup|cradle|touch|hold|rub) (?:your|the) (?:own )?(?:{_EN_PLACE}|hands?)",
                r"yourself a (?:\w+ )?(?:hug|squeeze|embrace)", "soothing touch",
            ),
            "eyes": _words("eyes?", "eyelids?", "gaze"),
            "breath": _words("breaths?", "breathe[sd]?", "breathing", "inhal(?:e|es|ing)", "exhal(?:e|es|ing)"),
            "body": _words(
                _EN_PLACE, "body", "bodies", "back", "feet", "foot", "hands?", "jaw", "legs?", "knees?", "hips?",
                "toes", "fingers?", "heels?", "skin", "muscles?",
            ),
            "faith": _words(
                "god", "gods", "goddess", "lord", "jesus", "christ", "allah", "buddhas?", "krishna", "mary mother",
                "pray", "prays", "prayed", "prayers?", "praying", "bless", "blessed", "blessings?", "holy", "sacred",
                "divine", "angels?", "heaven", "heavenly", "souls?", "karma", "amen", "spirit guides?", "holy spirit",
                "namaste", "chakras?", "bodhisattvas?",
            ),
        },
        _words(
            r"clos(?:e|ing) (?:your|the|both) eyes?", r"eyes?\b[^.!?;]{0,30}\b(?:close|closed|shut)",
            r"(?:shut|lower) your (?:eyes|eyelids)", r"(?:let|allow) your eyelids[^.!?;]{0,30}",
        ),
        _words("open(?:ed|ing)?", "look(?:ing)?", "gaze"),
        _words(
            r"(?:no|without any) need to", "(?:do|does)(?:n['’]t| not) (?:have|need) to", "need(?:n['’]t| not)",
            "(?:do not|don['’]t|never)", "without", "instead of", "rather than", "if your eyes (?:have been|are|were)",
            r"if (?:touch|that|it) (?:is|isn['’]t|feels)", "not welcome", "isn['’]t welcome", "let go of", "leave out",
        ),
    ),
    "es": _Words(
        {
            "touch": _words(
                rf"(?:manos?|palmas?|dedos)\b[^.!?;]{{0,30}}\b(?:en|sobre|a|contra|al|alrededor de) "
                rf"(?:el |la |los |las |tu |tus |su |un |una )?(?:{_ES_PLACE}|\{{[\w-]*\}})",
                r"una mano (?:en|sobre) la otra", r"abr[aá]za(?:te|se)", r"abrazarte", r"acar[ií]cia(?:te|se)?",
                r"acariciarte", r"date un abrazo", rf"(?:toca|acaricia|sost[eé]n|masajea) (?:tu|el|la) (?:{_ES_PLACE})",
            ),
            "eyes": _words("ojos?", "p[aá]rpados?", "mirada"),
            "breath": _words(
                r"respira\w*", r"respir\w+", r"inspira\w*", r"inhala\w*", r"exhala\w*", r"espira\w*", "aliento",
            ),
            "body": _words(
                _ES_PLACE, "cuerpo", "espalda", "pies?", "manos?", "mand[ií]bula", "piernas?", "rodillas?", "caderas?",
                "dedos?", "talones", "piel", "m[uú]sculos?",
            ),
            "faith": _words(
                "dios", "diosa", "se[ñn]or nuestro", "jes[uú]s", "cristo", "al[aá]", "buda", "virgen", "reza\\w*",
                "oraci[oó]n", "oraciones", r"bendi\w+", "sagrad[oa]s?", "sant[oa]s?", "divin[oa]s?", "[aá]ngel(?:es)?",
                "cielo eterno", "almas?", "karma", "am[eé]n", "namast[eé]", "chakras?",
            ),
        },
        _words(
            r"cierra (?:los|tus) ojos", r"cerrar (?:los|tus) ojos", r"cierre (?:los|sus) ojos",
            r"ojos\b[^.!?;]{0,30}\b(?:cerrados|cerrarse|se cierr[ae]n)", r"baja (?:los|tus) p[aá]rpados",
        ),
        _words(r"abiert[oa]s?", r"abr(?:e|ir|irse|an|en)", "mira(?:r|ndo)?", "mirada"),
        _words(
            "no (?:hace|hay|tienes|necesitas|es)\\b", "no", "sin", "en lugar de", "en vez de", "nunca",
            "si (?:tienes|has tenido|ten[ií]as) los ojos", "si el (?:tacto|contacto)",
        ),
    ),
    "de": _Words(
        {
            "touch": _words(
                rf"(?:H[aä]nde?|Handfl[aä]chen?|Finger)\b[^.!?;]{{0,30}}\b(?:auf|an|um|über|gegen|ans|aufs) "
                rf"(?:dein\w* |das |die |den |dem |der |Ihr\w* )?(?:{_DE_PLACE}|\{{[\w-]*\}})",
                r"eine Hand in (?:die|der) ander\w+", r"umarm\w* (?:dich|Sie sich)", r"dich (?:selbst )?umarmen",
                rf"(?:streich\w*|berühr\w*|massier\w*|halt\w*) (?:dir |über )?(?:dein\w*|das|die|den) (?:{_DE_PLACE})",
            ),
            "eyes": _words("Augen?", "Augenlider?", "Lider", "Blick"),
            "breath": _words(r"Atem\w*", r"\w*atme\w*", r"\w*atmen"),
            "body": _words(
                _DE_PLACE, r"Körper\w*", "Rücken", r"Füße\w*", "Fuß", r"H[aä]nde?n?", "Kiefer", "Beine?", "Knie",
                "Hüften?", "Zehen", "Finger", "Fersen?", "Haut", "Muskeln?",
            ),
            "faith": _words(
                "Gott", "Gottes", "Göttin", "Herr Jesus", "Jesus", "Christus", "Allah", "Buddhas?", "bete[nt]?",
                "Gebete?", r"[Ss]egne\w*", "Segen", r"gesegnet\w*", r"heilig\w*", r"göttlich\w*", "Engel",
                "Himmelreich", "Seelen?", "Karma", "Amen", "Namaste", "Chakren",
            ),
        },
        _words(
            r"schlie(?:ß|ss)\w* (?:jetzt |nun |sanft )?(?:die|deine|Ihre) Augen",
            r"(?:die|deine|Ihre) Augen\b[^.!?;]{0,30}\b(?:schlie(?:ß|ss)\w*|zu|zumachen|geschlossen)",
        ),
        _words(r"offen\w*", r"ge?öffne\w*", r"auf(?:lassen|machen)", r"schau\w*", "Blick"),
        _words(
            "nicht", r"kein\w*", "ohne", "statt", "anstatt", "nie", "niemals", r"wenn (?:die|deine|Ihre) Augen",
            r"wenn (?:Berührung|das)",
        ),
    ),
}  # fmt: skip

LANGUAGES = tuple(_WORDS)
"""The languages that are read here."""


def is_read(language: str) -> bool:
    """Whether sentences of a language, given as a tag, are read here."""
    return _base(language) in _WORDS


def speaks_of(sentence: str, language: str) -> frozenset[Subject]:
    """Everything that a sentence speaks of, denied or not; nothing where the language is not read."""
    words = _WORDS.get(_base(language))
    if words is None:
        return frozenset()
    return frozenset(subject for subject, pattern in words.subjects.items() if pattern.search(sentence))


def goes_against(text: str, answers: Mapping[str, str], language: str) -> tuple[str, ...]:
    """The slots of the answers that a text asks the contrary of; a slot's value in it is ``{slot}``.

    Touch that is unwelcome, eyes that should close though they stay open rather, or stay open though they close
    rather, words of faith. A sentence that leaves the eyes a choice goes against neither.
    """
    words = _WORDS.get(_base(language))
    if words is None:
        return ()
    found = set()
    for sentence in re.split(r"(?<=[.!?;:])\s+", text):
        if answers.get("touch") == "no" and _asks(words.subjects["touch"], sentence, words):
            found.add("touch")
        closes, opens = _asks(words.closing, sentence, words), bool(words.opening.search(sentence))
        if answers.get("eyes") == "open" and closes and not opens:
            found.add("eyes")
        if answers.get("eyes") == "closed" and _asks(_KEEP_OPEN[_base(language)], sentence, words) and not closes:
            found.add("eyes")
        if answers.get("secular") == "yes" and words.subjects["faith"].search(sentence):
            found.add("secular")
    return tuple(slot for slot in answers if slot in found)


_KEEP_OPEN = {
    "en": _words(
        r"(?:keep|leave) your eyes (?:wide |softly |half )?open", r"eyes (?:must |should )?(?:stay|remain) open"
    ),
    "es": _words(r"(?:mant[eé]n|deja) los ojos abiertos", r"con los ojos abiertos"),
    "de": _words(r"(?:halte|lass) (?:die|deine) Augen offen", r"mit offenen Augen"),
}


def _asks(pattern: re.Pattern[str], sentence: str, words: _Words) -> bool:
    """Whether a sentence has the pattern in a clause where nothing before it denies it."""
    for found in pattern.finditer(sentence):
        clause = re.split(r"[,–—]\s", sentence[: found.start()])[-1]
        if not words.unasked.search(clause):
            return True
    return False


def _base(language: str) -> str:
    return language.split("-")[0]

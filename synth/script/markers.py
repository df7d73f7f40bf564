"""What each marker means: one function a marker, one table of them all.

A marker is ``[name words…]``; other spellings in use (``[5s]``, ``[pause:5]``, ``[break:"5s"]``,
``<break time="5s"/>``) are read as the same thing. A marker that opens a block (``repeat``, ``each``) is
completed by the parser at its ``[end]``.
"""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from synth.script.document import (
    PERSONS,
    Bed,
    Bell,
    Breath,
    Choose,
    Each,
    If,
    Include,
    Item,
    Mark,
    Pause,
    Rating,
    Repeat,
    VoiceChange,
    Wait,
)
from synth.script.header import Meta, Slot
from synth.script.limits import MAX_PAUSE_MS, MAX_WPM, MIN_WPM
from synth.source import Place
from synth.units import parse_duration
from synth.wording import did_you_mean

MAX_CHARACTERS = 500
MAX_STRIKES = 108
MAX_UTTERANCES = 10_000
BED_OPENING_MS = 6_000
BED_FADE_MS = 8_000
MAX_BREATHS = 1_000
MAX_BREATH_MS = 60_000
_NAMED = re.compile(r"(?P<name>[^\W\d][\w-]*)\s*[:=]?\s*(?P<words>.*)", re.S)
_WORD = re.compile(r'"([^"]*)"|(\S+)')
_BREAK_TAG = re.compile(r"""<break\s+time\s*=\s*(?:"([^">]*)"|'([^'>]*)'|([^\s"'>/]*))\s*/?>""", re.I)
_TIMES = re.compile(r"x(\d+)", re.I)
_BARE = re.compile(r"\d+(\.\d+)?|\.\d+")


class MarkerFault(Exception):
    """What is wrong with a marker, said to its writer."""


class HeaderFault(MarkerFault):
    """A marker that asks for something the header does not give."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker's name in lower case, its words, and the header it stands under."""

    name: str
    words: tuple[str, ...]
    meta: Meta
    place: Place


def read_marker(text: str, meta: Meta, place: Place) -> Marker:
    """``[…]`` or ``<break …/>`` as name and words. Raises MarkerFault where it is no marker at all."""
    if len(text) > MAX_CHARACTERS:
        raise MarkerFault(f"a marker of more than {MAX_CHARACTERS} characters; is a bracket missing before it ends?")
    tag = _BREAK_TAG.fullmatch(text)
    if tag:
        return Marker("pause", (tag[1] or tag[2] or tag[3] or "",), meta, place)
    if text.startswith("<"):
        raise MarkerFault(f'unknown tag {text}; of tags, only <break time="5s"/> and <!-- a comment --> are read')
    inside = text[1:-1].strip()
    named = _NAMED.fullmatch(inside)
    if named:
        words = tuple(quoted or bare for quoted, bare in _WORD.findall(named["words"]))
        return Marker(named["name"].lower(), words, meta, place)
    if re.fullmatch(r"[\d.]+\s*(ms|s|sec|m|min|h)", inside, re.I):
        return Marker("pause", (inside,), meta, place)
    if _BARE.fullmatch(inside):
        raise MarkerFault(f"unknown marker {text}; did you mean [pause {inside}s]?")
    raise MarkerFault(f"unknown marker {text}; write \\{text[:-1]}\\] to have the brackets spoken as text")


def build_item(marker: Marker) -> Item:
    """The item a marker stands for. Raises MarkerFault, naming what was expected and the nearest known name."""
    build = MARKERS.get(marker.name)
    if build is None:
        known = sorted([*MARKERS, *INSIDE_BLOCKS])
        near = difflib.get_close_matches(marker.name, known, n=1)
        if near:
            raise MarkerFault(f"unknown marker [{marker.name}]; did you mean [{' '.join([*near, *marker.words])}]?")
        raise MarkerFault(f"unknown marker [{marker.name}]; the markers are {', '.join(known)}")
    return build(marker)


def _pause(marker: Marker) -> Pause:
    words, weight = list(marker.words), 1
    if words and (times := _TIMES.fullmatch(words[-1])):
        words.pop()
        weight = int(times[1])
        if not 1 <= weight <= 100:
            raise MarkerFault("a pause's share is x1 to x100")
    written = " ".join(words) if words else "normal"
    named = marker.meta.pauses.get(written)
    if named is not None:
        min_ms: int = named
        max_ms: int | None = named
    else:
        min_ms, max_ms = _span(written, marker)
    if weight > 1 and max_ms == min_ms:
        raise MarkerFault(
            f"[pause {written} x{weight}]: only an elastic pause has a share, such as [pause 10s..40s x2]"
        )
    return Pause(min_ms, max_ms, weight, marker.place, bare=bool(re.fullmatch(r"[\d.\s]+", written)))


def _span(written: str, marker: Marker) -> tuple[int, int | None]:
    """The shortest and the longest of a written pause, in milliseconds."""
    least, dots, most = written.partition("..")
    try:
        if most.startswith("."):
            raise ValueError("two dots, not three, stand between the shortest and the longest")
        min_ms = parse_duration(least, max_ms=MAX_PAUSE_MS)
        max_ms = parse_duration(most, max_ms=MAX_PAUSE_MS) if most.strip() else None
        if not dots:
            max_ms = min_ms
    except ValueError as error:
        if re.fullmatch(r"[a-z][\w-]*", written):
            near = did_you_mean(written, marker.meta.pauses)
            raise HeaderFault(f"[pause {written}]: the header has no pause of that name{near}") from None
        raise MarkerFault(f"[pause {written}]: {error}") from None
    if max_ms is not None and max_ms < min_ms:
        raise MarkerFault(f"[pause {written}]: the longest is shorter than the shortest; turn them round")
    return min_ms, max_ms


def _bell(marker: Marker) -> Bell:
    style = marker.meta.bell
    sound, strikes, level = style.sound, 1, style.level
    for position, word in enumerate(marker.words):
        if times := _TIMES.fullmatch(word):
            strikes = int(times[1])
            if not 1 <= strikes <= MAX_STRIKES:
                raise MarkerFault(f"a bell is struck x1 to x{MAX_STRIKES}")
        elif (number := _number(word)) is not None:
            level = number
            if not -60 <= level <= 0:
                raise MarkerFault(f"[bell … {word}]: a bell's level is 0 dB (as loud as the voice) down to -60")
        elif position == 0:
            sound = word
        else:
            raise MarkerFault(f"[bell]: '{word}' is not read here; write it like [bell bowl x3 -6]")
    return Bell(sound, strikes, level, marker.place)


def _bed(marker: Marker) -> Bed:
    words, fade_ms = list(marker.words), BED_FADE_MS
    if "over" in words:
        at = words.index("over")
        try:
            fade_ms = parse_duration(" ".join(words[at + 1 :]), max_ms=MAX_PAUSE_MS)
        except ValueError as error:
            raise MarkerFault(f"[bed … over …]: {error}") from None
        del words[at:]
    level = marker.meta.bed.level
    if len(words) == 2 and (number := _number(words[1])) is not None:
        level = number
        if not -60 <= level <= 0:
            raise MarkerFault(f"[bed … {words[1]}]: a bed's level is 0 LU (as loud as the voice) down to -60")
        words.pop()
    if len(words) != 1:
        raise MarkerFault("[bed]: write it like [bed rain], [bed rain -20 over 8s] or [bed none over 8s]")
    return Bed(None if words[0] == "none" else words[0], level, fade_ms, marker.place)


def _repeat(marker: Marker) -> Repeat:
    if len(marker.words) != 1 or not (times := re.fullmatch(r"x?(\d{1,6})", marker.words[0])):
        raise MarkerFault("[repeat]: say how many times, such as [repeat 3]")
    if not 1 <= int(times[1]) <= MAX_UTTERANCES:
        raise MarkerFault(f"[repeat {times[1]}]: once to {MAX_UTTERANCES} times")
    return Repeat(int(times[1]), (), marker.place)


def _each(marker: Marker) -> Each:
    if len(marker.words) != 3 or marker.words[1] != "in":
        raise MarkerFault("[each]: write it like [each phrase in phrases]")
    variable, source = marker.words[0], marker.words[2]
    slot = marker.meta.slots.get(source)
    if slot is None:
        near = did_you_mean(source, marker.meta.slots)
        raise HeaderFault(f"[each … in {source}]: the header has no slot '{source}'{near}")
    if slot.type not in ("phrases", "people"):
        raise HeaderFault(f"[each … in {source}]: that slot's type is {slot.type}; phrases or people are needed")
    if variable in PERSONS:
        raise MarkerFault(f"[each {variable} in {source}]: '{variable}' has a meaning of its own; choose another word")
    if variable in marker.meta.slots:
        raise MarkerFault(f"[each {variable} in {source}]: '{variable}' is a slot already; choose another word")
    return Each(variable, source, (), marker.place)


def _include(marker: Marker) -> Include:
    if len(marker.words) != 1 or not re.fullmatch(r"[\w-]+", marker.words[0]):
        raise MarkerFault("[include]: name one fragment of the fragments folder, such as [include settle]")
    return Include(marker.words[0], (), marker.place)


def _breath(marker: Marker) -> Breath:
    words = list(marker.words)
    cued = "cued" in words
    if cued:
        words.remove("cued")
    written = re.fullmatch(r"x?(\d{1,4})(?: in (.+) out (.+))?", " ".join(words))
    if not written or not 1 <= int(written[1]) <= MAX_BREATHS:
        raise MarkerFault(f"[breath]: one to {MAX_BREATHS} breaths, such as [breath 4] or [breath 4 in 4s out 6s cued]")
    try:
        ways = [None if way is None else parse_duration(way, max_ms=MAX_BREATH_MS) for way in written.groups()[1:]]
    except ValueError as error:
        raise MarkerFault(f"[breath … in … out …]: {error}") from None
    if 0 in ways:
        raise MarkerFault("[breath … in … out …]: a breath takes some time each way")
    return Breath(int(written[1]), ways[0], ways[1], cued, marker.place)


def _wait(marker: Marker) -> Wait:
    try:
        return Wait(parse_duration(" ".join(marker.words), max_ms=MAX_PAUSE_MS), marker.place)
    except ValueError as error:
        raise MarkerFault(f"[wait]: say how long at most, such as [wait 30s]: {error}") from None


def _voice(marker: Marker) -> VoiceChange:
    words = list(marker.words)
    rate = None
    if "rate" in words:
        at = words.index("rate")
        number = words[at + 1] if at + 1 < len(words) else ""
        if not number.isdecimal() or not MIN_WPM <= int(number) <= MAX_WPM:
            raise MarkerFault(f"[voice rate {number}]: {MIN_WPM} to {MAX_WPM} words a minute")
        rate = int(number)
        del words[at : at + 2]
    if len(words) > 1:
        raise MarkerFault("[voice]: write it like [voice rate 100], [voice pyttsx3:gmw/en-us] or [voice]")
    return VoiceChange(words[0] if words else None, rate, marker.place)


def _rate(marker: Marker) -> Rating:
    span = re.fullmatch(r"(\d{1,3})\.\.(\d{1,3})", marker.words[0]) if marker.words else None
    if not span or len(marker.words) != 2 or int(span[1]) >= int(span[2]):
        raise MarkerFault('[rate]: write it like [rate 0..10 "How hard is it now?"]')
    return Rating(int(span[1]), int(span[2]), marker.words[1], marker.place)


def _mark(marker: Marker) -> Mark:
    if len(marker.words) != 1:
        raise MarkerFault("[mark]: one name, such as [mark home]")
    return Mark(marker.words[0], marker.place)


def _choose(marker: Marker) -> Choose:
    if len(marker.words) != 1:
        raise MarkerFault("[choose]: name one slot, such as [choose touch]")
    slot = _slot(marker, marker.words[0])
    if slot.type != "choice":
        raise HeaderFault(f"[choose {marker.words[0]}]: that slot's type is {slot.type}; 'type: choice' is needed")
    return Choose(marker.words[0], (), marker.place)


def _if(marker: Marker) -> If:
    match marker.words:
        case (name,):
            value = None
        case (name, "==", *rest) if rest:
            value = " ".join(rest)
        case _:
            raise MarkerFault("[if]: write it like [if name] or [if place == body]")
    slot = _slot(marker, name)
    if value is not None and slot.type == "choice" and value not in slot.of:
        raise HeaderFault(
            f"[if {name} == {value}]: '{name}' is one of {', '.join(slot.of)}{did_you_mean(value, slot.of)}"
        )
    return If(name, value, (), (), marker.place)


def _slot(marker: Marker, name: str) -> Slot:
    slot = marker.meta.slots.get(name)
    if slot is None:
        near = did_you_mean(name, marker.meta.slots) or "; add it under slots:"
        raise HeaderFault(f"[{marker.name} {name}]: the header has no slot '{name}'{near}")
    return slot


def _number(word: str) -> float | None:
    return float(word.replace("−", "-")) if re.fullmatch(r"[-+−]?\d+(\.\d+)?", word) else None


MARKERS: dict[str, Callable[[Marker], Item]] = {
    "pause": _pause,
    "break": _pause,
    "bell": _bell,
    "bed": _bed,
    "repeat": _repeat,
    "each": _each,
    "choose": _choose,
    "if": _if,
    "include": _include,
    "breath": _breath,
    "wait": _wait,
    "voice": _voice,
    "rate": _rate,
    "mark": _mark,
}
BLOCKS = ("repeat", "each", "choose", "if")
"""The markers that stay open until their ``[end]``."""

INSIDE_BLOCKS = ("option", "else", "end")
"""The markers that belong to the block they stand in; the parser knows what they do."""

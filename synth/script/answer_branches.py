"""Lines that go against an answer some listener gives, and have no branch for it. Pure."""

from collections.abc import Iterator

from synth.script.document import Choose, Document, Fill, If, Item, Rating, Say, inner_items
from synth.script.subjects import goes_against
from synth.source import Place

_ASKED = (("touch", "no"), ("eyes", "open"), ("eyes", "closed"), ("secular", "yes"))
"""The answers that a line can go against."""

_ALIKE = {"no": ("no", "none"), "yes": ("yes",)}


def without_branch(document: Document) -> Iterator[tuple[Place, str]]:
    """The first line for each answer that would be heard against it, and what it lacks."""
    defaults = {name: slot.default for name, slot in document.meta.slots.items() if isinstance(slot.default, str)}
    for slot, answer in _ASKED:
        for section in document.sections:
            heard = [
                (item.place, text)
                for item in _heard(section.items, slot, answer)
                if (text := _text(item, defaults)) and goes_against(text, {slot: answer}, document.meta.language)
            ]
            if heard:
                place, text = heard[0]
                mend = f"[if {slot} == {answer}] … [else] … [end]"
                yield place, f"'{text}' keeps this script from those whose answer is {slot}: {answer}; write {mend}"
                break


def _heard(items: tuple[Item, ...], slot: str, answer: str) -> Iterator[Item]:
    """The items that are left where an answer is given; of any other branch, all."""
    for item in items:
        if isinstance(item, If) and item.slot == slot:
            holds = item.value in (None, *_ALIKE.get(answer, (answer,)))
            yield from _heard(item.items if holds else item.otherwise, slot, answer)
        elif isinstance(item, Choose) and item.slot == slot:
            chosen = next((o for o in item.options if o.name in _ALIKE.get(answer, (answer,))), item.options[0])
            yield from _heard(chosen.items, slot, answer)
        else:
            yield item
            for inner in inner_items(item):
                yield from _heard(inner, slot, answer)


def _text(item: Item, defaults: dict[str, str]) -> str:
    if isinstance(item, Rating):
        return item.question
    if not isinstance(item, Say):
        return ""
    return "".join(
        defaults.get(part.slot, f"{{{part.slot}}}") if isinstance(part, Fill) else part for part in item.parts
    )

"""A bell that is announced, and does not ring."""

from typing import Any

import pytest
from helpers.scripts import session

from synth.personalise.announcements import unrung
from synth.personalise.listener import SessionOptions


def announced(body: str, **header: Any) -> list[str]:
    made = session(body, **header)
    return [said.text for said in unrung(made.sections, made.bells, made.meta.language)]


@pytest.mark.parametrize(("text", "language"), [
    ("In a moment, a bell will ring three times.", "en"), ("When you hear the bell, come back.", "en"),
    ("Pronto sonará una campana.", "es"), ("Cuando oigas la campana, vuelve.", "es"),
    ("Gleich erklingt eine Glocke.", "de"), ("Du hörst bald den Gong.", "de"),
])  # fmt: skip
def test_an_announcement_wants_a_bell_behind_it(text: str, language: str) -> None:
    assert announced(text, language=language) == [text]
    assert announced(f"[bell]\n\n{text}", language=language) == [text]
    assert announced(f"{text} [bell]", language=language) == []


@pytest.mark.parametrize("text", ["No bell will ring.", "There is a bell tower outside.", "You need hear no bells."])
def test_what_announces_no_bell_wants_none(text: str) -> None:
    assert announced(text) == []


@pytest.mark.parametrize("options", [SessionOptions(bell="none"), SessionOptions(sleep=True)])
def test_a_listener_without_bells_is_told(options: SessionOptions) -> None:
    body = "A bell will ring. [pause 3s]\n[bell]\n\nRest."
    assert session(body, options).remarks == ("'A bell will ring.' announces a bell, and bells are left out here",)
    assert session(body).remarks == ()


def test_bells_through_the_sitting_count() -> None:
    assert announced("A bell will ring.", bell={"interval": "5m"}) == []

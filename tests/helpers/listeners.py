"""Listeners, and the sessions that are made for them."""

from typing import Any

import pytest

from helpers.scripts import at, session
from synth.errors import RequestError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.session import Session, Style, Utterance
from synth.script.limits import USUAL_WPM

PLAIN = Style(voice=None, language="en", rate=USUAL_WPM)


def utterance(
    line: int,
    column: int,
    text: str,
    spoken: str | None = None,
    *,
    personal: bool = False,
    names: tuple[str, ...] = (),
) -> Utterance:
    return Utterance(text, text if spoken is None else spoken, personal, PLAIN, at(line, column), names)


def profile(**keys: object) -> Profile:
    return Profile.model_validate(keys)


def texts(made: Session) -> list[str]:
    return [utterance.text for utterance in made.utterances]


def refused(body: str, options: SessionOptions | None = None, listener: Profile | None = None, **header: Any) -> str:
    with pytest.raises(RequestError) as raised:
        session(body, options, listener, **header)
    return str(raised.value)

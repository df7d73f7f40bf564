"""What this program says by itself: the same as if it were written as a script, and a user's text in it is words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.app.checking import estimate_timeline, stand_in_session
from synth.app.own_documents import (
    ground_document,
    name_document,
    sitting_document,
    sound_document,
    text_document,
)
from synth.app.workspace import Workspace
from synth.errors import RequestError, ScriptError
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.personalise.session import Session
from synth.script.care import lint
from synth.script.document import Bell, Document, Pause, Say
from synth.script.header import Meta
from synth.source import Source
from synth.wording import one_line


def session_of(document: Document, profile: Profile | None = None) -> Session:
    return personalise(document, profile or Profile(), SessionOptions(), {})


@given(st.text(max_size=200).filter(lambda text: any(map(str.isalnum, text))))
def test_a_text_is_said_as_it_stands(text: str) -> None:
    (said,) = session_of(text_document(text)).utterances
    assert said.text == said.spoken == one_line(text)


@pytest.mark.parametrize("text", ["", "…", "[]"])
def test_a_text_without_a_word_is_told(text: str) -> None:
    with pytest.raises(RequestError, match="there is nothing to say in"):
        session_of(text_document(text))


@pytest.mark.parametrize("name", ["[bell]", "{name}", "Ana\n---\n# x", 'O\'Brien: "x"'])
def test_a_name_is_said_as_it_stands_or_as_it_is_spelled(name: str) -> None:
    (said,) = session_of(name_document(), Profile(name=name)).utterances
    assert said.spoken == one_line(name)
    (said,) = session_of(name_document(), Profile(name=name, say_as="shi vawn")).utterances
    assert (said.text, said.spoken) == (one_line(name), "shi vawn")


def test_a_bell_is_struck_once_and_a_bed_is_laid() -> None:
    (section,) = session_of(sound_document("chime", "bell")).sections
    (bell,) = section.items
    assert isinstance(bell, Bell)
    assert (bell.sound, bell.strikes) == ("chime", 1)
    session = session_of(sound_document("rain", "bed"))
    assert session.bed
    assert session.bed.sound == "rain"
    assert [type(item) for section in session.sections for item in section.items] == [Pause]


def test_a_sitting_has_nothing_that_a_careful_teacher_would_miss(workspace: Workspace) -> None:
    document = sitting_document()
    remarks = lint(document, estimate_timeline(stand_in_session(document, workspace.sounds()), workspace.sounds()))
    assert [remark.rule for remark in remarks if remark.severity != "note"] == []


def test_a_ground_stands_alone_in_the_scripts_voice() -> None:
    header = {"title": "A", "language": "de", "length": "10m", "voice": {"name": "tones"}, "slots": {"name": {}}}
    meta = Meta.model_validate(header)
    document = ground_document(meta, {"ground": Source("fragments/ground.md", "Der Boden trägt. [pause 2s]")})
    assert (document.meta.language, document.meta.voice.name) == ("de", "tones")
    assert (document.meta.length, document.meta.slots) == (None, {})
    say = next(item for item in document.walk() if isinstance(item, Say))
    assert (say.parts, str(say.place)) == (("Der Boden trägt.",), "fragments/ground.md:1:1")


@pytest.mark.parametrize(
    ("text", "told"),
    [("{name}, the floor holds you.", "fragments/ground.md:1:1: .* no slot 'name'"), ("[gong]", "unknown marker")],
)
def test_a_ground_that_cannot_stand_alone_is_told(text: str, told: str) -> None:
    with pytest.raises(ScriptError, match=told):
        ground_document(Meta(title="A"), {"ground": Source("fragments/ground.md", text)})

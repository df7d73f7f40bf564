"""What holds in every form of a session, and the command that writes them."""

import re
from pathlib import Path

import pytest
from helpers.foreign_scripts import FILES, read, said
from helpers.forms import ODD, SOMEBODY, SSML, check_ssml, form, laid_out
from helpers.sound import run_metta

from synth.cli.show import show
from synth.export.reading_forms import FORMS
from synth.export.reading_page import make_sheet
from synth.personalise.listener import Profile
from synth.scripts import load_document, meditation_names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", FORMS)
def test_a_listeners_text_is_text_in_every_form(name: str) -> None:
    got = form(name, "Hello, {name}. Bye.", Profile(name=ODD), slots={"name": {"default": "you"}})
    if name == "ssml":
        sentence = check_ssml(got).find(f".//{SSML}s")
        assert sentence is not None
        assert sentence.text == f"Hello, {ODD}. Bye."
        assert [item for item in said(read(got, "a.ssml")) if item != "¶"] == [f"Hello, {ODD}. Bye."]
    elif name == "text":
        assert f"Hello, {ODD}. Bye." in got


@pytest.mark.parametrize("profile", [Profile(), SOMEBODY], ids=["nobody", "somebody"])
@pytest.mark.parametrize("name", meditation_names())
class TestShipped:
    def test_has_every_word_in_every_form(self, name: str, profile: Profile) -> None:
        document = load_document(name)
        heard, timeline = laid_out(document, profile)
        sheet = make_sheet(document, heard, timeline)
        text = " ".join(FORMS["text"](sheet).split())
        assert max(map(len, FORMS["text"](sheet).splitlines())) <= 80
        html = re.sub(r"<(?!!)[^>]*>", "", FORMS["html"](sheet))
        plain = " ".join(html.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").split())
        at = at_html = 0
        for utterance in heard.utterances:
            at = text.index(utterance.text, at)
            at_html = plain.index(utterance.text.replace("&", "&amp;"), at_html)
        paragraphs = sum(block.spoken for passage in sheet.passages for block in passage.blocks)
        assert 1 < paragraphs <= len(heard.utterances)


def test_the_command_offers_every_form() -> None:
    (option,) = [parameter for parameter in show.params if parameter.name == "form"]
    assert list(getattr(option.type, "choices", ())) == list(FORMS)


@pytest.mark.parametrize("name", FORMS)
def test_show_writes_a_form(name: str, folder: Path) -> None:
    run = run_metta("show", "waking", "--as", name, "--name", "Łukasz & Co", folder=folder)
    assert (run.returncode, run.stderr) == (0, "")
    if name == "ssml":
        check_ssml(run.stdout)
        (folder / "again.ssml").write_text(run.stdout, encoding="utf-8")
        assert run_metta("check", "again.ssml", folder=folder).returncode == 0
    assert ("Łukasz &amp; Co" if name != "text" else "Łukasz & Co") in run.stdout


def test_show_writes_one_form_alone(folder: Path) -> None:
    run = run_metta("show", "waking", "--as", "text", "--json", folder=folder)
    assert run.returncode == 2
    assert "choose one" in run.stderr

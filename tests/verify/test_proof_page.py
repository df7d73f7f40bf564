"""A proof as a page of HTML."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.proven import Made, written
from helpers.sound import Studio

from synth.content_cache import Cache
from synth.verify.proof import Check
from synth.verify.proof_page import write_html


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("proof")
    return Studio(folder, Cache(folder / "cache"))


@pytest.fixture(scope="module")
def dry(studio: Studio) -> Made:
    """The track without a bed."""
    return written(studio, "none")


class TestThePage:
    def test_holds_all_it_needs_but_the_track(self, dry: Made, tmp_path: Path) -> None:
        page = write_html(dry.proof(), tmp_path / "proof.html")
        assert re.findall(r'(?:src|href)="([^"]*)"', page) == [f"../{dry.studio.folder.name}/{dry.file.name}"]
        assert "http" not in page
        assert page.count("<svg ") == len(re.findall(r'class="wave" d="M[^"]+Z"', page))
        assert len(re.findall(r'<tr data-ms="\d+"><td class="num">', page)) == 6 + 3 + 5
        assert page.count('class="bell"') == 3
        assert "wrong" not in page.partition("<body>")[2]

    def test_shows_what_falls_short_and_takes_texts_for_text(self, dry: Made, tmp_path: Path) -> None:
        proof = dry.proof()
        first, *others = proof.speech
        wrong = replace(first, text="<b>&", fault="'<b>&' is missing")
        page = write_html(replace(proof, speech=(wrong, *others)), tmp_path / "proof.html")
        assert "<b>&" not in page
        assert 'class="speech wrong"><title>&#39;&lt;b&gt;&amp;&#39; is missing</title>' in page

    def test_marks_what_could_not_be_judged_as_neither(self, dry: Made, tmp_path: Path) -> None:
        proof = replace(dry.proof(), checks=(Check("sections", "each", "not judged", None),))
        page = write_html(proof, tmp_path / "proof.html")
        assert "<td>– sections</td>" in page
        assert "<b>As asked</b>" in page

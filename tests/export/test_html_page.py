"""A session as a page of HTML."""

import re
from pathlib import Path

from helpers.forms import EXAMPLE, EXAMPLE_SLOTS, ODD, form
from helpers.scripts import script
from helpers.sound import run_metta
from helpers.sound import script as script_text

from synth.export.reading_forms import FORMS
from synth.export.reading_page import make_sheet
from synth.personalise.listener import Profile, SessionOptions
from synth.personalise.resolve import personalise
from synth.timeline.layout import lay_out
from synth.timeline.model import BellDuration


def test_html_is_a_page_of_its_own() -> None:
    got = form("html", EXAMPLE, Profile(name=ODD), **EXAMPLE_SLOTS)
    assert got.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert '<span class="rest">· 6 s ·</span>' in got
    assert '<span class="told">[bell: bowl, 2 strokes, 18 s]</span>' in got
    assert "Home &amp; away" in got
    assert "Sit down, A &amp; &lt;b&gt;&#34;x&#34;&lt;/b&gt; [bell] {name} --&gt; &#39;é." in got
    assert not re.search(r"<script|<link|<img|src=|href=|url\(|@import|http", got)


def test_html_escapes_titles_and_sounds() -> None:
    body = "# <i>A</i>\n\n[bell <u>.wav]\n\nOne."
    document = script(body, title="<script>alert(1)</script>")
    heard = personalise(document, Profile(), SessionOptions(), {})
    got = FORMS["html"](
        make_sheet(document, heard, lay_out(heard, lambda utterance: 1_000, lambda name: BellDuration(1_000, 1_000)))
    )
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>" in got
    assert "&lt;i&gt;A&lt;/i&gt;" in got
    assert not re.search(r"<script|<i>|<u>", got)


def test_a_page_holds_what_is_said_and_refers_to_nothing(tmp_path: Path) -> None:
    text = script_text(
        "# One & two\n\n\\<b> is a letter, {name}. [pause 12s]\n\n[bell chime] Good.", ["slots: {name: {}}"]
    )
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    run = run_metta("show", "a.md", "--name", "<script>", "--as", "html", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("<!DOCTYPE html>")
    assert "&lt;b&gt; is a letter, &lt;script&gt;." in run.stdout
    assert "One &amp; two" in run.stdout
    assert "12 s" in run.stdout
    assert "<script" not in run.stdout
    assert not re.findall(r"(?:src|href)=|https?:", run.stdout)

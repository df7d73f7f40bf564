"""A session as a page of HTML."""

import re

from helpers.forms import EXAMPLE, EXAMPLE_SLOTS, ODD, form
from helpers.scripts import script

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

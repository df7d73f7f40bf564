"""A session as a page to print: it needs nothing else, and takes no text for markup."""

import re
from pathlib import Path

from helpers.sound import run_metta, script


def test_a_page_holds_what_is_said_and_refers_to_nothing(tmp_path: Path) -> None:
    text = script("# One & two\n\n\\<b> is a letter, {name}. [pause 12s]\n\n[bell chime] Good.", ["slots: {name: {}}"])
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    run = run_metta("show", "a.md", "--name", "<script>", "--as", "html", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("<!DOCTYPE html>")
    assert "&lt;b&gt; is a letter, &lt;script&gt;." in run.stdout
    assert "One &amp; two" in run.stdout
    assert "12 s" in run.stdout
    assert "<script" not in run.stdout
    assert not re.findall(r"(?:src|href)=|https?:", run.stdout)

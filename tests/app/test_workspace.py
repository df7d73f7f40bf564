"""The user's cache and its limit, and where sounds are looked for."""

import os
from pathlib import Path

import pytest

from synth.app.workspace import Workspace, cache_limit, open_workspace, set_cache_limit
from synth.content_cache import LIMIT_BYTES
from synth.errors import RequestError
from synth.paths import config_path, shipped_folder


def test_the_limit_is_kept_between_two_uses(workspace: Workspace) -> None:
    assert workspace.cache.limit_bytes == cache_limit() == LIMIT_BYTES
    set_cache_limit(500_000_000)
    assert open_workspace().cache.limit_bytes == 500_000_000


def test_a_limit_that_cannot_be_read_is_told_with_what_mends_it(workspace: Workspace) -> None:
    set_cache_limit(LIMIT_BYTES)
    config_path("cache-limit").write_text("plenty", encoding="utf-8")
    with pytest.raises(RequestError, match=r"cache-limit: the cache's limit can't be read .* 'metta cache --limit"):
        open_workspace()


def test_closing_brings_the_cache_under_its_limit(workspace: Workspace) -> None:
    set_cache_limit(1_000)
    small = open_workspace()
    entry = small.cache.entry("speech", "one", lambda body: {"bytes": body.write(bytes(5_000))})
    os.utime(entry.path, (0, 0))
    open_workspace().close()
    assert sum(small.cache.sizes().values()) == 0


def test_a_script_finds_its_own_sounds_before_those_of_the_working_folder(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    for folder in ("scripts", "."):
        (tmp_path / folder / "mine.wav").write_bytes(b"")
    (tmp_path / "scripts" / "a.md").write_text("", encoding="utf-8")
    (tmp_path / "here.wav").write_bytes(b"")
    sounds = workspace.sounds_for("scripts/a.md")
    assert sounds.find("mine.wav", "bell") == Path("scripts/mine.wav")
    assert sounds.find("here.wav", "bed") == Path("here.wav")
    assert sounds.find("bowl", "bell").parent == shipped_folder("audio_assets")
    with pytest.raises(RequestError, match="there is no such file"):
        workspace.sounds_for("none.md")

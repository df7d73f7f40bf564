"""Options and fixtures that all tests share."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from synth.app.workspace import Workspace, open_workspace

# The same examples on every run, so that a change is judged by itself; for a search of new ones:
# pytest --hypothesis-profile=search
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("steady")

# Where the tests are started with these ignored, as in the background or by nohup, they go on ignoring them; but the
# commands that they start hear them, as ignoring is inherited and handling is not.
for number in (signal.SIGINT, signal.SIGHUP):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda number, frame: None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-golden",
        action="store_true",
        help="write the golden timelines in tests/golden anew, instead of comparing with them",
    )


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--rewrite-golden"))


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Somebody's, whose cache, settings and data lie in ``tmp_path/home``, at work in ``tmp_path``."""
    for name in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / "home" / name.lower()))
    monkeypatch.chdir(tmp_path)
    return open_workspace()


def pytest_xdist_auto_num_workers() -> int:
    """Two a core: who waits for a command, or for a terminal, leaves the core to others."""
    return 2 * (os.cpu_count() or 1)

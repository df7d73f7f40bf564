"""The program's outermost shell: how it ends when it is asked to."""

import subprocess
import sys

import pytest

LOST = """\
import signal, time
from synth.__main__ import _end_as_by_ctrl_c

class Deleted:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
        sum(range(10))

_end_as_by_ctrl_c()
try:
    for _ in range(int({patience_s} / 0.01)):
        Deleted()
        Deleted.__del__ = lambda self: None
        time.sleep(0.01)
    print("went on")
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interrupt_is_not_lost_in_what_python_goes_on_after() -> None:
    """As in a future of dask's that is deleted just then."""
    run = subprocess.run(
        [sys.executable, "-c", LOST.format(patience_s=60)], capture_output=True, text=True, timeout=120, check=False
    )
    assert (run.stdout, run.stderr) == ("interrupted\n", "")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
@pytest.mark.parametrize("ignored", [True, False])
def test_a_terminal_that_is_gone_interrupts_but_where_that_is_ignored(ignored: bool) -> None:
    code = (
        "import signal; from synth.__main__ import _end_as_by_ctrl_c\n"
        f"signal.signal(signal.SIGHUP, signal.{'SIG_IGN' if ignored else 'SIG_DFL'})\n"
        "_end_as_by_ctrl_c()\n"
        "try: signal.raise_signal(signal.SIGHUP); print('went on')\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == ("went on\n" if ignored else "interrupted\n")

"""The console script ``metta``, and ``python -m synth``: Ctrl-C is quiet from here on, before anything is imported.

A request to end (SIGTERM), or a terminal that is gone (SIGHUP), is taken as Ctrl-C: what is half-made is taken away.
"""

import _thread
import signal
import sys
import threading
from types import FrameType

_AGAIN_S = 0.05


def main() -> None:
    """Runs the command line."""
    try:
        _end_as_by_ctrl_c()
        from synth import cli

        cli.main()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)


def _end_as_by_ctrl_c() -> None:
    """Has SIGTERM and SIGHUP raise KeyboardInterrupt, and no KeyboardInterrupt be lost.

    Where one is raised while an object is deleted or a callback runs, Python prints it and goes on: it comes once more.
    """
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:  # nohup ignores it
            signal.signal(number, _interrupt)
    ordinary = sys.unraisablehook

    def come_again(unraisable: "sys.UnraisableHookArgs") -> None:
        if not issubclass(unraisable.exc_type, KeyboardInterrupt):
            ordinary(unraisable)
        elif threading.current_thread() is threading.main_thread():
            threading.Timer(_AGAIN_S, _thread.interrupt_main).start()

    sys.unraisablehook = come_again


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()

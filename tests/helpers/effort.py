"""How much work something is, told without a clock."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def lines_run_by(do: Callable[[], object]) -> int:
    """How many calls and lines of Python it takes, a comprehension's every round among them."""
    lines = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal lines
        lines += 1
        frame.f_trace_opcodes = True
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        do()
    finally:
        sys.settrace(before)
    return lines

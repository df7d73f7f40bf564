"""JSON documents that nobody meant: any at all, and good ones with something in them that isn't."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
    | st.sampled_from([-1, 0, 1, 1.0, 10**11, 10**400, float("nan"), "1", "\ud800", "two\nlines", "\x00", [], {}])
)  # fmt: skip
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn, good: dict[str, Any]) -> dict[str, Any]:
    """A good document, in which one to three values are others, gone, or beside what has no place there."""
    document = copy.deepcopy(good)
    for _ in range(draw(st.integers(1, 3))):
        holder = draw(st.sampled_from(list(_holders(document))))
        key = draw(st.sampled_from(list(holder) if isinstance(holder, dict) else list(range(len(holder)))))
        match draw(st.sampled_from(["other", "gone", "more"])):
            case "other":
                holder[key] = draw(documents)
            case "gone":
                del holder[key]
            case _ if isinstance(holder, dict):
                holder[draw(st.text(max_size=9))] = draw(documents)
            case _:
                holder.append(draw(documents))
    return document


def _holders(document: Any) -> Iterator[Any]:
    """Every object and list that holds something."""
    if isinstance(document, dict | list) and document:
        yield document
        for inner in document.values() if isinstance(document, dict) else document:
            yield from _holders(inner)

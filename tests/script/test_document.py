"""The documents that a script becomes."""

import dataclasses

import pytest
from helpers.scripts import script


def test_a_document_is_hashable_but_for_its_header_and_never_changed() -> None:
    document = script("Hello.")
    assert hash(document.sections) == hash(script("Hello.").sections)
    with pytest.raises(dataclasses.FrozenInstanceError):
        document.sections = ()  # type: ignore[misc]

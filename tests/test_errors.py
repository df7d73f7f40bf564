"""What goes wrong keeps its words and its exit code, in this process and out of another."""

import pickle
from typing import Any

import pytest
from helpers.scripts import FILE, HEADER_LINES, fragments_of, written

from synth import errors
from synth.errors import MettaError, OptionError, PronunciationError, ScriptError
from synth.script.parse import parse
from synth.source import Place, Problem, Source


def test_an_error_keeps_its_problems_through_a_process_pool() -> None:
    with pytest.raises(ScriptError) as raised:
        parse(Source(FILE, written("One [bogus")), fragments_of({}))
    error = pickle.loads(pickle.dumps(raised.value))
    message = "this bracket is never closed; close it with ], or write \\[ to have it spoken"
    assert error.problems == (Problem(Place(FILE, HEADER_LINES + 1, 5), message),)
    assert str(error) == f"{FILE}:4:5: error: {message}"


KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, MettaError)]
ARGUMENTS: dict[type[MettaError], tuple[Any, ...]] = {
    ScriptError: ((Problem(Place("a.md", 1, 2), "one"), Problem(Place("a.md", 3, 4), "two", "warning")),),
    OptionError: ("rate", "what is wrong"),
    PronunciationError: (Place("a.md", 1, 2), "what is wrong"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_the_same_out_of_another_process(kind: type[MettaError]) -> None:
    error = kind(*ARGUMENTS.get(kind, ("what is wrong",)))
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.args, vars(copy), str(copy)) == (kind, error.args, vars(error), str(error))


def test_exit_codes_tell_a_request_from_wrong_usage_and_from_the_machine() -> None:
    assert {kind.__name__: kind.exit_code for kind in KINDS} == {
        "MettaError": 1, "ScriptError": 1, "RequestError": 1, "ProofError": 1, "PronunciationError": 1,
        "OptionError": 2,
        "MachineError": 3, "VoiceError": 3, "DeviceError": 3, "StorageError": 3,
    }  # fmt: skip


def test_the_text_of_a_scripts_error_is_a_line_a_problem_and_an_options_its_message_alone() -> None:
    assert str(ScriptError(*ARGUMENTS[ScriptError])) == "a.md:1:2: error: one\na.md:3:4: warning: two"
    assert str(OptionError("rate", "what is wrong")) == "what is wrong"
    assert str(PronunciationError(*ARGUMENTS[PronunciationError])) == "a.md:1:2: what is wrong"

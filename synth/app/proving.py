"""Finished tracks, decoded and held against what was asked."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from synth.app.workspace import Workspace
from synth.errors import ProofError
from synth.files import write_atomically
from synth.verify.checks import prove
from synth.verify.proof import Proof
from synth.verify.proof_page import write_html
from synth.verify.recogniser import Recogniser, hear_track


def prove_track(
    file: Path, workspace: Workspace, loudness: float | None = None, recogniser: Recogniser | None = None
) -> Proof:
    """The proof of a track; ``loudness`` in LUFS, where it is not the one that the track says.

    With a recogniser, it tells what that heard, too. Own bells are looked for beside the track, and in the working
    folder. Raises RequestError for what is no track.
    """
    proof = prove(file, workspace.cache, workspace.sounds(file.parent), loudness)
    return replace(proof, words=hear_track(file, recogniser)) if recogniser else proof


def require_passed(proofs: Iterable[Proof]) -> None:
    """Raises ProofError where a track falls short, with the first reason and how many more there are."""
    short = [proof for proof in proofs if not proof.passed]
    if short:
        raise ProofError("; ".join(map(_in_a_line, short)))


def _in_a_line(proof: Proof) -> str:
    first, *others = proof.reasons
    return f"{proof.file}: {first}" + (f", and {len(others)} more" if others else "")


def write_proof_page(path: Path, proof: Proof) -> None:
    """Writes the proof as a page that plays its track, whole or not at all. Raises StorageError."""
    write_atomically(path, write_html(proof, path))

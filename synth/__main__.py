"""``python -m synth`` is ``metta``."""

from synth.cli import main

main()

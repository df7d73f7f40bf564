"""The console script ``metta``, and ``python -m synth``: Ctrl-C is quiet from here on, before anything is imported."""

import sys


def main() -> None:
    """Runs the command line."""
    try:
        from synth import cli

        cli.main()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()

"""Files that are there whole or not at all."""

from pathlib import Path

from synth.errors import RequestError, ScriptError, StorageError
from synth.source import Place, Problem, Source


def write_atomically(path: Path, content: str | bytes) -> None:
    """Writes a file, whole or not at all; text in UTF-8. Raises StorageError where it can't be written."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)
        temporary.replace(path)
    except OSError as error:
        raise StorageError(f"{path}: can't be written ({error.strerror}); is there room on the disk?") from None
    finally:
        temporary.unlink(missing_ok=True)


def read_source(path: Path, known_as: str) -> Source:
    """A file's text, as its writer knows the file. Raises RequestError where it can't be read, ScriptError."""
    try:
        return Source(known_as, path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problem = Problem(Place(known_as, line, 1), "this is not UTF-8 text; save the file as UTF-8")
        raise ScriptError((problem,)) from None
    except OSError as error:
        raise RequestError(f"{known_as}: the file can't be read ({error.strerror})") from None

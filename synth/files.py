"""Files that are there whole or not at all."""

from pathlib import Path

from synth.errors import StorageError


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a file, whole or not at all; text in UTF-8. Raises StorageError where it can't be written."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        beside.replace(path)
    except OSError as error:
        raise StorageError(f"{path}: can't be written ({error.strerror}); is there room on the disk?") from None
    finally:
        beside.unlink(missing_ok=True)

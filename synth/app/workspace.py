"""What a person works with on this machine: their cache and its limit, and the sounds that a script may name."""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from synth.content_cache import LIMIT_BYTES, Cache
from synth.errors import RequestError
from synth.files import write_atomically
from synth.paths import config_path
from synth.scripts import find_script
from synth.sounds.collection import Sounds
from synth.units import parse_size

_LIMIT_FILE = "cache-limit"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The cache that speech, decoded and encoded sound are kept in; opened once by whoever works, closed at the end."""

    cache: Cache

    def sounds(self, *folders: Path) -> Sounds:
        """The shipped sounds, and files of these folders and of the working folder."""
        return Sounds(self.cache, (*folders, Path()))

    def sounds_for(self, meditation: str) -> Sounds:
        """The sounds that a meditation may name. Raises RequestError where there is no such script."""
        return self.sounds(find_script(meditation).parent)

    def close(self) -> None:
        """Brings the cache under its limit."""
        self.cache.trim()


def open_workspace() -> Workspace:
    """The user's own. Raises RequestError where the cache's limit can't be read."""
    return Workspace(Cache(cache_folder(), cache_limit()))


def cache_folder() -> Path:
    """Where the cache is on this machine."""
    return Path(platformdirs.user_cache_dir("metta-synth"))


def cache_limit() -> int:
    """How many bytes the cache may hold: what the user has set, or ``LIMIT_BYTES``. Raises RequestError."""
    path = config_path(_LIMIT_FILE)
    try:
        return parse_size(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return LIMIT_BYTES
    except (OSError, ValueError) as error:
        raise RequestError(
            f"{path}: the cache's limit can't be read ({error}); 'metta cache --limit 2GB' mends it"
        ) from None


def set_cache_limit(limit_bytes: int) -> None:
    """Keeps how many bytes the cache may hold, in whole kilobytes. Raises StorageError where it can't be written."""
    path = config_path(_LIMIT_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, f"{limit_bytes // 1000}KB\n")

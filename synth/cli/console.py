"""What every command stands on: how errors are told, places, outputs, progress."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from synth.errors import MettaError, RequestError, ScriptError
from synth.files import write_atomically
from synth.source import Place, Problem
from synth.units import parse_size

if TYPE_CHECKING:
    from synth.content_cache import Cache
    from synth.personalise.listener import Profile
    from synth.pipeline import Track
    from synth.script.care import Remark
    from synth.sounds.collection import Sounds
    from synth.timeline.model import Timeline


NAME_ALONE = "---\ntitle: Name\nslots: {name: {}}\n---\n{name}\n"
_CACHE_LIMIT = "cache-limit"
OUTPUT = "miniaudio|simpleaudio|null|FILE.wav"


class CliError(click.ClickException):
    """One of our errors, as click tells it: a line each, and its exit code."""

    def __init__(self, error: MettaError) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_code  # type: ignore[misc]  # click declares it for the class and reads the instance
        self._error = error

    def show(self, file: Any = None) -> None:
        """Tells it on standard error; of a script, with every place."""
        if not isinstance(self._error, ScriptError):
            click.echo(f"error: {self._error}", err=True)
            return
        for problem in self._error.problems:
            tell_problem(problem, err=True)


Function = TypeVar("Function", bound=Callable[..., Any])


def json_option(command: Function) -> Function:
    """Adds ``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")(command)


def print_json(document: Any) -> None:
    """Prints the one JSON document of a command."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def tell_problem(problem: "Problem | Remark", names: Sequence[str] = (), *, err: bool = False) -> None:
    """A line; on a terminal, with the writer's own line and a caret under the place."""
    click.echo(str(problem), err=err)
    stream = sys.stderr if err else sys.stdout
    if stream.isatty() and (line := _line_at(problem.place, names)) is not None:
        before = "".join("\t" if c == "\t" else " " for c in line[: problem.place.column - 1])
        click.echo(f"    {line}\n    {before}^", err=err)


def _line_at(place: Place, names: Sequence[str]) -> str | None:
    """The line of a script or a fragment that a place is in; None where that file is no text."""
    from synth.paths import shipped_folder
    from synth.scripts import find_script

    beside = [find_script(name).parent for name in names if Path(name).exists()]
    for path in (
        Path(place.file),
        shipped_folder("meditations").parent / place.file,
        *(b / place.file for b in beside),
    ):
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            return lines[place.line - 1] if place.line <= len(lines) else None
    return None


def open_workspace(meditation: str) -> "tuple[Sounds, Cache]":
    """The sounds that a meditation may name, and the cache they and its speech are kept in."""
    from synth.scripts import find_script
    from synth.sounds.collection import Sounds

    cache = open_cache()
    return Sounds(cache, (find_script(meditation).parent, Path())), cache


def cache_folder() -> Path:
    """Where speech, decoded and encoded sound are kept."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("metta-synth"))


def open_cache() -> "Cache":
    """The cache, brought under its limit when the command ends."""
    from synth.content_cache import Cache

    cache = Cache(cache_folder(), cache_limit())
    click.get_current_context().call_on_close(cache.trim)
    return cache


def cache_limit() -> int:
    """How many bytes the cache may hold, as the user likes it or as it is without that."""
    from synth.content_cache import LIMIT_BYTES
    from synth.paths import config_path

    path = config_path(_CACHE_LIMIT)
    try:
        return parse_size(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return LIMIT_BYTES
    except (OSError, ValueError) as error:
        raise RequestError(
            f"{path}: the cache's limit can't be read ({error}); 'metta cache --limit 2GB' mends it"
        ) from None


def keep_cache_limit(limit_bytes: int) -> None:
    """Keeps how many bytes the cache may hold."""
    from synth.paths import config_path

    path = config_path(_CACHE_LIMIT)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, f"{limit_bytes // 1000}KB\n")


def play_script(
    text: str,
    slots: dict[str, str],
    output: str,
    voice: str | None = None,
    rate: int = 110,
    listener: "Profile | None" = None,
) -> None:
    """Plays a script of a few lines that this program wrote itself."""
    from synth.personalise.listener import Profile, SessionOptions
    from synth.pipeline import compose, prepare, send
    from synth.script.parse import parse
    from synth.sounds.collection import Sounds
    from synth.source import Source

    check_output(output)
    cache = open_cache()
    sounds = Sounds(cache, ())
    session = prepare(
        parse(Source("metta", text), {}),
        listener or Profile(),
        SessionOptions(slots=slots, voice=voice, rate=rate),
        sounds,
    )
    track = compose(session, sounds, cache)
    send(track, open_output(output, track))


def check_output(output: str) -> None:
    """Refuses what is neither a loudspeaker nor a file that can be written."""
    from synth.formats.track_file import check_destination
    from synth.outputs.output import OUTPUTS

    if output in OUTPUTS:
        return
    if not output.lower().endswith(".wav"):
        raise click.BadParameter(f"'{output}' is none of {', '.join(OUTPUTS)} and no FILE.wav", param_hint="--output")
    check_destination(Path(output))


def open_output(output: str, track: "Track") -> Any:
    """The sink of that name, or of that file."""
    from synth.formats.file_sink import FileSink
    from synth.outputs import output as sinks

    return sinks.open_output(output) if output in sinks.OUTPUTS else FileSink(Path(output), track.metadata)


def check_folder_of(path: Path | None) -> None:
    """Refuses a file whose folder isn't there, or that is a folder."""
    if path and not path.parent.is_dir():
        raise RequestError(f"{path}: the folder {path.parent} isn't there; make it, or choose another")
    if path and path.is_dir():
        raise RequestError(f"{path}: this is a folder; choose another name, or move it away")


def write_timeline(path: Path, timeline: "Timeline") -> None:
    """Writes the timeline's JSON, whole or not at all."""
    from synth.timeline.timeline_json import dump_timeline

    write_atomically(path, dump_timeline(timeline))


@contextmanager
def progress_bar(label: str, *, counted: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while something is done; only on a terminal. ``counted``: with how many of how many."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=1, label=f"{label:<9}", show_pos=counted, file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield tell

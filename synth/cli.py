"""The command ``metta``: the only code that prints, prompts or exits.

Every command imports what it needs when it runs, so that help is there at once.
"""

import functools
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from synth import __version__
from synth.errors import MettaError, Place, Problem, ProofError, RequestError, ScriptError
from synth.units import format_clock, format_duration, parse_duration

if TYPE_CHECKING:
    from synth.cache import Cache
    from synth.personalise import Profile, Session, Wishes
    from synth.pipeline import Track
    from synth.script import Slot
    from synth.sound import Sounds
    from synth.timeline import Timeline

GREETING = """\
metta makes guided meditations: spoken, with bells, an ambient bed and your own name in them.

  metta list                                        what there is to hear
  metta play loving-kindness --name Ana             hear it now
  metta render loving-kindness --name Ana -o a.mp3  keep it

'metta --help' shows everything else."""

INTERRUPTED = 130
_OUTPUT = "miniaudio|simpleaudio|null|FILE.wav"


class _Told(click.ClickException):
    """One of our errors, as click tells it: a line each, and its exit code."""

    def __init__(self, error: MettaError) -> None:
        super().__init__(str(error))
        self.exit_code = error.exit_code  # type: ignore[misc]  # click declares it for the class and reads the instance
        self._lines = str(error) if isinstance(error, ScriptError) else f"error: {error}"

    def show(self, file: Any = None) -> None:
        click.echo(self._lines, err=True)


class _Group(click.Group):
    """Turns what goes wrong into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MettaError as error:
            raise _Told(error) from error
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("METTA_TRACEBACK"):
                raise
            line = str(error).splitlines()[0] if str(error) else ""
            raise click.ClickException(
                f"metta has a fault of its own ({type(error).__name__}: {line}); METTA_TRACEBACK=1 shows where"
            ) from error


def _duration(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """``15m`` as milliseconds."""
    try:
        return None if value is None else parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


def _pairs(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Several ``NAME=VALUE`` as pairs."""
    pairs = [value.partition("=") for value in values]
    for name, equals, _ in pairs:
        if not equals or not name.strip():
            raise click.BadParameter(f"'{name}' should be a name, an equals sign and a value", ctx, param)
    return tuple((name.strip(), text) for name, _, text in pairs)


Command = TypeVar("Command", bound=Callable[..., Any])

_LISTENER = (
    click.option("--name", metavar="TEXT", help="What the listener is called."),
    click.option("--say-as", metavar="TEXT", help="How the name is pronounced, spelled as it sounds."),
    click.option(
        "--set", "slots", callback=_pairs, multiple=True, metavar="SLOT=VALUE", help="Fill any slot of the script."
    ),
    click.option(
        "--phrase", "phrases", multiple=True, metavar="TEXT", help="A wish: a short name or a sentence; again for more."
    ),
    click.option(
        "--person",
        "people",
        callback=_pairs,
        multiple=True,
        metavar="ROLE=NAME",
        help="Who somebody is, such as friend=Tom.",
    ),
    click.option(
        "--profile", "profile_file", type=click.Path(path_type=Path), metavar="FILE", help="A listener's YAML profile."
    ),
    click.option("--length", "length_ms", callback=_duration, metavar="15m", help="How long it should last."),
    click.option("--bed", metavar="NAME|FILE|none", help="The ambient track, in the place of the script's."),
    click.option(
        "--bed-level",
        type=click.FloatRange(-60, 0),
        metavar="LU",
        help="The bed's level relative to the voice, such as -18.",
    ),
    click.option("--bell", metavar="NAME|FILE|none", help="The bell, in the place of the script's."),
    click.option("--voice", metavar="ENGINE[:ID]", help="The voice; 'metta voices' lists them."),
    click.option("--rate", type=click.IntRange(80, 450), metavar="WPM", help="Words a minute while speaking."),
    click.option(
        "--loudness",
        type=click.FloatRange(-30, -12),
        default=-16.0,
        show_default=True,
        metavar="LUFS",
        help="The loudness of the whole.",
    ),
)


@dataclass(frozen=True, slots=True)
class _Listener:
    """Who listens and how: the options of ``_LISTENER``."""

    name: str | None
    say_as: str | None
    slots: tuple[tuple[str, str], ...]
    phrases: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    profile_file: Path | None
    length_ms: int | None
    bed: str | None
    bed_level: float | None
    bell: str | None
    voice: str | None
    rate: int | None
    loudness: float

    def profile(self) -> "Profile":
        """The profile file's, with what was given by hand on top; another's name never keeps its pronunciation."""
        from synth.personalise import Profile, Somebody, read_profile

        kept = read_profile(self.profile_file) if self.profile_file else Profile()
        if self.name is not None and not self.name.strip():
            raise RequestError("--name is empty; leave it out to have the script's own word")
        known = self.name in (None, kept.name)
        people = {role: Somebody(name=name) for role, name in self.people}
        return kept.model_copy(
            update={
                "name": self.name or kept.name,
                "say_as": self.say_as or (kept.say_as if known else None),
                "phrases": self.phrases or kept.phrases,
                "people": kept.people | people,
            }
        )

    def wishes(self) -> "Wishes":
        """What is asked of this one session."""
        from synth.personalise import Wishes

        return Wishes(
            slots=dict(self.slots),
            length_ms=self.length_ms,
            bed=self.bed,
            bed_level=self.bed_level,
            bell=self.bell,
            voice=self.voice,
            rate=self.rate,
        )


def _for_listener(command: Command) -> Command:
    """Adds the options that say who listens and how; they arrive together, as ``listener``."""

    @functools.wraps(command)
    def wrapped(**values: Any) -> Any:
        given = {each.name: values.pop(each.name) for each in fields(_Listener)}
        return command(listener=_Listener(**given), **values)

    for option in reversed(_LISTENER):
        wrapped = option(wrapped)
    return wrapped  # type: ignore[return-value]


def _as_json(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")(command)


def _slots_json(slots: "Mapping[str, Slot]") -> dict[str, Any]:
    return {name: {"ask": slot.ask, "type": slot.type, "default": slot.default} for name, slot in slots.items()}


def _print_json(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


@click.group(
    cls=_Group,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="metta")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Guided meditations from text: spoken, mixed with bells and an ambient bed, played or written as a track.

    A MEDITATION is a shipped name (see 'metta list') or the path of a script.

    Exit codes: 0 done, 1 what was asked can't be made, 2 wrong usage, 3 the machine lacks something, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        click.echo(GREETING)


@cli.command("list")
@_as_json
def list_(as_json: bool) -> None:
    """The meditations that ship: name, title, shortest and longest length, what they ask."""
    from synth.library import Ring, load_document, meditation_names, phrases, shipped_ring
    from synth.personalise import Profile, Wishes, personalise
    from synth.timeline import estimate_speech, reach

    rows = []
    for name in meditation_names():
        document = load_document(name)
        session = personalise(document, Profile(), Wishes(), phrases(document.meta.language))
        span = reach(session, estimate_speech, lambda bell: shipped_ring(bell) or Ring(0, 0))
        rows.append((name, document.meta, span))
    if as_json:
        _print_json([
            {
                "name": name, "title": meta.title, "summary": meta.summary, "length_ms": meta.length,
                "shortest_ms": span.least_ms, "longest_ms": span.most_ms, "lengths_are_estimates": True,
                "intensity": meta.care.intensity, "slots": _slots_json(meta.slots),
            }
            for name, meta, span in rows
        ])  # fmt: skip
        return
    width = max(len(name) for name, *_ in rows)
    for name, meta, span in rows:
        click.echo(f"{name:<{width}}  {meta.title}")
        click.echo(f"{'':<{width}}  about {span}; asks for {', '.join(meta.slots) or 'nothing'}")


@cli.command()
@click.argument("meditation")
@click.option(
    "--timeline",
    "timeline_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the timeline as JSON.",
)
@_for_listener
@_as_json
def show(meditation: str, timeline_file: Path | None, listener: _Listener, as_json: bool) -> None:
    """The plan before any sound: sections, times, share of silence, slots, transcript. Times of speech are estimates.

    A script is a Markdown file: a header between two lines '---' with at least 'title: …', then the text. What is not
    spoken stands in square brackets: [pause 5s], [bell], [bed rain], [repeat 3] … [end], [include settle].
    """
    from synth.timeline import estimate_speech, lay_out, reach

    _check_folder_of(timeline_file)
    sounds, _ = _workplace(meditation)
    session = _prepare(meditation, listener, sounds)
    timeline = lay_out(session, estimate_speech, sounds.ring)
    span = reach(session, estimate_speech, sounds.ring)
    if timeline_file:
        _write_timeline(timeline_file, timeline)
    spoken_ms = sum(cue.end_ms - cue.start_ms for cue in timeline.speech)
    ringing_ms = sum(cue.end_ms - cue.start_ms for cue in timeline.strikes)
    silent = 1 - (spoken_ms + ringing_ms) / timeline.duration_ms if timeline.duration_ms else 0.0
    slots = session.meta.slots
    if as_json:
        _print_json({
            "title": timeline.title, "estimated": True, "share_of_silence": round(silent, 3),
            "shortest_ms": span.least_ms, "longest_ms": span.most_ms,
            "slots": _slots_json(slots),
            "timeline": timeline.to_json(),
        })  # fmt: skip
        return
    click.echo(
        f"{timeline.title}: about {format_clock(timeline.duration_ms)}, {silent:.0%} silence; runs {span} (estimated)"
    )
    for name, slot in slots.items():
        click.echo(f"  --set {name}=…  {slot.ask}")
    for number, chapter in enumerate(timeline.chapters):
        click.echo(f"\n{format_clock(chapter.start_ms):>7}  # {chapter.title}")
        for cue in timeline.speech:
            if cue.section == number:
                click.echo(f"{format_clock(cue.start_ms):>7}  {cue.utterance.text}")


@cli.command()
@click.argument("meditations", nargs=-1, metavar="[MEDITATION]…")
@_as_json
def check(meditations: tuple[str, ...], as_json: bool) -> None:
    """Errors and warnings of scripts, 'file:line:col: error: …'; of all that ship where none is named."""
    from synth.library import meditation_names

    problems = [problem for name in meditations or meditation_names() for problem in _problems_of(name)]
    if as_json:
        _print_json([
            asdict(problem.place) | {"severity": problem.severity, "message": problem.message} for problem in problems
        ])  # fmt: skip
    else:
        for problem in problems:
            click.echo(str(problem))
        if not problems:
            count = len(meditations or meditation_names())
            click.echo(f"{count} {'script' if count == 1 else 'scripts'}, nothing to mend")
    if any(problem.severity == "error" for problem in problems):
        raise click.exceptions.Exit(1)


def _problems_of(meditation: str) -> "Sequence[Problem]":
    from synth.library import load_document
    from synth.lint import lint
    from synth.pipeline import check_sounds

    try:
        document = load_document(meditation)
        check_sounds(document, _workplace(meditation)[0])
    except ScriptError as error:
        return error.problems
    except RequestError as error:
        return (Problem(Place(meditation, 1, 1), str(error)),)
    return lint(document)


@cli.command()
@click.argument("meditation")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The track; its ending is the format: .mp3, .flac or .wav.",
)
@click.option(
    "--timeline",
    "timeline_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the timeline as JSON, too.",
)
@_for_listener
def render(meditation: str, target: Path, timeline_file: Path | None, listener: _Listener) -> None:
    """A finished track: spoken, mixed, encoded, tagged with chapters, transcript, cover and timeline."""
    from synth.pipeline import send
    from synth.sinks.encoder import FORMATS, FileSink, check_destination
    from synth.verify import measure

    if target.suffix.lower() not in FORMATS:
        raise click.BadParameter(f"'{target}' should end in {', '.join(FORMATS)}", param_hint="-o")
    check_destination(target)
    _check_folder_of(timeline_file)
    sounds, cache = _workplace(meditation)
    track = _compose(_prepare(meditation, listener, sounds), listener, sounds, cache)
    with _progress("mixing") as progress:
        send(track, FileSink(target, track.info), progress=progress)
    if timeline_file:
        _write_timeline(timeline_file, track.timeline)
    loudness = measure(target, true_peak=False).loudness
    sections = len(track.timeline.chapters)
    click.echo(str(target))
    counted = f"{sections} section{'s' * (sections != 1)}"
    click.echo(f"{format_duration(track.timeline.duration_ms)}, {counted}, {loudness:.1f} LUFS")
    for chapter in track.timeline.chapters:
        click.echo(f"{format_clock(chapter.start_ms):>7}  {chapter.title}")


@cli.command()
@click.argument("meditation")
@click.option(
    "--output",
    default="miniaudio",
    show_default=True,
    metavar=_OUTPUT,
    help="Where it sounds; null keeps time without a sound.",
)
@_for_listener
def play(meditation: str, output: str, listener: _Listener) -> None:
    """A session live; Ctrl-C fades out and ends it."""
    from synth.pipeline import send

    _check_output(output)
    sounds, cache = _workplace(meditation)
    track = _compose(_prepare(meditation, listener, sounds), listener, sounds, cache)
    length = format_duration(track.timeline.duration_ms)
    click.echo(f"{track.timeline.title}, {length}; Ctrl-C ends it gently", err=True)
    sink = _open_output(output, track)
    with _progress("playing") as progress:
        send(track, sink, progress=progress)
    if underruns := getattr(sink, "underruns", 0):
        click.echo(f"the sound was interrupted {underruns} times: this machine was too busy", err=True)


@cli.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option(
    "--loudness",
    type=click.FloatRange(-30, -12),
    default=-16.0,
    show_default=True,
    metavar="LUFS",
    help="The loudness that was asked.",
)
@_as_json
def verify(files: tuple[Path, ...], loudness: float, as_json: bool) -> None:
    """The proof sheet: what was asked against what is measured in the decoded audio.

    The exit code is 1 where a track falls short.
    """
    from synth.verify import verify as verify_track

    proofs = [verify_track(file, loudness) for file in files]
    if as_json:
        _print_json([asdict(proof) | {"passed": proof.passed} for proof in proofs])
    else:
        for proof in proofs:
            click.echo(f"{proof.file}: {'as asked' if proof.passed else 'falls short'}")
            for check in proof.checks:
                mark = "✓" if check.passed else "✗"
                click.echo(f"  {mark} {check.what:<18} asked {check.asked:<22} found {check.found}")
    short = [proof.file for proof in proofs if not proof.passed]
    if short:
        raise ProofError(f"{', '.join(short)}: not what was asked; render it again")


@cli.command()
@click.option("--say", metavar="TEXT", help="Speak this, to hear the voice.")
@click.option("--voice", metavar="ENGINE[:ID]", help="The voice that speaks it.")
@click.option(
    "--rate",
    type=click.IntRange(80, 450),
    default=110,
    show_default=True,
    metavar="WPM",
    help="Words a minute.",
)
@click.option(
    "--output",
    default="miniaudio",
    metavar=_OUTPUT,
    help="Where --say sounds.",
)
@_as_json
def voices(say: str | None, voice: str | None, rate: int, output: str, as_json: bool) -> None:
    """The voices there are, or how one sounds (--say)."""
    from synth.voices import engines, open_voice

    if say is not None:
        _play_script(
            "---\ntitle: Voice\nslots: {text: {}}\n---\n{text}\n",
            {"text": say},
            output,
            voice=voice,
            rate=rate,
        )
        return
    listing = []
    for engine in engines():
        with open_voice(engine) as opened:
            listing += [
                {
                    "voice": f"{engine}:{info.id}",
                    "name": info.name,
                    "languages": list(info.languages),
                }
                for info in opened.voices()
            ]
    if as_json:
        _print_json(listing)
        return
    for row in listing:
        click.echo(f"{row['voice']:<34} {', '.join(row['languages']):<16} {row['name']}")


@cli.command()
@click.argument("name", required=False)
@click.option("--play", "play_it", is_flag=True, help="Hear it.")
@click.option(
    "--output",
    default="miniaudio",
    metavar=_OUTPUT,
    help="Where --play sounds.",
)
@_as_json
def sounds(name: str | None, play_it: bool, output: str, as_json: bool) -> None:
    """The bells and beds there are, or one of them in full."""
    from synth.checked import did_you_mean
    from synth.library import catalogue

    known = catalogue()
    if name is not None and name not in known:
        raise RequestError(
            f"there is no sound '{name}'{did_you_mean(name, known) or '; the sounds are ' + ', '.join(known)}"
        )
    if play_it:
        if name is None:
            raise click.UsageError("say which sound to play, such as: metta sounds bowl --play")
        header, text = (
            ("", f"[bell {name}]") if known[name].kind == "bell" else (f"bed: {{sound: {name}}}\n", "[pause 20s]")
        )
        _play_script(f"---\ntitle: {name}\n{header}---\n{text}\n", {}, output)
        return
    chosen = {name: known[name]} if name else known
    if as_json:
        _print_json([
            {
                "name": sound, "kind": info.kind, "length_ms": info.length, "ring_ms": info.ring,
                "about": info.about, "made": info.made, "licence": info.licence,
            }
            for sound, info in chosen.items()
        ])  # fmt: skip
        return
    for sound, info in chosen.items():
        click.echo(f"{sound:<12} {info.kind:<5} {format_duration(info.length):>8}  {info.about}")
        if name:
            click.echo(f"{'':<28}{info.made}\n{'':<28}{info.licence}")


@cli.command()
@_as_json
def doctor(as_json: bool) -> None:
    """What this machine has and lacks, and the command that mends it. Exit code 3 where something needed is missing."""
    from synth.doctor import examine

    findings = examine(_cache_folder())
    if as_json:
        _print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = {"good": "✓", "missing": "✗", "optional": "·"}[finding.state]
            click.echo(f"{mark} {finding.part:<12} {finding.found}")
            if finding.mend:
                click.echo(f"  {'':<12} {finding.mend}")
    if any(finding.state == "missing" for finding in findings):
        raise click.exceptions.Exit(3)


def _workplace(meditation: str) -> "tuple[Sounds, Cache]":
    """The sounds that a meditation may name, and the cache they and its speech are kept in."""
    from synth.cache import Cache
    from synth.library import find_script
    from synth.sound import Sounds

    cache = Cache(_cache_folder())
    return Sounds(cache, (find_script(meditation).parent, Path())), cache


def _cache_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("metta-synth"))


def _prepare(meditation: str, listener: _Listener, sounds: "Sounds") -> "Session":
    from synth.library import load_document
    from synth.pipeline import prepare

    return prepare(load_document(meditation), listener.profile(), listener.wishes(), sounds)


def _compose(session: "Session", listener: _Listener, sounds: "Sounds", cache: "Cache") -> "Track":
    from synth.pipeline import compose

    with _progress("speaking") as progress:
        return compose(session, sounds, cache, loudness=listener.loudness, progress=progress)


def _play_script(text: str, slots: dict[str, str], output: str, voice: str | None = None, rate: int = 110) -> None:
    """Plays a script of a few lines that this program wrote itself."""
    from synth.cache import Cache
    from synth.personalise import Profile, Wishes
    from synth.pipeline import compose, prepare, send
    from synth.script import Source, parse
    from synth.sound import Sounds

    _check_output(output)
    cache = Cache(_cache_folder())
    sounds = Sounds(cache, ())
    session = prepare(
        parse(Source("metta", text), {}),
        Profile(),
        Wishes(slots=slots, voice=voice, rate=rate),
        sounds,
    )
    track = compose(session, sounds, cache)
    send(track, _open_output(output, track))


def _check_output(output: str) -> None:
    from synth.sinks import OUTPUTS
    from synth.sinks.encoder import check_destination

    if output in OUTPUTS:
        return
    if not output.lower().endswith(".wav"):
        raise click.BadParameter(f"'{output}' is none of {', '.join(OUTPUTS)} and no FILE.wav", param_hint="--output")
    check_destination(Path(output))


def _open_output(output: str, track: "Track") -> Any:
    from synth.sinks import OUTPUTS, open_output
    from synth.sinks.encoder import FileSink

    return open_output(output) if output in OUTPUTS else FileSink(Path(output), track.info)


def _check_folder_of(path: Path | None) -> None:
    if path and not path.parent.is_dir():
        raise RequestError(f"{path}: the folder {path.parent} isn't there; make it, or choose another")


def _write_timeline(path: Path, timeline: "Timeline") -> None:
    from synth.timeline import dump_timeline

    try:
        beside = path.with_name(f".{path.name}.part")
        beside.write_text(dump_timeline(timeline), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise RequestError(f"{path}: the timeline can't be written ({error.strerror})") from None


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while something is done; only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=1, label=f"{label:<9}", file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        yield tell


def main() -> NoReturn:
    """The console script."""
    cli(prog_name="metta")
    raise AssertionError("click leaves by itself")

"""``metta voices``."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synth.cli.console import OUTPUT, json_option, open_workspace, print_json, progress_bar
from synth.cli.group import cli
from synth.script.limits import MAX_WPM, MIN_WPM, USUAL_WPM
from synth.units import format_size

if TYPE_CHECKING:
    from synth.app.voice_survey import EngineSurvey
    from synth.voices.fetchable import FetchableVoice

_DOUBT = "a doubt about it"

_RATE = click.option(
    "--rate",
    type=click.IntRange(MIN_WPM, MAX_WPM),
    default=USUAL_WPM,
    show_default=True,
    metavar="WPM",
    help="Words a minute.",
)


@cli.group(invoke_without_command=True)
@click.option(
    "--say", metavar="TEXT", help="Speak this, to hear the voice; of WORD=SPELLING the spelling, and how to keep it."
)
@click.option("--voice", metavar="ENGINE[:ID]", help="The voice that speaks it.")
@_RATE
@click.option(
    "--output",
    default="miniaudio",
    metavar=OUTPUT,
    help="Where --say sounds.",
)
@click.option("--measure", is_flag=True, help="Measure how fast each engine speaks on this machine.")
@json_option
@click.pass_context
def voices(
    ctx: click.Context, say: str | None, voice: str | None, rate: int, output: str, measure: bool, as_json: bool
) -> None:
    """Each with what --voice calls it, its languages, its name, its licence and size; then what is not here, and what
    brings it.
    """
    if ctx.invoked_subcommand:
        given = [name for name, value in (("--say", say), ("--json", as_json), ("--measure", measure)) if value]
        if given:
            raise click.UsageError(f"{given[0]} is for 'metta voices' alone, not for 'voices {ctx.invoked_subcommand}'")
        return
    if say is not None:
        _say(say, output, voice, rate)
        return
    from synth.app.voice_survey import survey, to_be_had

    surveyed = tuple(survey(open_workspace().cache, measure=measure))
    if as_json:
        print_json([*_voices_json(surveyed), *_lacking_json(surveyed, to_be_had(surveyed))])
        return
    for line in (*_lines(surveyed), *_offers(to_be_had(surveyed))):
        click.echo(line)


@voices.command()
@click.argument("name")
def get(name: str) -> None:
    """Fetches a voice that 'metta voices' offers to where its engine finds it.

    This alone uses a network. A file is checked against its SHA-256, and is there whole or not at all; what was broken
    off is gone on with.
    """
    from synth.app.voice_survey import get_voice, voice_folder
    from synth.voices.engines import ENGINES
    from synth.voices.fetchable import fetchable_voice

    wanted = fetchable_voice(name)
    click.echo(f"{wanted.name}: {', '.join(wanted.languages)}; {format_size(wanted.size)}; {wanted.licence}")
    if wanted.doubt:
        click.echo(f"  a doubt about its licence: {wanted.doubt}")
    with progress_bar("fetching") as progress:
        get_voice(
            wanted,
            progress=progress,
            waiting=lambda: click.echo("another metta is fetching; waiting for it", err=True),
        )
    click.echo(f"it is in {voice_folder(wanted)}; --voice {_asked_by(wanted)} has it speak")
    if lacking := ENGINES[wanted.engine].missing():
        click.echo(f"  its engine '{wanted.engine}' lacks yet: {lacking}")


@voices.command()
@click.argument("text")
@click.option("--language", default="en", show_default=True, metavar="TAG", help="Only voices that speak this.")
@_RATE
@click.option("--output", default="miniaudio", metavar="miniaudio|simpleaudio|null", help="Where each sounds.")
@click.option(
    "-o", "--folder", type=click.Path(path_type=Path), metavar="DIR", help="Write DIR/VOICE.wav instead of playing."
)
def compare(text: str, language: str, rate: int, output: str, folder: Path | None) -> None:
    """Says one text by every voice that is installed for a language, one after the other."""
    from synth.app.voice_survey import compare_voices

    for name, heard in compare_voices(text, language, open_workspace(), output=output, folder=folder, rate=rate):
        click.echo(f"{name:<34} {heard}" if folder else name)


def _lines(surveyed: "tuple[EngineSurvey, ...]") -> Iterator[str]:
    """A line a voice, and one for an engine that can't speak or whose speed is known."""
    for engine in surveyed:
        if engine.lacking:
            yield f"{engine.name:<34} {engine.lacking}"
            continue
        for info in engine.voices:
            licence, _, doubt = info.licence.partition(";")
            size = format_size(info.size) if info.size else ""
            about = ", ".join(filter(None, (licence, doubt and _DOUBT, size)))
            line = f"{engine.name + ':' + info.id:<34} {', '.join(info.languages):<16} {info.name}"
            yield f"{line} ({about})" if about else line
        if engine.speed:
            yield f"{engine.name:<34} speaks {engine.speed:g} times as fast as it sounds on this machine"


def _offers(offered: "tuple[FetchableVoice, ...]") -> Iterator[str]:
    if offered:
        yield "\n'metta voices get NAME' fetches one of these:"
    for voice in offered:
        doubt = f", {_DOUBT}" if voice.doubt else ""
        yield (
            f"  {voice.name:<32} {', '.join(voice.languages):<16} {voice.engine}, {format_size(voice.size)}, "
            f"{voice.licence}{doubt}"
        )


def _voices_json(surveyed: "tuple[EngineSurvey, ...]") -> Iterator[dict[str, Any]]:
    for engine in surveyed:
        for info in engine.voices:
            yield {
                "voice": f"{engine.name}:{info.id}", "name": info.name, "languages": list(info.languages),
                "installed": True, "licence": info.licence, "bytes": info.size, "words_a_minute": info.pace,
                "times_real_time": engine.speed,
            }  # fmt: skip


def _lacking_json(
    surveyed: "tuple[EngineSurvey, ...]", offered: "tuple[FetchableVoice, ...]"
) -> Iterator[dict[str, Any]]:
    """What is not here: engines by their name alone, and voices that can be fetched."""
    for engine in surveyed:
        if engine.lacking:
            yield {
                "voice": engine.name, "name": engine.name, "languages": [], "installed": False, "mend": engine.lacking,
            }  # fmt: skip
    for voice in offered:
        yield {
            "voice": _asked_by(voice), "name": voice.name, "languages": list(voice.languages), "installed": False,
            "mend": f"metta voices get {voice.name}", "licence": voice.licence, "doubt": voice.doubt,
            "bytes": voice.size,
        }  # fmt: skip


def _asked_by(voice: "FetchableVoice") -> str:
    """What --voice calls a voice once it is fetched; Kokoro brings many."""
    return voice.engine if voice.name == voice.engine else f"{voice.engine}:{voice.name}"


def _say(text: str, output: str, voice: str | None, rate: int) -> None:
    """Speaks a text; of ``WORD=SPELLING`` the spelling, as it stands, and tells where it is kept."""
    from synth.app.auditions import say_name, say_text
    from synth.paths import config_path

    workspace = open_workspace()
    word, _, spelling = (side.strip() for side in text.partition("="))
    if not (word and spelling):
        say_text(text, output, workspace, voice=voice, rate=rate)
        return
    say_name(word, spelling, output, workspace, voice=voice, rate=rate)
    click.echo(f"to keep it, write {_yaml({word: spelling})} under its language (en:) in {config_path('lexicon.yaml')}")


def _yaml(keys: Mapping[str, str]) -> str:
    """Keys and values in one line, quoted where they must be."""
    import yaml

    return yaml.safe_dump(keys, allow_unicode=True, width=2**20).strip()

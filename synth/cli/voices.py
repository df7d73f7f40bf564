"""``metta voices``."""

from collections.abc import Mapping

import click

from synth.cli.console import OUTPUT, json_option, open_workspace, print_json
from synth.cli.group import cli
from synth.script.limits import MAX_WPM, MIN_WPM, USUAL_WPM


@cli.command()
@click.option(
    "--say", metavar="TEXT", help="Speak this, to hear the voice; of WORD=SPELLING the spelling, and how to keep it."
)
@click.option("--voice", metavar="ENGINE[:ID]", help="The voice that speaks it.")
@click.option(
    "--rate",
    type=click.IntRange(MIN_WPM, MAX_WPM),
    default=USUAL_WPM,
    show_default=True,
    metavar="WPM",
    help="Words a minute.",
)
@click.option(
    "--output",
    default="miniaudio",
    metavar=OUTPUT,
    help="Where --say sounds.",
)
@json_option
def voices(say: str | None, voice: str | None, rate: int, output: str, as_json: bool) -> None:
    """Each with what --voice calls it, its languages and its name."""
    from synth.app.auditions import list_voices

    if say is not None:
        _say(say, output, voice, rate)
        return
    listed = list(list_voices())
    if as_json:
        print_json([
            {"voice": voice, "name": info.name, "languages": list(info.languages)} for voice, info in listed
        ])  # fmt: skip
        return
    for voice, info in listed:
        click.echo(f"{voice:<34} {', '.join(info.languages):<16} {info.name}")


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

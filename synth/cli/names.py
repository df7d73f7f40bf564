"""``metta names``."""

from typing import TYPE_CHECKING

import click

from synth.cli.console import OUTPUT, json_option, open_workspace, print_json
from synth.cli.group import cli

if TYPE_CHECKING:
    from synth.app.name_preflight import AskedName, NamesPreflight, SpokenName


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="ROSTER|NAME ...")
@click.option("--voice", metavar="ENGINE[:ID]", help="Who says those that have no voice of their own.")
@click.option("--play", "play_them", is_flag=True, help="Hear them one by one, and mark by a key those that are wrong.")
@click.option("--output", default="miniaudio", metavar=OUTPUT, help="Where --play sounds.")
@json_option
def names(names: tuple[str, ...], voice: str | None, play_them: bool, output: str, as_json: bool) -> None:
    """Of a roster, or as they are written here; each by its row's own voice and in its own language. The language of a
    name is asked for by its say_as, guessed from its letters, or the voice's own.

    The exit code is 1 where a name can't be said; a say_as mends it.
    """
    from synth.app.name_preflight import NamesPreflight, asked_names

    if play_them and as_json:
        raise click.UsageError("--play and --json are two ways to learn of names; choose one")
    asked = asked_names(names)
    with NamesPreflight(open_workspace(), voice) as preflight:
        spoken = []
        for one in preflight.say(asked):
            spoken.append(one)
            if not as_json:
                _tell(one)
        if as_json:
            print_json([
                {
                    "number": one.number, "name": one.name, "say_as": one.say_as, "language": one.language,
                    "from": one.origin, "phonemes": one.phonemes, "seconds": one.seconds, "warning": one.warning,
                }
                for one in spoken
            ])  # fmt: skip
        wrong = [one for one in spoken if one.warning]
        if play_them:
            wrong += _play(preflight, [*zip(asked, spoken, strict=True)], output)
    if play_them:
        _tell_wrong(wrong)
    if any(one.warning for one in spoken):
        raise click.exceptions.Exit(1)


def _tell(spoken: "SpokenName") -> None:
    if spoken.warning:
        click.echo(f"{spoken.number:>4}  {spoken.name:<24}  {spoken.warning}")
        return
    language = f"{spoken.language} ({spoken.origin})"
    click.echo(f"{spoken.number:>4}  {spoken.name:<24}  {language:<18}  {spoken.seconds:>5.2f} s  {spoken.phonemes}")


def _play(preflight: "NamesPreflight", names: "list[tuple[AskedName, SpokenName]]", output: str) -> "list[SpokenName]":
    """Plays those that can be said, and gives those that were marked."""
    click.echo("\nEnter: the next   a: again   x: this is wrong   q: enough", err=True)
    wrong = []
    for asked, spoken in names:
        if spoken.warning:
            continue
        click.echo(f"{spoken.number:>4}  {spoken.name}", err=True)
        preflight.play(asked, output)
        while (key := click.getchar().lower()) == "a":
            preflight.play(asked, output)
        if key == "x":
            wrong.append(spoken)
        elif key == "q":
            break
    return wrong


def _tell_wrong(wrong: "list[SpokenName]") -> None:
    """The names that are wrong, as rows of a YAML roster with a say_as to fill in."""
    import yaml

    if not wrong:
        return
    click.echo("\n# say_as: a respelling (lee shaow long), IPA (/liː ʃaʊ lʊŋ/), or {language: zh}", err=True)
    rows = [{"name": one.name, "say_as": one.say_as or ""} for one in sorted(wrong, key=lambda one: one.number)]
    click.echo(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=2**20).rstrip())

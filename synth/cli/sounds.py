"""``metta sounds``."""

from pathlib import Path

import click

from synth.cli.console import OUTPUT, json_option, open_workspace, print_json
from synth.cli.group import cli
from synth.units import format_duration


@cli.command()
@click.argument("name", required=False)
@click.option("--play", "play_it", is_flag=True, help="Hear it.")
@click.option(
    "--preview",
    "preview_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write ten seconds of it, or of each, as MP3 files into this folder.",
)
@click.option(
    "--output",
    default="miniaudio",
    metavar=OUTPUT,
    help="Where --play sounds.",
)
@json_option
def sounds(name: str | None, play_it: bool, preview_folder: Path | None, output: str, as_json: bool) -> None:
    """--bell and --bed take these names, and sound files of your own."""
    from synth.app.auditions import find_sounds, play_sound, write_previews

    if play_it + as_json + (preview_folder is not None) > 1:
        raise click.UsageError("--play, --preview and --json are three ways to learn of sounds; choose one")
    chosen = find_sounds(name)
    if play_it:
        if name is None:
            raise click.UsageError("say which sound to play, such as: metta sounds bowl --play")
        play_sound(name, output, open_workspace())
        return
    if preview_folder:
        for path in write_previews(chosen, preview_folder, open_workspace()):
            click.echo(path)
        return
    if as_json:
        print_json([
            {
                "name": sound, "kind": info.kind, "length_ms": info.length, "ring_ms": info.ring,
                "about": info.about, "made": info.made, "licence": info.licence,
                "figures": info.figures.model_dump(exclude_none=True),
            }
            for sound, info in chosen.items()
        ])  # fmt: skip
        return
    for sound, info in chosen.items():
        click.echo(f"{sound:<12} {info.kind:<5} {format_duration(info.length):>8}  {info.about}")
        if name:
            click.echo(f"{'':<28}{info.made}\n{'':<28}{info.licence}")

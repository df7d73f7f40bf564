"""``metta doctor``."""

from dataclasses import asdict

import click

from synth.cli.console import OUTPUT, json_option, print_json
from synth.cli.group import cli

_MARKS = {"good": "✓", "missing": "✗", "optional": "·"}


@cli.command()
@click.option("--bell", is_flag=True, help="Ring a bell, to hear whether and where it sounds.")
@click.option(
    "--output",
    type=click.Choice(OUTPUT.split("|")[:-1]),
    default="miniaudio",
    help="What --bell rings by.",
)
@click.option("--device", metavar="NAME", help="The loudspeaker that --bell rings on; a part of its name is enough.")
@json_option
def doctor(bell: bool, output: str, device: str | None, as_json: bool) -> None:
    """Exit code 3 where something needed is missing."""
    from synth.app.diagnostics import examine, ring
    from synth.app.workspace import cache_folder
    from synth.outputs.opening import open_output

    if bell and as_json:
        raise click.UsageError("--bell is for ears and --json for programs; choose one")
    findings = examine(cache_folder())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.state]} {finding.part:<12} {finding.found}")
            if finding.mend:
                click.echo(f"  {'':<12} {finding.mend}")
    if bell:
        sink = open_output(output, device)
        ring(sink, cache_folder())
        click.echo(f"a bell rang on {sink.name}")
    if any(finding.state == "missing" for finding in findings):
        raise click.exceptions.Exit(3)

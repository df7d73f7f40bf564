"""``metta list``."""

import click

from synth.cli.console import json_option, print_json, slots_json
from synth.cli.group import cli


@cli.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Lengths are estimates, for a listener who asks for nothing; --length takes any between them."""
    from synth.app.meditations import list_meditations

    meditations = list_meditations()
    if as_json:
        print_json([
            {
                "name": each.name, "title": each.meta.title, "summary": each.meta.summary,
                "length_ms": each.meta.length, "shortest_ms": each.lengths.min_ms, "longest_ms": each.lengths.max_ms,
                "lengths_are_estimates": True, "intensity": each.meta.care.intensity,
                "slots": slots_json(each.meta.slots),
            }
            for each in meditations
        ])  # fmt: skip
        return
    width = max(len(each.name) for each in meditations)
    for each in meditations:
        click.echo(f"{each.name:<{width}}  {each.meta.title}")
        click.echo(f"{'':<{width}}  about {each.lengths}; asks for {', '.join(each.meta.slots) or 'nothing'}")

"""``metta cache``."""

import click

from synth.cli.console import json_option, open_workspace, print_json
from synth.cli.group import cli
from synth.units import format_size, parse_size

KINDS = {
    "speech": "spoken sentences",
    "sound": "bells and beds",
    "mp3": "encoded sound",
    "voices": "lists of voices",
    "speed": "speeds of voices",
}
"""What is kept, as one would call it."""


def _size(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """``500MB`` as bytes."""
    try:
        return None if value is None else parse_size(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx, param) from None


@cli.command()
@click.option("--limit", callback=_size, metavar="2GB", help="Keep no more than this, from now on.")
@click.option("--clear", is_flag=True, help="Let go of everything that is kept.")
@json_option
def cache(limit: int | None, clear: bool, as_json: bool) -> None:
    """Beyond its limit, the least recently used is let go of. All of it can be made again, but speech is said anew
    then, and never quite alike.
    """
    from synth.app.workspace import set_cache_limit

    if limit is not None:
        set_cache_limit(limit)
    kept = open_workspace().cache
    freed = kept.clear() if clear else kept.trim()
    sizes = kept.sizes()
    total = sum(sizes.values())
    if as_json:
        print_json({"folder": str(kept.folder), "bytes": sizes, "limit_bytes": kept.limit_bytes, "freed_bytes": freed})
        return
    click.echo(f"{kept.folder}: {format_size(total)} of {format_size(kept.limit_bytes)}")
    for kind, size in sizes.items():
        click.echo(f"  {KINDS.get(kind, kind):<17} {format_size(size):>8}")
    if freed:
        click.echo(f"let go of {format_size(freed)}")

"""Commands that tell what there is: list, show, voices, sounds, doctor."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from synth.cli.console import (
    NAME_ALONE,
    OUTPUT,
    cache_folder,
    check_folder_of,
    json_option,
    open_cache,
    open_workspace,
    play_script,
    print_json,
    write_timeline,
)
from synth.cli.group import cli
from synth.cli.options import ListenerOptions, for_listener
from synth.errors import RequestError
from synth.script.limits import MAX_WPM, MIN_WPM, USUAL_WPM
from synth.units import format_clock, format_duration

if TYPE_CHECKING:
    from synth.script.header import Slot


def _slots_json(slots: "Mapping[str, Slot]") -> dict[str, Any]:
    return {name: {"ask": slot.ask, "type": slot.type, "default": slot.default} for name, slot in slots.items()}


@cli.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The meditations that ship: name, title, shortest and longest length, what they ask."""
    from synth.personalise.listener import Profile, SessionOptions
    from synth.personalise.resolve import personalise
    from synth.scripts import load_document, meditation_names, phrases
    from synth.sounds.catalogue import shipped_ring
    from synth.timeline.estimate import estimate_speech
    from synth.timeline.layout import length_range
    from synth.timeline.model import BellDuration

    rows = []
    for name in meditation_names():
        document = load_document(name)
        session = personalise(document, Profile(), SessionOptions(), phrases(document.meta.language))
        span = length_range(session, estimate_speech, lambda bell: shipped_ring(bell) or BellDuration(0, 0))
        rows.append((name, document.meta, span))
    if as_json:
        print_json([
            {
                "name": name, "title": meta.title, "summary": meta.summary, "length_ms": meta.length,
                "shortest_ms": span.min_ms, "longest_ms": span.max_ms, "lengths_are_estimates": True,
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
@click.option(
    "--as",
    "form",
    type=click.Choice(["ssml", "text", "html"]),
    help="The whole text, its pauses at their lengths: SSML 1.1, a page to read aloud from, or one to print.",
)
@for_listener
@json_option
def show(
    meditation: str, timeline_file: Path | None, form: str | None, listener: ListenerOptions, as_json: bool
) -> None:
    """The plan before any sound: sections, times, share of silence, slots, transcript. Times of speech are estimates.

    A script is a Markdown file: a header between two lines '---' with at least 'title: …', then the text. What is not
    spoken stands in square brackets: [pause 5s], [bell], [bed rain], [repeat 3] … [end], [include settle].
    SSML (.ssml, .xml) and Speech Markdown (.smd) are read as well, where they say nothing that has no like here.
    """
    from synth.pipeline import in_time, prepare
    from synth.scripts import load_document
    from synth.timeline.estimate import estimate_speech
    from synth.timeline.layout import length_range
    from synth.timeline.model import Speech, Strike
    from synth.timeline.timeline_json import to_json

    if form and as_json:
        raise click.UsageError("--as and --json are two forms of the same; choose one")
    check_folder_of(timeline_file)
    sounds, _ = open_workspace(meditation)
    document = load_document(meditation)
    session = prepare(document, listener.profile(), listener.wishes(), sounds)
    timeline = in_time(session, estimate_speech, sounds)
    span = length_range(session, estimate_speech, sounds.bell_duration)
    if timeline_file:
        write_timeline(timeline_file, timeline)
    if form:
        from synth.export.reading_forms import FORMS
        from synth.export.reading_page import make_sheet

        click.echo(FORMS[form](make_sheet(document, session, timeline)).encode(), nl=False)
        return
    spoken_ms = sum(cue.end_ms - cue.start_ms for cue in timeline.speech)
    ringing_ms = sum(cue.end_ms - cue.start_ms for cue in timeline.strikes)
    silent = 1 - (spoken_ms + ringing_ms) / timeline.duration_ms if timeline.duration_ms else 0.0
    slots = session.meta.slots
    if as_json:
        print_json({
            "title": timeline.title, "estimated": True, "share_of_silence": round(silent, 3),
            "shortest_ms": span.min_ms, "longest_ms": span.max_ms,
            "slots": _slots_json(slots),
            "timeline": to_json(timeline),
        })  # fmt: skip
        return
    click.echo(
        f"{timeline.title}: about {format_clock(timeline.duration_ms)}, {silent:.0%} silence; runs {span} (estimated)"
    )
    for name, slot in slots.items():
        click.echo(f"  --set {name}=…  {slot.ask}")
    for number, chapter in enumerate(timeline.chapters):
        click.echo(f"\n{format_clock(chapter.start_ms):>7}  # {chapter.title}")
        for cue in timeline.cues:
            if isinstance(cue, Speech) and cue.section == number:
                click.echo(f"{format_clock(cue.start_ms):>7}  {cue.text}")
            elif isinstance(cue, Strike) and cue.section == number:
                click.echo(f"{format_clock(cue.start_ms):>7}  ({cue.sound})")


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
    """The voices there are, or how one sounds (--say)."""
    from synth.voices.engines import engines, open_voice

    if say is not None:
        _say(say, output, voice, rate)
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
        print_json(listing)
        return
    for row in listing:
        click.echo(f"{row['voice']:<34} {', '.join(row['languages']):<16} {row['name']}")


def _say(text: str, output: str, voice: str | None, rate: int) -> None:
    """Speaks a text; of ``WORD=SPELLING`` the spelling, as it stands, and tells where it is kept."""
    from synth.paths import config_path
    from synth.personalise.listener import Profile

    word, _, spelling = (side.strip() for side in text.partition("="))
    if not (word and spelling):
        play_script("---\ntitle: Voice\nslots: {text: {}}\n---\n{text}\n", {"text": text}, output, voice, rate)
        return
    play_script(NAME_ALONE, {}, output, voice, rate, Profile(name=word, say_as=spelling))
    click.echo(f"to keep it, write {_yaml({word: spelling})} under its language (en:) in {config_path('lexicon.yaml')}")


def _yaml(keys: Mapping[str, str]) -> str:
    """Keys and values in one line, quoted where they must be."""
    import yaml

    return yaml.safe_dump(keys, allow_unicode=True, width=2**20).strip()


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
    """The bells and beds there are, or one of them in full; --json tells what they measure."""
    from synth.sounds.catalogue import catalogue
    from synth.wording import did_you_mean

    if play_it + as_json + (preview_folder is not None) > 1:
        raise click.UsageError("--play, --preview and --json are three ways to learn of sounds; choose one")
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
        play_script(f"---\ntitle: {name}\n{header}---\n{text}\n", {}, output)
        return
    chosen = {name: known[name]} if name else known
    if preview_folder:
        _write_previews(list(chosen), preview_folder)
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


def _write_previews(names: Sequence[str], folder: Path) -> None:
    from synth.audio.pcm import to_segment
    from synth.formats.track_file import write_track
    from synth.formats.track_metadata import TrackMetadata
    from synth.sounds.collection import PREVIEW_MS, Sounds
    from synth.timeline.model import Timeline

    shelf = Sounds(open_cache(), ())
    for name in names:
        path = folder / f"{name}.mp3"
        timeline = Timeline(name, "en", PREVIEW_MS, (), ())
        write_track(path, TrackMetadata(timeline, "metta", "Sounds"), [to_segment(shelf.preview(name))])
        click.echo(path)


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
    """What this machine has and lacks, and the command that mends it. Exit code 3 where something needed is missing."""
    from synth.app.diagnostics import examine, ring
    from synth.outputs.output import open_output

    if bell and as_json:
        raise click.UsageError("--bell is for ears and --json for programs; choose one")
    findings = examine(cache_folder())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = {"good": "✓", "missing": "✗", "optional": "·"}[finding.state]
            click.echo(f"{mark} {finding.part:<12} {finding.found}")
            if finding.mend:
                click.echo(f"  {'':<12} {finding.mend}")
    if bell:
        sink = open_output(output, device)
        ring(sink, cache_folder())
        click.echo(f"a bell rang on {sink.name}")
    if any(finding.state == "missing" for finding in findings):
        raise click.exceptions.Exit(3)

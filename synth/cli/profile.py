"""``metta profile``: asked for kindly, and kept."""

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import astuple
from typing import TYPE_CHECKING, TypeVar

import click

from synth.cli.console import open_workspace
from synth.cli.group import cli
from synth.errors import DeviceError, MettaError, RequestError, ScriptError
from synth.script.limits import ANSWERS
from synth.units import format_duration

if TYPE_CHECKING:
    from synth.personalise.listener import Profile
    from synth.personalise.phrases import Phrase


@cli.group()
def profile() -> None:
    """Kept for you alone; show, render and play go by it."""


_PROFILE = click.argument("name", default="me", metavar="[NAME]")


@profile.command()
@_PROFILE
def init(name: str) -> None:
    """Asks who is listening, in about a minute, and keeps it. Every question can be left empty."""
    from synth.profiles import keep_profile, profile_path, write_profile

    path = profile_path(name)
    if not sys.stdin.isatty():
        click.echo(f"error: 'metta profile init' asks, and needs a terminal; or write {path} by hand", err=True)
        raise click.exceptions.Exit(2)
    try:
        if path.exists() and not click.confirm(f"There is a profile '{name}' already. Shall a new one replace it?"):
            click.echo(f"It stays as it is; 'metta profile edit {name}' opens it.")
            return
        answers = _ask_who_listens()
    except click.Abort:
        raise _stopped() from None
    keep_profile(write_profile(answers), path)
    used = "show, render and play go by it" if name == "me" else f"--profile {name} has it used"
    click.echo(f"\nThank you. This is kept in {path}; {used}.")


@profile.command("show")
@_PROFILE
def show_profile(name: str) -> None:
    """A profile's file, and what every line of it means."""
    from synth.profiles import find_profile, parse_profile, profile_text

    path = find_profile(name)
    text = profile_text(path)
    meaning = _meaning(parse_profile(text, path))
    click.echo(f"{path}\n\n{text.rstrip()}\n")
    for what, is_so in meaning:
        click.echo(f"{what:<10} {is_so}")


@profile.command()
@_PROFILE
def edit(name: str) -> None:
    """Opens a profile in your editor (EDITOR); a faulty one is never kept."""
    from synth.profiles import find_profile, keep_profile, parse_profile, profile_text

    path = find_profile(name)
    text = profile_text(path)
    while True:
        try:
            changed = click.edit(text, extension=".yaml")
        except click.ClickException as error:
            raise RequestError(f"{error.message}; set EDITOR to one that starts, or open {path} yourself") from None
        if changed is None:
            click.echo(f"nothing was saved; {path} stays as it was")
            return
        try:
            parse_profile(changed, path)
            break
        except ScriptError as error:
            click.echo(f"{error}\n{path} stays as it was", err=True)
        try:
            if not sys.stdin.isatty() or not click.confirm("Go on editing?", default=True):
                raise click.exceptions.Exit(1)
        except click.Abort:
            raise _stopped() from None
        text = changed
    keep_profile(changed, path)
    click.echo(str(path))


def _stopped() -> KeyboardInterrupt:
    """Ctrl-C at a question, which click tells as an Abort; the question's line is ended."""
    click.echo(err=True)
    return KeyboardInterrupt()


Answer = TypeVar("Answer")


def _asked(question: str, read: Callable[[str], Answer]) -> Answer:
    """What ``read`` makes of an answer, which may be empty; asked again, with the reason, where it can't."""
    from synth.wording import one_line

    def checked(answer: str) -> Answer:
        try:
            return read(one_line(answer))
        except (RequestError, ValueError) as error:
            raise click.UsageError(str(error)) from None

    answer: Answer = click.prompt(question, default="", show_default=False, value_proc=checked)
    return answer


def _ask_who_listens() -> "Profile":
    from synth.personalise.listener import Profile

    click.echo("A few questions. Enter leaves any of them open; Ctrl-C stops, and nothing is kept.\n")
    name, say_as = _ask_name()
    answers = {
        "name": name,
        "say_as": say_as,
        "pronouns": _asked("Your pronouns: she, he, they, or five such as xe/xem/xyr/xyrs/xemself", _read_pronouns),
        "phrases": _ask_phrases(),
        "people": _ask_people(),
        "breath": _asked("How many seconds in, and out, does an easy breath of yours take? [4 6]", _read_breath),
    }
    answers |= {
        "touch": _ask_one("Is touch welcome, such as a hand on your heart? (yes, no)", {"yes": "yes", "no": "no"}),
        "eyes": _ask_one("Your eyes: open, closed, or either?", {"open": "open", "closed": "closed", "either": ""}),
        "secular": _ask_one("Would you rather have secular words only? (yes, no)", {"yes": "yes", "no": "no"}),
    }
    return Profile.model_validate({key: value for key, value in answers.items() if value})


def _ask_name() -> tuple[str, str]:
    """A name and how it is said; spoken back as often as one likes to hear it."""
    from synth.app.auditions import say_name

    workspace = functools.cache(open_workspace)
    name = _asked("What would you like to be called?", str)
    say_as = ""
    while name:
        say_as = _asked("How is it said? Spell it as it sounds, or leave it as it is", _read_say_as)
        if not click.confirm("Shall I say it, so that you hear it?"):
            break
        try:
            say_name(name, say_as or None, "miniaudio", workspace())
        except MettaError as error:
            reason = "there is no loudspeaker" if isinstance(error, DeviceError) else str(error)
            click.echo(f"It can't be heard here: {reason}. Let us go on.")
            break
        if click.confirm("Was that right?", default=True):
            break
    return name, say_as


def _read_say_as(answer: str) -> str:
    from synth.personalise.say_as import read_say_as

    read_say_as(answer)
    return answer


def _read_pronouns(answer: str) -> str:
    from synth.personalise.phrases import read_pronouns

    read_pronouns(answer or None)
    return answer


def _read_breath(answer: str) -> dict[str, str]:
    from synth.personalise.listener import Breathing

    lengths = answer.replace(",", " ").split()
    try:
        breath = dict(zip(("in", "out"), lengths, strict=True)) if lengths else {}
        Breathing.model_validate(breath)
    except ValueError:
        raise ValueError("two lengths, in and out, from half a second to a minute, such as 4 6") from None
    return breath


def _ask_phrases() -> list[str]:
    from synth.personalise.phrases import look_up
    from synth.scripts import phrases

    known = phrases("en")
    names = list(known)

    def read(answer: str) -> list[str]:
        words = answer.replace(",", " ").split()
        if not all(word.isdecimal() or word in known for word in words):
            if words[0].isdecimal():
                raise ValueError("numbers by themselves, please; a sentence of your own gets a line of its own")
            look_up(answer, known)
            return [answer]
        if beyond := [word for word in words if word.isdecimal() and not 0 < int(word) <= len(names)]:
            raise ValueError(f"there is no number {beyond[0]}; they go from 1 to {len(names)}")
        return [names[int(word) - 1] if word.isdecimal() else word for word in words]

    click.echo("\nThree or four wishes to be told, when a meditation is one of loving-kindness:\n")
    for number, name in enumerate(names, 1):
        click.echo(f"{number:>4}  {name:<20} {_first_person(name)}")
    click.echo()
    chosen: list[str] = []
    while more := _asked("Their numbers or short names, or a sentence of your own; Enter goes on", read):
        chosen += more
        for phrase in more:
            click.echo(f"      {_first_person(phrase)}")
    return list(dict.fromkeys(chosen))


def _ask_people() -> dict[str, dict[str, str]]:
    people: dict[str, dict[str, str]] = {}
    question = "\nSomebody to wish well: benefactor, friend, neutral, difficult or a word of yours; Enter goes on"
    while role := _asked(question, str):
        if name := _asked(f"The name of this person ({role})", str):
            pronouns = _asked("Their pronouns: she, he, they, or all five", _read_pronouns)
            people[role] = {"name": name} | ({"pronouns": pronouns} if pronouns else {})
        question = "Somebody else, or Enter"
    return people


def _ask_one(question: str, answers: Mapping[str, str]) -> str:
    """What stands for one of the answers, of which the first letters will do; nothing for none."""

    def read(answer: str) -> str:
        begun = [meant for each, meant in answers.items() if each.startswith(answer.lower())]
        if answer and len(begun) != 1:
            raise ValueError(f"one of {', '.join(answers)}, or Enter for no matter")
        return begun[0] if answer else ""

    return _asked(question, read)


def _first_person(phrase: "Phrase") -> str:
    """A phrase, or that of a short name, said to oneself; the reason where it can't be."""
    from synth.personalise.phrases import address, look_up, read_pronouns, say_to
    from synth.scripts import phrases

    try:
        return say_to(look_up(phrase, phrases("en")), address("i", read_pronouns(None)), "en")
    except RequestError as error:
        return str(error)


def _meaning(profile: "Profile") -> Iterator[tuple[str, str]]:
    """What a profile has and what comes of it."""
    from synth.personalise.answers import answers_of
    from synth.personalise.listener import SessionOptions
    from synth.personalise.phrases import read_pronouns

    said = f", said like '{profile.say_as}'" if profile.say_as else ""
    yield "name", f"you are called {profile.name}{said}" if profile.name else "you are called what a script says"
    yield "pronouns", "/".join(str(word) for word in astuple(read_pronouns(profile.pronouns))[:5])
    yield "phrases", " ".join(map(_first_person, profile.phrases)) or "the wishes that a script has"
    for role, somebody in profile.people.items():
        yield "people", f"{role} is {somebody.name} ({read_pronouns(somebody.pronouns).subject})"
    breath = profile.breath
    yield "breath", f"{format_duration(breath.into)} in, {format_duration(breath.out)} out, where a script has no other"
    answers = answers_of(profile, SessionOptions())
    for name, (ask, _) in ANSWERS.items():
        if name in answers:
            yield name, f"{answers[name]} ({ask})"
    for slot, value in profile.slots.items():
        if slot in answers:
            continue
        yield "slots", f"{slot} is '{value}', wherever a script asks for it and knows that answer"

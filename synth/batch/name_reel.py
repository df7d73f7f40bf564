"""The name reel: every name of a roster in one short track, to be listened to before the batch."""

from synth.batch.roster import Roster
from synth.errors import RequestError
from synth.personalise.listener import Person, Profile, SessionOptions
from synth.personalise.session import Session
from synth.pipeline import prepare
from synth.script.parse import parse
from synth.sounds.collection import Sounds
from synth.source import Source


def name_reel(roster: Roster, language: str, options: SessionOptions, sounds: Sounds) -> Session:
    """A session that says every person's number in the roster, and their name as it will be said in their tracks.

    Raises RequestError where nobody has a name, ScriptError where a row's voice has no possible name.
    """
    named = [(number, row) for number, row in enumerate(roster.rows, 1) if row.name]
    if not named:
        raise RequestError(f"{roster.file}: nobody in this roster has a name")
    slots = "\n".join(f"  n{number}: {{}}" for number, _ in named)
    said = "\n\n".join(
        f"[voice{' ' + row.cells['voice'] if 'voice' in row.cells else ''}] {number}: {{n{number}}}. [pause 1200ms]"
        for number, row in named
    )
    text = f"---\ntitle: The names\nlanguage: {language}\nslots:\n{slots}\n---\n{said}\n"
    people = {f"n{number}": Person(name=row.name, say_as=row.cells.get("say_as")) for number, row in named}
    return prepare(parse(Source("name reel", text), {}), Profile(people=people), options, sounds)

"""Profiles on disk: YAML files in the user's settings, one a listener."""

import os
import re
from pathlib import Path
from typing import Any

import yaml

from synth.errors import RequestError, ScriptError, StorageError
from synth.files import new_file
from synth.paths import config_path
from synth.personalise.listener import Profile
from synth.personalise.phrases import read_pronouns
from synth.source import Problem, ProblemList
from synth.units import format_duration
from synth.wording import did_you_mean
from synth.yaml_source import places_of_keys, read_yaml

OWN_PROFILE = "me"
"""The profile that is used where none is named."""

NO_PROFILE = "none"


def profile_text(path: Path) -> str:
    """What a profile's file says, whatever that be. Raises RequestError where it can't be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RequestError(f"{path}: the profile can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise RequestError(f"{path}: the profile is not UTF-8 text") from None


def parse_profile(text: str, path: Path) -> Profile:
    """The profile that a text is, pronouns looked at too. Raises ScriptError with every fault's place in ``path``."""
    profile = read_yaml(Profile, text, str(path))
    pronouns: dict[tuple[int | str, ...], str | None] = {
        ("people", role, "pronouns"): somebody.pronouns for role, somebody in profile.people.items()
    }
    faults = {}
    for key, written in {("pronouns",): profile.pronouns, **pronouns}.items():
        try:
            read_pronouns(written)
        except RequestError as error:
            faults[key] = str(error)
    if faults:
        places = places_of_keys(text, str(path), 1, faults)
        raise ScriptError(ProblemList(map(Problem, places, faults.values())).told())
    return profile


def read_profile(path: Path) -> Profile:
    """The profile in a YAML file. Raises RequestError where there is none, ScriptError where it has faults."""
    return parse_profile(profile_text(path), path)


def profile_path(name: str) -> Path:
    """Where the profile of a name is kept, be it there or not. Raises RequestError where nothing can have the name."""
    if not re.fullmatch(r"\w[\w-]*", name) or name == NO_PROFILE:
        raise RequestError(f"a profile can't be called '{name}'; take letters, digits and '-', and not '{NO_PROFILE}'")
    return config_path("profiles") / f"{name}.yaml"


def find_profile(given: str) -> Path:
    """The file of a profile's name, or the file itself. Raises RequestError where no profile has the name."""
    if Path(given).suffix or "/" in given or os.sep in given:
        return Path(given)
    path = profile_path(given)
    if path.exists():
        return path
    known = sorted(kept.stem for kept in path.parent.glob("*.yaml") if not kept.name.startswith("."))
    there_are = f"; there are {', '.join(known)}" if known else ""
    raise RequestError(
        f"there is no profile '{given}'{did_you_mean(given, known) or there_are + ';'} "
        f"'metta profile init {given}' makes it"
    )


def chosen_profile(given: str | None) -> Profile:
    """The profile of a name or a file; where nothing is given the user's own, which need not be there.

    Raises RequestError where what is given isn't there, ScriptError where it has faults.
    """
    if given == NO_PROFILE or (given is None and not profile_path(OWN_PROFILE).exists()):
        return Profile()
    return read_profile(find_profile(given or OWN_PROFILE))


def write_profile(profile: Profile) -> str:
    """The YAML of a profile: what it says, and nothing of what goes without saying."""
    keys: dict[str, Any] = profile.model_dump(exclude_defaults=True)
    if "breath" in keys:
        keys["breath"] = {"in": format_duration(profile.breath.into), "out": format_duration(profile.breath.out)}
    if "phrases" in keys:
        keys["phrases"] = list(profile.phrases)
    return yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=2**20)


def keep_profile(text: str, path: Path) -> None:
    """Writes a profile's file, for its owner alone, whole or not at all. Raises StorageError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with new_file(path, owner_only=True) as file:
            file.write(text.encode())
    except OSError as error:
        raise StorageError(f"{path}: the profile can't be kept there ({error.strerror})") from None

"""The shipped sounds: what each is, how long it is waited for, and what it measures."""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, RootModel

from synth.paths import shipped_folder
from synth.timeline.model import BellDuration
from synth.yaml_source import Duration, StrictModel, Text, read_yaml


class Partial(StrictModel):
    """A partial of a bell: its frequency, its level beside the others, its decay by 60 dB, its beat."""

    hz: float
    level_db: float
    t60_s: float
    beat_hz: float


class Measurements(StrictModel):
    """What a shipped sound's file measures; a bell's partials and a bed's root are what it was made of.

    Loudness (BS.1770), true peak and loudness range (EBU Tech 3342) are those of EBU R 128; ``mono_loss_db``: how much
    weaker the mean of its channels is than they are (0 where they are alike, 3 where unrelated);
    ``slope_db_per_octave``: of a bed's power density between 125 Hz and 4 kHz. Single waves are measured as they stand
    in their file, one after another, and so have no loudness range that one would hear.
    """

    loudness_lufs: float
    true_peak_dbtp: float
    mono_loss_db: float
    partials: tuple[Partial, ...] | None = None
    loudness_range_lu: float | None = None
    slope_db_per_octave: float | None = None
    root_hz: float | None = None


class SoundInfo(StrictModel):
    """A shipped sound: ``length`` of the file, ``ring``: how long one waits for a bell; milliseconds.

    The file of some beds holds single ``waves``, so many and equally long, to be laid over each other.
    """

    kind: Literal["bell", "bed"]
    file: Text
    length: Duration
    ring: Duration | None = None
    waves: Annotated[int, Field(ge=4, multiple_of=2)] | None = None
    about: Text
    made: Text
    licence: Text
    figures: Measurements


def shipped_ring(name: str) -> BellDuration | None:
    """The ring of a shipped sound; None where there is none of that name."""
    info = catalogue().get(name)
    return BellDuration(info.ring or info.length, info.length) if info else None


class _Catalogue(RootModel[dict[str, SoundInfo]]):
    pass


@cache
def catalogue() -> dict[str, SoundInfo]:
    """The shipped sounds, by name, in the catalogue's order."""
    path = shipped_folder("audio_assets") / "catalogue.yaml"
    return read_yaml(_Catalogue, path.read_text(encoding="utf-8"), f"audio_assets/{path.name}").root

"""What a container format is: how sound gets into a file, and how its tags are written and read back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from synth.audio.pcm import AudioSegment
from synth.formats.track_metadata import Tags, TrackMetadata


@dataclass(frozen=True, slots=True)
class Format:
    """A container format.

    ``encode(path, blocks, metadata, quality)`` writes a new file with the sound of the blocks. ``quality`` is one of
    ``qualities``, or empty where the format has none. Raises OSError, or StorageError, where the encoder fails.

    ``write_tags(path, metadata)`` adds all else to that file; raises OSError or MutagenError.

    ``read_tags(path)`` and ``read_timeline(path)``, the text of the embedded timeline or None, raise anything at all
    for a file that is not what its name says, since mutagen does.

    ``qualities`` begin where a track still passes its proof. A file can't hold a track longer than ``max_ms``.
    """

    encode: Callable[[Path, Iterable[AudioSegment], TrackMetadata, str], None]
    write_tags: Callable[[Path, TrackMetadata], None]
    read_tags: Callable[[Path], Tags]
    read_timeline: Callable[[Path], str | None]
    default_quality: str = ""
    qualities: tuple[str, ...] = ()
    max_ms: int | None = None

    def choose_quality(self, asked: str | None) -> str:
        """The quality of that name, in any case of its letters, or the default one.

        Raises ValueError, with a sentence for the user, where this format has no such quality.
        """
        if asked is None:
            return self.default_quality
        if not self.qualities:
            raise ValueError("it loses nothing, so it has no quality to choose; leave that out")
        for quality in self.qualities:
            if quality.lower() == asked.lower():
                return quality
        raise ValueError(f"'{asked}' is none of its qualities, {', '.join(self.qualities)}")


def bitrates(*kilobits: int) -> tuple[str, ...]:
    """The names of qualities that are bitrates, ``128k``, as ffmpeg takes them."""
    return tuple(f"{rate}k" for rate in kilobits)

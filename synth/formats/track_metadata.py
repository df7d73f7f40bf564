"""A track's metadata: as every container writes it, and as it is read back."""

from dataclasses import dataclass

from synth.formats.cover import Cover, draw_cover
from synth.formats.language_codes import iso_639_2
from synth.formats.provenance import Provenance, embed
from synth.timeline.model import Timeline

GENRE = "Meditation"


@dataclass(frozen=True, slots=True)
class TrackMetadata:
    """What is written: ``artist`` is the author or the voice, ``album`` the programme.

    Without a ``cover`` of its own, a track has one that is drawn from its title. ``provenance`` is how it was made.
    """

    timeline: Timeline
    artist: str
    album: str
    cover: Cover | None = None
    provenance: Provenance | None = None

    @property
    def timeline_json(self) -> str:
        """The text of ``timeline.json``."""
        return embed(self.timeline, self.provenance)

    @property
    def picture(self) -> Cover:
        """The track's own cover, or the drawn one."""
        return self.cover or draw_cover(self.timeline.title)

    @property
    def language(self) -> str:
        """The language as an ISO 639-2 code, ``und`` where none is known here."""
        return iso_639_2(self.timeline.language)

    @property
    def transcript(self) -> str:
        """A line an utterance, an empty line between sections."""
        return self.timeline.transcript


@dataclass(frozen=True, slots=True)
class Tags:
    """What is read back; what is not there is empty, or None.

    ``chapters``: titles, and milliseconds from the start. ``length_ms``: None where the container has no tag for it.
    """

    title: str
    artist: str
    language: str
    transcript: str
    chapters: tuple[tuple[str, int], ...]
    cover: bool
    length_ms: int | None = None


def short_title(title: str, max_bytes: int) -> str:
    """A title in at most so many bytes of UTF-8, cut with an ellipsis where it is longer."""
    if len(title.encode()) <= max_bytes:
        return title
    return title.encode()[: max_bytes - len("…".encode())].decode(errors="ignore").rstrip() + "…"

"""How well a voice is understood: the share of words that a recogniser misreads in the shipped English meditations.

``python tests/hear.py --voice pyttsx3:gmw/en-us --rate 160 loving-kindness``. Each is rendered without bed and bells,
and as an MP3 with its own.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

from synth.app.meditations import list_meditations
from synth.app.rendering import RenderRequest, render_track
from synth.app.session_request import SessionRequest
from synth.app.workspace import open_workspace
from synth.profiles import NO_PROFILE
from synth.verify.proof import HeardSentence, HeardWords
from synth.verify.recogniser import LANGUAGE, Recogniser, hear_track


def main() -> None:
    """Prints a line a voice and meditation, and one a voice for all of them."""
    english = [each.name for each in list_meditations() if each.meta.language.split("-")[0] == LANGUAGE]
    parser = argparse.ArgumentParser(prog="tests/hear.py", description=__doc__, allow_abbrev=False)
    parser.add_argument("meditations", nargs="*", default=english, metavar="MEDITATION")
    parser.add_argument("--voice", action="append", help="as metta's, which is the default; once or more")
    parser.add_argument("--rate", type=int, metavar="WPM")
    parser.add_argument("--treatment", metavar="EFFECT")
    asked = parser.parse_args()
    recogniser, workspace = Recogniser(), open_workspace()

    def hear(meditation: str, session: SessionRequest, file: str) -> tuple[HeardSentence, ...]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, file)
            render_track(RenderRequest(meditation, path, session), workspace)
            return hear_track(path, recogniser).sentences

    print(f"{'voice':<24} {'meditation':<20} {'words':>5}  {'dry':>5}  {'mixed':>5}")
    for voice in asked.voice or [None]:
        session = SessionRequest(profile_name=NO_PROFILE, voice=voice, rate=asked.rate, effect=asked.treatment)
        all_dry: tuple[HeardSentence, ...] = ()
        all_mixed: tuple[HeardSentence, ...] = ()
        for meditation in asked.meditations:
            dry = hear(meditation, replace(session, bed="none", bell="none"), "dry.flac")
            mixed = hear(meditation, session, "mixed.mp3")
            tell(voice, meditation, dry, mixed)
            all_dry, all_mixed = all_dry + dry, all_mixed + mixed
        tell(voice, "all", all_dry, all_mixed)


def tell(voice: str | None, meditation: str, dry: tuple[HeardSentence, ...], mixed: tuple[HeardSentence, ...]) -> None:
    """A line: how many words, and which share of them was misread."""
    shares = "  ".join(f"{heard.share or 0:5.3f}" for heard in map(HeardWords, (dry, mixed)))
    print(f"{voice or 'default':<24} {meditation:<20} {HeardWords(dry).words:>5}  {shares}", flush=True)


if __name__ == "__main__":
    main()

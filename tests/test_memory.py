"""Half an hour takes no more memory than five minutes: nothing holds a whole session's sound.

``make bench`` tells the same of an hour.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.sound import script

MAX_BYTES = 250_000_000
MORE_FOR_HALF_AN_HOUR = 1.10

RENDER = """
import resource, sys
from pathlib import Path
from synth.content_cache import Cache
from synth.export.track import export
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import compose, prepare
from synth.scripts import load_document
from synth.sounds.collection import Sounds

cache = Cache(Path("cache"))
sounds = Sounds(cache, [])
session = prepare(load_document(sys.argv[1]), Profile(), SessionOptions(voice="tones"), sounds)
track = compose(session, sounds, cache)
export(track.mix, Path(sys.argv[2]), track.metadata, cache)
assert track.timeline.duration_ms == int(sys.argv[3])
if sys.platform == "linux":  # where getrusage counts in what the process that started this one once took
    status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    print(int(status["VmHWM"].removesuffix("kB")) * 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def session(minutes: int) -> str:
    """A script of so many minutes: in each a sentence and a bell; at its beginning, middle and end there is a bed."""
    lines = [
        f"This is minute {minute}, and one may notice the breath. [pause 5s] [bell chime] [pause 1s..]\n"
        for minute in range(minutes)
    ]
    for at, bed in ((minutes - 2, "drone"), (minutes // 2 + 1, "none"), (minutes // 2 - 1, "brown"), (2, "none")):
        lines.insert(at, f"[bed {bed} over 8s]\n")
    return script("\n".join(lines), ["bed: {sound: drone}", f"length: {minutes}m"])


def taken(minutes: int, folder: Path) -> int:
    """The most memory, in bytes, that rendering so many minutes to an MP3 ever took."""
    (folder / f"{minutes}.md").write_text(session(minutes), encoding="utf-8")
    command = [sys.executable, "-c", RENDER, f"{minutes}.md", f"{minutes}.mp3", str(minutes * 60_000)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert (folder / f"{minutes}.mp3").stat().st_size > minutes * 50_000
    return int(run.stdout)


@pytest.mark.skipif(sys.platform not in {"linux", "darwin"}, reason="no way to ask for a process's largest size")
def test_half_an_hour_takes_no_more_memory_than_five_minutes(tmp_path: Path) -> None:
    taken(5, tmp_path)  # decodes the sounds, which only the first of all does
    shutil.rmtree(tmp_path / "cache" / "mp3")  # what is kept would not be mixed again
    short, long = taken(5, tmp_path), taken(30, tmp_path)
    print(f"five minutes: {short / 1e6:.0f} MB, half an hour: {long / 1e6:.0f} MB")
    assert long <= short * MORE_FOR_HALF_AN_HOUR
    assert max(short, long) < MAX_BYTES

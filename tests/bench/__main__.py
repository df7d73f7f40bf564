"""How fast, and how flat: each figure is a ratio against a named baseline of the same run. ``make bench``.

Every ratio is the median of several, baseline and ours taking turns, so that a busy moment of the machine meets both.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from synth.audio.ffmpeg import ffmpeg
from synth.audio.pcm import AudioSegment
from synth.content_cache import Cache
from synth.export.track import export
from synth.personalise.listener import Profile, SessionOptions
from synth.pipeline import Track, compose, prepare
from synth.script.parse import parse
from synth.scripts import find_script, load_document
from synth.sounds.collection import Sounds
from synth.source import Source
from synth.units import MINUTE

METTA = (sys.executable, "-m", "synth")
MEDITATION = "loving-kindness"

COMMON = (
    "Let your breath be as it is.", "Notice where you are held by the ground.", "There is nothing to get right.",
    "Sounds come and go, and so do thoughts.", "If the mind wanders, that is what minds do.",
    "Come back as often as you like, gently.", "Feel the air as it comes in, and as it leaves.",
    "Perhaps there is a place in the body that is at ease.", "Whatever is here may be here.",
    "You may move whenever you want to.", "Rest here for a while.", "Now think of all who sit as you do.",
)  # fmt: skip
WISHES = ("safe", "healthy", "at ease", "loved")
WORKSHOP = (
    "---\ntitle: Workshop\nlength: 20m\nbed: {sound: drone}\nslots: {name: {}}\n---\n# Arriving\n\n[bell bowl x3]\n\n"
    + "Welcome, {name}. [pause 5s..]\n\n"
    + "".join(f"{sentence} [pause 10s..]\n\n" for sentence in COMMON)
    + "".join(
        f"# Round {n}\n\nSay it to yourself. [pause 5s..]\n\n"
        + "".join(f"May {{name}} be {wish}. [pause 6s..20s]\n\n" for wish in WISHES)
        for n in (1, 2)
    )
    + "# Rest\n\n"
    + "".join(f"{sentence} [pause 10s..]\n\n" for sentence in reversed(COMMON))
    + "# Closing\n\nYou have done this for yourself, {name}. [pause 5s..]\n\nMay all be well. [pause 5s..]\n\n"
    + "Take your time, {name}. [pause 5s..]\n\nThank you, {name}. [pause 3s..]\n\n[bell bowl x2]\n"
)
"""Twenty minutes with twelve sentences of one's own."""

FIRST = (
    "Ana", "Bo", "Cy", "Dara", "Eli", "Finn", "Gia", "Hana", "Ivo", "Jun",
    "Kim", "Lea", "Mia", "Noa", "Ola", "Pia", "Rui", "Sam", "Tea", "Uma",
)  # fmt: skip
SECOND = (
    "Adler", "Berg", "Costa", "Diaz", "Evans", "Fuchs", "Gruber", "Haas",
    "Ilic", "Jansen", "Kaya", "Lund", "Moser", "Novak", "Ortiz",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio, what it is of, and what it should be at most; ``ours`` and ``baseline_was`` in seconds, or as told."""

    name: str
    what: str
    baseline: str
    ours: float
    baseline_was: float
    ratio: float
    at_most: float


class Bench:
    """A folder of its own, with a cache that is warm but for what a figure takes away."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.folder = folder
        self.runs = runs
        self.cache = Cache(folder / "cache" / "metta-synth")
        self.sounds = Sounds(self.cache, [])
        self.env = os.environ | {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_CONFIG_HOME": str(folder / "config")}

    def track(self, minutes: int) -> Track:
        """The meditation at a length, spoken."""
        options = SessionOptions(length_ms=minutes * MINUTE)
        session = prepare(load_document(MEDITATION), Profile(), options, self.sounds)
        return compose(session, self.sounds, self.cache)

    def spoken(self, text: str) -> Track:
        """A script's track."""
        session = prepare(parse(Source("bench", text), {}), Profile(), SessionOptions(), self.sounds)
        return compose(session, self.sounds, self.cache)

    def forget(self, *kinds: str) -> None:
        """Takes kinds of entries out of the cache; all where none is named."""
        for folder in [self.cache.folder / kind for kind in kinds] or [self.cache.folder]:
            shutil.rmtree(folder, ignore_errors=True)

    def write(self, track: Track, name: str = "ours.mp3") -> None:
        """Exports a track with nothing of it encoded before."""
        self.forget("mp3")
        export(track.mix, self.folder / name, track.metadata, self.cache)

    def pcm(self, track: Track) -> Path:
        """The mix of a track as a WAV file of 16 bits."""
        path = self.folder / "mix.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(48_000)
            for block in track.mix.blocks():
                file.writeframes(block.set_sample_width(2).raw_data)
        return path

    def plain(self, pcm: Path) -> None:
        """What anyone would type."""
        self.run(ffmpeg(), "-v", "error", "-y", "-i", str(pcm), "-q:a", "4", str(self.folder / "plain.mp3"))

    def metta(self, *arguments: str) -> None:
        """The command, in this folder."""
        self.run(*METTA, *arguments)

    def peak_mb(self, *arguments: str) -> float:
        """The most memory that any process of the command has, in megabytes."""
        code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL); "
        code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        told = subprocess.run(
            (sys.executable, "-c", code, *METTA, *arguments),
            check=True, cwd=self.folder, env=self.env, stdout=subprocess.PIPE,
        )  # fmt: skip
        return int(told.stdout) / 1024

    def run(self, *command: str) -> None:
        """A process, that must succeed."""
        subprocess.run(command, check=True, cwd=self.folder, env=self.env, stdout=subprocess.DEVNULL)

    def compare(
        self,
        name: str,
        what: str,
        baseline: str,
        at_most: float,
        ours: Callable[[], object],
        theirs: Callable[[], object],
        before: Callable[[], object] = lambda: None,
    ) -> Figure:
        """Medians of the seconds that both take, turn by turn; ``before`` is done before ours, uncounted."""
        pairs = []
        for _ in range(self.runs):
            before()
            pairs.append((seconds(ours), seconds(theirs)))
        ours_s, theirs_s = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(one / other for one, other in pairs)
        return Figure(name, what, baseline, ours_s, theirs_s, ratio, at_most)


def seconds(do: Callable[[], object]) -> float:
    """How long something takes."""
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def encoding(bench: Bench) -> Figure:
    """All cores and mixing against one encoder of what is mixed already."""
    track = bench.track(20)
    pcm = bench.pcm(track)
    return bench.compare(
        "export", "20 min, speech at hand: mix, encode, tag", "ffmpeg -q:a 4 of the same PCM", 0.6,
        lambda: bench.write(track), lambda: bench.plain(pcm),
    )  # fmt: skip


def cold(bench: Bench) -> Figure:
    """A render on a machine that has spoken nothing yet."""
    pcm = bench.pcm(bench.track(20))
    return bench.compare(
        "cold", "20 min, nothing at hand: the whole command", "ffmpeg -q:a 4 of the same PCM", 0.7,
        lambda: bench.metta("render", MEDITATION, "--length", "20m", "-o", "cold.mp3"),
        lambda: bench.plain(pcm),
        before=bench.forget,
    )  # fmt: skip


def common_way(bench: Bench) -> Figure:
    """The program that one finds everywhere: sentences overlaid, one after the other, on one long segment."""
    track = bench.track(10)
    spoken = [
        (cue.start_ms, AudioSegment.from_file(_clip(bench, track, number), format="wav"))
        for number, cue in enumerate(track.timeline.speech)
    ]

    def overlay() -> None:
        whole = AudioSegment.silent(track.timeline.duration_ms, frame_rate=48_000).set_channels(2)
        for start_ms, segment in spoken:
            whole = whole.overlay(segment, position=start_ms)
        whole.export(bench.folder / "common.mp3", format="mp3", parameters=["-q:a", "4"]).close()

    return bench.compare(
        "common way", "10 min, speech at hand: mix, encode, tag", "pydub: overlay all on one segment, export", 0.5,
        lambda: bench.write(track), overlay,
    )  # fmt: skip


def _clip(bench: Bench, track: Track, number: int) -> Path:
    """A sentence as a WAV file; without a bed, a bell or a level, which the common way has not either."""
    path = bench.folder / f"{number}.wav"
    clip = track.clips[number]
    segment = AudioSegment(clip.entry.read(), sample_width=2, frame_rate=clip.rate, channels=2)
    segment.set_frame_rate(48_000).export(path, format="wav").close()
    return path


def edit(bench: Bench) -> Figure:
    """The same command again, after one sentence was changed."""
    script = bench.folder / "edited.md"
    command = ("render", "edited.md", "--length", "20m", "-o", "edited.mp3")
    text = find_script(MEDITATION).read_text(encoding="utf-8")
    words = iter(("a friend", "a good friend", "an old friend", "a dear friend", "a kind friend", "a near friend"))

    def first() -> None:
        bench.forget("mp3")
        (bench.folder / "edited.mp3").unlink(missing_ok=True)
        script.write_text(text, encoding="utf-8")
        bench.metta(*command)

    def again() -> None:
        sentence = "Perhaps one wish has come closer than the others."
        assert sentence in text
        script.write_text(text.replace(sentence, f"Perhaps one wish has become {next(words)}."), encoding="utf-8")
        bench.metta(*command)

    pairs = []
    for _ in range(bench.runs):
        whole = seconds(first)
        pairs.append((seconds(again), whole))
    ours_s, theirs_s = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    return Figure("edit", "the command again after one changed sentence", "its first run", ours_s, theirs_s, ratio, 0.1)


def _workshop(bench: Bench, people: int) -> float:
    """Nothing at hand: a roster of so many people, and everybody's track. The megabytes of the largest process."""
    bench.forget()
    shutil.rmtree(bench.folder / "out", ignore_errors=True)
    names = [f"{first} {second}" for second in SECOND for first in FIRST]
    (bench.folder / "roster.csv").write_text("name\n" + "\n".join(names[:people]) + "\n", encoding="utf-8")
    (bench.folder / "workshop.md").write_text(WORKSHOP, encoding="utf-8")
    return bench.peak_mb("batch", "roster.csv", "--together", "--meditation", "workshop.md", "-o", "out")


def _alone(bench: Bench) -> None:
    """Nothing at hand: one of them."""
    bench.forget()
    (bench.folder / "workshop.md").write_text(WORKSHOP, encoding="utf-8")
    bench.metta("render", "workshop.md", "--name", "Ana Adler", "-o", "one.mp3")


def workshop(bench: Bench) -> Figure:
    """Thirty people in step."""
    return bench.compare(
        "workshop", "30 people, 20 min with 12 sentences of their own, --together, nothing at hand", "one render of it",
        3, partial(_workshop, bench, 30), partial(_alone, bench),
    )  # fmt: skip


def many(bench: Bench) -> tuple[Figure, Figure]:
    """Three hundred people in step, their time and their memory; once, as it takes minutes."""
    (most_s, most_mb), (least_s, least_mb) = (_timed(bench, people) for people in (300, 30))
    what = "300 people, --together, nothing at hand"
    return (
        Figure("many", what, "30 people", most_s, least_s, most_s / least_s, 10.5),
        Figure("memory", f"MB: {what}", "30 people", most_mb, least_mb, most_mb / least_mb, 1.1),
    )


def _timed(bench: Bench, people: int) -> tuple[float, float]:
    """The seconds of a workshop, and the megabytes of its largest process."""
    peaks: list[float] = []
    return seconds(lambda: peaks.append(_workshop(bench, people))), peaks[0]


def memory(bench: Bench) -> Figure:
    """What the largest process of a render takes, with nothing at hand."""
    peaks = []
    for minutes in (60, 10):
        bench.forget()
        peaks.append(bench.peak_mb("render", MEDITATION, "--length", f"{minutes}m", "-o", "long.mp3"))
    most, least = peaks
    return Figure("memory", "MB: 60 minutes, nothing at hand", "10 minutes", most, least, most / least, 1.1)


SAY = """
import json, sys, wave
import numpy as np
from hibari import Hibari

voice = Hibari()
with wave.open("bare.wav", "wb") as file:
    file.setparams((1, 2, 24000, 0, "NONE", None))
    for text in json.load(open("sentences.json")):
        file.writeframes((voice(text, speed=0.81, seed=0) * 32767).astype("<i2").tobytes())
"""
"""The natural voice by itself, one sentence after the other."""

FIRST_SOUND = """
import os, sys
from synth.app.playing import prepare_meditation
from synth.app.session_request import SessionRequest
from synth.app.workspace import open_workspace
from synth.outputs.memory import MemorySink
from synth.profiles import NO_PROFILE


class NoKeys:
    def pressed(self, played_ms):
        return ()


class Heard(MemorySink):
    def write(self, block):
        if any(block.raw_data):
            os._exit(0)


request = SessionRequest(profile_name=NO_PROFILE, voice="natural", bed="none", bell="none")
prepare_meditation(sys.argv[1], request, open_workspace()).player().play(Heard, NoKeys())
"""
"""A session without bell and bed, played until its first word sounds."""


def natural(bench: Bench) -> Figure:
    """A cold render by the natural voice, against the voice alone and one encoder, one after the other."""
    options = SessionOptions(length_ms=12 * MINUTE, voice="natural")
    session = prepare(load_document(MEDITATION), Profile(), options, bench.sounds)
    track = compose(session, bench.sounds, bench.cache)
    pcm = bench.pcm(track)
    sentences = list(dict.fromkeys(cue.text for cue in track.timeline.speech))
    (bench.folder / "sentences.json").write_text(json.dumps(sentences), encoding="utf-8")

    def bare() -> None:
        bench.run(sys.executable, "-c", SAY)
        bench.plain(pcm)

    return bench.compare(
        "natural", "12 min by the natural voice, nothing at hand: the whole command",
        "its bare synthesis of the sentences and ffmpeg -q:a 4", 1.0,
        lambda: bench.metta("render", MEDITATION, "--length", "12m", "--voice", "natural", "-o", "natural.mp3"),
        bare, before=bench.forget,
    )  # fmt: skip


def first_sound(bench: Bench) -> Figure:
    """How long one waits for the first word of a live session that was never spoken."""
    (bench.folder / "sentences.json").write_text('["Hello, friend."]', encoding="utf-8")
    return bench.compare(
        "first sound", "play by the natural voice, nothing at hand, no bell: until the first word sounds",
        "the voice alone: loaded, one short sentence said", 2,
        lambda: bench.run(sys.executable, "-c", FIRST_SOUND, MEDITATION),
        lambda: bench.run(sys.executable, "-c", SAY), before=bench.forget,
    )  # fmt: skip


def start(bench: Bench) -> Figure:
    """How long one waits for the help."""
    return bench.compare(
        "start", "metta --help", 'python -c "import click"', 1.7,
        lambda: bench.run(*METTA, "--help"), lambda: bench.run(sys.executable, "-c", "import click"),
    )  # fmt: skip


def scale(bench: Bench) -> Figure:
    """Seconds for a minute of track, from 5 minutes to 80, as much being said in each: the most against the least."""
    each = {}
    for minutes in (5, 10, 20, 40, 80):
        track = bench.spoken(
            "---\ntitle: Scale\nbed: {sound: ocean}\n---\n"
            + "\n\n".join(f"This is minute {n}, and one may notice the breath. [pause 25s]" for n in range(2 * minutes))
        )
        cost = statistics.median(seconds(partial(bench.write, track)) for _ in range(bench.runs))
        each[minutes] = cost / track.timeline.duration_ms * MINUTE
    most, least = max(each.values()), min(each.values())
    what = ", ".join(f"{minutes} min: {1000 * cost:.0f} ms" for minutes, cost in each.items())
    return Figure("scale", f"a minute of track in {what}", "the least of them", most, least, most / least, 1.15)


FIGURES = (encoding, cold, natural, first_sound, common_way, edit, workshop, many, memory, start, scale)


@contextmanager
def open_bench(runs: int) -> Iterator[Bench]:
    """A bench in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="metta-bench-") as folder:
        yield Bench(Path(folder), runs)


def main() -> None:
    """Prints the table, or its JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figures", nargs="*", help=", ".join(figure.__name__ for figure in FIGURES))
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--runs", type=int, default=3, help="how many times each")
    asked = parser.parse_args()
    machine = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
    }
    figures: list[Figure] = []
    for figure in FIGURES:
        if asked.figures and figure.__name__ not in asked.figures:
            continue
        with open_bench(asked.runs) as bench:
            told = figure(bench)
        for made in told if isinstance(told, tuple) else (told,):
            figures.append(made)
            if not asked.json:
                print(
                    f"{made.name:<11} {made.ratio:5.2f}  (at most {made.at_most:g})  {made.ours:7.2f} against "
                    f"{made.baseline_was:7.2f}: {made.what}; {made.baseline}",
                    flush=True,
                )
    if asked.json:
        print(json.dumps({"machine": machine, "figures": [asdict(made) for made in figures]}))
    else:
        print(", ".join(f"{name} {value}" for name, value in machine.items()))


if __name__ == "__main__":
    main()

"""A track for everybody on a roster: what is made of it, and that nobody hears another's name."""

import hashlib
import json
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.batches import Desk
from helpers.sound import Studio, ebur128, one_line, script
from mutagen.id3 import ID3

from synth import errors
from synth.audio.ffmpeg import decode
from synth.audio.pcm import FRAME_BYTES
from synth.batch.library import Library
from synth.batch.planning import BatchSettings, plan_batch
from synth.batch.roster import read_roster
from synth.batch.run import make_batch, make_track
from synth.batch.storage import LocalStorage
from synth.content_cache import Cache
from synth.errors import ScriptError, StorageError
from synth.formats.provenance import Provenance
from synth.formats.track_file import read_timeline
from synth.personalise.listener import SessionOptions
from synth.personalise.session import Utterance
from synth.pipeline import Progress
from synth.sounds.collection import Sounds
from synth.source import Place, Problem
from synth.timeline.timeline_json import to_json
from synth.verify.checks import prove

HELLO = script(
    "Hello {name}. [pause 300ms..20s]\n\n[each p in phrases]\n{p} [pause 300ms]\n[end]",
    ["slots: {name: {}, phrases: {type: phrases, default: [happy]}}"],
    title="Hello",
)
FRIEND = script("Think of {friend}.", ["slots: {friend: {ask: Who is a friend?}}"], title="A friend")
HALLO = script("Hallo {name}.", ["language: de", "slots: {name: {}}"], title="Hallo")
RETREAT = script(
    "[bell chime]\n\nDear {name}, welcome. [pause 2s..]\n\n[repeat 2]\nMay {name} be well. [pause 3s..]\n[end]\n"
    "# Closing\n\nGoodbye. [pause 2s..] [bell chime x2]",
    ["length: 50s", "bed: {sound: rain}", "slots: {name: {}}"],
    title="Retreat",
)
WORLD = (
    "Łukasz", "Nguyễn", "O'Brien", "李小龍", "Ångström", "A/B\\C: D", "🌻 Rosa 👩‍👩‍👧", "L" * 200, "CON", "Anneliese",
    "Anneliese", "anneliese", "../../etc/passwd", '=HYPERLINK("http://x.y","click")', "…", "Zoë-Marie…. ",
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    for name, text in {
        "hello.md": HELLO,
        "friend.md": FRIEND,
        "hallo.md": HALLO,
        "retreat.md": RETREAT,
    }.items():
        desk.write(name, text)
    return desk


def provenance_in(track: Path) -> Provenance:
    provenance = read_timeline(track).provenance
    assert provenance
    return provenance


def utterances_in(track: Path) -> tuple[Utterance, ...]:
    return provenance_in(track).utterances


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Library]:
    desk = Desk(tmp_path_factory.mktemp("world"))
    desk.write("hello.md", HELLO)
    roster = desk.write("people.yaml", "\n".join(f"- name: {json.dumps(name, ensure_ascii=False)}" for name in WORLD))
    plan = desk.plan(roster, "hello.md")
    assert not plan.failures
    return desk, make_batch(plan, LocalStorage(desk.folder / "out"))


class TestWorld:
    def test_has_a_file_for_everybody(self, world: tuple[Desk, Library]) -> None:
        desk, library = world
        assert len(library.tracks) == len(WORLD)
        assert len(list(desk.folder.glob("out/*/hello.mp3"))) == len(WORLD)
        assert set(desk.folder.iterdir()) == {
            desk.folder / name for name in ("hello.md", "people.yaml", "out", "cache")
        }

    def test_hears_its_own_name(self, world: tuple[Desk, Library]) -> None:
        desk, library = world
        for name, path in zip(WORLD, library.paths, strict=True):
            assert desk.said(path)[0] == f"Hello {name.strip()}."

    def test_hears_no_other_name(self, world: tuple[Desk, Library]) -> None:
        """Looked for in the bytes, the tags, and the timeline with its provenance unpacked."""
        desk, library = world
        for own, path in zip(WORLD, library.paths, strict=True):
            file = desk.folder / "out" / path
            tags = "\n".join(frame.pprint().partition("=")[2] for frame in ID3(file).values())
            embedded = read_timeline(file)
            words = tags + json.dumps(to_json(embedded.timeline), ensure_ascii=False) + repr(embedded.provenance)
            assert own.strip() in words
            for other in set(WORLD) - {own, "…"}:
                assert other not in words.replace(own, "")
                if len(other.encode()) > 5:  # three letters come together in any sound
                    assert other.encode() not in file.read_bytes()

    def test_is_proven_in_a_real_voice(self, desk: Desk) -> None:
        desk.write("a.csv", "name,say_as\nŁukasz,woo cash\nO'Brien,\n李小龍,\n")
        run = desk.batch("a.csv", "-o", "out", "--meditation", "hello.md", voice="pyttsx3", jobs=2)
        assert (run.returncode, run.stderr) == (0, "")
        cache = Cache(desk.folder / "home" / "cache" / "metta-synth")
        for name in ("Łukasz", "O'Brien", "李小龍"):
            proof = prove(desk.folder / "out" / name / "hello.mp3", cache, Sounds(cache, []))
            assert proof.passed, proof.reasons
        assert "woo cash" in utterances_in(desk.folder / "out" / "Łukasz" / "hello.mp3")[0].spoken

    def test_is_as_long_and_as_loud_as_the_library_tells(self, desk: Desk) -> None:
        said = "Find a way of sitting that suits you, {name}, and let your eyes be open or closed. [pause 2s]"
        desk.write("calm.md", script("\n\n".join([said] * 8), ["slots: {name: {}}"]))
        desk.write("a.csv", "name\nAna\n")
        assert desk.batch("a.csv", "-o", "out", "--meditation", "calm.md", voice="pyttsx3").returncode == 0
        (entry,) = desk.library()["tracks"]
        track = desk.folder / "out" / "Ana" / "calm.mp3"
        loudness, _ = ebur128(track)
        assert entry["lufs"] == pytest.approx(loudness, abs=0.11), "ffmpeg tells one decimal"
        assert entry["length_ms"] == read_timeline(track).timeline.duration_ms
        assert entry["sha256"] == hashlib.sha256(track.read_bytes()).hexdigest()


BAD_ROWS = """\
name,length,friend,voice,language,meditations
Ana,,Tom,,,
Bo,soon,Tom,,,
,,Tom,,,
Cy,,,,,
Di,1h,Tom,,,hello.md
Ed,,Tom,tuba,,
Fa,,Tom,,de,
Gil,,Tom,,,helo.md
Hy,,Tom,,,hallo.md|friend.md
Io,,Tom,,,friend.md,more
Jo,-3m,,,,
"""


class TestFaults:
    def test_are_told_with_their_row_and_the_others_are_made(self, desk: Desk) -> None:
        desk.write("a.csv", BAD_ROWS)
        run = desk.batch("a.csv", "-o", "out", "--meditation", "friend.md")
        assert run.returncode == 1
        assert run.stdout == "out: 3 made, 0 there already, 11 failed\n"
        told = [line.partition(": ")[::2] for line in run.stderr.splitlines()]
        assert [place for place, _ in told] == [f"a.csv:{line}" for line in (3, 4, 5, 6, 6, 7, 8, 9, 11, 12, 12)]
        for (_, says), expected in zip(
            told,
            [
                "Bo: length: 'soon' is not a duration.*",
                "nobody: the name is empty",
                r"Cy \(friend\.md\): 'A friend' needs friend=… \(Who is a friend\?\)",
                "Di: friend: 'Tom' is said in none of the meditations asked for here.*",
                r"Di \(hello\.md\): 1h is out of reach.*",
                r"Ed \(friend\.md\): there is no speech engine 'tuba'.*",
                r"Fa \(friend\.md\): 'A friend' is spoken in 'en', and this row asks for 'de'.*",
                r"Gil \(helo\.md\): helo\.md: there is no such file",
                "Io: 'more' stands in no column.*",
                "Jo: length: a duration can't be negative.*",
                r"Jo \(friend\.md\): 'A friend' needs friend=….*",
            ],
            strict=True,
        ):
            assert re.fullmatch(expected, says), says
        assert set(desk.statuses()) == {"Ana/friend.mp3", "Hy/hallo.mp3", "Hy/friend.mp3"}
        failures = desk.library()["failures"]
        assert [failure["line"] for failure in failures] == [3, 4, 5, 6, 6, 7, 8, 9, 11, 12, 12]
        assert all(failure["reason"] in run.stderr for failure in failures)

    @pytest.mark.parametrize(
        ("text", "near"),
        [("name,lenght\n", "length"), ("name,Frined\n", "friend"), ("name,phrase1\n", "phrase_1")],
    )
    def test_with_an_unknown_column_is_no_roster(self, desk: Desk, text: str, near: str) -> None:
        roster = desk.write("a.csv", f"{text}Ana,x\n")
        with pytest.raises(ScriptError, match=rf"a\.csv:1:1: error: unknown column '.*'; did you mean '{near}'\?"):
            desk.plan(roster, "hello.md", "friend.md")

    def test_stop_everything_where_that_is_asked(self, desk: Desk) -> None:
        desk.write("a.csv", "name,length\nAna,\nBo,soon\n")
        run = desk.batch("a.csv", "-o", "out", "--meditation", "hello.md", "--strict")
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr.startswith("a.csv:3: Bo: length: 'soon'")
        assert not (desk.folder / "out").exists()

    @pytest.mark.parametrize(
        ("options", "code", "told"),
        [
            (["--meditation", "hello.md"], 2, "-o DIR"),
            (["-o", "out"], 2, "--meditation NAME"),
            (["-o", "out", "--meditation", "hello.md", "--quality", "V11"], 2, "V11"),
            (["-o", "out", "--meditation", "helo.md"], 1, r"helo\.md: there is no such file"),
            (["-o", "a.csv", "--meditation", "hello.md"], 3, r"a\.csv: this folder can't be made"),
        ],
    )
    def test_of_the_command_are_told_in_a_line(self, desk: Desk, options: list[str], code: int, told: str) -> None:
        desk.write("a.csv", "name\nAna\n")
        run = desk.batch("a.csv", *options)
        assert (run.returncode, run.stdout) == (code, "")
        assert re.search(told, run.stderr.splitlines()[-1])
        assert not (desk.folder / "out").exists()

    def test_in_the_making_fail_one_track_alone(self, desk: Desk) -> None:
        """By the estimates, which are for a slower voice than the tones, the length can be had."""
        words = "These are many words, which the voice of tones says faster than any other voice would say them. "
        desk.write("words.md", script(f"{words * 3}\n\n{{name}}. [pause 1s..2s]", ["slots: {name: {}}"]))
        plan = desk.plan(desk.write("a.csv", "name,length\nAna,\nBo,28s\nCy,\n"), "words.md")
        assert not plan.failures
        library = make_batch(plan, LocalStorage(desk.folder / "out"))
        assert [*desk.statuses()] == ["Ana/words.mp3", "Cy/words.mp3"]
        (failure,) = library.failures
        assert (failure.line, failure.name) == (3, "Bo")
        assert failure.reason.startswith("28s is out of reach: with this voice")
        assert desk.library()["failures"][0]["reason"] == failure.reason

    @pytest.mark.parametrize(
        "kind",
        [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.MettaError)],
    )
    def test_cross_to_another_process(self, kind: type[errors.MettaError]) -> None:
        problems = (Problem(Place("a.md", 1, 2), "what is wrong"),)
        special: dict[type[errors.MettaError], tuple[Any, ...]] = {
            ScriptError: (problems,),
            errors.OptionError: ("rate", "what is wrong"),
            errors.PronunciationError: (Place("a.md", 1, 2), "what is wrong"),
        }
        error = kind(*special.get(kind, ("what is wrong",)))
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), copy.args, str(copy)) == (kind, error.args, str(error))
        assert getattr(copy, "problems", None) == getattr(error, "problems", None)


class TestAgain:
    def test_makes_nothing_that_is_there(self, desk: Desk) -> None:
        desk.write("a.csv", "name\nAna\nBo\n")
        first = desk.batch("a.csv", "-o", "out", "--meditation", "hello.md", "--json")
        assert json.loads(first.stdout) == desk.library()
        before = desk.files()
        times = {path: path.stat().st_mtime_ns for path in desk.folder.glob("out/*/*.mp3")}
        run = desk.batch("a.csv", "-o", "out", "--meditation", "hello.md")
        assert (run.returncode, run.stdout) == (0, "out: 0 made, 2 there already, 0 failed\n")
        assert {path: path.stat().st_mtime_ns for path in desk.folder.glob("out/*/*.mp3")} == times
        assert desk.files() == before | {"library.json": before["library.json"].replace(b'"made"', b'"unchanged"')}

    def test_makes_what_is_changed_alone(self, desk: Desk) -> None:
        roster = desk.write("a.csv", "name,say_as\nAna,\nBo,\nCy,\nDi,\n")
        out = desk.folder / "out"
        make_batch(desk.plan(roster, "hello.md"), LocalStorage(out))
        desk.write("a.csv", "name,say_as\nAna,\nBo,bow\nCy,\nDi,\n")
        (out / "Cy" / "hello.mp3").write_bytes(b"damaged")
        (out / "Di" / "hello.mp3").unlink()
        library = make_batch(desk.plan(roster, "hello.md"), LocalStorage(out))
        assert library.count("unchanged") == 1
        assert desk.statuses() == {
            "Ana/hello.mp3": "unchanged", "Bo/hello.mp3": "made", "Cy/hello.mp3": "made", "Di/hello.mp3": "made",
        }  # fmt: skip

    @pytest.mark.parametrize("change", ["script", "bell", "length", "quality"])
    def test_knows_what_a_track_is_made_of(self, desk: Desk, change: str) -> None:
        studio = Studio(desk.folder, Cache(desk.folder / "cache"))
        studio.keep("own.wav", np.sin(np.arange(9_600) / 20))
        text = script("[bell own.wav]\n\nHello {name}. [pause 1s..9s]", ["slots: {name: {}}"])
        desk.write("bell.md", text)
        roster = desk.write("a.csv", "name\nAna\n")

        def key(options: SessionOptions, quality: str | None = None) -> str:
            settings = BatchSettings(studio.cache, -16.0, quality)
            (job,) = plan_batch(read_roster(roster), [str(desk.folder / "bell.md")], options, settings).jobs
            return job.key

        options = SessionOptions(voice="tones")
        before = key(options)
        assert key(options) == before
        if change == "script":
            desk.write("bell.md", text.replace("Hello", "Good day"))
        elif change == "bell":
            studio.keep("own.wav", np.sin(np.arange(9_600) / 21))
        asked = SessionOptions(voice="tones", length_ms=7_000) if change == "length" else options
        assert key(asked, "V2" if change == "quality" else None) != before


class TestTogether:
    def cues(self, desk: Desk, folder: str, *kinds: str) -> dict[str, list[dict[str, Any]]]:
        return {
            path.parent.name: [cue for cue in to_json(read_timeline(path).timeline)["cues"] if cue["kind"] in kinds]
            for path in desk.folder.glob(f"{folder}/*/retreat.mp3")
        }

    def test_one_bell_rings_for_all(self, desk: Desk) -> None:
        desk.write("a.csv", f"name\nAna\nBo\n{'Maximiliana ' * 3}\n")
        asked = ("--meditation", "retreat.md", "--together", "--loudness", "-20")
        run = desk.batch("a.csv", "-o", "out", *asked, jobs=2)
        assert (run.returncode, run.stdout) == (0, "out: 3 made, 0 there already, 0 failed\n")
        ana, bo, max_ = self.cues(desk, "out", "bell", "silence", "bed").values()
        assert ana == bo == max_
        assert {track["length_ms"] for track in desk.library()["tracks"]} == {50_000}
        cache = Cache(desk.folder / "cache")
        for path in desk.folder.glob("out/*/retreat.mp3"):
            proof = prove(path, cache, Sounds(cache, []))
            assert not [check for check in proof.checks if not check.passed]

    def test_what_all_hear_is_the_same_sound(self, desk: Desk) -> None:
        """Between their names, tracks are one and the same."""
        roster = desk.write("a.csv", "name\nAna\nEva\n")
        make_batch(desk.plan(roster, "retreat.md", together=True), LocalStorage(desk.folder / "out"))
        ana, eva = (b"".join(decode(desk.folder / "out" / name / "retreat.mp3")) for name in ("Ana", "Eva"))
        assert len(ana) == len(eva)
        second = 48_000 * FRAME_BYTES
        alike = [ana[at : at + second] == eva[at : at + second] for at in range(0, len(ana), second)]
        assert alike[0], "the bell"
        assert alike[-6:] == [True] * 6, "the bells at the end"
        assert 0.8 < sum(alike) / len(alike) < 1

    def test_all_are_as_loud(self, desk: Desk) -> None:
        for together, longest in ((True, "Maximiliana " * 12), (False, "Ida")):
            roster = desk.write("a.csv", f"name\nAna\nEva\n{longest}\n")
            folder = desk.folder / str(together)
            make_batch(desk.plan(roster, "retreat.md", together=together), LocalStorage(folder))
            assert len({provenance_in(path).levels.voice_lufs for path in folder.glob("*/*.mp3")}) == 1

    def test_somebody_more_changes_only_what_must_change(self, desk: Desk) -> None:
        out = LocalStorage(desk.folder / "out")
        for names, unchanged in (("Ana\nEva\n", 0), ("Ana\nEva\nBo\n", 2), ("Ana\nEva\nMaximiliana\n", 0)):
            roster = desk.write("a.csv", "name\n" + names)
            library = make_batch(desk.plan(roster, "retreat.md", together=True), out)
            assert library.count("unchanged") == unchanged

    def test_who_wants_another_length_is_told(self, desk: Desk) -> None:
        desk.write("a.csv", "name,length\nAna,\nBo,3m\nCy,\n")
        run = desk.batch("a.csv", "-o", "out", "--meditation", "retreat.md", "--together")
        assert run.returncode == 1
        assert run.stdout == "out: 2 made, 0 there already, 1 failed\n"
        assert run.stderr.startswith("a.csv:3: Bo (retreat.md): in step, all tracks have one length: the first asks")
        assert one_line(run.stderr.strip())

    def test_alone_all_keep_to_the_first_plan(self, desk: Desk) -> None:
        roster = desk.write("a.csv", "name\nAna\nMaximiliana\n")
        make_batch(desk.plan(roster, "retreat.md"), LocalStorage(desk.folder / "out"))
        ana, other = self.cues(desk, "out", "speech", "bell").values()
        assert [cue["start_ms"] for cue in ana] == [cue["start_ms"] for cue in other]
        assert [cue["end_ms"] for cue in ana] != [cue["end_ms"] for cue in other]


class TestExecutor:
    def test_may_be_any(self, desk: Desk) -> None:
        plan = desk.plan(desk.write("a.csv", "name\nAna\nBo\nCy\n"), "hello.md")
        told: list[tuple[str, int, int]] = []

        def bar(stage: str) -> AbstractContextManager[Progress]:
            return nullcontext(lambda done, of: told.append((stage, done, of)))

        make_batch(plan, LocalStorage(desk.folder / "alone"))
        with ThreadPoolExecutor(2) as executor:
            make_batch(plan, LocalStorage(desk.folder / "out"), executor, bar=bar)
        assert desk.files() == desk.files("alone")
        assert told == [("speaking", 4, 4), ("making", 1, 3), ("making", 2, 3), ("making", 3, 3)]


class TestAnonymous:
    def test_tells_no_name_outside_of_the_tracks(self, desk: Desk) -> None:
        desk.write("a.csv", "name,say_as,length,voice\nAna Nass,ahna,,\nBoris,,soon,\nCyrill,,,\nDinah,,,tones:Dinah\n")
        run = desk.batch("a.csv", "-o", "out", "--meditation", "hello.md", "--anonymous", "--json")
        assert run.returncode == 1
        assert set(desk.files()) == {"001/hello.mp3", "003/hello.mp3", "library.json"}
        assert json.loads(run.stdout) == desk.library()
        for word in ("Ana", "Nass", "ahna", "Boris", "soon", "Cyrill", "Dinah"):
            assert word not in run.stdout
        assert [(failure["line"], failure["person"]) for failure in desk.library()["failures"]] == [
            (3, "002"),
            (5, "004"),
        ]
        assert "there is no voice 'Dinah'" in run.stderr
        assert desk.said("001/hello.mp3")[0] == "Hello Ana Nass."


class TestListener:
    def test_of_the_command_stays_out_of_it(self, desk: Desk) -> None:
        profiles = desk.folder / "home" / "config" / "metta-synth" / "profiles"
        profiles.mkdir(parents=True)
        (profiles / "me.yaml").write_text("name: Sigrun\nphrases: [May I keep this to myself.]\n", encoding="utf-8")
        desk.write("a.csv", "name,phrase_1,phrases\nAna,,\nBo,May I rest.,\nCy,,safe|peaceful\n")
        run = desk.batch("a.csv", "-o", "out", "--meditation", "hello.md", "--length", "15s")
        assert (run.returncode, run.stderr) == (0, "")
        assert desk.said("Ana/hello.mp3") == ["Hello Ana.", "May I be happy."]
        assert desk.said("Bo/hello.mp3") == ["Hello Bo.", "May I rest."]
        assert desk.said("Cy/hello.mp3")[1:] == ["May I be safe.", "May I be peaceful."]


class TestOptionsForAll:
    @pytest.mark.parametrize(
        ("options", "code", "told"),
        [
            (("--voice", "nobody"), 3, "there is no speech engine 'nobody'.*"),
            (("--voice", "tones:nobody"), 3, "there is no voice 'nobody'.*"),
            (("--bed", "oceann"), 1, "there is no bed 'oceann'; did you mean 'ocean'.*"),
            (("--bell", "bwol"), 1, "there is no bell 'bwol'; did you mean 'bowl'.*"),
        ],
    )
    def test_that_nobody_can_have_are_told_once(
        self, desk: Desk, options: tuple[str, ...], code: int, told: str
    ) -> None:
        desk.write("a.csv", "name\nAna\nBo\nCy\n")
        run = desk.batch("a.csv", "-o", "out", "--meditation", "hello.md", *options)
        assert (run.returncode, run.stdout) == (code, "")
        assert re.fullmatch(rf"error: {told}\n", run.stderr), run.stderr
        assert not (desk.folder / "out").exists()

    def test_may_be_had_by_some(self, desk: Desk) -> None:
        """A bed that lies beside one of the scripts is nobody's fault but the other's."""
        (desk.folder / "far").mkdir()
        desk.write("far/bed.txt", "no sound, but a file")
        desk.write("far/there.md", script("One two."))
        desk.write("a.csv", "name,meditations\nAna,hello.md\nBo,far/there.md\n")
        run = desk.batch("a.csv", "-o", "out", "--bed", "bed.txt")
        assert run.returncode == 1
        assert re.search(r"a\.csv:2: Ana \(hello\.md\): there is no bed 'bed\.txt'", run.stderr)
        assert re.search(r"a\.csv:3: Bo \(far/there\.md\): .*bed\.txt: this can't be read as sound", run.stderr)


class TestEnded:
    def test_by_a_full_disk_the_library_tells_what_was_made(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        plan = desk.plan(desk.write("a.csv", "name\nAna\nBo\n"), "hello.md")

        def until_full(job: Any, *arguments: Any) -> Any:
            if job.person == "Bo":
                raise StorageError("no room")
            return make_track(job, *arguments)

        monkeypatch.setattr("synth.batch.run.make_track", until_full)
        with pytest.raises(StorageError):
            make_batch(plan, LocalStorage(desk.folder / "out"))
        assert desk.statuses() == {"Ana/hello.mp3": "made"}


class TestReel:
    def test_says_every_name_as_it_will_be_said(self, desk: Desk) -> None:
        desk.write("a.csv", "name;say_as;voice\nAna;;\nŁukasz;woo cash;tones\n;;\n{x} [bell];;\n")
        run = desk.batch("a.csv", "--name-reel", "reel.mp3", "--meditation", "hello.md")
        assert (run.returncode, run.stderr) == (0, "")
        assert desk.said("reel.mp3", ".") == ["1: Ana.", "2: Łukasz.", "3: {x} [bell]."]
        assert utterances_in(desk.folder / "reel.mp3")[1].spoken == "2: woo cash."
        assert not (desk.folder / "out").exists()

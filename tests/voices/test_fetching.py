"""Fetching a voice from a server on this machine: whole or not at all, gone on with, every fault told in a line."""

import hashlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from synth.errors import StorageError, VoiceError
from synth.voices.fetchable import FetchableVoice, RemoteFile
from synth.voices.fetching import fetch

MODEL, SETTINGS = bytes(range(256)) * 4000, b'{"a": 1}'


@dataclass
class Shop:
    """What a server has and how it behaves; ``asked`` is the Range of every request, in order."""

    files: dict[str, bytes] = field(default_factory=lambda: {"/a.onnx": MODEL, "/a.onnx.json": SETTINGS})
    ranges: bool = True
    status: int = 0
    cut: int | None = None
    silent: threading.Event | None = None
    leads_to: str = ""
    asked: list[tuple[str, str | None]] = field(default_factory=list)


class Keeper(BaseHTTPRequestHandler):
    shop: Shop

    def do_GET(self) -> None:
        shop, asked = self.shop, self.headers["Range"]
        shop.asked.append((self.path, asked))
        if shop.silent:
            shop.silent.wait(30)
            return
        if shop.leads_to:
            self.send_response(302)
            self.send_header("Location", shop.leads_to)
            self.end_headers()
            return
        if shop.status or self.path not in shop.files:
            self.send_error(shop.status or 404)
            return
        content = shop.files[self.path]
        start = int(re.findall(r"\d+", asked)[0]) if asked and shop.ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        self.wfile.write(content[start : None if shop.cut is None else start + shop.cut])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on standard error."""


@dataclass
class Served:
    shop: Shop
    url: str

    def voice(self, **others: str) -> FetchableVoice:
        files = tuple(
            RemoteFile(f"{self.url}/{name}", len(content), others.get(name) or hashlib.sha256(content).hexdigest())
            for name, content in (("a.onnx", MODEL), ("a.onnx.json", SETTINGS))
        )
        return FetchableVoice("a", "piper", ("en-us",), files, "CC0-1.0")


@pytest.fixture
def served() -> Iterator[Served]:
    shop = Shop()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("OneKeeper", (Keeper,), {"shop": shop})) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Served(shop, f"http://127.0.0.1:{server.server_port}")
        if shop.silent:
            shop.silent.set()
        server.shutdown()
        thread.join()


def visible(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def refused(served: Served, folder: Path, **settings: float) -> str:
    """The one line of a fetch that fails, after which no file is there."""
    with pytest.raises(VoiceError) as raised:
        fetch(served.voice(), folder, **settings)  # type: ignore[arg-type]
    assert raised.value.exit_code == 3
    assert "\n" not in str(raised.value)
    assert not visible(folder)
    return str(raised.value)


def test_a_voice_comes_whole_and_its_bytes_are_told_on_the_way(served: Served, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    files = fetch(served.voice(), tmp_path / "new", progress=lambda done, of: told.append((done, of)))
    assert visible(tmp_path / "new") == {"a.onnx": MODEL, "a.onnx.json": SETTINGS}
    assert [file.name for file in files] == ["a.onnx", "a.onnx.json"]
    size = len(MODEL) + len(SETTINGS)
    assert told == sorted(told)
    assert len(told) > 4
    assert told[-1] == (size, size)
    assert not list((tmp_path / "new").glob("*.part"))


def test_what_is_there_is_not_fetched_again_and_what_is_damaged_is(served: Served, tmp_path: Path) -> None:
    fetch(served.voice(), tmp_path)
    (tmp_path / "a.onnx").write_bytes(MODEL[:-1] + b"!")
    served.shop.asked.clear()
    fetch(served.voice(), tmp_path)
    assert served.shop.asked == [("/a.onnx", None)]
    assert visible(tmp_path)["a.onnx"] == MODEL


def test_a_broken_connection_is_gone_on_from(served: Served, tmp_path: Path) -> None:
    served.shop.cut = 300_000
    message = refused(served, tmp_path)
    assert re.search(r"the connection ended at 300 KB of 1 MB; the same command goes on from there", message)
    served.shop.cut = None
    fetch(served.voice(), tmp_path)
    assert served.shop.asked[:2] == [("/a.onnx", None), ("/a.onnx", "bytes=300000-")]
    assert visible(tmp_path) == {"a.onnx": MODEL, "a.onnx.json": SETTINGS}


def test_a_server_without_ranges_begins_anew(served: Served, tmp_path: Path) -> None:
    served.shop.cut = 300_000
    refused(served, tmp_path)
    served.shop.cut, served.shop.ranges = None, False
    fetch(served.voice(), tmp_path)
    assert visible(tmp_path)["a.onnx"] == MODEL


@pytest.mark.parametrize("came", [MODEL[:-1] + b"!", MODEL + b"more", b"<html>" * 200_000])
def test_other_bytes_than_were_published_are_thrown_away(came: bytes, served: Served, tmp_path: Path) -> None:
    served.shop.files["/a.onnx"] = came
    assert "SHA-256" in refused(served, tmp_path)
    assert not list(tmp_path.glob(".*.part"))
    served.shop.files["/a.onnx"] = MODEL
    fetch(served.voice(), tmp_path)
    assert visible(tmp_path)["a.onnx"] == MODEL


@pytest.mark.parametrize(
    ("status", "mend"), [(404, "look for a newer metta-synth"), (503, "try again later"), (403, "try again later")]
)
def test_a_refusal_is_told_with_its_number(status: int, mend: str, served: Served, tmp_path: Path) -> None:
    served.shop.status = status
    message = refused(served, tmp_path)
    assert f"{served.url}/a.onnx: the server answers {status} (" in message
    assert message.endswith(mend)
    assert not list(tmp_path.glob(".*.part"))


def test_a_silent_server_is_given_up(served: Served, tmp_path: Path) -> None:
    served.shop.silent = threading.Event()
    assert "no answer for 0.05 s" in refused(served, tmp_path, timeout_s=0.05)


def test_where_nobody_answers_the_network_is_named(served: Served, tmp_path: Path) -> None:
    voice = served.voice()
    gone = replace(voice, files=(replace(voice.files[0], url="http://127.0.0.1:9/a.onnx"),))
    with pytest.raises(
        VoiceError, match=r"127\.0\.0\.1:9/a\.onnx: can't be reached \(.*\); is this machine on a network"
    ):
        fetch(gone, tmp_path)


@pytest.mark.parametrize("address", ["http://example.org/a.onnx", "ftp://example.org/a.onnx", "file:///etc/hostname"])
def test_only_safe_addresses_are_asked_and_followed(address: str, served: Served, tmp_path: Path) -> None:
    served.shop.leads_to = address
    message = refused(served, tmp_path)
    assert "https" in message or "not allowed" in message
    voice = served.voice()
    with pytest.raises(VoiceError, match="no https address"):
        fetch(replace(voice, files=(replace(voice.files[0], url=address),)), tmp_path)


def test_a_redirect_to_a_safe_address_is_followed(served: Served, tmp_path: Path) -> None:
    other = Shop()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("OtherKeeper", (Keeper,), {"shop": other})) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        served.shop.leads_to = f"http://127.0.0.1:{server.server_port}/a.onnx"
        voice = served.voice()
        fetch(replace(voice, files=voice.files[:1]), tmp_path)
        server.shutdown()
        thread.join()
    assert visible(tmp_path) == {"a.onnx": MODEL}
    assert other.asked == [("/a.onnx", None)]


def test_no_room_is_told_before_anything_is_fetched(served: Served, tmp_path: Path) -> None:
    voice = served.voice()
    huge = replace(voice, files=(replace(voice.files[0], size=2**62),))
    with pytest.raises(StorageError, match=r"a\.onnx takes .* GB, and .* are free; make room") as raised:
        fetch(huge, tmp_path)
    assert raised.value.exit_code == 3
    assert not served.shop.asked


def test_a_folder_that_cant_be_made_is_told(served: Served, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="file"):
        fetch(served.voice(), tmp_path / "file")


FETCH = """
import sys
from pathlib import Path
from synth.voices.fetchable import FetchableVoice, RemoteFile
from synth.voices.fetching import fetch
url, size, sha256, folder = sys.argv[1:]
voice = FetchableVoice("a", "piper", (), (RemoteFile(url, int(size), sha256),), "")
fetch(voice, Path(folder), waiting=lambda: print("waits", flush=True))
print("done")
"""


def test_two_processes_that_fetch_one_voice_both_end_well(served: Served, tmp_path: Path) -> None:
    (file, _) = served.voice().files
    arguments = [sys.executable, "-c", FETCH, file.url, str(file.size), file.sha256, str(tmp_path)]
    runs = [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [run.communicate(timeout=60)[0].split()[-1] for run in runs]
    assert said == ["done", "done"]
    assert visible(tmp_path) == {"a.onnx": MODEL}
    assert len(served.shop.asked) == 1


def test_whoever_waits_is_told(served: Served, tmp_path: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold(done: int, of: int) -> None:
        begun.set()
        go_on.wait(60)

    told: list[str] = []
    first = threading.Thread(target=fetch, args=(served.voice(), tmp_path), kwargs={"progress": hold})
    first.start()
    begun.wait(60)

    def waiting() -> None:
        told.append("waits")
        go_on.set()

    fetch(served.voice(), tmp_path, waiting=waiting)
    first.join()
    assert told == ["waits"]
    assert len(served.shop.asked) == 2


def test_ended_in_the_middle_it_goes_on_from_there(served: Served, tmp_path: Path) -> None:
    def interrupted(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(served.voice(), tmp_path, progress=interrupted)
    assert not visible(tmp_path)
    fetch(served.voice(), tmp_path)
    assert [asked for _, asked in served.shop.asked[:2]] == [None, "bytes=262144-"]
    assert visible(tmp_path)["a.onnx"] == MODEL

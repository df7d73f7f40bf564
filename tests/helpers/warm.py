"""The command, run as often as tests ask for it, without being imported anew each time.

A server has imported all of it; for each run it forks a process of its own, with the arguments, folder, environment and
files it is given, in which ``metta`` is called as its console script does. What is imported when, and what a signal
does meanwhile, is not seen this way: tests of that start the installed command.
"""

import atexit
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any


def run(
    arguments: Sequence[str], folder: Path, env: Mapping[str, str], timeout_s: float, program: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the command with nothing to read, and returns what it wrote; ``program``: a file to be run in its place.

    Raises TimeoutExpired, and ends it.
    """
    server = _server()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        request = json.dumps(
            {"program": program and str(program), "arguments": arguments, "folder": str(folder), "env": dict(env)}
        ).encode()
        socket.send_fds(server, [len(request).to_bytes(4, "big") + request], [out.fileno(), err.fileno()])
        pid = int.from_bytes(_receive(server, 4), "big")
        server.settimeout(timeout_s)
        try:
            code = int.from_bytes(_receive(server, 4), "big", signed=True)
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            server.settimeout(None)
            _receive(server, 4)
            raise subprocess.TimeoutExpired(["metta", *arguments], timeout_s) from None
        finally:
            server.settimeout(None)
        return subprocess.CompletedProcess(["metta", *arguments], code, _text(out), _text(err))


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8")).replace("\r\n", "\n")


def _receive(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        piece = connection.recv(size - len(received))
        if not piece:
            raise EOFError("the other side has ended")
        received += piece
    return received


@cache
def _server() -> socket.socket:
    """The server of this process, started at the first use, ended with the process."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", __file__, str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _serve(connection: socket.socket) -> None:
    import synth

    for module in pkgutil.walk_packages(synth.__path__, "synth."):
        if "dask" not in module.name:  # the one part that most do without, and that takes long
            importlib.import_module(module.name)
    while True:
        try:
            head, files, _, _ = socket.recv_fds(connection, 4, 2)
            request = json.loads(_receive(connection, int.from_bytes(head, "big"))) if head else None
        except EOFError:
            return
        if request is None:
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a library's threads, which are none of ours
            pid = os.fork()
        if pid == 0:
            connection.close()
            _be_command(request, files)
        for file in files:
            os.close(file)
        connection.sendall(pid.to_bytes(4, "big"))
        _, status = os.waitpid(pid, 0)
        connection.sendall(os.waitstatus_to_exitcode(status).to_bytes(4, "big", signed=True))


def _be_command(request: Mapping[str, Any], files: Sequence[int]) -> None:
    """Becomes the command, and ends as it does."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, given in ((0, nothing), (1, files[0]), (2, files[1])):
        os.dup2(given, ours)
    sys.argv = ["metta", *request["arguments"]]
    code = 1
    try:
        if request["program"]:
            runpy.run_path(request["program"], run_name="__main__")
        else:
            from synth.__main__ import main

            main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as its_connection:
        _serve(its_connection)

"""A dask cluster's workers as an executor: processes on any machines, each of which may die, come and go."""

import logging
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from synth import __version__
from synth.batch.storage import PARTS, Storage
from synth.errors import MachineError, MettaError

if TYPE_CHECKING:
    from distributed import Client


ANSWER_S = 10
"""How long a scheduler may take to answer, and a first worker to come."""

ALONE_S = 60
"""How long to wait for another worker where the last one is gone."""

TRIES = 3
"""On how many workers a task may fail by an error, such as a full disk, before it is given up.

dask itself decides how many workers may die of it: the scheduler's ``distributed.scheduler.allowed-failures``, 3.
"""


@contextmanager
def dask_workers(address: str, storage: Storage) -> Iterator[Executor]:
    """An executor of a scheduler's workers, who make tracks in ``storage``; ``address`` may be a scheduler file.

    What a dead worker was busy with is given to another one. Raises MachineError where dask isn't installed, where
    there is no such scheduler or it is lost, and where its workers have another version of this program or can't use
    the storage.
    """
    try:
        from distributed import KilledWorker
        from distributed.client import ClosedClientError
        from distributed.comm.core import CommClosedError
        from distributed.utils import silence_logging_cmgr
    except ImportError:
        raise MachineError(f"{address}: dask is needed for this; pip install 'metta-synth[dask]'") from None
    with silence_logging_cmgr(logging.CRITICAL + 1):  # everything of interest is told in our words
        client = _connected(address)
        try:
            _check(client, address, storage)
            with _watched(client):
                yield client.get_executor(retries=TRIES - 1)
        except KilledWorker:
            raise MachineError(
                f"{address}: worker after worker died of the same task; have they too little memory?"
            ) from None
        except (CancelledError, ClosedClientError, CommClosedError):
            raise MachineError(
                f"{address}: the scheduler or all workers are gone; start them, and run this again for what is missing"
            ) from None
        finally:
            _close_everywhere(client, storage)
            client.close(ANSWER_S)
            with suppress(MettaError):
                storage.remove_stale()


def _connected(address: str) -> "Client":
    from distributed import Client
    from distributed.comm.addressing import resolve_address

    where = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        if "address" in where:
            resolve_address(address)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of other versions of dask, with which it may well go
            return Client(**where, timeout=ANSWER_S, set_as_default=False)
    except (OSError, ValueError, KeyError) as error:
        raise MachineError(
            f"{address}: there is no dask scheduler ({_in_a_line(error)}); "
            "start one with 'dask scheduler', and its workers with 'dask worker'"
        ) from None


def _close_everywhere(client: "Client", storage: Storage) -> None:
    """Closes the storage on all workers, as far as they answer in time: ``run`` itself would wait for ever."""

    def close() -> None:
        with suppress(Exception):  # where there are no workers any more, or no storage, there is nothing to remove
            if client.status == "running":
                client.run(storage.close)

    closer = threading.Thread(target=close, daemon=True)
    closer.start()
    closer.join(ANSWER_S)


@contextmanager
def _watched(client: "Client") -> Iterator[None]:
    """Gives everything up where there was no worker any more for ``ALONE_S``; dask itself would wait for ever."""
    left = threading.Event()

    def watch() -> None:
        seen = time.monotonic()
        while not left.wait(1) and time.monotonic() - seen < ALONE_S:
            with suppress(Exception):  # without a scheduler there are no workers
                seen = time.monotonic() if client.nthreads() else seen
        if not left.is_set():
            client.close()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        left.set()
        watcher.join()


def _check(client: "Client", address: str, storage: Storage) -> None:
    """Raises MachineError where workers, or the scheduler, would not make the tracks that are asked for."""
    probe = f"{PARTS}/{uuid4().hex}"
    storage.write(probe, b"")
    try:
        client.wait_for_workers(1, timeout=ANSWER_S)
        versions = {"the scheduler": client.run_on_scheduler(_version)}
        found = client.run(_look, storage, probe)
    except TimeoutError:
        raise MachineError(f"{address}: no worker is there; start some with 'dask worker'") from None
    except (MettaError, OSError):
        raise
    except Exception as error:  # dask doesn't say by its class that a machine can't import this
        raise MachineError(
            f"{address}: install metta-synth {__version__} on all of its machines ({_in_a_line(error)})"
        ) from None
    finally:
        storage.remove(probe)
    for who, version in (versions | {worker: version for worker, (version, _) in found.items()}).items():
        if version != __version__:
            raise MachineError(
                f"{address}: {who} has metta-synth {version}, and this is {__version__}; make them equal"
            )
    for worker, (_, seen) in found.items():
        if not seen:
            raise MachineError(
                f"{address}: {worker} doesn't find what was put into the output folder; "
                "choose one that all machines have at the same place, or a URL"
            )


def _version() -> str:
    return __version__


def _look(storage: Storage, path: str) -> tuple[str, bool]:
    """In a worker: its version, and whether it sees a file."""
    return __version__, storage.read(path) is not None


def _in_a_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__

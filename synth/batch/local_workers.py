"""Processes of this machine as an executor: they make tracks, and end with whoever started them."""

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait

from synth.batch.storage import Storage

_END_S = 10


@contextmanager
def local_workers(count: int, storage: Storage) -> Iterator[Executor | None]:
    """So many processes, or None where one track at a time is enough.

    KeyboardInterrupt ends them at once, and what they had begun on ``storage`` is taken away.
    """
    if count <= 1:
        yield None
        return
    spawn = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(count, mp_context=spawn, initializer=_end_with_parent) as executor:
            with _interrupts_waiting():
                for _ in range(count):
                    executor.submit(os.getpid)  # starts a worker
            try:
                yield executor
            except KeyboardInterrupt:
                executor.shutdown(wait=False, cancel_futures=True)
                workers = multiprocessing.active_children()
                for worker in workers:
                    worker.terminate()
                for worker in workers:
                    worker.join(_END_S)  # only what the dead have left is taken away
                raise
    except KeyboardInterrupt:
        storage.remove_stale()
        raise


@contextmanager
def _interrupts_waiting() -> Iterator[None]:
    """Ctrl-C waits for the end of this; processes that are started meanwhile never hear of it, from the first."""
    if sys.platform == "win32":
        yield
        return
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _end_with_parent() -> None:
    """In a worker: leaves it to the parent what Ctrl-C means, and ends with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()

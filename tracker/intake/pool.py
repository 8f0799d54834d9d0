"""Workers that take one file at a time: a death, a time-out or lack of memory is the verdict of that file only.

Every worker has a pipe of its own. `ProcessPoolExecutor` fails innocent files queued behind a dead worker; pebble's
pool shares one pipe, and broke altogether when a worker that had used up its memory died between two files. A worker
that a file has left swollen is replaced, and a death counts when it happens in a fresh worker too: no file answers for
its neighbour. Time is a worker's own computing time where the system counts it: on a busy machine no small file is
refused for being slow. Workers are spawned, not forked, so that their memory limit counts their own memory and they
behave alike on Windows.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import pickle
import signal
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

log = logging.getLogger("tracker")

_IN_FLIGHT = 8
_TASKS_BEFORE_RENEWAL = 1000
_START_SECONDS = 60.0
_HAS_OWN_CLOCK = hasattr(signal, "setitimer")
_TIME_IS_UP = (-signal.SIGPROF,) if _HAS_OWN_CLOCK else ()
_PATIENCE = 3 if _HAS_OWN_CLOCK else 1
"""A reply may take this many times a file's computing time: other programs may keep the machine busy."""
_LAST_BREATH_SECONDS = 5.0
_SWOLLEN = 8
"""A worker that has grown by this part of its limit is replaced: its next file would not have the whole."""


@dataclass(frozen=True, slots=True)
class Died:
    """A worker did not come back: "timeout", "memory", or "crash"; "error": our own code failed, `detail` says how."""

    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Per file: seconds of computing (on Windows: of waiting) and megabytes; `workers` 0 means one per core."""

    seconds: float
    megabytes: int
    workers: int = 0

    @property
    def count(self) -> int:
        return self.workers or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Job:
    """What every worker is started with; picklable."""

    work: Callable[[Any], Any]
    seconds: float
    megabytes: int
    prepare: Callable[..., None]
    arguments: tuple[Any, ...]


def _itself(item: Item) -> Item:
    return item


def run_guarded(
    work: Callable[[Any], Result],
    items: Iterable[Item],
    limits: WorkerLimits,
    prepare: Callable[..., None],
    arguments: tuple[Any, ...],
    parcel: Callable[[Item], Any] = _itself,
) -> Iterator[tuple[Item, Result | Died]]:
    """Each item with its result, in order. `prepare(*arguments)` runs once in every worker.

    `parcel` tells what of an item is sent to `work`. Everything sent must be picklable, and of modules that are quick
    to load: every worker loads them. Items are drawn as workers get free, so a folder of large files is never held in
    memory at once.
    """
    source = iter(items)
    waiting: deque[tuple[Item, Future[Any]]] = deque()
    crew = _Crew(_Job(work, limits.seconds, limits.megabytes, prepare, arguments), limits)
    try:
        while True:
            while len(waiting) < limits.count * _IN_FLIGHT and (item := next(source, None)) is not None:
                waiting.append((item, crew.submit(parcel(item))))
            if not waiting:
                return
            item, future = waiting.popleft()
            yield item, future.result()
    finally:
        crew.dismiss()


class _Crew:
    """As many workers as there may be, and a thread for each that waits for it: they work while the caller records."""

    def __init__(self, job: _Job, limits: WorkerLimits) -> None:
        self._seconds = limits.seconds * _PATIENCE
        self._workers = [_Worker(job) for _ in range(limits.count)]
        self._idle: SimpleQueue[_Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(limits.count, "worker")

    def submit(self, parcel: Any) -> Future[Any]:
        return self._threads.submit(self._outcome, parcel)

    def dismiss(self) -> None:
        """Ends all workers at once; what they are doing is given up."""
        for worker in self._workers:
            worker.dismiss()
        self._threads.shutdown(cancel_futures=True)

    def _outcome(self, parcel: Any) -> Any:
        worker = self._idle.get()
        try:
            return self._tried(worker, parcel)
        except Exception as error:  # a bug of ours costs this file's turn, not the others'
            log.exception("a worker could not be given its work")
            return Died("error", f"{type(error).__name__}: {error}")
        finally:
            self._idle.put(worker)

    def _tried(self, worker: _Worker, parcel: Any) -> Any:
        """The outcome; a death is tried once more, in a fresh worker and in what is left of the time."""
        ends_at = time.monotonic() + self._seconds
        found = worker.do(parcel, self._seconds)
        if found in (Died("crash"), Died("memory")):
            again = worker.do(parcel, max(0.5, ends_at - time.monotonic()))
            found = found if again == Died("timeout") else again
        if isinstance(found, Died) and found.why == "error":
            log.error("a worker failed: %s", found.detail)
            return Died("error", found.detail.strip().rpartition("\n")[2])
        return found


class _Worker:
    """One process at a time, started when it is first needed, and anew after a death."""

    _starting = Lock()

    def __init__(self, job: _Job) -> None:
        self._job = job
        self._process: Any = None
        self._pipe: Connection | None = None
        self._is_dismissed = False

    def do(self, parcel: Any, seconds: float) -> Any:
        """The reply to a parcel, or how the process died of it."""
        sent = pickle.dumps(parcel)
        if not self._handed(sent) and not self._handed(sent):
            return Died("error", "no worker could be started")
        pipe = self._pipe
        try:
            if pipe is None or not pipe.poll(seconds):
                self._end()
                return Died("timeout")
            reply, is_leaving = pipe.recv()
            found = pickle.loads(reply)  # noqa: S301 - from a process that this one started
        except (EOFError, OSError):
            return Died("timeout" if self._end(_LAST_BREATH_SECONDS) in _TIME_IS_UP else "crash")
        if is_leaving:
            self._end()
        return found

    def dismiss(self) -> None:
        self._is_dismissed = True
        self._end()

    def _handed(self, sent: bytes) -> bool:
        """Whether a living process has the parcel; one that died while idle is replaced."""
        try:
            pipe = self._pipe or self._started()
            if pipe is None:
                return False
            pipe.send_bytes(sent)
            return True
        except (EOFError, OSError):
            self._end()
            return False

    def _started(self) -> Connection | None:
        with self._starting:
            if self._is_dismissed:
                return None
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=_serve, args=(theirs, self._job), name="tracker-worker", daemon=True)
            process.start()
            theirs.close()
            self._process, self._pipe = process, ours
        if not ours.poll(_START_SECONDS):
            raise EOFError
        ours.recv()
        return ours

    def _end(self, grace_seconds: float = 0.0) -> int | None:
        """Ends the process, if there is one; its exit code where it ended by itself."""
        with self._starting:
            pipe, self._pipe = self._pipe, None
            process, self._process = self._process, None
            if pipe is not None:
                pipe.close()
            if process is None:
                return None
            process.join(grace_seconds)
            code: int | None = process.exitcode
            process.kill()
            process.join(_START_SECONDS)
            return code


# --- in a worker ------------------------------------------------------------------------------------------------------


def _serve(pipe: Connection, job: _Job) -> None:
    """Answers parcels with (reply, whether this process ends now) until nobody sends any."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepare_worker(job)
    size = _address_space()
    pipe.send("ready")
    for number in range(1, _TASKS_BEFORE_RENEWAL + 1):
        try:
            parcel = pickle.loads(pipe.recv_bytes())  # noqa: S301 - from the process that started this one
        except EOFError:
            return
        _allow(job.seconds)
        reply = _reply(job.work, parcel)
        _allow(0)
        is_swollen = _address_space() - size > job.megabytes * 1024**2 / _SWOLLEN
        is_last = is_swollen or number == _TASKS_BEFORE_RENEWAL
        pipe.send((reply, is_last))
        if is_last:
            return


def _reply(work: Callable[[Any], Any], parcel: Any) -> bytes:
    """What `work` gives, or how it failed, ready to be sent."""
    try:
        return pickle.dumps(work(parcel))
    except MemoryError:
        return pickle.dumps(Died("memory"))
    except Exception:
        return pickle.dumps(Died("error", traceback.format_exc()))
    except BaseException:  # a panic of a Rust reader is no Exception
        return pickle.dumps(Died("crash"))


def _allow(seconds: float) -> None:
    """Lets the system end this process once it has computed so long, whatever it is in; 0 stops the clock."""
    if _HAS_OWN_CLOCK:
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _address_space() -> int:
    """Bytes of address space in use; 0 where nobody tells (then nothing is limited either)."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 0


def _prepare_worker(job: _Job) -> None:
    limit_memory(job.megabytes)
    job.prepare(*job.arguments)
    gc.collect()
    gc.freeze()  # the plan stays for the worker's life: no need to walk it at every collection
    gc.set_threshold(50_000, 20, 20)


def limit_memory(megabytes: int) -> None:
    """Caps this process's address space (POSIX; Windows has no such limit here)."""
    if os.name != "nt":
        import resource

        size = megabytes * 1024**2
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

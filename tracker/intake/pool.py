"""Workers that take one file at a time: a death, a time-out or lack of memory is the verdict of that file only.

`ProcessPoolExecutor` would fail innocent files queued behind a dead worker; pebble's pool does not. Workers are
spawned, not forked, so that their memory limit counts their own memory and they behave alike on Windows.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as TaskTimeout
from dataclasses import dataclass
from typing import Any, TypeVar

from pebble import ProcessExpired, ProcessPool

Item = TypeVar("Item")
Result = TypeVar("Result")

log = logging.getLogger("tracker")

_IN_FLIGHT = 8
_TASKS_BEFORE_RENEWAL = 1000


@dataclass(frozen=True, slots=True)
class Died:
    """A worker did not come back: "timeout", "memory", or "crash"; "error": our own code failed, `detail` says how."""

    why: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """Per file: seconds and megabytes; `workers` 0 means one per core."""

    seconds: float
    megabytes: int
    workers: int = 0

    @property
    def count(self) -> int:
        return self.workers or os.cpu_count() or 1


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
    waiting: deque[tuple[Item, Any]] = deque()
    with ProcessPool(
        max_workers=limits.count,
        max_tasks=_TASKS_BEFORE_RENEWAL,
        initializer=_prepare_worker,
        initargs=[limits.megabytes, prepare, arguments],
        context=multiprocessing.get_context("spawn"),
    ) as pool:
        while True:
            while len(waiting) < limits.count * _IN_FLIGHT and (item := next(source, None)) is not None:
                waiting.append((item, pool.schedule(work, args=[parcel(item)], timeout=limits.seconds)))
            if not waiting:
                return
            item, future = waiting.popleft()
            yield item, _outcome(future)


def _outcome(future: Any) -> Any:
    try:
        return future.result()
    except TaskTimeout:
        return Died("timeout")
    except MemoryError:
        return Died("memory")
    except ProcessExpired:
        return Died("crash")
    except Exception as error:  # a bug of ours costs this file's turn, not the others'
        log.error("a worker failed", exc_info=error)
        return Died("error", f"{type(error).__name__}: {error}")


def _prepare_worker(megabytes: int, prepare: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    limit_memory(megabytes)
    prepare(*arguments)
    gc.collect()
    gc.freeze()  # the plan stays for the worker's life: no need to walk it at every collection
    gc.set_threshold(50_000, 20, 20)


def limit_memory(megabytes: int) -> None:
    """Caps this process's address space (POSIX; Windows has no such limit here)."""
    if os.name != "nt":
        import resource

        size = megabytes * 1024**2
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

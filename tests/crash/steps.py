"""The steps of a run at which it may die, seen from inside: files written, renamed, removed, transactions committed.

Portable, unlike the tracing of system calls: it is what the audit hooks of Python and the events of SQLAlchemy tell.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event

from tests.support.workspace import in_this_process

_RENAMES, _REMOVES = ("os.rename",), ("os.remove", "os.rmdir")
_WRITING = os.O_WRONLY | os.O_RDWR


class Inline(Executor):
    """Does at once what is submitted, so that the steps of a run always come in one order."""

    def __init__(self, *_: object) -> None:
        """Nothing to prepare."""

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*arguments, **more))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def alone() -> Iterator[None]:
    """No workers, no threads: for this process only."""
    modules = [import_module(f"tracker.actions.{name}") for name in ("collect", "opening", "marks", "post")]
    with ExitStack() as patches:
        for module in modules:
            patches.enter_context(mock.patch.object(module, "run_guarded", _guarded, create=True))
            patches.enter_context(mock.patch.object(module, "ThreadPoolExecutor", Inline, create=True))
        yield


def _guarded(
    work: Any, items: Iterable[Any], limits: Any, prepare: Any, given: Any, parcel: Any = lambda item: item
) -> Iterator[Any]:
    return in_this_process(work, items, limits, prepare, given, parcel)


def hold(name: str) -> None:
    """A file of this name is held open by another program, as on Windows: nothing can be put in its place."""

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _RENAMES and Path(str(arguments[1])).name == name:
            raise PermissionError(errno.EACCES, "held open", str(arguments[0]), None, str(arguments[1]))

    sys.addaudithook(heard)


def watch(die_at: int, kind: str, noted_in: str) -> None:
    """Counts the steps of this process; it kills itself before it takes the one asked for."""
    count = 0
    notes = os.open(noted_in, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if noted_in else -1

    def step(what: str, about: object = "") -> None:
        nonlocal count
        label = f"{what} {Path(str(about)).name}"
        if not label.startswith(kind):
            return
        count += 1
        if notes >= 0:
            os.write(notes, f"{count} {label}\n".encode())
        if count == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING:
            step("write", arguments[0])
        elif name in _RENAMES:
            step("rename", arguments[1])
        elif name in _REMOVES:
            step("remove", arguments[0])
        elif name == "os.mkdir":
            step("mkdir", arguments[0])

    import smtplib

    def executed(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        if not statement.lower().startswith(("select", "pragma", "begin")):
            step("statement", statement.split("(")[0])

    event.listen(Engine, "before_cursor_execute", executed)
    event.listen(Engine, "commit", lambda connection: step("commit"))
    told = smtplib.SMTP.sendmail

    def sendmail(self: Any, *arguments: Any, **more: Any) -> Any:
        step("send")
        answer = told(self, *arguments, **more)
        step("send", "answered")
        return answer

    smtplib.SMTP.sendmail = sendmail  # type: ignore[method-assign]
    sys.addaudithook(heard)

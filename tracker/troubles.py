"""The machine's own troubles, told apart: a full disk, a folder without the right to write, a disk that fails.

They come as errors of the operating system or of the ledger's database, often wrapped in others.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator

from tracker.errors import MachineError, TrackerError

_OF_SYSTEM = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EROFS: "not_writable",
    errno.EACCES: "not_writable",
    errno.EPERM: "not_writable",
    errno.EIO: "disk_fails",
}
_OF_LEDGER = {
    "SQLITE_FULL": "disk_full",
    "SQLITE_READONLY": "not_writable",
    "SQLITE_CANTOPEN": "not_writable",
    "SQLITE_PERM": "not_writable",
    "SQLITE_IOERR": "disk_fails",
}


def trouble_of(error: BaseException) -> MachineError | None:
    """What ails the machine, whatever it was wrapped in; None: the error is of another kind."""
    for each in _chain(error):
        if isinstance(each, OSError) and each.errno in _OF_SYSTEM:
            return MachineError(_OF_SYSTEM[each.errno], place=_place(each), why=str(each.strerror))
        if isinstance(each, sqlite3.Error):
            name = "_".join(getattr(each, "sqlite_errorname", "").split("_")[:2])
            if name in _OF_LEDGER:
                return MachineError(_OF_LEDGER[name], place="ledger", why=str(each))
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None and not (isinstance(error, TrackerError) and not isinstance(error, MachineError)):
        yield error
        error = error.__cause__ or error.__context__


def _place(error: OSError) -> str:
    """The file that was to be written; of a file written aside, its folder is what people know."""
    name = str(error.filename2 or error.filename or "")
    return name.rpartition("/")[0] if name.endswith(".part") else name

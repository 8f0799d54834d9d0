"""The office's base document of the report, where it can be used: a broken one never stops a report."""

from __future__ import annotations

from tracker.config import Workspace
from tracker.errors import ReportError
from tracker.reports import blank_base, check_base


def base_of(workspace: Workspace) -> bytes | None:
    """The base document; None where there is none, and where it is still as it came with the program.

    ReportError `base_unusable`: it cannot be read.
    """
    if not workspace.base.exists():
        return None
    try:
        data = workspace.base.read_bytes()
    except OSError as error:
        raise ReportError("base_unusable", path=str(workspace.base), why=str(error)) from error
    if data == blank_base():
        return None
    try:
        check_base(data)
    except ReportError as error:
        raise ReportError("base_unusable", path=str(workspace.base), **error.facts) from error
    return data

"""What is written: outputs of a period, all from one `Month`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.config import Settings
from tracker.model import Month


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of output: `name` with {period} and {version}; `write` gives the bytes of the whole file."""

    key: str
    name: str
    write: Callable[[Month, Settings, int], bytes]


def _workbook(month: Month, settings: Settings, version: int) -> bytes:
    from tracker.reports.workbook import write_workbook  # xlsxwriter is loaded only when something is written

    return write_workbook(month, version)


def _report(month: Month, settings: Settings, version: int) -> bytes:
    from tracker.reports.word import write_report

    return write_report(month, settings.office)


OUTPUTS: tuple[Output, ...] = (
    Output("workbook", "tong-hop-{period}-v{version}.xlsx", _workbook),
    Output("report", "bao-cao-{period}-v{version}.docx", _report),
)
"""Every output. A new one is a module here and a line in this tuple."""

"""What is written: outputs of a period, all from one `Month`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.config import Settings
from tracker.model import Month


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of output: `name` with {period} and {version}; `write` gives the bytes of the whole file.

    A name without {version} is that of a file which always shows the newest state and is written over.
    """

    key: str
    name: str
    write: Callable[[Month, Settings, int], bytes]

    @property
    def is_versioned(self) -> bool:
        return "{version}" in self.name

    def name_of(self, period: str, version: int) -> str:
        return self.name.format(period=period, version=version)

    def beside(self, period: str, version: int) -> str:
        """The name to take where somebody holds the file open: of one that is written over, a version of its own."""
        stem, dot, ending = self.name_of(period, version).rpartition(".")
        return f"{stem}-v{version}{dot}{ending}"


def _workbook(month: Month, settings: Settings, version: int) -> bytes:
    from tracker.reports.workbook import write_workbook  # xlsxwriter is loaded only when something is written

    return write_workbook(month, version)


def _report(month: Month, settings: Settings, version: int) -> bytes:
    from tracker.reports.word import write_report

    return write_report(month, settings.office)


def _board(month: Month, settings: Settings, version: int) -> bytes:
    from tracker.reports.board import write_board

    return write_board(month, tuple(each.name_of(month.period, version) for each in OUTPUTS if each.is_versioned))


OUTPUTS: tuple[Output, ...] = (
    Output("workbook", "tong-hop-{period}-v{version}.xlsx", _workbook),
    Output("report", "bao-cao-{period}-v{version}.docx", _report),
    Output("board", "bang-theo-doi.html", _board),
)
"""Every output. A new one is a module here and a line in this tuple."""

"""What is written: outputs of a period, all from one `Month`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracker.config import Settings
from tracker.model import Month


@dataclass(frozen=True, slots=True)
class Manner:
    """How outputs are written: the settings, and the base document of the report (None: as the decree has it)."""

    settings: Settings
    base: bytes | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of output: `name` with {period} and {version}; `write` gives the bytes of the whole file.

    A name without {version} is that of a file which always shows the newest state and is written over.
    """

    key: str
    name: str
    write: Callable[[Month, Manner, int], bytes]

    @property
    def is_versioned(self) -> bool:
        return "{version}" in self.name

    def name_of(self, period: str, version: int) -> str:
        return self.name.format(period=period, version=version)

    def beside(self, period: str, version: int) -> str:
        """The name to take where somebody holds the file open: of one that is written over, a version of its own."""
        stem, dot, ending = self.name_of(period, version).rpartition(".")
        return f"{stem}-v{version}{dot}{ending}"


def blank_base() -> bytes:
    """The report's base document as it comes with the program."""
    from tracker.reports.word_base import build_base  # python-docx is loaded only when something is written

    return build_base()


def check_base(data: bytes) -> None:
    """ReportError `base_unusable` where this is no base document that a report can be written on."""
    from tracker.reports.word_base import open_base

    open_base(data)


def _workbook(month: Month, manner: Manner, version: int) -> bytes:
    from tracker.reports.workbook import write_workbook  # xlsxwriter is loaded only when something is written

    return write_workbook(month, version)


def _report(month: Month, manner: Manner, version: int) -> bytes:
    from tracker.reports.word import write_report

    return write_report(month, manner.settings.office, manner.base)


def _board(month: Month, manner: Manner, version: int) -> bytes:
    from tracker.reports.board import write_board

    files = tuple(each.name_of(month.period, version) for each in OUTPUTS if each.is_versioned)
    return write_board(month, files, version)


OUTPUTS: tuple[Output, ...] = (
    Output("workbook", "tong-hop-{period}-v{version}.xlsx", _workbook),
    Output("report", "bao-cao-{period}-v{version}.docx", _report),
    Output("board", "bang-theo-doi.html", _board),
)
"""Every output. A new one is a module here and a line in this tuple."""

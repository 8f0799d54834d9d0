"""The office at work in a consolidated workbook: finds rows by code and agency, writes, sorts, saves."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.workspace import PERIOD, Place
from tracker import actions
from tracker.dates import Period
from tracker.model import RemarkColumn
from tracker.remarks import heading_of, read_stamp
from tracker.texts import say

VIEW, DIRECTION, CONFIRMED = RemarkColumn.VIEW, RemarkColumn.DIRECTION, RemarkColumn.CONFIRMED
HEADING_ROW = 4
Change = Callable[[Workbook], object]


def lines_of(book: Workbook) -> Worksheet:
    return book[say("workbook.sheet_lines")]


def column_of(sheet: Worksheet, heading: str) -> int:
    return next(cell.column for cell in sheet[HEADING_ROW] if cell.value == heading)


def row_of(sheet: Worksheet, task: str, agency: str) -> int:
    """The row of a task and an agency (by its short name)."""
    code, name = column_of(sheet, say("workbook.task")), column_of(sheet, say("workbook.agency"))
    rows = range(HEADING_ROW + 1, sheet.max_row + 1)
    return next(r for r in rows if (sheet.cell(r, code).value, sheet.cell(r, name).value) == (task, agency))


def write(task: str, agency: str, column: RemarkColumn, text: str | None) -> Change:
    """Something typed into a cell of the office; None empties it."""

    def change(book: Workbook) -> None:
        sheet = lines_of(book)
        sheet.cell(row_of(sheet, task, agency), column_of(sheet, heading_of(column))).value = text

    return change


def edited(data: bytes, *changes: Change) -> bytes:
    """The workbook as openpyxl saves it after these changes."""
    book = load_workbook(io.BytesIO(data))
    for change in changes:
        change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def cell(data: bytes, task: str, agency: str, heading: str) -> Any:
    """What stands in a row of Tổng hợp."""
    sheet = lines_of(load_workbook(io.BytesIO(data), data_only=True))
    return sheet.cell(row_of(sheet, task, agency), column_of(sheet, heading)).value


def remark(data: bytes, task: str, agency: str, column: RemarkColumn) -> str | None:
    found = cell(data, task, agency, heading_of(column))
    return None if found is None else str(found)


@dataclass(frozen=True)
class Desk:
    """The clerk of the office, who reads and writes the workbooks of a workspace."""

    place: Place

    def report(self, period: Period = PERIOD, now: str = "2025-03-20T17:00") -> actions.Made:
        office = self.place.office(now)
        with actions.recorded(office, "report") as at_work:
            return actions.report(at_work, period)

    def collect(self, now: str = "2025-03-21T09:00") -> list[dict[str, Any]]:
        office = self.place.office(now)
        with actions.recorded(office, "collect") as at_work:
            return [each.as_json() for each in actions.collect(at_work)]

    def path(self, version: int, period: Period = PERIOD) -> Path:
        return self.place.home / f"outputs/{period}/tong-hop-{period}-v{version}.xlsx"

    def book(self, version: int, period: Period = PERIOD) -> bytes:
        return self.path(version, period).read_bytes()

    def write(self, version: int, *changes: Change, period: Period = PERIOD) -> None:
        """Writes into a version where it lies."""
        path = self.path(version, period)
        path.write_bytes(edited(path.read_bytes(), *changes))

    def findings(self, period: Period = PERIOD, now: str = "2025-03-21T09:00") -> list[tuple[str, str | None]]:
        """Codes and cells of what was found in the office's own copies."""
        rows = actions.findings(self.place.office(now), period)
        return [(row["code"], row["cell"]) for row in rows if row["code"].startswith("O")]


__all__ = ["CONFIRMED", "DIRECTION", "VIEW", "Desk", "cell", "edited", "read_stamp", "remark", "row_of", "write"]
